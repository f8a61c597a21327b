use exposure_index::oprf::Tag;

use super::record::Record;
use crate::builder::exposures::ExposureNumber;

/// An entry of a run: a tag and an exposure that it was met with. Ordered by tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) tag: Tag,
    pub(crate) exposure: ExposureNumber,
}

impl Record for Entry {
    type Bytes = [u8; 12];

    fn to_bytes(self) -> Self::Bytes {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.tag.0.to_le_bytes());
        bytes[8..].copy_from_slice(&self.exposure.0.to_le_bytes());
        bytes
    }

    fn from_bytes(bytes: Self::Bytes) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = bytes;
        Self {
            tag: Tag(u64::from_le_bytes([a, b, c, d, e, f, g, h])),
            exposure: ExposureNumber(u32::from_le_bytes([i, j, k, l])),
        }
    }

    /// Drops repetitions: a household's number met twenty times with the same columns filled is one entry.
    fn absorbs(&mut self, next: &Self) -> bool {
        self == next
    }
}
