//! Where each section is: the codec of the section table.

use super::layout::{
    ALIGNMENT, HEAD_LENGTH, SECTION_ENTRY_LENGTH, SECTION_TABLE_END, SECTION_TABLE_OFFSET, equal,
    put, u64_at,
};
use super::{Fault, FormatError, Section};

const CODE: usize = 0;
const OFFSET: usize = CODE + 8;
const LENGTH: usize = OFFSET + 8;
const CHECKSUM: usize = LENGTH + 8;

/// The place of a section, and its checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) checksum: u64,
}

impl Extent {
    pub(super) const fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

pub(super) type Extents = [Extent; Section::STORED.len()];

pub(super) fn encode(extents: &Extents, head: &mut [u8; HEAD_LENGTH]) {
    for (section, extent) in Section::STORED.into_iter().zip(extents) {
        let entry = entry_offset(section);
        put(head, entry + CODE, &u64::from(section.code()).to_le_bytes());
        put(head, entry + OFFSET, &extent.offset.to_le_bytes());
        put(head, entry + LENGTH, &extent.length.to_le_bytes());
        put(head, entry + CHECKSUM, &extent.checksum.to_le_bytes());
    }
}

/// The extents of all sections, which follow one another in the file.
pub(super) fn decode(head: &[u8; HEAD_LENGTH], file_length: u64) -> Result<Extents, FormatError> {
    if head[SECTION_TABLE_END..].iter().any(|byte| *byte != 0) {
        let fault = Fault::NotZero { what: "padding" };
        return Err(FormatError::new(Section::Table, SECTION_TABLE_END, fault));
    }
    let mut extents = Extents::default();
    let mut start = HEAD_LENGTH as u64;
    for section in Section::STORED {
        let extent = decode_entry(head, section, start)?;
        check_end(section, &extent, file_length)?;
        extents[section.place()] = extent;
        start = extent.end().next_multiple_of(ALIGNMENT as u64);
    }
    Ok(extents)
}

/// The entry of a section that must begin at `start`.
fn decode_entry(
    head: &[u8; HEAD_LENGTH],
    section: Section,
    start: u64,
) -> Result<Extent, FormatError> {
    let entry = entry_offset(section);
    let field = |offset: usize| u64_at(head, entry + offset);
    let must = |offset: usize, expected: u64, what: &'static str| {
        let fail = |fault| FormatError::new(Section::Table, entry + offset, fault);
        equal(field(offset), expected, what).map_err(fail)
    };
    must(CODE, u64::from(section.code()), "section code")?;
    must(OFFSET, start, "section offset")?;
    Ok(Extent {
        offset: start,
        length: field(LENGTH),
        checksum: field(CHECKSUM),
    })
}

fn check_end(section: Section, extent: &Extent, file_length: u64) -> Result<(), FormatError> {
    if extent.end() <= file_length {
        return Ok(());
    }
    let there = file_length.saturating_sub(extent.offset);
    let fault = Fault::Truncated {
        expected: extent.length,
        got: there,
    };
    Err(FormatError::new(section, there, fault))
}

const fn entry_offset(section: Section) -> usize {
    SECTION_TABLE_OFFSET + section.place() * SECTION_ENTRY_LENGTH
}
