//! Which identifiers stood together in a record, and in which leaks?
//!
//! Every resident's IIN is in any full leak; that an IIN and a phone number are side by side again says where a dump was
//! taken from. A pair is kept as a keyed [fingerprint](Fingerprint), in a file of its own beside those of a generation, for
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
