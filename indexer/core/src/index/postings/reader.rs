use roaring::RoaringBitmap;

use super::{COUNT_LENGTH, ENTRY_LENGTH, Holder, entry_offset};
use crate::index::layout::{at_most, equal, in_memory, u16_at, u32_at, u64_at};
use crate::index::{Fault, FormatError, Section};

/// The postings of an index file.
#[derive(Clone, Copy)]
pub(in crate::index) struct Postings<'a> {
    bytes: &'a [u8],
    count: usize,
}

impl<'a> Postings<'a> {
    /// Checks that the entries fit into the section.
    pub(in crate::index) fn open(bytes: &'a [u8]) -> Result<Self, FormatError> {
        let fail = |offset: usize| move |fault| FormatError::new(Section::Postings, offset, fault);
        if bytes.len() < COUNT_LENGTH {
            let (expected, got) = (COUNT_LENGTH as u64, bytes.len() as u64);
            return Err(fail(bytes.len())(Fault::Truncated { expected, got }));
        }
        let most = (bytes.len() - COUNT_LENGTH) / ENTRY_LENGTH;
        let count = u64_at(bytes, 0);
        at_most(count, most as u64, "number of postings").map_err(fail(0))?;
        Ok(Self {
            bytes,
            count: in_memory(count),
        })
    }

    /// Returns the number of postings.
    pub(in crate::index) const fn len(self) -> usize {
        self.count
    }

    /// The posting of a kind or breach; empty if the file has none.
    pub(in crate::index) fn get(self, holder: Holder) -> Result<RoaringBitmap, FormatError> {
        for entry in 0..self.count {
            if self.holder(entry)? == holder {
                return self.posting(entry);
            }
        }
        Ok(RoaringBitmap::new())
    }

    /// Returns the owner of the posting at an entry.
    pub(in crate::index) fn holder(self, entry: usize) -> Result<Holder, FormatError> {
        let offset = entry_offset(entry);
        Holder::from_codes(u16_at(self.bytes, offset), u16_at(self.bytes, offset + 2)).ok_or_else(
            || {
                FormatError::new(
                    Section::Postings,
                    offset,
                    Fault::Encoding {
                        what: "holder of a posting",
                    },
                )
            },
        )
    }

    /// Decodes the posting of an entry.
    pub(in crate::index) fn posting(self, entry: usize) -> Result<RoaringBitmap, FormatError> {
        let offset = entry_offset(entry);
        let (start, body) = self.body(entry)?;
        let broken = |fault| FormatError::new(Section::Postings, start, fault);
        let mut rest = body;
        let posting = RoaringBitmap::deserialize_from(&mut rest).map_err(|_| {
            broken(Fault::Encoding {
                what: "a roaring bitmap",
            })
        })?;
        if !rest.is_empty() {
            return Err(broken(Fault::NotZero {
                what: "bytes after a roaring bitmap",
            }));
        }
        equal(
            u64::from(u32_at(self.bytes, offset + 4)),
            posting.len(),
            "rows of a posting",
        )
        .map_err(|fault| FormatError::new(Section::Postings, offset + 4, fault))?;
        Ok(posting)
    }

    /// Returns the offset of the bitmap of an entry, and its bytes.
    pub(in crate::index) fn body(self, entry: usize) -> Result<(u64, &'a [u8]), FormatError> {
        let offset = entry_offset(entry);
        let (start, length) = (
            u64_at(self.bytes, offset + 8),
            u64_at(self.bytes, offset + 16),
        );
        let there = self.bytes.len() as u64;
        let fail = |offset: usize| move |fault| FormatError::new(Section::Postings, offset, fault);
        at_most(start, there, "start of a posting").map_err(fail(offset + 8))?;
        at_most(length, there - start, "length of a posting").map_err(fail(offset + 16))?;
        Ok((
            start,
            &self.bytes[in_memory(start)..in_memory(start + length)],
        ))
    }

    /// Returns the offset that the first bitmap must have.
    pub(in crate::index) const fn bodies_start(self) -> u64 {
        (COUNT_LENGTH + self.count * ENTRY_LENGTH) as u64
    }
}
