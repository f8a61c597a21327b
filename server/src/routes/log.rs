use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::messages::Problem;
use exposure_index::messages::ProblemKind;

use super::readable;
use crate::content::CachePolicy;
use crate::problem::Refusal;
use crate::serving::ServedLog;

/// Mounts `/v1/log`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/v1/log", log));
}

/// The public log of generations, from its first line on. It only ever grows.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/log", tag = "catalogue", responses(
    (status = 200, description = "A line for each generation, each with the hash of the line before", content_type = "text/plain"),
    (status = 304, description = "The client's copy is current"),
    (status = 404, description = "This server has no log", body = Problem, content_type = "application/problem+json"),
    (status = 503, description = "Its log cannot be served at the moment", body = Problem, content_type = "application/problem+json"),
)))]
pub(super) async fn log(
    request: HttpRequest,
    log: Data<ServedLog>,
) -> Result<HttpResponse, Refusal> {
    let text = log.text().ok_or(ProblemKind::Unavailable)?;
    Ok(text.respond(&request, CachePolicy::Revalidate))
}
