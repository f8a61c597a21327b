//! Which files are in a dump in the tar format? The table of contents is the first.

use std::io::{self, Read};

use super::super::tar_archive::{self, BLOCK};
use super::files::Files;
use super::names::CONTENTS;
use super::{DAMAGED, Layout};
use crate::ingest::error::Failure;

/// Bytes of a tape archive that show whether it is a dump.
pub(in super::super) const HEAD: usize = 2 * BLOCK;

/// Whether a tape archive that begins with `head` is a dump.
pub(in super::super) fn is_tape(head: &[u8]) -> bool {
    let Some((header, contents)) = head.split_first_chunk::<BLOCK>() else {
        return false;
    };
    let header = tar::Header::from_byte_slice(header);
    header.path_bytes() == CONTENTS.as_bytes() && Layout::of(contents) == Some(Layout::Files)
}

/// The files of a dump, as they stream.
pub(super) struct Tape<'s> {
    stream: &'s mut dyn Read,
    /// Whether the mark of the archive's end has been read.
    has_ended: bool,
    /// Rest of the current file and of its last block, in bytes.
    left: u64,
    padding: u64,
}

impl<'s> Tape<'s> {
    pub(super) fn new(stream: &'s mut dyn Read) -> Self {
        Self {
            stream,
            has_ended: false,
            left: 0,
            padding: 0,
        }
    }

    /// Passes over the rest of the current file.
    fn end_file(&mut self) -> io::Result<()> {
        let rest = std::mem::take(&mut self.left) + std::mem::take(&mut self.padding);
        let passed = io::copy(&mut (&mut *self.stream).take(rest), &mut io::sink())?;
        match passed == rest {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Files for Tape<'_> {
    fn next(&mut self) -> io::Result<Option<String>> {
        self.end_file()?;
        let header = tar_archive::next(self.stream, &mut self.has_ended);
        let Some(header) = header.map_err(Failure::into_io)? else {
            return Ok(None);
        };
        if !header.entry_type().is_file() {
            return Err(io::Error::other(DAMAGED));
        }
        self.left = header.entry_size().map_err(|_| io::Error::other(DAMAGED))?;
        self.padding = tar_archive::padding(self.left);
        Ok(Some(
            String::from_utf8_lossy(&header.path_bytes()).into_owned(),
        ))
    }

    fn names(&self) -> Option<Vec<&str>> {
        None
    }
}

impl Read for Tape<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        let most = left.min(buffer.len());
        let read = self.stream.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read as u64;
        Ok(read)
    }
}
