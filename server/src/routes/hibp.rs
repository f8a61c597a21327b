//! Which breaches exist, in the terms of Have I Been Pwned's interface?

use actix_web::guard::{self, GuardContext};
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::hibp::Breach;
use serde::Serialize;

use super::readable;
use crate::content::CachePolicy;
use crate::http::Template;
use crate::serving::Generations;

/// Path of Have I Been Pwned's interface.
pub(crate) const SCOPE: &str = "/api/v3";

/// Root of its other interfaces, and of the same paths joined in another way.
const ITS_ROOT: &str = "api";
/// Its calls that look people up, in any version: clients of that interface take 404 for "in no breach".
const LOOK_UPS: [&str; 6] = [
    "breachedaccount",
    "breacheddomain",
    "pasteaccount",
    "stealerlogs",
    "subscribeddomains",
    "unverifiedbreachedaccount",
];
/// Calls that are offered below the scope, and therefore meant if they are asked for elsewhere.
const OFFERED: [&str; 4] = ["breach", "breaches", "dataclasses", "latestbreach"];

/// Why a request is refused, in the form of Have I Been Pwned.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
struct HibpError {
    /// The HTTP status.
    status_code: u16,
    /// The reason in words.
    message: &'static str,
}

/// Mounts the calls that show breaches. The interface's other calls look people up by what they type, and are refused,
/// since its clients take 404 for "in no breach".
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/api/v3/breaches", breaches))
        .service(readable("/api/v3/breach/{name}", breach))
        .service(readable("/api/v3/latestbreach", latest))
        .service(readable("/api/v3/dataclasses", classes))
        .default_service(web::to(|| async { not_offered() }));
}

/// All breaches, as Have I Been Pwned shows them.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/api/v3/breaches", operation_id = "hibp_breaches", tag = "Have I Been Pwned",
    params(
        ("Domain" = Option<String>, Query, description = "Only breaches of this domain: ours have none"),
        ("IsSpamList" = Option<bool>, Query, description = "Only breaches that are spam lists, or are not: ours are not"),
    ),
    responses(
        (status = 200, description = "The breaches", body = Vec<Breach>),
        (status = 304, description = "The client's copy is current"),
        (status = 400, description = "The filter cannot be understood", body = HibpError),
    )))]
pub(super) async fn breaches(request: HttpRequest, generations: Data<Generations>) -> HttpResponse {
    let Some(filter) = Filter::parse(request.query_string()) else {
        return refuse(StatusCode::BAD_REQUEST, "The filter cannot be understood.");
    };
    let served = generations.current();
    let found = match filter {
        Filter::All => served.hibp().breaches(),
        Filter::None => served.hibp().no_breaches(),
    };
    found.respond(&request, CachePolicy::Revalidate)
}

/// One breach by its name, which is our id.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/api/v3/breach/{name}", operation_id = "hibp_breach", tag = "Have I Been Pwned",
    params(("name" = String, Path, description = "The breach's name", example = "residents-2025")),
    responses(
        (status = 200, description = "The breach", body = Breach),
        (status = 304, description = "The client's copy is current"),
        (status = 404, description = "There is no such breach", body = HibpError),
    )))]
pub(super) async fn breach(
    request: HttpRequest,
    generations: Data<Generations>,
    name: Path<String>,
) -> HttpResponse {
    match generations.current().hibp().breach(&name) {
        Some(breach) => breach.respond(&request, CachePolicy::Revalidate),
        None => refuse(StatusCode::NOT_FOUND, "There is no such breach."),
    }
}

/// The breach that was added last.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/api/v3/latestbreach", operation_id = "hibp_latest", tag = "Have I Been Pwned", responses(
    (status = 200, description = "The breach", body = Breach),
    (status = 304, description = "The client's copy is current"),
    (status = 404, description = "There is no breach at all", body = HibpError),
)))]
pub(super) async fn latest(request: HttpRequest, generations: Data<Generations>) -> HttpResponse {
    match generations.current().hibp().latest() {
        Some(breach) => breach.respond(&request, CachePolicy::Revalidate),
        None => refuse(StatusCode::NOT_FOUND, "There is no breach."),
    }
}

/// The data classes of all breaches, in alphabetical order.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/api/v3/dataclasses", operation_id = "hibp_classes", tag = "Have I Been Pwned", responses(
    (status = 200, description = "Their names", body = Vec<String>),
    (status = 304, description = "The client's copy is current"),
)))]
pub(super) async fn classes(request: HttpRequest, generations: Data<Generations>) -> HttpResponse {
    let served = generations.current();
    served
        .hibp()
        .classes()
        .respond(&request, CachePolicy::Revalidate)
}

/// Mounts, before everything else and in every role, the refusal of calls that that interface has and we do not,
/// however a client joined it to our address. `has_breaches` is whether [`configure`] is mounted.
pub(crate) fn configure_refusals(service: &mut ServiceConfig, has_breaches: bool) {
    let is_meant = move |context: &GuardContext<'_>| {
        let path = context.head().uri.path();
        is_of_this_interface(path) && !(has_breaches && is_mounted(path))
    };
    service.service(
        web::resource("/{path:.*}")
            .app_data(Template("/api"))
            .guard(guard::fn_guard(is_meant))
            .default_service(web::to(|| async { not_offered() })),
    );
}

/// Returns whether a path means that interface: a call that looks people up, at any place, or another call where it
/// would be without its scope, with another version, or with slashes too many.
fn is_of_this_interface(path: &str) -> bool {
    let mut parts = path.split('/').filter(|part| !part.is_empty());
    let is = |part: &str, name: &str| part.eq_ignore_ascii_case(name);
    let first = parts.clone().next().unwrap_or_default();
    let looks_up = |part: &str| {
        let begins = |name: &&str| {
            part.get(..name.len())
                .is_some_and(|beginning| is(beginning, name))
        };
        LOOK_UPS.iter().any(begins)
    };
    is(first, ITS_ROOT) || OFFERED.iter().any(|name| is(first, name)) || parts.any(looks_up)
}

/// Returns whether [`configure`] answers it.
fn is_mounted(path: &str) -> bool {
    path.strip_prefix(SCOPE)
        .is_some_and(|below| below.starts_with('/'))
}

fn not_offered() -> HttpResponse {
    refuse(
        StatusCode::FORBIDDEN,
        "This is not offered here: nobody has to show what they look up. See /v1/index and PROTOCOL.md.",
    )
}

fn refuse(status: StatusCode, message: &'static str) -> HttpResponse {
    let error = HibpError {
        status_code: status.as_u16(),
        message,
    };
    HttpResponse::build(status)
        .insert_header(CachePolicy::Never.header())
        .json(error)
}

/// Which breaches the filters keep; no breach has a domain or is a spam list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filter {
    All,
    None,
}

impl Filter {
    /// Reads a query; names and truth values may be in either case, as in the original.
    fn parse(query: &str) -> Option<Self> {
        let Query(pairs) = Query::<Vec<(String, String)>>::from_query(query).ok()?;
        let mut filter = Self::All;
        for (name, value) in pairs {
            let excludes = match name.to_ascii_lowercase().as_str() {
                "domain" => !value.is_empty(),
                "isspamlist" => value.to_ascii_lowercase().parse().ok()?,
                _ => false,
            };
            if excludes {
                filter = Self::None;
            }
        }
        Some(filter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_means_that_interface_is_distinguished_from_our_own() {
        for path in [
            "/breachedaccount/somebody@example.kz",
            "/api/breachedaccount/somebody",
            "/api/v2/breachedaccount/somebody",
            "//api/v3/breachedaccount/somebody",
            "/v1/breachedaccount/somebody",
            "/kk/API/v3/BreachedAccount/somebody",
            "/pasteaccount/somebody",
            "/stealerlogsbyemail/somebody",
            "/breach/Adobe",
            "//breach/Adobe",
            "/api",
            "/api/",
        ] {
            assert!(is_of_this_interface(path), "{path}");
            assert!(!is_mounted(path), "{path}");
        }
        for path in [
            "/",
            "/v1/breaches",
            "/v1/breaches/api",
            "/kk/leaks/school-2025",
            "/range/5BAA6",
            "/apiary",
            "/kk/api-of-experts",
        ] {
            assert!(!is_of_this_interface(path), "{path}");
        }
        assert!(is_mounted("/api/v3/breaches") && !is_mounted("/api/v30/breaches"));
    }

    #[test]
    fn a_filter_is_read_as_clients_write_it() {
        for (query, expected) in [
            ("", Some(Filter::All)),
            ("domain=", Some(Filter::All)),
            ("IsSpamList=false&x=1", Some(Filter::All)),
            ("domain=example.kz", Some(Filter::None)),
            ("Domain=example.kz&isspamlist=False", Some(Filter::None)),
            ("isSpamList=TRUE", Some(Filter::None)),
            ("IsSpamList=2", None),
        ] {
            assert_eq!(Filter::parse(query), expected, "{query}");
        }
    }
}
