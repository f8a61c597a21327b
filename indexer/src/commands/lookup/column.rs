//! Which values are in one column of a CSV file on standard input?

use std::cell::Cell;
use std::convert::Infallible;
use std::io::{self, BufRead, Read};
use std::rc::Rc;
use std::str::FromStr;

use anyhow::{Context, bail};
use csv::{ByteRecord, ReaderBuilder};

use crate::commands::options::identifiers::Unreadable;

/// Maximum length of a record, in bytes: an unclosed quote would make one record of all the rest.
const MAX_RECORD: u64 = 1 << 20;
/// Bytes of the first line that are searched for the delimiter.
const HEAD: u64 = 1 << 16;
/// Delimiters, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The column that holds the values.
#[derive(Clone)]
pub(super) enum Column {
    /// The column with this name in the first row, ignoring case.
    Named(String),
    /// The column at this place, from 0, of a file without a header.
    Numbered(usize),
}

impl FromStr for Column {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.parse() {
            Ok(place) => Self::Numbered(place),
            Err(_) => Self::Named(text.to_owned()),
        })
    }
}

impl Column {
    /// Reads a whole CSV file and passes on each value of the column with the number of its row, from 1, the header
    /// included.
    pub(super) fn each(
        &self,
        mut input: impl BufRead,
        mut take: impl FnMut(u64, Result<&str, Unreadable>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut head = Vec::new();
        Read::by_ref(&mut input)
            .take(HEAD)
            .read_until(b'\n', &mut head)?;
        let left = Rc::new(Cell::new(MAX_RECORD));
        let bounded = BoundedReader {
            left: Rc::clone(&left),
            inner: head.as_slice().chain(input),
        };
        let mut rows = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(&head))
            .from_reader(bounded);
        let mut row = ByteRecord::new();
        let mut place = match self {
            Self::Named(_) => None,
            Self::Numbered(place) => Some(*place),
        };
        let mut number = 0;
        while rows
            .read_byte_record(&mut row)
            .context("the CSV cannot be read")?
        {
            left.set(MAX_RECORD);
            number += 1;
            match place {
                Some(place) => take(number, value(&row, place))?,
                None => place = Some(self.find(&row)?),
            }
        }
        Ok(())
    }

    /// Returns the column's place under a header.
    fn find(&self, header: &ByteRecord) -> anyhow::Result<usize> {
        let Self::Named(name) = self else {
            bail!("a column with a number has no name");
        };
        let folded = |text: &str| text.trim().to_lowercase();
        let is_meant =
            |cell: &[u8]| str::from_utf8(cell).is_ok_and(|cell| folded(cell) == folded(name));
        header.iter().position(is_meant).with_context(|| {
            format!(
                "none of the {} columns is called {name:?} in the first row; a file without a header takes the column's \
                 number, from 0",
                header.len()
            )
        })
    }
}

fn value(row: &ByteRecord, place: usize) -> Result<&str, Unreadable> {
    let cell = row.get(place).ok_or(Unreadable::NoCell)?;
    str::from_utf8(cell).map_err(|_| Unreadable::NotUtf8)
}

/// Returns the delimiter that is most frequent in the first line.
fn delimiter(head: &[u8]) -> u8 {
    let count = |delimiter: u8| head.iter().filter(|byte| **byte == delimiter).count();
    // The last of several maxima is taken.
    let likeliest = DELIMITERS.into_iter().rev().max_by_key(|one| count(*one));
    likeliest.unwrap_or(b',')
}

/// A reader that fails if a record is longer than a number of bytes.
struct BoundedReader<R> {
    left: Rc<Cell<u64>>,
    inner: R,
}

impl<R: Read> Read for BoundedReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.left.get();
        if left == 0 {
            return Err(io::Error::other(
                "a row is longer than 1 MiB: is a quote never closed?",
            ));
        }
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(buffer.len());
        let read = self.inner.read(&mut buffer[..most])?;
        self.left.set(left - read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(column: &str, csv: &str) -> anyhow::Result<Vec<(u64, Option<String>)>> {
        let Ok(column) = column.parse::<Column>();
        let mut values = Vec::new();
        column.each(csv.as_bytes(), |line, value| {
            values.push((line, value.ok().map(str::to_owned)));
            Ok(())
        })?;
        Ok(values)
    }

    fn some(line: u64, value: &str) -> (u64, Option<String>) {
        (line, Some(value.to_owned()))
    }

    #[test]
    fn a_column_is_found_by_its_name_and_by_its_number() {
        let csv = "\u{feff}id;Phone \r\n1;\"a;b\"\r\n2;\"c\r\nd\"\r\n3\r\n";
        let expected = [some(2, "a;b"), some(3, "c\r\nd"), (4, None)];
        assert_eq!(values("phone", csv).expect("read"), expected);
        assert_eq!(
            values("1", "1,a\n2,b").expect("read"),
            [some(1, "a"), some(2, "b")]
        );
        assert_eq!(values("0", "").expect("read"), []);
    }

    #[test]
    fn a_column_that_is_not_there_is_refused_without_showing_the_row() {
        let error = values("phone", "87090000001,x\n")
            .expect_err("refused")
            .to_string();
        assert!(
            error.contains("none of the 2 columns is called \"phone\""),
            "{error}"
        );
        assert!(!error.contains("8709"), "{error}");
    }

    #[test]
    fn a_quote_that_nothing_closes_does_not_fill_the_memory() {
        let endless = format!("phone\n\"{}", "x\n".repeat(1 << 20));
        let error = values("phone", &endless).expect_err("refused");
        assert!(
            format!("{error:#}").contains("longer than 1 MiB"),
            "{error:#}"
        );
    }
}
