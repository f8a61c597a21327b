//! How do rows get into the sealed file? They arrive in the order of public tags and are written in that of
//! its own.

use std::collections::HashMap;
use std::io::{Seek, Write};

use exposure_index::generation::FileKind;
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Exposure, IndexWriter, NumberedSet, WriteError};
use exposure_index::oprf::{KeyId, OfflineKey, Tag};
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;

use super::row_merger::Chunk;
use super::sets::SetNumber;

/// Rows of the sealed file, collected until the last has arrived. 16 bytes per row.
pub(crate) struct SealedRows<'a> {
    key: &'a OfflineKey,
    rows: Vec<SealedRow>,
    sets: Vec<SealedSet>,
    numbers: HashMap<SealedSet, u32, FxBuildHasher>,
}

struct SealedRow {
    tag: Tag,
    /// Place of its set among the sets.
    set: u32,
    kind: Kind,
}

/// The part of a row that is about breaches in the sealed file.
#[derive(Clone, PartialEq, Eq, Hash)]
struct SealedSet {
    exposures: Vec<Exposure>,
    recovered: Vec<BreachOrdinal>,
}

impl<'a> SealedRows<'a> {
    pub(crate) fn new(key: &'a OfflineKey) -> Self {
        Self {
            key,
            rows: Vec::new(),
            sets: Vec::new(),
            numbers: HashMap::default(),
        }
    }

    /// Returns the id of the key that the rows are written under.
    pub(crate) fn key_id(&self) -> KeyId {
        self.key.id()
    }

    /// Adds the rows of a chunk that have exposures of the sealed file.
    pub(crate) fn take(&mut self, chunk: &Chunk<'_>) {
        let mut known: HashMap<SetNumber, u32, FxBuildHasher> = HashMap::default();
        for row in &chunk.rows {
            let Some(set) = chunk.sets.in_file(row.set, FileKind::Sealed) else {
                continue;
            };
            let number = known.entry(row.set).or_insert_with(|| self.number(set));
            self.rows.push(SealedRow {
                tag: row.tag,
                set: *number,
                kind: row.kind,
            });
        }
    }

    fn number(&mut self, set: NumberedSet<'_>) -> u32 {
        let set = SealedSet {
            exposures: set.exposures.to_vec(),
            recovered: set.recovered.to_vec(),
        };
        if let Some(number) = self.numbers.get(&set) {
            return *number;
        }
        let number = self.sets.len() as u32;
        self.sets.push(set.clone());
        self.numbers.insert(set, number);
        number
    }

    /// Writes the rows under their tags of the sealed file, in the order of those tags.
    pub(crate) fn write<W: Write + Seek>(
        mut self,
        writer: &mut IndexWriter<W>,
    ) -> Result<(), WriteError> {
        let key = self.key;
        self.rows
            .par_iter_mut()
            .for_each(|row| row.tag = key.sealed_tag(row.tag));
        self.rows.par_sort_unstable_by_key(|row| row.tag);
        for row in &self.rows {
            let number = row.set as usize;
            let set = &self.sets[number];
            let set = NumberedSet {
                number,
                exposures: &set.exposures,
                recovered: &set.recovered,
            };
            writer.push_numbered(row.tag, row.kind, set)?;
        }
        Ok(())
    }
}
