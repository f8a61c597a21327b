//! Who must never be found again? Tombstones of erased identifiers, which outlive the indexes they were erased from.
//!
//! The index directory has a file of them for each key, `ERASED-` and the key's id, so that a change of
//! keys or a rollback finds those of its generation. FORMAT.md describes its layout.
//!
//! A tombstone is the tag of the identifier under the present key and, so that it outlives that key, a MAC of the
//! identifier under an *erasure key*. That key is random, is in the file, and stays the same when keys change. All of
//! it is encrypted under the offline key: evaluators give anybody the tag of a guess, which could be found among tags
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
