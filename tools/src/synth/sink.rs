use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::SynthError;

/// A file of a dump, compressed or not. Levels are the lowest: generation should not wait for compression.
pub(super) enum Sink {
    Plain(BufWriter<File>),
    Gzip(GzEncoder<BufWriter<File>>),
    Zstd(zstd::Encoder<'static, BufWriter<File>>),
}

impl Sink {
    /// Creates the file; `.gz` and `.zst` at the end of its name say how it is compressed.
    pub(super) fn create(path: &Path) -> Result<Self, SynthError> {
        let file = BufWriter::with_capacity(1 << 17, create(path)?);
        Ok(match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Self::Gzip(GzEncoder::new(file, Compression::fast())),
            Some("zst") => Self::Zstd(zstd::Encoder::new(file, 1)?),
            _ => Self::Plain(file),
        })
    }

    /// Writes what is left and closes the file.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        let mut file = match self {
            Self::Plain(file) => file,
            Self::Gzip(encoder) => encoder.finish()?,
            Self::Zstd(encoder) => encoder.finish()?,
        };
        Ok(file.flush()?)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Plain(file) => file.flush(),
            Self::Gzip(encoder) => encoder.flush(),
            Self::Zstd(encoder) => encoder.flush(),
        }
    }
}

/// Creates a file, naming it in the error.
pub(super) fn create(path: &Path) -> Result<File, SynthError> {
    File::create(path).map_err(|source| SynthError::Create {
        path: path.to_owned(),
        source,
    })
}
