use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Version;
use actix_web::http::header::RETRY_AFTER;
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use actix_web::{Error, HttpResponse};

use super::Connection;
use super::connections::Seat;

/// Answers as many requests of one HTTP/2 connection at a time as [`Connection`] has seats.
///
/// actix sets no limit, and an answer is kept until the client opens a window for it: a single connection could have
/// answers without number kept. What is refused has no body, so that nothing of it is kept.
///
/// # Errors
/// None of its own.
pub async fn limit_streams(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let connection = match request.version() {
        Version::HTTP_2 => request.request().conn_data::<Arc<Connection>>(),
        _ => None,
    };
    let Some(connection) = connection.cloned() else {
        return next.call(request).await;
    };
    let Some(seat) = Seat::of(connection) else {
        let mut refused = HttpResponse::TooManyRequests();
        return Ok(request.into_response(refused.insert_header((RETRY_AFTER, 1)).finish()));
    };
    let answer = next.call(request).await?;
    Ok(answer.map_body(|_, body| BoxBody::new(Seated { body, _seat: seat })))
}

/// A body that has its seat until it has been sent or dropped.
struct Seated {
    body: BoxBody,
    _seat: Seat,
}

impl MessageBody for Seated {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}
