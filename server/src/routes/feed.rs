use actix_web::web::{Data, Path, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::messages::Problem;
use exposure_index::messages::ProblemKind;

use super::readable;
use crate::content::CachePolicy;
use crate::problem::Refusal;
use crate::serving::Generations;

/// Mounts the feeds of new leaks.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/feed/{language}.xml", feed));
}

/// New and corrected leaks for feed readers, the latest first, in Kazakh, Russian or English.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/feed/{language}.xml", tag = "catalogue",
    params(("language" = String, Path, description = "kk, ru or en", example = "kk")),
    responses(
        (status = 200, description = "Atom (RFC 4287), with links relative to it", content_type = "application/atom+xml"),
        (status = 304, description = "The client's copy is current"),
        (status = 404, description = "There is no feed in this language", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn feed(
    request: HttpRequest,
    generations: Data<Generations>,
    language: Path<String>,
) -> Result<HttpResponse, Refusal> {
    let served = generations.current();
    let feed = served.feeds().get(&language).ok_or(ProblemKind::NotFound)?;
    Ok(feed.respond(&request, CachePolicy::Revalidate))
}
