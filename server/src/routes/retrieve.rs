//! What do these random bits select? The calls of private retrieval.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use actix_web::web::{self, Data, Path, Payload, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use exposure_index::index::GenerationId;
use exposure_index::messages::ProblemKind;
#[cfg(feature = "openapi")]
use exposure_index::messages::{Problem, RetrievalStatus};

use super::{check_spelling, readable, resource};
use crate::content::CachePolicy;
use crate::gate::Gate;
use crate::http::{BodyTimeout, read_body};
use crate::observe::{Metrics, Outcome};
use crate::problem::Refusal;
use crate::retrieval::{Retrieval, longest_body, queries};

const OCTETS: &str = "application/octet-stream";

/// Mounts `/v1/retrieve`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    let retrieve = resource("/v1/retrieve/{generation}", "POST");
    service
        .service(readable("/v1/retrieve", status))
        .service(retrieve.route(web::method(Method::POST).to(retrieve_records)));
}

/// What can be asked: for publishers, which name no generation before every server has it, and for monitoring.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/retrieve", tag = "look-up", responses(
    (status = 200, description = "The generations of which this server has all records", body = RetrievalStatus),
    (status = 404, description = "This server answers no queries", body = Problem, content_type = "application/problem+json"),
)))]
pub(super) async fn status(retrieval: Data<Retrieval>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(CachePolicy::Never.header())
        .json(retrieval.status())
}

/// For each vector, the XOR of the records that its bits select.
#[cfg_attr(feature = "openapi", utoipa::path(post, path = "/v1/retrieve/{generation}", tag = "look-up",
    request_body(content_type = "application/octet-stream", description = "1 to 16 vectors of 2^`prefix_bits` bits"),
    params(
        ("generation" = String, Path, description = "As `/v1/index` names it", example = "20261122-201530-3f9a1c2b"),
        ("Altcha" = Option<String>, Header, description = "A solved challenge, base64 of JSON"),
    ),
    responses(
        (status = 200, description = "`range_bytes` bytes for each vector", content_type = "application/octet-stream"),
        (status = 400, description = "The body is not a whole number of vectors", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "This server answers no queries, or no generation is spelt like that", body = Problem, content_type = "application/problem+json"),
        (status = 408, description = "The body did not come in time", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "The server has no records of this generation, or no longer", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The body is too long", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "The body is not application/octet-stream", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "A challenge must be solved first", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many queries", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too many queries wait", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn retrieve_records(
    request: HttpRequest,
    generation: Path<String>,
    payload: Payload,
    retrieval: Data<Retrieval>,
    gate: Data<Gate>,
    metrics: Data<Metrics>,
) -> Result<HttpResponse, Refusal> {
    check_spelling(&request)?;
    check_media_type(&request)?;
    let generation = GenerationId::parse(&generation).ok_or(ProblemKind::NotFound)?;
    let records = retrieval.records(&generation).ok_or(ProblemKind::Retired)?;
    let body = read_body(payload, longest_body(&records), BodyTimeout::of(&request)).await?;
    let count = queries(&records, &body).ok_or_else(wrong_length)?;
    let wants_work = retrieval.is_busy();
    gate.pass(&request, count, &body, wants_work, &metrics)
        .await?;
    let answer = retrieval.answer(Arc::clone(&records), body).await;
    let answer = answer.map_err(|_| full())?.ok_or(ProblemKind::Internal)?;
    metrics.gate(gate.calls(), Outcome::Passed);
    Ok(HttpResponse::Ok()
        .insert_header(CachePolicy::Never.header())
        .content_type(OCTETS)
        .body(answer))
}

fn wrong_length() -> Refusal {
    Refusal::from(ProblemKind::Malformed)
        .with_detail("expected 1 to 16 vectors of one bit for each range of the generation")
}

/// Refuses because the queue is full; passes take less than a second each.
fn full() -> Refusal {
    Refusal::from(ProblemKind::Unavailable).with_header(RETRY_AFTER, HeaderValue::from_static("1"))
}

/// Refuses what a form on another site can send without a preflight request.
fn check_media_type(request: &HttpRequest) -> Result<(), Refusal> {
    let value = request.headers().get(CONTENT_TYPE);
    let is_octets =
        value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(OCTETS.as_bytes()));
    match is_octets {
        true => Ok(()),
        false => Err(Refusal::from(ProblemKind::MediaType)
            .with_detail("a query is application/octet-stream")),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::App;
    use actix_web::body::to_bytes;
    use actix_web::dev::ServiceResponse;
    use actix_web::test::{TestRequest, call_service, init_service};
    use exposure_index::index::Index;
    use exposure_index::retrieval::{Records, vector_bytes};
    use serde_json::Value;

    use super::*;
    use crate::gate::GateRules;
    use crate::limits::{Proxies, Rate};
    use crate::observe::GatedCalls;
    use crate::work::Mode;

    const FILE: &[u8] = include_bytes!("../../../indexer/core/tests/fixtures/v1.idx");
    /// Queries that may wait, and the number from which clients must work.
    const FULL: usize = 1024;
    const BUSY: usize = FULL / 4;

    fn rules(work: Mode) -> GateRules {
        GateRules {
            calls: GatedCalls::Retrievals,
            rate_per_client: Rate::OFF,
            rate_total: Rate::OFF,
            work,
            proxies: Proxies::default(),
        }
    }

    /// Returns the answer to a request while `waiting` others wait and no pass is made; `None` if it waits as well.
    async fn asked(rules: &GateRules, waiting: usize, queries: usize) -> Option<ServiceResponse> {
        let index = Index::open(FILE).expect("the fixture");
        let records = Records::copy(&index).expect("a copy");
        let generation = records.generation().to_string();
        let body = vec![0; queries * vector_bytes(records.prefix_bits())];
        let gate = Gate::new(rules, None).expect("randomness");
        let retrieval = Data::new(Retrieval::stalled(records, waiting));
        let app = App::new()
            .app_data(retrieval.clone())
            .app_data(Data::new(gate))
            .app_data(Data::new(Metrics::new()))
            .app_data(BodyTimeout(std::time::Duration::from_secs(60)))
            .service(web::scope(crate::routes::API).configure(configure));
        let app = init_service(app).await;
        let request = TestRequest::post()
            .uri(&format!("/v1/retrieve/{generation}"))
            .insert_header((CONTENT_TYPE, OCTETS))
            .peer_addr("192.0.2.1:1".parse().expect("an address"))
            .set_payload(body)
            .to_request();
        tokio::select! {
            answer = call_service(&app, request) => Some(answer),
            () = joins(&retrieval, waiting) => None,
        }
    }

    /// Returns once more than `waiting` queries wait.
    async fn joins(retrieval: &Retrieval, waiting: usize) {
        while retrieval.waiting() == waiting {
            tokio::task::yield_now().await;
        }
    }

    async fn problem(answer: ServiceResponse) -> Value {
        let body = to_bytes(answer.into_body()).await.expect("a body");
        serde_json::from_slice(&body).expect("a problem document")
    }

    #[actix_web::test]
    async fn a_request_that_the_queue_has_no_room_for_is_turned_away_with_the_time_to_come_back() {
        let rules = rules(Mode::Off);
        let full = asked(&rules, FULL - 15, 16).await.expect("an answer");
        assert_eq!(full.status().as_u16(), 503);
        assert_eq!(
            full.headers().get(RETRY_AFTER),
            Some(&HeaderValue::from_static("1"))
        );
        let problem = problem(full).await;
        assert_eq!(problem["type"], "tag:tekser.kz,2026:unavailable");
        assert!(
            asked(&rules, FULL - 16, 16).await.is_none(),
            "there is room for the last sixteen"
        );
    }

    #[actix_web::test]
    async fn a_busy_queue_demands_work_and_another_does_not() {
        let rules = rules(Mode::Auto);
        let busy = asked(&rules, BUSY, 16).await.expect("an answer");
        assert_eq!(busy.status().as_u16(), 428);
        let problem = problem(busy).await;
        assert_eq!(problem["type"], "tag:tekser.kz,2026:work-required");
        let parameters = &problem["challenge"]["parameters"];
        assert_eq!(parameters["data"]["elements"], 16, "{problem}");
        assert!(asked(&rules, BUSY - 1, 16).await.is_none(), "it waits");
    }

    #[actix_web::test]
    async fn work_is_always_or_never_demanded_where_the_settings_say_so() {
        let always = rules(Mode::On);
        let answer = asked(&always, 0, 1).await.expect("an answer");
        assert_eq!(answer.status().as_u16(), 428);
        let never = rules(Mode::Off);
        assert!(asked(&never, BUSY, 1).await.is_none());
    }
}
