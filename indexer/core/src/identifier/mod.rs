//! Which identifier is this value? The kinds of identifier, their normalisation, version 1, and the recognition
//! of a value of unnamed kind.
//!
//! The kinds are always available; the rest needs the feature `normalise`.
//!
//! ```
//! use exposure_index::identifier::{Kind, normalise};
//!
//! let identifier = normalise(Kind::Phone, "8 (709) 123-45-67")?;
//! assert_eq!(identifier.value(), "+77091234567");
//! assert_eq!(identifier.oprf_input(), b"tekser:1:phone:+77091234567");
//! # Ok::<(), exposure_index::identifier::IdentifierError>(())
//! ```

mod by_kind;
mod kind;
#[cfg(feature = "normalise")]
mod normalisation;
#[cfg(feature = "normalise")]
mod recognition;

pub use by_kind::ByKind;
pub use kind::{Kind, UnknownKind};

#[cfg(feature = "normalise")]
pub use normalisation::{
    Identifier, IdentifierError, clean, common_identifier, normalise, normalise_cell,
};
#[cfg(feature = "normalise")]
pub use recognition::{Doubt, Fault, Nearest, Reading, Recognition, reading_as, recognise};

/// The version of the rules of normalisation, part of every OPRF input and of the index header.
pub const NORMALISATION_VERSION: u32 = 1;
