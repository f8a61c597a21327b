//! Which bytes do these letters encode, and which text do the bytes encode?

use data_encoding::BASE64;

use crate::ingest::Encoding;
use crate::ingest::text::sniff;

/// Decodes quoted-printable; invalid escapes are left as they are.
pub(super) fn quoted(text: &[u8], bytes: &mut Vec<u8>) {
    let mut rest = text;
    while let [first, more @ ..] = rest {
        let digit = |at: usize| more.get(at).and_then(|&byte| char::from(byte).to_digit(16));
        match (first, digit(0), digit(1)) {
            (b'=', Some(high), Some(low)) => {
                #[expect(clippy::cast_possible_truncation, reason = "two hexadecimal digits")]
                bytes.push((high << 4 | low) as u8);
                rest = &more[2..];
            }
            _ => {
                bytes.push(*first);
                rest = more;
            }
        }
    }
}

/// Decodes base64, if all letters are valid.
pub(super) fn base64(letters: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(letters).ok()
}

/// Whether letters are those of base64 and the last ones of a group are missing.
pub(super) fn is_part_of_base64(letters: &[u8]) -> bool {
    let is_letter = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    !letters.len().is_multiple_of(4) && letters.iter().all(is_letter)
}

/// The text of bytes, in the code page that is stated, or else in the one that they are likeliest to be in.
pub(super) fn text(bytes: &[u8], stated: Option<Encoding>) -> String {
    let encoding = match stated {
        Some(encoding) => encoding,
        None => sniff::encoding(bytes).unwrap_or(Encoding::Utf8),
    };
    match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
        Encoding::Utf16Le | Encoding::Utf16Be => encoding.decoder().decode(bytes).0.into_owned(),
        encoding => {
            let mut text = Vec::new();
            encoding.decode(bytes, &mut text);
            String::from_utf8_lossy(&text).into_owned()
        }
    }
}

/// A parameter such as `charset=koi8-r`, which may be in quotes.
pub(super) fn parameter(header: &str, name: &str) -> Option<String> {
    let lower = header.to_ascii_lowercase();
    let begin = lower.find(&format!("{name}="))? + name.len() + 1;
    let value = &header[begin..];
    let value = match value.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next(),
        None => value.split([';', ' ', ':', '\t']).next(),
    };
    value.filter(|value| !value.is_empty()).map(str::to_owned)
}
