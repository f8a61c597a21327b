//! Which headers do the described answers have, and which answer do all calls share?

use utoipa::Modify;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::{Content, Header, Object, OpenApi, Ref, RefOr, Type};

/// A header's name, the type of its value and its description.
type HeaderDescription = (&'static str, Type, &'static str);

const OF_ALL: [HeaderDescription; 1] = [(
    "Cache-Control",
    Type::String,
    "How long the answer may be kept, and by whom",
)];
const OF_DOCUMENTS: [HeaderDescription; 1] =
    [("ETag", Type::String, "A strong tag, for `If-None-Match`")];
const OF_TOO_MANY: [HeaderDescription; 3] = [
    (
        "Retry-After",
        Type::Integer,
        "Seconds after which the same request passes, if nobody else asks meanwhile",
    ),
    (
        "RateLimit",
        Type::String,
        "Which quota is used up: that of the client, of its network or of all; `\"client\";r=0;t=30`",
    ),
    (
        "RateLimit-Policy",
        Type::String,
        "How many elements that quota has in how many seconds: `\"client\";q=600;w=60`",
    ),
];

/// Headers of the index document, while a version ends.
const OF_ENDING: [HeaderDescription; 2] = [
    (
        "Sunset",
        Type::String,
        "From when on this version may no longer be served (RFC 8594), if a change is planned",
    ),
    (
        "Link",
        Type::String,
        "The index document of the next version, if it is served already: `</next/v1/index>; rel=\"successor-version\"`",
    ),
];

const OF_WRONG_METHODS: [HeaderDescription; 1] =
    [("Allow", Type::String, "The methods that are possible")];

/// Adds the headers and the shared answer.
pub(super) struct Headers;

impl Modify for Headers {
    fn modify(&self, description: &mut OpenApi) {
        let paths = &mut description.paths.paths;
        let index = paths.get_mut("/v1/index");
        index
            .into_iter()
            .flat_map(operations)
            .for_each(describe_ending);
        paths.values_mut().flat_map(operations).for_each(describe);
    }
}

/// Describes the end of a version, which every answer of such a call states.
fn describe_ending(operation: &mut Operation) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response {
            add(response, &OF_ENDING);
        }
    }
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut path.get, &mut path.post, &mut path.delete]
        .into_iter()
        .flatten()
}

fn describe(operation: &mut Operation) {
    let responses = &mut operation.responses.responses;
    responses.insert("405".to_owned(), RefOr::T(wrong_method()));
    // An answer that can be 304 has an ETag.
    let is_document = responses.contains_key("304");
    for (status, response) in responses {
        let RefOr::T(response) = response else {
            continue;
        };
        add(response, &OF_ALL);
        match status.as_str() {
            "200" | "304" if is_document => add(response, &OF_DOCUMENTS),
            "405" => add(response, &OF_WRONG_METHODS),
            "429" => add(response, &OF_TOO_MANY),
            _ => {}
        }
    }
}

fn wrong_method() -> Response {
    let problem = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new()
        .description("Another method was used")
        .content("application/problem+json", problem)
        .build()
}

fn add(response: &mut Response, headers: &[HeaderDescription]) {
    for (name, value, description) in headers {
        let mut header = Header::new(Object::with_type(value.clone()));
        header.description = Some((*description).to_owned());
        let header = RefOr::T(header);
        response.headers.insert((*name).to_owned(), header);
    }
}
