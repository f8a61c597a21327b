//! How is a release key kept, and how does it sign? minisign's formats.

use std::ops::Range;
use std::path::{Path, PathBuf};

use blake2::{Blake2b256, Blake2b512};
use data_encoding::BASE64;
use ed25519_dalek::{KEYPAIR_LENGTH, Signer, SigningKey};
use sha2::Digest;
use zeroize::Zeroizing;

use super::ReleaseKeyId;
use crate::secret::{self, Passphrase, SecretFileError};

/// Algorithm of keys: Ed25519.
const ED25519: &[u8; 2] = b"Ed";
/// Algorithm of signatures: Ed25519 over BLAKE2b-512 of the message, which is minisign's own choice since 2021.
const PREHASHED: &[u8; 2] = b"ED";
/// Encryption: with a key stream from scrypt.
const SCRYPT: &[u8; 2] = b"Sc";
/// Unencrypted.
const PLAIN: &[u8; 2] = &[0, 0];
/// Checksum: BLAKE2b-256.
const BLAKE2B: &[u8; 2] = b"B2";

const SALT_LENGTH: usize = 32;
const CHECKSUM_LENGTH: usize = 32;
const ID_LENGTH: usize = 8;
/// Length of the encrypted part: id, key pair and checksum.
const SEALED_LENGTH: usize = ID_LENGTH + KEYPAIR_LENGTH + CHECKSUM_LENGTH;
/// Place of the encryption, after the algorithm of the key.
const ENCRYPTION: Range<usize> = 2..4;
const CHECK: Range<usize> = ENCRYPTION.end..6;
const SALT: Range<usize> = CHECK.end..CHECK.end + SALT_LENGTH;
/// The limits that scrypt's parameters follow from, little-endian.
const OPERATIONS: Range<usize> = SALT.end..SALT.end + 8;
const MEMORY: Range<usize> = OPERATIONS.end..OPERATIONS.end + 8;
const HEAD_LENGTH: usize = MEMORY.end;
const SECRET_KEY_LENGTH: usize = HEAD_LENGTH + SEALED_LENGTH;
/// Maximum size: more than a secret key and its comment.
const MAX_FILE: u64 = 4096;
const COMMENT: &str = "untrusted comment: ";

/// What the ministry signs with: a secret key of minisign, in minisign's own file format, so either program reads
/// what the other wrote.
///
/// The format is minisign's (<https://jedisct1.github.io/minisign/>). The crate `minisign` writes it as well, but
/// prints secret keys as `Debug` and leaves them in memory; here it serves only as the reference in tests.
pub struct ReleaseKey {
    pair: SigningKey,
    id: ReleaseKeyId,
}

/// Why a release key could not be read or written. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseKeyError {
    /// The file cannot be read or written, or others may read it.
    #[error("release key {0}")]
    File(SecretFileError),
    /// The file holds no secret key of minisign.
    #[error(
        "release key {path}: not a secret key of minisign; tekser-indexer release-keygen and minisign -G write one"
    )]
    Format {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase does not open the file.
    #[error("release key {path}: wrong passphrase")]
    Passphrase {
        /// The file.
        path: PathBuf,
    },
    /// No passphrase was given.
    #[error("release key {path} is encrypted with a passphrase: {why}")]
    NoPassphrase {
        /// The file.
        path: PathBuf,
        /// Reason that there is none.
        why: String,
    },
    /// The OS random number generator failed.
    #[error("the operating system's random number generator failed")]
    Randomness,
}

/// Not a source: the message contains it already.
impl From<SecretFileError> for ReleaseKeyError {
    fn from(error: SecretFileError) -> Self {
        Self::File(error)
    }
}

impl ReleaseKey {
    /// A new key.
    ///
    /// # Errors
    /// [`ReleaseKeyError::Randomness`].
    pub fn generate() -> Result<Self, ReleaseKeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        let mut id = [0; ID_LENGTH];
        fill(&mut *seed)?;
        fill(&mut id)?;
        Ok(Self {
            pair: SigningKey::from_bytes(&seed),
            id: ReleaseKeyId(id),
        })
    }

    /// Reads a secret key; for an encrypted file, calls `ask` for the passphrase and takes about a second.
    ///
    /// # Errors
    /// [`ReleaseKeyError`] if the file cannot be read, others may access it, or it does not open.
    pub fn read(
        path: &Path,
        ask: impl FnOnce(&Path) -> Result<Passphrase, String>,
    ) -> Result<Self, ReleaseKeyError> {
        let text = secret::read(path, MAX_FILE)?;
        let path = || path.to_owned();
        let format = || ReleaseKeyError::Format { path: path() };
        let mut file = SecretKeyFile::decode(&text).ok_or_else(format)?;
        if file.is_encrypted() {
            let why = |why| ReleaseKeyError::NoPassphrase { path: path(), why };
            let passphrase = ask(&path()).map_err(why)?;
            file.apply(&passphrase).ok_or_else(format)?;
        }
        match file.key() {
            Some(key) => Ok(key),
            None if file.is_encrypted() => Err(ReleaseKeyError::Passphrase { path: path() }),
            None => Err(format()),
        }
    }

    /// Writes a new file with mode 0600, encrypted if there is a passphrase. An existing file is never overwritten.
    ///
    /// # Errors
    /// [`ReleaseKeyError::File`], also if the file exists.
    pub fn create(
        &self,
        path: &Path,
        passphrase: Option<&Passphrase>,
    ) -> Result<(), ReleaseKeyError> {
        let file = SecretKeyFile::new(self, passphrase)?;
        Ok(secret::create(path, &file.encode())?)
    }

    /// Returns the number with which signatures name this key.
    #[must_use]
    pub const fn id(&self) -> ReleaseKeyId {
        self.id
    }

    /// The public key as one word, `RW…`.
    #[must_use]
    pub fn public_key(&self) -> String {
        let public = self.pair.verifying_key().to_bytes();
        BASE64.encode(&[&ED25519[..], &self.id.0, &public].concat())
    }

    /// The file of the public key.
    #[must_use]
    pub fn public_key_file(&self) -> String {
        let key = self.public_key();
        format!("{COMMENT}minisign public key {}\n{key}\n", self.id)
    }

    /// The file of a signature over `message`. The comment is signed as well; it must have one line.
    #[must_use]
    pub fn sign(&self, message: &str, trusted_comment: &str) -> String {
        let signature = self.pair.sign(&Blake2b512::digest(message)).to_bytes();
        let commented = [&signature, trusted_comment.as_bytes()].concat();
        let global = self.pair.sign(&commented).to_bytes();
        format!(
            "{COMMENT}signature of the release key {}\n{}\ntrusted comment: {trusted_comment}\n{}\n",
            self.id,
            BASE64.encode(&[&PREHASHED[..], &self.id.0, &signature].concat()),
            BASE64.encode(&global),
        )
    }
}

/// The limits that scrypt's parameters follow from, by libsodium's rule.
#[derive(Clone, Copy)]
struct Limits {
    operations: u64,
    memory: u64,
}

impl Limits {
    /// 256 MiB and about a second.
    #[cfg(not(test))]
    const NEW: Self = Self {
        operations: 1 << 23,
        memory: 256 << 20,
    };
    /// Tests do not test the strength of passphrases.
    #[cfg(test)]
    const NEW: Self = Self {
        operations: 1 << 15,
        memory: 1 << 20,
    };
    /// minisign's own files ask for 1 GiB; one that asks for more is refused.
    const MAX_MEMORY: u64 = 1 << 30;
    const MAX_OPERATIONS: u64 = 1 << 27;
    /// scrypt's r.
    const BLOCK: u32 = 8;

    /// `pickparams` of libsodium's `crypto_pwhash_scryptsalsa208sha256`.
    fn parameters(self) -> Option<scrypt::Params> {
        if self.memory > Self::MAX_MEMORY || self.operations > Self::MAX_OPERATIONS {
            return None;
        }
        let operations = self.operations.max(1 << 15);
        let is_short = operations < self.memory / 32;
        let most = match is_short {
            true => operations / u64::from(Self::BLOCK * 4),
            false => self.memory / u64::from(Self::BLOCK * 128),
        };
        // The least power of two that is more than half of it.
        let log_n = (1..63).find(|log_n| 1_u64 << log_n > most / 2)?;
        let lanes = match is_short {
            true => 1,
            false => ((operations / 4) >> log_n) / u64::from(Self::BLOCK),
        };
        let lanes = u32::try_from(lanes).ok()?;
        scrypt::Params::new(log_n, Self::BLOCK, lanes, 32).ok()
    }
}

/// The secret key's bytes, zeroed when they are dropped.
struct SecretKeyFile(Zeroizing<[u8; SECRET_KEY_LENGTH]>);

impl SecretKeyFile {
    fn new(key: &ReleaseKey, passphrase: Option<&Passphrase>) -> Result<Self, ReleaseKeyError> {
        let mut file = Self(Zeroizing::new([0; SECRET_KEY_LENGTH]));
        let Limits { operations, memory } = Limits::NEW;
        file.0[..2].copy_from_slice(ED25519);
        file.0[ENCRYPTION].copy_from_slice(PLAIN);
        file.0[CHECK].copy_from_slice(BLAKE2B);
        let pair = Zeroizing::new(key.pair.to_keypair_bytes());
        let sealed = &mut file.0[HEAD_LENGTH..];
        sealed[..ID_LENGTH].copy_from_slice(&key.id.0);
        sealed[ID_LENGTH..][..KEYPAIR_LENGTH].copy_from_slice(&*pair);
        let checksum = file.checksum();
        file.0[SECRET_KEY_LENGTH - CHECKSUM_LENGTH..].copy_from_slice(&checksum);
        if let Some(passphrase) = passphrase {
            file.0[ENCRYPTION].copy_from_slice(SCRYPT);
            fill(&mut file.0[SALT])?;
            file.0[OPERATIONS].copy_from_slice(&operations.to_le_bytes());
            file.0[MEMORY].copy_from_slice(&memory.to_le_bytes());
            // Cannot fail: the limits are our own.
            file.apply(passphrase).ok_or(ReleaseKeyError::Randomness)?;
        }
        Ok(file)
    }

    fn decode(text: &str) -> Option<Self> {
        let line = text.lines().nth(1).filter(|_| text.starts_with(COMMENT))?;
        let bytes = Zeroizing::new(BASE64.decode(line.trim_end().as_bytes()).ok()?);
        let bytes = Zeroizing::new(bytes.as_slice().try_into().ok()?);
        let file = Self(bytes);
        let is_known = file.0.starts_with(ED25519) && &file.0[CHECK] == BLAKE2B;
        let is_open = &file.0[ENCRYPTION] == PLAIN;
        (is_known && (is_open || file.is_encrypted())).then_some(file)
    }

    fn encode(&self) -> Zeroizing<String> {
        let key = Zeroizing::new(BASE64.encode(&*self.0));
        let kind = if self.is_encrypted() {
            "encrypted "
        } else {
            ""
        };
        Zeroizing::new(format!("{COMMENT}minisign {kind}secret key\n{}\n", *key))
    }

    fn is_encrypted(&self) -> bool {
        &self.0[ENCRYPTION] == SCRYPT
    }

    /// Encrypts a plain key, or decrypts an encrypted one. `None` if the limits ask for too much.
    fn apply(&mut self, passphrase: &Passphrase) -> Option<()> {
        let number = |place: Range<usize>| self.0[place].try_into().ok().map(u64::from_le_bytes);
        let limits = Limits {
            operations: number(OPERATIONS)?,
            memory: number(MEMORY)?,
        };
        let salt = &self.0[SALT];
        let mut stream = Zeroizing::new([0; SEALED_LENGTH]);
        let word = passphrase.expose().as_bytes();
        scrypt::scrypt(word, salt, &limits.parameters()?, &mut *stream).ok()?;
        let sealed = &mut self.0[HEAD_LENGTH..];
        for (byte, key) in sealed.iter_mut().zip(stream.iter()) {
            *byte ^= key;
        }
        Some(())
    }

    /// The key, if the plain bytes fit their checksum.
    fn key(&self) -> Option<ReleaseKey> {
        let (id, rest) = self.0[HEAD_LENGTH..].split_first_chunk()?;
        let (pair, checksum) = rest.split_first_chunk::<KEYPAIR_LENGTH>()?;
        // minisign itself gives a key that is not encrypted no checksum; that the halves of the pair fit is checked
        // below.
        let is_unchecked = !self.is_encrypted() && *checksum == [0; CHECKSUM_LENGTH];
        if !is_unchecked && self.checksum() != checksum {
            return None;
        }
        Some(ReleaseKey {
            pair: SigningKey::from_keypair_bytes(pair).ok()?,
            id: ReleaseKeyId(*id),
        })
    }

    fn checksum(&self) -> [u8; CHECKSUM_LENGTH] {
        let mut hash = Blake2b256::new();
        hash.update(ED25519);
        hash.update(&self.0[HEAD_LENGTH..][..ID_LENGTH + KEYPAIR_LENGTH]);
        hash.finalize().into()
    }
}

fn fill(bytes: &mut [u8]) -> Result<(), ReleaseKeyError> {
    getrandom::fill(bytes).map_err(|_| ReleaseKeyError::Randomness)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Cursor;

    use minisign::{KeyPair, PublicKeyBox, SecretKeyBox, SignatureBox};

    use super::*;
    use crate::statement::{StatementError, Trust};

    const WORD: &str = "correct horse battery staple";

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
    }

    fn read(path: &Path, word: &str) -> Result<ReleaseKey, ReleaseKeyError> {
        ReleaseKey::read(path, |_| Ok(passphrase(word)))
    }

    #[test]
    fn minisign_verifies_what_a_release_key_signed() {
        let key = ReleaseKey::generate().unwrap();
        let signature = key.sign("a statement", "a comment");
        let public = PublicKeyBox::from_string(&key.public_key_file()).unwrap();
        let public = public.into_public_key().unwrap();
        let signature = SignatureBox::from_string(&signature).unwrap();
        assert_eq!(signature.trusted_comment().unwrap(), "a comment");
        let verify = |text: &str| {
            minisign::verify(&public, &signature, Cursor::new(text), true, false, false)
        };
        assert!(verify("a statement").is_ok());
        assert!(verify("A statement").is_err());
    }

    #[test]
    fn minisign_opens_the_file_of_a_release_key_with_its_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("release.key");
        let key = ReleaseKey::generate().unwrap();
        key.create(&path, Some(&passphrase(WORD))).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let open = |word: &str| {
            let file = SecretKeyBox::from_string(&text).unwrap();
            file.into_secret_key(Some(word.to_owned()))
        };
        assert_eq!(open(WORD).unwrap().keynum(), key.id().0);
        assert!(open("another").is_err());
    }

    #[test]
    fn a_key_of_minisign_signs_whether_it_is_encrypted_or_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("minisign.key");
        let encrypted = KeyPair::generate_encrypted_keypair(Some(WORD.to_owned())).unwrap();
        let plain = KeyPair::generate_unencrypted_keypair().unwrap();
        for KeyPair { pk, sk } in [encrypted, plain] {
            let _ = fs::remove_file(&path);
            // `is_encrypted` of the pair's own half speaks of the bytes in memory; the file is as minisign writes it.
            secret::create(&path, &String::from(sk.to_box(None).unwrap())).unwrap();
            let key = read(&path, WORD).unwrap();
            assert_eq!(key.public_key(), pk.to_base64());
            let trust = Trust::load(&[pk.to_base64()]).unwrap();
            let signature = key.sign("a statement", "");
            assert_eq!(trust.verify("a statement", &signature).unwrap(), key.id());
        }
    }

    #[test]
    fn a_plain_key_without_checksum_is_read_as_minisign_writes_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("minisign.key");
        let key = ReleaseKey::generate().unwrap();
        let write = |change: fn(&mut [u8])| {
            let mut file = SecretKeyFile::new(&key, None).unwrap();
            file.0[SECRET_KEY_LENGTH - CHECKSUM_LENGTH..].fill(0);
            change(&mut *file.0);
            let _ = fs::remove_file(&path);
            secret::create(&path, &file.encode()).unwrap();
            read(&path, WORD)
        };
        assert_eq!(write(|_| ()).unwrap().public_key(), key.public_key());
        let spoilt = write(|bytes| bytes[HEAD_LENGTH + ID_LENGTH] ^= 1);
        assert!(matches!(spoilt, Err(ReleaseKeyError::Format { .. })));
    }

    #[test]
    fn a_wrong_passphrase_is_reported_as_one_and_a_spoilt_file_as_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("release.key");
        let key = ReleaseKey::generate().unwrap();
        key.create(&path, Some(&passphrase(WORD))).unwrap();
        assert!(matches!(
            read(&path, "another"),
            Err(ReleaseKeyError::Passphrase { .. })
        ));
        let unasked = ReleaseKey::read(&path, |_| Err("nobody is there".to_owned()));
        assert!(matches!(unasked, Err(ReleaseKeyError::NoPassphrase { .. })));
        let text = fs::read_to_string(&path).unwrap();
        for spoilt in [
            String::new(),
            text.replace("untrusted", "trusted"),
            text.replace("RWRTY0Iy", "RWRTY0Iz"),
            text.lines().next().unwrap().to_owned(),
            text[..text.len() - 9].to_owned(),
        ] {
            fs::write(&path, &spoilt).unwrap();
            let refused = read(&path, WORD);
            assert!(
                matches!(refused, Err(ReleaseKeyError::Format { .. })),
                "{spoilt}"
            );
        }
        let is_refused = |limits: Limits| limits.parameters().is_none();
        let (operations, memory) = (1 << 25, 1 << 30);
        assert!(!is_refused(Limits { operations, memory }));
        assert!(is_refused(Limits {
            operations,
            memory: memory + 1
        }));
        assert!(is_refused(Limits {
            operations: u64::MAX,
            memory
        }));
    }

    #[test]
    fn only_a_trusted_key_s_own_signature_over_this_text_is_believed() {
        let keys = [(); 3].map(|()| ReleaseKey::generate().unwrap());
        let [old, new, stranger] = &keys;
        let trust = Trust::load(&[old.public_key(), new.public_key()]).unwrap();
        for key in [old, new] {
            let signer = trust.verify("text", &key.sign("text", "comment"));
            assert_eq!(signer.unwrap(), key.id());
        }
        let of_stranger = trust.verify("text", &stranger.sign("text", ""));
        assert!(matches!(
            of_stranger,
            Err(StatementError::UntrustedSigner { .. })
        ));
        let other = trust.verify("text", &new.sign("another", ""));
        assert!(matches!(other, Err(StatementError::Forged { .. })));
        let commented = new
            .sign("text", "comment")
            .replace("comment: comment", "comment: other");
        let commented = trust.verify("text", &commented);
        assert!(matches!(commented, Err(StatementError::Forged { .. })));
        // The number proves nothing: a signature that borrows it is detected.
        let borrower = ReleaseKey {
            pair: stranger.pair.clone(),
            id: new.id,
        };
        let borrowed = trust.verify("text", &borrower.sign("text", ""));
        assert!(matches!(borrowed, Err(StatementError::Forged { .. })));
        for none in ["", "untrusted comment: x\nRUQ=\ntrusted comment: \nRUQ="] {
            let none = trust.verify("text", none);
            assert!(matches!(none, Err(StatementError::SignatureSyntax)));
        }
    }

    #[test]
    fn a_public_key_is_trusted_as_a_word_or_as_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let key = ReleaseKey::generate().unwrap();
        let signature = key.sign("text", "");
        let path = folder.path().join("release.key.pub");
        let path = path.to_str().unwrap();
        for text in [key.public_key_file(), key.public_key()] {
            fs::write(path, text).unwrap();
            let trust = Trust::load(&[path]).unwrap();
            assert!(trust.verify("text", &signature).is_ok());
        }
        fs::write(path, "RW nothing").unwrap();
        let error = |named: &str| Trust::load(&[named]).err().unwrap();
        assert!(matches!(error(path), StatementError::PublicKey { .. }));
        assert!(matches!(
            error("RWnone"),
            StatementError::PublicKeyFile { .. }
        ));
    }
}
