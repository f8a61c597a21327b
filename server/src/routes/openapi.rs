use std::sync::LazyLock;

use actix_web::web::ServiceConfig;
use actix_web::{HttpRequest, HttpResponse};

use super::readable;
use crate::content::{Asset, CachePolicy};

/// The committed description. A test compares it with what the code makes.
const TEXT: &str = include_str!("../../openapi.json");

static DOCUMENT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("application/json", TEXT.to_owned()));

/// Mounts `/v1/openapi.json`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/v1/openapi.json", document));
}

/// This description.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/openapi.json", tag = "operation", responses(
    (status = 200, description = "OpenAPI 3.1", content_type = "application/json"),
    (status = 304, description = "The client's copy is current"),
)))]
async fn document(request: HttpRequest) -> HttpResponse {
    DOCUMENT.respond(&request, CachePolicy::Revalidate)
}

#[cfg(feature = "openapi")]
mod made {
    use utoipa::OpenApi;

    use super::super::openapi_headers::Headers;
    use super::super::{
        breaches, evaluate, feed, health, hibp, index, log, openapi, passwords, push, ranges,
        retrieve,
    };

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
            retrieve::status,
            retrieve::retrieve_records,
            breaches::breaches,
            breaches::breach,
            breaches::of_generation,
            push::offer,
            push::subscribe,
            push::unsubscribe,
            log::log,
            feed::feed,
            hibp::breaches,
            hibp::breach,
            hibp::latest,
            hibp::classes,
            passwords::range,
            openapi::document,
            health::alive,
            health::ready,
        ),
        modifiers(&Headers)
    )]
    struct Api;

    /// Returns the description of the HTTP calls that the code makes, indented.
    #[must_use]
    pub fn text() -> String {
        let mut text = Api::openapi().to_pretty_json().unwrap_or_default();
        text.push('\n');
        text
    }
}

#[cfg(feature = "openapi")]
pub use made::text;
