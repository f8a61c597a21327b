use std::io::Read;

use super::window::{Line, Window};
use crate::ingest::RECORD_LIMIT;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::Reason;

/// Gives `take` each line that is a record, with its number: not blank ones, nor the first if it is a header, which
/// is checked. One that is too long is rejected.
pub(in crate::ingest) fn each(
    window: &mut Window<impl Read>,
    has_header: bool,
    builder: &mut RecordBuilder<'_>,
    mut take: impl FnMut(u64, &[u8], &mut RecordBuilder<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut at_header = has_header;
    loop {
        match window.line(RECORD_LIMIT)? {
            Line::Whole { text, .. } if text.trim_ascii().is_empty() => {}
            Line::Whole { number, text } if std::mem::take(&mut at_header) => {
                builder.check_header(number, text);
            }
            Line::Whole { number, text } => take(number, text, builder)?,
            Line::TooLong { number, head } => {
                builder.reject(number, Reason::TooLong);
                builder.recover_more(head)?;
                while let Some(more) = window.more_of_line()? {
                    builder.recover_more(more)?;
                }
                builder.recover_rest()?;
            }
            Line::End => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::read_folder;

    #[test]
    fn a_line_that_is_too_long_is_searched_to_its_end() {
        let long: String = (0..60_000)
            .map(|n| format!("{{\"p\":\"+77090{n:06}\"}},"))
            .collect();
        assert!(long.len() > RECORD_LIMIT);
        let text = format!("{{\"p\":1}}\n[{long}\n{{\"p\":\"+77091000000\"}}\n");
        let entry =
            "path = \"a.jsonl\"\nformat = \"jsonl\"\ncolumns.p = { identifier = \"phone\" }";
        let (collected, tally) = read_folder(entry, &[("a.jsonl", text.as_bytes())]);
        assert_eq!((tally.rows, tally.rejected_rows), (3, 1));
        assert_eq!(collected.recovered_values().len(), 60_000);
        assert_eq!(collected.values(), ["+77091000000"]);
    }
}
