use std::io::{Seek, SeekFrom, Write};

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::{
    ENTRY_LENGTH, Fingerprint, HEAD_CHECKSUM_OFFSET, HEAD_LENGTH, MAGIC, PairKind, PairsError,
    VERSION, lists,
};
use crate::breach::BreachId;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::GenerationId;
use crate::oprf::KeyId;

/// Writes a file of pairs, list by list, in any order of the lists. Memory: the table.
pub struct PairWriter<W> {
    out: W,
    head: Vec<u8>,
    names: String,
    table: Vec<ListEntry>,
    position: u64,
}

#[derive(Clone, Copy, Default)]
struct ListEntry {
    count: u64,
    start: u64,
    checksum: u64,
}

impl<W: Write + Seek> PairWriter<W> {
    /// Begins a file at the beginning of `out` for breaches, sorted, of which each has an empty list of each kind as yet.
    ///
    /// # Errors
    /// [`PairsError::Io`].
    pub fn new<'a>(
        mut out: W,
        key_id: KeyId,
        generation: GenerationId,
        breaches: impl Iterator<Item = &'a BreachId>,
    ) -> Result<Self, PairsError> {
        let mut names = String::new();
        let mut count = 0;
        for breach in breaches {
            names.push_str(breach.as_str());
            names.push('\n');
            count += 1;
        }
        let mut head = MAGIC.to_vec();
        head.extend_from_slice(&VERSION.to_le_bytes());
        head.extend_from_slice(&NORMALISATION_VERSION.to_le_bytes());
        head.extend_from_slice(&key_id.0);
        head.extend_from_slice(generation.as_bytes());
        head.extend_from_slice(&(names.len() as u32).to_le_bytes());
        head.extend_from_slice(&(count as u32).to_le_bytes());
        debug_assert_eq!(head.len(), HEAD_CHECKSUM_OFFSET);
        let table = vec![ListEntry::default(); lists(count)];
        let position = (HEAD_LENGTH + names.len() + table.len() * ENTRY_LENGTH) as u64;
        out.seek(SeekFrom::Start(position))?;
        Ok(Self {
            out,
            head,
            names,
            table,
            position,
        })
    }

    /// Writes the list of a breach, by its place, and a kind; the fingerprints ascend.
    ///
    /// # Errors
    /// [`PairsError`] if they do not, if there is no such breach, or if writing fails; what `fingerprints` says.
    pub fn list<E: From<PairsError>>(
        &mut self,
        breach: usize,
        kind: PairKind,
        mut fingerprints: impl FnMut() -> Result<Option<Fingerprint>, E>,
    ) -> Result<(), E> {
        let mut checksum = Xxh3::new();
        let (mut count, mut last) = (0, None);
        while let Some(fingerprint) = fingerprints()? {
            if last >= Some(fingerprint) {
                return Err(PairsError::Order.into());
            }
            last = Some(fingerprint);
            let bytes = fingerprint.to_bytes();
            checksum.update(&bytes);
            self.out.write_all(&bytes).map_err(PairsError::Io)?;
            count += 1;
        }
        let place = lists(breach) + usize::from(kind.code());
        let entry = self.table.get_mut(place).ok_or(PairsError::Order)?;
        *entry = ListEntry {
            count,
            start: self.position,
            checksum: checksum.digest(),
        };
        self.position += count * Fingerprint::LENGTH as u64;
        Ok(())
    }

    /// Writes head and table, and gives back the flushed output.
    ///
    /// # Errors
    /// [`PairsError::Io`].
    pub fn finish(mut self) -> Result<W, PairsError> {
        let mut behind = self.names.into_bytes();
        for entry in &self.table {
            behind.extend_from_slice(&entry.count.to_le_bytes());
            behind.extend_from_slice(&entry.start.to_le_bytes());
            behind.extend_from_slice(&entry.checksum.to_le_bytes());
        }
        let told = [&*self.head, &*behind].concat();
        self.out.seek(SeekFrom::Start(0))?;
        self.out.write_all(&self.head)?;
        self.out.write_all(&xxh3_64(&told).to_le_bytes())?;
        self.out.write_all(&behind)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
