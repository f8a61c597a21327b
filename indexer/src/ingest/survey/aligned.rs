//! Is this text a table whose columns are at certain places, as SQL*Plus and reports print them? Samples for `inspect`.
//!
//! It is one if every row with an identifier is blank between its columns, if an identifier is by itself in most rows
//! of some column, and if the rows hold as many identifiers in cells as whole. If pages with their own heads make more
//! rows unreadable than a build allows, the table is sampled as free text with the classes of its columns.

use std::ops::Range;

use super::{COLUMNS, Layout, ROWS, Sample, Text};
use crate::ingest::describe::description::Format;
use crate::ingest::recover;

/// Number of rows that show that their blanks are not chance.
const LEAST_ROWS: usize = 8;

/// The share of rows, in percent, in which an identifier is by itself in some column.
const MOSTLY: usize = 90;

/// The share of lines between rows, in percent, up to which the rows are read by their places.
const FEW: usize = 5;

/// The longest line of such a table, in characters.
const WIDTH: usize = 999;

/// A line that is not blank.
struct Line {
    /// Number in the file, from 1.
    number: u64,
    text: Vec<char>,
    is_row: bool,
}

/// Samples a table of columns at certain places, if the text is one.
pub(super) fn survey(text: &Text) -> Option<Sample> {
    let lines = lines(text);
    let first = lines.iter().position(|line| line.is_row)?;
    let rows: Vec<&Line> = lines.iter().filter(|line| line.is_row).collect();
    let is_unaligned = |line: &&Line| line.text.contains(&'\t') || line.text.len() > WIDTH;
    if rows.len() < LEAST_ROWS || rows.iter().any(is_unaligned) {
        return None;
    }
    let (above, below) = lines.split_at(first);
    let ruler = above.iter().find_map(|line| ruler(&line.text));
    let columns = ruler.unwrap_or_else(|| columns(&rows));
    let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(&row.text, &columns)).collect();
    if !is_table(&columns, &rows, &cells) {
        return None;
    }
    let between = below.len() - rows.len();
    let format = match between * 100 <= below.len() * FEW {
        true => Format::Fixed,
        false => Format::Text,
    };
    let head = above
        .iter()
        .rev()
        .find(|line| self::ruler(&line.text).is_none());
    Some(Sample {
        layout: Layout {
            heads: head.map_or_else(Vec::new, |head| self::cells(&head.text, &columns)),
            ..Layout::of(format, Some(text.encoding))
        },
        names: (format == Format::Fixed).then(|| columns.iter().map(name).collect()),
        rows: cells,
        lines: vec![rows.first()?.number],
        whole: text.whole && lines.len() < ROWS,
    })
}

/// The first lines that are not blank; one that may be cut off does not count.
fn lines(text: &Text) -> Vec<Line> {
    let all = String::from_utf8_lossy(&text.text);
    let mut lines: Vec<Line> = (1..)
        .zip(all.lines())
        .filter(|(_, line)| !line.trim().is_empty())
        .take(ROWS)
        .map(|(number, line)| Line {
            number,
            text: line.chars().collect(),
            is_row: recover::holds_any(line.as_bytes()),
        })
        .collect();
    if !text.whole && lines.len() < ROWS {
        lines.pop();
    }
    lines
}

/// Returns the columns that a line of dashes marks, each up to the beginning of the next one.
fn ruler(line: &[char]) -> Option<Vec<Range<usize>>> {
    let is_ruler = line.iter().all(|c| matches!(c, '-' | '=' | ' '));
    let begins = begins(
        |place| line.get(place).is_some_and(|c| *c != ' '),
        line.len(),
    );
    (is_ruler && begins.len() > 1).then(|| ranges(&begins))
}

/// The columns between which every row is blank.
fn columns(rows: &[&Line]) -> Vec<Range<usize>> {
    let width = rows.iter().map(|row| row.text.len()).max().unwrap_or(0);
    let is_filled = |place: usize| {
        rows.iter()
            .any(|row| row.text.get(place).is_some_and(|c| *c != ' '))
    };
    ranges(&begins(is_filled, width))
}

/// Returns where filled parts begin.
fn begins(is_filled: impl Fn(usize) -> bool, width: usize) -> Vec<usize> {
    let begins = |place: &usize| is_filled(*place) && (*place == 0 || !is_filled(*place - 1));
    (0..width).filter(begins).take(COLUMNS).collect()
}

/// Returns the columns with these beginnings; the last goes to the line's end.
fn ranges(begins: &[usize]) -> Vec<Range<usize>> {
    let ends = begins.iter().skip(1).copied().chain([usize::MAX]);
    begins
        .iter()
        .zip(ends)
        .map(|(begin, end)| *begin..end)
        .collect()
}

/// Returns the name of a column in `breach.toml`.
fn name(column: &Range<usize>) -> String {
    match column.end {
        usize::MAX => format!("{}..", column.start),
        end => format!("{}..{end}", column.start),
    }
}

fn cells(line: &[char], columns: &[Range<usize>]) -> Vec<String> {
    let cell = |column: &Range<usize>| {
        let end = column.end.min(line.len());
        let cell: String = line
            .get(column.start..end)
            .unwrap_or_default()
            .iter()
            .collect();
        cell.trim().to_owned()
    };
    columns.iter().map(cell).collect()
}

fn is_table(columns: &[Range<usize>], rows: &[&Line], cells: &[Vec<String>]) -> bool {
    let is_by_itself =
        |cell: &String| !cell.contains(char::is_whitespace) && recover::holds_any(cell.as_bytes());
    let holds_identifiers = |place: usize| {
        let alone = cells
            .iter()
            .filter(|row| row.get(place).is_some_and(is_by_itself));
        alone.count() * 100 >= rows.len() * MOSTLY
    };
    // Two columns may be accounts and passwords, which hold no blank.
    let has_words = |row: &&Vec<String>| row.get(1).is_some_and(|cell| cell.contains(' '));
    let is_wide = match columns.len() {
        0 | 1 => false,
        2 => cells.iter().filter(has_words).count() * 2 > cells.len(),
        _ => true,
    };
    is_wide && (0..columns.len()).any(holds_identifiers) && holds_as_many(rows, cells)
}

/// Returns whether no identifier is cut when the rows are cut into cells.
fn holds_as_many(rows: &[&Line], cells: &[Vec<String>]) -> bool {
    let mut found = Vec::new();
    let mut count = |text: &str| {
        found.clear();
        recover::search(text.as_bytes(), &mut found);
        found.len()
    };
    rows.iter().zip(cells).all(|(row, cells)| {
        let whole: String = row.text.iter().collect();
        let of_cells: usize = cells.iter().map(|cell| count(cell)).sum();
        of_cells >= count(&whole)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::survey::survey;
    use crate::ingest::{DumpSecrets, Encoding};

    const HEAD: &str = "ИИН          ФИО                  ТЕЛЕФОН\n";
    const RULER: &str = "------------ -------------------- ------------\n";

    fn sampled(text: &str) -> Sample {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clients.lst");
        std::fs::write(&path, text).unwrap();
        let mut found = None;
        survey(
            &path,
            "clients.lst",
            &DumpSecrets::default(),
            &mut |_, sample| {
                found = Some(sample);
            },
        )
        .unwrap();
        found.unwrap()
    }

    /// Table of `count` rows.
    fn rows(count: usize) -> Vec<String> {
        let names = ["Гүлнұр Өтегенова", "Иван Щербаков", "Ғани Іңкәр"];
        let row = |number: usize| {
            let name = names[number % names.len()];
            format!("360323258530 {name:<20} +7709{number:07}\n")
        };
        (0..count).map(row).collect()
    }

    #[test]
    fn rows_with_columns_at_certain_places_are_sampled_by_these() {
        for above in [String::new(), format!("{HEAD}{RULER}"), format!("\n{HEAD}")] {
            let sample = sampled(&format!("{above}{}", rows(30).concat()));
            assert_eq!(sample.layout.format, Format::Fixed, "{above}");
            let names = sample.names.unwrap();
            assert_eq!(names, ["0..13", "13..34", "34.."], "{above}");
            assert_eq!(sample.rows.len(), 30);
            assert_eq!(
                sample.rows[1],
                ["360323258530", "Иван Щербаков", "+77090000001"]
            );
            assert_eq!(sample.lines, [above.lines().count() as u64 + 1]);
            let heads: &[&str] = if above.is_empty() {
                &[]
            } else {
                &["ИИН", "ФИО", "ТЕЛЕФОН"]
            };
            assert_eq!(sample.layout.heads, heads);
        }
    }

    #[test]
    fn pages_with_heads_of_their_own_are_free_text_whose_columns_are_known() {
        let page = format!("\n{HEAD}{RULER}{}", rows(14).concat());
        let sample = sampled(&page.repeat(5));
        assert_eq!((sample.layout.format, sample.names), (Format::Text, None));
        assert_eq!((sample.rows.len(), sample.rows[0].len()), (70, 3));
        assert_eq!(sample.layout.heads, ["ИИН", "ФИО", "ТЕЛЕФОН"]);
    }

    #[test]
    fn chats_lists_of_accounts_and_grouped_numbers_are_not_aligned_tables() {
        let is_table = |text: String| {
            let text = Text {
                text: text.into_bytes(),
                encoding: Encoding::Utf8,
                whole: true,
            };
            super::survey(&text).is_some()
        };
        assert!(is_table(rows(30).concat()));
        let said = ["Иван мой номер", "Анна ок это мама", "Иван"];
        let chat = |n: usize| format!("12.01.2024 {} 8709{n:07} звони\n", said[n % said.len()]);
        assert!(!is_table((0..30).map(chat).collect()));
        let account = |n: usize| format!("8709{n:07} p{n:05}w\n");
        assert!(!is_table((0..30).map(account).collect()));
        let groups = |n: usize| format!("8 709 000 00 {n} Иван\n");
        assert!(!is_table((10..40).map(groups).collect()));
        assert!(!is_table(rows(LEAST_ROWS - 1).concat()));
    }
}
