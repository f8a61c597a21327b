//! How much of the dumps has been read?

use std::cell::{Cell, RefCell};
use std::io::{self, Read, Seek, SeekFrom};

use exposure_index::progress::{Cancel, Progress};

use super::fingerprint::{Fingerprinter, Fingerprints};

/// Counts one file's bytes on the disk into a [`Progress`], takes their fingerprint if requested, and stops reading
/// when requested.
///
/// An archive's directory is read in addition to its members, and its gaps are not read at all, so the count is kept
/// from exceeding the file's size and completed at the end of the file.
pub(super) struct Meter<'a> {
    progress: &'a Progress,
    size: u64,
    read: Cell<u64>,
    fingerprinting: RefCell<Option<Fingerprinter>>,
    cancel: Option<&'a Cancel>,
}

impl<'a> Meter<'a> {
    pub(super) fn new(progress: &'a Progress, size: u64) -> Self {
        Self {
            progress,
            size,
            read: Cell::new(0),
            fingerprinting: RefCell::new(None),
            cancel: None,
        }
    }

    /// Takes the fingerprints of the bytes from now on.
    pub(super) fn with_fingerprints(self) -> Self {
        self.fingerprinting.replace(Some(Fingerprinter::default()));
        self
    }

    /// Stops reading as soon as that is requested.
    pub(super) fn stopped_by(self, cancel: &'a Cancel) -> Self {
        let cancel = Some(cancel);
        Self { cancel, ..self }
    }

    /// Returns whether reading should stop.
    pub(super) fn is_stopped(&self) -> bool {
        let is_requested = |cancel: &Cancel| cancel.requested().is_some();
        self.cancel.is_some_and(is_requested)
    }

    /// Returns the bytes of this file read so far.
    pub(super) const fn read_so_far(&self) -> u64 {
        self.read.get()
    }

    pub(super) fn finish(&self) {
        self.add(self.size);
    }

    /// Returns the fingerprints and the length of the file that was read, which `open` opens again; `None` if none
    /// were requested.
    pub(super) fn fingerprints<F: Read + Seek>(
        &self,
        open: impl FnOnce() -> io::Result<F>,
    ) -> io::Result<Option<(Fingerprints, u64)>> {
        let taken = self.fingerprinting.take();
        taken.map(|taken| taken.finish(open()?)).transpose()
    }

    fn pass(&self, at: u64, bytes: &[u8]) {
        self.add(bytes.len() as u64);
        if let Some(taking) = &mut *self.fingerprinting.borrow_mut() {
            taking.pass(at, bytes);
        }
    }

    fn add(&self, bytes: u64) {
        let counted = bytes.min(self.size - self.read.get());
        self.read.set(self.read.get() + counted);
        self.progress.advance(counted);
    }
}

/// A reader whose bytes are counted as they are taken.
pub(super) struct MeteredReader<'m, 'p, R> {
    inner: R,
    meter: &'m Meter<'p>,
    /// Offset of the next byte in the file.
    at: u64,
}

impl<'m, 'p, R> MeteredReader<'m, 'p, R> {
    /// `inner` is at the file's beginning.
    pub(super) const fn new(inner: R, meter: &'m Meter<'p>) -> Self {
        Self {
            inner,
            meter,
            at: 0,
        }
    }
}

impl<R: Read> Read for MeteredReader<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.meter.is_stopped() {
            return Err(io::Error::other("stopped"));
        }
        let read = self.inner.read(buffer)?;
        self.meter.pass(self.at, &buffer[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

impl<R: Seek> Seek for MeteredReader<'_, '_, R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = self.inner.seek(to)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_of_the_whole_file_even_if_its_end_was_read_first() {
        let bytes: Vec<u8> = (0..=255).collect();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &bytes).unwrap();
        let progress = Progress::default();
        let meter = Meter::new(&progress, 256).with_fingerprints();
        let mut metered = MeteredReader::new(std::fs::File::open(file.path()).unwrap(), &meter);
        let mut buffer = [0; 100];
        for place in [200, 0, 50] {
            metered.seek(SeekFrom::Start(place)).unwrap();
            let _ = metered.read(&mut buffer).unwrap();
        }
        let found = meter.fingerprints(|| file.reopen()).unwrap();
        assert_eq!(found, Some((Fingerprints::of(&bytes), 256)));
    }

    #[test]
    fn progress_never_passes_the_size_and_ends_at_it() {
        let progress = Progress::default();
        let meter = Meter::new(&progress, 10);
        meter.add(7);
        meter.add(7);
        assert_eq!(progress.done(), 10);
        let second = Meter::new(&progress, 5);
        second.finish();
        assert_eq!((progress.done(), second.read_so_far()), (15, 5));
    }
}
