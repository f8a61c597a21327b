//! Files encrypted with age. Their plain text is held only in memory.

use std::cell::Cell;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use age::armor::ArmoredReader;
use age::stream::StreamReader;
use age::{DecryptError, Decryptor};

use crate::ingest::error::Failure;
use crate::ingest::{Fault, Identities};

/// Maximum length of a header, in bytes: enough for more than a hundred recipients. age holds it, and reads it again
/// with every few bytes.
const HEADER_LIMIT: u64 = 32 << 10;

/// Maximum length of a line of armor, in bytes: 64 letters and a line end; age itself holds lines of any length.
const LINE_LIMIT: usize = 128;

/// Decrypts `packed` with whichever identity fits.
pub(super) fn open<R: Read>(packed: R, identities: &Identities) -> Result<Plain<R>, Failure> {
    let state = Rc::new(State::default());
    state.header_left.set(Some(HEADER_LIMIT));
    let bounded = HeaderLimiter {
        inner: packed,
        state: state.clone(),
    };
    let decryptor = Decryptor::new(bounded).map_err(refused)?;
    state.header_left.set(None);
    if decryptor.is_scrypt() {
        return Err(Fault::Passphrase.into());
    }
    let stream = decryptor.decrypt(identities.iter()).map_err(refused)?;
    Ok(Plain { stream, state })
}

/// Translates age's error.
fn refused(error: DecryptError) -> Failure {
    match error {
        DecryptError::Io(error) => error.into(),
        DecryptError::NoMatchingKeys => Fault::NoIdentity.into(),
        _ => Fault::Damaged.into(),
    }
}

/// A file's plain text.
pub(super) struct Plain<R> {
    stream: StreamReader<HeaderLimiter<R>>,
    state: Rc<State>,
}

impl<R: Read> Read for Plain<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.stream.read(buffer);
        read.map_err(|error| cut_off(error, &self.state))
    }
}

impl<R: Read + Seek> Seek for Plain<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let sought = self.stream.seek(to);
        sought.map_err(|error| cut_off(error, &self.state))
    }
}

/// Returns the error, or an early end: a last chunk that does not open has presumably been cut off.
fn cut_off(error: io::Error, state: &State) -> io::Error {
    if error.kind() == io::ErrorKind::InvalidData && state.ended.get() {
        return io::ErrorKind::UnexpectedEof.into();
    }
    error
}

/// The state of reading an encrypted file.
#[derive(Default)]
struct State {
    /// Bytes that the header may still take, while it is read.
    header_left: Cell<Option<u64>>,
    /// Whether the end of the file has been read.
    ended: Cell<bool>,
}

/// An encrypted file's bytes; until the plain text is read, no more than a header may be.
struct HeaderLimiter<R> {
    inner: R,
    state: Rc<State>,
}

impl<R: Read> Read for HeaderLimiter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.state.ended.set(true);
        }
        if let Some(left) = self.state.header_left.get() {
            let left = left.checked_sub(read as u64);
            let left = left.ok_or_else(|| io::Error::other(Fault::Damaged))?;
            self.state.header_left.set(Some(left));
        }
        Ok(read)
    }
}

impl<R: Seek> Seek for HeaderLimiter<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.state.ended.set(false);
        self.inner.seek(to)
    }
}

/// The bytes within armor.
pub(super) struct DearmoredReader<R: Read> {
    reader: ArmoredReader<io::BufReader<Lines<R>>>,
    state: Rc<State>,
}

impl<R: Read> DearmoredReader<R> {
    pub(super) fn new(armored: R) -> Self {
        let state = Rc::new(State::default());
        let lines = Lines {
            inner: armored,
            length: 0,
            state: state.clone(),
        };
        Self {
            reader: ArmoredReader::new(lines),
            state,
        }
    }
}

impl<R: Read> Read for DearmoredReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer);
        read.map_err(|error| cut_off(error, &self.state))
    }
}

/// Text whose lines are bounded.
struct Lines<R> {
    inner: R,
    /// Bytes of the current line so far.
    length: usize,
    state: Rc<State>,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        if read == 0 && !buffer.is_empty() {
            self.state.ended.set(true);
        }
        for line in buffer[..read].split_inclusive(|&byte| byte == b'\n') {
            self.length += line.len();
            if self.length > LINE_LIMIT {
                return Err(io::Error::other(Fault::Damaged));
            }
            if line.ends_with(b"\n") {
                self.length = 0;
            }
        }
        Ok(read)
    }
}
