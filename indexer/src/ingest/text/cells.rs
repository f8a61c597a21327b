use std::borrow::Cow;
use std::ops::Range;

/// The cells of one record, one after the other in a buffer.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Cells<'a> {
    bytes: &'a [u8],
    ends: &'a [usize],
    /// Bytes between two cells, such as a delimiter that was left in place.
    gap: usize,
}

impl<'a> Cells<'a> {
    /// Returns cells that end in `bytes` at `ends`, and begin `gap` bytes after the end of the previous one.
    pub(in crate::ingest) fn new(bytes: &'a [u8], ends: &'a [usize], gap: usize) -> Self {
        let bytes = &bytes[..ends.last().copied().unwrap_or(0)];
        Self { bytes, ends, gap }
    }

    /// Returns the number of cells.
    pub(in crate::ingest) const fn width(&self) -> usize {
        self.ends.len()
    }

    /// The cell at `place`, which is below the width.
    pub(in crate::ingest) fn bytes(&self, place: usize) -> &'a [u8] {
        &self.bytes[self.range(place)]
    }

    /// Every cell.
    pub(in crate::ingest) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.width()).map(move |place| self.bytes(place))
    }

    /// Returns a function from a place to its cell's text, with malformed UTF-8 replaced by U+FFFD. Validity is checked
    /// for all cells at once, which takes a fraction of the time.
    pub(in crate::ingest) fn texts(self) -> impl Fn(usize) -> Cow<'a, str> {
        let whole = simdutf8::basic::from_utf8(self.bytes).ok();
        move |place| {
            // Two halves of a character may be in adjacent cells: these are not valid texts then.
            let text = whole.and_then(|whole| whole.get(self.range(place)));
            text.map_or_else(|| text_of(self.bytes(place)), Cow::Borrowed)
        }
    }

    fn range(&self, place: usize) -> Range<usize> {
        let start = match place {
            0 => 0,
            _ => self.ends[place - 1] + self.gap,
        };
        start..self.ends[place]
    }
}

/// The text of some bytes, with malformed UTF-8 replaced by U+FFFD. Like [`String::from_utf8_lossy`], which takes ten
/// times as long on valid UTF-8.
pub(in crate::ingest) fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    simdutf8::basic::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_is_that_of_its_cell_alone(
            cells in prop::collection::vec("[aЖ—😀]{0,8}", 1..6),
            damage in prop::option::of(any::<prop::sample::Index>()),
            gap in 0_usize..2,
        ) {
            let (mut bytes, mut ends) = (Vec::new(), Vec::new());
            for cell in &cells {
                bytes.resize(bytes.len() + if ends.is_empty() { 0 } else { gap }, b';');
                bytes.extend_from_slice(cell.as_bytes());
                ends.push(bytes.len());
            }
            // An end within a character leaves its halves in two cells whose bytes are valid only together.
            if let Some(damage) = damage && gap == 0 && ends.len() > 1 {
                ends[0] = damage.index(ends[1] + 1);
            }
            let cells = Cells::new(&bytes, &ends, gap);
            let text = cells.texts();
            for (place, cell) in cells.iter().enumerate() {
                prop_assert_eq!(text(place), String::from_utf8_lossy(cell));
            }
        }
    }
}
