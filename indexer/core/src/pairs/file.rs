//! What does a file of pairs hold? Its reader.

use std::ops::Range;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::layout::{
    BREACHES_OFFSET, CHECKSUM_OFFSET, COUNT_OFFSET, ENTRY_LENGTH, GENERATION_OFFSET, HEAD_LENGTH,
    KEY_ID_OFFSET, LIST_CHECKSUM_OFFSET, MAGIC, MAX_BREACHES, MAX_NAME_LENGTH, NAMES_LENGTH_OFFSET,
    NORMALISATION_OFFSET, VERSION, VERSION_OFFSET, lists,
};
use super::{Fingerprint, PairKind, PairsError, Part};
use crate::breach::BreachId;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::{GenerationId, bytes_at, u32_at, u64_at};
use crate::oprf::KeyId;

/// An open file of pairs. Opening reads head, names and table and checks every bound; the lists are in the map until
/// they are read.
pub struct PairFile<D> {
    data: D,
    key_id: KeyId,
    generation: [u8; GenerationId::LENGTH],
    breaches: Vec<BreachId>,
    table: Vec<Extent>,
}

/// The place of a list.
struct Extent {
    bytes: Range<usize>,
    checksum: u64,
}

/// The fingerprints of a breach and a kind, ascending.
#[derive(Clone, Copy, Default)]
pub struct PairList<'a>(&'a [[u8; Fingerprint::LENGTH]]);

impl<D: AsRef<[u8]>> PairFile<D> {
    /// Opens a file of pairs. O(breaches), in time and memory.
    ///
    /// # Errors
    /// [`PairsError`] if it breaks a rule of its format.
    pub fn open(data: D) -> Result<Self, PairsError> {
        let bytes = data.as_ref();
        let head = read_head(bytes)?;
        let (breaches, names_length) = counts(head)?;
        let table_begin = HEAD_LENGTH + names_length;
        let lists_begin = table_begin + lists(breaches) * ENTRY_LENGTH;
        let cut = || PairsError::damaged(Part::Table, table_begin, "the file is cut short");
        let names_and_table = bytes.get(HEAD_LENGTH..lists_begin).ok_or_else(cut)?;
        if checksum(&head[..CHECKSUM_OFFSET], names_and_table) != u64_at(head, CHECKSUM_OFFSET) {
            let what = "the checksum does not fit";
            return Err(PairsError::damaged(Part::Head, CHECKSUM_OFFSET, what));
        }
        let (names, table) = names_and_table.split_at(names_length);
        Ok(Self {
            key_id: KeyId(bytes_at(head, KEY_ID_OFFSET)),
            generation: bytes_at(head, GENERATION_OFFSET),
            breaches: read_names(names, breaches)?,
            table: read_table(table, lists_begin, bytes.len())?,
            data,
        })
    }

    /// Returns whether it was made for this generation, with this key.
    #[must_use]
    pub fn is_of(&self, generation: GenerationId, key_id: KeyId) -> bool {
        self.generation == *generation.as_bytes() && self.key_id == key_id
    }

    /// The breaches whose pairs were kept, by id.
    #[must_use]
    pub fn breaches(&self) -> &[BreachId] {
        &self.breaches
    }

    /// The pairs of a breach and a kind; `None` if those of the breach were not kept.
    #[must_use]
    pub fn list(&self, breach: &BreachId, kind: PairKind) -> Option<PairList<'_>> {
        let place = self.breaches.binary_search(breach).ok()?;
        let extent = self.table.get(lists(place) + usize::from(kind.code()))?;
        let bytes = self.data.as_ref().get(extent.bytes.clone())?;
        Some(PairList(bytes.as_chunks().0))
    }

    /// Returns the number of pairs of all breaches and kinds, each counted once per breach.
    #[must_use]
    pub fn pairs(&self) -> u64 {
        let bytes: usize = self.table.iter().map(|extent| extent.bytes.len()).sum();
        (bytes / Fingerprint::LENGTH) as u64
    }

    /// Reads every list: each must fit its checksum and ascend. O(pairs).
    ///
    /// # Errors
    /// [`PairsError::Damaged`].
    pub fn check(&self) -> Result<(), PairsError> {
        let broken =
            |extent: &Extent, what| Err(PairsError::damaged(Part::Lists, extent.bytes.start, what));
        for extent in &self.table {
            let bytes = &self.data.as_ref()[extent.bytes.clone()];
            if xxh3_64(bytes) != extent.checksum {
                return broken(extent, "the checksum of a list does not fit");
            }
            let (fingerprints, _) = bytes.as_chunks::<{ Fingerprint::LENGTH }>();
            if !fingerprints.is_sorted_by(|one, next| one < next) {
                return broken(extent, "a list does not ascend");
            }
        }
        Ok(())
    }
}

impl<'a> PairList<'a> {
    /// Returns the number of pairs.
    #[must_use]
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// Returns whether there are no pairs.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The fingerprints, ascending.
    pub fn iter(self) -> impl Iterator<Item = Fingerprint> + 'a {
        self.0.iter().map(|bytes| Fingerprint::from_bytes(*bytes))
    }
}

/// The fixed fields of a file that this program knows.
fn read_head(bytes: &[u8]) -> Result<&[u8; HEAD_LENGTH], PairsError> {
    let cut = PairsError::damaged(Part::Head, bytes.len(), "the file is cut short");
    let head: &[u8; HEAD_LENGTH] = bytes.first_chunk().ok_or(cut)?;
    if head[..MAGIC.len()] != MAGIC {
        return Err(PairsError::Magic);
    }
    let versions = [
        ("version", VERSION_OFFSET, VERSION),
        ("normalisation", NORMALISATION_OFFSET, NORMALISATION_VERSION),
    ];
    for (what, offset, known) in versions {
        let got = u32_at(head, offset);
        if got != known {
            return Err(PairsError::Version { what, known, got });
        }
    }
    Ok(head)
}

/// Returns the number of breaches, and the total length of their names.
fn counts(head: &[u8; HEAD_LENGTH]) -> Result<(usize, usize), PairsError> {
    let count = |offset| u32_at(head, offset) as usize;
    let (breaches, names) = (count(BREACHES_OFFSET), count(NAMES_LENGTH_OFFSET));
    let too_many = |offset, what| Err(PairsError::damaged(Part::Head, offset, what));
    if breaches > MAX_BREACHES {
        return too_many(BREACHES_OFFSET, "more breaches than a generation can have");
    }
    if names > breaches * MAX_NAME_LENGTH {
        return too_many(NAMES_LENGTH_OFFSET, "longer names than breaches can have");
    }
    Ok((breaches, names))
}

/// Returns the checksum of the head's fields and the names and table after them.
pub(super) fn checksum(fields: &[u8], names_and_table: &[u8]) -> u64 {
    let mut checksum = Xxh3::new();
    checksum.update(fields);
    checksum.update(names_and_table);
    checksum.digest()
}

/// Reads the names of breaches, each ended by a line feed, ascending.
fn read_names(bytes: &[u8], count: usize) -> Result<Vec<BreachId>, PairsError> {
    let broken = || {
        PairsError::damaged(
            Part::Names,
            HEAD_LENGTH,
            "fewer or more names of breaches than stated",
        )
    };
    let text = str::from_utf8(bytes).map_err(|_| broken())?;
    let name = |name: &str| BreachId::try_from(name.to_owned()).map_err(|_| broken());
    let names = text.split_terminator('\n').map(name);
    let names: Vec<BreachId> = names.collect::<Result<_, _>>()?;
    let is_whole = names.len() == count && (text.is_empty() || text.ends_with('\n'));
    match is_whole && names.is_sorted_by(|one, next| one < next) {
        true => Ok(names),
        false => Err(broken()),
    }
}

/// Reads the places of the lists: one after the other from `begin` to `end`.
fn read_table(bytes: &[u8], begin: usize, end: usize) -> Result<Vec<Extent>, PairsError> {
    let broken = |what| PairsError::damaged(Part::Table, begin - bytes.len(), what);
    let mut table = Vec::with_capacity(bytes.len() / ENTRY_LENGTH);
    let mut start = begin;
    for entry in bytes.as_chunks::<ENTRY_LENGTH>().0 {
        let length = usize::try_from(u64_at(entry, COUNT_OFFSET)).ok();
        let length = length.and_then(|count| count.checked_mul(Fingerprint::LENGTH));
        let list_end = length.and_then(|length| start.checked_add(length));
        let list_end = list_end.filter(|list_end| *list_end <= end);
        let list_end = list_end.ok_or_else(|| broken("a list ends after the file"))?;
        table.push(Extent {
            bytes: start..list_end,
            checksum: u64_at(entry, LIST_CHECKSUM_OFFSET),
        });
        start = list_end;
    }
    match start == end {
        true => Ok(table),
        false => Err(broken("the file does not end with its last list")),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use jiff::Timestamp;

    use super::super::PairWriter;
    use super::*;

    const KEY_ID: KeyId = KeyId([7; KeyId::LENGTH]);

    fn breach(id: &str) -> BreachId {
        id.to_owned().try_into().expect("an id")
    }

    fn generation(random: u32) -> GenerationId {
        GenerationId::new(Timestamp::UNIX_EPOCH, random).expect("a name")
    }

    /// A file of two breaches: the first with some pairs of two kinds, the second with none.
    fn written() -> Vec<u8> {
        let ids = [breach("a-2020"), breach("b-2021")];
        let mut writer =
            PairWriter::new(Cursor::new(Vec::new()), KEY_ID, generation(1), ids.iter())
                .expect("a writer");
        for fingerprints in [&[1, 2, 1 << 39][..], &[], &[5], &[], &[], &[]] {
            let mut bits = fingerprints.iter();
            let next =
                || Ok::<_, PairsError>(bits.next().map(|bits| Fingerprint::from_bits(*bits)));
            writer.list(next).expect("a list");
        }
        writer.finish().expect("written").into_inner()
    }

    /// Returns the fault of a file, as found on opening and verifying it.
    fn refused(bytes: &[u8]) -> Option<PairsError> {
        match PairFile::open(bytes) {
            Ok(file) if !file.is_of(generation(1), KEY_ID) => Some(PairsError::Elsewhere),
            Ok(file) => file.check().err(),
            Err(error) => Some(error),
        }
    }

    #[test]
    fn what_was_written_is_read_back() {
        let bytes = written();
        let file = PairFile::open(&bytes).expect("opened");
        file.check().expect("whole");
        assert!(file.is_of(generation(1), KEY_ID) && !file.is_of(generation(2), KEY_ID));
        assert_eq!(file.breaches(), [breach("a-2020"), breach("b-2021")]);
        assert_eq!(file.pairs(), 4);
        let bits = |id: &str, kind| -> Option<Vec<u64>> {
            let list = file.list(&breach(id), kind)?;
            Some(list.iter().map(Fingerprint::bits).collect())
        };
        assert_eq!(
            bits("a-2020", PairKind::IinPhone),
            Some(vec![1, 2, 1 << 39])
        );
        assert_eq!(bits("a-2020", PairKind::IinIdCard), Some(vec![]));
        assert_eq!(bits("a-2020", PairKind::PhoneEmail), Some(vec![5]));
        assert_eq!(bits("b-2021", PairKind::IinPhone), Some(vec![]));
        assert_eq!(bits("c-2022", PairKind::IinPhone), None);
    }

    #[test]
    fn a_file_cut_or_changed_anywhere_is_refused() {
        let whole = written();
        assert!(refused(&whole).is_none());
        for cut in 0..whole.len() {
            assert!(refused(&whole[..cut]).is_some(), "cut at {cut}");
        }
        for place in 0..whole.len() {
            for flip in 0..8 {
                let mut bytes = whole.clone();
                bytes[place] ^= 1 << flip;
                assert!(refused(&bytes).is_some(), "bit {flip} of byte {place}");
            }
        }
        assert!(refused(&[&whole[..], b"\0"].concat()).is_some(), "longer");
    }

    /// Changes a file and makes the head's checksum fit again, as an attacker would.
    fn forged(change: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = written();
        change(&mut bytes);
        let lists_begin = bytes.len().min(HEAD_LENGTH + 14 + lists(2) * ENTRY_LENGTH);
        let sum = checksum(&bytes[..CHECKSUM_OFFSET], &bytes[HEAD_LENGTH..lists_begin]);
        bytes[CHECKSUM_OFFSET..HEAD_LENGTH].copy_from_slice(&sum.to_le_bytes());
        refused(&bytes).expect("refused").to_string()
    }

    #[test]
    fn a_file_that_was_forged_is_refused_with_part_and_offset() {
        const TABLE: usize = HEAD_LENGTH + 14;
        let at = |offset: usize, field: [u8; 4]| {
            forged(|bytes| bytes[offset..offset + 4].copy_from_slice(&field))
        };
        let huge = u32::MAX.to_le_bytes();
        for (message, expected) in [
            (at(BREACHES_OFFSET, huge), "head, offset 56: more breaches"),
            (
                at(NAMES_LENGTH_OFFSET, huge),
                "head, offset 60: longer names",
            ),
            (at(HEAD_LENGTH, *b"z-20"), "names, offset 72: fewer or more"),
            (
                at(HEAD_LENGTH, *b"a\n-2"),
                "names, offset 72: fewer or more",
            ),
            (at(TABLE + 4, huge), "table, offset 86: a list ends after"),
            (at(TABLE, [0; 4]), "table, offset 86: the file does not end"),
            (at(TABLE + 8, huge), "lists, offset 182: the checksum"),
            (at(VERSION_OFFSET, huge), "version 4294967295 is not known"),
        ] {
            assert!(message.contains(expected), "{message}");
        }
        let unsorted = forged(|bytes| {
            let list = TABLE + lists(2) * ENTRY_LENGTH;
            bytes[list + 4] = 9;
            let sum = xxh3_64(&bytes[list..list + 15]);
            bytes[TABLE + 8..TABLE + 16].copy_from_slice(&sum.to_le_bytes());
        });
        assert!(
            unsorted.contains("lists, offset 182: a list does not ascend"),
            "{unsorted}"
        );
    }
}
