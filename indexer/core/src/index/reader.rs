//! Which row has this tag? The reader of an index file.

use roaring::RoaringBitmap;
use xxhash_rust::xxh3::xxh3_64;

use super::directory::{Directory, Start};
use super::header::decode_head;
use super::layout::{RANGE_BYTES_OFFSET, at_most, equal, in_memory};
use super::merkle::{self, Hash};
use super::postings::{Holder, Postings};
use super::section_table::Extents;
use super::verify::verify_exposures;
use super::{
    BreachOrdinal, Catalogue, Exposure, Fault, FormatError, Header, Range, Section, Statistics,
    catalogue,
};
use crate::identifier::Kind;
use crate::oprf::Tag;

/// The leading bits of a tag that name its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Prefix(pub u32);

/// A row's place in the whole file, from 0: what postings hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowNumber(pub u32);

/// The exposures of a range's rows, without their tags.
pub struct RangeSets {
    /// The number of the first row.
    pub first_row: RowNumber,
    /// The place of each row's set, in order.
    pub rows: Vec<u16>,
    /// The sets of exposures, each in order of breach; all of breaches and classes of the catalogue.
    pub sets: Vec<Vec<Exposure>>,
}

/// An open index file over bytes in memory or in a map.
///
/// Opening checks header, section table and the bounds of every section, and reads nothing else; what is read later is
/// checked then. [`verify`](Index::verify) reads everything.
pub struct Index<D> {
    data: D,
    header: Header,
    extents: Extents,
}

/// The place of a range, by the directory; nothing of it has been read.
#[derive(Clone, Copy)]
struct RangePlace<'a> {
    bytes: &'a [u8],
    from: Start,
    to: Start,
}

/// A row that was found.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    number: RowNumber,
    range: Range<'a>,
    set: usize,
}

impl Row<'_> {
    /// The row's place in the file.
    #[must_use]
    pub const fn number(&self) -> RowNumber {
        self.number
    }

    /// Returns the breaches that the identifier is in, ascending, with their classes.
    ///
    /// # Errors
    /// [`FormatError`] if the encoding breaks a rule.
    pub fn exposures(&self) -> Result<Vec<Exposure>, FormatError> {
        self.range.exposures(self.set)
    }
}

impl<D: AsRef<[u8]>> Index<D> {
    /// Opens the index file that `data` is. O(sections).
    ///
    /// # Errors
    /// [`FormatError`] with section and offset if a rule of FORMAT.md is broken.
    pub fn open(data: D) -> Result<Self, FormatError> {
        let (header, extents) = decode_head(data.as_ref())?;
        let index = Self {
            data,
            header,
            extents,
        };
        index.directory()?;
        index.check_merkle_bounds()?;
        index.postings()?;
        Ok(index)
    }

    /// The file's fixed fields.
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// The row with this tag. Reads the directory and a few cache lines of one range.
    ///
    /// # Errors
    /// [`FormatError`] if the bytes read break a rule.
    pub fn find(&self, tag: Tag) -> Result<Option<Row<'_>>, FormatError> {
        let place = self.locate(self.header.shape.prefix(tag))?;
        Range::fetch_ahead(place.bytes, self.header.shape, tag);
        let range = self.range_in(place)?;
        let found = range.find(tag)?;
        Ok(found.map(|(row, set)| Row {
            number: RowNumber(place.from.row + in_row_number(row as u64)),
            range,
            set,
        }))
    }

    /// The range of a prefix. With its path it is at most [`range_bytes`](Header::range_bytes) long.
    ///
    /// # Errors
    /// [`FormatError`] if there is no such prefix or the bytes read break a rule.
    pub fn range(&self, prefix: Prefix) -> Result<Range<'_>, FormatError> {
        self.range_and_first_row(prefix).map(|(range, _)| range)
    }

    /// Returns the exposures of a range's rows. `catalogue` is that of this file.
    ///
    /// # Errors
    /// [`FormatError`] if there is no such prefix, or the bytes read break a rule.
    pub fn sets(&self, prefix: Prefix, catalogue: &Catalogue) -> Result<RangeSets, FormatError> {
        let mut rows = Vec::new();
        let (first_row, sets) = self.read_range(prefix, catalogue, &mut rows)?;
        Ok(RangeSets {
            first_row: RowNumber(first_row),
            rows: rows.into_iter().map(|(_, set)| set).collect(),
            sets,
        })
    }

    /// Puts the tags of a range and the places of their sets into `rows`; returns the number of its first row, and its
    /// sets, all of breaches and classes of the catalogue.
    pub(super) fn read_range(
        &self,
        prefix: Prefix,
        catalogue: &Catalogue,
        rows: &mut Vec<(Tag, u16)>,
    ) -> Result<(u32, Vec<Vec<Exposure>>), FormatError> {
        let (range, first_row) = self.range_and_first_row(prefix)?;
        range.read_rows(prefix, rows)?;
        let sets = range.all_sets()?;
        verify_exposures(&sets, catalogue)
            .map_err(|fault| FormatError::new(Section::Ranges, range.exposures_offset(), fault))?;
        Ok((first_row, sets))
    }

    /// Returns where in the file the range of a prefix is, so that a server can hand out the slice without holding a
    /// borrow.
    ///
    /// # Errors
    /// As [`range`](Index::range).
    pub fn place_of_range(&self, prefix: Prefix) -> Result<std::ops::Range<usize>, FormatError> {
        let length = self.range(prefix)?.as_bytes().len();
        let (from, _) = self.directory_unchecked().range(prefix, self.end())?;
        let start = in_memory(self.extents[Section::Ranges.place()].offset + from.offset);
        Ok(start..start + length)
    }

    /// The whole file.
    pub fn as_bytes(&self) -> &[u8] {
        self.data.as_ref()
    }

    /// Reads every section once and compares it with its checksum: finds damage, where [`verify`](Index::verify) shows
    /// every broken rule.
    ///
    /// # Errors
    /// [`FormatError`] with the first section that does not fit.
    pub fn check_sums(&self) -> Result<(), FormatError> {
        Section::STORED
            .into_iter()
            .try_for_each(|section| self.check_sum(section))
    }

    /// The hashes that prove the range of a prefix, from the leaf's sibling up; one per bit of the prefix.
    ///
    /// # Errors
    /// [`FormatError`] if there is no such prefix.
    pub fn path(&self, prefix: Prefix) -> Result<Vec<Hash>, FormatError> {
        self.check_prefix(prefix)?;
        let nodes = self.nodes();
        let siblings = merkle::siblings(prefix.0, self.header.shape.prefix_bits());
        Ok(siblings.map(|place| nodes[place]).collect())
    }

    /// Returns what follows a range of `length` bytes in the response: zeros and its Merkle path, so that
    /// all responses have the same length.
    ///
    /// # Errors
    /// [`FormatError`] if there is no such prefix.
    pub fn after_range(&self, prefix: Prefix, length: usize) -> Result<Vec<u8>, FormatError> {
        let path = self.path(prefix)?;
        let path = path.as_flattened();
        // The reader of a range checks that it and its path fit into an answer.
        let after = (self.header.range_bytes as usize).saturating_sub(length);
        let mut bytes = Vec::with_capacity(after);
        bytes.resize(after.saturating_sub(path.len()), 0);
        bytes.extend_from_slice(path);
        Ok(bytes)
    }

    /// The breaches. O(their number).
    ///
    /// # Errors
    /// [`FormatError`] if the section does not fit its checksum or does not decode.
    pub fn catalogue(&self) -> Result<Catalogue, FormatError> {
        self.check_sum(Section::Catalogue)?;
        catalogue::decode(Section::Catalogue, self.section(Section::Catalogue))
    }

    /// Returns the counts of the build.
    ///
    /// # Errors
    /// [`FormatError`] if the section does not fit its checksum or does not decode.
    pub fn statistics(&self) -> Result<Statistics, FormatError> {
        self.check_sum(Section::Statistics)?;
        catalogue::decode(Section::Statistics, self.section(Section::Statistics))
    }

    /// The rows of a kind, as a roaring bitmap over row numbers.
    ///
    /// # Errors
    /// [`FormatError`] if the posting does not decode.
    pub fn rows_of_kind(&self, kind: Kind) -> Result<RoaringBitmap, FormatError> {
        self.postings()?.get(Holder::Kind(kind))
    }

    /// The rows of a breach.
    ///
    /// # Errors
    /// [`FormatError`] if the posting does not decode.
    pub fn rows_of_breach(&self, breach: BreachOrdinal) -> Result<RoaringBitmap, FormatError> {
        self.postings()?.get(Holder::Breach(breach))
    }

    /// The rows of a breach that only rejected rows of its dump hold.
    ///
    /// # Errors
    /// [`FormatError`] if the posting does not decode.
    pub(crate) fn recovered_rows(
        &self,
        breach: BreachOrdinal,
    ) -> Result<RoaringBitmap, FormatError> {
        self.postings()?.get(Holder::Recovered(breach))
    }

    pub(super) fn range_and_first_row(
        &self,
        prefix: Prefix,
    ) -> Result<(Range<'_>, u32), FormatError> {
        let place = self.locate(prefix)?;
        Ok((self.range_in(place)?, place.from.row))
    }

    fn locate(&self, prefix: Prefix) -> Result<RangePlace<'_>, FormatError> {
        self.check_prefix(prefix)?;
        let ranges = self.section(Section::Ranges);
        let (from, to) = self.directory_unchecked().range(prefix, self.end())?;
        let bytes = &ranges[in_memory(from.offset)..in_memory(to.offset)];
        Ok(RangePlace { bytes, from, to })
    }

    fn range_in<'a>(&self, place: RangePlace<'a>) -> Result<Range<'a>, FormatError> {
        let RangePlace { bytes, from, to } = place;
        let range = Range::parse_at(bytes, self.header.shape, from.offset)?;
        range.check_directory(to.offset - from.offset, u64::from(to.row - from.row))?;
        self.check_response(range.as_bytes().len())?;
        Ok(range)
    }

    /// A range and its path fit into a response.
    fn check_response(&self, range_length: usize) -> Result<(), FormatError> {
        let path_length = usize::from(self.header.shape.prefix_bits()) * size_of::<Hash>();
        let (expected, got) = (
            (range_length + path_length) as u64,
            u64::from(self.header.range_bytes),
        );
        if expected <= got {
            return Ok(());
        }
        let what = "range bytes";
        Err(FormatError::new(
            Section::Header,
            RANGE_BYTES_OFFSET,
            Fault::Mismatch {
                what,
                expected,
                got,
            },
        ))
    }

    pub(super) fn section(&self, section: Section) -> &[u8] {
        let extent = self.extents[section.place()];
        &self.data.as_ref()[in_memory(extent.offset)..in_memory(extent.end())]
    }

    /// The zeros between a section and the next.
    pub(super) fn padding_after(&self, section: Section) -> &[u8] {
        let next = self
            .extents
            .get(section.place() + 1)
            .map_or(self.data.as_ref().len(), |next| in_memory(next.offset));
        &self.data.as_ref()[in_memory(self.extents[section.place()].end())..next]
    }

    pub(super) fn check_sum(&self, section: Section) -> Result<(), FormatError> {
        if xxh3_64(self.section(section)) == self.extents[section.place()].checksum {
            return Ok(());
        }
        Err(FormatError::new(section, 0_u64, Fault::Checksum))
    }

    pub(super) fn postings(&self) -> Result<Postings<'_>, FormatError> {
        Postings::open(self.section(Section::Postings))
    }

    /// All hashes of the Merkle tree, leaves first.
    pub(super) fn nodes(&self) -> &[Hash] {
        self.section(Section::Merkle).as_chunks().0
    }

    fn directory(&self) -> Result<Directory<'_>, FormatError> {
        Directory::open(
            self.section(Section::Directory),
            self.header.shape,
            self.end(),
        )
    }

    /// The directory, which [`Index::open`] has checked.
    fn directory_unchecked(&self) -> Directory<'_> {
        Directory::checked(self.section(Section::Directory))
    }

    /// Returns the required end of the directory: after the last range and row.
    fn end(&self) -> Start {
        Start {
            offset: self.extents[Section::Ranges.place()].length,
            row: in_row_number(self.header.rows),
        }
    }

    fn check_merkle_bounds(&self) -> Result<(), FormatError> {
        let length = self.section(Section::Merkle).len() as u64;
        let expected = (merkle::nodes(self.header.shape.prefix_bits()) * size_of::<Hash>()) as u64;
        equal(length, expected, "length")
            .map_err(|fault| FormatError::new(Section::Merkle, length.min(expected), fault))
    }

    fn check_prefix(&self, prefix: Prefix) -> Result<(), FormatError> {
        let last = u64::from(self.header.shape.ranges() - 1);
        at_most(u64::from(prefix.0), last, "prefix")
            .map_err(|fault| FormatError::new(Section::Directory, 0_u64, fault))
    }
}

/// Returns a number of rows, which the header's rule keeps within 32 bits.
fn in_row_number(rows: u64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
