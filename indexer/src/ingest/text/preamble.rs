//! What is above a file's rows? Lines that `skip` counts, and the line that names the delimiter for Excel.

use std::io::Read;

use super::separators::Delimiter;
use super::window::{Line, Window};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Passage;

/// Longest line that may name a delimiter, in bytes.
const LINE: usize = 64;

/// Passes over the first `skip` lines.
pub(in crate::ingest) fn skip_lines(
    window: &mut Window<impl Read>,
    skip: u64,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    for _ in 0..skip {
        match window.line(RECORD_LIMIT)? {
            Line::Whole { number, text } | Line::TooLong { number, head: text } => {
                builder.pass_over(number, Passage::Preamble, text);
            }
            Line::End => break,
        }
    }
    Ok(window.finish_line_end()?)
}

/// Passes over the line `sep=;`, if that is next, and returns the delimiter that it names.
pub(in crate::ingest) fn pass_separator_line(
    window: &mut Window<impl Read>,
    builder: &mut RecordBuilder<'_>,
) -> Result<Option<Delimiter>, Failure> {
    let Some((delimiter, _)) = separator_line(window.peek(LINE)?) else {
        return Ok(None);
    };
    skip_lines(window, 1, builder)?;
    Ok(Some(delimiter))
}

/// The delimiter that the line `sep=;` at the beginning of a text names, and the length of that line with its end.
pub(in crate::ingest) fn separator_line(text: &[u8]) -> Option<(Delimiter, usize)> {
    let head = &text[..text.len().min(LINE)];
    let length = head.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let end = if text[length..].starts_with(b"\r\n") {
        2
    } else {
        1
    };
    let line = std::str::from_utf8(&head[..length]).ok()?;
    // A program that did not recognise it may have quoted it, or padded it with delimiters.
    let line = line.trim_start_matches(['\u{feff}', '"']);
    let key = line.get(..4)?.eq_ignore_ascii_case("sep=");
    let named = line.get(4..).filter(|_| key)?;
    let named = match named.trim_matches('"') {
        "\\t" => "\t",
        named => named,
    };
    let first = &named[..named.chars().next()?.len_utf8()];
    let repeats = named
        .trim_end_matches(first)
        .trim_matches([' ', '"', ',', ';', '\t'])
        .is_empty();
    let named = if repeats { first } else { named };
    Some((Delimiter::of(named)?, length + end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_names_the_delimiter_is_known() {
        for (text, delimiter) in [
            ("sep=;\na;b", ";"),
            ("SEP=,\r\n", ","),
            ("\u{feff}sep=\t\n", "\t"),
            ("\"sep=;\"\n", ";"),
            ("sep=;;;;\n", ";"),
            ("sep=~|~\n", "~|~"),
        ] {
            let found = separator_line(text.as_bytes());
            let length = text.find('\n').unwrap() + 1;
            assert_eq!(
                found,
                Delimiter::of(delimiter).map(|one| (one, length)),
                "{text:?}"
            );
        }
        for text in ["sep;\n", "sep=\n", "sep=;", "separate=x\n", "", "Иван\n"] {
            assert_eq!(separator_line(text.as_bytes()), None, "{text:?}");
        }
    }
}
