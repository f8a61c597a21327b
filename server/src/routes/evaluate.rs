use actix_web::web::{self, Data, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::messages::{EvaluateRequest, EvaluateResponse, Problem};
use exposure_index::messages::{MAX_ELEMENTS, ProblemKind};

use super::{check_json, readable, resource};
use crate::content::CachePolicy;
use crate::evaluation::{Evaluator, blinded_elements};
use crate::gate::Gate;
use crate::http::{BodyTimeout, read_body};
use crate::observe::{Metrics, Outcome};
use crate::problem::Refusal;

/// Sixteen elements with generous white space.
const MAX_BODY: usize = 4096;

/// Mounts `/v1/evaluate` and `/v1/challenge`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    let evaluate = resource("/v1/evaluate", "POST").route(web::post().to(evaluate));
    service
        .service(evaluate)
        .service(readable("/v1/challenge", challenge));
}

/// Evaluates blinded elements, with one proof for all.
#[cfg_attr(feature = "openapi", utoipa::path(post, path = "/v1/evaluate", tag = "look-up", request_body = EvaluateRequest,
    params(("Altcha" = Option<String>, Header, description = "A solved challenge, base64 of JSON")),
    responses(
        (status = 200, description = "The evaluated elements", body = EvaluateResponse),
        (status = 400, description = "The body is not what it should be", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server evaluates nothing", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "A challenge must be solved first", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many evaluations", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn evaluate(
    request: HttpRequest,
    payload: Payload,
    evaluator: Data<Evaluator>,
    gate: Data<Gate>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Refusal> {
    check_json(&request)?;
    let patience = BodyTimeout::of(&request);
    let body = read_body(payload, MAX_BODY, patience).await?;
    let malformed = |error| Refusal::from(ProblemKind::Malformed).with_detail(error);
    let blinded = blinded_elements(&body).map_err(malformed)?;
    gate.pass(&request, blinded.len(), &body, true, &metrics)
        .await?;
    let evaluated = evaluator.evaluate(&blinded).map_err(|error| {
        tracing::error!("an evaluation failed: {error}");
        ProblemKind::Internal
    })?;
    metrics.gate(gate.calls(), Outcome::Passed);
    metrics.evaluated(blinded.len());
    Ok(HttpResponse::Ok()
        .insert_header(CachePolicy::Never.header())
        .json(evaluated))
}

/// The number of elements that a challenge is for.
#[derive(serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams), into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub(super) struct ChallengeQuery {
    /// 1 to 16.
    #[cfg_attr(feature = "openapi", param(minimum = 1, maximum = 16))]
    #[serde(default = "one")]
    elements: usize,
}

const fn one() -> usize {
    1
}

/// Issues a challenge, for a client that solves it before asking.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/challenge", tag = "look-up", params(ChallengeQuery),
    responses(
        (status = 200, description = "A challenge of the ALTCHA protocol, version 2", body = Object),
        (status = 204, description = "No work is wanted"),
        (status = 400, description = "No such number of elements can be evaluated", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server evaluates nothing", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many challenges", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn challenge(
    request: HttpRequest,
    query: Result<Query<ChallengeQuery>, actix_web::Error>,
    gate: Data<Gate>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Refusal> {
    let elements = query.map_or(0, |query| query.elements);
    if !(1..=MAX_ELEMENTS).contains(&elements) {
        return Err(Refusal::from(ProblemKind::Malformed).with_detail("expected ?elements=1 to 16"));
    }
    let challenge = gate.challenge(&request, elements, &metrics).await?;
    let never = CachePolicy::Never.header();
    Ok(match challenge {
        Some(challenge) => HttpResponse::Ok().insert_header(never).json(challenge),
        None => HttpResponse::NoContent().insert_header(never).finish(),
    })
}
