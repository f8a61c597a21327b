use super::exposures::ExposureNumber;
use crate::oprf::Tag;

/// That a tag was met with an exposure: what runs are made of. Ordered by tag.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Entry {
    pub(super) tag: Tag,
    pub(super) exposure: ExposureNumber,
}

impl Entry {
    /// Length on the disk, in bytes.
    pub(super) const LENGTH: usize = 12;

    pub(super) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..8].copy_from_slice(&self.tag.0.to_le_bytes());
        bytes[8..].copy_from_slice(&self.exposure.0.to_le_bytes());
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Self {
        let [a, b, c, d, e, f, g, h, i, j, k, l] = *bytes;
        Self {
            tag: Tag(u64::from_le_bytes([a, b, c, d, e, f, g, h])),
            exposure: ExposureNumber(u32::from_le_bytes([i, j, k, l])),
        }
    }
}
