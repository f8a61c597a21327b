//! JSON of any layout: [`documents`] finds where each record's object begins and ends, without holding more than that;
//! [`value`] reads it, [`record`] takes it apart.

mod documents;
mod levels;
mod paths;
mod record;
mod scan;
mod stretch;
pub(super) mod value;

#[cfg(test)]
mod tests;

use std::io::Read;

use super::cells::text_of;
use super::description::{FileEntry, Format};
use super::error::Failure;
use super::intake::Intake;
use super::recover;
use super::resolve::FileRules;
use super::tally::{Passage, Reason};
use super::window::Window;
use documents::{Documents, Found};
use paths::Path;
pub(super) use paths::{Paths, is_type};
pub(super) use record::{Reader, Seen, unhexed};
pub(super) use scan::cut;
use value::{Parser, Value};

/// Reads the records of JSON documents: objects at the top level or in arrays there, or the elements of the array, or the
/// values of the `*`, that all columns' paths lead through.
pub(super) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of(&rules.columns);
    let others: Vec<_> = rules.others.iter().filter(is_json).map(records).collect();
    let leading = std::iter::once(&paths.records).chain(&others);
    let mut documents = Documents::new(window, leading.collect(), intake.recovers());
    let mut reader = Reader::new(&rules.columns, &paths, seen, intake);
    loop {
        match documents.next()? {
            Found::Record {
                line,
                text,
                key,
                lost,
            } => record(&mut reader, line, text, key, lost)?,
            Found::Rejected { line, reason, text } => {
                reader.intake.reject_row(line, reason, text)?;
            }
            Found::Rest { text } => reader.intake.recover(text)?,
            Found::Outside {
                line,
                passage,
                text,
                begins: true,
            } => reader.intake.pass_over(line, passage, text),
            Found::Outside { passage, text, .. } => reader.intake.pass_over_more(passage, text),
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

/// Takes a record, or the records of a document that was met where it is not known what surrounds it.
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
                // By its keys it is no record; it may hold some.
                let holds_records = reader.paths.has_records_within();
                holds_records && reader.document(&Value::Object(members))?
            } else {
                if !reader.object(&members, key)? {
                    check(reader.intake, line, text);
                }
                true
            }
        }
        Ok(Some(scalar @ (Value::Text(_) | Value::Number(_) | Value::Bool(_)))) => {
            reader.scalar(&scalar)?
        }
        _ => return reject(reader.intake, line, Reason::NotJson, text),
    };
    if !taken {
        reader.intake.pass_over(line, Passage::OtherValue, text);
    }
    pass_over_comments(reader.intake, line, &parser);
    Ok(())
}

/// Passes over the comments within what a parser has read.
pub(super) fn pass_over_comments(intake: &mut Intake<'_>, line: u64, parser: &Parser<'_>) {
    for comment in parser.comments() {
        intake.pass_over(line, Passage::Comment, comment.as_bytes());
    }
}

/// Checks a record that has none of the columns: if identifiers are in it, it is one of another kind, whose columns
/// have other names.
pub(super) fn check(intake: &mut Intake<'_>, line: u64, text: &[u8]) {
    let mut found = Vec::new();
    recover::search(text, &mut found);
    if !found.is_empty() {
        intake.pass_over(line, Passage::OtherValue, text);
    }
}

/// Rejects a row and searches all of it.
pub(super) fn reject(
    intake: &mut Intake<'_>,
    line: u64,
    reason: Reason,
    text: &[u8],
) -> Result<(), Failure> {
    intake.reject(line, reason);
    search(intake, text)
}

/// Recovers what stands on its own in a text, piece by piece: a search takes so many identifiers and no more.
pub(super) fn search(intake: &mut Intake<'_>, mut text: &[u8]) -> Result<(), Failure> {
    while text.len() > documents::PIECE {
        let (piece, rest) = text.split_at(cut(&text[..documents::PIECE]));
        intake.recover(piece)?;
        text = rest;
    }
    intake.recover(text)
}
