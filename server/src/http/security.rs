use actix_web::Error;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// For answers that no browser shall show as a page.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'";

const EVERYWHERE: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("content-security-policy", NOTHING),
];

/// Adds what keeps browsers from doing more with an answer than they should, unless the answer says otherwise itself.
///
/// # Errors
/// None of its own.
pub async fn secure_headers(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_encrypted = request.app_config().secure();
    let mut answer = next.call(request).await?;
    let headers = answer.headers_mut();
    for (name, value) in EVERYWHERE {
        add(headers, name, value);
    }
    if is_encrypted {
        add(headers, "strict-transport-security", "max-age=31536000");
    }
    Ok(answer)
}

fn add(headers: &mut HeaderMap, name: &'static str, value: &'static str) {
    let name = HeaderName::from_static(name);
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}
