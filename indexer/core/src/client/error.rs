//! Why has a look-up no answer?

use std::io;
use std::time::Duration;

use crate::messages::ProblemKind;
use crate::oprf::OprfError;
use crate::retrieval::ShareError;
use crate::statement::StatementError;

/// Why a look-up has no answer.
///
/// No variant holds an identifier, a tag, a prefix or a URL, so that a message may be logged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The server's address is not an HTTP or HTTPS URL.
    #[error("the server's address must be a URL that begins with http:// or https://")]
    BaseUrl,
    /// No key is trusted, and doing without one was not requested.
    #[error(
        "no release key is trusted, so a server could pass off an index of its own and find out what is looked up: \
         name the public key of the index's publisher"
    )]
    NoTrust,
    /// No answer came.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// An answer came that cannot be right.
    #[error("the server's answer cannot be trusted: {0}")]
    Doubted(#[from] Doubt),
    /// The server said why it does not answer.
    #[error("the server says: {}{}", kind.title(), after_colon(detail.as_deref()))]
    Problem {
        /// Which problem it has.
        kind: ProblemKind,
        /// What it says of this case, shortened; never of a range, whose name it could repeat.
        detail: Option<String>,
    },
    /// The server answered with a status that the protocol does not know, or without saying why.
    #[error("the server answers with status {status} and does not say why")]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The server asks to wait longer than [`Patience`](super::Patience) allows.
    #[error("the server asks to wait for {} s; ask again then", retry_after.as_secs())]
    Busy {
        /// How long.
        retry_after: Duration,
    },
    /// The work that the server wants is more than [`Patience`](super::Patience) allows.
    #[error("the server asks for more work than this client does; allow more, or ask again later")]
    Work,
    /// The index was replaced again and again while it was asked.
    #[error("the index was replaced during the look-up; ask again")]
    Replaced,
    /// Ranges shall be asked for by name, and the service forbids it.
    #[error(
        "this service forbids asking for a range by its name: ask again later, when all its retrieval servers answer"
    )]
    NamedForbidden,
    /// No vectors can be drawn.
    #[error("no query can be made: {0}")]
    Share(String),
    /// An input cannot be blinded.
    #[error(transparent)]
    Oprf(#[from] OprfError),
}

impl ClientError {
    /// Returns the message without the server's own words.
    pub(super) fn without_detail(self) -> Self {
        match self {
            Self::Problem { kind, .. } => Self::Problem { kind, detail: None },
            other => other,
        }
    }
}

fn after_colon(detail: Option<&str>) -> String {
    detail.map_or_else(String::new, |detail| format!(": {detail}"))
}

/// What about an answer cannot be believed: it breaks a rule of the protocol or of its own proofs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Doubt {
    /// A document is not what the protocol says it is.
    #[error("the {document} document cannot be read")]
    Document {
        /// Name of the document.
        document: &'static str,
    },
    /// A field of the index document does not decode.
    #[error("{field} of the index document cannot be decoded")]
    Field {
        /// The field.
        field: &'static str,
    },
    /// A field of the index document is out of its bounds.
    #[error("{field} of the index document is out of bounds")]
    Bounds {
        /// The field.
        field: &'static str,
    },
    /// The server speaks a version that this client does not.
    #[error(
        "{field} of the index document is not known here, and no other version is offered that is; use a newer client"
    )]
    Unknown {
        /// The field that names the version.
        field: &'static str,
    },
    /// The evaluators' public keys do not add up to the key that the index was made with.
    #[error("the evaluators' public keys do not add up to the key of the index")]
    KeyId,
    /// So few rows share a prefix that it would reveal whom a look-up is about.
    #[error(
        "the ranges of the index are too small to hide in: use another server, and inform its operator"
    )]
    Fine,
    /// The index document is of an older index than one that this client has seen.
    #[error("the index is older than one seen before: ask again later")]
    Older,
    /// A look-up that began again met an index of another key.
    #[error("the key of the index changed during the look-up: ask again")]
    OtherKey,
    /// The signed statement has expired.
    #[error(
        "the signed statement of the index has expired: check this device's clock; if it is right, ask again when the \
         operator has renewed the statement"
    )]
    Expired,
    /// The signed statement does not say who evaluates, or names nothing that can be asked.
    #[error("the signed statement of the index does not say who evaluates")]
    Service,
    /// The index is not signed.
    #[error("the index is not signed")]
    Unsigned,
    /// No trusted key signed the index.
    #[error("the statement of the index does not bear the signature of a trusted key")]
    Signature,
    /// The signed statement differs from what is served.
    #[error("the signed statement and the server differ in {member}")]
    Statement {
        /// The member of the statement.
        member: &'static str,
    },
    /// An evaluated element is not a group element.
    #[error("evaluator {evaluator} sent something that is not a group element")]
    Element {
        /// Its place in the list, from 0.
        evaluator: usize,
    },
    /// An evaluator returned more or fewer elements than it was asked for.
    #[error("evaluator {evaluator} sent more or fewer elements than it was asked for")]
    Count {
        /// Its place in the list, from 0.
        evaluator: usize,
    },
    /// An evaluator's proof does not hold: it did not use the key it published.
    #[error("the proof of evaluator {evaluator} is invalid: it did not use its published key")]
    Proof {
        /// Its place in the list, from 0.
        evaluator: usize,
    },
    /// A range response has the wrong length.
    #[error("a range response has the wrong length")]
    Length,
    /// A range claims a length that no range in such a response can have.
    #[error("a range has an impossible length field")]
    LengthField,
    /// The bytes between a range and its path are not zeros.
    #[error("the bytes after a range are not zeros")]
    Padding,
    /// The Merkle path does not lead from the range to the root.
    #[error("a range does not belong to the root of the index")]
    Path,
    /// What the retrieval servers answered does not add up to the record that was asked for: one of them lies or is
    /// broken.
    #[error("the answers of the retrieval servers do not add up to a record of this index")]
    Retrieved,
    /// A proven range breaks a rule of the format: the builder of the index is at fault. The place is not reported,
    /// since it would reveal the tag.
    #[error("a range breaks a rule of the format")]
    Range,
    /// Breaches or classes are out of order or too many.
    #[error("the catalogue is out of order, or of another generation")]
    Catalogue,
    /// A range names a breach or a class that the catalogue lacks.
    #[error("the catalogue lacks a breach or a data class that a range names")]
    Names,
    /// The protocol does not know this kind of work.
    #[error("the challenge is not one that the protocol knows")]
    Challenge,
}

impl From<ShareError> for ClientError {
    fn from(error: ShareError) -> Self {
        Self::Share(error.to_string())
    }
}

impl From<StatementError> for Doubt {
    fn from(error: StatementError) -> Self {
        match error {
            StatementError::Mismatch { member } => Self::Statement { member },
            StatementError::Expired => Self::Expired,
            StatementError::SignatureSyntax
            | StatementError::UntrustedSigner { .. }
            | StatementError::Forged { .. } => Self::Signature,
            _ => Self::Document {
                document: "statement",
            },
        }
    }
}

/// Why a request got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportError {
    /// The server took too long.
    #[error("the server did not answer in time")]
    Timeout,
    /// The host does not exist.
    #[error("the server's name is not known; check the address")]
    HostNotFound,
    /// The connection failed or broke.
    #[error("the connection to the server failed: {0}")]
    Connection(io::ErrorKind),
    /// The server's TLS certificate or handshake was not accepted.
    #[error("the server's TLS certificate or handshake was not accepted")]
    Tls,
    /// The address is HTTPS, but the library was built without TLS.
    #[error("the server wants HTTPS, and this program was built without the feature `client-tls`")]
    NoTls,
    /// The answer is longer than any valid one.
    #[error("the server's answer is longer than {most} bytes")]
    TooLong {
        /// Maximum length, in bytes.
        most: u64,
    },
    /// The answer is not HTTP.
    #[error("the server's answer is not valid HTTP")]
    Protocol,
}
