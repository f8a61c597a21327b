use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};

/// How many bytes of the dump's files, as they lie on the disk, have been read; shared with whoever shows it.
#[derive(Debug, Default)]
pub struct Progress(AtomicU64);

impl Progress {
    /// Bytes read so far. Reaches [`Breach::bytes`](super::Breach::bytes) when all is read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts one file's bytes into a [`Progress`].
///
/// An archive's directory is read besides its members, and its gaps are not read at all, so the count is kept from
/// passing the file's size and completed when the file is done.
pub(super) struct Meter<'a> {
    progress: &'a Progress,
    size: u64,
    read: Cell<u64>,
}

impl<'a> Meter<'a> {
    pub(super) const fn new(progress: &'a Progress, size: u64) -> Self {
        Self {
            progress,
            size,
            read: Cell::new(0),
        }
    }

    /// Bytes of this file read so far.
    pub(super) const fn read_so_far(&self) -> u64 {
        self.read.get()
    }

    pub(super) fn finish(&self) {
        self.add(self.size);
    }

    fn add(&self, bytes: u64) {
        let counted = bytes.min(self.size - self.read.get());
        self.read.set(self.read.get() + counted);
        self.progress.0.fetch_add(counted, Ordering::Relaxed);
    }
}

/// A reader whose bytes are counted as they are taken.
pub(super) struct Metered<'m, 'p, R> {
    inner: R,
    meter: &'m Meter<'p>,
}

impl<'m, 'p, R> Metered<'m, 'p, R> {
    pub(super) const fn new(inner: R, meter: &'m Meter<'p>) -> Self {
        Self { inner, meter }
    }
}

impl<R: Read> Read for Metered<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.meter.add(read as u64);
        Ok(read)
    }
}

impl<R: Seek> Seek for Metered<'_, '_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inner.seek(to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_never_passes_the_size_and_ends_at_it() {
        let progress = Progress::default();
        let meter = Meter::new(&progress, 10);
        meter.add(7);
        meter.add(7);
        assert_eq!(progress.bytes(), 10);
        let second = Meter::new(&progress, 5);
        second.finish();
        assert_eq!((progress.bytes(), second.read_so_far()), (15, 5));
    }
}
