//! How much may unpacking produce, and how much of it may be held?
//!
//! A bomb is recognised by its ratio: a file unpacks to at most [`RATIO`] times the bytes that were read of it,
//! beyond a [`FLOOR`] for small files. Dumps of text compress five to fifty times, so one of any size passes, while
//! zeros compress a thousand times with gzip and more with the others. Every layer counts, so that archives within
//! archives do not multiply it, and so does data unpacked only to be passed over.

use std::cell::Cell;
use std::io::{self, Read};

use crate::ingest::Fault;
use crate::ingest::error::Failure;
use crate::ingest::meter::Meter;

/// Bytes that any file may unpack to.
pub(super) const FLOOR: u64 = 512 << 20;

/// Maximum number of bytes unpacked per byte read.
pub(super) const RATIO: u64 = 400;

/// Maximum memory held for unpacking at a time, in bytes: archives that need seeking and are within another
/// container, and the windows of decoders.
pub(super) const HELD_LIMIT: u64 = 512 << 20;

/// Maximum window of a zstd stream, in bytes (`zstd --ultra -22`; `--long=31` wants more).
pub(super) const ZSTD_WINDOW: u64 = 128 << 20;

/// Maximum window of an xz stream, in bytes (`xz -9` refers back 64 MiB).
pub(super) const XZ_WINDOW: u64 = 128 << 20;

/// What unpacking one file may still use.
pub(super) struct Budget<'m, 'p> {
    meter: &'m Meter<'p>,
    unpacked: Cell<u64>,
    held: Cell<u64>,
}

impl<'m, 'p> Budget<'m, 'p> {
    pub(super) const fn new(meter: &'m Meter<'p>) -> Self {
        Self {
            meter,
            unpacked: Cell::new(0),
            held: Cell::new(0),
        }
    }

    /// A reader whose bytes are counted as unpacked.
    pub(super) const fn counted<R>(&self, inner: R) -> CountedReader<'_, R> {
        CountedReader {
            inner,
            meter: self.meter,
            unpacked: &self.unpacked,
            failed: None,
        }
    }

    /// Reserves memory until the returned permit is dropped.
    pub(super) fn hold(&self, bytes: u64) -> Result<Permit<'_>, Fault> {
        if bytes > self.left() {
            return Err(Fault::TooLarge { limit: HELD_LIMIT });
        }
        self.held.set(self.held.get() + bytes);
        Ok(Permit {
            held: &self.held,
            bytes,
        })
    }

    /// Returns everything in `stream`, for formats that need seeking, and the memory that was reserved for it.
    pub(super) fn spool(&self, stream: &mut dyn Read) -> Result<(Vec<u8>, Permit<'_>), Failure> {
        match self.spool_beside(0, stream)? {
            SpooledStream::Whole(bytes, held) => Ok((bytes, held)),
            SpooledStream::TooLarge(_) => Err(Fault::TooLarge { limit: HELD_LIMIT }.into()),
        }
    }

    /// Like `spool`, leaving `others` bytes for other things.
    pub(super) fn spool_beside(
        &self,
        others: u64,
        stream: &mut dyn Read,
    ) -> Result<SpooledStream<'_>, Failure> {
        let mut bytes = Vec::new();
        let most = self.left().saturating_sub(others);
        let read = stream.take(most + 1).read_to_end(&mut bytes)? as u64;
        Ok(match read > most {
            true => SpooledStream::TooLarge(bytes),
            false => SpooledStream::Whole(bytes, self.hold(read)?),
        })
    }

    const fn left(&self) -> u64 {
        HELD_LIMIT - self.held.get()
    }
}

/// The outcome of holding a stream in memory.
pub(super) enum SpooledStream<'b> {
    /// All of the stream.
    Whole(Vec<u8>, Permit<'b>),
    /// The beginning of the stream, which exceeds what may be held.
    TooLarge(Vec<u8>),
}

/// Memory that was reserved.
pub(super) struct Permit<'b> {
    held: &'b Cell<u64>,
    bytes: u64,
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.held.set(self.held.get() - self.bytes);
    }
}

/// A reader whose bytes are counted as unpacked, and that fails when they are too many. Once it has failed, the inner
/// reader is not called again: decoders are not made for that, and one for LZMA2 would loop forever.
pub(super) struct CountedReader<'b, R> {
    inner: R,
    meter: &'b Meter<'b>,
    unpacked: &'b Cell<u64>,
    failed: Option<io::ErrorKind>,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(kind) = self.failed {
            return Err(kind.into());
        }
        let read = self.unpack(buffer);
        let failed = read.as_ref().err().map(io::Error::kind);
        // An interrupted read may be repeated.
        self.failed = failed.filter(|kind| *kind != io::ErrorKind::Interrupted);
        read
    }
}

impl<R: Read> CountedReader<'_, R> {
    fn unpack(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let unpacked = self.unpacked.get().saturating_add(read as u64);
        self.unpacked.set(unpacked);
        let packed = self.meter.read_so_far();
        if unpacked > FLOOR.saturating_add(RATIO.saturating_mul(packed)) {
            return Err(io::Error::other(Fault::Bomb { ratio: RATIO }));
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Progress;

    #[test]
    fn what_unpacks_to_more_than_the_ratio_beyond_the_floor_is_refused() {
        let progress = Progress::default();
        let meter = Meter::new(&progress, 0);
        let budget = Budget::new(&meter);
        let drain = |bytes| {
            let mut zeros = budget.counted(io::repeat(0).take(bytes));
            io::copy(&mut zeros, &mut io::sink())
        };
        assert_eq!(drain(FLOOR).unwrap(), FLOOR);
        let failure = Failure::from(drain(1).unwrap_err());
        assert!(matches!(failure, Failure::Fault(Fault::Bomb { .. })));
    }

    #[test]
    fn a_decoder_that_has_failed_is_not_asked_again() {
        struct SingleRead(bool);
        impl Read for SingleRead {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                assert!(!std::mem::replace(&mut self.0, true), "asked again");
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let progress = Progress::default();
        let meter = Meter::new(&progress, 0);
        let budget = Budget::new(&meter);
        let mut failing = budget.counted(SingleRead(false));
        for _ in 0..2 {
            let error = failing.read(&mut [0]).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
        }
    }

    #[test]
    fn memory_that_was_reserved_comes_back() {
        let progress = Progress::default();
        let meter = Meter::new(&progress, 0);
        let budget = Budget::new(&meter);
        let most = budget.hold(HELD_LIMIT).unwrap();
        assert!(budget.hold(1).is_err());
        drop(most);
        assert!(budget.hold(1).is_ok());
    }
}
