//! The rules of normalisation, version 1: each kind's own, and what they share.

mod addresses;
mod bank;
mod cell;
mod clean;
mod company;
mod digits;
mod document;
mod email;
mod error;
mod handle;
mod iin;
mod link;
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
mod site;
mod spreadsheet;
mod wallet;
mod words;

pub use cell::{common_identifier, normalise_cell};
pub use clean::clean;
pub(super) use clean::{is_hyphen, latin_capitals, without_separators};
pub use error::IdentifierError;
pub(super) use link::{has_known_suffix, is_marked};
pub use normalise::{Identifier, normalise};

use super::{Kind, NORMALISATION_VERSION};
