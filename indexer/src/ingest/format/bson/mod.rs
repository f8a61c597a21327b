//! BSON of MongoDB: the documents of a file that mongodump made, one after the other, or those of its archive.
//!
//! Documents are read one at a time as they stream, and taken apart like JSON, by the same paths. A malformed one is
//! rejected and searched; the start of the next one is still known, since each states its length. An impossible length
//! ends the reading with a refusal.

mod archive;
mod checksum;
mod decimal;
mod document;
mod stream;

#[cfg(test)]
mod tests;

use std::io::Read;
use std::path::Path;

use super::json::value::{Members, Value};
use super::json::{Paths, Reader, Seen, check};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::describe::description::Format;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Reason;
pub(in crate::ingest) use archive::{Archive, Segment};
pub(in crate::ingest) use document::document;
pub(in crate::ingest) use stream::{BsonItem, Documents};

/// Magic number of archives of mongodump.
pub(in crate::ingest) const ARCHIVE: [u8; 4] = 0x8199_E26D_u32.to_le_bytes();

/// Maximum length of a document, in bytes: MongoDB stores at most 16 MiB, plus a little around it.
const DOCUMENT_LIMIT: usize = (16 << 20) + (16 << 10);

/// Length of an empty document.
const SHORTEST: usize = 5;

/// Returns whether a file that begins with `head` is BSON; the format may be stated, or one of `names` may show it.
pub(in crate::ingest) fn is_bson<'n>(
    mut names: impl Iterator<Item = &'n str>,
    stated: Option<Format>,
    head: &[u8],
) -> bool {
    let is_called = |name: &str| {
        let ending = Path::new(name).extension();
        ending.is_some_and(|ending| ending.eq_ignore_ascii_case("bson"))
    };
    match stated {
        Some(Format::Bson) => true,
        Some(_) => false,
        // A collection without documents is an empty file.
        None if head.is_empty() => names.any(is_called),
        None => head.starts_with(&ARCHIVE) || begins_document(head),
    }
}

/// A document begins with its length, a type, and a name (bsonspec.org).
fn begins_document(head: &[u8]) -> bool {
    let Some((&[a, b, c, d], [kind, rest @ ..])) = head.split_first_chunk() else {
        return false;
    };
    let length = u32::from_le_bytes([a, b, c, d]) as usize;
    let name = rest.split(|&byte| byte == 0).next().unwrap_or_default();
    let last = head.get(length.wrapping_sub(1));
    let is_named = (1..128).contains(&name.len())
        && name.len() < rest.len()
        && !name.iter().any(u8::is_ascii_control);
    (SHORTEST + 3..=DOCUMENT_LIMIT).contains(&length)
        && matches!(kind, 1..=0x13)
        && is_named
        && last.is_none_or(|&last| last == 0)
}

/// Reads the documents of a file, or of the chosen collection of an archive.
pub(in crate::ingest) fn read(
    stream: &mut dyn Read,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of(&rules.columns);
    let mut records = Records {
        reader: Reader::new(&rules.columns, &paths, seen, builder),
        number: 0,
    };
    let mut documents = Documents::new(stream);
    if documents.skip_if(&ARCHIVE)? {
        return archive::read(documents, rules, &mut records);
    }
    loop {
        match documents.next()? {
            BsonItem::End => return Ok(()),
            BsonItem::Terminator => return Err(stream::LOST.into()),
            found => records.take(&found)?,
        }
    }
}

/// The documents of a collection, handed on as records.
struct Records<'r, 'i, 's> {
    reader: Reader<'r, 'i, 's>,
    /// Place of the current document, from 1.
    number: u64,
}

impl Records<'_, '_, '_> {
    fn take(&mut self, found: &BsonItem<'_>) -> Result<(), Failure> {
        self.number += 1;
        match found {
            BsonItem::Document(bytes) => self.document(bytes),
            BsonItem::CutOff(bytes) => {
                self.reject(Reason::CutOff, bytes)?;
                Err(std::io::Error::from(std::io::ErrorKind::UnexpectedEof).into())
            }
            BsonItem::Terminator | BsonItem::End => Ok(()),
        }
    }

    fn document(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let holds_records = self.reader.paths.has_records_within();
        if bytes.len() > RECORD_LIMIT && !holds_records {
            return self.reject(Reason::TooLong, bytes);
        }
        let Some(members) = document(bytes) else {
            return self.reject(Reason::Damaged, bytes);
        };
        let is_taken = match holds_records {
            true => {
                let document = Value::Object(members);
                if self.reader.document(&document)? {
                    return Ok(());
                }
                let Value::Object(members) = document else {
                    return Ok(());
                };
                return self.look_at(&members);
            }
            false => self.reader.object(&members, "")?,
        };
        match is_taken {
            true => Ok(()),
            false => self.look_at(&members),
        }
    }

    /// Counts a document that has none of the columns.
    fn look_at(&mut self, members: &Members<'_>) -> Result<(), Failure> {
        let mut text = String::new();
        members
            .iter()
            .for_each(|(_, value)| write(value, &mut text));
        check(self.reader.builder, self.number, text.as_bytes());
        Ok(())
    }

    /// Rejects a document and searches the texts in its bytes.
    fn reject(&mut self, reason: Reason, bytes: &[u8]) -> Result<(), Failure> {
        let builder = &mut *self.reader.builder;
        builder.reject(self.number, reason);
        let is_text = |byte: u8| byte >= b' ' && byte != 0x7F;
        let text: Vec<u8> = bytes
            .iter()
            .map(|&byte| if is_text(byte) { byte } else { b'\n' })
            .collect();
        builder.recover(String::from_utf8_lossy(&text).as_bytes())
    }
}

/// Writes the texts of a value, one per line.
fn write(value: &Value<'_>, text: &mut String) {
    match value {
        Value::Text(value) => {
            text.push_str(value);
            text.push('\n');
        }
        Value::Number(value) => {
            text.push_str(value);
            text.push('\n');
        }
        Value::Array(values) => values.iter().for_each(|value| write(value, text)),
        Value::Object(members) => members.iter().for_each(|(_, value)| write(value, text)),
        Value::Null | Value::Bool(_) => {}
    }
}
