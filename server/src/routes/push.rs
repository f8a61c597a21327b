use std::sync::Arc;

use actix_web::http::header::{HeaderValue, RETRY_AFTER};
use actix_web::web::{self, Bytes, Data, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::messages::{Problem, PushRemoval, PushSubscription};
use exposure_index::messages::{ProblemKind, PushDocument};

use super::{check_json, resource};
use crate::content::CachePolicy;
use crate::gate::Gate;
use crate::http::{BodyTimeout, read_body};
use crate::observe::{Metrics, Outcome, causes};
use crate::problem::Refusal;
use crate::push::{Notices, PushError, SubscriptionError};

/// A subscription with generous white space.
const MAX_BODY: usize = 4096;
/// Seconds until a client may ask again whether there is room for another subscription.
const AN_HOUR: HeaderValue = HeaderValue::from_static("3600");

/// The endpoints, and the gate before subscriptions, if notices are sent.
type Offer = Option<(Arc<Notices>, Arc<Gate>)>;

/// Mounts `/v1/push`, also if no notices are sent, to say so.
pub(crate) fn configure(service: &mut ServiceConfig, notices: Offer) {
    service.service(
        resource("/v1/push", "GET, HEAD, POST, DELETE")
            .app_data(Data::new(notices))
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
pub(super) async fn offer(offer: Data<Offer>) -> HttpResponse {
    let (offer, none): (&Offer, _) = (&offer, PushDocument::not_offered());
    let document = offer
        .as_ref()
        .map_or(&none, |(notices, _)| notices.document());
    HttpResponse::Ok()
        .insert_header(CachePolicy::Revalidate.header())
        .json(document)
}

/// Keeps a subscription, or renews it.
#[cfg_attr(feature = "openapi", utoipa::path(post, path = "/v1/push", tag = "notices", request_body = PushSubscription,
    params(("Altcha" = Option<String>, Header, description = "A solved challenge, base64 of JSON")),
    responses(
        (status = 204, description = "The subscription is kept"),
        (status = 400, description = "The body is not a subscription, or its endpoint is not at a push service that this server sends to", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server sends no notices", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "A challenge must be solved first", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many subscriptions", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "The server keeps as many subscriptions as it may", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn subscribe(
    request: HttpRequest,
    payload: Payload,
    offer: Data<Offer>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Refusal> {
    let (notices, gate) = offered(&offer)?;
    let body = body(&request, payload).await?;
    let subscription = notices.subscription(&body).map_err(malformed)?;
    gate.pass(&request, 1, &body, true, &metrics).await?;
    let kept = web::block(move || notices.keep(&subscription)).await;
    match kept
        .map_err(|_| ProblemKind::Internal)?
        .map_err(|error| failed(&error))?
    {
        true => Ok(done(&gate, &metrics)),
        false => Err(Refusal::from(ProblemKind::Unavailable).with_header(RETRY_AFTER, AN_HOUR)),
    }
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
pub(super) async fn unsubscribe(
    request: HttpRequest,
    payload: Payload,
    offer: Data<Offer>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Refusal> {
    let (notices, gate) = offered(&offer)?;
    let body = body(&request, payload).await?;
    let removal = notices.removal(&body).map_err(malformed)?;
    gate.pass(&request, 1, &body, false, &metrics).await?;
    let removed = web::block(move || notices.remove(&removal)).await;
    removed
        .map_err(|_| ProblemKind::Internal)?
        .map_err(|error| failed(&error))?;
    Ok(done(&gate, &metrics))
}

fn offered(offer: &Offer) -> Result<(Arc<Notices>, Arc<Gate>), Refusal> {
    Ok(offer.clone().ok_or(ProblemKind::NotFound)?)
}

async fn body(request: &HttpRequest, payload: Payload) -> Result<Bytes, Refusal> {
    check_json(request)?;
    read_body(payload, MAX_BODY, BodyTimeout::of(request)).await
}

fn malformed(error: SubscriptionError) -> Refusal {
    Refusal::from(ProblemKind::Malformed).with_detail(error)
}

fn failed(error: &PushError) -> Refusal {
    tracing::error!("a subscription to notices failed: {}", causes(error));
    ProblemKind::Internal.into()
}

fn done(gate: &Gate, metrics: &Metrics) -> HttpResponse {
    metrics.gate(gate.calls(), Outcome::Passed);
    HttpResponse::NoContent()
        .insert_header(CachePolicy::Never.header())
        .finish()
}
