//! The rules of normalisation, version 1: each kind's own, and what they share.

mod addresses;
mod bank;
mod cell;
mod clean;
mod digits;
mod document;
mod email;
mod error;
mod iin;
mod login;
mod mail_domain;
mod normalise;
mod numbers;
mod origin;
mod percent;
mod phone;
mod phones;
mod reading;
mod rule;
mod spreadsheet;
mod words;

pub use cell::{common_identifier, normalise_cell};
pub use clean::clean;
pub(super) use clean::{is_hyphen, latin_capitals, without_separators};
pub use error::IdentifierError;
pub use normalise::{Identifier, normalise};

use super::{Kind, NORMALISATION_VERSION};
