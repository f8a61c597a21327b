use actix_web::HttpResponse;
use actix_web::web::{Data, ServiceConfig};
use exposure_index::messages::ProblemKind;

use super::readable;
use crate::observe::Metrics;
use crate::problem::Refusal;

/// Mounts the metrics; on the operator's own address only.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service.service(readable("/metrics", metrics));
}

async fn metrics(metrics: Data<Metrics>) -> Result<HttpResponse, Refusal> {
    let text = metrics.text().map_err(|_| ProblemKind::Internal)?;
    Ok(HttpResponse::Ok()
        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
        .body(text))
}
