use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
#[cfg(feature = "openapi")]
use exposure_index::messages::IndexDocument;

use super::readable;
use crate::content::CachePolicy;
use crate::serving::Generations;

/// Mounts `/v1/index`.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/v1/index", index));
}

/// Which index is current, whom to ask for evaluations, and against what ranges are proven.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/index", tag = "look-up", responses(
    (status = 200, description = "The current index", body = IndexDocument),
    (status = 304, description = "The client's copy is current"),
)))]
pub(super) async fn index(request: HttpRequest, generations: Data<Generations>) -> HttpResponse {
    let served = generations.current();
    let mut answer = HttpResponse::Ok();
    for header in served.ending_headers() {
        answer.insert_header(header.clone());
    }
    served
        .document()
        .respond_with(answer, &request, CachePolicy::Revalidate)
}
