//! Which lines of free text hold identifiers?

use std::io::Read;

use exposure_index::breach::ClassSet;
use memchr::memchr2;

use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::recover::{Part, label};
use crate::ingest::text::cells::text_of;
use crate::ingest::text::window::{Piece, Window};

/// Maximum length of a record; a longer line is cut up.
const PIECE: usize = 4096;

/// Bytes of the end of one line and of the beginning of the next that are searched together.
const SEAM: usize = 64;

/// Reads free text, such as chats and text copied from documents: every line in which an identifier is on its
/// own is a record, with which these `classes` leaked.
pub(in crate::ingest) fn read(
    window: &mut Window<impl Read>,
    classes: ClassSet,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    each_line(window, |parts| builder.prose(parts, classes))
}

/// Passes on the parts of a text in memory, such as a cell, like those of a file of free text.
pub(in crate::ingest) fn each_part_of(text: &[u8], mut take: impl FnMut(&Part<'_>)) {
    if text.len() <= PIECE && memchr2(b'\n', b'\r', text).is_none() {
        return take(&Part::of(text));
    }
    // Reading from memory cannot fail.
    let _ = each_line(&mut Window::new(text), |parts| {
        parts.iter().for_each(&mut take);
        Ok(())
    });
}

/// Passes on each line, or piece of one, preceded by the text that the line break before it may have split.
fn each_line(
    window: &mut Window<impl Read>,
    mut take: impl FnMut(&[Part<'_>]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // The text before a piece of a line, and the words at the end of the previous line.
    let (mut before, mut line_end) = (Vec::new(), Vec::new());
    while let Some(piece) = window.piece(PIECE)? {
        let Piece {
            text,
            behind,
            ends_line,
        } = piece;
        let seam = match before.is_empty() {
            true => seam(&line_end, text),
            false => None,
        };
        if before.is_empty() && continues_with_number(text) && ends_with_label(&line_end) {
            before = [&line_end, &b"\n"[..]].concat();
        }
        let part = Part {
            before: &before,
            text,
            behind,
            spans: false,
        };
        match &seam {
            Some((end, beginning)) => take(&[spanning(end, beginning), part])?,
            None => take(&[part])?,
        }
        if ends_line {
            tail(text, &mut line_end);
            before.clear();
        } else {
            before = part.tail().to_vec();
        }
    }
    Ok(())
}

fn spanning<'s>(end: &'s [u8], beginning: &'s [u8]) -> Part<'s> {
    Part {
        before: end,
        spans: true,
        ..Part::of(beginning)
    }
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

/// The end of a line and the beginning of the next, as they belong together, if something may be broken by the line's
/// end: any digits at an end and any at the next beginning would be taken for an identifier too often.
fn seam<'l>(before: &[u8], line: &'l [u8]) -> Option<(Vec<u8>, &'l [u8])> {
    let line = line.trim_ascii_start();
    let beginning = &line[..line.len().min(SEAM)];
    let continues_with_number = continues_with_number(beginning);
    let end = match before {
        [] => return None,
        // A soft line break of quoted-printable.
        [end @ .., b'='] => end.to_vec(),
        [.., b'0'..=b'9', b'-'] if continues_with_number => before.to_vec(),
        _ if is_unfinished_address(before, beginning) => before.to_vec(),
        _ if continues_with_number && is_unfinished_number(before)
            || is_unfinished_account(before) =>
        {
            [before, b" "].concat()
        }
        _ => return None,
    };
    Some((end, beginning))
}

fn continues_with_number(line: &[u8]) -> bool {
    matches!(line.trim_ascii_start(), [b'0'..=b'9' | b'(', ..])
}

/// A word for telephone or IIN is at the end of a line.
fn ends_with_label(line: &[u8]) -> bool {
    label::ends(&text_of(line))
}

/// An address is broken next to its @ or a dot of its domain.
fn is_unfinished_address(before: &[u8], beginning: &[u8]) -> bool {
    let word = before
        .rsplit(|byte| *byte == b' ')
        .next()
        .unwrap_or_default();
    let is_domain = word.contains(&b'@');
    before.ends_with(b"@")
        || beginning.starts_with(b"@") && !is_domain
        || is_domain && (word.ends_with(b".") || beginning.starts_with(b"."))
}

/// A line ends with a number that has too few digits for what it says it is: a phone number with its plus, or one that
/// is grouped like a mobile number of Kazakhstan, or digits after a word for telephone or IIN.
fn is_unfinished_number(line: &[u8]) -> bool {
    let is_in_number = |byte: &u8| byte.is_ascii_digit() || b" -()+".contains(byte);
    let length = line
        .iter()
        .rev()
        .take_while(|byte| is_in_number(byte))
        .count();
    let (label, number) = line.split_at(line.len() - length);
    let plus = number.iter().rposition(|byte| *byte == b'+');
    let number = &number[plus.map_or(0, |plus| plus + 1)..];
    let digits: Vec<u8> = number.iter().copied().filter(u8::is_ascii_digit).collect();
    let limit = if plus.is_some() { 11 } else { 12 };
    (1..limit).contains(&digits.len())
        && (plus.is_some() || is_grouped_phone(number, &digits) || ends_with_label(label))
}

/// `8 709`, `8 (709) 000` and the like.
fn is_grouped_phone(number: &[u8], digits: &[u8]) -> bool {
    let mut groups = number
        .split(|byte| !byte.is_ascii_digit())
        .filter(|group| !group.is_empty());
    let (first, second) = (groups.next(), groups.next());
    let is_mobile = matches!(digits, [b'7' | b'8', b'7', b'0' | b'4' | b'7', ..]);
    is_mobile
        && digits.len() < 11
        && first.is_some_and(|first| first.len() == 1)
        && second.is_some_and(|second| second.len() == 3)
}

/// A line ends with the beginning of an account number of Kazakhstan.
fn is_unfinished_account(line: &[u8]) -> bool {
    let start = line
        .windows(2)
        .rposition(|two| two.eq_ignore_ascii_case(b"KZ"));
    let account = start.map_or(&[][..], |start| &line[start..]);
    let is_in_account = |byte: &u8| byte.is_ascii_alphanumeric() || b" -".contains(byte);
    let letters = account.iter().filter(|byte| byte.is_ascii_alphanumeric());
    account.iter().all(is_in_account) && (4..20).contains(&letters.count())
}

#[cfg(test)]
mod tests {
    use exposure_index::identifier::Identifier;
    use proptest::prelude::*;

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
        assert_eq!(found("тел. 8 (709)\n000-00-01"), ["+77090000001"]);
        assert_eq!(found("8 709 000\n00 01"), ["+77090000001"]);
        assert_eq!(found("тел. 8709000\n0001"), ["+77090000001"]);
        assert_eq!(found("моб. 709 000\n00 01"), ["+77090000001"]);
        assert_eq!(found("ИИН 360323\n258530"), ["360323258530"]);
        assert_eq!(found("Телефон:\n7090000001"), ["+77090000001"]);
        assert_eq!(found("a.b\n@example.kz"), ["a.b@example.kz"]);
        assert_eq!(found("a.b@mail.\nexample.kz"), ["a.b@mail.example.kz"]);
        assert_eq!(found("a.b@exam=\nple.kz"), ["a.b@example.kz"]);
        assert_eq!(
            found("счёт KZ86 125K\nZT50 0410 0100"),
            ["KZ86125KZT5004100100"]
        );
        assert_eq!(found("360323\n258530"), [""; 0]);
        assert_eq!(found("8709000\n0001"), [""; 0]);
        assert_eq!(found("сумма 8 709\n000 00 01 тг"), ["+77090000001"]);
        assert_eq!(found("заказ 709 000\n00 01"), [""; 0]);
        assert_eq!(found("+7 709 000 00 01\n+7 709 000 00 02").len(), 2);
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
    fn nothing_is_cut_in_two_in_a_line_without_blanks() {
        let minified: String = (0..6_000)
            .map(|n| format!("{{\"t\":\"+7709000{n:04}\"}},"))
            .collect();
        assert_eq!(found(&minified).len(), 6_000);
        let labelled: String = (0..6_000)
            .map(|n| format!("{{\"phone\":\"709000{n:04}\"}},"))
            .collect();
        assert_eq!(found(&labelled).len(), 6_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn what_is_planted_in_lines_of_any_length_is_found(
            lines in prop::collection::vec(("[a-zа-я ,.;:{}\"-]{1,30}", 0_usize..9_000), 1..6),
            place: prop::sample::Index,
        ) {
            for planted in ["+77090000001", "8 709 000 00 01", "тел. 709 000 00 01", "a.b@example.kz", "360323258530"] {
                let mut text: Vec<char> = Vec::new();
                for (filling, length) in &lines {
                    text.extend(filling.chars().cycle().take(*length));
                    text.push('\n');
                }
                let place = place.index(text.len() + 1);
                text.splice(place..place, format!("|{planted}|").chars());
                let expected = found(planted).remove(0);
                let text: String = text.into_iter().collect();
                prop_assert!(found(&text).contains(&expected), "{planted} at {place}");
            }
        }
    }

    #[test]
    fn what_leaked_with_free_text_leaked_with_every_identifier_in_it() {
        let entry = format!("{ENTRY}\nclasses = [\"private-messages\", \"names\"]");
        let chat = "Айша: 8 709 000 00 01\nok\nx: a@example.kz\n";
        let folder = crate::ingest::tests::folder(&entry, &[("chat.txt", chat.as_bytes())]);
        let breach = crate::ingest::Breach::open(folder.path()).unwrap();
        let (collected, _) = read_folder(&entry, &[("chat.txt", chat.as_bytes())]);
        let classes: Vec<Vec<&str>> = collected
            .records
            .iter()
            .map(|(_, set)| {
                set.places()
                    .map(|place| breach.classes[place].as_str())
                    .collect()
            })
            .collect();
        assert_eq!(
            classes,
            [
                ["names", "phone-numbers", "private-messages"],
                ["email-addresses", "names", "private-messages"],
            ]
        );
    }

    /// A column of free text next to one of IINs, in every format that has columns.
    #[test]
    fn a_cell_of_free_text_is_searched_and_what_is_in_it_is_the_record_s() {
        let columns = "columns.iin = { identifier = \"iin\" }\ncolumns.note = { text = true, class = \"private-messages\" }";
        let csv =
            "iin,note\n360323258530,\"звоните 8 709 000\n00 01, a@example.kz\"\n510624280010,нет\n";
        let json = "[{\"iin\":\"360323258530\",\"note\":[\"звоните 8 709 000 00 01\",{\"type\":\"link\",\"text\":\"a@example.kz\"}]},\
                    {\"iin\":\"510624280010\",\"note\":null}]";
        let sql = "CREATE TABLE t (iin text, note text);\nINSERT INTO t VALUES ('360323258530','тел. 709 000 00 01 a@example.kz'),\
                   ('510624280010',NULL);\n";
        for (format, text) in [("csv", csv), ("json", json), ("sql\"\ntable = \"t", sql)] {
            let entry = format!("path = \"a\"\nformat = \"{format}\"\n{columns}");
            let (collected, tally) = read_folder(&entry, &[("a", text.as_bytes())]);
            let found: Vec<Vec<&str>> = collected
                .records
                .iter()
                .map(|(found, _)| found.iter().map(Identifier::value).collect())
                .collect();
            let whole = ["360323258530", "+77090000001", "a@example.kz"];
            assert_eq!(found.len(), 2, "{format}: {found:?}");
            assert!(
                whole.iter().all(|value| found[0].contains(value)),
                "{format}: {found:?}"
            );
            assert_eq!(found[0].len(), 3, "{format}: {found:?}");
            assert_eq!(
                (found[1].as_slice(), tally.rows),
                (&["510624280010"][..], 2),
                "{format}"
            );
            assert_ne!(collected.records[0].1, collected.records[1].1);
        }
    }

    #[test]
    fn a_cell_of_many_lines_costs_no_more_than_it_is_long() {
        let cell: String = (0..20_000).map(|n| format!("{n}@example.kz\n")).collect();
        let csv = format!("note\n\"{cell}\"\n");
        let entry = "path = \"a\"\nformat = \"csv\"\ncolumns.note = { text = true }";
        let (collected, _) = read_folder(entry, &[("a", csv.as_bytes())]);
        assert_eq!(collected.values().len(), 20_000);
    }

    #[test]
    fn free_text_has_no_columns() {
        let entry = format!("{ENTRY}\ncolumns.0 = {{ class = \"names\" }}");
        assert!(read_folder_files(&entry, &[("chat.txt", b"x")]).is_err());
    }
}
