use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{ConnectionType, Method};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, web};
use exposure_index::messages::ProblemKind;
use futures_util::FutureExt;

use super::Connection;
use crate::observe::Metrics;
use crate::problem::Refusal;

/// The template of the route that a request took, as metrics and log name it.
///
/// Kept with the resource, so that no request has to match it or put it together.
#[derive(Clone, Copy)]
pub(crate) struct Template(pub(crate) &'static str);

/// The template of a path that was not found.
const NO_ROUTE: &str = "none";

/// Logs and counts each request: method, route template, status, bytes and time, and nothing that the client wrote.
///
/// If a handler panics, the answer is the fixed text of a 500.
///
/// # Errors
/// None of its own.
pub(crate) async fn watch_requests(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    if let Some(connection) = request.request().conn_data::<Arc<Connection>>() {
        connection.asks(begun);
    }
    let method = known(request.method());
    let metrics = request.app_data::<web::Data<Metrics>>().cloned();
    let called = AssertUnwindSafe(next.call(request)).catch_unwind().await;
    let mut called = called.unwrap_or_else(|_| Err(Refusal::from(ProblemKind::Internal).into()));
    let time = begun.elapsed();
    let (route, status, bytes) = match &called {
        Ok(answer) => (
            route_of(answer.request()),
            answer.status(),
            bytes_of(answer.response(), method),
        ),
        Err(error) => (NO_ROUTE, error.as_response_error().status_code(), 0),
    };
    let status = status.as_u16();
    let microseconds = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    // There may be thousands per second; a journal that drops lines for it drops the error that matters as well.
    tracing::debug!(method, route, status, bytes, microseconds, "request");
    if let Some(metrics) = metrics {
        if let Ok(answer) = &mut called
            && metrics.conditions().is_draining()
        {
            // A proxy's next request must open a new connection, so that it finds another server.
            let head = answer.response_mut().head_mut();
            head.set_connection_type(ConnectionType::Close);
        }
        metrics.answered(route, method, status, bytes, time);
    }
    called
}

fn route_of(request: &HttpRequest) -> &'static str {
    request
        .app_data::<Template>()
        .map_or(NO_ROUTE, |template| template.0)
}

/// Returns the length of the body that is sent.
fn bytes_of(answer: &HttpResponse<BoxBody>, method: &str) -> u64 {
    match answer.body().size() {
        BodySize::Sized(bytes) if method != "HEAD" => bytes,
        _ => 0,
    }
}

/// Returns the method's name if it is one of HTTP's own; a client can invent others and write anything into them.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::OPTIONS => "OPTIONS",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::PATCH => "PATCH",
        Method::TRACE => "TRACE",
        Method::CONNECT => "CONNECT",
        _ => "other",
    }
}
