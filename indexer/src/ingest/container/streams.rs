//! Files packed as streams, possibly several in a row, as `cat a.gz b.gz`, `pzstd` and tapes produce.
//!
//! Zeros between and after the streams are padding and passed over, as gzip and xz do. Anything else after a stream's
//! end is refused: it may be the rest of a dump.

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use lzma_rust2::XzReader;

use super::BUFFER;
use super::budget::{XZ_WINDOW, ZSTD_WINDOW};
use super::decoder::{FaultMapper, far_back, zstd_fault};
use super::packing::Packing;
use crate::ingest::Fault;

/// Bytes that show what begins after a stream.
const MAGIC: usize = 4;

/// The unpacked streams of a file, one after the other.
pub(super) struct Streams<R: Read> {
    packing: Packing,
    stream: Option<Stream<Source<R>>>,
}

enum Stream<S: BufRead> {
    Gzip(Box<GzDecoder<S>>),
    Bzip2(BzDecoder<S>),
    Zstd(Box<FaultMapper<zstd::Decoder<'static, S>>>),
    Xz(Box<FaultMapper<XzReader<S>>>),
}

impl<R: Read> Streams<R> {
    /// Returns the streams of a file that is known to be packed with gzip, bzip2, zstd or xz.
    pub(super) fn new(packing: Packing, packed: R) -> io::Result<Self> {
        let stream = Some(Stream::new(packing, Source::new(packed))?);
        Ok(Self { packing, stream })
    }

    /// Continues with the stream after the one that has ended, if there is one.
    fn go_on(&mut self) -> io::Result<()> {
        let Some(ended) = self.stream.take() else {
            return Ok(());
        };
        let mut source = ended.into_source()?;
        source.skip_zeros()?;
        let head = source.peek(MAGIC)?;
        if head.is_empty() {
            return Ok(());
        }
        if !self.packing.may_begin_with(head) {
            return Err(io::Error::other(Fault::BehindEnd {
                container: self.packing.name(),
            }));
        }
        self.stream = Some(Stream::new(self.packing, source)?);
        Ok(())
    }
}

impl<R: Read> Read for Streams<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(stream) = &mut self.stream {
            let read = stream.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            self.go_on()?;
        }
        Ok(0)
    }
}

impl<S: BufRead> Stream<S> {
    fn new(packing: Packing, source: S) -> io::Result<Self> {
        Ok(match packing {
            Packing::Gzip => Self::Gzip(Box::new(GzDecoder::new(source))),
            Packing::Bzip2 => Self::Bzip2(BzDecoder::new(source)),
            Packing::Zstd => {
                let mut inner = zstd::Decoder::with_buffer(source)?.single_frame();
                inner.window_log_max(ZSTD_WINDOW.ilog2())?;
                let fault = zstd_fault;
                Self::Zstd(Box::new(FaultMapper { inner, fault }))
            }
            _ => {
                // A little more than the window, for the decoder's other memory.
                #[expect(clippy::cast_possible_truncation, reason = "128 MiB in KiB")]
                let kibibytes = (XZ_WINDOW >> 10) as u32 + 1024;
                let inner = XzReader::new_mem_limit(source, false, kibibytes);
                let fault = far_back;
                Self::Xz(Box::new(FaultMapper { inner, fault }))
            }
        })
    }

    /// Returns the source, at the first byte after the stream.
    fn into_source(self) -> io::Result<S> {
        Ok(match self {
            Self::Gzip(stream) => stream.into_inner(),
            Self::Bzip2(stream) => stream.into_inner(),
            Self::Zstd(mut stream) => {
                stream.inner.finish_frame()?;
                stream.inner.into_inner()
            }
            Self::Xz(stream) => stream.inner.into_inner(),
        })
    }
}

impl<S: BufRead> Read for Stream<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Gzip(stream) => stream.read(buffer),
            Self::Bzip2(stream) => stream.read(buffer),
            Self::Zstd(stream) => stream.read(buffer),
            Self::Xz(stream) => stream.read(buffer),
        }
    }
}

/// A buffered source that can peek further than one read.
struct Source<R> {
    inner: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
}

impl<R: Read> Source<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            buffer: vec![0; BUFFER],
            at: 0,
            end: 0,
        }
    }

    /// Returns the next `wanted` bytes, fewer only at the end.
    fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        self.buffer.copy_within(self.at..self.end, 0);
        self.end -= self.at;
        self.at = 0;
        while self.end < wanted {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(&self.buffer[..self.end.min(wanted)])
    }

    fn skip_zeros(&mut self) -> io::Result<()> {
        loop {
            let waiting = self.fill_buf()?;
            let zeros = waiting.iter().take_while(|&&byte| byte == 0).count();
            let is_all = zeros == waiting.len() && zeros > 0;
            self.consume(zeros);
            if !is_all {
                return Ok(());
            }
        }
    }
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(buffer)?;
        self.consume(read);
        Ok(read)
    }
}

impl<R: Read> BufRead for Source<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at == self.end {
            (self.at, self.end) = (0, 0);
            self.end = self.inner.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.at..self.end])
    }

    fn consume(&mut self, count: usize) {
        self.at = (self.at + count).min(self.end);
    }
}
