//! What does a memo say? Long texts are in a separate file, in blocks; a row has the number of the first.

use std::io::{self, Read, SeekFrom};

use super::header::MemoKind;
use crate::ingest::RECORD_LIMIT;
use crate::ingest::container::ReadSeek;
use crate::ingest::tally::Reason;

/// Default length of a block, and length of the head.
const BLOCK: u64 = 512;

/// Magic number of a memo of dBase IV; its length follows, which includes these eight bytes.
const DBASE_4: [u8; 4] = [0xFF, 0xFF, 0x08, 0x00];

/// Mark of the end of a memo of dBase III.
const END: u8 = 0x1A;

/// Bytes read at a time of a memo without stated length.
const PIECE: usize = 512;

/// Length of the head of a memo with stated length.
const HEAD: usize = 8;

/// The memos of a table.
pub(super) struct Memos<'m> {
    source: &'m mut dyn ReadSeek,
    kind: MemoKind,
    block: u64,
    size: u64,
}

/// Why a memo cannot be read: its place is impossible, it is cut off or longer than a record may be, or reading failed.
pub(super) enum NoMemo {
    Reject(Reason),
    Io(io::Error),
}

impl From<io::Error> for NoMemo {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Reject(Reason::NoMemo),
            _ => Self::Io(error),
        }
    }
}

impl<'m> Memos<'m> {
    pub(super) fn open(source: &'m mut dyn ReadSeek, kind: MemoKind) -> io::Result<Self> {
        let size = source.seek(SeekFrom::End(0))?;
        source.seek(SeekFrom::Start(0))?;
        let mut head = Vec::new();
        (&mut *source).take(BLOCK).read_to_end(&mut head)?;
        let short = |at: usize| {
            head.get(at..at + 2)
                .map_or([0, 0], |bytes| [bytes[0], bytes[1]])
        };
        let block = match kind {
            MemoKind::Dbase3 => BLOCK,
            MemoKind::Dbase4 => match u64::from(u16::from_le_bytes(short(20))) {
                0 => BLOCK,
                block => block,
            },
            MemoKind::FoxPro => u64::from(u16::from_be_bytes(short(6))).max(1),
        };
        Ok(Self {
            source,
            kind,
            block,
            size,
        })
    }

    /// The memo whose first block has this number.
    pub(super) fn read(&mut self, number: u64) -> Result<Vec<u8>, NoMemo> {
        let place = number
            .checked_mul(self.block)
            .filter(|place| *place < self.size);
        let place = place
            .filter(|_| number > 0)
            .ok_or(NoMemo::Reject(Reason::NoMemo))?;
        self.source.seek(SeekFrom::Start(place))?;
        match self.kind {
            MemoKind::Dbase3 => self.unmeasured(),
            MemoKind::Dbase4 => {
                let [a, b, c, d, length @ ..] = self.head()?;
                if [a, b, c, d] != DBASE_4 {
                    self.source.seek(SeekFrom::Start(place))?;
                    return self.unmeasured();
                }
                let length = u64::from(u32::from_le_bytes(length)).checked_sub(HEAD as u64);
                self.measured(length.ok_or(NoMemo::Reject(Reason::NoMemo))?)
            }
            MemoKind::FoxPro => {
                let [_, _, _, _, length @ ..] = self.head()?;
                self.measured(u64::from(u32::from_be_bytes(length)))
            }
        }
    }

    fn head(&mut self) -> Result<[u8; HEAD], NoMemo> {
        let mut head = [0; HEAD];
        self.source.read_exact(&mut head)?;
        Ok(head)
    }

    /// Reads `length` bytes, all of which must exist.
    fn measured(&mut self, length: u64) -> Result<Vec<u8>, NoMemo> {
        if length > RECORD_LIMIT as u64 {
            return Err(NoMemo::Reject(Reason::TooLong));
        }
        let mut text = Vec::new();
        let read = (&mut *self.source).take(length).read_to_end(&mut text)?;
        match read as u64 == length {
            true => Ok(text),
            false => Err(NoMemo::Reject(Reason::NoMemo)),
        }
    }

    /// Reads everything up to the mark of the end or the end of the file.
    fn unmeasured(&mut self) -> Result<Vec<u8>, NoMemo> {
        let mut text = Vec::new();
        while text.len() <= RECORD_LIMIT {
            let searched = text.len();
            let read = (&mut *self.source)
                .take(PIECE as u64)
                .read_to_end(&mut text)?;
            if let Some(end) = memchr::memchr(END, &text[searched..]) {
                text.truncate(searched + end);
                return Ok(text);
            }
            if read < PIECE {
                return Err(NoMemo::Reject(Reason::NoMemo));
            }
        }
        Err(NoMemo::Reject(Reason::TooLong))
    }
}
