use actix_web::HttpResponse;
use actix_web::web::{self, ServiceConfig};
#[cfg(feature = "openapi")]
use exposure_index::messages::{Problem, PushRemoval, PushSubscription};
use exposure_index::messages::{ProblemKind, PushDocument};

use super::resource;
use crate::content::Caching;
use crate::problem::Refusal;

/// Mounts `/v1/push`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(
        resource("/v1/push", "GET, HEAD, POST, DELETE")
            .route(web::get().to(offer))
            .route(web::head().to(offer))
            .route(web::post().to(subscribe))
            .route(web::delete().to(unsubscribe)),
    );
}

/// Whether this server sends notices of new lists by Web Push, and the key that a browser subscribes with.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/push", tag = "notices", responses(
    (status = 200, description = "Whether notices are offered, and under which key", body = PushDocument),
    (status = 404, description = "This server has no index", body = Problem, content_type = "application/problem+json"),
)))]
pub(super) async fn offer() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(Caching::Revalidate.header())
        .json(PushDocument::not_offered())
}

/// Keeps a subscription, or renews it.
#[cfg_attr(feature = "openapi", utoipa::path(post, path = "/v1/push", tag = "notices", request_body = PushSubscription,
    params(("Altcha" = Option<String>, Header, description = "A solved challenge, base64 of JSON")),
    responses(
        (status = 204, description = "The subscription is kept"),
        (status = 400, description = "The body is no subscription, or its endpoint is at no push service that this server sends to", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server sends no notices", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "A challenge must be solved first", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many subscriptions", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The server keeps as many subscriptions as it may", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn subscribe() -> Result<HttpResponse, Refusal> {
    Err(ProblemKind::NotFound.into())
}

/// Deletes a subscription. The answer does not say whether there was one.
#[cfg_attr(feature = "openapi", utoipa::path(delete, path = "/v1/push", tag = "notices", request_body = PushRemoval,
    params(("Altcha" = Option<String>, Header, description = "A solved challenge, base64 of JSON")),
    responses(
        (status = 204, description = "If there was such a subscription with this secret, it is deleted"),
        (status = 400, description = "The body is not what it should be", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server sends no notices", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "A challenge must be solved first, where work is always asked for", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn unsubscribe() -> Result<HttpResponse, Refusal> {
    Err(ProblemKind::NotFound.into())
}
