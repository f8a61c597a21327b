//! Letters (RFC 5322, 2045 and 2047), alone or in a mailbox.

use super::code;
use crate::ingest::{Encoding, RECORD_LIMIT};

/// Maximum number of nested boundaries of parts.
const DEPTH_LIMIT: usize = 32;

/// Number of base64 letters decoded at a time.
const CHUNK: usize = 64 << 10;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Transfer {
    #[default]
    Plain,
    Base64,
    Quoted,
}

/// The encoding of the current part.
struct Part {
    transfer: Transfer,
    encoding: Option<Encoding>,
    is_text: bool,
}

impl Default for Part {
    fn default() -> Self {
        Self {
            transfer: Transfer::Plain,
            encoding: None,
            is_text: true,
        }
    }
}

/// The letters of a mailbox, line by line.
pub(super) struct Letters {
    is_in_head: bool,
    is_after_blank: bool,
    /// The line of the head that has begun, unfolded.
    header: String,
    part: Part,
    boundaries: Vec<Vec<u8>>,
    /// Text of the current part waiting to be decoded, and decoded text waiting for the end of its line.
    letters: Vec<u8>,
    bytes: Vec<u8>,
    /// Whether the current part continues in the next line.
    is_unfinished: bool,
}

impl Default for Letters {
    fn default() -> Self {
        Self {
            is_in_head: true,
            is_after_blank: true,
            header: String::new(),
            part: Part::default(),
            boundaries: Vec::new(),
            letters: Vec::new(),
            bytes: Vec::new(),
            is_unfinished: false,
        }
    }
}

impl Letters {
    pub(super) fn take(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let written = line.trim_ascii_end();
        let begins_letter = self.is_after_blank && written.starts_with(b"From ");
        self.is_after_blank = written.is_empty();
        if begins_letter {
            self.end(text);
            self.boundaries.clear();
            self.begin_part();
            text.extend_from_slice(line);
        } else if let Some((place, is_last)) = self.boundary(written) {
            self.end(text);
            // Parts within this one have ended with it.
            self.boundaries.truncate(place + usize::from(!is_last));
            self.begin_part();
            self.is_in_head = !is_last;
            text.extend_from_slice(line);
        } else if self.is_in_head {
            self.head(line, written, text);
        } else {
            self.body(line, written, text);
        }
    }

    pub(super) fn end(&mut self, text: &mut Vec<u8>) {
        self.end_header(text);
        self.decode(true, text);
        let rest = std::mem::take(&mut self.bytes);
        self.give(&rest, text);
    }

    fn begin_part(&mut self) {
        self.is_unfinished = false;
        self.part = Part::default();
        self.is_in_head = true;
    }

    /// Which of the boundaries a line is, if it is between two parts; and whether it is after the last of them.
    fn boundary(&self, line: &[u8]) -> Option<(usize, bool)> {
        let rest = line.strip_prefix(b"--")?;
        let mut boundaries = self.boundaries.iter().enumerate();
        boundaries.find_map(
            |(place, boundary)| match rest.strip_prefix(&boundary[..])? {
                b"" => Some((place, false)),
                b"--" => Some((place, true)),
                _ => None,
            },
        )
    }

    /// Whether the text, which has ended, was cut off: parts do not end, or what is encoded does not.
    pub(super) const fn is_cut_off(&self) -> bool {
        !self.boundaries.is_empty() || self.is_unfinished
    }

    fn head(&mut self, line: &[u8], written: &[u8], text: &mut Vec<u8>) {
        let is_folded = matches!(line, [b' ' | b'\t', ..]) && !written.is_empty();
        if is_folded && self.header.len() < RECORD_LIMIT {
            self.header.push(' ');
        } else {
            self.end_header(text);
        }
        self.header += &String::from_utf8_lossy(written.trim_ascii_start());
        if written.is_empty() {
            self.is_in_head = false;
            text.push(b'\n');
        }
    }

    fn end_header(&mut self, text: &mut Vec<u8>) {
        let header = std::mem::take(&mut self.header);
        if header.is_empty() {
            return;
        }
        let lower = header.to_ascii_lowercase();
        if let Some(transfer) = lower.strip_prefix("content-transfer-encoding:") {
            self.part.transfer = match transfer.trim() {
                "base64" => Transfer::Base64,
                "quoted-printable" => Transfer::Quoted,
                _ => Transfer::Plain,
            };
        } else if let Some(kind) = lower.strip_prefix("content-type:") {
            self.part.is_text = kind.trim_start().starts_with("text/");
            let charset = code::parameter(&header, "charset");
            self.part.encoding = charset.and_then(|charset| charset.parse().ok());
            if let Some(boundary) = code::parameter(&header, "boundary")
                && self.boundaries.len() < DEPTH_LIMIT
            {
                self.boundaries.push(boundary.into_bytes());
            }
        }
        text.extend_from_slice(words(&header).as_bytes());
        text.push(b'\n');
    }

    fn body(&mut self, line: &[u8], written: &[u8], text: &mut Vec<u8>) {
        match self.part.transfer {
            Transfer::Base64 if self.part.is_text => {
                self.letters.extend_from_slice(written.trim_ascii_start());
                if self.letters.len() >= CHUNK {
                    self.decode(false, text);
                }
            }
            Transfer::Quoted if self.part.is_text => {
                let is_soft = written.ends_with(b"=");
                self.is_unfinished = is_soft;
                code::quoted(
                    written.strip_suffix(b"=").unwrap_or(written),
                    &mut self.bytes,
                );
                if !is_soft || self.bytes.len() > RECORD_LIMIT {
                    self.bytes.push(b'\n');
                    let line = std::mem::take(&mut self.bytes);
                    self.give(&line, text);
                }
            }
            _ => text.extend_from_slice(line),
        }
    }

    /// Decodes the letters of base64 that wait, as many as make up whole bytes or all of them.
    fn decode(&mut self, is_last: bool, text: &mut Vec<u8>) {
        let end = match is_last {
            true => self.letters.len(),
            false => self.letters.len() / 4 * 4,
        };
        let letters: Vec<u8> = self.letters.drain(..end).collect();
        if letters.is_empty() {
            return;
        }
        self.is_unfinished |= code::is_part_of_base64(&letters);
        match code::base64(&letters) {
            Some(bytes) => self.bytes.extend_from_slice(&bytes),
            None => {
                text.extend_from_slice(&letters);
                text.push(b'\n');
            }
        }
        let end = memchr::memrchr(b'\n', &self.bytes).map_or(0, |place| place + 1);
        let end = if self.bytes.len() - end > RECORD_LIMIT {
            self.bytes.len()
        } else {
            end
        };
        let lines: Vec<u8> = self.bytes.drain(..end).collect();
        self.give(&lines, text);
        if is_last && !self.bytes.is_empty() {
            self.bytes.push(b'\n');
        }
    }

    fn give(&self, bytes: &[u8], text: &mut Vec<u8>) {
        text.extend_from_slice(code::text(bytes, self.part.encoding).as_bytes());
    }
}

/// A header with its encoded words, `=?utf-8?b?…?=`, decoded.
fn words(header: &str) -> String {
    let mut text = String::new();
    let mut rest = header;
    while let Some(begin) = rest.find("=?") {
        let (before, word) = rest.split_at(begin);
        let Some((decoded, after)) = word_at(word) else {
            text += before;
            text += "=?";
            rest = &word[2..];
            continue;
        };
        // Spaces between two encoded words do not count.
        if text.is_empty() || !before.trim().is_empty() {
            text += before;
        }
        text += &decoded;
        rest = after;
    }
    text + rest
}

/// The encoded word that a text begins with, decoded, and what follows it.
fn word_at(text: &str) -> Option<(String, &str)> {
    let mut parts = text[2..].splitn(3, '?');
    let (charset, code, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (letters, after) = rest.split_once("?=")?;
    let mut bytes = Vec::new();
    match code {
        "b" | "B" => bytes = code::base64(letters.as_bytes())?,
        "q" | "Q" => code::quoted(letters.replace('_', " ").as_bytes(), &mut bytes),
        _ => return None,
    }
    Some((code::text(&bytes, charset.parse().ok()), after))
}
