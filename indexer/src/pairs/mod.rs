//! Which identifiers stood together in a record, and in which leaks?
//!
//! Every resident's IIN is in any full leak; that an IIN and a phone number stand side by side again says where a dump was
//! taken from. A pair is kept as a keyed [fingerprint](Fingerprint), in a file of its own beside those of a generation, for
//! whoever has the key and asks where a dump comes from; a server never opens it. The layout stands in `FORMAT.md`.

mod error;
mod file;
mod fingerprint;
mod kind;
mod writer;

pub use error::PairsError;
pub use file::{PairFile, PairList};
pub use fingerprint::{Fingerprint, PairKey};
pub use kind::PairKind;
pub use writer::PairWriter;

use crate::index::GenerationId;
use crate::oprf::KeyId;

const MAGIC: [u8; 8] = *b"TEKSPAIR";
const VERSION: u32 = 1;

const VERSION_OFFSET: usize = MAGIC.len();
const NORMALISATION_OFFSET: usize = VERSION_OFFSET + 4;
const KEY_ID_OFFSET: usize = NORMALISATION_OFFSET + 4;
const GENERATION_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
const NAMES_LENGTH_OFFSET: usize = GENERATION_OFFSET + GenerationId::LENGTH;
const BREACHES_OFFSET: usize = NAMES_LENGTH_OFFSET + 4;
const HEAD_CHECKSUM_OFFSET: usize = BREACHES_OFFSET + 4;
const HEAD_LENGTH: usize = HEAD_CHECKSUM_OFFSET + 8;

/// In a list's entry of the table.
const COUNT_OFFSET: usize = 0;
const START_OFFSET: usize = COUNT_OFFSET + 8;
const CHECKSUM_OFFSET: usize = START_OFFSET + 8;
const ENTRY_LENGTH: usize = CHECKSUM_OFFSET + 8;

/// How many lists a file of so many breaches has: one for each breach and kind of pair.
const fn lists(breaches: usize) -> usize {
    breaches * PairKind::ALL.len()
}
