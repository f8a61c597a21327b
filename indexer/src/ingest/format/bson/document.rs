//! What does a document say? (<https://bsonspec.org/spec.html>)

use std::borrow::Cow;

use jiff::Timestamp;

use super::decimal;
use crate::ingest::format::json::value::{Members, Value};
use crate::ingest::format::jsonl::float_text;

/// Maximum nesting of documents. MongoDB stores at most 100 levels.
const DEPTH_LIMIT: usize = 128;

/// Stands for a value that has no text; its cell counts as filled and not as read.
const BINARY: &str = "$binary";

/// Subtypes of binary values: UUIDs of old and new programs.
const OLD_UUID: u8 = 3;
const UUID: u8 = 4;

/// The members of a document; `None` if it is malformed.
pub(in crate::ingest) fn document(bytes: &[u8]) -> Option<Members<'_>> {
    let mut parser = Parser { rest: bytes };
    let members = parser.document(DEPTH_LIMIT)?;
    parser.rest.is_empty().then_some(members)
}

/// Reads values from the beginning of the rest.
struct Parser<'d> {
    rest: &'d [u8],
}

impl<'d> Parser<'d> {
    fn take(&mut self, count: usize) -> Option<&'d [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*taken)
    }

    /// A length that is not negative.
    fn length(&mut self) -> Option<usize> {
        usize::try_from(i32::from_le_bytes(self.array()?)).ok()
    }

    /// A text up to a zero.
    fn c_string(&mut self) -> Option<Cow<'d, str>> {
        let end = memchr::memchr(0, self.rest)?;
        let text = self.take(end)?;
        self.take(1)?;
        Some(String::from_utf8_lossy(text))
    }

    /// A text with its length before it, and a zero after.
    fn string(&mut self) -> Option<Cow<'d, str>> {
        let length = self.length()?;
        let (last, text) = self.take(length)?.split_last()?;
        (*last == 0).then(|| String::from_utf8_lossy(text))
    }

    /// Reads a document, which may hold others up to `depth` levels deep.
    fn document(&mut self, depth: usize) -> Option<Members<'d>> {
        let length = self.length()?;
        let within = self.take(length.checked_sub(4)?)?;
        let (last, within) = within.split_last()?;
        let mut parser = Parser { rest: within };
        let mut members = Vec::new();
        while let Some((&kind, rest)) = parser.rest.split_first() {
            parser.rest = rest;
            let name = parser.c_string()?;
            members.push((name, parser.value(kind, depth)?));
        }
        (*last == 0).then_some(members)
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<Value<'d>> {
        Some(match kind {
            0x01 => text(float_text(f64::from_le_bytes(self.array()?))),
            0x02 | 0x0D | 0x0E => Value::Text(self.string()?),
            0x03 => Value::Object(self.document(depth.checked_sub(1)?)?),
            0x04 => {
                let members = self.document(depth.checked_sub(1)?)?;
                Value::Array(members.into_iter().map(|(_, value)| value).collect())
            }
            0x05 => self.binary()?,
            0x06 | 0x0A | 0x7F | 0xFF => Value::Null,
            0x07 => text(data_encoding::HEXLOWER.encode(&self.array::<12>()?)),
            0x08 => Value::Bool(self.array::<1>()? != [0]),
            0x09 => text(moment(i64::from_le_bytes(self.array()?))),
            0x0B => {
                let pattern = self.c_string()?;
                self.c_string()?;
                Value::Text(pattern)
            }
            0x0C => {
                self.string()?;
                text(data_encoding::HEXLOWER.encode(&self.array::<12>()?))
            }
            0x0F => self.code(depth)?,
            0x10 => text(i32::from_le_bytes(self.array()?).to_string()),
            0x11 => text(u64::from_le_bytes(self.array()?).to_string()),
            0x12 => text(i64::from_le_bytes(self.array()?).to_string()),
            0x13 => text(decimal::written(u128::from_le_bytes(self.array()?))),
            _ => return None,
        })
    }

    /// A text of code and the document of its variables.
    fn code(&mut self, depth: usize) -> Option<Value<'d>> {
        let length = self.length()?;
        let mut within = Parser {
            rest: self.take(length.checked_sub(4)?)?,
        };
        let code = within.string()?;
        within.document(depth.checked_sub(1)?)?;
        within.rest.is_empty().then_some(Value::Text(code))
    }

    fn binary(&mut self) -> Option<Value<'d>> {
        let length = self.length()?;
        let [kind] = self.array()?;
        let bytes = self.take(length)?;
        Some(match (kind, bytes.first_chunk::<16>()) {
            (OLD_UUID | UUID, Some(uuid)) if bytes.len() == uuid.len() => text(hyphened(uuid)),
            _ => match str::from_utf8(bytes) {
                Ok(text) if !text.contains(char::is_control) => Value::Text(Cow::Borrowed(text)),
                _ => Value::Object(vec![
                    (Cow::Borrowed(BINARY), Value::Null),
                    (Cow::Borrowed(BINARY), Value::Null),
                ]),
            },
        })
    }
}

fn text<'d>(text: String) -> Value<'d> {
    Value::Text(Cow::Owned(text))
}

fn hyphened(uuid: &[u8; 16]) -> String {
    let parts = [0..4, 4..6, 6..8, 8..10, 10..16];
    let parts = parts.map(|part| data_encoding::HEXLOWER.encode(&uuid[part]));
    parts.join("-")
}

/// Milliseconds since 1970 as people write them: a day, with the time if that is not midnight.
fn moment(milliseconds: i64) -> String {
    let Ok(moment) = Timestamp::from_millisecond(milliseconds) else {
        return milliseconds.to_string();
    };
    let text = moment.to_string();
    match text.strip_suffix("T00:00:00Z") {
        Some(day) => day.to_owned(),
        None => text,
    }
}
