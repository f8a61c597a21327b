//! Files encrypted with age are refused: this program was built without the feature `age`.

use std::io::{Empty, Read, empty};
use std::marker::PhantomData;

use crate::ingest::error::Failure;
use crate::ingest::{Fault, Identities};

/// Opens nothing.
pub(super) fn open<R: Read>(_: R, _: &Identities) -> Result<Empty, Failure> {
    Err(Fault::Age.into())
}

/// The bytes within armor: none.
pub(super) struct DearmoredReader<R> {
    inner: Empty,
    armored: PhantomData<R>,
}

impl<R: Read> DearmoredReader<R> {
    pub(super) fn new(_: R) -> Self {
        Self {
            inner: empty(),
            armored: PhantomData,
        }
    }
}

impl<R> Read for DearmoredReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.inner.read(buffer)
    }
}
