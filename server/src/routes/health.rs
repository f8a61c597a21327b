use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, Responder};

use super::readable;
use crate::content::Caching;

/// Mounts the routes by which a supervisor tells whether to restart the server or to send it requests.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/healthz", alive))
        .service(readable("/readyz", ready));
}

/// The process answers.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "The server runs", content_type = "text/plain"))))]
async fn alive() -> impl Responder {
    plain("alive")
}

/// The server listens only once key and index are open, and never lets an index go before the next is open.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/readyz", tag = "operation", responses((status = 200, description = "The server can answer look-ups", content_type = "text/plain"))))]
async fn ready() -> impl Responder {
    plain("ready")
}

fn plain(text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(Caching::Never.header())
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
