use xxhash_rust::xxh3::xxh3_64;

use super::{
    BREACHES_OFFSET, CHECKSUM_OFFSET, COUNT_OFFSET, ENTRY_LENGTH, Fingerprint, GENERATION_OFFSET,
    HEAD_CHECKSUM_OFFSET, HEAD_LENGTH, KEY_ID_OFFSET, MAGIC, NAMES_LENGTH_OFFSET,
    NORMALISATION_OFFSET, PairKind, PairsError, START_OFFSET, VERSION, VERSION_OFFSET, lists,
};
use crate::breach::BreachId;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::{GenerationId, bytes_at, u32_at, u64_at};
use crate::oprf::KeyId;

/// An open file of pairs. Opening reads head and table and checks every bound; the lists lie in the map until they are read.
pub struct PairFile<D> {
    data: D,
    key_id: KeyId,
    generation: [u8; GenerationId::LENGTH],
    breaches: Vec<BreachId>,
    table: Vec<Extent>,
}

/// Where a list is.
struct Extent {
    start: usize,
    end: usize,
    checksum: u64,
}

/// The fingerprints of a breach and a kind, ascending.
#[derive(Clone, Copy)]
pub struct PairList<'a>(&'a [[u8; Fingerprint::LENGTH]]);

impl<D: AsRef<[u8]>> PairFile<D> {
    /// Opens a file of pairs. O(breaches).
    ///
    /// # Errors
    /// [`PairsError`] if it breaks its format.
    pub fn open(data: D) -> Result<Self, PairsError> {
        let bytes = data.as_ref();
        let head: &[u8; HEAD_LENGTH] = bytes.first_chunk().ok_or(damaged(0, "it is cut short"))?;
        if head[..MAGIC.len()] != MAGIC {
            return Err(PairsError::Magic);
        }
        let version = |what, offset, known| match u32_at(head, offset) {
            got if got == known => Ok(()),
            got => Err(PairsError::Version { what, got }),
        };
        version("version", VERSION_OFFSET, VERSION)?;
        version("normalisation", NORMALISATION_OFFSET, NORMALISATION_VERSION)?;
        let names_length = u32_at(head, NAMES_LENGTH_OFFSET) as usize;
        let breaches = u32_at(head, BREACHES_OFFSET) as usize;
        let behind = &bytes[HEAD_LENGTH..];
        let length = names_length.checked_add(lists(breaches) * ENTRY_LENGTH);
        let behind = length.and_then(|length| behind.get(..length));
        let behind = behind.ok_or(damaged(NAMES_LENGTH_OFFSET, "it is cut short"))?;
        let told = [&head[..HEAD_CHECKSUM_OFFSET], behind].concat();
        if xxh3_64(&told) != u64_at(head, HEAD_CHECKSUM_OFFSET) {
            return Err(damaged(HEAD_CHECKSUM_OFFSET, "its checksum does not fit"));
        }
        let (names, table) = behind.split_at(names_length);
        let names = read_names(names, breaches)?;
        let table = read_table(table, HEAD_LENGTH + behind.len(), bytes.len())?;
        Ok(Self {
            key_id: KeyId(bytes_at(head, KEY_ID_OFFSET)),
            generation: bytes_at(head, GENERATION_OFFSET),
            breaches: names,
            table,
            data,
        })
    }

    /// The key that the fingerprints were made with, by the id of the key that it follows from.
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Whether it was written for this generation.
    pub fn is_of(&self, generation: GenerationId) -> bool {
        self.generation == *generation.as_bytes()
    }

    /// The breaches, sorted.
    pub fn breaches(&self) -> &[BreachId] {
        &self.breaches
    }

    /// The place of a breach, if its pairs were collected.
    pub fn place(&self, breach: &BreachId) -> Option<usize> {
        self.breaches.binary_search(breach).ok()
    }

    /// The list of a breach, by its place, and a kind; empty for a breach that is not there.
    pub fn list(&self, breach: usize, kind: PairKind) -> PairList<'_> {
        let extent = self.table.get(lists(breach) + usize::from(kind.code()));
        let bytes = extent.and_then(|extent| self.data.as_ref().get(extent.start..extent.end));
        PairList(bytes.unwrap_or_default().as_chunks().0)
    }

    /// Reads every list: each must fit its checksum and ascend. O(pairs).
    ///
    /// # Errors
    /// [`PairsError::Damaged`].
    pub fn check_sums(&self) -> Result<(), PairsError> {
        for extent in &self.table {
            let bytes = &self.data.as_ref()[extent.start..extent.end];
            if xxh3_64(bytes) != extent.checksum {
                return Err(damaged(extent.start, "the checksum of a list does not fit"));
            }
            let (prints, _) = bytes.as_chunks::<{ Fingerprint::LENGTH }>();
            if !prints.is_sorted_by(|one, next| one < next) {
                return Err(damaged(extent.start, "a list does not ascend"));
            }
        }
        Ok(())
    }
}

impl<'a> PairList<'a> {
    /// How many there are.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The fingerprints, ascending.
    pub fn iter(self) -> impl Iterator<Item = Fingerprint> + 'a {
        self.0.iter().map(|bytes| Fingerprint::from_bytes(*bytes))
    }
}

/// Names of breaches, each before a line break, ascending.
fn read_names(bytes: &[u8], count: usize) -> Result<Vec<BreachId>, PairsError> {
    let broken = || damaged(HEAD_LENGTH, "the names of its breaches are broken");
    let text = str::from_utf8(bytes).map_err(|_| broken())?;
    let names = text
        .split_terminator('\n')
        .map(|name| BreachId::try_from(name.to_owned()).map_err(|_| broken()));
    let names: Vec<BreachId> = names.collect::<Result<_, _>>()?;
    let is_whole = names.len() == count && (text.is_empty() || text.ends_with('\n'));
    match is_whole && names.is_sorted_by(|one, next| one < next) {
        true => Ok(names),
        false => Err(broken()),
    }
}

/// Where the lists are: none before `begin` or behind `end`.
fn read_table(bytes: &[u8], begin: usize, end: usize) -> Result<Vec<Extent>, PairsError> {
    let (entries, _) = bytes.as_chunks::<ENTRY_LENGTH>();
    let extent = |entry: &[u8; ENTRY_LENGTH]| {
        let length = u64_at(entry, COUNT_OFFSET).checked_mul(Fingerprint::LENGTH as u64);
        let start = u64_at(entry, START_OFFSET);
        let list_end = length.and_then(|length| start.checked_add(length));
        let is_empty = length == Some(0);
        match list_end {
            Some(_) if is_empty => Some(Extent {
                start: begin,
                end: begin,
                checksum: xxh3_64(&[]),
            }),
            Some(list_end) if start >= begin as u64 && list_end <= end as u64 => Some(Extent {
                start: start as usize,
                end: list_end as usize,
                checksum: u64_at(entry, CHECKSUM_OFFSET),
            }),
            _ => None,
        }
    };
    let broken = || damaged(begin, "a list lies outside the file");
    let table = entries.iter().map(|entry| extent(entry).ok_or_else(broken));
    table.collect()
}

fn damaged(offset: usize, what: &'static str) -> PairsError {
    PairsError::Damaged {
        offset: offset as u64,
        what,
    }
}
