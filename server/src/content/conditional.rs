use actix_web::HttpRequest;
use actix_web::http::header::{Header, IF_NONE_MATCH, IfNoneMatch};

/// Whether the client says that it has what the strong tag `tag`, written without its quotes, names (RFC 9110 §13.1.2).
#[must_use]
pub(crate) fn is_unchanged(request: &HttpRequest, tag: &str) -> bool {
    // Most do not ask; to find that out by parsing would cost them a failure.
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(held)) => held.iter().any(|held| held.tag() == tag),
        Err(_) => false,
    }
}
