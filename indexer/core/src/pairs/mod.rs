//! Which identifiers were in one record, and in which leaks?
//!
//! Every resident's IIN is in any full leak; that an IIN and a phone number occur together again shows where a dump was
//! taken from. A pair is kept as a keyed [fingerprint](Fingerprint), in a separate file of the generation, for
//! the holder of the key who asks where a dump comes from; a server never opens it. FORMAT.md describes the layout.
//!
//! Fingerprints are made of identifiers in their normal form, so that [`PairKey`] comes with the feature `normalise`.

mod error;
mod file;
mod fingerprint;
#[cfg(feature = "normalise")]
mod key;
mod kind;
mod layout;
mod writer;

pub use error::{PairsError, Part};
pub use file::{PairFile, PairList};
pub use fingerprint::Fingerprint;
#[cfg(feature = "normalise")]
pub use key::PairKey;
pub use kind::PairKind;
pub use writer::PairWriter;
