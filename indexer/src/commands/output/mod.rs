//! How does a command print what it found, and how far it is?

pub(super) mod advice;
pub(super) mod progress;
pub(super) mod table;
pub(super) mod tombstones;

use std::fmt::Display;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

pub(super) use exposure_index::process::visible;

/// Prints data on standard output. Unlike `println!` it does not panic on a full disk or a closed pipe.
pub(super) fn data(data: impl Display) -> io::Result<()> {
    let mut output = io::stdout().lock();
    write!(output, "{data}")?;
    output.flush()
}

/// Prints a line of data on standard output.
pub(super) fn line(line: impl Display) -> io::Result<()> {
    data(format_args!("{line}\n"))
}

/// Placeholder of a figure that must not be published.
pub(super) const WITHHELD: &str = "*";

/// Prints comma-separated values (RFC 4180) with a header on standard output.
///
/// Cells are numbers and names made by this project; titles of breaches, which could begin with what a spreadsheet
/// takes for a formula, do not belong here.
pub(super) fn csv<const COLUMNS: usize>(
    header: [&str; COLUMNS],
    rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> anyhow::Result<()> {
    let mut csv = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    csv.write_record(header)?;
    for row in rows {
        csv.write_record(row)?;
    }
    let text = String::from_utf8(csv.into_inner().map_err(csv::IntoInnerError::into_error)?)?;
    Ok(data(text)?)
}

/// Returns a row of comma-separated values (RFC 4180), with cells as in [`csv`].
pub(super) fn csv_row<const COLUMNS: usize>(cells: [String; COLUMNS]) -> anyhow::Result<String> {
    let mut csv = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .buffer_capacity(256)
        .from_writer(Vec::new());
    csv.write_record(cells)?;
    let row = csv.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8(row)?)
}

/// Prints a line on standard error. Ignores errors: the terminal may be gone, or the log's disk full.
pub(super) fn message(message: impl Display) {
    let _ = writeln!(io::stderr(), "{}", visible(&message.to_string()));
}
