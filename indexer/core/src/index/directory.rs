use super::layout::{equal, u32_at, u64_at};
use super::{Fault, FormatError, Prefix, Section, Shape};

/// An entry: offset of the range in its section (8 bytes), number of its first row (4 bytes).
const ENTRY_LENGTH: usize = 12;

/// The place of a range: offset in its section, and number of its first row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) offset: u64,
    pub(super) row: u32,
}

pub(super) fn encode(starts: &[Start]) -> Vec<u8> {
    starts
        .iter()
        .flat_map(|start| {
            start
                .offset
                .to_le_bytes()
                .into_iter()
                .chain(start.row.to_le_bytes())
        })
        .collect()
}

/// The directory: one entry per prefix and one for the end.
#[derive(Clone, Copy)]
pub(super) struct Directory<'a>(&'a [u8]);

impl<'a> Directory<'a> {
    /// Checks length, first and last entry.
    pub(super) fn open(bytes: &'a [u8], shape: Shape, end: Start) -> Result<Self, FormatError> {
        let ranges = shape.ranges() as usize;
        let fail = |offset: usize| move |fault| FormatError::new(Section::Directory, offset, fault);
        let expected = (ranges + 1) * ENTRY_LENGTH;
        equal(bytes.len() as u64, expected as u64, "length")
            .map_err(fail(bytes.len().min(expected)))?;
        let directory = Self(bytes);
        let must = |entry: usize, start: Start| {
            let got = directory.entry(entry);
            equal(got.offset, start.offset, "range offset").map_err(fail(entry * ENTRY_LENGTH))?;
            equal(u64::from(got.row), u64::from(start.row), "first row")
                .map_err(fail(entry * ENTRY_LENGTH + 8))
        };
        must(0, Start { offset: 0, row: 0 })?;
        must(ranges, end)?;
        Ok(directory)
    }

    /// The directory in bytes that [`Directory::open`] has accepted before.
    pub(super) const fn checked(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Returns where the range of `prefix` begins and ends. The caller has checked the prefix.
    pub(super) fn range(self, prefix: Prefix, end: Start) -> Result<(Start, Start), FormatError> {
        let entry = prefix.0 as usize;
        let (from, to) = (self.entry(entry), self.entry(entry + 1));
        let offset = (entry + 1) * ENTRY_LENGTH;
        if from.offset > to.offset || to.offset > end.offset {
            return Err(FormatError::new(
                Section::Directory,
                offset,
                Fault::Order {
                    what: "range offsets",
                },
            ));
        }
        if from.row > to.row || to.row > end.row {
            return Err(FormatError::new(
                Section::Directory,
                offset + 8,
                Fault::Order { what: "first rows" },
            ));
        }
        Ok((from, to))
    }

    fn entry(self, entry: usize) -> Start {
        let offset = entry * ENTRY_LENGTH;
        Start {
            offset: u64_at(self.0, offset),
            row: u32_at(self.0, offset + 8),
        }
    }
}
