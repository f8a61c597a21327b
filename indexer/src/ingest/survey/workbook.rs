use std::ops::ControlFlow;

use super::cells::cell;
use super::{Layout, PARTS, ROWS, Sample, Take};
use crate::ingest::container::ReadSeek;
use crate::ingest::description::Format;
use crate::ingest::error::Failure;
use crate::ingest::xlsx;

/// Samples every sheet of a workbook that has rows.
pub(super) fn survey(book: &mut dyn ReadSeek, take: &mut Take<'_>) -> Result<(), Failure> {
    let mut present = Sheet::default();
    xlsx::show_rows(book, PARTS, &mut |sheet, row| {
        if present.name != sheet {
            let done = std::mem::take(&mut present);
            present.name = sheet.to_owned();
            done.hand_on(take)?;
        }
        present.rows.push(
            row.iter()
                .take(PARTS)
                .map(|text| cell(text.as_bytes()))
                .collect(),
        );
        Ok(present.rows.len() < ROWS)
    })?;
    present.hand_on(take)
}

/// The rows of one sheet.
#[derive(Default)]
struct Sheet {
    name: String,
    rows: Vec<Vec<String>>,
}

impl Sheet {
    fn hand_on(self, take: &mut Take<'_>) -> Result<(), Failure> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let sample = Sample {
            whole: self.rows.len() < ROWS,
            layout: Layout {
                sheet: Some(self.name),
                ..Layout::of(Format::Xlsx, None)
            },
            names: None,
            rows: self.rows,
        };
        match take(sample) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(Failure::Stopped),
        }
    }
}
