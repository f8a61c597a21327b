//! What are the data of a table, unpacked?

use std::io::{self, BufReader, Read};

use flate2::read::ZlibDecoder;
use lz4_flex::frame::FrameDecoder;

use super::super::budget::ZSTD_WINDOW;
use super::super::decoder::{FaultMapper, zstd_fault};
use super::contents::Pack;

/// The pieces of some data, each after its length; the last one is empty.
pub(super) struct Chunks<R> {
    dump: R,
    int: usize,
    left: u64,
    has_ended: bool,
}

impl<R: Read> Chunks<R> {
    pub(super) const fn new(dump: R, int: usize) -> Self {
        Self {
            dump,
            int,
            left: 0,
            has_ended: false,
        }
    }

    /// The dump after the data, of which everything has been read.
    pub(super) fn into_inner(self) -> R {
        self.dump
    }

    fn length(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 9];
        self.dump.read_exact(&mut bytes[..=self.int])?;
        let mut length = [0; 8];
        length[..self.int].copy_from_slice(&bytes[1..=self.int]);
        match bytes[0] {
            0 => Ok(u64::from_le_bytes(length)),
            _ => Err(io::Error::other(super::DAMAGED)),
        }
    }
}

impl<R: Read> Read for Chunks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.has_ended {
            return Ok(0);
        }
        if self.left == 0 {
            self.left = self.length()?;
            self.has_ended = self.left == 0;
        }
        let most = usize::try_from(self.left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let read = self.dump.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}

/// The data of a table.
pub(super) enum Block<R: Read> {
    Plain(Chunks<R>),
    Zlib(ZlibDecoder<Chunks<R>>),
    Lz4(FrameDecoder<Chunks<R>>),
    Zstd(FaultMapper<zstd::Decoder<'static, BufReader<Chunks<R>>>>),
}

impl<R: Read> Block<R> {
    pub(super) fn new(chunks: Chunks<R>, pack: Pack) -> io::Result<Self> {
        Ok(match pack {
            Pack::Plain => Self::Plain(chunks),
            Pack::Zlib => Self::Zlib(ZlibDecoder::new(chunks)),
            Pack::Lz4 => Self::Lz4(FrameDecoder::new(chunks)),
            Pack::Zstd => {
                let mut inner = zstd::Decoder::with_buffer(BufReader::new(chunks))?;
                inner.window_log_max(ZSTD_WINDOW.ilog2())?;
                let fault = zstd_fault;
                Self::Zstd(FaultMapper { inner, fault })
            }
        })
    }

    /// The dump after the data.
    pub(super) fn into_inner(self) -> io::Result<R> {
        let mut chunks = match self {
            Self::Plain(chunks) => chunks,
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Lz4(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.inner.finish().into_inner(),
        };
        // A decoder need not ask for what is after its own end.
        match io::copy(&mut chunks, &mut io::sink())? {
            0 => Ok(chunks.into_inner()),
            _ => Err(io::Error::other(super::DAMAGED)),
        }
    }
}

impl<R: Read> Read for Block<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(chunks) => chunks.read(buffer),
            Self::Zlib(decoder) => decoder.read(buffer),
            Self::Lz4(decoder) => decoder.read(buffer),
            Self::Zstd(decoder) => decoder.read(buffer),
        }
    }
}
