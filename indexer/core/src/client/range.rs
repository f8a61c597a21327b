use super::view::RANGE_HEAD;
use super::{Doubt, IndexView};
use crate::index::{Exposure, FormatError, Prefix, Range, verify_path};
use crate::oprf::Tag;

/// Returns the exposures of a tag from the response for its prefix; none if the tag is not in it.
pub(super) fn exposures(
    response: &[u8],
    view: &IndexView,
    tag: Tag,
) -> Result<Vec<Exposure>, Doubt> {
    let range = proven(response, view, view.shape.prefix(tag))?;
    read(range, view, tag).map_err(|_| Doubt::Range)
}

/// Returns the range in a response after checking it against its path.
pub(super) fn proven<'a>(
    response: &'a [u8],
    view: &IndexView,
    prefix: Prefix,
) -> Result<&'a [u8], Doubt> {
    if response.len() != view.range_bytes {
        return Err(Doubt::Length);
    }
    let (padded, path) = response.split_at(view.range_bytes - view.path_bytes());
    let (range, padding) = split_padding(padded).ok_or(Doubt::LengthField)?;
    if padding.iter().any(|byte| *byte != 0) {
        return Err(Doubt::Padding);
    }
    if verify_path(range, prefix.0, path.as_chunks().0, &view.root) {
        Ok(range)
    } else {
        Err(Doubt::Path)
    }
}

/// Removes the padding, if the range's length field allows for it.
fn split_padding(padded: &[u8]) -> Option<(&[u8], &[u8])> {
    let length = u32::from_le_bytes(*padded.first_chunk()?);
    let length = usize::try_from(length).ok()?;
    if length < RANGE_HEAD {
        return None;
    }
    padded.split_at_checked(length)
}

/// The exposures of a tag in a range.
pub(super) fn read(range: &[u8], view: &IndexView, tag: Tag) -> Result<Vec<Exposure>, FormatError> {
    let range = Range::parse(range, view.shape)?;
    match range.find(tag)? {
        Some((_, set)) => range.exposures(set),
        None => Ok(Vec::new()),
    }
}
