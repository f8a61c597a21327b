//! Why was a generation not pushed, or not fetched?

use std::error::Error;
use std::io;

use object_store::client::{HttpError, HttpErrorKind};

use crate::generation::GenerationError;
use crate::index::{FormatError, GenerationId};
use crate::progress::Cancelled;
use crate::statement::StatementError;

/// Why a generation was not pushed to a store or fetched from it.
///
/// A store's answer is never part of a message: it may repeat requests, or say anything else.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address is malformed.
    #[error(
        "expected s3://BUCKET/PREFIX or file:///FOLDER, using only letters, digits, - _ and . in names. Credentials, region and \
         endpoint do not belong in it: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL"
    )]
    Address,
    /// The environment's variables are inconsistent.
    #[error(
        "cannot set up access to {address}: check the variables AWS_… in the environment, and that this machine has \
         certificates (package ca-certificates); server/OPERATING.md lists the variables"
    )]
    Settings {
        /// The store.
        address: String,
    },
    /// Access was denied.
    #[error(
        "the store refuses {place}: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_REGION in the environment, the \
         clock, and what their holder may do there (server/OPERATING.md)"
    )]
    Refused {
        /// The object.
        place: String,
    },
    /// Nothing was ever pushed there.
    #[error(
        "{address} holds no index: push one with tekser-indexer push, or check bucket, prefix and AWS_ENDPOINT_URL"
    )]
    Empty {
        /// The store.
        address: String,
    },
    /// The bucket does not exist.
    #[error("{address} does not exist: create the bucket, or check its name and AWS_ENDPOINT_URL")]
    NoBucket {
        /// The store.
        address: String,
    },
    /// An object that must be there is not.
    #[error(
        "{place} is missing although CURRENT or SHA256SUMS names it: push the generation again, with --resend"
    )]
    Missing {
        /// The object.
        place: String,
    },
    /// The store does not answer, or not as a store does.
    #[error("{place} is not available: {why}")]
    Unreachable {
        /// The object.
        place: String,
        /// What happened, in fixed words.
        why: String,
    },
    /// Another process wrote at the same time.
    #[error(
        "another push wrote {place} meanwhile: run the command again, which then sees what was pushed"
    )]
    Changed {
        /// The object.
        place: String,
    },
    /// An object does not have the content that its name implies.
    #[error("{place} is not {expected}: push the generation again, with --resend")]
    Nonsense {
        /// The object.
        place: String,
        /// Expected content.
        expected: &'static str,
    },
    /// An object's bytes are not those that were pushed.
    #[error(
        "{place} is damaged, its SHA-256 is not the one in SHA256SUMS: push the generation again, with --resend"
    )]
    Digest {
        /// The object.
        place: String,
    },
    /// The beginning of an index file breaks its format.
    #[error("{place} is not the index that it should be: push the generation again, with --resend")]
    Format {
        /// The object.
        place: String,
        /// The broken rule and its place.
        source: FormatError,
    },
    /// The object does not fit on the disk.
    #[error(
        "{place} has {length} bytes, {free} are free in the cache: make room, or check who may write to the store"
    )]
    NoRoom {
        /// The object.
        place: String,
        /// Its length.
        length: u64,
        /// Free bytes, less a reserve.
        free: u64,
    },
    /// A newer generation is current there.
    #[error(
        "generation {there} is current in {address} and newer than {generation}: to go back, push --allow-older"
    )]
    Newer {
        /// The store.
        address: String,
        /// Current generation of the store.
        there: GenerationId,
        /// Generation to be pushed.
        generation: GenerationId,
    },
    /// The fetched generation has no valid statement of a trusted key.
    #[error("generation {generation} of the store is not accepted")]
    Statement {
        /// The generation.
        generation: GenerationId,
        /// The fault of its statement.
        source: StatementError,
    },
    /// The index directory cannot be read, or the cache cannot be written.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// The cache cannot be written.
    #[error("the fetched generation cannot be written")]
    Io(#[from] io::Error),
    /// The push was interrupted.
    #[error("the push is incomplete; run it again to complete it")]
    Cancelled(#[source] Cancelled),
}

impl StoreError {
    /// Returns whether the offered generation is unusable, so that fetching it again would be useless.
    #[must_use]
    pub const fn is_of_the_offer(&self) -> bool {
        matches!(
            self,
            Self::Nonsense { .. }
                | Self::Digest { .. }
                | Self::Format { .. }
                | Self::Statement { .. }
                | Self::Generation(
                    GenerationError::Format { .. } | GenerationError::WrongFile { .. }
                )
        )
    }

    /// Translates an error of the client for the object at `place`.
    pub(super) fn of(place: String, error: &object_store::Error) -> Self {
        use object_store::Error;
        match error {
            Error::NotFound { .. } => Self::Missing { place },
            Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => {
                Self::Refused { place }
            }
            Error::Precondition { .. } | Error::AlreadyExists { .. } => Self::Changed { place },
            error => Self::Unreachable {
                place,
                why: why(error),
            },
        }
    }
}

/// Text in the client's message about a redirection without target, with which Amazon S3 answers for a bucket of
/// another region.
const OTHER_REGION: &str = "redirect without LOCATION";

/// What happened, in fixed words.
fn why(error: &object_store::Error) -> String {
    let first: &(dyn Error + 'static) = error;
    let mut causes = std::iter::successors(Some(first), |&cause| cause.source());
    let known = causes.find_map(|cause| {
        let of_request = cause.downcast_ref::<HttpError>().map(|error| match error.kind() {
            HttpErrorKind::Connect | HttpErrorKind::Unknown => {
                "no connection. Is AWS_ENDPOINT_URL right, and for one with http:// AWS_ALLOW_HTTP=true set?".to_owned()
            }
            HttpErrorKind::Timeout => "no answer in time".to_owned(),
            _ => "the connection broke off".to_owned(),
        });
        let of_system = || cause.downcast_ref::<io::Error>().map(|error| error.kind().to_string());
        of_request.or_else(of_system)
    });
    let text = error.to_string();
    known
        .or_else(|| text.contains(OTHER_REGION).then(|| {
            "the bucket is in another region: set AWS_REGION, or AWS_ENDPOINT_URL, to where it is".to_owned()
        }))
        .or_else(|| status(&text))
        .unwrap_or_else(|| "it does not answer as a store does".to_owned())
}

/// The HTTP status in the client's message; its type is not public. What the store wrote follows after.
fn status(message: &str) -> Option<String> {
    let (_, behind) = message.split_once("status code: ")?;
    let code = behind.get(..3)?;
    let is_code = code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then(|| format!("the store answers with status {code}: check AWS_REGION"))
}
