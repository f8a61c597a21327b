//! Can this tuple be read without a lexer? Nearly every one can.

use memchr::{memchr, memchr2};

use super::escapes::mysql_escaped;
use super::row::Row;
use crate::ingest::describe::description::Dialect;

/// Puts the values of a tuple, whose parenthesis has been opened, into `row`, and returns its length up to the closing
/// one. `None` if it has anything except strings, numbers and NULL, or if it does not end in `bytes`.
///
/// Nearly every row of nearly every dump is such a tuple, and token by token it would take three times as long. Any
/// other one is left to the lexer, which reads plain tuples the same way.
pub(super) fn values(bytes: &[u8], dialect: Dialect, row: &mut Row) -> Option<usize> {
    row.clear();
    let mut at = 0;
    loop {
        at += bytes[at..].iter().position(|&byte| byte != b' ')?;
        at += value(&bytes[at..], dialect, row)?;
        row.end_cell();
        match bytes.get(at)? {
            b',' => at += 1,
            b')' => return Some(at + 1),
            _ => return None,
        }
    }
}

/// Takes the value that `bytes` begin with and returns its length.
fn value(bytes: &[u8], dialect: Dialect, row: &mut Row) -> Option<usize> {
    match bytes {
        [b'\'', ..] => string(bytes, dialect, row),
        // SQL Server's Unicode strings.
        [b'N' | b'n', b'\'', ..] => Some(1 + string(&bytes[1..], dialect, row)?),
        [b'N' | b'n', ..] => bytes
            .get(..4)
            .filter(|word| word.eq_ignore_ascii_case(b"NULL"))
            .map(<[u8]>::len),
        [b'-' | b'0'..=b'9', ..] => number(bytes, row),
        _ => None,
    }
}

/// A string in single quotes; literal quotes are doubled.
fn string(bytes: &[u8], dialect: Dialect, row: &mut Row) -> Option<usize> {
    let mut at = 1;
    loop {
        let rest = &bytes[at..];
        let found = match dialect {
            Dialect::Mysql => memchr2(b'\'', b'\\', rest),
            Dialect::Postgresql => memchr(b'\'', rest),
        };
        let (text, special) = rest.split_at(found?);
        row.extend(text);
        match *special {
            [b'\\', byte, ..] => {
                let (backslash, byte) = mysql_escaped(byte);
                row.extend(backslash);
                row.extend(&[byte]);
            }
            [b'\'', b'\'', ..] => row.extend(b"'"),
            [b'\'', _, ..] => return Some(at + text.len() + 1),
            _ => return None,
        }
        at += text.len() + 2;
    }
}

/// Digits, perhaps with a sign before and a fraction after them.
fn number(bytes: &[u8], row: &mut Row) -> Option<usize> {
    let digits = |from: usize| {
        let digits = bytes[from..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit());
        Some(from + digits.count()).filter(|&end| end > from)
    };
    let mut end = digits(usize::from(bytes.starts_with(b"-")))?;
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    row.extend(&bytes[..end]);
    Some(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Dump, Lexer, Table, TableName};
    use super::*;
    use crate::ingest::describe::columns::Columns;
    use crate::ingest::record_builder::{NullSink, RecordBuilder};
    use crate::ingest::tests::Trickle;
    use crate::ingest::text::window::Window;

    type Cells = Vec<Vec<u8>>;

    fn cells(row: &Row) -> Cells {
        row.cells().iter().map(<[u8]>::to_vec).collect()
    }

    /// Reads the first tuple with the lexer: a stream that comes byte by byte never holds a whole one.
    fn by_tokens(tuple: &str, dialect: Dialect) -> Option<Cells> {
        let dump = format!("INSERT INTO t VALUES ({tuple}");
        let mut rows = Vec::new();
        let mut show = |_: &TableName, _: Option<&[String]>, cells: &[&[u8]]| {
            rows.push(cells.iter().map(|cell| cell.to_vec()).collect());
        };
        let (no_columns, mut nowhere) = (Columns(Vec::new()), NullSink);
        let mut table = Table::shown_to(&mut show, &no_columns);
        let mut builder = RecordBuilder::new(&mut nowhere);
        let window = Window::new(Trickle(dump.as_bytes()));
        let outcome = Dump::new(Lexer::new(window, dialect, &mut builder), &mut table).read();
        assert!(outcome.is_ok() || outcome.is_err_and(|failure| failure.is_early_end()));
        rows.into_iter().next()
    }

    #[test]
    fn strings_numbers_and_null_are_plain() {
        let mut row = Row::default();
        let tuple = br"'it''s', -12.50,NULL,N'\'\%',7);";
        assert_eq!(
            values(tuple, Dialect::Mysql, &mut row),
            Some(tuple.len() - 1)
        );
        let expected: [&[u8]; 5] = [b"it's", b"-12.50", b"", br"'\%", b"7"];
        assert_eq!(cells(&row), expected);
        for other in [
            "1", "'a", "0x41)", "now())", "'a' 'b')", "1 )", "NULLS)", "--1)", ")", "",
        ] {
            assert_eq!(
                values(other.as_bytes(), Dialect::Mysql, &mut row),
                None,
                "{other}"
            );
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn a_plain_tuple_is_what_the_lexer_makes_of_it(
            tuple in "( ?([nN]?'([a-z,;()\n-]|Ж|''|\\\\[a-z'0Z%\\\\]){0,6}'|-?[0-9]{1,3}([.][0-9]{0,2}){0,2}|[nN]ULL|0x41|x),){0,3}'?[a-z0-9']{0,3}[)]",
        ) {
            for dialect in [Dialect::Mysql, Dialect::Postgresql] {
                let mut row = Row::default();
                if values(tuple.as_bytes(), dialect, &mut row).is_some() {
                    prop_assert_eq!(by_tokens(&tuple, dialect), Some(cells(&row)));
                }
            }
        }
    }
}
