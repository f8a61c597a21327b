//! How does a decoder that owns its archive and writes its output read a borrowed one as a stream? It runs on a thread
//! of its own; it requests input and sends output over channels, and the caller's thread does the rest.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};

use super::RarFault;

/// Bytes read ahead of a volume.
const READ_AHEAD: usize = 256 << 10;

/// Bytes of a member sent at a time.
const CHUNK: usize = 64 << 10;

/// A request or message of the decoder.
pub(super) enum Event {
    /// A request for at most `length` bytes of the source.
    Read { at: u64, length: usize },
    /// A member begins; is it wanted?
    Begin(Box<Head>),
    /// More of the current member.
    Data(Vec<u8>),
    /// The current member has been sent; the next event shows whether it was whole.
    End,
    /// Nothing follows.
    Done(Result<(), RarFault>),
}

/// An answer to the decoder.
pub(super) enum Answer {
    Bytes(io::Result<Vec<u8>>),
    /// Whether to decode the member.
    Decode(bool),
}

/// The header of a member.
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

    /// Sends a message without an answer. Fails if the caller has ended.
    pub(super) fn say(&self, event: Event) -> io::Result<()> {
        let ends = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        ends.events.send(event).map_err(|_| gone())
    }

    /// Sends a request and waits for the answer.
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
    /// Offset of the volume in the source.
    begin: u64,
    size: u64,
    at: u64,
    /// Bytes read ahead, and their offset in the volume.
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

    /// Returns the bytes read ahead from the current position on.
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

/// The decoder's output for a member; dropped at its end.
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
        // A caller that has ended does not care about the member's end.
        let _ = self.flush().and_then(|()| self.caller.say(Event::End));
    }
}
