//! Which rows does a file of delimited values hold?

use std::io::Read;

use crate::ingest::describe::columns::PlacedColumn;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::recover;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::expected::{ExpectedRows, is_total};
use crate::ingest::text::preamble::{pass_separator_line, skip_lines};
use crate::ingest::text::records::{Next, Records, skip_blank_lines};
use crate::ingest::text::separators::{QUOTE, Separators};
use crate::ingest::text::sniff::{self, HEAD};
use crate::ingest::text::window::Window;
use crate::ingest::{Fault, RECORD_LIMIT};

/// Number of records that show the number of columns.
const SAMPLE: usize = 1_000;

/// Maximum number of records above the header.
const TITLES: usize = 64;

/// If at least one row in this many is shorter, rows leave out their last cells; otherwise the short ones are damaged.
pub(in crate::ingest) const ROWS_FOR_SHORT: usize = 40;

/// At least one row in this many is whole.
const ROWS_FOR_WHOLE: usize = 4;

/// At most one whole row in this many ends in an empty cell if these are left out.
const ROWS_FOR_EMPTY_END: usize = 100;

/// Reads values between delimiters.
pub(in crate::ingest) fn read(
    mut window: Window<impl Read>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    skip_lines(&mut window, rules.entry.skip.unwrap_or(0), builder)?;
    let named = pass_separator_line(&mut window, builder)?;
    skip_blank_lines(&mut window)?;
    if window.first()?.is_none() {
        return Ok(());
    }
    let head = window.peek(HEAD)?;
    let mut stated = rules.entry.stated();
    stated.delimiter = stated.delimiter.or(named);
    let separators = sniff::separators(head, stated);
    let sample = Sample::of(head, separators);
    note(separators, builder);
    builder.has_header(rules.has_header());
    let mut records = Records::new(window, separators);
    records.expect(ExpectedRows {
        width: sample.width(),
        columns: Vec::new(),
    });
    records.expect_line_ends(sample.has_spanned);
    Rows::of(&mut records, rules, &sample, builder)?.read(&mut records, builder)
}

/// Records the separators by which the file is read.
fn note(separators: Separators, builder: &mut RecordBuilder<'_>) {
    if let Some(reading) = builder.reading() {
        reading.delimiter = Some(separators.delimiter.to_string());
        reading.quote = separators
            .quote
            .filter(|quote| *quote != QUOTE)
            .map(char::from);
        reading.escape = separators.escape.map(char::from);
    }
}

/// The rows below a header, if there is one.
struct Rows<'r> {
    rules: &'r FileRules,
    /// The columns that are read and the number of cells of a row; `None` until a row shows it.
    shape: Option<(Vec<PlacedColumn<'r>>, usize)>,
    /// The header as it is written, which occurs again where files were joined.
    header: Option<Vec<u8>>,
    /// Whether rows leave out their last cells if these are empty.
    leaves_out: bool,
}

impl<'r> Rows<'r> {
    /// The shape that the header shows or, without one, the sample.
    fn of(
        records: &mut Records<'r, impl Read>,
        rules: &'r FileRules,
        sample: &Sample,
        builder: &mut RecordBuilder<'_>,
    ) -> Result<Self, Failure> {
        let mut rows = Self {
            rules,
            shape: None,
            header: None,
            leaves_out: false,
        };
        if rules.has_header() {
            let (columns, width) = find_header(records, rules, builder)?;
            rows.header = Some(records.written().to_vec());
            rows.set_shape(columns, width, sample, records);
        } else if let Some(width) = sample.width() {
            let columns = rules.columns.by_number(width)?;
            rows.set_shape(columns, width, sample, records);
        }
        Ok(rows)
    }

    fn set_shape(
        &mut self,
        columns: Vec<PlacedColumn<'r>>,
        width: usize,
        sample: &Sample,
        records: &mut Records<'r, impl Read>,
    ) {
        self.leaves_out = sample.leaves_out(width, self.rules.has_header());
        records.expect(ExpectedRows {
            width: Some(sample.nearest(width)),
            columns: columns.clone(),
        });
        self.shape = Some((columns, width));
    }

    /// Hands the records on.
    fn read(
        mut self,
        records: &mut Records<'r, impl Read>,
        builder: &mut RecordBuilder<'_>,
    ) -> Result<(), Failure> {
        // Line of an opening quote that is not closed, unless a whole row comes after it.
        let mut open = None;
        loop {
            match records.next()? {
                Next::Record { line } => {
                    let is_row = self.record(line, records, builder)?;
                    open = open.filter(|_| !is_row);
                }
                Next::Rejected { line, reason } => {
                    builder.reject_row(line, reason, records.rejected())?;
                    open = (reason == Reason::UnclosedQuote).then_some(line);
                }
                Next::End => return Ok(records.check_end(open)?),
            }
        }
    }

    /// Hands a record on, or rejects it and returns false. If no record could be sampled, the first that parses
    /// shows the shape.
    fn record(
        &mut self,
        line: u64,
        records: &Records<'r, impl Read>,
        builder: &mut RecordBuilder<'_>,
    ) -> Result<bool, Failure> {
        let width = records.width();
        let (columns, expected) = match &self.shape {
            Some(shape) => shape,
            None => {
                let columns = self.rules.columns.by_number(width)?;
                &*self.shape.insert((columns, width))
            }
        };
        if self.header.as_deref() == Some(records.written()) {
            builder.pass_over(line, Passage::Preamble, records.written());
            return Ok(true);
        }
        if is_footer(records) {
            builder.pass_over(line, Passage::Footer, records.written());
            return Ok(true);
        }
        let is_whole = width == *expected && !records.is_doubtful();
        if is_whole || width > *expected && ends_empty(records, *expected) {
            builder.record(columns, records.cells())?;
            return Ok(true);
        }
        if self.leaves_out && width < *expected && records.expected().is_short_row(records.cells())
        {
            let filled = columns.iter().filter(|(place, _)| *place < width);
            let filled: Vec<PlacedColumn<'_>> = filled.copied().collect();
            builder.short_record(&filled, records.cells())?;
            return Ok(true);
        }
        builder.reject_row(line, Reason::WrongColumnCount, records.written())?;
        Ok(false)
    }
}

/// Whether a record holds sums or counts of the others, and no identifier.
fn is_footer(records: &Records<'_, impl Read>) -> bool {
    let first = records.cells().iter().next().unwrap_or_default();
    is_total(first) && !recover::holds_any(records.written())
}

/// Returns whether the surplus cells of a record are empty, because a delimiter also ends each row.
fn ends_empty(records: &Records<'_, impl Read>, width: usize) -> bool {
    let cells = records.cells();
    cells
        .iter()
        .skip(width)
        .all(|cell| cell.trim_ascii().is_empty())
}

/// Finds the row that names the columns, if it is among the first ones, and passes over the rows above it.
fn find_header<'r>(
    records: &mut Records<'r, impl Read>,
    rules: &'r FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(Vec<PlacedColumn<'r>>, usize), Failure> {
    let mut above: Vec<(u64, Vec<u8>)> = Vec::new();
    let mut fault = None;
    let mut held = 0;
    while above.len() < TITLES && held < RECORD_LIMIT {
        let (line, text) = match records.next()? {
            Next::Record { line } => (line, records.written()),
            Next::Rejected { line, .. } => {
                above.push((line, records.rejected().to_vec()));
                held += records.rejected().len();
                continue;
            }
            Next::End => break,
        };
        let names = records.names();
        match rules.columns.by_name(&names) {
            Ok(columns) => {
                for (line, text) in &above {
                    builder.pass_over(*line, Passage::Preamble, text);
                }
                builder.check_header(line, text);
                return Ok((columns, names.len()));
            }
            Err(missing) => {
                fault.get_or_insert(missing);
            }
        }
        held += text.len();
        above.push((line, text.to_vec()));
    }
    Err(fault.unwrap_or(Fault::BadHeader).into())
}

/// The first records of a file.
#[derive(Default)]
struct Sample {
    /// Number of cells of each, and whether the last one is empty.
    records: Vec<(usize, bool)>,
    /// Whether a value has certainly held line ends.
    has_spanned: bool,
}

impl Sample {
    /// The first records of `head`, the cut-off last one left out.
    fn of(head: &[u8], separators: Separators) -> Self {
        let mut records = Records::new(Window::new(head), separators);
        records.expect(ExpectedRows {
            width: sniff::plain_width(head, separators),
            columns: Vec::new(),
        });
        let is_cut_off = head.len() >= HEAD;
        let mut sample = Self::default();
        while sample.records.len() < SAMPLE {
            match records.next() {
                Ok(Next::Record { .. }) if !is_cut_off || !records.are_at_end() => {
                    let last = records.cells().iter().last().unwrap_or_default();
                    sample
                        .records
                        .push((records.width(), last.trim_ascii().is_empty()));
                }
                Ok(Next::Rejected { .. }) => {}
                // Reading from memory cannot fail.
                Ok(Next::Record { .. } | Next::End) | Err(_) => break,
            }
        }
        sample.has_spanned = records.has_spanned();
        sample
    }

    fn widths(&self) -> Vec<usize> {
        self.records.iter().map(|(width, _)| *width).collect()
    }

    /// Returns the number of cells of whole rows.
    fn width(&self) -> Option<usize> {
        typical_width(&self.widths())
    }

    /// Returns `width`, if any record has this number of cells, else the most common number.
    fn nearest(&self, width: usize) -> usize {
        let is_met = self.records.iter().any(|(other, _)| *other == width);
        match self.width() {
            Some(commonest) if !is_met => commonest,
            _ => width,
        }
    }

    /// Whether rows that should have `width` cells leave the last ones out where they are empty: enough are shorter
    /// that they are not damaged, and whole rows do not end in empty cells. Titles above the first whole row do not
    /// count.
    fn leaves_out(&self, width: usize, has_header: bool) -> bool {
        let rows = self.records.iter().skip_while(|(other, _)| *other != width);
        let (mut whole, mut empty, mut short) = (0, 0, 0);
        for &(other, is_empty) in rows.skip(usize::from(has_header)) {
            short += usize::from(other < width);
            whole += usize::from(other == width);
            empty += usize::from(other == width && is_empty);
        }
        let is_known = has_header || whole > 1;
        let are_many = short > 0 && short * ROWS_FOR_SHORT >= whole + short;
        is_known && are_many && empty * ROWS_FOR_EMPTY_END <= whole
    }
}

/// Returns the number of cells of whole rows, some of which may have left out their last ones: the most that one in
/// four has, or else the most common number.
pub(in crate::ingest) fn typical_width(widths: &[usize]) -> Option<usize> {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, other| one == other);
    let often = runs.filter(|run| run.len() > 1 && run.len() * ROWS_FOR_WHOLE >= widths.len());
    let widest = often.map(|run| run[0]).next_back();
    widest.or_else(|| commonest(widths).map(|(width, _)| width))
}

/// The commonest of some widths and how often it occurs; among equally common ones, the larger.
pub(in crate::ingest) fn commonest(widths: &[usize]) -> Option<(usize, usize)> {
    let mut sorted = widths.to_vec();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, other| one == other);
    let counted = runs.map(|run| (run.len(), run[0]));
    counted.max().map(|(count, width)| (width, count))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::tests::{read_folder, read_folder_files};
    use crate::ingest::text::separators::Delimiter;
    use crate::ingest::{Fault, IngestError};

    #[test]
    fn the_width_is_that_of_whole_records() {
        let separators = Separators {
            delimiter: Delimiter::byte(b';'),
            quote: Some(QUOTE),
            escape: None,
        };
        assert_eq!(
            Sample::of(b"a;b\n1;2;3\nc;d\n", separators).width(),
            Some(2)
        );
        assert_eq!(typical_width(&[2, 2, 2, 2, 4, 4]), Some(4));
        assert_eq!(typical_width(&[2, 2, 2, 2, 4]), Some(2));
        assert_eq!(typical_width(&[]), None);
    }

    const NUMBERED: &str =
        "path = \"a.csv\"\nheader = false\ncolumns.0 = { identifier = \"phone\" }";

    /// The identifiers of whole rows, the rows and the rejected rows of a file without header.
    fn counts(file: &[u8]) -> (usize, u64, u64) {
        let (collected, tally) = read_folder(NUMBERED, &[("a.csv", file)]);
        (collected.values().len(), tally.rows, tally.rejected_rows)
    }

    #[test]
    fn a_file_that_begins_unreadably_is_rejected_row_by_row_and_not_taken_for_empty() {
        let long = vec![b'x'; RECORD_LIMIT + 1];
        assert_eq!(counts(&long), (0, 1, 1));
        let then_row = [&long[..], b"\n87090000001,x\n87090000002\n"].concat();
        assert_eq!(counts(&then_row), (1, 3, 2));
    }

    #[test]
    fn a_file_that_ends_within_a_quote_and_a_line_is_cut_off_and_one_with_a_stray_quote_is_not() {
        let cut = |file: &[u8]| match read_folder_files(NUMBERED, &[("a.csv", file)]) {
            Err(IngestError::File { fault, .. }) => Some(fault),
            _ => None,
        };
        let line = 2;
        assert_eq!(
            cut(b"87090000001;x\n87090000002;\"y"),
            Some(Fault::CutOff { line })
        );
        assert_eq!(cut(b"87090000001;x\n87090000002;\"y\n"), None);
        assert_eq!(cut(b"87090000001;\"x\n87090000002;y"), None);
    }

    #[test]
    fn blank_lines_before_the_first_row_are_passed_over_however_many() {
        let blank = b"\r\n".repeat(HEAD);
        assert_eq!(counts(&blank), (0, 0, 0));
        let then_row = [&blank[..], b"87090000001;x\n"].concat();
        assert_eq!(counts(&then_row), (1, 1, 0));
    }

    const NAMED: &str =
        "path = \"a.csv\"\nformat = \"csv\"\ncolumns.phone = { identifier = \"phone\" }";

    /// The identifiers of rows, and the counts of rows, rejected rows, short rows and passages of a file with a header.
    fn named(more: &str, file: &str) -> (Vec<String>, [u64; 4]) {
        let entry = NAMED.replacen('\n', &format!("\n{more}\n"), 1);
        let (collected, tally) = read_folder(&entry, &[("a.csv", file.as_bytes())]);
        let passages = tally.passed_over.values().map(|tally| tally.passages).sum();
        let counts = [tally.rows, tally.rejected_rows, tally.short_rows, passages];
        (collected.values(), counts)
    }

    fn phones(numbers: std::ops::Range<usize>) -> Vec<String> {
        numbers
            .map(|number| format!("+7709000000{number}"))
            .collect()
    }

    #[test]
    fn what_is_above_the_header_is_passed_over() {
        let rows = "phone;note\n87090000001;x\n87090000002;y\n";
        for (more, above, passages) in [
            ("", "", 0),
            ("skip = 2", "Clients\n\n", 2),
            ("skip = 1", "Clients; 2024\n", 1),
            ("", "Clients\n\nof; 2024\n# all\n", 3),
            ("", "sep=;\n", 1),
            ("skip = 1", "sep=;\r\n", 1),
            ("skip = 9", "sep=;\n\nClients\n\n\n\n\n\n\n", 9),
            ("delimiter = \";\"", "\"sep=;\"\n", 1),
        ] {
            let expected = (phones(1..3), [2, 0, 0, passages]);
            assert_eq!(
                named(more, &format!("{above}{rows}")),
                expected,
                "{more} {above:?}"
            );
        }
        let (_, tally) = read_folder(
            &format!("skip = 1\n{NUMBERED}"),
            &[("a.csv", b"87090000001;x\n87090000002;y\n")],
        );
        assert_eq!((tally.rows, tally.missed()), (1, 1));
    }

    #[test]
    fn a_repeated_header_is_not_a_row_and_one_with_data_is_counted() {
        let rows = "phone;note\n87090000001;x\nphone;note\n87090000002;y\n";
        assert_eq!(named("", rows), (phones(1..3), [2, 0, 0, 1]));
        let (_, tally) = read_folder(NAMED, &[("a.csv", b"phone;a@example.kz\n87090000001;x\n")]);
        assert_eq!((tally.rows, tally.missed()), (1, 1));
    }

    #[test]
    fn rows_that_leave_their_last_cells_out_are_read_and_counted() {
        let rows =
            "name;phone;note;x\n".to_owned() + &"a;87090000001;n;x\nb;87090000002\n".repeat(9);
        let (found, counts) = named("", &rows);
        assert_eq!((found.len(), counts), (18, [18, 0, 9, 0]));
        // That few are damaged.
        let rows = "name;phone;note;x\n".to_owned()
            + &"a;87090000001;n;x\n".repeat(60)
            + "b;87090000002\n";
        assert_eq!(named("", &rows).1, [61, 1, 0, 0]);
        // If empty cells are written out, shorter rows are damaged.
        let rows =
            "name;phone;note;x\n".to_owned() + &"a;87090000001;n;\nb;87090000002\n".repeat(9);
        assert_eq!(named("", &rows).1, [18, 9, 0, 0]);
        // A cell that is not a telephone number shows that the row is not merely short.
        let rows = "name;phone;note;x\n".to_owned() + &"a;87090000001;n;x\nb;c\n".repeat(9);
        assert_eq!(named("", &rows).1, [18, 9, 0, 0]);
    }

    #[test]
    fn totals_below_the_rows_are_not_a_row() {
        let rows = "phone;note\n87090000001;x\n87090000002;y\nИтого: 2;\n";
        assert_eq!(named("", rows), (phones(1..3), [2, 0, 0, 1]));
        let named_so = "note;phone\nВсего;87090000001\n";
        assert_eq!(named("", named_so).0, phones(1..2));
    }

    #[test]
    fn delimiters_at_the_end_of_each_row_are_not_columns() {
        let rows = "phone;note\n87090000001;x;\n87090000002;y;;\n87090000003;z;3\n";
        assert_eq!(named("", rows), (phones(1..3), [3, 1, 0, 0]));
    }

    #[test]
    fn strays_that_pair_up_hide_no_row() {
        for delimiter in [",", ";", "\t", "|", "¦", "~|~"] {
            let rows: String = (1..9)
                .map(|n| {
                    let quote = if n % 3 == 1 { "\"" } else { "" };
                    format!("8709000000{n};{quote}name\n")
                })
                .collect();
            let text = format!("phone;name\n{rows}").replace(';', delimiter);
            assert_eq!(
                named("", &text),
                (phones(1..9), [8, 0, 0, 0]),
                "{delimiter}"
            );
        }
        let ends = "phone;name\n87090000001;\"a\n87090000002;b\n87090000003;c\"\n87090000004;d\n";
        assert_eq!(named("", ends), (phones(1..5), [4, 0, 0, 0]));
    }

    #[test]
    fn values_of_several_lines_are_one_however_much_they_look_like_rows() {
        let rows = "phone,note\n87090000001,\"one\ntwo, three\n87090000009,four\"\n87090000002,x\n87090000003,y\n";
        assert_eq!(named("", rows), (phones(1..4), [3, 0, 0, 0]));
    }

    #[test]
    fn quotes_and_escapes_are_what_is_stated_or_seen() {
        let single = "'phone','note'\n'87090000001','a, b'\n'87090000002','c'\n";
        assert_eq!(named("", single), (phones(1..3), [2, 0, 0, 0]));
        assert_eq!(named("quote = \"'\"", single).0, phones(1..3));
        let escaped =
            "\"note\",\"phone\"\n\"a \\\"b, c\\\"\",\"87090000001\"\n\"d\",\"87090000002\"\n";
        assert_eq!(named("", escaped), (phones(1..3), [2, 0, 0, 0]));
        assert_eq!(named("escape = \"\\\\\"", escaped).0, phones(1..3));
        let lines = "note\tphone\na\\\nb\\\tc\t87090000001\nd\t87090000002\n";
        assert_eq!(named("", lines), (phones(1..3), [2, 0, 0, 0]));
        let blanks = "note; phone\n \"a; b\" ; 87090000001\nc; 87090000002\n";
        assert_eq!(named("", blanks), (phones(1..3), [2, 0, 0, 0]));
    }

    #[test]
    fn quotes_that_are_never_closed_cost_no_row() {
        let mut file = b"87090000001;\"z\n".repeat(1 << 16);
        file.extend_from_slice(b"87090000001;\"x\n87090000002;x;\"y\n");
        let entry = format!("delimiter = \";\"\n{NUMBERED}");
        let (collected, tally) = read_folder(&entry, &[("a.csv", &file)]);
        assert_eq!(collected.records.len(), (1 << 16) + 1);
        assert_eq!(collected.recovered_values(), ["+77090000002"]);
        assert_eq!((tally.rows, tally.rejected_rows), ((1 << 16) + 2, 1));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn everyone_in_a_damaged_file_is_found_or_counted(
            damage in prop::collection::vec((any::<prop::sample::Index>(), "[\";\n\\\\,]{0,2}"), 0..6),
        ) {
            let whole: String = (0..12).map(|n| format!("name {n};user{n}@example.kz;\"ул. {n}; кв. 1\"\n")).collect();
            let mut text = format!("name;email;address\n{whole}");
            for (place, mark) in damage {
                let mut at = place.index(text.len());
                while !text.is_char_boundary(at) {
                    at -= 1;
                }
                text.insert_str(at, &mark);
            }
            let entry = "path = \"a.csv\"\nformat = \"csv\"\ndelimiter = \";\"\ncolumns.email = { identifier = \"email\" }";
            // A header that is damaged is refused.
            let Ok((collected, tally)) = read_folder_files(entry, &[("a.csv", text.as_bytes())]) else {
                return Ok(());
            };
            let mut found = collected.values();
            found.extend(collected.recovered_values());
            // An address with a mark in it may be read as the part after the mark.
            let is_lost = |address: &String| text.contains(address) && !found.contains(address);
            let lost = (0..12).map(|n| format!("user{n}@example.kz")).filter(is_lost).count() as u64;
            let invalid: u64 = tally.cells.values().map(|cells| cells.invalid).sum();
            let counted = tally.rejected_rows + tally.short_rows + invalid + tally.missed();
            prop_assert!(lost <= counted, "{lost} lost, {counted} counted: {text}");
        }
    }
}
