//! What was asked? One file for each group of routes.

pub(crate) mod breaches;
pub(crate) mod evaluate;
pub(crate) mod health;
pub(crate) mod index;
pub(crate) mod metrics;
pub(crate) mod openapi;
pub(crate) mod ranges;
pub(crate) mod site;

pub use openapi::text as openapi_text;

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{Handler, HttpRequest, Resource, Responder, web};
use exposure_index::messages::ProblemKind;

use crate::http::Refusal;

/// Nothing is here.
///
/// # Errors
/// Always.
pub async fn not_found() -> Result<&'static str, Refusal> {
    Err(ProblemKind::NotFound.into())
}

/// A resource that is read: GET and HEAD go to `handler`, and what else is tried is told which methods there are.
fn readable<F, Args>(path: &str, handler: F) -> Resource
where
    F: Handler<Args>,
    Args: actix_web::FromRequest + 'static,
    F::Output: Responder + 'static,
{
    web::resource(path)
        .route(web::method(Method::GET).to(handler.clone()))
        .route(web::method(Method::HEAD).to(handler))
        .default_service(web::to(|request: HttpRequest| async move {
            let _ = request;
            Err::<&'static str, _>(wrong_method("GET, HEAD"))
        }))
}

fn wrong_method(allowed: &'static str) -> Refusal {
    Refusal::from(ProblemKind::Method).with_header(ALLOW, HeaderValue::from_static(allowed))
}
