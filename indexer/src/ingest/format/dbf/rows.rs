//! Where is a table's next row, and where do the rows end?

use std::io::{self, Read};

use super::header::{FIXED, Header};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Marks at the start of a row: present, or deleted.
const PRESENT: u8 = b' ';
const DELETED: u8 = b'*';

/// Mark of the end of the rows.
const END: u8 = 0x1A;

/// Bytes of rows read at a time; at least one row.
const CHUNK: usize = 256 << 10;

/// The mark of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Present,
    /// Deleted, or beyond the stated number of rows.
    Deleted,
    /// An unknown mark.
    Unknown,
}

/// A row's mark, its number from 1, and its bytes.
pub(super) type Row<'r> = (Mark, u64, &'r [u8]);

/// A table, as it streams.
pub(super) struct Rows<'s> {
    /// Stated number of rows, and length of each.
    stated: u64,
    length: usize,
    stream: &'s mut dyn Read,
    chunk: Vec<u8>,
    at: usize,
    /// Number of rows returned.
    given: u64,
    is_at_end: bool,
}

impl<'s> Rows<'s> {
    /// Reads the head.
    pub(super) fn open(stream: &'s mut dyn Read) -> Result<(Header, Self), Failure> {
        let mut head = vec![0; FIXED];
        stream.read_exact(&mut head)?;
        let fixed = head.first_chunk().ok_or(Fault::BadTable)?;
        let length = Header::length(fixed)?;
        head.resize(length, 0);
        stream.read_exact(&mut head[FIXED..])?;
        let header = Header::parse(&head)?;
        let rows = Self {
            stated: header.rows,
            length: header.row_length,
            stream,
            chunk: Vec::new(),
            at: 0,
            given: 0,
            is_at_end: false,
        };
        Ok((header, rows))
    }

    /// Returns the next rows, as many as a piece has, without passing them.
    pub(super) fn peek(&mut self) -> Result<&[u8], Failure> {
        self.fill()?;
        let rest = &self.chunk[self.at..];
        let left = self.stated.saturating_sub(self.given);
        let rows = (rest.len() / self.length).min(usize::try_from(left).unwrap_or(usize::MAX));
        Ok(&rest[..rows * self.length])
    }

    /// Reads on until there is a whole row, or the end.
    fn fill(&mut self) -> Result<(), Failure> {
        let length = self.length;
        if self.chunk.len() - self.at >= length || self.is_at_end {
            return Ok(());
        }
        self.chunk.drain(..self.at);
        self.at = 0;
        let wanted = CHUNK.max(length) - self.chunk.len();
        let read = (&mut *self.stream)
            .take(wanted as u64)
            .read_to_end(&mut self.chunk)?;
        self.is_at_end = read < wanted;
        Ok(())
    }

    /// The next row, with its mark. A table with fewer rows than stated was cut off.
    pub(super) fn next(&mut self) -> Result<Option<Row<'_>>, Failure> {
        self.fill()?;
        let length = self.length;
        let rest = &self.chunk[self.at..];
        let is_stated = self.given < self.stated;
        let mark = match rest.first() {
            Some(&PRESENT) if is_stated => Mark::Present,
            Some(&(PRESENT | DELETED)) if is_stated || rest.len() >= length => Mark::Deleted,
            Some(&END) | None if is_stated => {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            Some(_) if is_stated => Mark::Unknown,
            _ => return Ok(None),
        };
        if rest.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        let row = &self.chunk[self.at..self.at + length];
        self.at += length;
        self.given += 1;
        Ok(Some((mark, self.given, row)))
    }

    /// Returns the bytes after the rows, piece by piece; `None` at the end. The mark of the end may be among them.
    pub(super) fn behind(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut rest = self.chunk.split_off(self.at);
        self.chunk.clear();
        self.at = 0;
        if rest.is_empty() && !self.is_at_end {
            let read = (&mut *self.stream)
                .take(CHUNK as u64)
                .read_to_end(&mut rest)?;
            self.is_at_end = read < CHUNK;
        }
        Ok((!rest.is_empty()).then_some(rest))
    }

    /// Returns the number of rows returned so far.
    pub(super) const fn given(&self) -> u64 {
        self.given
    }
}

/// Returns whether the bytes are padding and the mark of the end.
pub(super) fn is_filling(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(*byte, 0 | END | b' '))
}
