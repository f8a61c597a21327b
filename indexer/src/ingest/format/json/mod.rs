//! JSON of any layout: [`documents`] finds where each record's object begins and ends, without holding more than that;
//! [`value`] reads it, [`record`] takes it apart.

mod documents;
mod levels;
mod paths;
mod record;
mod scan;
mod stretch;
pub(in crate::ingest) mod value;

#[cfg(test)]
mod tests;

use std::io::Read;

use crate::ingest::describe::description::{FileEntry, Format};
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::recover;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::cells::text_of;
use crate::ingest::text::window::Window;
use documents::{Documents, Found};
use paths::Path;
pub(in crate::ingest) use paths::{Paths, is_type};
pub(in crate::ingest) use record::{Reader, Seen, unhexed};
pub(in crate::ingest) use scan::cut;
use value::{Parser, Value};

/// Reads the records of JSON documents: objects at the top level or in arrays there, or the elements of the array, or
/// the values of the `*`, that all columns' paths lead through.
pub(in crate::ingest) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of(&rules.columns);
    let others: Vec<_> = rules.others.iter().filter(is_json).map(records).collect();
    let leading = std::iter::once(&paths.records).chain(&others);
    let mut documents = Documents::new(window, leading.collect(), builder.recovers());
    let mut reader = Reader::new(&rules.columns, &paths, seen, builder);
    loop {
        match documents.next()? {
            Found::Record {
                line,
                text,
                key,
                lost,
            } => record(&mut reader, line, text, key, lost)?,
            Found::Rejected { line, reason, text } => {
                reader.builder.reject_row(line, reason, text)?;
            }
            Found::Rest { text } => reader.builder.recover(text)?,
            Found::Outside {
                line,
                passage,
                text,
                begins: true,
            } => reader.builder.pass_over(line, passage, text),
            Found::Outside { passage, text, .. } => reader.builder.pass_over_more(passage, text),
            Found::End => return Ok(()),
        }
    }
}

/// Whether a `[[file]]` may be of JSON.
fn is_json(entry: &&FileEntry) -> bool {
    let format = entry.format.unwrap_or(Format::Json);
    matches!(format, Format::Json | Format::Jsonl) && !entry.columns.is_empty()
}

/// Where the records are that a `[[file]]` reads.
fn records(entry: &FileEntry) -> Path {
    Paths::records_of(entry.columns.keys())
}

/// Takes a record, or the records of a document whose surroundings are unknown.
fn record(
    reader: &mut Reader<'_, '_, '_>,
    line: u64,
    text: &[u8],
    key: &str,
    lost: bool,
) -> Result<(), Failure> {
    let decoded = text_of(text);
    let mut parser = Parser::new(&decoded);
    let taken = match parser.next() {
        Ok(Some(Value::Object(members))) => {
            if lost && !reader.has_column(&members) {
                // By its keys it is not a record; it may contain some.
                let holds_records = reader.paths.has_records_within();
                holds_records && reader.document(&Value::Object(members))?
            } else {
                if !reader.object(&members, key)? {
                    check(reader.builder, line, text);
                }
                true
            }
        }
        Ok(Some(scalar @ (Value::Text(_) | Value::Number(_) | Value::Bool(_)))) => {
            reader.scalar(&scalar)?
        }
        _ => return reject(reader.builder, line, Reason::NotJson, text),
    };
    if !taken {
        reader.builder.pass_over(line, Passage::OtherValue, text);
    }
    pass_over_comments(reader.builder, line, &parser);
    Ok(())
}

/// Passes over the comments within what a parser has read.
pub(in crate::ingest) fn pass_over_comments(
    builder: &mut RecordBuilder<'_>,
    line: u64,
    parser: &Parser<'_>,
) {
    for comment in parser.comments() {
        builder.pass_over(line, Passage::Comment, comment.as_bytes());
    }
}

/// Checks a record that has none of the columns: if identifiers are in it, it is one of another kind, whose columns
/// have other names.
pub(in crate::ingest) fn check(builder: &mut RecordBuilder<'_>, line: u64, text: &[u8]) {
    let mut found = Vec::new();
    recover::search(text, &mut found);
    if !found.is_empty() {
        builder.pass_over(line, Passage::OtherValue, text);
    }
}

/// Rejects a row and searches all of it.
pub(in crate::ingest) fn reject(
    builder: &mut RecordBuilder<'_>,
    line: u64,
    reason: Reason,
    text: &[u8],
) -> Result<(), Failure> {
    builder.reject(line, reason);
    search(builder, text)
}

/// Recovers identifiers that are on their own in a text, piece by piece: one search takes a limited number.
pub(in crate::ingest) fn search(
    builder: &mut RecordBuilder<'_>,
    mut text: &[u8],
) -> Result<(), Failure> {
    while text.len() > documents::PIECE {
        let (piece, rest) = text.split_at(cut(&text[..documents::PIECE]));
        builder.recover(piece)?;
        text = rest;
    }
    builder.recover(text)
}
