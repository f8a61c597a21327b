//! Where are the records in a JSON document of any length?

use std::io::{self, Read};

use super::levels::{Aim, Levels};
use super::paths::Path;
use super::scan::{Scan, Skim, Step, cut, ends_scalar};
use super::stretch::{End, LOOK, Stretch};
use super::value::{Parser, Value};
use crate::ingest::error::Failure;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::cells::text_of;
use crate::ingest::text::window::Window;
use crate::ingest::{Fault, RECORD_LIMIT};

/// Maximum nesting of arrays and objects around the records.
const DEPTH_LIMIT: usize = 128;

/// The longest key that is compared, in bytes as it is written.
const KEY_LIMIT: usize = 1024;

/// Bytes outside the records given at a time: few enough for a search to find everything in them.
pub(super) const PIECE: usize = 8 << 10;

/// A broken stretch, which begins with something that does not begin a record.
const BROKEN: Stretch = Stretch::Broken { before: b' ' };

/// The next item of a document.
pub(super) enum Found<'d> {
    /// An object, whole, or a value that the path to the records leads to.
    Record {
        line: u64,
        text: &'d [u8],
        /// Key that matches `*` in the path to the records.
        key: &'d str,
        /// Whether its surroundings are unknown: it may be a document that holds records.
        lost: bool,
    },
    /// Text that is not a record; `text` is its first piece.
    Rejected {
        line: u64,
        reason: Reason,
        text: &'d [u8],
    },
    /// A further piece of what was rejected.
    Rest {
        text: &'d [u8],
    },
    /// A piece of what is outside of the records.
    Outside {
        line: u64,
        passage: Passage,
        text: &'d [u8],
        begins: bool,
    },
    End,
}

/// The item that begins at a byte.
enum Meaning {
    /// Brackets around records, or nothing of interest; it has been read.
    Surroundings,
    Stretch(Stretch),
    Record,
    /// An object whose surroundings are unknown.
    LostObject,
    /// A number, word or string, of this length, where a record may be.
    ScalarRecord(usize),
    /// The same where none may be.
    StrayScalar(usize),
    Broken,
}

/// The target of a key.
enum Member {
    /// A record, or a value that may hold some.
    Followed,
    Outside,
    /// The text is not a member.
    Broken,
}

/// The records of a stream of JSON documents.
///
/// Memory holds a record and [`DEPTH_LIMIT`] levels around it, whatever the documents' size.
pub(super) struct Documents<'w, R> {
    window: &'w mut Window<R>,
    levels: Levels<'w>,
    /// Whether something was broken, so the surroundings are unknown: objects are records.
    lost: bool,
    stretch: Option<Stretch>,
    /// Whether the text passed over ended in something invalid.
    breaks: bool,
    /// Bytes of the current stretch that have been scanned and not given.
    ahead: usize,
    persists: bool,
    /// Whether nothing continues on another line, so going back cannot take forever.
    bound_to_lines: bool,
}

/// The end of a value.
enum Extent {
    Whole(usize),
    /// Why it does not end, and after how many bytes that is certain.
    Broken(Reason, usize),
}

impl<'w, R: Read> Documents<'w, R> {
    pub(super) fn new(window: &'w mut Window<R>, paths: Vec<&'w Path>, persists: bool) -> Self {
        Self {
            window,
            levels: Levels::new(paths),
            lost: false,
            stretch: None,
            breaks: false,
            ahead: 0,
            persists,
            bound_to_lines: false,
        }
    }

    pub(super) fn next(&mut self) -> Result<Found<'_>, Failure> {
        loop {
            if let Some(stretch) = &self.stretch {
                let passage = stretch.passage();
                let is_silent = matches!(stretch, Stretch::Elsewhere(_));
                let is_empty = self.go_on()? == 0;
                match passage {
                    _ if is_silent || is_empty => continue,
                    Some(passage) => return Ok(self.outside(passage, false)),
                    None => {
                        let text = self.window.passed();
                        return Ok(Found::Rest { text });
                    }
                }
            }
            let Some(byte) = self.first()? else {
                return Ok(self.end());
            };
            if std::mem::take(&mut self.breaks) {
                return self.reject(Reason::NotJson);
            }
            match self.meaning(byte)? {
                Meaning::Surroundings => {}
                Meaning::Stretch(stretch) => return self.give(stretch),
                Meaning::Record => return self.record(),
                Meaning::LostObject => return self.lost_object(),
                Meaning::ScalarRecord(length) => return self.scalar_record(length),
                Meaning::StrayScalar(length) => return self.reject_scalar(length),
                Meaning::Broken => return self.reject(Reason::NotJson),
            }
        }
    }

    /// Returns the item that begins with this byte; reads past what surrounds records.
    fn meaning(&mut self, byte: u8) -> Result<Meaning, Failure> {
        Ok(match byte {
            b'/' if self.begins_comment()? => Meaning::Stretch(Stretch::Comment {
                is_block: self.window.peek(2)?.get(1) == Some(&b'*'),
                has_begun: false,
            }),
            b'{' if self.lost => Meaning::LostObject,
            _ if self.lost => {
                self.begin(BROKEN);
                Meaning::Surroundings
            }
            b']' | b'}' => match self.levels.close(byte) {
                true => {
                    self.window.advance(1);
                    Meaning::Surroundings
                }
                false => Meaning::Broken,
            },
            _ if self.levels.is_before_key() => match self.key(byte)? {
                Member::Followed => Meaning::Surroundings,
                Member::Outside => Meaning::Stretch(Stretch::Outside(Skim::of_member())),
                Member::Broken => Meaning::Broken,
            },
            _ => return self.meaning_of_value(byte),
        })
    }

    /// Returns the value that begins with this byte, by where the paths to the records lead.
    fn meaning_of_value(&mut self, byte: u8) -> Result<Meaning, Failure> {
        Ok(match self.levels.aim() {
            Aim::Record if byte == b'{' => Meaning::Record,
            Aim::Record | Aim::OnTheWay { .. } if matches!(byte, b'[' | b'{') => {
                if self.levels.depth() >= DEPTH_LIMIT {
                    return Ok(Meaning::Broken);
                }
                self.levels.open(byte);
                self.window.advance(1);
                Meaning::Surroundings
            }
            Aim::Record => match self.scalar()? {
                Some(length) => Meaning::ScalarRecord(length),
                None => {
                    self.levels.end_value();
                    Meaning::Surroundings
                }
            },
            Aim::OnTheWay { .. } if self.levels.depth() == 0 => match self.scalar()? {
                Some(length) => Meaning::StrayScalar(length),
                None => Meaning::Surroundings,
            },
            Aim::Elsewhere | Aim::OnTheWay { is_elsewhere: true } => {
                self.begin(Stretch::Elsewhere(Skim::of_value()));
                Meaning::Surroundings
            }
            Aim::OnTheWay { .. } | Aim::Outside => {
                Meaning::Stretch(Stretch::Outside(Skim::of_value()))
            }
        })
    }

    /// Returns the next significant byte.
    fn first(&mut self) -> io::Result<Option<u8>> {
        loop {
            self.window.set_mark();
            match self.window.first()? {
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',' | 0 | 0x1E) => self.window.advance(1),
                // A byte-order mark between two documents.
                Some(0xEF) if self.window.peek(3)?.starts_with(b"\xEF\xBB\xBF") => {
                    self.window.advance(3);
                }
                byte => return Ok(byte),
            }
        }
    }

    fn begins_comment(&mut self) -> io::Result<bool> {
        Ok(matches!(self.window.peek(2)?, [_, b'/' | b'*', ..]))
    }

    /// Follows a key whose value a path leads to.
    fn key(&mut self, first: u8) -> io::Result<Member> {
        let length = match first {
            b'"' | b'\'' => match self.extent(KEY_LIMIT)? {
                Extent::Whole(length) => length,
                Extent::Broken(Reason::TooLong, _) => return Ok(Member::Outside),
                Extent::Broken(..) => return Ok(Member::Broken),
            },
            _ => self.bare_length()?,
        };
        let Some(colon) = self.colon(length)? else {
            return Ok(Member::Broken);
        };
        let written = text_of(&self.window.rest()[..length]);
        let key = match Parser::new(&written).next() {
            Ok(Some(Value::Text(key))) => Some(key.into_owned()),
            _ => None,
        };
        let key = key.unwrap_or_else(|| written.into_owned());
        if !self.levels.follow(key) {
            return Ok(Member::Outside);
        }
        self.window.advance(colon + 1);
        Ok(Member::Followed)
    }

    /// Returns the place of the colon after a key of this length.
    fn colon(&mut self, length: usize) -> io::Result<Option<usize>> {
        let mut place = length;
        while length > 0 && place <= length + LOOK {
            match self.window.peek(place + 1)?.get(place) {
                Some(b':') => return Ok(Some(place)),
                Some(byte) if byte.is_ascii_whitespace() => place += 1,
                _ => break,
            }
        }
        Ok(None)
    }

    /// The length of a key without quotes.
    fn bare_length(&mut self) -> io::Result<usize> {
        let head = self.window.peek(KEY_LIMIT)?;
        let goes_on = |byte: &&u8| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | 0x80..)
        };
        Ok(head.iter().take(KEY_LIMIT).take_while(goes_on).count())
    }

    /// Returns where the value that begins here ends, within `limit` bytes.
    fn extent(&mut self, limit: usize) -> io::Result<Extent> {
        let (mut scan, mut length) = (Scan::default(), 0);
        loop {
            let rest = self.window.rest();
            while length < rest.len() {
                let step = match rest[length] {
                    b'\n' if self.bound_to_lines => Step::Broken,
                    byte => scan.step(byte),
                };
                length += 1;
                match step {
                    Step::More => {}
                    Step::End => return Ok(Extent::Whole(length)),
                    Step::Broken => return Ok(Extent::Broken(Reason::NotJson, length)),
                }
                length = (length + scan.indifferent(&rest[length..])).min(limit + 1);
                if length > limit {
                    return Ok(Extent::Broken(Reason::TooLong, length));
                }
            }
            if !self.window.fill()? {
                return Ok(Extent::Broken(Reason::NotJson, length));
            }
        }
    }

    fn record(&mut self) -> Result<Found<'_>, Failure> {
        self.levels.end_value();
        match self.extent(RECORD_LIMIT)? {
            Extent::Whole(length) => Ok(self.whole(length)),
            Extent::Broken(reason, looked_at) => {
                self.go_back(looked_at)?;
                self.reject(reason)
            }
        }
    }

    fn whole(&mut self, length: usize) -> Found<'_> {
        let line = self.window.line_number();
        self.window.advance(length);
        Found::Record {
            line,
            text: self.window.passed(),
            key: self.levels.key(),
            lost: self.lost,
        }
    }

    /// An object whose surroundings are unknown. One that is too long to be a record may be a document.
    fn lost_object(&mut self) -> Result<Found<'_>, Failure> {
        match self.extent(RECORD_LIMIT)? {
            Extent::Whole(length) => Ok(self.whole(length)),
            Extent::Broken(Reason::TooLong, looked_at)
                if self.levels.has_records_within() && !self.bound_to_lines =>
            {
                self.go_back(looked_at)?;
                self.lost = false;
                self.levels.open(b'{');
                self.window.advance(1);
                self.next()
            }
            Extent::Broken(reason, looked_at) => {
                self.go_back(looked_at)?;
                self.reject(reason)
            }
        }
    }

    /// Counts bytes scanned without success, of which there is a limit.
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

    /// The length of the number, word or string that begins here; `None` if it says nothing and has been passed over.
    fn scalar(&mut self) -> Result<Option<usize>, Failure> {
        const NOTHING: [&[u8]; 4] = [b"null", b"None", b"undefined", b"NaN"];
        let length = match self.window.first()? {
            Some(b'"' | b'\'') => match self.extent(RECORD_LIMIT)? {
                Extent::Whole(length) => length,
                // Its content is taken for words.
                Extent::Broken(..) => 1,
            },
            _ => {
                let head = self.window.line_head(RECORD_LIMIT)?;
                let end = head.iter().position(|byte| ends_scalar(*byte));
                end.unwrap_or(head.len()).max(1)
            }
        };
        if NOTHING.contains(&&self.window.rest()[..length]) {
            self.window.advance(length);
            return Ok(None);
        }
        Ok(Some(length))
    }

    /// A value that is not an object, where a record is wanted.
    fn scalar_record(&mut self, length: usize) -> Result<Found<'_>, Failure> {
        self.levels.end_value();
        match self.levels.has_records_within() {
            true => Ok(self.whole(length)),
            false => self.reject_scalar(length),
        }
    }

    /// Rejects a number, word or string in place of a record.
    fn reject_scalar(&mut self, length: usize) -> Result<Found<'_>, Failure> {
        let line = self.window.line_number();
        self.window.advance(length);
        let (reason, text) = (Reason::NotJson, self.window.passed());
        Ok(Found::Rejected { line, reason, text })
    }

    /// Rejects the text that begins here and resumes where the next record may begin.
    fn reject(&mut self, reason: Reason) -> Result<Found<'_>, Failure> {
        self.lost = true;
        self.levels.clear();
        self.give_rejected(reason, BROKEN)
    }

    fn give_rejected(&mut self, reason: Reason, stretch: Stretch) -> Result<Found<'_>, Failure> {
        let line = self.window.line_number();
        self.begin(stretch);
        self.go_on()?;
        let text = self.window.passed();
        Ok(Found::Rejected { line, reason, text })
    }

    /// Gives the first piece of a stretch that is outside of the records.
    fn give(&mut self, stretch: Stretch) -> Result<Found<'_>, Failure> {
        let passage = stretch.passage().unwrap_or(Passage::OtherValue);
        self.begin(stretch);
        self.go_on()?;
        Ok(self.outside(passage, true))
    }

    fn outside(&mut self, passage: Passage, begins: bool) -> Found<'_> {
        Found::Outside {
            line: self.window.marked_line(),
            passage,
            text: self.window.passed(),
            begins,
        }
    }

    fn begin(&mut self, stretch: Stretch) {
        self.levels.end_value();
        self.ahead = 0;
        self.stretch = Some(stretch);
    }

    /// Takes the next piece of the present stretch and returns its length; the window has passed it.
    fn go_on(&mut self) -> Result<usize, Failure> {
        self.window.set_mark();
        let rest = self.window.peek(PIECE + LOOK)?;
        let within = &rest[..rest.len().min(PIECE)];
        let is_last = rest.len() <= PIECE;
        let (from, to) = (self.ahead, within.len());
        let end = match &mut self.stretch {
            Some(stretch) => stretch.end(rest, from, to, self.bound_to_lines),
            None => Some((0, End::Whole)),
        };
        let length = match end {
            Some((length, end)) => {
                self.end_stretch(&end);
                length
            }
            None if is_last => {
                self.stretch = None;
                within.len()
            }
            None => {
                let length = cut(within);
                self.ahead = within.len() - length;
                length
            }
        };
        self.window.advance(length);
        Ok(length)
    }

    /// Ends the current stretch. One that looks like the text after it is followed by broken text.
    fn end_stretch(&mut self, end: &End) {
        self.stretch = None;
        self.breaks = matches!(end, End::Broken);
    }

    /// The end, at which something may be open.
    fn end(&mut self) -> Found<'_> {
        let line = self.window.line_number();
        let (reason, text) = (Reason::CutOff, &[][..]);
        match self.levels.depth() == 0 || self.lost {
            true => Found::End,
            false => {
                self.levels.clear();
                Found::Rejected { line, reason, text }
            }
        }
    }
}
