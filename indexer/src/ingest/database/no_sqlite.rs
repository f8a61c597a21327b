//! SQLite, in a program that was built without it.

use super::Tables;
use crate::ingest::Fault;
use crate::ingest::container::Pages;
use crate::ingest::error::Failure;

pub(super) fn open<'p>(_: Pages<'p>) -> Result<Box<dyn Tables + 'p>, Failure> {
    Err(Fault::Sqlite.into())
}
