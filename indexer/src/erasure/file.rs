//! How are tombstones kept? In an encrypted file next to the generations.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use aes_siv::KeyInit as _;
use aes_siv::siv::Aes256Siv;
use exposure_index::durable::Replacement;
use exposure_index::generation::{IndexDirectory, Lock};
use exposure_index::identifier::NORMALISATION_VERSION;
use exposure_index::index::{FormatError, Index};
use exposure_index::oprf::{KeyId, OfflineKey, Tag};
use xxhash_rust::xxh3::xxh3_64;
use zeroize::Zeroizing;

use super::{ErasureError, InputMac};

const MAGIC: [u8; 8] = *b"TEKSERER";
const VERSION: u32 = 2;
/// The purpose of the subkey that encrypts the tombstones.
const PURPOSE: &str = "tombstones, version 2";
const NAME_PREFIX: &str = "ERASED-";
const OWNER_ONLY: u32 = 0o600;

const VERSION_OFFSET: usize = MAGIC.len();
const NORMALISATION_OFFSET: usize = VERSION_OFFSET + 4;
const KEY_ID_OFFSET: usize = NORMALISATION_OFFSET + 4;
const OFFLINE_ID_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
const TAGGED_OFFSET: usize = OFFLINE_ID_OFFSET + KeyId::LENGTH;
const UNTAGGED_OFFSET: usize = TAGGED_OFFSET + 4;
const SIV_OFFSET: usize = UNTAGGED_OFFSET + 4;
const BODY_OFFSET: usize = SIV_OFFSET + SIV_LENGTH;
const SIV_LENGTH: usize = 16;
const CHECKSUM_LENGTH: usize = 8;
const TAG_LENGTH: usize = 8;
const TAGGED_LENGTH: usize = TAG_LENGTH + InputMac::LENGTH;

/// Length of the key that MACs are made with.
pub(super) const ERASURE_KEY_LENGTH: usize = 32;
/// Maximum number of tombstones of an index, 100 MB of them.
pub(super) const MAX_TOMBSTONES: usize = 1 << 22;

/// The tombstones of an index directory for one key of tags, decrypted.
pub(crate) struct Erasures {
    pub(super) path: PathBuf,
    pub(super) key_id: KeyId,
    pub(super) erasure_key: Zeroizing<[u8; ERASURE_KEY_LENGTH]>,
    /// Tombstones with tags, ascending by tag.
    pub(super) tagged: Vec<(Tag, InputMac)>,
    /// Tombstones whose tag under this key is not known, ascending.
    pub(super) untagged: Vec<InputMac>,
}

impl Erasures {
    /// Reads the tombstones for a key from an index directory; `None` if there are none.
    ///
    /// # Errors
    /// [`ErasureError`] if the file cannot be read, is damaged, is encrypted under another offline key, or if there is
    /// a file and no offline key.
    pub(crate) fn load(
        folder: &Path,
        key_id: KeyId,
        offline: Option<&OfflineKey>,
    ) -> Result<Option<Self>, ErasureError> {
        let path = path(folder, key_id);
        let Some(bytes) = read(&path)? else {
            return Ok(None);
        };
        match offline {
            Some(offline) => Self::decode(path, key_id, &bytes, offline).map(Some),
            None => Err(ErasureError::NoOfflineKey { path }),
        }
    }

    /// Returns the number of identifiers erased under a key; needs no decryption.
    ///
    /// # Errors
    /// [`ErasureError`] if the file cannot be read or is damaged.
    pub(crate) fn count(folder: &Path, key_id: KeyId) -> Result<usize, ErasureError> {
        let path = path(folder, key_id);
        let Some(bytes) = read(&path)? else {
            return Ok(0);
        };
        let (_, [tagged, untagged]) = checked(&bytes, key_id).map_err(damaged(&path))?;
        Ok(tagged + untagged)
    }

    /// Reads the tombstones for every key of tags in an index directory.
    ///
    /// # Errors
    /// Those of [`load`](Self::load), and one if the directory cannot be read.
    pub(crate) fn load_all(
        folder: &Path,
        offline: Option<&OfflineKey>,
    ) -> Result<Vec<Self>, ErasureError> {
        let io = |source| ErasureError::Io {
            path: folder.to_owned(),
            source,
        };
        let mut all = Vec::new();
        for entry in fs::read_dir(folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name();
            if let Some(key_id) = name.to_str().and_then(key_of) {
                all.extend(Self::load(folder, key_id, offline)?);
            }
        }
        Ok(all)
    }

    /// Returns the key that they are for.
    #[must_use]
    pub(crate) const fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Returns how many tombstones `other` has that these do not have. Those of one identifier count as the same if one
    /// of the two files derives from the other by a change of keys.
    #[must_use]
    pub(crate) fn lacks_of(&self, other: &Self) -> usize {
        let own: HashSet<InputMac> = self.macs().collect();
        other.macs().filter(|mac| !own.contains(mac)).count()
    }

    fn macs(&self) -> impl Iterator<Item = InputMac> {
        let tagged = self.tagged.iter().map(|(_, mac)| *mac);
        tagged.chain(self.untagged.iter().copied())
    }

    /// Returns whether an index file has a row of an erased identifier.
    ///
    /// # Errors
    /// [`FormatError`] if the file breaks a rule where it is read.
    pub(crate) fn are_in<D: AsRef<[u8]>>(
        &self,
        index: &Index<D>,
        offline: &OfflineKey,
    ) -> Result<bool, FormatError> {
        has_any(index, offline, self.tagged.iter().map(|(tag, _)| *tag))
    }

    /// Moves them to another index directory, which has none for their key, under its lock.
    pub(super) fn put_into(
        self,
        directory: &IndexDirectory,
        offline: &OfflineKey,
        _lock: &Lock,
    ) -> Result<Self, ErasureError> {
        let moved = Self {
            path: path(directory.path(), self.key_id),
            ..self
        };
        moved.write(offline)?;
        Ok(moved)
    }

    /// Returns the number of erased identifiers.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        self.tagged.len() + self.untagged.len()
    }

    /// Returns the number of tombstones whose tag under this key is not known, so that their rows cannot be recognised
    /// without it.
    #[must_use]
    pub(crate) const fn untagged(&self) -> usize {
        self.untagged.len()
    }

    /// Returns the known tags, ascending.
    #[must_use]
    pub(crate) fn tags(&self) -> Vec<Tag> {
        self.tagged.iter().map(|(tag, _)| *tag).collect()
    }

    /// Writes the file in one step.
    pub(super) fn write(&self, offline: &OfflineKey) -> Result<(), ErasureError> {
        let written = Replacement::write(&self.path, OWNER_ONLY, &self.encode(offline)?);
        let replaced = written.and_then(Replacement::put_in_place);
        replaced.map_err(|source| ErasureError::Io {
            path: self.path.clone(),
            source,
        })
    }

    /// Returns the plaintext part of the file.
    fn head(&self, offline: &OfflineKey) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(&NORMALISATION_VERSION.to_le_bytes());
        bytes.extend_from_slice(&self.key_id.0);
        bytes.extend_from_slice(&offline.id().0);
        bytes.extend_from_slice(&(self.tagged.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&(self.untagged.len() as u32).to_le_bytes());
        bytes
    }

    /// Returns what is encrypted in the file.
    fn body(&self) -> Zeroizing<Vec<u8>> {
        let length = ERASURE_KEY_LENGTH + TAGGED_LENGTH * self.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&*self.erasure_key);
        for (Tag(tag), mac) in &self.tagged {
            bytes.extend_from_slice(&tag.to_le_bytes());
            bytes.extend_from_slice(mac.as_bytes());
        }
        for mac in &self.untagged {
            bytes.extend_from_slice(mac.as_bytes());
        }
        bytes
    }

    fn encode(&self, offline: &OfflineKey) -> Result<Vec<u8>, ErasureError> {
        let (mut bytes, mut body) = (self.head(offline), self.body());
        // Fails only for too many headers.
        let siv = cipher(offline).encrypt_in_place_detached([&bytes], body.as_mut_slice());
        let siv = siv.map_err(|_| damaged(&self.path)("it has too many parts"))?;
        bytes.extend_from_slice(&siv);
        bytes.extend_from_slice(&body);
        let checksum = xxh3_64(&bytes);
        bytes.extend_from_slice(&checksum.to_le_bytes());
        Ok(bytes)
    }

    fn decode(
        path: PathBuf,
        key_id: KeyId,
        bytes: &[u8],
        offline: &OfflineKey,
    ) -> Result<Self, ErasureError> {
        let (file, [tagged, _]) = checked(bytes, key_id).map_err(damaged(&path))?;
        if file[OFFLINE_ID_OFFSET..TAGGED_OFFSET] != offline.id().0 {
            return Err(ErasureError::OtherOfflineKey { path });
        }
        let mut body = Zeroizing::new(file[BODY_OFFSET..].to_vec());
        let siv = aes_siv::Tag::from(field::<SIV_LENGTH>(file, SIV_OFFSET));
        let head = [&file[..SIV_OFFSET]];
        let opened = cipher(offline).decrypt_in_place_detached(head, body.as_mut_slice(), &siv);
        if opened.is_err() {
            return Err(ErasureError::Forged { path });
        }
        let erasure_key = Zeroizing::new(field(&body, 0));
        let (entries, rest) = body[ERASURE_KEY_LENGTH..].split_at(tagged * TAGGED_LENGTH);
        let (tagged, untagged) = (tagged_in(entries), untagged_in(rest));
        if !tagged.is_sorted_by_key(|(tag, _)| *tag) || !untagged.is_sorted() {
            return Err(damaged(&path)("its entries are out of order"));
        }
        Ok(Self {
            path,
            key_id,
            erasure_key,
            tagged,
            untagged,
        })
    }
}

/// Returns the cipher, AES-SIV (RFC 5297). It needs no nonce, so a machine whose randomness repeats loses nothing.
fn cipher(offline: &OfflineKey) -> Aes256Siv {
    Aes256Siv::new((&*offline.subkey(PURPOSE)).into())
}

fn damaged(path: &Path) -> impl Fn(&'static str) -> ErasureError {
    let path = path.to_owned();
    move |what| ErasureError::Damaged {
        path: path.clone(),
        what,
    }
}

/// Returns whether an index file, public or sealed, has a row with one of these tags.
pub(crate) fn has_any<D: AsRef<[u8]>>(
    index: &Index<D>,
    offline: &OfflineKey,
    tags: impl IntoIterator<Item = Tag>,
) -> Result<bool, FormatError> {
    let is_sealed = index.header().sealed;
    for tag in tags {
        let tag = match is_sealed {
            true => offline.sealed_tag(tag),
            false => tag,
        };
        if index.find(tag)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the path of the tombstones for a key.
pub(super) fn path(folder: &Path, key_id: KeyId) -> PathBuf {
    folder.join(format!("{NAME_PREFIX}{key_id}"))
}

/// Returns the key whose tombstones are in a file of this name.
fn key_of(name: &str) -> Option<KeyId> {
    KeyId::parse(name.strip_prefix(NAME_PREFIX)?)
}

/// Returns the file without its checksum, and the numbers of tombstones with and without a tag. Fails unless it is
/// whole, for this key of tags, and of a version that this program knows.
fn checked(bytes: &[u8], key_id: KeyId) -> Result<(&[u8], [usize; 2]), &'static str> {
    let (file, checksum) = bytes
        .split_last_chunk::<CHECKSUM_LENGTH>()
        .filter(|(file, _)| file.len() >= BODY_OFFSET)
        .ok_or("it is truncated")?;
    if !file.starts_with(&MAGIC) {
        return Err("it is not a file of tombstones");
    }
    if xxh3_64(file) != u64::from_le_bytes(*checksum) {
        return Err("its checksum does not match");
    }
    if field(file, VERSION_OFFSET) != VERSION.to_le_bytes() {
        return Err("its version is not known to this program");
    }
    if field(file, NORMALISATION_OFFSET) != NORMALISATION_VERSION.to_le_bytes() {
        return Err("it was made with other rules of normalisation");
    }
    if file[KEY_ID_OFFSET..OFFLINE_ID_OFFSET] != key_id.0 {
        return Err("its key is not the one that its name says");
    }
    let [tagged, untagged] = [TAGGED_OFFSET, UNTAGGED_OFFSET].map(|offset| count(file, offset));
    let length = ERASURE_KEY_LENGTH + tagged * TAGGED_LENGTH + untagged * InputMac::LENGTH;
    if file.len() - BODY_OFFSET != length {
        return Err("its length is not the one that it states");
    }
    Ok((file, [tagged, untagged]))
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

/// Returns the `N` bytes at an offset that was checked to be within.
fn field<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[offset..offset + N]);
    field
}

fn count(bytes: &[u8], offset: usize) -> usize {
    u32::from_le_bytes(field(bytes, offset)) as usize
}

/// Reads the whole file, if it exists and is not too long.
fn read(path: &Path) -> Result<Option<Vec<u8>>, ErasureError> {
    const MAX_LENGTH: u64 =
        (BODY_OFFSET + ERASURE_KEY_LENGTH + MAX_TOMBSTONES * TAGGED_LENGTH + CHECKSUM_LENGTH)
            as u64;
    let mut bytes = Vec::new();
    let opened = File::open(path);
    match opened.and_then(|file| file.take(MAX_LENGTH).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ErasureError::Io {
            path: path.to_owned(),
            source,
        }),
    }
}
