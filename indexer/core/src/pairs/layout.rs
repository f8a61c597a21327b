//! Where is each part of a file of pairs? FORMAT.md is the norm.

use super::PairKind;
use crate::breach::BreachId;
use crate::index::GenerationId;
use crate::oprf::KeyId;

pub(super) const MAGIC: [u8; 8] = *b"TEKSPAIR";
pub(super) const VERSION: u32 = 1;

pub(super) const VERSION_OFFSET: usize = MAGIC.len();
pub(super) const NORMALISATION_OFFSET: usize = VERSION_OFFSET + 4;
pub(super) const KEY_ID_OFFSET: usize = NORMALISATION_OFFSET + 4;
pub(super) const GENERATION_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
pub(super) const BREACHES_OFFSET: usize = GENERATION_OFFSET + GenerationId::LENGTH;
pub(super) const NAMES_LENGTH_OFFSET: usize = BREACHES_OFFSET + 4;
pub(super) const CHECKSUM_OFFSET: usize = NAMES_LENGTH_OFFSET + 4;
/// The names of the breaches begin here, after them the table, after that the lists.
pub(super) const HEAD_LENGTH: usize = CHECKSUM_OFFSET + 8;

/// In a list's entry of the table.
pub(super) const COUNT_OFFSET: usize = 0;
pub(super) const LIST_CHECKSUM_OFFSET: usize = COUNT_OFFSET + 8;
pub(super) const ENTRY_LENGTH: usize = LIST_CHECKSUM_OFFSET + 8;

/// Most breaches: as many as a generation can have.
pub(super) const MAX_BREACHES: usize = 1 << 16;
/// Longest name of a breach and the line feed after it.
pub(super) const MAX_NAME_LENGTH: usize = BreachId::MAX_LENGTH + 1;

/// Returns the number of lists in a file of `breaches` breaches: one for each breach and kind of pair.
pub(super) const fn lists(breaches: usize) -> usize {
    breaches * PairKind::ALL.len()
}
