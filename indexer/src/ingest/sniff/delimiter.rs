use memchr::memchr;

use crate::ingest::csv::commonest;
use crate::ingest::description::Delimiter;
use crate::ingest::records::{Next, Records};
use crate::ingest::window::Window;

/// How many records tell the delimiter.
const SAMPLE: usize = 100;

/// How much of a head is looked at, in bytes: each delimiter reads it anew, and quotes that are not closed many times.
const SAMPLED: usize = 128 << 10;

/// The score from which on a text is sure to be one of columns: three in four rows agree on two columns.
const SURE: f64 = 0.28;

/// The share of rows with the same number of columns from which on the others are damaged: a build rejects as many, if
/// it is told nothing else.
const EVEN: f64 = 0.95;

/// What may stand between values; of equally good ones the first is taken.
const DELIMITERS: &[u8] = b"\t;|,:^~\x01\x1F";

/// How a text is split into columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ingest) struct Separation {
    pub(in crate::ingest) delimiter: Delimiter,
    /// Whether quotes hold values together.
    pub(in crate::ingest) quote: bool,
    /// How many columns most rows have.
    pub(in crate::ingest) width: usize,
    /// The share of the rows that have so many.
    agreement: f64,
    /// How well it splits, above 0 up to 1.
    score: f64,
}

/// How a text that begins with `head` is split into columns, two at least, if it can be.
///
/// Each delimiter, with quotes and without, is scored by how even the columns are and how whole the cells look, which
/// van den Burg, Nazábal and Sutton found to go wrong least ("Wrangling messy CSV files by detecting row and type
/// patterns", 2019): agreement² · (columns − 1) ÷ columns · (whole cells ÷ cells)². The squares keep delimiters away that
/// occur in many values, and let some damaged rows pass.
pub(in crate::ingest) fn separation(head: &[u8]) -> Option<Separation> {
    best(head, &[true, false])
}

/// The delimiter alone, where it is known whether quotes hold values together; a comma, if there is a single column.
pub(in crate::ingest) fn delimiter(head: &[u8], quote: bool) -> Delimiter {
    best(head, &[quote]).map_or(Delimiter(b','), |separation| separation.delimiter)
}

fn best(head: &[u8], quotes: &[bool]) -> Option<Separation> {
    let begin = head.iter().position(|byte| !b"\r\n".contains(byte))?;
    let head = &head[begin..];
    let mut best: Option<Separation> = None;
    let quoted = memchr(b'"', head).is_some();
    for &byte in DELIMITERS
        .iter()
        .filter(|&&byte| memchr(byte, head).is_some())
    {
        for &quote in quotes.iter().take(if quoted { 2 } else { 1 }) {
            let split = split(head, Delimiter(byte), quote);
            let best_score = best.as_ref().map_or(0.0, |best| best.score);
            best = split.filter(|split| split.score > best_score).or(best);
        }
    }
    best
}

/// How a delimiter splits, if there are whole rows.
fn split(head: &[u8], delimiter: Delimiter, quote: bool) -> Option<Separation> {
    let sample = sample(head, delimiter, quote);
    let (width, agreeing) = commonest(&sample.widths)?;
    let agreement = agreeing as f64 / (sample.widths.len() + sample.rejected) as f64;
    let columns = (width - 1) as f64 / width as f64;
    let whole = sample.whole_cells as f64 / sample.cells as f64;
    Some(Separation {
        delimiter,
        quote,
        width,
        agreement,
        score: agreement * agreement * columns * whole * whole,
    })
}

/// The first records of a text.
#[derive(Default)]
struct Sample {
    widths: Vec<usize>,
    rejected: usize,
    cells: usize,
    whole_cells: usize,
}

fn sample(head: &[u8], delimiter: Delimiter, quote: bool) -> Sample {
    let (sampled, rest) = head.split_at(head.len().min(SAMPLED));
    let mut records = Records::new(Window::new(sampled), delimiter, quote);
    let mut sample = Sample::default();
    while sample.widths.len() + sample.rejected < SAMPLE {
        match records.next() {
            // The last record of a head may be cut off.
            Ok(Next::Record { .. }) if rest.is_empty() || !records.are_at_end() => {
                sample.add(&records, delimiter, quote);
            }
            Ok(Next::Rejected { .. }) => sample.rejected += 1,
            // Reading from memory cannot fail; but the head may be full of quotes that are not closed.
            Ok(Next::Record { .. } | Next::End) | Err(_) => break,
        }
    }
    sample
}

impl Separation {
    /// It splits so evenly that the text surely is one of columns.
    pub(in crate::ingest) fn is_sure(&self) -> bool {
        self.score > SURE
    }

    /// So few rows have another number of columns that a build takes the text for what it is.
    pub(in crate::ingest) fn is_even(&self) -> bool {
        self.agreement > EVEN
    }
}

impl Sample {
    fn add(&mut self, records: &Records<&[u8]>, delimiter: Delimiter, quote: bool) {
        self.widths.push(records.width());
        for cell in records.cells().iter() {
            let cell = String::from_utf8_lossy(cell);
            self.cells += 1;
            self.whole_cells += usize::from(is_whole(cell.trim(), delimiter, quote));
        }
    }
}

/// Could the cell stand in one column, or would another delimiter split it?
fn is_whole(cell: &str, delimiter: Delimiter, quote: bool) -> bool {
    let torn = !quote && (cell.starts_with('"') || cell.ends_with('"'));
    let swallows = cell.contains('\n') && cell.contains(char::from(delimiter.0));
    if torn || swallows {
        return false;
    }
    let splits = |c: char| {
        u8::try_from(c).is_ok_and(|byte| byte != delimiter.0 && DELIMITERS.contains(&byte))
    };
    !cell.contains(splits)
        || is_time_or_number(cell)
        || is_enumeration(cell)
        || cell.contains("://")
}

fn is_time_or_number(cell: &str) -> bool {
    let fits = |c: char| c.is_ascii_digit() || " .:,+-/TZ".contains(c);
    cell.chars().all(fits) && cell.matches(',').count() <= 1
}

/// Words in a row, as people write them: a space follows each comma, semicolon and colon.
fn is_enumeration(cell: &str) -> bool {
    let followed = |(place, mark): (usize, &str)| cell[place + mark.len()..].starts_with(' ');
    !cell.contains(['\t', '|', '^', '~', '\x01', '\x1F'])
        && cell.match_indices([',', ';', ':']).all(followed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(char, bool)> {
        let separation = separation(text.as_bytes())?;
        Some((char::from(separation.delimiter.0), separation.quote))
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_evenly() {
        assert_eq!(told("a;b;c\n1,5;2;3\n\"x;y\";2,2;3\n"), Some((';', true)));
        assert_eq!(
            told("a@example.kz:x\nb@example.kz:y,z\n"),
            Some((':', true))
        );
        assert_eq!(told("a|b\n1|2"), Some(('|', true)));
        assert_eq!(told("a\tb\n1:2\t2"), Some(('\t', true)));
        assert_eq!(told("a^b\n1^2\n"), Some(('^', true)));
        assert_eq!(told("a\x01b\n1\x012\n"), Some(('\x01', true)));
        assert_eq!(told("single\ncolumn\n"), None);
        assert_eq!(delimiter(b"single\ncolumn\n", true), Delimiter(b','));
    }

    #[test]
    fn times_addresses_and_decimal_commas_split_nothing() {
        let times = "2020-01-01 12:30:00,x\n2020-01-02 13:31:01,y\n";
        assert_eq!(told(times), Some((',', true)));
        let prose = "A, b, c;1,5\nD, e, f;2,5\nG, h, i;3,5\n";
        assert_eq!(told(prose), Some((';', true)));
    }

    #[test]
    fn a_few_damaged_rows_do_not_hide_the_delimiter() {
        let rows = "12:30;b;c;d\n".repeat(20) + "13:30;b\n" + "14:30;b;c;d;e;f\n";
        assert_eq!(told(&rows), Some((';', true)));
    }

    #[test]
    fn quotes_that_hold_nothing_together_are_told() {
        let strays = "a@example.kz:\"x\nb@example.kz:y\nc@example.kz:z\"w\nd@example.kz:v\n";
        assert_eq!(told(strays), Some((':', false)));
        assert_eq!(told("\"a;b\";c\n\"d;e\";f\n"), Some((';', true)));
        assert_eq!(told("\"a\nb\";c\n\"d\ne\";f\n"), Some((';', true)));
    }
}
