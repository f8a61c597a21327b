use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, CROSS_ORIGIN_OPENER_POLICY, HeaderMap, HeaderName,
    HeaderValue, PERMISSIONS_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;

/// Names and values are made by the compiler, so that a request costs no parsing of them.
const EVERYWHERE: [(HeaderName, HeaderValue); 2] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // For answers that no browser may show as a page.
    (
        CONTENT_SECURITY_POLICY,
        HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"),
    ),
];

/// Headers that matter only for an answer that a browser may show; it never shows a range.
const IF_SHOWN: [(HeaderName, HeaderValue); 4] = [
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        CROSS_ORIGIN_OPENER_POLICY,
        HeaderValue::from_static("same-origin"),
    ),
    (
        PERMISSIONS_POLICY,
        HeaderValue::from_static("camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ),
];

const A_YEAR: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Adds headers that keep browsers from doing more with an answer than they should, unless the answer sets them itself.
///
/// # Errors
/// None of its own.
pub(crate) async fn secure_headers(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_encrypted = request.app_config().secure();
    let mut answer = next.call(request).await?;
    let headers = answer.headers_mut();
    EVERYWHERE
        .into_iter()
        .for_each(|(name, value)| add(headers, name, value));
    if !is_bytes(headers) {
        IF_SHOWN
            .into_iter()
            .for_each(|(name, value)| add(headers, name, value));
    }
    if is_encrypted {
        add(headers, STRICT_TRANSPORT_SECURITY, A_YEAR);
    }
    Ok(answer)
}

fn is_bytes(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .is_some_and(|value| value == "application/octet-stream")
}

fn add(headers: &mut HeaderMap, name: HeaderName, value: HeaderValue) {
    if !headers.contains_key(&name) {
        headers.insert(name, value);
    }
}
