use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::SynthError;

/// Bytes kept before the encoder.
const BUFFER: usize = 1 << 17;

/// A file of a dump, compressed or not. Encoders take large pieces much faster than small ones, so the buffer is
/// before them.
pub(super) struct Sink(BufWriter<Encoder>);

/// Levels are the lowest: generation should not wait for compression.
enum Encoder {
    None(File),
    Gzip(GzEncoder<File>),
    Zstd(zstd::Encoder<'static, File>),
}

impl Sink {
    /// Creates the file; `.gz` and `.zst` at the end of its name say how it is compressed.
    pub(super) fn create(path: &Path) -> Result<Self, SynthError> {
        let file = create(path)?;
        let encoder = match path.extension().and_then(|extension| extension.to_str()) {
            Some("gz") => Encoder::Gzip(GzEncoder::new(file, Compression::fast())),
            Some("zst") => Encoder::Zstd(zstd::Encoder::new(file, 1)?),
            _ => Encoder::None(file),
        };
        Ok(Self(BufWriter::with_capacity(BUFFER, encoder)))
    }

    /// Writes what is left and closes the file.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        match self
            .0
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?
        {
            Encoder::None(_) => {}
            Encoder::Gzip(encoder) => drop(encoder.finish()?),
            Encoder::Zstd(encoder) => drop(encoder.finish()?),
        }
        Ok(())
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Write for Encoder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::None(file) => file.write(bytes),
            Self::Gzip(encoder) => encoder.write(bytes),
            Self::Zstd(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::None(file) => file.flush(),
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
