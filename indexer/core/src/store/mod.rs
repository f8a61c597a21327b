//! Where do servers get a generation from? An object store, or a folder that several machines see.
//!
//! The owner of the index directory pushes; no key is needed for that. The store then holds what a range
//! server opens, and nothing else: no sealed file, no pairs, no report ever leaves the index directory this way.
//!
//! ```text
//! s3://BUCKET/PREFIX/
//!   CURRENT                      the name of the current generation, one line, as in an index directory; written last
//!   20261122-201530-3f9a1c2b/
//!     public.idx
//!     statement.json, statement.json.minisig   if it was signed
//!     SHA256SUMS                 digests of the files above, as sha256sum writes them; written after them
//! ```
//!
//! Files of a generation never change, except that a signature may come later. Fetched files are believed only as far
//! as they can be checked: its length before anything is written, digests, checksums and signature before it is
//! published.
//!
//! While it is fetched, the public file is `.partial-GENERATION-…` in the cache. An interrupted fetch is resumed after
//! the bytes that it holds.

mod address;
mod current;
mod digest;
mod error;
mod fetch;
mod object;
mod offer;
mod partial;
mod prune;
mod push;

pub use address::Address;
pub use error::StoreError;
pub use object::Store;
pub use offer::Offer;
pub use push::{Push, PushSummary};

use digest::{Digest, Digests};

use crate::generation::{Attestation, FileKind};

/// A file of a generation that is in a store. There is no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PublicFile {
    Index,
    Attestation(Attestation),
}

impl PublicFile {
    /// All of them, in the order in which they are written.
    const ALL: [Self; 3] = [
        Self::Index,
        Self::Attestation(Attestation::Statement),
        Self::Attestation(Attestation::Signature),
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Index => FileKind::Public.file_name(),
            Self::Attestation(attestation) => attestation.file_name(),
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }
}
