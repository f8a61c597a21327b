use std::sync::LazyLock;

use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse};
use utoipa::OpenApi;

use super::{breaches, evaluate, feed, health, hibp, index, log, passwords, ranges, readable};
use crate::content::{Asset, Caching};

/// The protocol, for machines.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Tekser look-ups",
        description = "Answers which leaks an identifier is in without learning the identifier. PROTOCOL.md says what the bytes mean.",
    ),
    paths(
        index::index,
        evaluate::evaluate,
        evaluate::challenge,
        ranges::range,
        breaches::breaches,
        breaches::breach,
        log::log,
        feed::feed,
        hibp::breaches,
        hibp::breach,
        hibp::latest,
        hibp::classes,
        passwords::range,
        document,
        health::alive,
        health::ready,
    )
)]
struct Api;

static DOCUMENT: LazyLock<Asset> = LazyLock::new(|| Asset::new("application/json", text()));

/// The description as it is served, indented.
#[must_use]
pub fn text() -> String {
    let mut text = Api::openapi().to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
}

/// Mounts `/v1/openapi.json`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/v1/openapi.json", document));
}

/// This description.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "operation", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json"),
    (status = 304, description = "The client's copy is right"),
))]
async fn document(request: HttpRequest) -> HttpResponse {
    DOCUMENT.respond(&request, Caching::Revalidate)
}
