//! Did a trusted key sign this?

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use minisign_verify::{PublicKey, Signature};

use super::{Statement, StatementError};
use crate::generation::{IndexDirectory, StatementTexts};
use crate::index::Index;
use crate::secret::drop_byte_order_mark;

/// Maximum size: more than a public key of minisign and its comment.
const MAX_PUBLIC_KEY_FILE: u64 = 4096;
/// Algorithm, number and key, in bytes.
const PUBLIC_KEY_LENGTH: usize = 42;
/// Algorithm, number and signature, in bytes.
const SIGNATURE_LENGTH: usize = 74;
/// Place of the number in both.
const NUMBER: std::ops::Range<usize> = 2..10;

/// The number that minisign gives a key pair, so that a signature names its key. It is chosen at random and proves
/// nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ReleaseKeyId(pub(super) [u8; 8]);

/// As minisign writes it: the bytes are a little-endian number.
impl fmt::Display for ReleaseKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", u64::from_le_bytes(self.0))
    }
}

impl fmt::Debug for ReleaseKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The trusted public keys. Several, so that a key can be replaced by another.
#[derive(Clone, Default)]
pub struct Trust {
    keys: Vec<TrustedKey>,
}

#[derive(Clone)]
struct TrustedKey {
    id: ReleaseKeyId,
    key: PublicKey,
    /// Key as minisign writes it.
    text: String,
}

impl Trust {
    /// Trusts these keys: each is a public key as minisign writes it, `RW…`, or a file that holds one.
    ///
    /// # Errors
    /// [`StatementError`] if a file cannot be read or does not hold a key.
    pub fn load<T: AsRef<str>>(named: &[T]) -> Result<Self, StatementError> {
        let keys = named.iter().map(|name| TrustedKey::load(name.as_ref()));
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
        })
    }

    /// Returns whether no key is trusted, so no signature is required.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The public keys, as minisign writes them.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|trusted| trusted.text.as_str())
    }

    /// Checks that the holder of a trusted key signed `text`, and says which.
    ///
    /// # Errors
    /// [`StatementError`] says what is wrong with the signature.
    pub fn verify(&self, text: &str, signature: &str) -> Result<ReleaseKeyId, StatementError> {
        let signer = signer(signature).ok_or(StatementError::SignatureSyntax)?;
        let signature =
            Signature::decode(signature).map_err(|_| StatementError::SignatureSyntax)?;
        let mut of_signer = self
            .keys
            .iter()
            .filter(|trusted| trusted.id == signer)
            .peekable();
        if of_signer.peek().is_none() {
            return Err(StatementError::UntrustedSigner { signer });
        }
        let holds = |trusted: &TrustedKey| trusted.key.verify(text.as_bytes(), &signature, false);
        match of_signer.any(|trusted| holds(trusted).is_ok()) {
            true => Ok(signer),
            false => Err(StatementError::Forged { signer }),
        }
    }
}

impl TrustedKey {
    fn load(named: &str) -> Result<Self, StatementError> {
        if let Some(key) = Self::parse(named) {
            return Ok(key);
        }
        let path = PathBuf::from(named);
        let text = match read_short(&path) {
            Ok(text) => text,
            Err(source) => return Err(StatementError::PublicKeyFile { path, source }),
        };
        // minisign's files have a comment above the key; a file with the key alone is as clear.
        let key = text.lines().find_map(|line| Self::parse(line.trim()));
        key.ok_or(StatementError::PublicKey { path })
    }

    fn parse(text: &str) -> Option<Self> {
        let number = number(text, PUBLIC_KEY_LENGTH)?;
        Some(Self {
            id: ReleaseKeyId(number),
            key: PublicKey::from_base64(text).ok()?,
            text: text.to_owned(),
        })
    }
}

/// Returns the key that a signature names.
fn signer(signature: &str) -> Option<ReleaseKeyId> {
    let line = signature.lines().nth(1)?;
    number(line, SIGNATURE_LENGTH).map(ReleaseKeyId)
}

fn number(base64: &str, length: usize) -> Option<[u8; 8]> {
    let bytes = BASE64.decode(base64.as_bytes()).ok()?;
    let number = bytes.get(NUMBER).filter(|_| bytes.len() == length)?;
    number.try_into().ok()
}

fn read_short(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_PUBLIC_KEY_FILE)
        .read_to_string(&mut text)?;
    drop_byte_order_mark(&mut text);
    Ok(text)
}

/// A generation's statement, after it was checked against the files.
#[derive(Clone, Debug)]
pub struct CheckedStatement {
    /// The statement.
    pub statement: Statement,
    /// The texts as they were signed.
    pub attested: StatementTexts,
    /// The trusted key whose holder signed; `None` if no key is trusted.
    pub signer: Option<ReleaseKeyId>,
}

/// Checks who answers for the generation that `public` is the public file of. An existing statement must always be
/// about these files; it must exist, and be signed, if any key is trusted.
///
/// # Errors
/// [`StatementError`] if no valid statement of a trusted key exists.
pub fn check<D: AsRef<[u8]>>(
    directory: &IndexDirectory,
    public: &Index<D>,
    trust: &Trust,
) -> Result<Option<CheckedStatement>, StatementError> {
    check_attested(
        directory.attested(public.header().generation)?,
        public,
        trust,
    )
}

/// Checks the same with texts that may not be in any directory yet.
///
/// # Errors
/// As [`check`].
pub fn check_attested<D: AsRef<[u8]>>(
    attested: Option<StatementTexts>,
    public: &Index<D>,
    trust: &Trust,
) -> Result<Option<CheckedStatement>, StatementError> {
    let generation = public.header().generation;
    let Some(attested) = attested else {
        return match trust.is_empty() {
            true => Ok(None),
            false => Err(StatementError::Unsigned { generation }),
        };
    };
    let signer = match trust.is_empty() {
        true => None,
        false => Some(trust.verify(&attested.statement, &attested.signature)?),
    };
    let statement = Statement::parse(&attested.statement)?;
    statement.check_public(public)?;
    Ok(Some(CheckedStatement {
        statement,
        attested,
        signer,
    }))
}
