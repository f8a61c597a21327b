//! Which delimiter splits this text evenly?

use memchr::{memchr, memchr2, memmem};

use super::marks::delimiters_of_marks;
use crate::ingest::format::csv::{commonest, typical_width};
use crate::ingest::text::expected::ExpectedRows;
use crate::ingest::text::preamble::separator_line;
use crate::ingest::text::records::{Next, Quoting, Records};
use crate::ingest::text::separators::{Delimiter, ESCAPE, QUOTE, Separators, StatedSeparators};
use crate::ingest::text::window::Window;

/// Number of records that show the delimiter.
const SAMPLE: usize = 100;

/// Bytes of a head that are read, once for each delimiter.
const SAMPLED: usize = 128 << 10;

/// The score from which on a text is sure to be one of columns: three in four rows agree on two columns.
const SURE: f64 = 0.28;

/// The share of rows with the same number of columns from which on the others are damaged: a build rejects as many, if
/// nothing else is stated.
const EVEN: f64 = 0.95;

/// Usual delimiters; among equally good ones, the first is taken.
const DELIMITERS: &[u8] = b"\t;|,:^~\x01\x1F";

/// Unusual delimiters.
const SELDOM: &[u8] = b"#&\x1E\x14\x07";

/// The other quote.
const SINGLE_QUOTE: u8 = b'\'';

/// A way of splitting a text into columns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::ingest) struct Separation {
    pub(in crate::ingest) separators: Separators,
    /// Number of columns of most rows.
    pub(in crate::ingest) width: usize,
    /// Share of the rows with that number.
    agreement: f64,
    /// Quality of the split, above 0 up to 1.
    score: f64,
    /// Number of records with enclosed cells.
    enclosed: usize,
    /// Number of records with cells that begin with a quote and are not enclosed.
    strays: usize,
    records: usize,
}

/// Returns how a text that begins with `head` is split into at least two columns, if it can be.
///
/// Each delimiter, with either quote, is scored by how even the columns are and how whole the cells look, which
/// van den Burg, Nazábal and Sutton found to go wrong least ("Wrangling messy CSV files by detecting row and type
/// patterns", 2019): agreement² · (columns − 1) ÷ columns · (whole cells ÷ cells)². The squares keep delimiters away
/// that occur in many values, and let some damaged rows pass. Empty columns do not count.
pub(in crate::ingest) fn separation(head: &[u8], stated: StatedSeparators) -> Option<Separation> {
    let (named, head) = match separator_line(head) {
        Some((delimiter, length)) => (Some(delimiter), &head[length..]),
        None => (None, head),
    };
    let begin = head.iter().position(|byte| !b"\r\n".contains(byte))?;
    let head = &head[begin..];
    let named = stated.delimiter.or(named);
    let mut best: Option<Separation> = None;
    for delimiter in named.map_or_else(|| delimiters(head), |named| vec![named]) {
        for quote in quotes(head, stated) {
            let separators = Separators {
                delimiter,
                quote,
                escape: stated.escape.and_then(|escape| escape.byte(ESCAPE)),
            };
            best = split(head, separators)
                .filter(|split| best.is_none_or(|best| split.is_better_than(&best)))
                .or(best);
        }
    }
    let best = best?;
    let best = if stated.escape.is_none() {
        best.escaping(head)
    } else {
        best
    };
    Some(if stated.quote.is_none() {
        best.without_strays()
    } else {
        best
    })
}

/// Returns the separators of a text of delimited values, given the stated ones. Quotes enclose, unless it is stated
/// that they do not: strays are recognised in each record.
pub(in crate::ingest) fn separators(head: &[u8], stated: StatedSeparators) -> Separators {
    let separation = separation(head, stated);
    let quote = stated.quote.map_or(Some(QUOTE), |quote| quote.byte(QUOTE));
    let found = separation.map(|separation| separation.separators);
    let named = separator_line(head).map(|(delimiter, _)| delimiter);
    Separators {
        delimiter: found
            .map(|found| found.delimiter)
            .or(stated.delimiter)
            .or(named)
            .unwrap_or(Delimiter::byte(b',')),
        quote: found.and_then(|found| found.quote).or(quote),
        escape: found.map_or_else(
            || stated.escape.and_then(|escape| escape.byte(ESCAPE)),
            |found| found.escape,
        ),
    }
}

/// Addresses to which a hosts file sends what must not be reached.
pub(crate) const NOWHERE: [&str; 4] = ["0.0.0.0", "127.0.0.1", "::1", "::"];

/// Returns what follows the address in nearly every line of a hosts file that is not a comment, a common form of lists
/// of sites.
fn of_hosts_file(head: &[u8]) -> Option<Delimiter> {
    let lines = head.split(|byte| *byte == b'\n').take(SAMPLE);
    let lines = lines.filter(|line| !line.trim_ascii().is_empty() && !line.starts_with(b"#"));
    let (mut all, mut blanks, mut tabs) = (0, 0, 0);
    for line in lines {
        let blank = line.iter().position(u8::is_ascii_whitespace);
        let is_entry =
            blank.is_some_and(|blank| NOWHERE.map(str::as_bytes).contains(&&line[..blank]));
        let mark = blank.filter(|_| is_entry).map(|blank| line[blank]);
        all += 1;
        blanks += usize::from(mark == Some(b' '));
        tabs += usize::from(mark == Some(b'\t'));
    }
    let mostly = |some: usize| some > 2 && some * 10 >= all * 9;
    let mark = [(b' ', blanks), (b'\t', tabs)];
    let mark = mark.into_iter().find(|(_, some)| mostly(*some));
    mark.map(|(byte, _)| Delimiter::byte(byte))
}

/// The delimiters that a text may have.
fn delimiters(head: &[u8]) -> Vec<Delimiter> {
    let sampled = &head[..head.len().min(SAMPLED)];
    if let Some(delimiter) = of_hosts_file(sampled) {
        return vec![delimiter];
    }
    let single = DELIMITERS
        .iter()
        .chain(SELDOM)
        .filter(|&&byte| memchr(byte, sampled).is_some());
    let single = single.map(|&byte| Delimiter::byte(byte));
    delimiters_of_marks(sampled)
        .into_iter()
        .chain(single)
        .collect()
}

/// The quotes that a text may have; single ones are tried if they are next to line ends or delimiters at all.
fn quotes(head: &[u8], stated: StatedSeparators) -> Vec<Option<u8>> {
    if let Some(stated) = stated.quote {
        return vec![stated.byte(QUOTE)];
    }
    let sampled = &head[..head.len().min(SAMPLED)];
    let has_single = sampled.first() == Some(&SINGLE_QUOTE)
        || memmem::find(sampled, b"\n'").is_some()
        || sampled
            .windows(3)
            .any(|three| matches!(three, [b'\'', mark, b'\''] if !mark.is_ascii_alphanumeric()));
    let single = has_single.then_some(Some(SINGLE_QUOTE));
    [Some(QUOTE)].into_iter().chain(single).collect()
}

/// How separators split, if there are whole rows.
fn split(head: &[u8], separators: Separators) -> Option<Separation> {
    let sample = sample(head, separators);
    let width = typical_width(&sample.widths)?;
    let records = sample.widths.len() + sample.rejected;
    // Rows that may have left empty cells out speak for it half as much.
    let whole = sample
        .widths
        .iter()
        .filter(|other| **other == width)
        .count();
    let short = sample
        .widths
        .iter()
        .filter(|other| (2..width).contains(*other))
        .count();
    let agreement = (whole as f64 + short as f64 / 2.0) / records as f64;
    let filled = sample
        .filled
        .iter()
        .take(width)
        .filter(|filled| **filled)
        .count();
    let columns = filled.saturating_sub(1) as f64 / filled.max(1) as f64;
    let whole = sample.whole_cells as f64 / sample.cells as f64;
    Some(Separation {
        separators,
        width,
        agreement,
        score: agreement * agreement * columns * whole * whole,
        enclosed: sample.enclosed,
        strays: sample.strays,
        records,
    })
}

/// The first records of a text.
#[derive(Default)]
struct Sample {
    widths: Vec<usize>,
    rejected: usize,
    cells: usize,
    whole_cells: usize,
    /// Returns the columns that are not empty.
    filled: Vec<bool>,
    enclosed: usize,
    strays: usize,
}

fn sample(head: &[u8], separators: Separators) -> Sample {
    let (sampled, rest) = head.split_at(head.len().min(SAMPLED));
    let mut records = Records::new(Window::new(sampled), separators);
    records.expect(ExpectedRows {
        width: plain_width(sampled, separators),
        columns: Vec::new(),
    });
    let mut sample = Sample::default();
    while sample.widths.len() + sample.rejected < SAMPLE {
        match records.next() {
            // The last record of a head may be cut off.
            Ok(Next::Record { .. }) if rest.is_empty() || !records.are_at_end() => {
                sample.add(&records, separators.delimiter);
            }
            Ok(Next::Rejected { .. }) => sample.rejected += 1,
            // Reading from memory cannot fail.
            Ok(Next::Record { .. } | Next::End) | Err(_) => break,
        }
    }
    sample
}

/// Returns the number of cells of most lines without quotes and escapes, if there are a few of them.
pub(in crate::ingest) fn plain_width(head: &[u8], separators: Separators) -> Option<usize> {
    let quote = separators.quote.unwrap_or(ESCAPE);
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let plain = lines.filter(|line| !line.is_empty() && memchr2(quote, ESCAPE, line).is_none());
    let width = |line: &[u8]| {
        let mut ends = Vec::new();
        separators.delimiter.ends(line, &mut ends);
        ends.len()
    };
    let widths: Vec<usize> = plain.take(SAMPLE).map(width).collect();
    let (width, agreeing) = commonest(&widths)?;
    (width > 1 && agreeing > 2 && agreeing * 2 > widths.len()).then_some(width)
}

impl Separation {
    /// Returns whether it splits so evenly that the text surely has columns.
    pub(in crate::ingest) fn is_sure(&self) -> bool {
        self.score > SURE
    }

    /// Returns whether so few rows have a different number of columns that a build accepts the text.
    pub(in crate::ingest) fn is_even(&self) -> bool {
        self.agreement > EVEN
    }

    /// Single quotes are quotes only if they enclose cells of most records: there are apostrophes.
    fn is_better_than(&self, other: &Self) -> bool {
        let is_single = self.separators.quote == Some(SINGLE_QUOTE);
        let same_delimiter = self.separators.delimiter == other.separators.delimiter;
        match is_single && same_delimiter && other.separators.quote == Some(QUOTE) {
            true => self.enclosed * 2 > self.records && self.agreement >= other.agreement,
            false => self.score > other.score,
        }
    }

    /// Returns the same split with backslashes as escapes, if that makes more even rows, or equally even ones and no
    /// backslash is before anything that would not be escaped.
    fn escaping(self, head: &[u8]) -> Self {
        let separators = Separators {
            escape: Some(ESCAPE),
            ..self.separators
        };
        let escapes = Escapes::of(&head[..head.len().min(SAMPLED)], separators);
        if escapes.needed == 0 {
            return self;
        }
        let escaping = split(head, separators);
        let is_better = |escaping: &Self| {
            escaping.agreement > self.agreement
                || escaping.agreement >= self.agreement && escapes.needless == 0
        };
        escaping.filter(is_better).unwrap_or(self)
    }

    /// Returns the same split without quotes, if they are likely strays.
    fn without_strays(mut self) -> Self {
        if self.strays > self.enclosed {
            self.separators.quote = None;
        }
        self
    }
}

/// Backslashes by what is after them.
struct Escapes {
    /// Before characters that would have a meaning without them.
    needed: usize,
    /// Before characters that would have the same meaning without them.
    needless: usize,
}

impl Escapes {
    fn of(text: &[u8], separators: Separators) -> Self {
        let (mut needed, mut needless, mut at) = (0, 0, 0);
        while let Some(place) = memchr(ESCAPE, &text[at..]) {
            let rest = &text[at + place + 1..];
            match rest.first() {
                Some(b'\n' | b'\r') => needed += 1,
                Some(_) if rest.starts_with(separators.delimiter.as_bytes()) => needed += 1,
                Some(byte) if Some(*byte) == separators.quote => needed += 1,
                Some(b'\\' | b'N' | b'0' | b'n' | b't' | b'r' | b'\'') | None => {}
                Some(_) => needless += 1,
            }
            at = (at + place + 2).min(text.len());
        }
        Self { needed, needless }
    }
}

impl Sample {
    fn add(&mut self, records: &Records<'_, &[u8]>, delimiter: Delimiter) {
        self.widths.push(records.width());
        self.enclosed += usize::from(records.quoting() == Quoting::Enclosing);
        self.strays += usize::from(records.quoting() == Quoting::Stray);
        self.filled
            .resize(self.filled.len().max(records.width()), false);
        for (place, cell) in records.cells().iter().enumerate() {
            let cell = String::from_utf8_lossy(cell);
            self.cells += 1;
            self.filled[place] |= !cell.trim().is_empty();
            self.whole_cells += usize::from(is_whole(cell.trim(), delimiter));
        }
    }
}

/// Could the cell be in one column, or would another delimiter split it?
fn is_whole(cell: &str, delimiter: Delimiter) -> bool {
    let separates = memmem::find(cell.as_bytes(), delimiter.as_bytes()).is_some();
    if cell.contains('\n') && separates {
        return false;
    }
    let splits = |c: char| {
        u8::try_from(c)
            .is_ok_and(|byte| delimiter.single() != Some(byte) && DELIMITERS.contains(&byte))
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

    fn guess(text: &str) -> Option<(char, bool)> {
        let separators = separation(text.as_bytes(), StatedSeparators::default())?.separators;
        let delimiter = separators.delimiter.to_string().chars().next()?;
        Some((delimiter, separators.quote.is_some()))
    }

    #[test]
    fn the_delimiter_is_the_one_that_splits_evenly() {
        assert_eq!(guess("a;b;c\n1,5;2;3\n\"x;y\";2,2;3\n"), Some((';', true)));
        assert_eq!(
            guess("a@example.kz:x\nb@example.kz:y,z\n"),
            Some((':', true))
        );
        assert_eq!(guess("a|b\n1|2"), Some(('|', true)));
        assert_eq!(guess("a\tb\n1:2\t2"), Some(('\t', true)));
        assert_eq!(guess("a^b\n1^2\n"), Some(('^', true)));
        assert_eq!(guess("a\x01b\n1\x012\n"), Some(('\x01', true)));
        assert_eq!(guess("single\ncolumn\n"), None);
        let guess = separators(b"single\ncolumn\n", StatedSeparators::default());
        assert_eq!(
            (guess.delimiter, guess.quote),
            (Delimiter::byte(b','), Some(QUOTE))
        );
    }

    #[test]
    fn a_blank_splits_a_hosts_file_and_no_other_text() {
        let hosts = "# x\n127.0.0.1 localhost\n0.0.0.0 a.example.kz\n0.0.0.0 b.example.kz\n";
        assert_eq!(guess(hosts), Some((' ', true)));
        let tabs = hosts.replace(".1 ", ".1\t").replace(".0 ", ".0\t");
        assert_eq!(guess(&tabs).map(|(mark, _)| mark), Some('\t'));
        let other = hosts.replace("0.0.0.0", "10.0.0.7");
        assert_ne!(guess(&other).map(|(mark, _)| mark), Some(' '));
    }

    #[test]
    fn times_addresses_and_decimal_commas_split_nothing() {
        let times = "2020-01-01 12:30:00,x\n2020-01-02 13:31:01,y\n";
        assert_eq!(guess(times), Some((',', true)));
        let prose = "A, b, c;1,5\nD, e, f;2,5\nG, h, i;3,5\n";
        assert_eq!(guess(prose), Some((';', true)));
    }

    #[test]
    fn a_few_damaged_rows_do_not_hide_the_delimiter() {
        let rows = "12:30;b;c;d\n".repeat(20) + "13:30;b\n" + "14:30;b;c;d;e;f\n";
        assert_eq!(guess(&rows), Some((';', true)));
    }

    #[test]
    fn quotes_that_hold_nothing_together_are_recognised() {
        let strays = "a@example.kz:\"x\nb@example.kz:y\nc@example.kz:z\"w\nd@example.kz:v\n";
        assert_eq!(guess(strays), Some((':', false)));
        assert_eq!(guess("\"a;b\";c\n\"d;e\";f\n"), Some((';', true)));
        assert_eq!(guess("\"a\nb\";c\n\"d\ne\";f\n"), Some((';', true)));
    }

    /// Returns the separators as `breach.toml` would state them.
    fn stated(text: &str) -> (String, Option<char>, Option<char>) {
        let guess = separation(text.as_bytes(), StatedSeparators::default())
            .unwrap()
            .separators;
        (
            guess.delimiter.to_string(),
            guess.quote.map(char::from),
            guess.escape.map(char::from),
        )
    }

    #[test]
    fn delimiters_of_several_and_of_other_characters_are_recognised() {
        for delimiter in [
            "¦", "§", "~|~", ":::", "|;|", "||", "----", "¤", "#", "\u{1e}",
        ] {
            let rows = ["a", "b c", "12:30"].join(delimiter) + "\n";
            let rows = rows.repeat(3) + &["x", "y", "+7 709"].join(delimiter) + "\n";
            let guess = separation(rows.as_bytes(), StatedSeparators::default()).unwrap();
            let separators = guess.separators;
            let is_it = separators.delimiter.to_string() == delimiter
                || delimiter == "||" && separators.delimiter == Delimiter::byte(b'|');
            assert!(is_it, "{delimiter}: {separators:?}");
            assert!(guess.is_sure(), "{delimiter}");
        }
        let named = separation(b"sep=^\na^b;c\nd^e;f\n", StatedSeparators::default()).unwrap();
        assert_eq!(named.separators.delimiter, Delimiter::byte(b'^'));
    }

    #[test]
    fn the_quote_is_the_one_that_encloses_most_records() {
        let single = "'1','a, b'\n'2','c'\n'3','d, e'\n";
        assert_eq!(stated(single), (",".to_owned(), Some('\''), None));
        let more = "'a','b','c'\n".to_owned() + &"'1','a, b','2'\n".repeat(9);
        assert_eq!(stated(&more).1, Some('\''));
        let apostrophes = "1,'a\n2,b'\n3,O'c\n4,'d'\n";
        assert_eq!(stated(apostrophes).1, Some('"'));
    }

    #[test]
    fn backslashes_are_escapes_where_they_make_the_rows_even() {
        let outfile = "1\ta\\\tb\t\\N\n2\tc\\\td\\\\\t\\N\n".repeat(9);
        assert_eq!(stated(&outfile), ("\t".to_owned(), Some('"'), Some('\\')));
        let quoted = "\"1\",\"a\"\n\"2\",\"b \\\"c, d\\\"\"\n".repeat(9);
        assert_eq!(stated(&quoted), (",".to_owned(), Some('"'), Some('\\')));
        let paths = "1;C:\\a\\;x\n2;D:\\b\\;y\n".repeat(9);
        assert_eq!(stated(&paths), (";".to_owned(), Some('"'), None));
    }
}
