//! Where are the tags of this page? Pages are seldom well-formed, so this reads them as browsers do: anything that is
//! not a tag is text.

use std::io::{self, Read};

use memchr::{memchr, memmem};

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;

/// Maximum length of a tag, in bytes; a longer one is text.
const TAG_LIMIT: usize = 64 << 10;

/// Bytes of a text or comment given at a time.
const PIECE: usize = 32 << 10;

/// Bytes at a text's end that are held back, since they may be a part of a character or reference.
const HELD_BACK: usize = 16;

/// The elements without visible text.
const RAW: [&str; 2] = ["script", "style"];

/// A token of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// The start of an element: its name in small letters, and the rest of its tag.
    Open(String, String),
    Close(String),
    Text(String),
    /// A comment, or the content of a script or style.
    Hidden(String),
}

/// The tokens of a page, already converted to UTF-8.
pub(super) struct Tokens<R> {
    source: R,
    text: Vec<u8>,
    at: usize,
    is_at_end: bool,
    /// End tag of the current hidden text.
    hidden_until: Option<String>,
}

impl<R: Read> Tokens<R> {
    pub(super) const fn new(source: R) -> Self {
        Self {
            source,
            text: Vec::new(),
            at: 0,
            is_at_end: false,
            hidden_until: None,
        }
    }

    fn rest(&self) -> &[u8] {
        &self.text[self.at..]
    }

    /// Reads more; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.is_at_end {
            return Ok(false);
        }
        self.text.drain(..self.at);
        self.at = 0;
        let read = (&mut self.source)
            .take(CHUNK as u64)
            .read_to_end(&mut self.text)?;
        self.is_at_end = read == 0;
        Ok(!self.is_at_end)
    }

    pub(super) fn next(&mut self) -> io::Result<Option<Token>> {
        loop {
            if self.rest().is_empty() && !self.fill()? {
                return Ok(None);
            }
            if self.hidden_until.is_some() {
                return self.hidden().map(Some);
            }
            if self.rest()[0] != b'<' {
                return self.piece_of_text().map(Some);
            }
            while self.rest().len() < 4 && self.fill()? {}
            match self.rest() {
                [b'<', b'!', b'-', b'-', ..] => {
                    self.at += 4;
                    self.hidden_until = Some("-->".to_owned());
                }
                [b'<', b'/' | b'!' | b'?', ..] => {
                    if let Some(token) = self.tag()? {
                        return Ok(Some(token));
                    }
                }
                [b'<', letter, ..] if letter.is_ascii_alphabetic() => {
                    if let Some(token) = self.tag()? {
                        return Ok(Some(token));
                    }
                }
                _ => {
                    self.at += 1;
                    return Ok(Some(Token::Text("<".to_owned())));
                }
            }
        }
    }

    /// Returns the tag that begins here; `None` if it has no visible effect.
    fn tag(&mut self) -> io::Result<Option<Token>> {
        let end = loop {
            match end_of_tag(self.rest()) {
                Some(end) => break end,
                None if self.rest().len() < TAG_LIMIT && self.fill()? => {}
                None => {
                    self.at += 1;
                    return Ok(Some(Token::Text("<".to_owned())));
                }
            }
        };
        let tag = String::from_utf8_lossy(&self.rest()[1..end]).into_owned();
        self.at += end + 1;
        if tag.starts_with(['!', '?']) {
            return Ok(None);
        }
        let (is_close, tag) = match tag.strip_prefix('/') {
            Some(tag) => (true, tag),
            None => (false, &*tag),
        };
        let length = tag.find(|c: char| c.is_ascii_whitespace() || c == '/');
        let (name, more) = tag.split_at(length.unwrap_or(tag.len()));
        let name = name.to_ascii_lowercase();
        if is_close {
            return Ok(Some(Token::Close(name)));
        }
        if RAW.contains(&&*name) {
            self.hidden_until = Some(format!("</{name}"));
        }
        Ok(Some(Token::Open(name, more.to_owned())))
    }

    fn piece_of_text(&mut self) -> io::Result<Token> {
        loop {
            let rest = self.rest();
            let end = memchr(b'<', rest).unwrap_or(rest.len());
            if end < rest.len() || end > PIECE || !self.fill()? {
                let rest = self.rest();
                let end = memchr(b'<', rest).unwrap_or(rest.len());
                let end = if end > PIECE { seam(rest, PIECE) } else { end };
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.at += end;
                return Ok(Token::Text(text));
            }
        }
    }

    fn hidden(&mut self) -> io::Result<Token> {
        let until = self.hidden_until.clone().unwrap_or_default();
        loop {
            let rest = self.rest();
            let found = find(rest, &until);
            if let Some(end) = found.filter(|end| *end <= PIECE) {
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                // The end of a script is a tag of its own.
                self.at += if until == "-->" {
                    end + until.len()
                } else {
                    end
                };
                self.hidden_until = None;
                return Ok(Token::Hidden(text));
            }
            if rest.len() > PIECE || !self.fill()? {
                let rest = self.rest();
                let end = if rest.len() > PIECE {
                    seam(rest, PIECE)
                } else {
                    rest.len()
                };
                let text = String::from_utf8_lossy(&rest[..end]).into_owned();
                self.at += end;
                return Ok(Token::Hidden(text));
            }
        }
    }
}

/// Where a long text may be cut at the latest: between words, if possible.
fn seam(text: &[u8], limit: usize) -> usize {
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let begin = limit - limit / 4;
    match text[begin..limit].iter().rposition(is_space) {
        Some(place) => begin + place + 1,
        None => {
            let is_inner = |place: &usize| text[*place] & 0xC0 == 0x80;
            (limit - HELD_BACK..limit)
                .rev()
                .find(|place| !is_inner(place))
                .unwrap_or(limit)
        }
    }
}

/// Where a tag ends: at the first `>` outside of quotes, or outside of anything if the quotes do not close.
fn end_of_tag(text: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (place, &byte) in text.iter().enumerate().take(TAG_LIMIT) {
        match (quote, byte) {
            (None, b'>') => return Some(place),
            (None, b'"' | b'\'') if text[..place].trim_ascii_end().ends_with(b"=") => {
                quote = Some(byte);
            }
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

/// Where `wanted`, which is in small letters, begins, in letters of either case.
fn find(text: &[u8], wanted: &str) -> Option<usize> {
    let wanted = wanted.as_bytes();
    let begin = &wanted[..2];
    memmem::find_iter(text, begin).find(|&place| {
        let found = text.get(place..place + wanted.len());
        found.is_some_and(|found| found.eq_ignore_ascii_case(wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(page: &str) -> Vec<Token> {
        let mut tokens = Tokens::new(crate::ingest::tests::Trickle(page.as_bytes()));
        std::iter::from_fn(|| tokens.next().unwrap()).collect()
    }

    #[test]
    fn anything_that_is_not_a_tag_is_text() {
        let open = |name: &str, more: &str| Token::Open(name.to_owned(), more.to_owned());
        let text = |text: &str| Token::Text(text.to_owned());
        assert_eq!(
            tokens("<!DOCTYPE html><TD a='>' b=\"x\">5 <6<br/></td >&lt;"),
            [
                open("td", " a='>' b=\"x\""),
                text("5 "),
                text("<"),
                text("6"),
                open("br", "/"),
                Token::Close("td".to_owned()),
                text("&lt;"),
            ]
        );
    }

    #[test]
    fn comments_and_scripts_are_hidden() {
        let hidden = |text: &str| Token::Hidden(text.to_owned());
        let found = tokens("<!-- <td> --><STYLE>td > a {}</Style>x");
        assert_eq!(found[0], hidden(" <td> "));
        assert_eq!(found[2], hidden("td > a {}"));
        assert_eq!(found[4], Token::Text("x".to_owned()));
    }
}
