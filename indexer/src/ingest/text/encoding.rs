//! The text of a stream in any encoding, as UTF-8.
//!
//! UTF-8 and code pages are read in blocks of whole lines. A block that is all UTF-8, or in a code page in which
//! nothing looks like UTF-8, is decoded at once; nearly every block is. Any other is read line by line by [`mixed`].

mod mixed;

use std::io::{self, Read};

use encoding_rs::Decoder;
use memchr::{memchr2_iter, memrchr2};

use super::code_page::Encoding;
use mixed::Lines;
pub(in crate::ingest) use mixed::{Damage, is_surely_utf8};

const CHUNK: usize = 64 * 1024;

/// Longest line that is decoded as a whole, in bytes; a longer one is decoded in pieces of that length.
const LINE: usize = 64 * 1024;

/// A stream in any encoding, read as UTF-8 without byte-order mark.
///
/// Malformed sequences of UTF-8 are passed through and become U+FFFD where a cell is cut out, as those of other
/// encodings do here. A damaged name must not cost its row the identifiers.
pub(in crate::ingest) struct Utf8<'d, R> {
    source: R,
    step: Step,
    /// Bytes read and not decoded yet: less than a line, between two calls.
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
    /// Failure of the source, until the bytes before it have been returned.
    failure: Option<io::Error>,
    damage: Option<&'d Damage>,
}

enum Step {
    Lines(Lines),
    Stream(Decoder),
}

impl Step {
    fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => {
                Self::Stream(encoding.decoder().new_decoder_without_bom_handling())
            }
            encoding => Self::Lines(Lines::new(encoding)),
        }
    }
}

/// The byte-order mark that `encoding` may begin with.
const fn mark(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 => b"\xEF\xBB\xBF",
        Encoding::Utf16Le => b"\xFF\xFE",
        Encoding::Utf16Be => b"\xFE\xFF",
        _ => b"",
    }
}

/// The encoding that the byte-order mark of `head` states, if there is one.
pub(in crate::ingest) fn marked(head: &[u8]) -> Option<Encoding> {
    [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be]
        .into_iter()
        .find(|&encoding| head.starts_with(mark(encoding)))
}

impl<R: Read> Utf8<'static, R> {
    /// `head` are bytes already taken from the beginning of the stream.
    pub(in crate::ingest) fn new(head: &[u8], source: R, encoding: Encoding) -> Self {
        let head = head.strip_prefix(mark(encoding)).unwrap_or(head);
        Self {
            source,
            step: Step::new(encoding),
            raw: head.to_vec(),
            text: Vec::new(),
            given: 0,
            ended: false,
            failure: None,
            damage: None,
        }
    }
}

impl<'d, R: Read> Utf8<'d, R> {
    /// Returns the stream with counters of its damage.
    pub(in crate::ingest) fn counting<'e>(self, damage: &'e Damage) -> Utf8<'e, R>
    where
        'd: 'e,
    {
        Utf8 {
            damage: Some(damage),
            ..self
        }
    }

    /// The stream whose NUL bytes are spaces, for lines in which every column has its place.
    pub(in crate::ingest) fn padded(mut self) -> Self {
        if let Step::Lines(lines) = &mut self.step {
            lines.keep_width();
        }
        self
    }

    /// Decodes what has been read as far as that is possible.
    fn decode(&mut self, read_before: usize) {
        self.text.clear();
        self.given = 0;
        match &mut self.step {
            Step::Stream(decoder) => {
                decode_all(decoder, &self.raw, &mut self.text, self.ended);
                self.raw.clear();
            }
            Step::Lines(lines) => {
                let end = match self.ended {
                    true => self.raw.len(),
                    false => end_of_lines(&self.raw, read_before),
                };
                let rest = self.raw.split_off(end);
                if lines.are_plain(&self.raw) {
                    lines.decode_plain(&mut self.raw, &mut self.text);
                } else {
                    pieces(&self.raw, |line| {
                        lines.decode(line, &mut self.text, self.damage);
                    });
                }
                self.raw.clear();
                self.raw.extend_from_slice(&rest);
            }
        }
    }

    fn refill(&mut self) -> io::Result<()> {
        // The initial bytes have not been searched.
        let mut looked_at = 0;
        while self.text.len() == self.given && !self.ended {
            let before = self.raw.len();
            self.raw.resize(before + CHUNK, 0);
            let read = self.source.read(&mut self.raw[before..]);
            self.raw.truncate(before + *read.as_ref().unwrap_or(&0));
            match read {
                Ok(read) => self.ended = read == 0,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => return Err(error),
                Err(error) => {
                    self.ended = true;
                    self.failure = Some(error);
                }
            }
            self.decode(looked_at);
            looked_at = self.raw.len();
        }
        Ok(())
    }
}

/// Returns where the last line ends in `raw`, whose first `searched` bytes have no line end; or the last piece of a
/// long line.
fn end_of_lines(raw: &[u8], searched: usize) -> usize {
    if let Some(place) = memrchr2(b'\n', b'\r', &raw[searched.min(raw.len())..]) {
        return searched + place + 1;
    }
    let mut end = 0;
    while raw.len() - end > LINE {
        end += piece(&raw[end..]);
    }
    end
}

/// The length of the first piece of a long line, which ends between two characters of UTF-8.
fn piece(line: &[u8]) -> usize {
    let is_inner = |&&place: &&usize| line.get(place).is_some_and(|byte| byte & 0xC0 == 0x80);
    let inner = [LINE, LINE - 1, LINE - 2];
    LINE - inner.iter().take_while(is_inner).count()
}

/// The lines of `raw` with their ends; of a long one its pieces.
fn pieces(raw: &[u8], mut take: impl FnMut(&[u8])) {
    let mut start = 0;
    let ends = memchr2_iter(b'\n', b'\r', raw).map(|place| place + 1);
    for end in ends.chain([raw.len()]) {
        while end - start > LINE {
            let length = piece(&raw[start..end]);
            take(&raw[start..start + length]);
            start += length;
        }
        if start < end {
            take(&raw[start..end]);
        }
        start = end;
    }
}

fn decode_all(decoder: &mut Decoder, raw: &[u8], text: &mut Vec<u8>, last: bool) {
    let start = text.len();
    // Three bytes for each one read are enough for every encoding here; `max_utf8_buffer_length` adds its slack.
    let room = decoder
        .max_utf8_buffer_length(raw.len())
        .unwrap_or(raw.len() * 3 + 16);
    text.resize(start + room, 0);
    let (_, _, written, _) = decoder.decode_to_utf8(raw, &mut text[start..], last);
    text.truncate(start + written);
}

impl<R: Read> Read for Utf8<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.refill()?;
        }
        let waiting = &self.text[self.given..];
        let count = waiting.len().min(buffer.len());
        match self.failure.take_if(|_| waiting.is_empty()) {
            Some(failure) => return Err(failure),
            None => buffer[..count].copy_from_slice(&waiting[..count]),
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::ingest::tests::Trickle;

    fn read_all(source: impl Read, encoding: Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        Utf8::new(b"", source, encoding)
            .read_to_end(&mut text)
            .unwrap();
        text
    }

    fn read_with_head(raw: &[u8], head: usize, encoding: Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        let mut stream = Utf8::new(&raw[..head], &raw[head..], encoding);
        stream.read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn utf_16_is_read_with_and_without_its_mark() {
        let marked = [
            0xFF, 0xFE, // byte-order mark, little-endian
            0x9A, 0x04, // Қ
            0x3D, 0xD8, 0x00, 0xDE, // U+1F600, a surrogate pair
        ];
        assert_eq!(
            read_with_head(&marked, 8, Encoding::Utf16Le),
            "Қ😀".as_bytes()
        );
        assert_eq!(
            read_with_head(&marked[2..], 6, Encoding::Utf16Le),
            "Қ😀".as_bytes()
        );
        let big = [0xFE, 0xFF, 0x04, 0x9A];
        assert_eq!(read_with_head(&big, 4, Encoding::Utf16Be), "Қ".as_bytes());
    }

    #[test]
    fn windows_1251_is_read_as_what_it_says() {
        let name = [
            0xC0, 0xF4, 0xE8, 0xED, 0xE0, // Афина
            0xA3, // Ј, which KZ-1048 reads as Ә
        ];
        assert_eq!(
            read_all(&name[..], Encoding::Windows1251),
            "АфинаЈ".as_bytes()
        );
        assert_eq!(read_all(&name[..], Encoding::Kz1048), "АфинаӘ".as_bytes());
    }

    #[test]
    fn a_lone_surrogate_becomes_a_replacement_character() {
        let lone = [0x3D, 0xD8, 0x41, 0x00];
        assert_eq!(
            read_all(&lone[..], Encoding::Utf16Le),
            "\u{FFFD}A".as_bytes()
        );
    }

    /// The text of lines of bytes, and how many of the lines are in which other encoding, and damaged.
    fn read_lines(lines: &[&[u8]], encoding: Encoding) -> (String, BTreeMap<Encoding, u64>, u64) {
        let (raw, damage) = (lines.join(&b"\n"[..]), Damage::default());
        let mut text = Vec::new();
        let mut stream = Utf8::new(b"", Trickle(&raw), encoding).counting(&damage);
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        (text, damage.other_lines.take(), damage.damaged_lines.get())
    }

    fn in_page(page: Encoding, text: &str) -> Vec<u8> {
        page.decoder().encode(text).0.into_owned()
    }

    #[test]
    fn lines_of_a_code_page_among_utf_8_are_read_as_what_they_are() {
        for page in [
            Encoding::Windows1251,
            Encoding::Ibm866,
            Encoding::Koi8R,
            Encoding::MacCyrillic,
        ] {
            let old = in_page(page, "Волос Гликерия;ул. Новая");
            let lines = ["Березин Сила;ул. Абая".as_bytes(), &old, b"x;y", &old];
            let (text, others, damaged) = read_lines(&lines, Encoding::Utf8);
            let expected =
                "Березин Сила;ул. Абая\nВолос Гликерия;ул. Новая\nx;y\nВолос Гликерия;ул. Новая";
            assert_eq!(text, expected);
            assert_eq!((others, damaged), (BTreeMap::from([(page, 2)]), 0));
        }
    }

    #[test]
    fn lines_of_utf_8_in_a_code_page_are_read_as_what_they_are() {
        for page in [
            Encoding::Windows1251,
            Encoding::Kz1048,
            Encoding::Ibm866,
            Encoding::Koi8R,
            Encoding::MacCyrillic,
        ] {
            let old = in_page(page, "Березин Сила");
            let lines = [&old[..], "Әсем Құрманова".as_bytes(), b"x", &old];
            let (text, others, _) = read_lines(&lines, page);
            assert_eq!(text, "Березин Сила\nӘсем Құрманова\nx\nБерезин Сила");
            assert_eq!(others, BTreeMap::from([(Encoding::Utf8, 1)]));
        }
    }

    #[test]
    fn damage_in_a_line_of_utf_8_stays_in_its_place() {
        let cut = &"Айгерім".as_bytes()[..9];
        let lines = [b"87090000001\xA0;a", cut, b"8709\x9600\xFF"];
        let (text, others, damaged) = read_lines(&lines, Encoding::Utf8);
        assert_eq!(text, "87090000001\u{a0};a\nАйге\u{fffd}\n8709–00\u{fffd}");
        assert_eq!((others.len(), damaged), (0, 3));
    }

    #[test]
    fn nul_bytes_are_dropped_or_keep_their_place() {
        let raw = b"a\0b\nc\0\0\0";
        for encoding in [Encoding::Utf8, Encoding::Windows1251] {
            assert_eq!(read_all(&raw[..], encoding), b"ab\nc");
        }
        let mut text = Vec::new();
        let mut stream = Utf8::new(b"", &raw[..], Encoding::Utf8).padded();
        stream.read_to_end(&mut text).unwrap();
        assert_eq!(text, b"a b\nc   ");
    }

    #[test]
    fn what_was_read_before_a_failure_is_given_before_it() {
        struct FailingReader;
        impl Read for FailingReader {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::UnexpectedEof.into())
            }
        }
        let mut text = Vec::new();
        let mut stream = Utf8::new(b"a\nhalf a line", FailingReader, Encoding::Utf8);
        assert!(stream.read_to_end(&mut text).is_err());
        assert_eq!(text, b"a\nhalf a line");
    }

    /// Lines in all encodings, some longer than a line may be, and damage.
    fn mixtures() -> impl Strategy<Value = Vec<u8>> {
        let words = ["Березин", "Әсем", "ул. Абая 7;", "x;y", "87090000001"];
        let line = (
            0..words.len(),
            0..Encoding::ALL.len(),
            1_usize..9,
            any::<bool>(),
        );
        let line = line.prop_map(move |(word, encoding, times, is_long)| {
            let text = words[word].repeat(if is_long { times * 2_000 } else { times });
            let mut raw = in_page(Encoding::ALL[encoding], &text);
            raw.push(if times % 2 == 0 { b'\n' } else { b'\r' });
            raw
        });
        let damage = prop::collection::vec(any::<u8>(), 0..9);
        prop::collection::vec(prop_oneof![4 => line, 1 => damage], 0..9)
            .prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_mixture_is_the_same_wherever_its_bytes_are_cut(raw in mixtures(), cut: prop::sample::Index) {
            for encoding in [Encoding::Utf8, Encoding::Windows1251, Encoding::Ibm866] {
                let raw = raw.strip_prefix(mark(encoding)).unwrap_or(&raw);
                let whole = read_all(raw, encoding);
                let head = cut.index(raw.len() + 1);
                if head >= 3 {
                    prop_assert!(read_with_head(raw, head, encoding) == whole);
                }
            }
        }
    }

    proptest! {
        #[test]
        fn a_text_is_the_same_wherever_its_bytes_are_cut(raw: Vec<u8>, cut: prop::sample::Index) {
            for encoding in Encoding::ALL {
                let raw = raw.strip_prefix(mark(encoding)).unwrap_or(&raw);
                let whole = read_all(raw, encoding);
                prop_assert_eq!(&read_all(Trickle(raw), encoding), &whole);
                let head = cut.index(raw.len() + 1);
                if head >= 3 {
                    prop_assert_eq!(&read_with_head(raw, head, encoding), &whole);
                }
            }
        }
    }
}
