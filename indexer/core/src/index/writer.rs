//! How is an index file written? Rows in ascending order of tags, in one pass.

use std::io::{self, Seek, SeekFrom, Write};
use std::ops::RangeInclusive;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::directory::{self, Start};
use super::header::encode_head;
use super::layout::{ALIGNMENT, HEAD_LENGTH, MAX_RANGE_ROWS, MAX_ROWS, MIN_RANGE_ROWS, in_memory};
use super::postings::PostingsBuilder;
use super::range::RangeBuilder;
use super::section_table::{Extent, Extents};
use super::{
    BreachOrdinal, Catalogue, Exposure, Fault, GenerationId, Hash, Header, Identifiers, Prefix,
    Section, Shape, Statistics,
};
use super::{catalogue, merkle};
use crate::identifier::Kind;
use crate::oprf::{KeyId, Tag};

/// Why an index file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// Writing failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Rows did not come in ascending order of tags.
    #[error("rows are out of order")]
    Order,
    /// An exposure names a breach that the catalogue lacks.
    #[error("a row names a breach that is not in the catalogue")]
    UnknownBreach,
    /// A row has no exposures, or two of one breach, or some out of order.
    #[error("the exposures of a row must be one for each of its breaches, in their order")]
    Exposures,
    /// The catalogue cannot be in this file.
    #[error("the catalogue is invalid for this index file: {0}")]
    Catalogue(Fault),
    /// More or fewer rows came than were announced.
    #[error("{} to {} rows were announced, {got} were written", expected.start(), expected.end())]
    RowCount {
        /// Announced number of rows.
        expected: RangeInclusive<u64>,
        /// Number of rows written.
        got: u64,
    },
    /// The announced numbers of rows would give different shapes of ranges.
    #[error("the number of rows ({} to {}) is too uncertain to choose a range size", rows.start(), rows.end())]
    Vague {
        /// Announced number of rows.
        rows: RangeInclusive<u64>,
    },
    /// More rows than an index file can number.
    #[error("{rows} rows are more than one index file can hold ({MAX_ROWS})")]
    TooManyRows {
        /// Number of rows written or announced.
        rows: u64,
    },
    /// A range is full: its tags are not spread evenly, as those of one key are, or its rows all differ.
    #[error(
        "a range holds more than 65,535 rows or different exposures: ask for fewer --range-rows"
    )]
    RangeTooFull,
    /// Rows per range out of bounds.
    #[error("rows per range must be {MIN_RANGE_ROWS} to {MAX_RANGE_ROWS}, not {got}")]
    RangeRows {
        /// Requested number.
        got: u32,
    },
}

/// What is known about an index file before its rows.
pub struct Description {
    /// Whether it is the sealed file of its generation.
    pub sealed: bool,
    /// Whether it is a public file that has a sealed one.
    pub beside_sealed: bool,
    /// The key that made the tags.
    pub key_id: KeyId,
    /// The generation.
    pub generation: GenerationId,
    /// Build time, in seconds since 1970, UTC.
    pub built_at: i64,
    /// Minimum and maximum number of rows; both must lead to the same shape.
    pub rows: RangeInclusive<u64>,
    /// Minimum number of rows per range, on average.
    pub range_rows: u32,
    /// The breaches.
    pub catalogue: Catalogue,
}

/// The exposures of a row under a number that the caller gave them, so that they are not compared row by row.
#[derive(Clone, Copy, Debug)]
pub struct NumberedSet<'a> {
    /// The number; it means the same until [`IndexWriter::forget_numbers`].
    pub number: usize,
    /// The exposures, in order of breach.
    pub exposures: &'a [Exposure],
    /// The breaches among them that hold the row only in rejected rows of their dumps, in order.
    pub recovered: &'a [BreachOrdinal],
}

/// Writes an index file from rows in ascending order of tags, in one pass.
///
/// Memory: one range, 44 bytes per range, and the postings (at most 2 bytes per exposure).
pub struct IndexWriter<W> {
    out: W,
    position: u64,
    description: Description,
    shape: Shape,
    checksum: Xxh3,
    builder: RangeBuilder,
    encoded: Vec<u8>,
    last: Option<Tag>,
    rows: u64,
    starts: Vec<Start>,
    leaves: Vec<Hash>,
    longest: usize,
    postings: PostingsBuilder,
}

impl<W: Write + Seek> IndexWriter<W> {
    /// Begins a file at the beginning of `out`.
    ///
    /// # Errors
    /// [`WriteError`] if the description cannot be met or writing fails.
    pub fn new(mut out: W, description: Description) -> Result<Self, WriteError> {
        let rows = *description.rows.end();
        if rows > MAX_ROWS {
            return Err(WriteError::TooManyRows { rows });
        }
        if !(MIN_RANGE_ROWS..=MAX_RANGE_ROWS).contains(&description.range_rows) {
            return Err(WriteError::RangeRows {
                got: description.range_rows,
            });
        }
        description
            .catalogue
            .check(description.sealed)
            .map_err(WriteError::Catalogue)?;
        out.write_all(&[0; HEAD_LENGTH])?;
        let shape = Shape::for_rows_between(&description.rows, description.range_rows);
        let shape = shape.ok_or_else(|| WriteError::Vague {
            rows: description.rows.clone(),
        })?;
        Ok(Self {
            out,
            position: HEAD_LENGTH as u64,
            shape,
            checksum: Xxh3::new(),
            builder: RangeBuilder::new(shape),
            encoded: Vec::new(),
            last: None,
            rows: 0,
            starts: vec![Start { offset: 0, row: 0 }],
            leaves: Vec::new(),
            longest: 0,
            postings: PostingsBuilder::new(description.catalogue.breaches.len()),
            description,
        })
    }

    /// Adds a row: a tag higher than the last one, and its exposures in order of breach.
    ///
    /// # Errors
    /// [`WriteError`] if the row is out of order or writing fails.
    pub fn push(&mut self, tag: Tag, kind: Kind, exposures: &[Exposure]) -> Result<(), WriteError> {
        check_exposures(exposures)?;
        let row = self.begin_row(tag)?;
        self.builder
            .push(tag, exposures)
            .map_err(|_| WriteError::RangeTooFull)?;
        self.postings.push(row, kind, exposures, &[])
    }

    /// Adds a row whose exposures the caller has numbered; like [`push`](IndexWriter::push) otherwise.
    ///
    /// # Errors
    /// [`WriteError`] if the row is out of order or writing fails.
    pub fn push_numbered(
        &mut self,
        tag: Tag,
        kind: Kind,
        set: NumberedSet<'_>,
    ) -> Result<(), WriteError> {
        let row = self.begin_row(tag)?;
        if !self.builder.knows(set.number) {
            check_exposures(set.exposures)?;
        }
        self.builder
            .push_numbered(tag, set.number, set.exposures)
            .map_err(|_| WriteError::RangeTooFull)?;
        self.postings.push(row, kind, set.exposures, set.recovered)
    }

    /// Forgets the numbers of sets: the caller will reuse them.
    pub fn forget_numbers(&mut self) {
        self.builder.forget_numbers();
    }

    /// Counts a row, which must come after the last one, and returns its number.
    fn begin_row(&mut self, tag: Tag) -> Result<u32, WriteError> {
        if self.last.is_some_and(|last| last >= tag) {
            return Err(WriteError::Order);
        }
        self.last = Some(tag);
        let Prefix(prefix) = self.shape.prefix(tag);
        while self.leaves.len() < prefix as usize {
            self.finish_range()?;
        }
        let row = u32::try_from(self.rows);
        let row = row.map_err(|_| WriteError::TooManyRows { rows: self.rows })?;
        self.rows += 1;
        Ok(row)
    }

    /// Identifiers of each kind so far.
    pub fn identifiers(&self) -> Identifiers {
        self.postings.by_kind()
    }

    /// Identifiers of each kind so far in the breach at this place of the catalogue.
    pub fn identifiers_of(&self, breach: usize) -> Identifiers {
        self.postings.by_breach(breach)
    }

    /// Identifiers of each kind so far that only rejected rows of dumps hold.
    pub fn recovered(&self) -> Identifiers {
        self.postings.recovered()
    }

    /// Identifiers of each kind so far that only rejected rows of this breach's dump hold.
    pub fn recovered_of(&self, breach: usize) -> Identifiers {
        self.postings.recovered_by_breach(breach)
    }

    /// Writes what follows the ranges, then the header, and returns the flushed output and the header.
    ///
    /// # Errors
    /// [`WriteError`] if other rows came than were announced or writing fails.
    pub fn finish(mut self, statistics: &Statistics) -> Result<(W, Header), WriteError> {
        if !self.description.rows.contains(&self.rows) {
            return Err(WriteError::RowCount {
                expected: self.description.rows,
                got: self.rows,
            });
        }
        while self.leaves.len() < self.shape.ranges() as usize {
            self.finish_range()?;
        }
        let nodes = merkle::tree(self.leaves);
        let root = nodes[nodes.len() - 1];
        let mut tail = Tail {
            out: self.out,
            position: self.position,
            extents: Extents::default(),
        };
        let length = self.position - HEAD_LENGTH as u64;
        tail.extents[0] = Extent {
            offset: HEAD_LENGTH as u64,
            length,
            checksum: self.checksum.digest(),
        };
        tail.section(Section::Directory, &directory::encode(&self.starts))?;
        tail.section(Section::Merkle, nodes.as_flattened())?;
        tail.section(Section::Postings, &self.postings.finish()?)?;
        tail.section(
            Section::Catalogue,
            &catalogue::encode(&self.description.catalogue)?,
        )?;
        tail.section(Section::Statistics, &catalogue::encode(statistics)?)?;
        let path_length = usize::from(self.shape.prefix_bits()) * size_of::<Hash>();
        let range_bytes = u32::try_from(self.longest + path_length);
        let range_bytes = range_bytes.map_err(|_| WriteError::RangeTooFull)?;
        let header = Header {
            sealed: self.description.sealed,
            beside_sealed: self.description.beside_sealed,
            key_id: self.description.key_id,
            generation: self.description.generation,
            built_at: self.description.built_at,
            rows: self.rows,
            range_bytes,
            range_rows: self.description.range_rows,
            shape: self.shape,
            root,
        };
        Ok((tail.finish(&header)?, header))
    }

    fn finish_range(&mut self) -> Result<(), WriteError> {
        self.encoded.clear();
        self.builder
            .finish(&mut self.encoded)
            .map_err(|_| WriteError::RangeTooFull)?;
        self.leaves.push(merkle::leaf(&self.encoded));
        self.longest = self.longest.max(self.encoded.len());
        self.checksum.update(&self.encoded);
        self.out.write_all(&self.encoded)?;
        self.position += self.encoded.len() as u64;
        #[expect(clippy::cast_possible_truncation, reason = "`begin_row` refuses more")]
        let row = self.rows as u32;
        self.starts.push(Start {
            offset: self.position - HEAD_LENGTH as u64,
            row,
        });
        Ok(())
    }
}

/// A row is in at least one breach, and in each once.
fn check_exposures(exposures: &[Exposure]) -> Result<(), WriteError> {
    let is_ascending = exposures.is_sorted_by(|one, next| one.breach < next.breach);
    match is_ascending && !exposures.is_empty() {
        true => Ok(()),
        false => Err(WriteError::Exposures),
    }
}

/// The sections after the ranges, which are small enough to be made in memory.
struct Tail<W> {
    out: W,
    position: u64,
    extents: Extents,
}

impl<W: Write + Seek> Tail<W> {
    fn section(&mut self, section: Section, bytes: &[u8]) -> io::Result<()> {
        let offset = self.position.next_multiple_of(ALIGNMENT as u64);
        let padding = in_memory(offset - self.position);
        self.out.write_all(&[0; ALIGNMENT][..padding])?;
        self.out.write_all(bytes)?;
        self.position = offset + bytes.len() as u64;
        self.extents[section.place()] = Extent {
            offset,
            length: bytes.len() as u64,
            checksum: xxh3_64(bytes),
        };
        Ok(())
    }

    fn finish(mut self, header: &Header) -> io::Result<W> {
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&encode_head(header, &self.extents))?;
        self.out.flush()?;
        Ok(self.out)
    }
}
