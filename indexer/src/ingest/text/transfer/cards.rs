//! Phone books (vCard, RFC 6350 and what came before) and directories (LDIF, RFC 2849).

use super::code;
use crate::ingest::RECORD_LIMIT;

/// The lines of a phone book or directory, unfolded.
#[derive(Default)]
pub(super) struct Cards {
    line: Vec<u8>,
    /// Cards that have begun and not ended, one in the other.
    open: usize,
}

impl Cards {
    pub(super) fn take(&mut self, line: &[u8], text: &mut Vec<u8>) {
        let written = line.trim_ascii_end();
        let is_room = self.line.len() + written.len() <= RECORD_LIMIT;
        if is_room && self.goes_on_softly() {
            self.line.pop();
            self.line.extend_from_slice(written);
        } else if let ([b' ' | b'\t', more @ ..], true, false) =
            (written, is_room, self.line.is_empty())
        {
            self.line.extend_from_slice(more);
        } else {
            self.end(text);
            self.line.extend_from_slice(written);
        }
    }

    /// Returns whether the line ends with a soft line break of quoted-printable.
    fn goes_on_softly(&self) -> bool {
        self.line.ends_with(b"=") && is_quoted(&self.line)
    }

    /// Whether the text ends within a card.
    pub(super) const fn is_cut_off(&self) -> bool {
        self.open > 0
    }

    pub(super) fn end(&mut self, text: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        if line.eq_ignore_ascii_case(b"BEGIN:VCARD") {
            self.open += 1;
        } else if line.eq_ignore_ascii_case(b"END:VCARD") {
            self.open = self.open.saturating_sub(1);
        }
        text.extend_from_slice(unwrapped(&line).as_bytes());
        text.push(b'\n');
    }
}

fn is_quoted(line: &[u8]) -> bool {
    let name = line.split(|&byte| byte == b':').next().unwrap_or_default();
    name.to_ascii_uppercase()
        .windows(16)
        .any(|it| it == b"QUOTED-PRINTABLE")
}

/// A line with its value decoded.
fn unwrapped(line: &[u8]) -> String {
    let written = || String::from_utf8_lossy(line).into_owned();
    let Some(colon) = memchr::memchr(b':', line) else {
        return written();
    };
    let (name, value) = (String::from_utf8_lossy(&line[..colon]), &line[colon + 1..]);
    if is_quoted(line) {
        let mut bytes = Vec::new();
        code::quoted(value, &mut bytes);
        let charset = code::parameter(&name, "charset").and_then(|it| it.parse().ok());
        return format!("{name}:{}", code::text(&bytes, charset));
    }
    let Some(letters) = value.strip_prefix(b":") else {
        return written();
    };
    match code::base64(letters.trim_ascii()) {
        Some(bytes) => format!("{name}: {}", code::text(&bytes, None)),
        None => written(),
    }
}
