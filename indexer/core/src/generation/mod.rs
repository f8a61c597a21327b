//! Which index is current, and how does a new one take its place? The index directory and its generations.
//!
//! ```text
//! INDEX/
//!   CURRENT                      the name of the current generation, one line
//!   LOCK                         held by the writing process, which writes its own name into it
//!   20261122-201530-3f9a1c2b/    a generation: public.idx and, if it has sensitive breaches, sealed.idx;
//!                                report.json and report.txt say how it was made; statement.json and
//!                                statement.json.minisig, who answers for it, are added when it is signed
//!   .draft-…/                    a generation in the making; swept away by the next writer if its maker died
//!     scratch/journal            says how far it is: with it, the draft stays until it is resumed or discarded
//! ```

mod attestation;
mod current;
mod directory;
mod draft;
mod error;
mod lock;

pub use attestation::{Attestation, StatementTexts};
pub use directory::{Document, FileKind, IndexDirectory};
pub use draft::Draft;
pub use error::GenerationError;
pub use lock::{Lock, LockHolder};
