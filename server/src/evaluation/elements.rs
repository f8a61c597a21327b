use exposure_index::messages::{EvaluateRequest, MAX_ELEMENTS, decode};
use exposure_index::oprf::Element;

/// Why a request for evaluation is malformed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum BadElements {
    /// The body is not the expected document.
    #[error("expected {{\"blinded\": [\"…\"]}}")]
    Document,
    /// The body has no elements, or too many.
    #[error("expected 1 to {MAX_ELEMENTS} elements")]
    Count,
    /// A text is not an element.
    #[error("each element is base64url, without padding, of a non-identity ristretto255 element")]
    Element,
}

/// Returns the elements that a request body asks to evaluate.
///
/// # Errors
/// [`BadElements`] unless the body holds 1 to 16 of them.
pub(crate) fn blinded_elements(body: &[u8]) -> Result<Vec<Element>, BadElements> {
    let request: EvaluateRequest =
        serde_json::from_slice(body).map_err(|_| BadElements::Document)?;
    if !(1..=MAX_ELEMENTS).contains(&request.blinded.len()) {
        return Err(BadElements::Count);
    }
    request.blinded.iter().map(|text| element(text)).collect()
}

fn element(text: &str) -> Result<Element, BadElements> {
    let bytes: [u8; Element::LENGTH] = decode(text).ok_or(BadElements::Element)?;
    Element::from_bytes(&bytes).map_err(|_| BadElements::Element)
}
