//! What was asked? One file for each group of routes.

pub(crate) mod breaches;
pub(crate) mod evaluate;
pub(crate) mod feed;
pub(crate) mod health;
pub(crate) mod hibp;
pub(crate) mod index;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod openapi;
#[cfg(feature = "openapi")]
mod openapi_headers;
pub(crate) mod passwords;
pub(crate) mod push;
pub(crate) mod ranges;
pub(crate) mod retrieve;
pub(crate) mod site;

#[cfg(feature = "openapi")]
pub use openapi::text as openapi_text;

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use actix_web::{Handler, HttpRequest, Resource, Responder, web};
use exposure_index::messages::ProblemKind;

use crate::http::Template;
use crate::problem::Refusal;

/// Answers that nothing is at this path.
///
/// # Errors
/// Always.
pub(crate) async fn not_found() -> Result<&'static str, Refusal> {
    Err(ProblemKind::NotFound.into())
}

/// Path of the protocol's resources.
pub(crate) const API: &str = "/v1";

/// The methods of read-only resources.
const READ: &str = "GET, HEAD";

/// Makes a resource that knows its template, and shows the `allowed` methods to a client that tries another. What
/// belongs to the protocol, or of another interface, is mounted within its scope and named as a whole.
pub(crate) fn resource(template: &'static str, allowed: &'static str) -> Resource {
    let within = |scope| template.strip_prefix(scope);
    let path = [API, hibp::SCOPE, passwords::SCOPE]
        .into_iter()
        .find_map(within);
    let path = path.unwrap_or(template);
    web::resource(path)
        .app_data(Template(template))
        .default_service(web::to(move || async move {
            Err::<&'static str, _>(wrong_method(allowed))
        }))
}

/// Makes a read-only resource: GET and HEAD go to `handler`.
pub(crate) fn readable<F, Args>(template: &'static str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    resource(template, READ)
        .route(web::method(Method::GET).to(handler.clone()))
        .route(web::method(Method::HEAD).to(handler))
}

fn wrong_method(allowed: &'static str) -> Refusal {
    Refusal::from(ProblemKind::Method).with_header(ALLOW, HeaderValue::from_static(allowed))
}

/// Refuses other spellings of a URL whose answer is cached for a year: a percent-encoded letter, or a query. Each would
/// be another copy in every cache on the way, and their number is unlimited.
fn check_spelling(request: &HttpRequest) -> Result<(), Refusal> {
    if request.uri().query().is_some() {
        return Err(Refusal::from(ProblemKind::Malformed).with_detail("this URL takes no query"));
    }
    match request.uri().path().contains('%') {
        true => Err(ProblemKind::NotFound.into()),
        false => Ok(()),
    }
}

/// Accepts only JSON: what a form on another site can send without a preflight request is not answered.
fn check_json(request: &HttpRequest) -> Result<(), Refusal> {
    let value = request.headers().get(CONTENT_TYPE);
    let essence = value
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(str::trim);
    if essence.is_some_and(|essence| essence.eq_ignore_ascii_case("application/json")) {
        return Ok(());
    }
    Err(ProblemKind::MediaType.into())
}
