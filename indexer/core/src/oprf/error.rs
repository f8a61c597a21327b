use std::path::PathBuf;

use crate::secret::SecretFileError;

/// Why the function could not be computed, or its result is not valid.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OprfError {
    /// RFC 9497 `DeserializeError`: not a canonical encoding, or that of the identity.
    #[error("not the encoding of a non-identity group element")]
    BadElement,
    /// RFC 9497 `DeserializeError`: not a canonical encoding of a scalar, or that of zero.
    #[error("not the canonical encoding of a non-zero scalar")]
    BadScalar,
    /// RFC 9497 `VerifyError`: the evaluator did not use the key whose public part is known.
    #[error("the evaluator's proof is invalid: it did not use its published key")]
    BadProof,
    /// RFC 9497 `InvalidInputError`: longer than 65,535 bytes, or mapped to the identity.
    #[error("the input cannot be evaluated")]
    BadInput,
    /// A batch must have as many evaluated elements as blinded ones, and 1 to 65,535 of them.
    #[error("expected {expected} evaluated elements, got {got}")]
    BatchSize {
        /// Number of blinded elements.
        expected: usize,
        /// Number of evaluated elements.
        got: usize,
    },
    /// The OS random number generator failed.
    #[error("the operating system's random number generator failed")]
    Randomness,
}

/// Why a key could not be read from its files or written to them. No variant holds a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The file cannot be read or written, or others may read it.
    #[error("key file {0}")]
    File(SecretFileError),
    /// The file is encrypted with a passphrase, and none was given.
    #[error(
        "key file {path} is encrypted with a passphrase, which this program does not ask for. Decrypt it into \
         memory and name the new file: umask 077; age --decrypt --output /run/tekser/key {path}"
    )]
    Encrypted {
        /// The file.
        path: PathBuf,
    },
    /// The program was built without support for encrypted files.
    #[error(
        "key file {path}: this tekser-indexer was built without the feature `age`, which it needs to open encrypted \
         keys; install the package, or build it with --features full"
    )]
    Absent {
        /// The file.
        path: PathBuf,
    },
    /// The passphrase does not open the file.
    #[error("key file {path}: wrong passphrase")]
    Passphrase {
        /// The file.
        path: PathBuf,
    },
    /// The encryption is not one that a passphrase opens, or was damaged.
    #[error(
        "key file {path} cannot be decrypted: it is damaged, or was not encrypted by tekser-indexer keygen \
         --passphrase or age --passphrase --armor"
    )]
    Encryption {
        /// The file.
        path: PathBuf,
    },
    /// No passphrase was given.
    #[error("key file {path} is encrypted with a passphrase: {why}")]
    NoPassphrase {
        /// The file.
        path: PathBuf,
        /// Reason that there is none.
        why: String,
    },
    /// The file is not a key file of this version.
    #[error("key file {path}, line {line}: {what}")]
    Format {
        /// The file.
        path: PathBuf,
        /// The line, from 1; 0 for the file as a whole.
        line: usize,
        /// Expectation.
        what: &'static str,
    },
    /// Not every share was given.
    #[error("{have} of {needed} key shares were given: name every share's file with --key")]
    MissingShares {
        /// Number of different shares given.
        have: usize,
        /// Number of shares of the key.
        needed: usize,
    },
    /// The same share was given twice.
    #[error("key share {number} was given twice: name each share's file once")]
    DuplicateShare {
        /// The share's number, from 1.
        number: u8,
    },
    /// The files do not belong together.
    #[error(
        "the key files belong to different keys, or to different splits of one key: name shares that were made together"
    )]
    MixedKeys,
    /// No file was given.
    #[error("no key file was given: name it with --key FILE or TEKSER_KEY")]
    None,
    /// The cryptography failed.
    #[error(transparent)]
    Oprf(#[from] OprfError),
}

/// Not a source: the message contains it already.
impl From<SecretFileError> for KeyFileError {
    fn from(error: SecretFileError) -> Self {
        Self::File(error)
    }
}
