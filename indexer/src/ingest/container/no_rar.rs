//! RAR archives are refused: this program was built without the feature `rar`.

use super::{Member, ReadSeek, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

impl Unpacker<'_, '_> {
    /// Opens nothing.
    pub(super) fn rar(&mut self, _: &mut dyn ReadSeek, _: &Member) -> Result<(), Failure> {
        Err(Fault::Rar.into())
    }
}
