use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::web::{Bytes, Payload};
use exposure_index::messages::ProblemKind;
use tokio::time::timeout;

use crate::problem::Refusal;

/// Time that a body may take, as handlers find it.
#[derive(Clone, Copy)]
pub(crate) struct BodyTimeout(pub Duration);

impl BodyTimeout {
    /// Returns the time that the body of this request may take.
    #[must_use]
    pub(crate) fn of(request: &HttpRequest) -> Duration {
        request
            .app_data::<Self>()
            .map_or(Duration::ZERO, |limit| limit.0)
    }
}

/// Reads the body of a request, of at most `limit` bytes, if all of it arrives within `patience`.
///
/// # Errors
/// [`ProblemKind::Slow`], [`ProblemKind::TooLarge`] or, if the connection breaks, [`ProblemKind::Malformed`].
pub(crate) async fn read_body(
    payload: Payload,
    limit: usize,
    patience: Duration,
) -> Result<Bytes, Refusal> {
    let body = timeout(patience, payload.to_bytes_limited(limit))
        .await
        .map_err(|_| ProblemKind::Slow)?;
    let body = body.map_err(|_| ProblemKind::TooLarge)?;
    Ok(body.map_err(|_| ProblemKind::Malformed)?)
}
