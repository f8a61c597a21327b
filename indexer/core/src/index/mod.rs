//! What is in the file, and where? The index file, format version 1: its writer, its reader and their one layout.
//!
//! The reader works on any `AsRef<[u8]>`; [`map`] maps a file. Nothing read is trusted: every bound is checked before
//! it is used, and a broken file is refused with the section and the offset.
//!
#![doc = include_str!("../../FORMAT.md")]

mod catalogue;
mod directory;
mod error;
mod exposure;
mod generation_id;
mod header;
mod layout;
mod map;
pub(crate) mod merkle;
mod postings;
mod range;
mod reader;
mod rows;
mod section;
mod section_table;
mod verify;
mod writer;

pub use catalogue::{BreachStatistics, Catalogue, CatalogueEntry, Identifiers, Statistics};
pub use error::{Fault, FormatError};
pub use exposure::{BreachOrdinal, Exposure};
pub use generation_id::GenerationId;
pub use header::{Header, check_head};
pub use layout::{FORMAT_VERSION, HEAD_LENGTH, MAX_RANGE_ROWS, MIN_RANGE_ROWS};
pub(crate) use layout::{bytes_at, u32_at, u64_at};
pub use map::map;
pub use merkle::{Hash, verify_path};
pub use range::{MIN_HIDING_ROWS, Range, Shape};
pub use reader::{Index, Prefix, RangeSets, Row, RowNumber};
pub use rows::{RangeRows, RowWalk};
pub use section::Section;
pub use writer::{Description, IndexWriter, NumberedSet, WriteError};
