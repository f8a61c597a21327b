//! Who must never be found again? Tombstones of erased identifiers, which outlive the indexes they were erased from.
//!
//! They are in the index directory in a file of their own for each key, `ERASED-` and the key's id, so that a change of
//! keys or a rollback meets those of the generation it leads to. FORMAT.md describes its layout.
//!
//! A tombstone is the tag of the identifier under the present key and, so that it outlives that key, a MAC of the
//! identifier under an *erasure key*. That key is random, is in the file, and stays the same when keys change. All of it
//! is encrypted under the offline key: evaluators give anybody the tag of a guess, which would be found among tags that lie
//! in the clear. Without the offline key the file shows how many there are.

mod carrying;
mod eraser;
mod error;
mod file;

pub(crate) use carrying::carry_over;
pub(crate) use eraser::{Eraser, InputMac};
pub(crate) use error::ErasureError;
pub(crate) use file::Erasures;
pub(crate) use file::has_any;
