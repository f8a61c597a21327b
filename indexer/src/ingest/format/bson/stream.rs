//! Where in a stream does a document begin and end?

use std::io::{self, Read};

use super::{DOCUMENT_LIMIT, SHORTEST};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// The number in an archive in place of a document's length where there is no document.
const TERMINATOR: u32 = u32::MAX;

/// The fault of a stream with an impossible length of a document.
pub(super) const LOST: Fault = Fault::BadDatabase {
    what: "its BSON has a document of an impossible length",
};

/// The next item of a stream.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::ingest) enum BsonItem<'d> {
    /// A document, with its length.
    Document(&'d [u8]),
    /// The end of a part of an archive.
    Terminator,
    /// The beginning of a document within which the stream ends.
    CutOff(&'d [u8]),
    End,
}

/// The documents of a stream.
pub(in crate::ingest) struct Documents<'s> {
    stream: io::BufReader<&'s mut dyn Read>,
    document: Vec<u8>,
}

impl<'s> Documents<'s> {
    pub(in crate::ingest) fn new(stream: &'s mut dyn Read) -> Self {
        Self {
            stream: io::BufReader::with_capacity(64 * 1024, stream),
            document: Vec::new(),
        }
    }

    /// Passes over a magic number, if the stream begins with it.
    pub(in crate::ingest) fn skip_if(&mut self, magic: &[u8; 4]) -> io::Result<bool> {
        let head = io::BufRead::fill_buf(&mut self.stream)?;
        let is_there = head.starts_with(magic);
        if is_there {
            io::BufRead::consume(&mut self.stream, magic.len());
        }
        Ok(is_there)
    }

    /// The next document; it is whole as far as its length says.
    pub(in crate::ingest) fn next(&mut self) -> Result<BsonItem<'_>, Failure> {
        self.document.clear();
        self.fill(4)?;
        let length = match self.document.as_slice() {
            [] => return Ok(BsonItem::End),
            &[a, b, c, d] => u32::from_le_bytes([a, b, c, d]),
            _ => return Ok(BsonItem::CutOff(&self.document)),
        };
        if length == TERMINATOR {
            return Ok(BsonItem::Terminator);
        }
        let length = length as usize;
        if !(SHORTEST..=DOCUMENT_LIMIT).contains(&length) {
            return Err(LOST.into());
        }
        self.fill(length - 4)?;
        match self.document.len() == length {
            true => Ok(BsonItem::Document(&self.document)),
            false => Ok(BsonItem::CutOff(&self.document)),
        }
    }

    /// Reads `count` more bytes, fewer only at the end.
    fn fill(&mut self, count: usize) -> io::Result<()> {
        let rest = (&mut self.stream).take(count as u64);
        let mut rest = rest;
        rest.read_to_end(&mut self.document).map(drop)
    }
}
