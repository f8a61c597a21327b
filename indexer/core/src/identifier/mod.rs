//! What is this value, written one way? The nine kinds of identifier and their normalisation, version 1.
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

#[cfg(feature = "indexer")]
mod addresses;
#[cfg(feature = "indexer")]
mod bank;
#[cfg(feature = "indexer")]
mod cell;
#[cfg(feature = "indexer")]
mod clean;
#[cfg(feature = "indexer")]
mod digits;
#[cfg(feature = "indexer")]
mod document;
#[cfg(feature = "indexer")]
mod email;
#[cfg(feature = "indexer")]
mod error;
#[cfg(feature = "indexer")]
mod iin;
#[cfg(feature = "indexer")]
mod login;
#[cfg(feature = "indexer")]
mod mail_domain;
#[cfg(feature = "indexer")]
mod normalise;
#[cfg(feature = "indexer")]
mod numbers;
#[cfg(feature = "indexer")]
mod origin;
#[cfg(feature = "indexer")]
mod percent;
#[cfg(feature = "indexer")]
mod phone;
#[cfg(feature = "indexer")]
mod phones;
#[cfg(feature = "indexer")]
mod reading;
#[cfg(feature = "indexer")]
mod spreadsheet;
#[cfg(feature = "indexer")]
mod words;

pub use by_kind::ByKind;
pub use kind::{Kind, UnknownKind};

#[cfg(feature = "indexer")]
pub use cell::normalise_cell;
#[cfg(feature = "indexer")]
pub use clean::clean;
#[cfg(feature = "indexer")]
pub use error::IdentifierError;
#[cfg(feature = "indexer")]
pub use normalise::{Identifier, normalise};

/// The version of the rules of normalisation, part of every OPRF input and of the index header.
pub const NORMALISATION_VERSION: u32 = 1;
