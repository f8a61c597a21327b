//! RAR archives of versions 1.5 to 5, including solid, encrypted and multi-volume ones. The `rars` crate decodes
//! them, under limits and on a thread of its own: if it panics, the archive counts as damaged.
//!
//! Links are passed over: their paths are never followed. Before RAR 3 archives had no mark at their end, so one that
//! was cut off exactly between two members looks whole.

mod channel;
mod decoder;
mod owners;

use std::io::{self, Read, SeekFrom};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use zeroize::Zeroizing;

use super::names::Name;
use super::{MEMBER_LIMIT, Member, Packing, ReadSeek, Source, Unpacker, siblings};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use channel::{Answer, Caller, Event, Head};
use owners::{Repair, SIGNATURE};

/// Maximum dictionary of a member, in bytes: archivers use 32 MiB unless asked for more.
const DICTIONARY_LIMIT: u64 = 128 << 20;

/// Memory limit of the decoder, in bytes, including its dictionary.
const WORKSPACE_LIMIT: u64 = 224 << 20;

/// Maximum length of all headers, in bytes: they are held.
const HEADER_LIMIT: u64 = 64 << 20;

/// Unpacked bytes of an encrypted member that show whether a password fits.
const LOOKED_AT: u64 = 16 << 20;

/// Maximum number of pieces waiting to be read.
const WAITING: usize = 4;

/// Why an archive cannot be decoded.
#[derive(Debug)]
enum RarFault {
    Io(io::Error),
    CutOff,
    /// The volume of this number, from 0, is missing.
    MissingVolume(usize),
    Behind,
    /// The archive is encrypted, and there is no password.
    Password,
    WrongPassword,
    FarBack,
    TooManyMembers,
    Unsupported,
    Damaged,
}

impl RarFault {
    fn into_failure(self) -> Failure {
        let fault = match self {
            Self::Io(error) => return error.into(),
            Self::CutOff => return io::Error::from(io::ErrorKind::UnexpectedEof).into(),
            Self::MissingVolume(number) => Fault::MissingVolume { number, name: None },
            Self::Behind => Fault::BehindEnd { container: "rar" },
            Self::Password => Fault::Encrypted,
            Self::WrongPassword => Fault::WrongPassword,
            Self::FarBack => Fault::FarBack,
            Self::TooManyMembers => Fault::TooManyMembers {
                limit: MEMBER_LIMIT,
            },
            Self::Unsupported => Fault::UnsupportedCompression,
            Self::Damaged => Fault::Damaged,
        };
        fault.into()
    }
}

impl<'u> Unpacker<'u, '_> {
    /// Takes the members of a RAR archive, in their order.
    pub(super) fn rar(&mut self, source: &mut dyn ReadSeek, outer: &Member) -> Result<(), Failure> {
        let _held = self.budget.hold(WORKSPACE_LIMIT)?;
        let volumes = Volumes::of(source, self.volumes_of(outer))?;
        let outer = &outer.out_of(Packing::Rar);
        let outcome = self.rar_members(source, &volumes, outer);
        outcome.map_err(|failure| self.with_volume_name(failure))
    }

    fn rar_members(
        &mut self,
        source: &mut dyn ReadSeek,
        volumes: &Volumes,
        outer: &Member,
    ) -> Result<(), Failure> {
        let password = self.rar_password(source, volumes)?;
        let mut decoding = DecoderThread::begin(source, volumes, password)?;
        while let Some(head) = decoding.next_member()? {
            let member = rar_member(&head, outer);
            if password.is_none() && head.is_encrypted {
                if self.wants(&member) {
                    return Err(Failure::from(Fault::Encrypted).in_member(head.place));
                }
                decoding.decode(false);
                self.pass_over(&member)?;
                continue;
            }
            decoding.decode(true);
            let mut content = self.budget.counted(decoding.content());
            self.member(Source::Stream(&mut content), &member)?;
            // The part that the reader left comes before the next member.
            io::copy(&mut content, &mut io::sink()).map_err(|error| {
                Failure::from(error).in_member(member.number.unwrap_or(head.place))
            })?;
        }
        Ok(())
    }

    /// Returns the password that opens an archive: the first with which the first encrypted member can be decoded, as
    /// far as it is checked. Older archives show only at a member's end whether it was right.
    fn rar_password(
        &self,
        source: &mut dyn ReadSeek,
        volumes: &Volumes,
    ) -> Result<Option<&'u Zeroizing<String>>, Failure> {
        let passwords = &self.opening.secrets.passwords;
        let is_hidden = has_hidden_headers(source, volumes)?;
        for password in passwords.iter() {
            let mut decoding = DecoderThread::begin(source, volumes, Some(password))?;
            match self.try_password(&mut decoding) {
                Ok(()) => return Ok(Some(password)),
                Err(Failure::Fault(Fault::WrongPassword | Fault::Damaged)) => {}
                Err(failure) if is_hidden && failure.is_early_end() => {}
                Err(failure) => return Err(failure),
            }
        }
        match passwords.is_empty() {
            true => Ok(None),
            false => Err(Fault::WrongPassword.into()),
        }
    }

    /// Decodes enough to show whether a password fits.
    fn try_password(&self, decoding: &mut DecoderThread<'_>) -> Result<(), Failure> {
        while let Some(head) = decoding.next_member()? {
            decoding.decode(head.is_encrypted);
            if head.is_encrypted {
                let content = self.budget.counted(decoding.content());
                io::copy(&mut content.take(LOOKED_AT), &mut io::sink())?;
                break;
            }
        }
        Ok(())
    }

    /// Adds the name of a missing volume to a failure, if the others' names show it.
    fn with_volume_name(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Fault(Fault::MissingVolume { number, .. }) => Fault::MissingVolume {
                number,
                name: siblings::volume_name(self.paths, number),
            }
            .into(),
            failure => failure,
        }
    }
}

fn rar_member(head: &Head, outer: &Member) -> Member {
    outer
        .within(head.place, Name::of(&head.name))
        .of_size(head.size)
}

/// Whether an archive from before RAR 5 says that its headers are encrypted. With a wrong password they become noise,
/// which may look cut off.
fn has_hidden_headers(source: &mut dyn ReadSeek, volumes: &Volumes) -> io::Result<bool> {
    /// Offset of the first header's flags, and the flag for encrypted headers.
    const FLAGS: usize = 10;
    const ARE_HIDDEN: u8 = 0x80;
    let begin = volumes.places.first().map_or(0, |&(begin, _)| begin);
    let mut head = Vec::new();
    source.seek(SeekFrom::Start(begin))?;
    source.take(FLAGS as u64 + 1).read_to_end(&mut head)?;
    let flags = head.get(FLAGS).filter(|_| head.starts_with(SIGNATURE));
    Ok(flags.is_some_and(|flags| flags & ARE_HIDDEN != 0))
}

/// The volumes of an archive.
struct Volumes {
    /// Offset of each in the source, and its size in bytes.
    places: Vec<(u64, u64)>,
    repairs: Vec<Repair>,
}

impl Volumes {
    /// Returns the volumes that begin at `begins`.
    fn of(source: &mut dyn ReadSeek, begins: &[u64]) -> io::Result<Self> {
        let size = source.seek(SeekFrom::End(0))?;
        let ends = begins.iter().skip(1).copied().chain([size]);
        let places = begins.iter().zip(ends);
        let mut repairs = Vec::new();
        for &begin in begins {
            repairs.extend(owners::repairs(source, begin)?);
        }
        Ok(Self {
            places: places
                .map(|(&begin, end)| (begin, end.saturating_sub(begin)))
                .collect(),
            repairs,
        })
    }
}

/// A decoder on its thread, and this end of the channels to it.
struct DecoderThread<'s> {
    source: &'s mut dyn ReadSeek,
    repairs: Vec<Repair>,
    events: Option<Receiver<Event>>,
    answers: Option<SyncSender<Answer>>,
    thread: Option<JoinHandle<()>>,
    /// Event that arrived before the expected one.
    pending: Option<Event>,
}

impl<'s> DecoderThread<'s> {
    fn begin(
        source: &'s mut dyn ReadSeek,
        volumes: &Volumes,
        password: Option<&Zeroizing<String>>,
    ) -> Result<Self, Failure> {
        let (say, events) = sync_channel(WAITING);
        let (answers, answered) = sync_channel(1);
        let caller = Caller::new(say, answered);
        let (places, password) = (volumes.places.clone(), password.cloned());
        let decode = move || {
            let outcome = decoder::run(&caller, &places, password.as_ref());
            // A caller that has ended does not care about the outcome.
            let _ = caller.say(Event::Done(outcome));
        };
        let thread = thread::Builder::new()
            .name("rar".to_owned())
            .spawn(decode)?;
        Ok(Self {
            source,
            repairs: volumes.repairs.clone(),
            events: Some(events),
            answers: Some(answers),
            thread: Some(thread),
            pending: None,
        })
    }

    /// Returns the decoder's next event, serving its reads until then. A decoder that is gone has panicked.
    fn next(&mut self) -> Event {
        if let Some(event) = self.pending.take() {
            return event;
        }
        while let Some(Ok(event)) = self.events.as_ref().map(Receiver::recv) {
            match event {
                Event::Read { at, length } => {
                    let bytes = self.read(at, length);
                    self.answer(Answer::Bytes(bytes));
                }
                event => return event,
            }
        }
        Event::Done(Err(RarFault::Damaged))
    }

    fn read(&mut self, at: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.source.seek(SeekFrom::Start(at))?;
        (&mut *self.source)
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        for repair in &self.repairs {
            repair.apply(at, &mut bytes);
        }
        Ok(bytes)
    }

    fn answer(&self, answer: Answer) {
        // A decoder that is gone is noticed at the next receive.
        let _ = self.answers.as_ref().map(|answers| answers.send(answer));
    }

    /// Says whether the member that has just begun is wanted.
    fn decode(&self, is_wanted: bool) {
        self.answer(Answer::Decode(is_wanted));
    }

    /// Returns the next member; the previous one has been read to its end.
    fn next_member(&mut self) -> Result<Option<Head>, Failure> {
        match self.next() {
            Event::Begin(head) => Ok(Some(*head)),
            Event::Done(Ok(())) => Ok(None),
            Event::Done(Err(fault)) => Err(fault.into_failure()),
            _ => Err(Fault::Damaged.into()),
        }
    }

    const fn content(&mut self) -> Content<'_, 's> {
        Content {
            decoding: self,
            chunk: Vec::new(),
            at: 0,
            is_ended: false,
        }
    }

    /// Checks that the member that has just ended was whole, as the decoder's next event shows.
    fn check_member(&mut self) -> io::Result<()> {
        match self.next() {
            Event::Done(Err(fault)) => Err(match fault.into_failure() {
                Failure::Io(error) => error,
                Failure::Fault(fault) => io::Error::other(fault),
                _ => io::ErrorKind::InvalidData.into(),
            }),
            event => {
                self.pending = Some(event);
                Ok(())
            }
        }
    }
}

impl Drop for DecoderThread<'_> {
    fn drop(&mut self) {
        // Without channels to this end, the decoder ends with its next event.
        self.events = None;
        self.answers = None;
        if let Some(thread) = self.thread.take() {
            // A panic has been noticed at the last receive.
            let _ = thread.join();
        }
    }
}

/// The content of the current member.
struct Content<'d, 's> {
    decoding: &'d mut DecoderThread<'s>,
    chunk: Vec<u8>,
    at: usize,
    is_ended: bool,
}

impl Read for Content<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() && !self.is_ended && !buffer.is_empty() {
            match self.decoding.next() {
                Event::Data(chunk) => (self.chunk, self.at) = (chunk, 0),
                Event::End => {
                    self.is_ended = true;
                    self.decoding.check_member()?;
                }
                event => {
                    self.is_ended = true;
                    self.decoding.pending = Some(event);
                    self.decoding.check_member()?;
                    return Err(io::Error::other(Fault::Damaged));
                }
            }
        }
        let read = (&self.chunk[self.at..]).read(buffer)?;
        self.at += read;
        Ok(read)
    }
}
