use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE, WINDOWS_1251};

use super::description::Encoding;
use super::kz1048;

const CHUNK: usize = 64 * 1024;

/// A stream in any encoding, read as UTF-8 without byte-order mark.
///
/// UTF-8 itself is passed through unchecked; its malformed sequences become U+FFFD where a cell is cut out, as those
/// of other encodings do here. A damaged name must not cost its row the identifiers.
pub(super) struct Utf8<R> {
    source: R,
    step: Step,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    ended: bool,
}

enum Step {
    Pass,
    Kz1048,
    Decode(Decoder),
}

impl Step {
    fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Utf8 => Self::Pass,
            Encoding::Kz1048 => Self::Kz1048,
            Encoding::Utf16Le => Self::Decode(UTF_16LE.new_decoder_without_bom_handling()),
            Encoding::Utf16Be => Self::Decode(UTF_16BE.new_decoder_without_bom_handling()),
            Encoding::Windows1251 => Self::Decode(WINDOWS_1251.new_decoder_without_bom_handling()),
        }
    }
}

/// The byte-order mark that `encoding` may begin with.
const fn mark(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 => b"\xEF\xBB\xBF",
        Encoding::Utf16Le => b"\xFF\xFE",
        Encoding::Utf16Be => b"\xFE\xFF",
        Encoding::Windows1251 | Encoding::Kz1048 => b"",
    }
}

/// The encoding that the byte-order mark of `head` tells, if there is one.
pub(super) fn marked(head: &[u8]) -> Option<Encoding> {
    [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be]
        .into_iter()
        .find(|&encoding| head.starts_with(mark(encoding)))
}

impl<R: Read> Utf8<R> {
    /// `head` are bytes that have been taken from the beginning of the stream already.
    pub(super) fn new(head: &[u8], source: R, encoding: Encoding) -> Self {
        let head = head.strip_prefix(mark(encoding)).unwrap_or(head);
        let mut stream = Self {
            source,
            step: Step::new(encoding),
            raw: Vec::new(),
            text: Vec::new(),
            given: 0,
            ended: false,
        };
        stream.raw.extend_from_slice(head);
        stream.decode(false);
        stream
    }

    fn decode(&mut self, last: bool) {
        match &mut self.step {
            Step::Pass => self.text.append(&mut self.raw),
            Step::Kz1048 => kz1048::decode(&self.raw, &mut self.text),
            Step::Decode(decoder) => decode_all(decoder, &self.raw, &mut self.text, last),
        }
        self.raw.clear();
    }

    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !self.ended {
            self.raw.resize(CHUNK, 0);
            let read = self.source.read(&mut self.raw)?;
            self.raw.truncate(read);
            self.ended = read == 0;
            self.decode(self.ended);
        }
        Ok(())
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

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            if matches!(self.step, Step::Pass) {
                return self.source.read(buffer);
            }
            self.refill()?;
        }
        let waiting = &self.text[self.given..];
        let count = waiting.len().min(buffer.len());
        buffer[..count].copy_from_slice(&waiting[..count]);
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::tests::Trickle;

    const ALL: [Encoding; 5] = [
        Encoding::Utf8,
        Encoding::Utf16Le,
        Encoding::Utf16Be,
        Encoding::Windows1251,
        Encoding::Kz1048,
    ];

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

    proptest! {
        #[test]
        fn a_text_is_the_same_wherever_its_bytes_are_cut(raw: Vec<u8>, cut: prop::sample::Index) {
            for encoding in ALL {
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
