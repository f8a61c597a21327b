use std::io::Read;
use std::ops::Range;

use crate::ingest::describe::columns::{Column, Columns};
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Reason;
use crate::ingest::text::cells::text_of;
use crate::ingest::text::lines;
use crate::ingest::text::preamble::skip_lines;
use crate::ingest::text::window::Window;

/// Reads lines in which every column is at a certain place. Columns beyond the end of a line are empty: trailing spaces
/// get lost. A line that reaches no column at all is rejected.
pub(in crate::ingest) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let columns = placed(&rules.columns);
    let first = columns
        .iter()
        .map(|(range, _)| range.start)
        .min()
        .unwrap_or(0);
    skip_lines(window, rules.entry.skip.unwrap_or(0), builder)?;
    let has_header = rules.entry.header.unwrap_or(false);
    builder.has_header(has_header);
    lines::each(window, has_header, builder, |number, text, builder| {
        let line = text_of(text);
        if line.chars().nth(first).is_none() {
            return builder.reject_row(number, Reason::WrongColumnCount, text);
        }
        for (range, column) in &columns {
            builder.cell(column, slice(&line, range));
        }
        builder.end_record()
    })
}

/// Returns the columns and their ranges, which have been checked.
fn placed(columns: &Columns) -> Vec<(Range<usize>, &Column)> {
    let placed = columns
        .0
        .iter()
        .map(|column| Some((range(&column.name)?, column)));
    placed.flatten().collect()
}

/// The characters that `0..12` stands for, from 0, the last one left out; `12..` goes to the line's end.
pub(in crate::ingest) fn range(name: &str) -> Option<Range<usize>> {
    let (start, end) = name.split_once("..")?;
    let number = |text: &str| match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse::<usize>().ok(),
        false => None,
    };
    let end = if end.is_empty() {
        usize::MAX
    } else {
        number(end)?
    };
    let range = number(start)?..end;
    (!range.is_empty()).then_some(range)
}

/// The characters of a line in a range, as many as exist, without padding.
fn slice<'l>(line: &'l str, range: &Range<usize>) -> &'l str {
    let place = |count: usize| match line.is_ascii() {
        true => count.min(line.len()),
        false => line
            .char_indices()
            .nth(count)
            .map_or(line.len(), |(place, _)| place),
    };
    line[place(range.start)..place(range.end)].trim_end_matches(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::{read_folder, read_folder_files};

    const ENTRY: &str = "path = \"a.txt\"\nformat = \"fixed\"\ncolumns.\"6..17\" = { identifier = \"phone\" }\n\
        columns.\"17..\" = { identifier = \"email\" }";

    #[test]
    fn a_column_is_cut_out_by_its_characters() {
        let lines = "Әсия  87090000001a@example.kz \nB     87090000002\n\nC\n      \u{a0}          c@example.kz\n";
        let (collected, tally) = read_folder(ENTRY, &[("a.txt", lines.as_bytes())]);
        assert_eq!(
            collected.values(),
            [
                "a@example.kz",
                "+77090000001",
                "+77090000002",
                "c@example.kz"
            ]
        );
        assert_eq!((tally.rows, tally.rejected_rows), (4, 1));
    }

    #[test]
    fn a_range_has_a_beginning_and_something_in_it() {
        assert_eq!(range("0..12"), Some(0..12));
        assert_eq!(range("7.."), Some(7..usize::MAX));
        for bad in [
            "", "..", "..3", "3..3", "4..3", "a..b", "+1..3", "1-3", "0...3",
        ] {
            assert_eq!(range(bad), None, "{bad}");
            let entry = ENTRY.replace("17..", bad);
            assert!(
                read_folder_files(&entry, &[("a.txt", b"x")]).is_err(),
                "{bad}"
            );
        }
    }
}
