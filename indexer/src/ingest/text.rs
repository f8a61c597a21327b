use std::io::Read;

use super::error::Failure;
use super::intake::Intake;
use super::window::Window;

/// How much of a line is a record; what a longer one holds is cut up, at a space.
const PIECE: usize = 4096;

/// How much of the end of one line and of the beginning of the next is looked at together, in bytes.
const SEAM: usize = 64;

/// Reads free text, such as chats and what was copied out of documents: every line in which an identifier stands on its
/// own is a record.
pub(super) fn read(window: &mut Window<impl Read>, intake: &mut Intake<'_>) -> Result<(), Failure> {
    let (mut before, mut text) = (Vec::new(), Vec::new());
    while let Some(line) = window.piece(PIECE)? {
        text.clear();
        seam(&before, line, &mut text);
        text.extend_from_slice(line);
        intake.prose(&text)?;
        tail(line, &mut before);
    }
    Ok(())
}

/// The words at the end of a line.
fn tail(line: &[u8], tail: &mut Vec<u8>) {
    let line = line.trim_ascii_end();
    let mut end = &line[line.len().saturating_sub(SEAM)..];
    if end.len() < line.len() {
        let word = end.iter().position(|byte| *byte == b' ');
        end = &end[word.unwrap_or(end.len())..];
    }
    tail.clear();
    tail.extend_from_slice(end);
}

/// What is broken by the end of a line, whole and on a line of its own. A hyphen or @ at the end tells that it is, and so
/// does a phone number with its plus that has too few digits. Any digits at an end and any at the next beginning would
/// be taken for an identifier too often.
fn seam(before: &[u8], line: &[u8], text: &mut Vec<u8>) {
    let line = line.trim_ascii_start();
    let beginning = &line[..line.len().min(SEAM)];
    if before.ends_with(b"@") || before.ends_with(b"-") {
        text.extend_from_slice(before);
    } else if let Some(plus) = unfinished_phone(before) {
        text.extend_from_slice(&before[plus..]);
        text.push(b' ');
    } else {
        return;
    }
    text.extend_from_slice(beginning);
    text.push(b'\n');
}

/// Where a phone number with its plus begins with which the line ends, and which has too few digits.
fn unfinished_phone(line: &[u8]) -> Option<usize> {
    let plus = line.iter().rposition(|byte| *byte == b'+')?;
    let number = &line[plus + 1..];
    let digits = number.iter().filter(|byte| byte.is_ascii_digit()).count();
    let is_number = number
        .iter()
        .all(|byte| byte.is_ascii_digit() || b" -()".contains(byte));
    (is_number && (1..11).contains(&digits)).then_some(plus)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::{read_folder, read_folder_files};

    const ENTRY: &str = "path = \"chat.txt\"\nformat = \"text\"";

    fn found(text: &str) -> Vec<String> {
        let (collected, tally) = read_folder(ENTRY, &[("chat.txt", text.as_bytes())]);
        assert_eq!(tally.rows, collected.records.len() as u64);
        collected.values()
    }

    #[test]
    fn every_line_with_an_identifier_is_a_record() {
        let chat = "[12.05.2021 10:30] Айша: менің нөмірім 8 709 000 00 01\n\nok\n\
            [12.05.2021 10:31] x: a@example.kz, ИИН 360323258530 (not 360323258531)\n";
        let (collected, tally) = read_folder(ENTRY, &[("chat.txt", chat.as_bytes())]);
        let kinds: Vec<usize> = collected
            .records
            .iter()
            .map(|(found, _)| found.len())
            .collect();
        assert_eq!((kinds, tally.rows, tally.rejected_rows), (vec![1, 2], 2, 0));
        assert_eq!(tally.cells.len(), 3);
    }

    #[test]
    fn what_is_broken_over_two_lines_is_found() {
        assert_eq!(found("ИИН 360323-\n258530\n"), ["360323258530"]);
        assert_eq!(
            found("write to a.b@\r\n  example.kz now"),
            ["a.b@example.kz"]
        );
        assert_eq!(found("tel. +7 709\n000 00 01"), ["+77090000001"]);
        assert_eq!(found("360323\n258530"), [""; 0]);
        assert_eq!(
            found(&format!("{}360323-\n258530", "x".repeat(70))),
            [""; 0]
        );
    }

    #[test]
    fn a_line_of_any_length_is_searched_to_its_end() {
        let line = "a@example.kz 87090000001 ".repeat(10_000);
        let (collected, _) = read_folder(ENTRY, &[("chat.txt", line.as_bytes())]);
        assert!(collected.records.len() > 10_000 * 25 / PIECE);
        let dense: String = (0..20_000).map(|n| format!("{n}@example.kz ")).collect();
        assert_eq!(found(&dense).len(), 20_000);
    }

    #[test]
    fn free_text_has_no_columns() {
        let entry = format!("{ENTRY}\ncolumns.0 = {{ class = \"names\" }}");
        assert!(read_folder_files(&entry, &[("chat.txt", b"x")]).is_err());
    }
}
