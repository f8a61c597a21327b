use actix_web::HttpRequest;
use actix_web::http::header::{EntityTag, Header, IF_NONE_MATCH, IfNoneMatch};

/// Whether the client says that it has what `tag` names (RFC 9110 §13.1.2).
#[must_use]
pub fn is_unchanged(request: &HttpRequest, tag: &EntityTag) -> bool {
    // Most do not ask; to find that out by parsing would cost them a failure.
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(held)) => held.iter().any(|held| held.weak_eq(tag)),
        Err(_) => false,
    }
}
