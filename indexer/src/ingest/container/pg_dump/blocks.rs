//! Where in a single-file dump are the rows of a table, and how are they unpacked?

use std::io::{self, BufReader, Read};

use flate2::read::ZlibDecoder;
use lz4_flex::frame::FrameDecoder;

use super::super::budget::ZSTD_WINDOW;
use super::super::decoder::{FaultMapper, zstd_fault};
use super::DAMAGED;
use super::contents::{Contents, Head, Pack, Place};
use super::script::Rows;

/// Types of data blocks: rows, or large objects.
pub(super) const ROWS: u8 = 1;
const LARGE_OBJECTS: u8 = 3;

/// The rows in a single-file dump, block by block.
pub(super) struct Blocks<R: Read> {
    head: Head,
    contents: Contents,
    state: State<R>,
}

enum State<R: Read> {
    /// Between two blocks.
    Between(R),
    Within(Box<Block<R>>),
    End,
}

impl<R: Read> Blocks<R> {
    /// The blocks of a dump that has been read as far as its table of contents.
    pub(super) const fn new(head: Head, contents: Contents, dump: R) -> Self {
        let state = State::Between(dump);
        Self {
            head,
            contents,
            state,
        }
    }

    /// Passes over large objects, each after its number; a number of 0 ends them.
    fn pass_large_objects(&self, mut dump: R) -> io::Result<R> {
        while self.head.int(&mut dump)? != 0 {
            let mut chunks = self.head.chunks(dump);
            io::copy(&mut chunks, &mut io::sink())?;
            dump = chunks.into_inner();
        }
        Ok(dump)
    }

    fn next_block(&mut self, mut dump: R) -> io::Result<Option<String>> {
        loop {
            let mut kind = [0];
            if dump.read(&mut kind)? == 0 {
                return match self.contents.is_complete() {
                    true => Ok(None),
                    false => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            let number = self.head.int(&mut dump)?;
            match kind[0] {
                ROWS => {
                    let statement = self.contents.begin(&Place::Block(number));
                    let statement = statement.ok_or_else(|| io::Error::other(DAMAGED))?;
                    let block = Block::new(self.head.chunks(dump), self.head.packing)?;
                    self.state = State::Within(Box::new(block));
                    return Ok(Some(statement));
                }
                LARGE_OBJECTS => dump = self.pass_large_objects(dump)?,
                _ => return Err(io::Error::other(DAMAGED)),
            }
        }
    }
}

impl<R: Read> Rows for Blocks<R> {
    /// The lengths of the pieces show where rows end.
    const HAVE_A_MARK: bool = false;

    fn next(&mut self) -> io::Result<Option<String>> {
        match std::mem::replace(&mut self.state, State::End) {
            State::Between(dump) => self.next_block(dump),
            State::Within(block) => {
                let dump = block.into_inner()?;
                self.next_block(dump)
            }
            State::End => Ok(None),
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Within(block) => block.read(buffer),
            State::Between(_) | State::End => Ok(0),
        }
    }
}

/// The pieces of a block, each after its length; the last one is empty.
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

    /// Returns the dump after the data, all of which has been read.
    fn into_inner(self) -> R {
        self.dump
    }

    fn length(&mut self) -> io::Result<u64> {
        let mut bytes = [0; 9];
        self.dump.read_exact(&mut bytes[..=self.int])?;
        let mut length = [0; 8];
        length[..self.int].copy_from_slice(&bytes[1..=self.int]);
        match bytes[0] {
            0 => Ok(u64::from_le_bytes(length)),
            _ => Err(io::Error::other(DAMAGED)),
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
enum Block<R: Read> {
    Plain(Chunks<R>),
    Zlib(ZlibDecoder<Chunks<R>>),
    Lz4(FrameDecoder<Chunks<R>>),
    Zstd(FaultMapper<zstd::Decoder<'static, BufReader<Chunks<R>>>>),
}

impl<R: Read> Block<R> {
    fn new(chunks: Chunks<R>, pack: Pack) -> io::Result<Self> {
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

    /// Returns the dump after the data.
    fn into_inner(self) -> io::Result<R> {
        let mut chunks = match self {
            Self::Plain(chunks) => chunks,
            Self::Zlib(decoder) => decoder.into_inner(),
            Self::Lz4(decoder) => decoder.into_inner(),
            Self::Zstd(decoder) => decoder.inner.finish().into_inner(),
        };
        // A decoder need not read past its own end.
        match io::copy(&mut chunks, &mut io::sink())? {
            0 => Ok(chunks.into_inner()),
            _ => Err(io::Error::other(DAMAGED)),
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
