//! How does a decoder that wants to own its archive and to write read one that is lent, and give a stream? It runs on a thread
//! of its own; what it reads is asked for and what it writes is sent, over channels, and the caller's thread does the rest.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use super::RarFault;

/// How much is read ahead of a volume, in bytes.
const READ_AHEAD: usize = 256 << 10;

/// How much of a member is sent at a time, in bytes.
const CHUNK: usize = 64 << 10;

/// What the decoder asks or says.
pub(super) enum Event {
    /// It wants bytes of the source: from a place, and at most so many.
    Read { at: u64, length: usize },
    /// A member begins; is it wanted?
    Begin(Box<Head>),
    /// More of the present member.
    Data(Vec<u8>),
    /// The present member has been sent; what follows says whether it was whole.
    End,
    /// Nothing follows.
    Done(Result<(), RarFault>),
}

/// What the decoder is answered.
pub(super) enum Answer {
    Bytes(io::Result<Vec<u8>>),
    /// Whether to decode the member.
    Decode(bool),
}

/// What an archive says of a member.
pub(super) struct Head {
    pub(super) name: Vec<u8>,
    pub(super) size: u64,
    pub(super) is_encrypted: bool,
    /// Its place among the files, from 1.
    pub(super) place: usize,
}

/// The decoder's ends of the channels.
#[derive(Clone)]
pub(super) struct Caller(Arc<Mutex<Ends>>);

struct Ends {
    events: SyncSender<Event>,
    answers: Receiver<Answer>,
}

impl Caller {
    pub(super) fn new(events: SyncSender<Event>, answers: Receiver<Answer>) -> Self {
        Self(Arc::new(Mutex::new(Ends { events, answers })))
    }

    /// Says something that is not answered. Fails where the caller wants no more.
    pub(super) fn say(&self, event: Event) -> io::Result<()> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.events.send(event).map_err(|_| gone())
    }

    /// Asks something, and waits for the answer.
    pub(super) fn ask(&self, event: Event) -> io::Result<Answer> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.events.send(event).map_err(|_| gone())?;
        ends.answers.recv().map_err(|_| gone())
    }
}

/// The caller has ended.
fn gone() -> io::Error {
    io::ErrorKind::BrokenPipe.into()
}

/// A volume of the source as the decoder reads it.
pub(super) struct Volume {
    caller: Caller,
    /// Where it begins in the source.
    begin: u64,
    size: u64,
    at: u64,
    /// What has been read ahead, and where in the volume that begins.
    ahead: Vec<u8>,
    ahead_begin: u64,
}

impl Volume {
    pub(super) const fn new(caller: Caller, begin: u64, size: u64) -> Self {
        Self {
            caller,
            begin,
            size,
            at: 0,
            ahead: Vec::new(),
            ahead_begin: 0,
        }
    }

    /// What has been read ahead from the present place on.
    fn waiting(&self) -> &[u8] {
        let from = self.at.checked_sub(self.ahead_begin);
        let from = from.and_then(|from| usize::try_from(from).ok());
        from.and_then(|from| self.ahead.get(from..))
            .unwrap_or_default()
    }

    fn read_ahead(&mut self) -> io::Result<()> {
        let left = self.size.saturating_sub(self.at);
        let length = usize::try_from(left).unwrap_or(usize::MAX).min(READ_AHEAD);
        if length == 0 {
            return Ok(());
        }
        let at = self.begin + self.at;
        match self.caller.ask(Event::Read { at, length })? {
            Answer::Bytes(bytes) => self.ahead = bytes?,
            Answer::Decode(_) => return Err(gone()),
        }
        self.ahead_begin = self.at;
        Ok(())
    }
}

impl Read for Volume {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.waiting().is_empty() && !buffer.is_empty() {
            self.read_ahead()?;
        }
        let read = self.waiting().read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Volume {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(offset) => self.size.checked_add_signed(offset),
            SeekFrom::Current(offset) => self.at.checked_add_signed(offset),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

/// Where the decoder writes a member; to be dropped when that has ended.
pub(super) struct Outlet {
    caller: Caller,
    chunk: Vec<u8>,
}

impl Outlet {
    pub(super) const fn new(caller: Caller) -> Self {
        let chunk = Vec::new();
        Self { caller, chunk }
    }
}

impl Write for Outlet {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.chunk.extend_from_slice(bytes);
        if self.chunk.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.chunk.is_empty() {
            true => Ok(()),
            false => self
                .caller
                .say(Event::Data(std::mem::take(&mut self.chunk))),
        }
    }
}

impl Drop for Outlet {
    fn drop(&mut self) {
        // A caller that has ended wants to know of no member's end.
        let _ = self.flush().and_then(|()| self.caller.say(Event::End));
    }
}
