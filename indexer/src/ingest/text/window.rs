//! Which part of a text is in memory? A bounded window over a stream of any length.

use std::io::{self, Read};

use memchr::{memchr2, memchr2_iter};

use crate::ingest::Fault;
use crate::ingest::recover::{BEHIND, cut};

/// Bytes requested from the source at a time.
const CHUNK: usize = 64 * 1024;

/// Bytes that may always be read again, by going back to the mark.
const REREAD_FLOOR: u64 = 64 << 20;

/// Further bytes that may be read again for each that is passed for good. A stray quote costs a record's limit, and
/// strays that are closer together close each other; so only malicious input needs more.
const REREAD_RATIO: u64 = 16;

/// A stretch of a stream with look-ahead, going back, and line numbers.
///
/// Memory is bounded by what its user leaves between the mark and the current place, and by what is
/// [peeked](Window::peek) at.
pub(in crate::ingest) struct Window<R> {
    source: R,
    bytes: Vec<u8>,
    end: usize,
    ended: bool,
    /// Failure of the source, until the bytes before it have been used up.
    failure: Option<io::Error>,
    mark: Place,
    /// Place up to which lines have been counted: from the mark on, if their number was requested.
    counted: Place,
    now: usize,
    /// Bytes before those that are held.
    forgotten: u64,
    /// Bytes gone back over.
    reread: u64,
    /// Whether the last line was too long, and its rest has not been passed.
    in_line: bool,
}

/// A place in the stream with a known line.
#[derive(Clone, Copy)]
struct Place {
    at: usize,
    /// The line, from 1.
    line: u64,
    /// The previous byte, which may have been forgotten; `None` at the start of the stream.
    before: Option<u8>,
}

impl Place {
    /// The place after `passed`, which is here.
    fn behind(self, passed: &[u8]) -> Self {
        let before = |place: usize| match place {
            0 => self.before,
            _ => Some(passed[place - 1]),
        };
        // A line feed after a carriage return ends no further line.
        let ends = memchr2_iter(b'\n', b'\r', passed)
            .filter(|&place| passed[place] == b'\r' || before(place) != Some(b'\r'));
        Self {
            at: self.at + passed.len(),
            line: self.line + ends.count() as u64,
            before: before(passed.len()),
        }
    }
}

/// The next line of a stream.
pub(in crate::ingest) enum Line<'a> {
    /// A line within the bound, without its end.
    Whole { number: u64, text: &'a [u8] },
    /// A line longer than the limit, which begins with `head`; [`Window::more_of_line`] gives the rest, which is
    /// passed over with the next line otherwise.
    TooLong { number: u64, head: &'a [u8] },
    /// There are no more lines.
    End,
}

/// A line, or a piece of one.
pub(in crate::ingest) struct Piece<'w> {
    pub(in crate::ingest) text: &'w [u8],
    /// The rest of the line, as far as it is context.
    pub(in crate::ingest) behind: &'w [u8],
    /// Whether the line ends with the piece.
    pub(in crate::ingest) ends_line: bool,
}

/// Bytes read from a window are forgotten at once.
impl<R: Read> Read for Window<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.rest().is_empty() && !buffer.is_empty() && !self.fill()? {
            return Ok(0);
        }
        let read = self.rest().read(buffer)?;
        self.advance(read);
        self.set_mark();
        Ok(read)
    }
}

impl<R: Read> Window<R> {
    pub(in crate::ingest) const fn new(source: R) -> Self {
        let start = Place {
            at: 0,
            line: 1,
            before: None,
        };
        Self {
            source,
            bytes: Vec::new(),
            end: 0,
            ended: false,
            failure: None,
            mark: start,
            counted: start,
            now: 0,
            forgotten: 0,
            reread: 0,
            in_line: false,
        }
    }

    /// Returns the bytes buffered from here on.
    pub(in crate::ingest) fn rest(&self) -> &[u8] {
        &self.bytes[self.now..self.end]
    }

    /// The line the next byte is in, from 1.
    pub(in crate::ingest) fn line_number(&mut self) -> u64 {
        if self.counted.at < self.now {
            let passed = &self.bytes[self.counted.at..self.now];
            self.counted = self.counted.behind(passed);
        }
        self.counted.line
    }

    /// The line of the mark, from 1.
    pub(in crate::ingest) const fn marked_line(&self) -> u64 {
        self.mark.line
    }

    /// Returns the byte before the current place.
    fn before(&self) -> Option<u8> {
        match self.passed() {
            [.., last] => Some(*last),
            [] => self.mark.before,
        }
    }

    /// Refuses a stream that has ended within something that began in line `open`, and within a line: it has been cut
    /// off. Something left open before a line end is a mistake, which may occur anywhere; and many whole files end
    /// within a line.
    pub(in crate::ingest) fn check_end(&self, open: Option<u64>) -> Result<(), Fault> {
        match open {
            Some(line) if !matches!(self.before(), Some(b'\n' | b'\r')) => {
                Err(Fault::CutOff { line })
            }
            _ => Ok(()),
        }
    }

    /// Reads more after [`rest`](Window::rest); false at the end of the stream.
    pub(in crate::ingest) fn fill(&mut self) -> io::Result<bool> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.make_room();
        while !self.ended {
            match self.source.read(&mut self.bytes[self.end..]) {
                Ok(0) => self.ended = true,
                Ok(read) => {
                    self.end += read;
                    return Ok(true);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    /// Moves the kept bytes only when the buffer is full: sources that give little at a time are read often.
    fn make_room(&mut self) {
        if self.end < self.bytes.len() {
            return;
        }
        let passed = self.mark.at;
        self.forgotten += passed as u64;
        self.bytes.copy_within(passed..self.end, 0);
        self.end -= passed;
        self.mark.at = 0;
        self.counted.at -= passed;
        self.now -= passed;
        if self.bytes.len() - self.end < CHUNK {
            self.bytes.resize(self.end + CHUNK, 0);
        }
    }

    /// Returns at least the next `wanted` bytes, fewer only at the end of the stream or before the place where reading
    /// failed: the failure is reported when the bytes before it have been used up.
    pub(in crate::ingest) fn peek(&mut self, wanted: usize) -> io::Result<&[u8]> {
        while self.rest().len() < wanted {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) if self.rest().is_empty() => return Err(error),
                Err(error) => {
                    self.failure = Some(error);
                    break;
                }
            }
        }
        Ok(self.rest())
    }

    /// The next byte, not passed.
    pub(in crate::ingest) fn first(&mut self) -> io::Result<Option<u8>> {
        if self.rest().is_empty() && !self.fill()? {
            return Ok(None);
        }
        Ok(self.rest().first().copied())
    }

    /// Passes over `count` bytes of [`rest`](Window::rest).
    pub(in crate::ingest) fn advance(&mut self, count: usize) {
        self.now += count;
    }

    /// Passes over a line of `length` bytes, which are not 0, and over the line feed or carriage return after it.
    pub(in crate::ingest) fn advance_line(&mut self, length: usize) {
        self.line_number();
        self.now += length + 1;
        // Its end is known, so it need not be searched again.
        self.counted = Place {
            at: self.now,
            line: self.counted.line + 1,
            before: Some(self.bytes[self.now - 1]),
        };
    }

    /// Marks this place to go back to; the bytes before it may be forgotten.
    pub(in crate::ingest) fn set_mark(&mut self) {
        // Lines are counted here and not byte by byte, so that passing over a few bytes costs next to nothing.
        self.line_number();
        self.mark = self.counted;
    }

    /// Returns the number of bytes of the stream before the current place.
    pub(in crate::ingest) const fn position(&self) -> u64 {
        self.forgotten + self.now as u64
    }

    /// Returns the number of bytes of the stream before the mark.
    pub(in crate::ingest) const fn mark_position(&self) -> u64 {
        self.forgotten + self.mark.at as u64
    }

    /// The line the mark is in, from 1.
    pub(in crate::ingest) const fn mark_line(&self) -> u64 {
        self.mark.line
    }

    /// Moves the mark over `count` of the bytes that have been passed since.
    pub(in crate::ingest) fn move_mark(&mut self, count: usize) {
        self.mark = self.mark.behind(&self.passed()[..count]);
        if self.counted.at < self.mark.at {
            self.counted = self.mark;
        }
    }

    /// Counts lines from `line` on: the stream is a part of another, which begins there. There may be many, so none of
    /// them may be read again more often than is in proportion to it.
    pub(in crate::ingest) const fn beginning_in_line(mut self, line: u64) -> Self {
        self.mark.line = line;
        self.counted.line = line;
        self.reread = REREAD_FLOOR;
        self
    }

    /// Bytes since the mark.
    pub(in crate::ingest) const fn since_mark(&self) -> usize {
        self.now - self.mark.at
    }

    /// Returns the bytes passed since the mark.
    pub(in crate::ingest) fn passed(&self) -> &[u8] {
        &self.bytes[self.mark.at..self.now]
    }

    /// Returns the buffered rest of this line, without its end, and whether that is all of it.
    pub(in crate::ingest) fn rest_of_line(&self) -> (&[u8], bool) {
        let rest = self.rest();
        match memchr2(b'\n', b'\r', rest) {
            Some(length) => (&rest[..length], true),
            None => (rest, false),
        }
    }

    /// The rest of this line without its end, or `limit` bytes of it, not passed.
    pub(in crate::ingest) fn line_head(&mut self, limit: usize) -> io::Result<&[u8]> {
        let length = self.line_length(limit)?.unwrap_or(limit);
        Ok(&self.rest()[..length])
    }

    /// Goes back to the mark; false if so much has been read again that continuing would take forever.
    #[must_use]
    pub(in crate::ingest) const fn rewind(&mut self) -> bool {
        let reread = self.since_mark();
        self.now = self.mark.at;
        self.counted = self.mark;
        self.count_reread(reread)
    }

    /// Counts bytes that will be read again, as if they had been passed; false if there are too many of them.
    #[must_use]
    pub(in crate::ingest) const fn count_reread(&mut self, bytes: usize) -> bool {
        self.reread += bytes as u64;
        let passed = self.forgotten + self.mark.at as u64;
        self.reread <= REREAD_FLOOR + REREAD_RATIO * passed
    }

    /// Passes over the line feed of a CR LF whose return was the last byte passed.
    pub(in crate::ingest) fn finish_line_end(&mut self) -> io::Result<()> {
        if self.before() == Some(b'\r') && self.first()? == Some(b'\n') {
            self.advance(1);
        }
        Ok(())
    }

    /// Passes over the line end that is here.
    pub(in crate::ingest) fn pass_line_end(&mut self) -> io::Result<()> {
        self.advance(1);
        self.finish_line_end()
    }

    /// Passes over the rest of this line, however long it is, in constant memory.
    pub(in crate::ingest) fn skip_line(&mut self) -> io::Result<()> {
        while self.first()?.is_some() {
            let found = memchr2(b'\n', b'\r', self.rest());
            self.advance(found.map_or(self.rest().len(), |place| place + 1));
            self.set_mark();
            if found.is_some() {
                return self.finish_line_end();
            }
        }
        Ok(())
    }

    /// The next line of at most `limit` bytes; LF, CR LF and CR end lines.
    pub(in crate::ingest) fn line(&mut self, limit: usize) -> io::Result<Line<'_>> {
        if std::mem::take(&mut self.in_line) {
            self.skip_line()?;
        }
        self.finish_line_end()?;
        self.set_mark();
        let number = self.line_number();
        let Some(length) = self.line_length(limit)? else {
            self.in_line = true;
            self.advance(limit);
            let head = &self.bytes[self.mark.at..self.now];
            return Ok(Line::TooLong { number, head });
        };
        if length == 0 && self.rest().is_empty() {
            return Ok(Line::End);
        }
        self.advance((length + 1).min(self.rest().len()));
        let text = &self.bytes[self.mark.at..self.mark.at + length];
        Ok(Line::Whole { number, text })
    }

    /// Returns more of the last line, if it was too long: part of the text after its beginning.
    pub(in crate::ingest) fn more_of_line(&mut self) -> io::Result<Option<&[u8]>> {
        if !self.in_line {
            return Ok(None);
        }
        self.set_mark();
        if self.rest().is_empty() && !self.fill()? {
            self.in_line = false;
            return Ok(None);
        }
        let end = memchr2(b'\n', b'\r', self.rest());
        let length = end.unwrap_or(self.rest().len());
        self.advance(length + usize::from(end.is_some()));
        self.in_line = end.is_none();
        Ok(Some(&self.bytes[self.mark.at..self.mark.at + length]))
    }

    /// The next line or, if it is longer, a piece of it of `limit` bytes at most.
    pub(in crate::ingest) fn piece(&mut self, limit: usize) -> io::Result<Option<Piece<'_>>> {
        self.finish_line_end()?;
        self.set_mark();
        let line = self.line_length(limit + BEHIND)?;
        let line_length = line.unwrap_or(limit + BEHIND);
        if line_length == 0 && self.rest().is_empty() {
            return Ok(None);
        }
        let (length, passed) = match line {
            Some(length) if length <= limit => (length, (length + 1).min(self.rest().len())),
            _ => {
                let length = cut(&self.rest()[..limit]);
                (length, length)
            }
        };
        self.advance(passed);
        let line = &self.bytes[self.mark.at..self.mark.at + line_length];
        let (text, behind) = line.split_at(length);
        let behind = &behind[..behind.len().min(BEHIND)];
        let ends_line = length == line_length;
        Ok(Some(Piece {
            text,
            behind,
            ends_line,
        }))
    }

    /// The length of the rest of this line, if it is at most `limit` bytes; it has been read to its end then.
    pub(in crate::ingest) fn line_length(&mut self, limit: usize) -> io::Result<Option<usize>> {
        let mut searched = 0;
        loop {
            let found =
                memchr2(b'\n', b'\r', &self.rest()[searched..]).map(|place| searched + place);
            searched = self.rest().len();
            if found.unwrap_or(searched) > limit {
                return Ok(None);
            }
            if found.is_some() || !self.fill()? {
                return Ok(Some(found.unwrap_or(searched)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::Trickle;

    fn lines(text: &[u8], limit: usize) -> Vec<(u64, Option<Vec<u8>>)> {
        let mut window = Window::new(Trickle(text));
        let mut lines = Vec::new();
        loop {
            match window.line(limit).unwrap() {
                Line::Whole { number, text } => lines.push((number, Some(text.to_vec()))),
                Line::TooLong { number, .. } => lines.push((number, None)),
                Line::End => return lines,
            }
        }
    }

    #[test]
    fn every_line_end_counts_once() {
        let found = lines(b"a\nb\r\nc\rd\r\r\n\ne", 9);
        let expected = [
            (1, "a"),
            (2, "b"),
            (3, "c"),
            (4, "d"),
            (5, ""),
            (6, ""),
            (7, "e"),
        ];
        assert_eq!(
            found,
            expected.map(|(number, text)| (number, Some(text.as_bytes().to_vec())))
        );
    }

    #[test]
    fn an_overlong_line_is_passed_over_and_the_next_one_read() {
        let found = lines(b"abcdef\r\nok\n", 5);
        assert_eq!(found, [(1, None), (2, Some(b"ok".to_vec()))]);
    }

    #[test]
    fn bytes_that_come_one_by_one_are_not_moved_one_by_one() {
        let text = vec![b'x'; 3 * CHUNK];
        let mut window = Window::new(Trickle(&text));
        let mut moves = 0;
        while window.first().unwrap().is_some() {
            let forgotten = window.forgotten;
            window.advance(1);
            window.set_mark();
            window.fill().unwrap();
            moves += u32::from(window.forgotten != forgotten);
        }
        assert!(moves <= 4, "moved {moves} times");
    }

    #[test]
    fn going_back_is_refused_when_it_is_all_that_is_done() {
        let text = vec![b'x'; CHUNK];
        let mut window = Window::new(&text[..]);
        let mut backs = 0;
        loop {
            window.peek(CHUNK).unwrap();
            window.advance(CHUNK);
            backs += 1;
            if !window.rewind() {
                break;
            }
        }
        assert_eq!(backs, REREAD_FLOOR / CHUNK as u64 + 1);
    }

    #[test]
    fn a_line_of_any_length_is_skipped_in_constant_memory() {
        let long = vec![b'x'; 10 * CHUNK];
        let mut window = Window::new(&long[..]);
        window.skip_line().unwrap();
        assert!(
            window.bytes.len() <= 2 * CHUNK,
            "{} bytes held",
            window.bytes.len()
        );
    }
}
