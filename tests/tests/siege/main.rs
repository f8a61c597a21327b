//! What a hostile world throws at the server does not break it, stop it or make it talk.

mod dice;
mod life;
mod limits;
mod malformed;
mod openapi;
mod privacy;
mod settings;
mod slow;
mod tls;
mod wire;
mod work;

use exposure_index::client::{Client, HttpTransport};
use serde_json::{Value, json};
use tekser_tests::{Server, Workspace, write_breach};
use ureq::http::Response;
use ureq::{Agent, Body};

const COLUMNS: &str = "path = \"people.csv\"\nformat = \"csv\"\nheader = true\n\
    [file.columns]\niin = { identifier = \"iin\" }\nphone = { identifier = \"phone\" }\n";
const PEOPLE: &str = "iin,phone\n850101100002,+77091234567\n";
/// Somebody of the dump.
const PHONE: &[u8] = b"tekser:1:phone:+77091234567";

/// An index of one person.
fn small_index() -> Workspace {
    let workspace = Workspace::new();
    let dumps = workspace.path().join("dumps");
    let files = [("people.csv", PEOPLE.as_bytes())];
    write_breach(&dumps, "people-2020", COLUMNS, &files);
    workspace.build(&dumps, &[]);
    workspace
}

/// A server over an index of one person.
fn serve(arguments: &[&str]) -> (Workspace, Server) {
    let workspace = small_index();
    let server = Server::start(&workspace, arguments);
    (workspace, server)
}

fn client(server: &Server) -> Client<HttpTransport> {
    Client::over_http(server.base()).expect("a URL")
}

/// A good look-up is still answered, and rightly.
fn assert_answers(server: &Server) {
    let answer = client(server).look_up(PHONE).expect("an answer");
    assert_eq!(answer.exposures.len(), 1);
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0);
    config.build().into()
}

/// The text of a good request for this many evaluations.
fn evaluation(elements: usize) -> String {
    let blinded: Vec<String> = (0..elements)
        .map(|place| {
            let input = format!("tekser:1:login:user{place}");
            let (_, element) = exposure_index::oprf::blind(input.as_bytes()).expect("an element");
            exposure_index::messages::encode(&element.to_bytes())
        })
        .collect();
    json!({ "blinded": blinded }).to_string()
}

fn post(server: &Server, body: &str, headers: &[(&str, &str)]) -> Response<Body> {
    let request = agent().post(format!("{}/v1/evaluate", server.base()));
    let request = headers.iter().fold(request, |request, (name, value)| {
        request.header(*name, *value)
    });
    let sent = request.content_type("application/json").send(body);
    sent.expect("an answer")
}

fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

fn document(answer: &mut Response<Body>) -> Value {
    let body = answer.body_mut().read_to_string().expect("text");
    serde_json::from_str(&body).expect("JSON")
}
