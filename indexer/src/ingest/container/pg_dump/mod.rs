//! Dumps of PostgreSQL in the custom format of `pg_dump -Fc`, as the SQL script that `pg_restore` would make of them, as far as
//! it has to do with rows: tables, and the text of COPY or INSERT.
//!
//! The file is read from its beginning to its end: a head, a table of contents, and blocks of data, each packed by itself. A
//! dump whose data were left out, or that ends before all tables had theirs, is refused.

mod contents;
mod data;
#[cfg(test)]
mod tests;

use std::io::{self, Read};

use super::budget::{Budget, ZSTD_WINDOW};
use super::{Member, Source, Unpacking};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use contents::{Contents, Head};
use data::Block;

/// What a dump begins with.
pub(super) const MAGIC: &[u8; 5] = b"PGDMP";

/// Where after that the format is stated, and the number of the custom one.
const FORMAT: usize = 10;
const CUSTOM: u8 = 1;

/// What blocks of data begin with: rows, or large objects.
const ROWS: u8 = 1;
const LARGE_OBJECTS: u8 = 3;

/// What the script begins with, by which it is known.
const TITLE: &str = "--\n-- PostgreSQL database dump\n--\n\n";

const DAMAGED: Fault = Fault::BadDatabase {
    what: "the dump of PostgreSQL is damaged",
};

/// Whether a file that begins with `head` is a dump in this format.
pub(super) fn is_custom(head: &[u8]) -> bool {
    head.starts_with(MAGIC) && head.get(FORMAT) == Some(&CUSTOM)
}

impl Unpacking<'_, '_> {
    /// Goes on with the script that a dump stands for.
    pub(super) fn pg_dump(&mut self, stream: &mut dyn Read, inner: &Member) -> Result<(), Failure> {
        let script = Script::open(io::BufReader::new(stream), self.budget)?;
        let mut script = self.budget.counted(script);
        self.open(Source::Stream(&mut script), inner)
    }
}

/// The script, as it is made.
struct Script<'b, R: Read> {
    head: Head,
    contents: Contents,
    /// What has been made of it and not been read yet.
    text: io::Cursor<Vec<u8>>,
    state: State<R>,
    _held: Option<super::budget::Permit<'b>>,
}

enum State<R: Read> {
    /// Between two blocks.
    Between(R),
    /// Within the rows of a table; with the last bytes, which tell whether their end is marked.
    Rows(Box<Block<R>>, Vec<u8>),
    End,
}

impl<'b, R: Read> Script<'b, R> {
    fn open(mut dump: R, budget: &'b Budget<'_, '_>) -> Result<Self, Failure> {
        let head = Head::read(&mut dump)?;
        let held = match head.packing {
            contents::Pack::Zstd => Some(budget.hold(ZSTD_WINDOW)?),
            _ => None,
        };
        let contents = Contents::read(&mut dump, &head)?;
        let text = format!("{TITLE}{}", contents.definitions);
        Ok(Self {
            head,
            contents,
            text: io::Cursor::new(text.into_bytes()),
            state: State::Between(dump),
            _held: held,
        })
    }

    /// Makes more of the script.
    fn go_on(&mut self) -> io::Result<()> {
        self.state = match std::mem::replace(&mut self.state, State::End) {
            State::Between(dump) => self.next_block(dump)?,
            State::Rows(mut block, mut last) => {
                let mut chunk = vec![0; 64 * 1024];
                let read = block.read(&mut chunk)?;
                chunk.truncate(read);
                if read == 0 {
                    let is_marked = last.ends_with(b"\\.\n\n\n") || last.ends_with(b"\\.\n");
                    let end = if is_marked || !self.head.is_copy {
                        "\n"
                    } else {
                        "\\.\n\n"
                    };
                    self.text = io::Cursor::new(end.as_bytes().to_vec());
                    State::Between(block.into_inner()?)
                } else {
                    last.extend_from_slice(&chunk[read.saturating_sub(8)..]);
                    last.drain(..last.len().saturating_sub(8));
                    self.text = io::Cursor::new(chunk);
                    State::Rows(block, last)
                }
            }
            State::End => State::End,
        };
        Ok(())
    }

    fn next_block(&mut self, mut dump: R) -> io::Result<State<R>> {
        let mut kind = [0];
        if dump.read(&mut kind)? == 0 {
            return match self.contents.is_complete() {
                true => Ok(State::End),
                false => Err(io::ErrorKind::UnexpectedEof.into()),
            };
        }
        let number = self.head.int(&mut dump)?;
        match kind[0] {
            ROWS => {
                let statement = self
                    .contents
                    .begin(number)
                    .ok_or_else(|| io::Error::other(DAMAGED))?;
                self.head.is_copy = !statement.is_empty();
                self.text = io::Cursor::new(statement.into_bytes());
                let block = Block::new(self.head.chunks(dump), self.head.packing)?;
                Ok(State::Rows(Box::new(block), Vec::new()))
            }
            LARGE_OBJECTS => {
                // Each after its number, which is 0 after the last one.
                while self.head.int(&mut dump)? != 0 {
                    let mut chunks = self.head.chunks(dump);
                    io::copy(&mut chunks, &mut io::sink())?;
                    dump = chunks.into_inner();
                }
                Ok(State::Between(dump))
            }
            _ => Err(io::Error::other(DAMAGED)),
        }
    }
}

impl<R: Read> Read for Script<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.text.read(buffer)?;
            if read > 0 || buffer.is_empty() || matches!(self.state, State::End) {
                return Ok(read);
            }
            self.go_on()?;
        }
    }
}
