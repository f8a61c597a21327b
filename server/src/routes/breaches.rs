use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use exposure_index::breach::BreachId;
use exposure_index::index::GenerationId;
use exposure_index::messages::ProblemKind;
#[cfg(feature = "openapi")]
use exposure_index::messages::{BreachDocument, CatalogueDocument, Problem};

use super::{check_spelling, readable};
use crate::content::CachePolicy;
use crate::problem::Refusal;
use crate::serving::Generations;

/// Mounts `/v1/breaches`, what is below it, and the catalogue of each generation.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/v1/breaches", breaches))
        .service(readable("/v1/breaches/{id}", breach))
        .service(readable(
            "/v1/generations/{generation}/breaches",
            of_generation,
        ));
}

/// All breaches of the current generation.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/breaches", tag = "catalogue", responses(
    (status = 200, description = "The catalogue", body = CatalogueDocument),
    (status = 304, description = "The client's copy is current"),
)))]
pub(super) async fn breaches(request: HttpRequest, generations: Data<Generations>) -> HttpResponse {
    generations
        .current()
        .catalogue()
        .respond(&request, CachePolicy::Revalidate)
}

/// All breaches of a generation, for a look-up that has begun with it: the same for ever.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/generations/{generation}/breaches", tag = "look-up",
    params(("generation" = String, Path, description = "As `/v1/index` names it", example = "20261122-201530-3f9a1c2b")),
    responses(
        (status = 200, description = "The catalogue", body = CatalogueDocument),
        (status = 304, description = "The client's copy is current"),
        (status = 400, description = "There is a query, which no catalogue has", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No generation is spelt like that", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "The generation is no longer served", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn of_generation(
    request: HttpRequest,
    generations: Data<Generations>,
    generation: Path<String>,
) -> Result<HttpResponse, Refusal> {
    check_spelling(&request)?;
    let generation = GenerationId::parse(&generation).ok_or(ProblemKind::NotFound)?;
    let served = generations.get(&generation).ok_or(ProblemKind::Retired)?;
    Ok(served.catalogue().respond(&request, CachePolicy::Immutable))
}

/// One breach.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/breaches/{id}", tag = "catalogue",
    params(("id" = String, Path, description = "The breach's id", example = "residents-2025")),
    responses(
        (status = 200, description = "The breach", body = BreachDocument),
        (status = 304, description = "The client's copy is current"),
        (status = 404, description = "There is no such breach", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn breach(
    request: HttpRequest,
    generations: Data<Generations>,
    id: Path<String>,
) -> Result<HttpResponse, Refusal> {
    let id = BreachId::try_from(id.into_inner()).map_err(|_| ProblemKind::NotFound)?;
    let served = generations.current();
    let breach = served.breach(&id).ok_or(ProblemKind::NotFound)?;
    Ok(breach.respond(&request, CachePolicy::Revalidate))
}
