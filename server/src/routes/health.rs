use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpResponse, Responder};

use super::readable;
use crate::content::CachePolicy;
use crate::observe::Metrics;

/// Mounts the routes from which a supervisor learns whether to restart the server or to send it requests.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/healthz", alive))
        .service(readable("/readyz", ready));
}

/// Mounts the route that says why something is not as it should be; on the operator's own address only.
pub(crate) fn configure_for_operator(service: &mut ServiceConfig) {
    service.service(readable("/readyz", ready_with_reasons));
}

/// The process answers.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/healthz", tag = "operation", responses((status = 200, description = "The server runs", content_type = "text/plain"))))]
async fn alive() -> impl Responder {
    plain(StatusCode::OK, "alive".to_owned())
}

/// The server listens only once key and index are open, and never drops an index before the next is open. What else
/// is not as it should be does not keep it from answering, and is for the operator alone: a client that waits for
/// limits to be less than they should be need not be shown.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/readyz", tag = "operation", responses(
    (status = 200, description = "The server can answer look-ups", content_type = "text/plain"),
    (status = 503, description = "It is about to stop, and should be sent nothing new", content_type = "text/plain"),
)))]
async fn ready(metrics: Data<Metrics>) -> impl Responder {
    readiness(&metrics, "")
}

/// Answers the same, and a line for each condition: its state, since when, and why it fails.
async fn ready_with_reasons(metrics: Data<Metrics>) -> impl Responder {
    readiness(&metrics, &format!("\n{}", metrics.conditions().text()))
}

fn readiness(metrics: &Metrics, more: &str) -> HttpResponse {
    let (status, word) = match metrics.conditions().is_draining() {
        false => (StatusCode::OK, "ready"),
        true => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
    };
    plain(status, format!("{word}{more}"))
}

fn plain(status: StatusCode, text: String) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header(CachePolicy::Never.header())
        .content_type("text/plain; charset=utf-8")
        .body(text)
}
