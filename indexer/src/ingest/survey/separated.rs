use std::ops::ControlFlow;

use super::cells::cell;
use super::{Layout, ROWS, Sample, Take, Text};
use crate::ingest::csv::{Next, Records, commonest};
use crate::ingest::description::{Delimiter, Format};
use crate::ingest::error::Failure;
use crate::ingest::sniff::{HEAD, separation};
use crate::ingest::window::Window;

/// Samples values between delimiters. Rows of another width than most are left out, as they are when reading.
pub(super) fn survey(text: &Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let head = &text.text[..text.text.len().min(HEAD)];
    let told = separation(head);
    let delimiter = told.map_or(Delimiter(b','), |told| told.delimiter);
    let quote = told.is_none_or(|told| told.quote);
    let mut rows = rows(text, delimiter, quote)?;
    let widths: Vec<usize> = rows.iter().take(100).map(Vec::len).collect();
    if let Some((width, _)) = commonest(&widths) {
        rows.retain(|row| row.len() == width);
    }
    let sample = Sample {
        layout: Layout {
            delimiter: Some(char::from(delimiter.0)),
            quote,
            ..Layout::of(Format::Csv, Some(text.encoding))
        },
        names: None,
        rows,
        whole: text.whole,
    };
    match take(sample) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(()) => Err(Failure::Stopped),
    }
}

fn rows(text: &Text, delimiter: Delimiter, quote: bool) -> Result<Vec<Vec<String>>, Failure> {
    let mut records = Records::new(Window::new(&*text.text), delimiter, quote);
    let mut rows = Vec::new();
    while rows.len() < ROWS {
        match records.next()? {
            Next::Record { .. } if text.whole || !records.are_at_end() => {
                rows.push(
                    (0..records.width())
                        .map(|place| cell(records.cell(place)))
                        .collect(),
                );
            }
            Next::Rejected { .. } => {}
            Next::Record { .. } | Next::End => break,
        }
    }
    Ok(rows)
}
