//! How is a member of an archive unpacked within bounds?

use std::io::{self, BufReader, Read};

use bzip2::read::BzDecoder;
use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::read::DeflateDecoder;
use lzma_rust2::{Lzma2Reader, LzmaReader, lzma_get_memory_usage_by_props, lzma2_get_memory_usage};
use ppmd_rust::Ppmd7Decoder;

use super::budget::{Budget, CountedReader, Permit, ZSTD_WINDOW};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// How a member of an archive, or a part of one, is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Stored,
    Deflate,
    /// Written by Windows for files beyond 2 GiB.
    Deflate64,
    Bzip2,
    Zstd,
    Lzma {
        properties: u8,
        dictionary: u32,
        /// Number of unpacked bytes, which marks the end.
        size: u64,
    },
    Lzma2 {
        dictionary: u32,
    },
    Ppmd {
        order: u32,
        memory: u32,
    },
}

impl Method {
    /// Returns the memory that decoding takes, in bytes, if it is more than a buffer.
    fn memory(self) -> Result<u64, Fault> {
        let kibibytes = match self {
            Self::Stored | Self::Deflate | Self::Deflate64 | Self::Bzip2 => 0,
            Self::Zstd => return Ok(ZSTD_WINDOW),
            Self::Lzma {
                properties,
                dictionary,
                ..
            } => lzma_get_memory_usage_by_props(dictionary, properties)
                .map_err(|_| Fault::Damaged)?,
            Self::Lzma2 { dictionary } => lzma2_get_memory_usage(dictionary),
            Self::Ppmd { memory, .. } => return Ok(u64::from(memory)),
        };
        Ok(u64::from(kibibytes) << 10)
    }
}

/// An unpacked stream, and the memory that was reserved for it.
pub(super) struct Decoder<'r> {
    reader: CountedReader<'r, Box<dyn Read + 'r>>,
    _held: Permit<'r>,
}

impl<'r> Decoder<'r> {
    pub(super) fn new(
        method: Method,
        packed: impl Read + 'r,
        budget: &'r Budget<'_, '_>,
    ) -> Result<Self, Failure> {
        let held = budget.hold(method.memory()?)?;
        let reader: Box<dyn Read + 'r> = match method {
            Method::Stored => Box::new(packed),
            Method::Deflate => Box::new(DeflateDecoder::new(packed)),
            Method::Deflate64 => Box::new(Deflate64Decoder::new(packed)),
            Method::Bzip2 => Box::new(BzDecoder::new(packed)),
            Method::Zstd => Box::new(zstd(packed)?),
            Method::Lzma {
                properties,
                dictionary,
                size,
            } => Box::new(LzmaReader::new_with_props(
                packed, size, properties, dictionary, None,
            )?),
            Method::Lzma2 { dictionary } => Box::new(Lzma2Reader::new(packed, dictionary, None)),
            Method::Ppmd { order, memory } => Box::new(
                Ppmd7Decoder::new(BufReader::new(packed), order, memory)
                    .map_err(|_| Fault::Damaged)?,
            ),
        };
        // Stored members are counted as well: a directory may name the same bytes many times.
        Ok(Self {
            reader: budget.counted(reader),
            _held: held,
        })
    }
}

impl Read for Decoder<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

/// Unpacks zstd with a window of [`ZSTD_WINDOW`] at most.
fn zstd(packed: impl Read) -> io::Result<impl Read> {
    let mut decoder = zstd::Decoder::new(packed)?;
    decoder.window_log_max(ZSTD_WINDOW.ilog2())?;
    Ok(FaultMapper {
        inner: decoder,
        fault: zstd_fault,
    })
}

/// zstd describes its errors in words only.
pub(super) fn zstd_fault(error: &io::Error) -> Option<Fault> {
    let message = error.to_string();
    message
        .contains("too much memory")
        .then_some(Fault::FarBack)
}

/// xz reports a window that is too large as a lack of memory.
pub(super) fn far_back(error: &io::Error) -> Option<Fault> {
    (error.kind() == io::ErrorKind::OutOfMemory).then_some(Fault::FarBack)
}

/// A reader some of whose errors are faults that can be described better.
pub(super) struct FaultMapper<R> {
    pub(super) inner: R,
    pub(super) fault: fn(&io::Error) -> Option<Fault>,
}

impl<R: Read> Read for FaultMapper<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner
            .read(buffer)
            .map_err(|error| match (self.fault)(&error) {
                Some(fault) => io::Error::other(fault),
                None => error,
            })
    }
}

/// A reader that checks a member's length and CRC-32 against the archive's directory.
pub(super) struct CheckedReader<R> {
    inner: R,
    left: u64,
    expected: Option<u32>,
    crc: Crc,
}

impl<R> CheckedReader<R> {
    pub(super) fn new(inner: R, size: u64, expected: Option<u32>) -> Self {
        Self {
            inner,
            left: size,
            expected,
            crc: Crc::new(),
        }
    }
}

impl<R: Read> Read for CheckedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        if self.left > 0 && most == 0 {
            return Ok(0);
        }
        let read = self.inner.read(&mut buffer[..most])?;
        self.left -= read as u64;
        self.crc.update(&buffer[..read]);
        if read == 0 && self.left > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match self.expected {
            Some(expected) if self.left == 0 && expected != self.crc.sum() => {
                Err(io::Error::other(Fault::Damaged))
            }
            _ => Ok(read),
        }
    }
}
