use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use exposure_index::durable::Replacement;
use exposure_index::generation::{IndexDirectory, Lock};
use exposure_index::identifier::NORMALISATION_VERSION;
use exposure_index::index::{FormatError, Index};
use exposure_index::oprf::{KeyId, Tag};
use xxhash_rust::xxh3::xxh3_64;

use super::{ErasureError, InputMac};

const MAGIC: [u8; 8] = *b"TEKSERER";
const VERSION: u32 = 1;
const NAME_PREFIX: &str = "ERASED-";
const OWNER_ONLY: u32 = 0o600;

const VERSION_OFFSET: usize = MAGIC.len();
const NORMALISATION_OFFSET: usize = VERSION_OFFSET + 4;
const KEY_ID_OFFSET: usize = NORMALISATION_OFFSET + 4;
const NONCE_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
const SEALED_OFFSET: usize = NONCE_OFFSET + NONCE_LENGTH;
const TAGGED_OFFSET: usize = SEALED_OFFSET + SEALED_LENGTH;
const UNTAGGED_OFFSET: usize = TAGGED_OFFSET + 4;
const ENTRIES_OFFSET: usize = UNTAGGED_OFFSET + 4;
const CHECKSUM_LENGTH: usize = 8;
const TAG_LENGTH: usize = 8;
const TAGGED_LENGTH: usize = TAG_LENGTH + InputMac::LENGTH;

pub(super) const NONCE_LENGTH: usize = 12;
/// The erasure key and its authentication tag.
pub(super) const SEALED_LENGTH: usize = 32 + 16;
/// Most tombstones of an index, 100 MB of them.
pub(super) const MAX_TOMBSTONES: usize = 1 << 22;

/// The tombstones of an index directory for one key, as anybody can read them who may read the file.
pub struct Erasures {
    pub(super) path: PathBuf,
    pub(super) key_id: KeyId,
    pub(super) nonce: [u8; NONCE_LENGTH],
    pub(super) sealed: [u8; SEALED_LENGTH],
    /// Ascending by tag.
    pub(super) tagged: Vec<(Tag, InputMac)>,
    /// Those whose tag under this key is not known. Ascending.
    pub(super) untagged: Vec<InputMac>,
}

impl Erasures {
    /// Reads the tombstones for a key from an index directory; `None` if there are none.
    ///
    /// # Errors
    /// [`ErasureError`] if the file cannot be read or is damaged.
    pub fn load(folder: &Path, key_id: KeyId) -> Result<Option<Self>, ErasureError> {
        let path = path(folder, key_id);
        match read(&path) {
            Ok(bytes) => Self::decode(path, key_id, &bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(ErasureError::Io { path, source }),
        }
    }

    /// The tombstones for every key in an index directory.
    ///
    /// # Errors
    /// [`ErasureError`] if the directory or one of the files cannot be read, or a file is damaged.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>, ErasureError> {
        let io = |source| ErasureError::Io {
            path: folder.to_owned(),
            source,
        };
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            if let Some(key_id) = name.to_str().and_then(key_of) {
                all.extend(Self::load(folder, key_id)?);
            }
        }
        Ok(all)
    }

    /// The key they are for.
    #[must_use]
    pub const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// How many tombstones `other` has that these do not have. One identifier's are told to be the same if one of the two
    /// files goes back to the other, by a change of keys.
    #[must_use]
    pub fn lacks_of(&self, other: &Self) -> usize {
        let own: HashSet<InputMac> = self.macs().collect();
        other.macs().filter(|mac| !own.contains(mac)).count()
    }

    fn macs(&self) -> impl Iterator<Item = InputMac> {
        let tagged = self.tagged.iter().map(|(_, mac)| *mac);
        tagged.chain(self.untagged.iter().copied())
    }

    /// Whether an index file has a row of somebody erased.
    ///
    /// # Errors
    /// [`FormatError`] if the file breaks a rule where it is looked at.
    pub fn are_in<D: AsRef<[u8]>>(&self, index: &Index<D>) -> Result<bool, FormatError> {
        has_any(index, self.tagged.iter().map(|(tag, _)| *tag))
    }

    /// Makes them those of another index directory, which has none for their key, under its lock.
    pub(super) fn put_into(
        self,
        directory: &IndexDirectory,
        _lock: &Lock,
    ) -> Result<Self, ErasureError> {
        let moved = Self {
            path: path(directory.path(), self.key_id),
            ..self
        };
        moved.write()?;
        Ok(moved)
    }

    /// How many identifiers are erased.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.tagged.len() + self.untagged.len()
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many there are whose tag under this key is not known, so that rows cannot be told to be theirs without it.
    #[must_use]
    pub const fn untagged(&self) -> usize {
        self.untagged.len()
    }

    /// The tags of the others, ascending.
    #[must_use]
    pub fn tags(&self) -> Vec<Tag> {
        self.tagged.iter().map(|(tag, _)| *tag).collect()
    }

    /// Puts the file into place, in one step.
    pub(super) fn write(&self) -> Result<(), ErasureError> {
        let written = Replacement::write(&self.path, OWNER_ONLY, &self.encode());
        let replaced = written.and_then(Replacement::put_in_place);
        replaced.map_err(|source| ErasureError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// What the seal vouches for besides the erasure key: everything else that the file says.
    pub(super) fn associated(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.entries());
        bytes
    }

    fn head(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&NORMALISATION_VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.key_id.0);
        bytes
    }

    fn entries(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(TAGGED_LENGTH * self.len());
        bytes.extend_from_slice(&(self.tagged.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.untagged.len() as u32).to_le_bytes());
        for (Tag(tag), mac) in &self.tagged {
            bytes.extend_from_slice(&tag.to_le_bytes());
            bytes.extend_from_slice(mac.as_bytes());
        }
        for mac in &self.untagged {
            bytes.extend_from_slice(mac.as_bytes());
        }
        bytes
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&self.sealed);
        bytes.extend_from_slice(&self.entries());
        let checksum = xxh3_64(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        bytes
    }

    fn decode(path: PathBuf, key_id: KeyId, bytes: &[u8]) -> Result<Self, ErasureError> {
        let damaged = |what| ErasureError::Damaged {
            path: path.clone(),
            what,
        };
        let body = checked(bytes).map_err(damaged)?;
        if body[KEY_ID_OFFSET..NONCE_OFFSET] != key_id.0 {
            return Err(damaged("it is of another key than its name says"));
        }
        let [tagged, untagged] = [TAGGED_OFFSET, UNTAGGED_OFFSET].map(|offset| count(body, offset));
        let (entries, rest) = body[ENTRIES_OFFSET..]
            .split_at_checked(tagged * TAGGED_LENGTH)
            .ok_or_else(|| damaged("it is shorter than it says"))?;
        if rest.len() != untagged * InputMac::LENGTH {
            return Err(damaged("it is not as long as it says"));
        }
        let (tagged, untagged) = (tagged_in(entries), untagged_in(rest));
        if !tagged.is_sorted_by_key(|(tag, _)| *tag) || !untagged.is_sorted() {
            return Err(damaged("its entries are out of order"));
        }
        Ok(Self {
            key_id,
            nonce: field(body, NONCE_OFFSET),
            sealed: field(body, SEALED_OFFSET),
            tagged,
            untagged,
            path,
        })
    }
}

/// Whether an index file has a row with one of these tags.
pub(crate) fn has_any<D: AsRef<[u8]>>(
    index: &Index<D>,
    tags: impl IntoIterator<Item = Tag>,
) -> Result<bool, FormatError> {
    for tag in tags {
        if index.find(tag)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where the tombstones for a key lie.
pub(super) fn path(folder: &Path, key_id: KeyId) -> PathBuf {
    folder.join(format!("{NAME_PREFIX}{key_id}"))
}

/// The key whose tombstones lie in a file of this name.
fn key_of(name: &str) -> Option<KeyId> {
    KeyId::parse(name.strip_prefix(NAME_PREFIX)?)
}

/// The file without its checksum, if that fits and this program knows it.
fn checked(bytes: &[u8]) -> Result<&[u8], &'static str> {
    let (body, checksum) = bytes
        .split_last_chunk::<CHECKSUM_LENGTH>()
        .filter(|(body, _)| body.len() >= ENTRIES_OFFSET)
        .ok_or("it is cut short")?;
    if !body.starts_with(&MAGIC) {
        return Err("it holds something else");
    }
    if xxh3_64(body) != u64::from_le_bytes(*checksum) {
        return Err("its checksum does not fit");
    }
    if field(body, VERSION_OFFSET) != VERSION.to_le_bytes() {
        return Err("its version is not known to this program");
    }
    if field(body, NORMALISATION_OFFSET) != NORMALISATION_VERSION.to_le_bytes() {
        return Err("it is of other rules of normalisation");
    }
    Ok(body)
}

fn tagged_in(entries: &[u8]) -> Vec<(Tag, InputMac)> {
    let entries = entries.as_chunks::<TAGGED_LENGTH>().0.iter();
    let entry = |entry: &[u8; TAGGED_LENGTH]| {
        let tag = Tag(u64::from_le_bytes(field(entry, 0)));
        (tag, InputMac::from_bytes(field(entry, TAG_LENGTH)))
    };
    entries.map(entry).collect()
}

fn untagged_in(entries: &[u8]) -> Vec<InputMac> {
    let (macs, _) = entries.as_chunks();
    macs.iter().copied().map(InputMac::from_bytes).collect()
}

/// The `N` bytes at an offset that is checked to lie within.
fn field<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[offset..offset + N]);
    field
}

fn count(bytes: &[u8], offset: usize) -> usize {
    u32::from_le_bytes(field(bytes, offset)) as usize
}

/// The whole file, if it is not longer than one can be.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    const MAX_LENGTH: u64 =
        (ENTRIES_OFFSET + MAX_TOMBSTONES * TAGGED_LENGTH + CHECKSUM_LENGTH) as u64;
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_LENGTH).read_to_end(&mut bytes)?;
    Ok(bytes)
}
