use std::io;
use std::path::PathBuf;

use super::ReleaseKeyId;
use crate::generation::GenerationError;
use crate::index::{FormatError, GenerationId};

/// Why a generation's statement is not accepted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StatementError {
    /// There is no statement or no signature.
    #[error(
        "generation {generation} is not signed: let the holder of the release key run tekser-indexer sign, or copy \
         statement.json and statement.json.minisig from where it is signed"
    )]
    Unsigned {
        /// The generation.
        generation: GenerationId,
    },
    /// The files cannot be read.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// The index cannot be read.
    #[error(transparent)]
    Index(#[from] FormatError),
    /// The statement is not written as a [`Statement`](super::Statement) is.
    #[error(
        "the statement is of an unknown version, or not in canonical form: sign the generation again, or use a newer \
         program"
    )]
    Syntax,
    /// The statement is about something else.
    #[error(
        "the statement does not belong to this index: {member} differs. Copy index and statement together from where they \
         were signed, or sign again"
    )]
    Mismatch {
        /// The member of the statement.
        member: &'static str,
    },
    /// The signature is not in minisign's format.
    #[error("the signature is not a prehashed minisign signature: sign the generation again")]
    SignatureSyntax,
    /// A key that is not trusted signed.
    #[error(
        "the statement was signed with the key {signer}, which is not among those trusted: check who signed, and add \
         the key with --trust only if the ministry published it"
    )]
    UntrustedSigner {
        /// Key of the signature.
        signer: ReleaseKeyId,
    },
    /// The signature is invalid.
    #[error("the signature of the key {signer} is invalid: statement or signature was changed")]
    Forged {
        /// Key of the signature.
        signer: ReleaseKeyId,
    },
    /// A public key cannot be read from its file.
    #[error(
        "{path}: {source}. A trusted key is the file that tekser-indexer release-keygen or minisign -G wrote, or the \
         line beginning with RW in it"
    )]
    PublicKeyFile {
        /// The file.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// A file holds no public key.
    #[error(
        "{path} is not a minisign public key: such a file has a comment line and a line that begins with RW"
    )]
    PublicKey {
        /// The file.
        path: PathBuf,
    },
    /// The description of the service is invalid.
    #[error("the service cannot be signed: {what}")]
    Service {
        /// The fault.
        what: &'static str,
    },
    /// The statement has expired.
    #[error(
        "the statement has expired, or names no time of expiry: let the holder of the release key run \
         tekser-indexer sign --renew"
    )]
    Expired,
    /// A document cannot be written.
    #[error("the statement cannot be written")]
    Document(#[from] serde_json::Error),
}
