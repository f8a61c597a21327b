use actix_web::HttpRequest;
use actix_web::http::header::{Header, IF_NONE_MATCH, IfNoneMatch};

/// Returns whether the client says that it has what the strong tag `tag`, without its quotes, names (RFC 9110 §13.1.2).
#[must_use]
pub(crate) fn is_unchanged(request: &HttpRequest, tag: &str) -> bool {
    // Most clients do not ask; parsing would make each of them pay for a failure.
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(held)) => held.iter().any(|held| held.tag() == tag),
        Err(_) => false,
    }
}
