use super::BuildError;
use super::pairs::ListedPair;
use super::sort::entry::Entry;

/// Minimum memory of a build, in bytes.
pub const MIN_MEMORY: u64 = 64 << 20;

/// Minimum and maximum identifiers in a batch. Larger ones gain nothing measurable; smaller ones leave threads idle
/// at their ends.
const MIN_BATCH: usize = 2_048;
const MAX_BATCH: usize = 32_768;

/// The memory a build may use, in bytes, shared out among its parts.
///
/// Apart from these, the process needs about 40 MiB for its code, tables and batches, more for spreadsheets; the shares
/// leave room for that at 1 GiB and above.
#[derive(Clone, Copy, Debug)]
pub struct Memory(u64);

impl Memory {
    /// Limits a build to `bytes` bytes; `None` if that is less than [`MIN_MEMORY`].
    #[must_use]
    pub fn new(bytes: u64) -> Option<Self> {
        (bytes >= MIN_MEMORY).then_some(Self(bytes))
    }

    /// Returns all of it, in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        self.0
    }

    /// Allocates the whole at once and frees it, so that what the system will never grant is refused at the
    /// beginning, with a message, and not by ending the process. What it grants now may yet be missing later.
    pub(crate) fn check(self) -> Result<(), BuildError> {
        let all = usize::try_from(self.0).unwrap_or(usize::MAX);
        Vec::<u8>::new()
            .try_reserve_exact(all)
            .map_err(|_| BuildError::Memory { bytes: self.0 })
    }

    /// Returns the bytes for the tags met before.
    pub(crate) fn memo_bytes(self) -> usize {
        self.percent(70)
    }

    /// Returns the number of identifiers that are evaluated at a time: with 1 GiB 32,768, a second and a half of one
    /// core.
    pub(crate) fn batch_identifiers(self) -> usize {
        let identifiers = usize::try_from(self.0 >> 15).unwrap_or(usize::MAX);
        identifiers.clamp(MIN_BATCH, MAX_BATCH)
    }

    /// Returns the number of entries that are sorted in memory before they are spilled.
    pub(crate) fn sorter_entries(self) -> usize {
        self.percent(9) / size_of::<Entry>()
    }

    /// Returns the number of pairs that are also sorted in memory, if any are kept.
    pub(crate) fn pair_entries(self) -> usize {
        self.percent(5) / size_of::<ListedPair>()
    }

    /// Returns the number of passwords, of `bytes` each, that are sorted in memory before they are spilled. Kept ones
    /// are sorted while runs are merged.
    pub(crate) fn sorted_passwords(self, bytes: usize) -> usize {
        self.percent(35) / bytes
    }

    /// Returns the bytes for the buffers of all runs that are merged at once; the memo is gone by then.
    pub(crate) fn merge_bytes(self) -> usize {
        self.percent(20)
    }

    fn percent(self, percent: u64) -> usize {
        usize::try_from(self.0 / 100 * percent).unwrap_or(usize::MAX / 2)
    }
}
