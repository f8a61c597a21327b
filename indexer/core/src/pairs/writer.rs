use std::io::{Seek, SeekFrom, Write};

use xxhash_rust::xxh3::Xxh3;

use super::file::checksum;
use super::layout::{CHECKSUM_OFFSET, ENTRY_LENGTH, HEAD_LENGTH, MAGIC, VERSION, lists};
use super::{Fingerprint, PairsError};
use crate::breach::BreachId;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::GenerationId;
use crate::oprf::KeyId;

/// Writes a file of pairs, list by list. Memory: names and table.
pub struct PairWriter<W> {
    out: W,
    /// The head without its checksum.
    head: Vec<u8>,
    /// The names, and after them the table as far as lists were written.
    names_and_table: Vec<u8>,
    /// Number of lists still to come.
    left: usize,
}

impl<W: Write + Seek> PairWriter<W> {
    /// Begins a file, at the beginning of `out`, for breaches in the order of their ids.
    ///
    /// # Errors
    /// [`PairsError::Io`].
    pub fn new<'a>(
        mut out: W,
        key_id: KeyId,
        generation: GenerationId,
        breaches: impl ExactSizeIterator<Item = &'a BreachId>,
    ) -> Result<Self, PairsError> {
        let (count, mut names_and_table) = (breaches.len(), Vec::new());
        for breach in breaches {
            names_and_table.extend_from_slice(breach.as_str().as_bytes());
            names_and_table.push(b'\n');
        }
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&NORMALISATION_VERSION.to_le_bytes());
        head.extend_from_slice(&key_id.0);
        head.extend_from_slice(generation.as_bytes());
        for length in [count, names_and_table.len()] {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "an index has at most 65,535 breaches, whose names are short"
            )]
            head.extend_from_slice(&(length as u32).to_le_bytes());
        }
        debug_assert_eq!(head.len(), CHECKSUM_OFFSET);
        let left = lists(count);
        let begin = HEAD_LENGTH + names_and_table.len() + left * ENTRY_LENGTH;
        out.seek(SeekFrom::Start(begin as u64))?;
        Ok(Self {
            out,
            head,
            names_and_table,
            left,
        })
    }

    /// Writes the next list: breach by breach, and of each breach kind by kind in the order of their codes. Its
    /// fingerprints ascend; `None` ends them.
    ///
    /// # Errors
    /// [`PairsError::Order`] if they do not ascend or no list is left, [`PairsError::Io`], or the error of `next`.
    pub fn list<E: From<PairsError>>(
        &mut self,
        mut next: impl FnMut() -> Result<Option<Fingerprint>, E>,
    ) -> Result<(), E> {
        self.left = self.left.checked_sub(1).ok_or(PairsError::Order)?;
        let mut checksum = Xxh3::new();
        let (mut count, mut last) = (0_u64, None);
        while let Some(fingerprint) = next()? {
            if last >= Some(fingerprint) {
                return Err(PairsError::Order.into());
            }
            last = Some(fingerprint);
            let bytes = fingerprint.to_bytes();
            checksum.update(&bytes);
            self.out.write_all(&bytes).map_err(PairsError::Io)?;
            count += 1;
        }
        self.names_and_table.extend_from_slice(&count.to_le_bytes());
        self.names_and_table
            .extend_from_slice(&checksum.digest().to_le_bytes());
        Ok(())
    }

    /// Writes head, names and table, and returns the flushed output.
    ///
    /// # Errors
    /// [`PairsError::Order`] if lists are missing, [`PairsError::Io`].
    pub fn finish(mut self) -> Result<W, PairsError> {
        if self.left > 0 {
            return Err(PairsError::Order);
        }
        let checksum = checksum(&self.head, &self.names_and_table);
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&self.head)?;
        self.out.write_all(&checksum.to_le_bytes())?;
        self.out.write_all(&self.names_and_table)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
