//! What does this text say once it is unwrapped? Letters, phone books and directories encode text beyond ASCII:
//! base64, quoted-printable, folded lines. Text that cannot be unwrapped is returned as written. A text that ends
//! within a card, before the end of a letter's last part or within encoded text ends early.

mod cards;
mod code;
mod letters;

use std::io::{self, BufRead, BufReader, Read};

use cards::Cards;
use letters::Letters;

/// The longest line that is unwrapped as one, in bytes; a longer one is unwrapped in pieces.
const LINE_LIMIT: u64 = 64 << 10;

/// Bytes of a text that show whether it is a letter.
const HEAD: usize = 64 << 10;

/// Beginnings of letters.
const LETTER: [&str; 14] = [
    "from ",
    "from:",
    "to:",
    "subject:",
    "date:",
    "return-path:",
    "delivered-to:",
    "received:",
    "mime-version:",
    "message-id:",
    "content-type:",
    "reply-to:",
    "x-",
    "dkim-signature:",
];

/// Headers of every wrapped letter.
const WRAPPED: [&str; 2] = ["content-transfer-encoding:", "mime-version:"];

/// Beginnings of phone books and directories.
const CARDS: [&str; 4] = ["begin:vcard", "dn: ", "dn:: ", "version: 1"];

/// The wrapping of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Wrapping {
    Letters,
    Cards,
}

/// Returns the wrapping of a text that begins with `head`, if it is wrapped.
pub(in crate::ingest) fn wrapping(head: &[u8]) -> Option<Wrapping> {
    let head = head[..head.len().min(HEAD)].to_ascii_lowercase();
    let begin = head.trim_ascii_start();
    let begins = |words: &[&str]| {
        words
            .iter()
            .any(|words| begin.starts_with(words.as_bytes()))
    };
    let has = |words: &&str| memchr::memmem::find(&head, words.as_bytes()).is_some();
    if begins(&CARDS) {
        return Some(Wrapping::Cards);
    }
    (begins(&LETTER) && WRAPPED.iter().any(has)).then_some(Wrapping::Letters)
}

/// A text, unwrapped line by line.
pub(in crate::ingest) struct UnwrappingReader<R> {
    source: BufReader<R>,
    line: Vec<u8>,
    unwrapping: Unwrapper,
    text: Vec<u8>,
    at: usize,
    is_at_end: bool,
    is_cut_off: bool,
}

enum Unwrapper {
    Letters(Letters),
    Cards(Cards),
}

impl<R: Read> UnwrappingReader<R> {
    pub(in crate::ingest) fn new(source: R, wrapping: Wrapping) -> Self {
        Self {
            source: BufReader::new(source),
            line: Vec::new(),
            unwrapping: match wrapping {
                Wrapping::Letters => Unwrapper::Letters(Letters::default()),
                Wrapping::Cards => Unwrapper::Cards(Cards::default()),
            },
            text: Vec::new(),
            at: 0,
            is_at_end: false,
            is_cut_off: false,
        }
    }

    fn step(&mut self) -> io::Result<()> {
        self.line.clear();
        let read = (&mut self.source)
            .take(LINE_LIMIT)
            .read_until(b'\n', &mut self.line)?;
        self.is_at_end = read == 0;
        match (&mut self.unwrapping, self.is_at_end) {
            (Unwrapper::Letters(letters), false) => letters.take(&self.line, &mut self.text),
            (Unwrapper::Letters(letters), true) => {
                letters.end(&mut self.text);
                self.is_cut_off = letters.is_cut_off();
            }
            (Unwrapper::Cards(cards), false) => cards.take(&self.line, &mut self.text),
            (Unwrapper::Cards(cards), true) => {
                cards.end(&mut self.text);
                self.is_cut_off = cards.is_cut_off();
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for UnwrappingReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.text.len() && !self.is_at_end {
            self.text.clear();
            self.at = 0;
            self.step()?;
        }
        let read = (&self.text[self.at..]).read(buffer)?;
        self.at += read;
        // The existing part has been returned first.
        match read == 0 && !buffer.is_empty() && std::mem::take(&mut self.is_cut_off) {
            true => Err(io::ErrorKind::UnexpectedEof.into()),
            false => Ok(read),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::Trickle;

    fn unwrapped(text: &str) -> String {
        let wrapping = wrapping(text.as_bytes()).unwrap();
        let mut found = String::new();
        let mut source = UnwrappingReader::new(Trickle(text.as_bytes()), wrapping);
        source.read_to_string(&mut found).unwrap();
        found
    }

    #[test]
    fn the_parts_of_a_letter_are_read_in_their_code_pages() {
        // Written by Python's `email`: «Әсия: 87090000001» in UTF-8 and base64, «тел. 87090000002» in KOI8-R and
        // quoted-printable.
        let text = "From: =?utf-8?b?05jRgdC40Y8=?= <a@example.kz>\nMIME-Version: 1.0\n\
            Content-Type: multipart/mixed;\n boundary=\"=b=\"\n\n--=b=\n\
            Content-Type: text/plain; charset=\"utf-8\"\nContent-Transfer-Encoding: base64\n\n\
            05jRgdC40Y86IDg3MDkw\nMDAwMDAxCg==\n\n--=b=\n\
            Content-Type: text/plain; charset=koi8-r\nContent-Transfer-Encoding: quoted-printable\n\n\
            =D4=C5=CC. 8709=\n0000002\n--=b=\n\
            Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--=b=--\n";
        let found = unwrapped(text);
        assert!(found.contains("From: Әсия <a@example.kz>\n"), "{found}");
        assert!(found.contains("\nӘсия: 87090000001\n"), "{found}");
        assert!(found.contains("\nтел. 87090000002\n"), "{found}");
        assert!(found.contains("\niVBORw0KGgo=\n"), "{found}");
    }

    #[test]
    fn every_letter_of_a_mailbox_begins_with_its_own_head() {
        let letter = "From a@example.kz Mon\nSubject: x\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\nODcwOTAwMDAwMDE=\n\n";
        let found = unwrapped(&letter.repeat(3));
        assert_eq!(found.matches("87090000001").count(), 3, "{found}");
    }

    #[test]
    fn cards_and_entries_are_unfolded_and_unwrapped() {
        let text = "BEGIN:VCARD\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D3=98=D1=81=\r\n=D0=B8=D1=8F\r\nTEL:8709000\r\n 0001\r\nEND:VCARD\r\n";
        let found = unwrapped(text);
        assert!(
            found.contains(":Әсия\n") && found.contains("TEL:87090000001\n"),
            "{found}"
        );
        let text = "dn: cn=x\ncn:: 05jRgdC40Y8=\nmail: user@exam\n ple.kz\n\n";
        let found = unwrapped(text);
        assert!(
            found.contains("cn: Әсия\n") && found.contains("user@example.kz\n"),
            "{found}"
        );
    }

    #[test]
    fn what_cannot_be_unwrapped_is_given_as_it_is_written() {
        let text = "MIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n*87090000001*\n\n";
        assert!(unwrapped(text).contains("*87090000001*"));
        assert_eq!(wrapping(b"to: be or not\n"), None);
        assert_eq!(wrapping(b"87090000001\nMIME-Version: 1.0\n"), None);
    }
}
