//! Is this text a list of accounts, or free text? Samples for `inspect`.

use std::collections::BTreeSet;

use super::{Layout, ROWS, Sample, Text};
use crate::ingest::describe::description::Format;
use crate::ingest::format::combo::{self, Seen};
use crate::ingest::recover;
use crate::ingest::text::{sniff, transfer};

/// Fewest lines in ten of a list of accounts that begin with an address or number.
const ACCOUNTS_IN_TEN: usize = 9;

/// Samples a list of accounts and passwords, if the text is one. It has no columns. One that names pages is a list
/// however it can be split; another one if it `may_be_pairs`, and unless it `is_even`, all its lines having the same
/// separator.
pub(super) fn accounts(text: &Text, may_be_pairs: bool, is_even: bool) -> Option<Sample> {
    let lines = lines(text);
    let is_in_blocks = combo::is_in_blocks(&text.text);
    let seen = lines.iter().map(|line| combo::seen(line, is_in_blocks));
    let seen: Vec<Seen> = seen.collect();
    let with_page = seen.iter().filter(|seen| **seen == Seen::WithPage).count();
    let accounts = seen.iter().filter(|seen| **seen != Seen::Other).count();
    let is_list = !lines.is_empty() && accounts * 10 >= lines.len() * ACCOUNTS_IN_TEN;
    let names_pages = with_page * 2 > lines.len();
    let separators: BTreeSet<char> = lines
        .iter()
        .filter_map(|line| combo::separator(line))
        .collect();
    let is_table = is_even && separators.len() < 2;
    (is_list && (names_pages || may_be_pairs && !is_table)).then(|| {
        let mut sample = sample(text, Format::Combo, lines.len());
        let separator = separators
            .first()
            .filter(|_| with_page == 0 && separators.len() == 1);
        sample.layout.delimiter = separator.map(char::to_string);
        sample
    })
}

/// Samples free text, if identifiers are in it. It has no columns, and a row is a line with an identifier.
pub(super) fn prose(text: &Text) -> Option<Sample> {
    let mut found = Vec::new();
    let mut holds = |line: &&[u8]| {
        found.clear();
        recover::search(line, &mut found);
        !found.is_empty()
    };
    let lines = lines(text).into_iter();
    let rows = lines.filter(|line| holds(line)).count();
    (rows > 0).then(|| sample(text, Format::Text, rows))
}

/// Returns the class that leaked with the identifiers of a text, if its beginning shows it: phone books, letters,
/// exchanges with banks.
pub(super) fn class_of(text: &[u8]) -> Option<&'static str> {
    let head = &text[..text.len().min(sniff::HEAD)];
    let begins = |words: &[u8]| {
        let begin = head.trim_ascii_start().get(..words.len());
        begin.is_some_and(|begin| begin.eq_ignore_ascii_case(words))
    };
    match transfer::wrapping(head) {
        _ if begins(b"BEGIN:VCARD") => Some("address-book-contacts"),
        _ if begins(b"1CClientBankExchange") => Some("financial-transactions"),
        Some(transfer::Wrapping::Letters) => Some("email-messages"),
        _ => None,
    }
}

/// The first lines that are not blank; one that may be cut off does not count.
fn lines(text: &Text) -> Vec<&[u8]> {
    let mut lines: Vec<&[u8]> = text
        .text
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .filter(|line| !line.trim_ascii().is_empty())
        .take(ROWS + 1)
        .collect();
    if !text.whole || lines.len() > ROWS {
        lines.pop();
    }
    lines
}

fn sample(text: &Text, format: Format, rows: usize) -> Sample {
    Sample {
        layout: Layout::of(format, Some(text.encoding)),
        names: None,
        rows: vec![Vec::new(); rows],
        lines: Vec::new(),
        whole: text.whole && rows < ROWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::DumpSecrets;
    use crate::ingest::survey::survey;

    /// The format, the delimiter and the rows of a file of this name.
    fn guess(name: &str, text: &str) -> Option<(Format, Option<char>, usize)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut guess = None;
        survey(&path, name, &DumpSecrets::default(), &mut |_, sample| {
            guess = Some((
                sample.layout.format,
                sample
                    .layout
                    .delimiter
                    .and_then(|delimiter| delimiter.chars().next()),
                sample.rows.len(),
            ));
        })
        .ok()?;
        guess
    }

    #[test]
    fn a_list_of_accounts_is_recognised_where_its_passwords_split_it_unevenly() {
        let even = "a@example.kz:x\n87090000001:y\n".repeat(20);
        assert_eq!(guess("a.txt", &even), Some((Format::Csv, Some(':'), 40)));
        let uneven = format!("{even}{}", "b@example.kz:p:w;\n".repeat(10));
        assert_eq!(
            guess("a.txt", &uneven),
            Some((Format::Combo, Some(':'), 50))
        );
        assert_eq!(guess("dump", &uneven), Some((Format::Combo, Some(':'), 50)));
        let semicolons = uneven.replace(':', ";").replace(";p;w;", ";p:w;");
        assert_eq!(
            guess("a.txt", &semicolons),
            Some((Format::Combo, Some(';'), 50))
        );
    }

    #[test]
    fn lists_that_name_pages_are_recognised_however_evenly_they_split() {
        let pages =
            "https://x.example.kz/a:a@example.kz:x\nhttps://y.example.kz/b:ivan_1:y\n".repeat(20);
        assert_eq!(guess("a.txt", &pages), Some((Format::Combo, None, 40)));
        assert_eq!(
            guess("dump", &pages.replace(":a@", "|a@")),
            Some((Format::Combo, None, 40))
        );
        let table = "https://x.example.kz/a;a@example.kz;x;2026-11-30\n".repeat(20);
        assert_eq!(guess("a.txt", &table), Some((Format::Csv, Some(';'), 20)));
        let last = "a@example.kz;x;https://x.example.kz/a\n".repeat(20);
        assert_eq!(guess("a.txt", &last), Some((Format::Combo, None, 20)));
        let blocks =
            "URL: https://x\nUsername: a@example.kz\nPassword: p\nApplication: Chrome\n====\n"
                .repeat(9);
        assert_eq!(
            guess("Passwords.txt", &blocks),
            Some((Format::Combo, None, 45))
        );
        let unspaced = blocks.replace(": ", ":");
        assert_eq!(
            guess("Passwords.txt", &unspaced),
            Some((Format::Combo, None, 45))
        );
        let mixed = "a@example.kz:x\nb@example.kz;y:z\n".repeat(9);
        assert_eq!(guess("a.txt", &mixed), Some((Format::Combo, None, 18)));
    }

    #[test]
    fn free_text_is_recognised_by_the_identifiers_in_it_if_it_is_nothing_else() {
        let chat =
            "Hello, who is it?\nIt is me: call 8 709 000 00 01, please\n\nor a@example.kz\nBye\n";
        assert_eq!(guess("chat.txt", chat), Some((Format::Text, None, 2)));
        assert_eq!(guess("chat", chat), Some((Format::Text, None, 2)));
        assert_eq!(guess("chat", "Nobody\nis in here\n"), None);
        let table = "name;phone\nx;87090000001\n".repeat(20);
        assert_eq!(guess("a.txt", &table), Some((Format::Csv, Some(';'), 40)));
    }
}
