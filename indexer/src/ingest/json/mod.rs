//! JSON of any layout: [`documents`] finds where each record's object begins and ends, without holding more than that.

mod documents;
mod paths;
mod scan;

#[cfg(test)]
mod tests;

use std::io::Read;

use serde_json::Value;

use super::columns::Columns;
use super::error::Failure;
use super::intake::Intake;
use super::jsonl::{self, Seen};
use super::tally::Reason;
use super::window::Window;
use documents::{Documents, Found};
pub(super) use paths::Paths;

/// Reads the records of JSON documents: objects at the top level or in arrays there, or the elements of the array that
/// all columns' paths lead through.
pub(super) fn read(
    window: &mut Window<impl Read>,
    columns: &Columns,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let paths = Paths::of_elements(columns);
    let mut documents = Documents::new(window, &paths.records, intake.recovers());
    loop {
        match documents.next()? {
            Found::Record { line, text } => {
                match serde_json::from_str(&String::from_utf8_lossy(text)) {
                    Ok(Value::Object(object)) => {
                        jsonl::record(&object, columns, &paths, seen, intake)?;
                    }
                    _ => intake.reject_row(line, Reason::NotJson, text)?,
                }
            }
            Found::Rejected { line, reason, text } => intake.reject_row(line, reason, text)?,
            Found::Rest { text } => intake.recover(text)?,
            Found::End => return Ok(()),
        }
    }
}
