//! Which identifier did a person type without naming its kind?
//!
//! The rules are those of the website, `server/web/src/identifier`; both run `server/conformance/recognise.json`.

mod doubt;
mod fault;
mod frequent;
mod label;
mod likeness;
mod link;
mod misreading;
mod recognise;
mod slips;

pub use doubt::Doubt;
pub use fault::{Fault, Nearest};
pub use recognise::{Reading, Recognition, reading_as, recognise};

use super::normalisation::{
    has_known_suffix, is_hyphen, is_marked, latin_capitals, without_separators,
};
use super::{Identifier, IdentifierError, Kind, clean, normalise};
