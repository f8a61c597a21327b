use std::io::{self, Read};

use super::scan::{Scan, Step};
use crate::ingest::error::Failure;
use crate::ingest::tally::Reason;
use crate::ingest::window::Window;
use crate::ingest::{Fault, RECORD_LIMIT};

/// How deep arrays and objects may lie around the records.
const DEPTH_LIMIT: usize = 128;

/// The longest key that is compared, in bytes as it is written.
const KEY_LIMIT: usize = 1024;

/// What is found next.
pub(super) enum Found<'d> {
    /// An object, whole.
    Record {
        line: u64,
        text: &'d [u8],
    },
    /// What is none; `text` is its first line.
    Rejected {
        line: u64,
        reason: Reason,
        text: &'d [u8],
    },
    /// A further line of what was rejected.
    Rest {
        text: &'d [u8],
    },
    End,
}

/// What surrounds the present place; how many keys of the path have been followed there.
#[derive(Clone, Copy)]
enum Around {
    Array(usize),
    Object(usize),
}

/// The records of a stream of JSON documents.
///
/// Held are a record and [`DEPTH_LIMIT`] levels around it, whatever the documents' size.
pub(super) struct Documents<'w, R> {
    window: &'w mut Window<R>,
    path: &'w [String],
    around: Vec<Around>,
    /// The value to come belongs to the next key of the path.
    keyed: bool,
    /// Something broken has been met, so that what surrounds the present place is not known: objects are records.
    lost: bool,
    /// Lines are being passed over until one begins an object.
    passing: bool,
    persists: bool,
    /// Nothing goes on in another line, so that going back cannot take for ever.
    bound_to_lines: bool,
    text: Vec<u8>,
}

/// How a value ended.
enum Extent {
    Whole(usize),
    /// Why it does not, and after how many bytes that is certain.
    Broken(Reason, usize),
}

impl<'w, R: Read> Documents<'w, R> {
    pub(super) const fn new(window: &'w mut Window<R>, path: &'w [String], persists: bool) -> Self {
        Self {
            window,
            path,
            around: Vec::new(),
            keyed: false,
            lost: false,
            passing: false,
            persists,
            bound_to_lines: false,
            text: Vec::new(),
        }
    }

    pub(super) fn next(&mut self) -> Result<Found<'_>, Failure> {
        if self.passing && !self.at_object()? {
            return self.pass_line();
        }
        self.passing = false;
        loop {
            let Some(byte) = self.first()? else {
                return Ok(self.end());
            };
            match byte {
                b'{' if self.followed() == self.path.len() => return self.record(),
                b'[' | b'{' if self.around.len() < DEPTH_LIMIT => self.open(byte),
                b']' | b'}' if self.closes(byte) => self.window.advance(1),
                b'"' if self.is_key() => {
                    if !self.key()? {
                        return self.reject(Reason::NotJson);
                    }
                }
                b'[' | b']' | b'{' | b'}' => return self.reject(Reason::NotJson),
                _ if self.around.is_empty() || self.followed() == self.path.len() => {
                    return self.reject_scalar();
                }
                _ => {
                    if !self.skip_value()? {
                        return self.reject(Reason::NotJson);
                    }
                }
            }
        }
    }

    /// The next byte that means something.
    fn first(&mut self) -> io::Result<Option<u8>> {
        loop {
            self.window.set_mark();
            match self.window.first()? {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1E) => self.window.advance(1),
                byte => return Ok(byte),
            }
        }
    }

    /// How many keys of the path lead to the value that begins here.
    fn followed(&self) -> usize {
        match self.around.last() {
            _ if self.lost => self.path.len(),
            None => 0,
            Some(Around::Array(followed)) => *followed,
            Some(Around::Object(followed)) => followed + usize::from(self.keyed),
        }
    }

    fn open(&mut self, bracket: u8) {
        let followed = self.followed();
        self.keyed = false;
        self.window.advance(1);
        self.around.push(match bracket {
            b'[' => Around::Array(followed),
            _ => Around::Object(followed),
        });
    }

    /// Whether the bracket closes what was opened last. Where that is not known any more, brackets mean nothing.
    fn closes(&mut self, bracket: u8) -> bool {
        self.keyed = false;
        match self.around.pop() {
            Some(Around::Array(_)) => bracket == b']',
            Some(Around::Object(_)) => bracket == b'}',
            None => self.lost,
        }
    }

    /// A string that begins here is a key.
    fn is_key(&self) -> bool {
        matches!(self.around.last(), Some(Around::Object(_))) && !self.keyed
    }

    /// Passes over a key and, unless it is the next of the path, over its value; false if they are broken.
    fn key(&mut self) -> io::Result<bool> {
        let Extent::Whole(length) = self.extent(KEY_LIMIT)? else {
            return Ok(false);
        };
        let key = serde_json::from_slice::<String>(&self.window.rest()[..length]);
        self.window.advance(length);
        if self.first()? != Some(b':') {
            return Ok(false);
        }
        self.window.advance(1);
        let wanted = self.path.get(self.followed());
        if wanted.is_some() && key.ok().as_ref() == wanted {
            self.keyed = true;
            return Ok(true);
        }
        self.skip_value()
    }

    /// Passes over a value of any length in constant memory; false if it is broken.
    fn skip_value(&mut self) -> io::Result<bool> {
        self.keyed = false;
        let structured = matches!(self.first()?, Some(b'{' | b'[' | b'"'));
        let mut scan = Scan::default();
        loop {
            let rest = self.window.rest();
            let (mut passed, mut outcome) = (0, Step::More);
            for &byte in rest {
                outcome = match structured {
                    true => scan.step(byte),
                    false if ends_scalar(byte) => Step::End,
                    false => Step::More,
                };
                if outcome != Step::More {
                    break;
                }
                passed += 1;
            }
            // What ends a number or word does not belong to it.
            self.window
                .advance(passed + usize::from(structured && outcome == Step::End));
            self.window.set_mark();
            if outcome != Step::More || !self.window.fill()? {
                return Ok(outcome == Step::End);
            }
        }
    }

    /// Where the value that begins here ends, of at most `limit` bytes.
    fn extent(&mut self, limit: usize) -> io::Result<Extent> {
        let (mut scan, mut length) = (Scan::default(), 0);
        loop {
            for &byte in &self.window.rest()[length..] {
                let broken = byte == b'\n' && self.bound_to_lines;
                let step = if broken {
                    Step::Broken
                } else {
                    scan.step(byte)
                };
                length += 1;
                match step {
                    Step::More if length > limit => {
                        return Ok(Extent::Broken(Reason::TooLong, length));
                    }
                    Step::More => {}
                    Step::End => return Ok(Extent::Whole(length)),
                    Step::Broken => return Ok(Extent::Broken(Reason::NotJson, length)),
                }
            }
            if !self.window.fill()? {
                return Ok(Extent::Broken(Reason::NotJson, length));
            }
        }
    }

    fn record(&mut self) -> Result<Found<'_>, Failure> {
        self.keyed = false;
        let line = self.window.line_number();
        match self.extent(RECORD_LIMIT)? {
            Extent::Whole(length) => {
                self.window.advance(length);
                let text = self.window.passed();
                Ok(Found::Record { line, text })
            }
            Extent::Broken(reason, looked_at) => {
                self.go_back(looked_at)?;
                self.reject(reason)
            }
        }
    }

    /// Counts what has been looked at in vain, which cannot be done for ever.
    fn go_back(&mut self, looked_at: usize) -> Result<(), Failure> {
        self.window.advance(looked_at);
        if !self.window.rewind() {
            if !self.persists {
                return Err(Fault::UnendedObjects.into());
            }
            self.bound_to_lines = true;
        }
        Ok(())
    }

    /// Rejects a number, word or string that stands where records do.
    fn reject_scalar(&mut self) -> Result<Found<'_>, Failure> {
        let line = self.window.line_number();
        let length = match self.window.first()? {
            Some(b'"') => match self.extent(RECORD_LIMIT)? {
                Extent::Whole(length) => length,
                Extent::Broken(reason, _) => return self.reject(reason),
            },
            _ => {
                let head = self.window.line_head(RECORD_LIMIT)?;
                let end = head.iter().position(|byte| ends_scalar(*byte));
                end.unwrap_or(head.len())
            }
        };
        self.keyed = false;
        self.window.advance(length);
        let (reason, text) = (Reason::NotJson, self.window.passed());
        Ok(Found::Rejected { line, reason, text })
    }

    /// Rejects what begins here and goes on at the next line that begins an object.
    fn reject(&mut self, reason: Reason) -> Result<Found<'_>, Failure> {
        let line = self.window.line_number();
        self.lost = true;
        self.passing = true;
        self.around.clear();
        let text = self.take_line()?;
        Ok(Found::Rejected { line, reason, text })
    }

    fn pass_line(&mut self) -> Result<Found<'_>, Failure> {
        if self.window.first()?.is_none() {
            return Ok(Found::End);
        }
        let text = self.take_line()?;
        Ok(Found::Rest { text })
    }

    /// This line, up to [`RECORD_LIMIT`], and passes over all of it.
    fn take_line(&mut self) -> io::Result<&[u8]> {
        self.text.clear();
        let head = self.window.line_head(RECORD_LIMIT)?;
        self.text.extend_from_slice(head);
        self.window.skip_line()?;
        Ok(&self.text)
    }

    /// This line begins an object, perhaps in an array.
    fn at_object(&mut self) -> io::Result<bool> {
        const LOOK: usize = 256;
        let head = self.window.peek(LOOK)?;
        let mut bytes = head.iter().take(LOOK);
        Ok(bytes.find(|byte| !b" \t,[".contains(byte)) == Some(&b'{'))
    }

    /// The end, at which something may be open.
    fn end(&mut self) -> Found<'_> {
        let line = self.window.line_number();
        let (reason, text) = (Reason::CutOff, &self.text[..0]);
        match self.around.is_empty() || self.lost {
            true => Found::End,
            false => {
                self.around.clear();
                Found::Rejected { line, reason, text }
            }
        }
    }
}

/// The byte ends a number or word.
const fn ends_scalar(byte: u8) -> bool {
    matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t')
}
