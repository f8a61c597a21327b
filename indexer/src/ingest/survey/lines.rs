use super::{Layout, ROWS, Sample, Text};
use crate::ingest::combo;
use crate::ingest::description::Format;
use crate::ingest::recover;
use crate::ingest::sniff::HEAD;

/// Of a list of accounts, how many lines in ten begin with an address or number at the least.
const ACCOUNTS_IN_TEN: usize = 9;

/// Samples a list of accounts and passwords, if the text is one. It has no columns.
pub(super) fn accounts(text: &Text) -> Option<Sample> {
    let separator = combo::separator(&text.text[..text.text.len().min(HEAD)]);
    let lines = lines(text);
    let accounts = lines
        .iter()
        .filter(|line| combo::begins_with_number_or_address(line, separator));
    let is_list = !lines.is_empty() && accounts.count() * 10 >= lines.len() * ACCOUNTS_IN_TEN;
    is_list.then(|| {
        let mut sample = sample(text, Format::Combo, lines.len());
        sample.layout.delimiter = Some(char::from(separator));
        sample
    })
}

/// Samples free text, if identifiers stand in it. It has no columns, and a row is a line with an identifier.
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

/// The first lines that are not blank; one that may be cut off is none.
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
        whole: text.whole && rows < ROWS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::Identities;
    use crate::ingest::survey::survey;

    /// The format, the delimiter and the rows of a file of this name.
    fn told(name: &str, text: &str) -> Option<(Format, Option<char>, usize)> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let mut told = None;
        survey(&path, name, &Identities::default(), &mut |_, sample| {
            told = Some((
                sample.layout.format,
                sample.layout.delimiter,
                sample.rows.len(),
            ));
        })
        .ok()?;
        told
    }

    #[test]
    fn a_list_of_accounts_is_told_where_its_passwords_split_it_unevenly() {
        let even = "a@example.kz:x\n87090000001:y\n".repeat(20);
        assert_eq!(told("a.txt", &even), Some((Format::Csv, Some(':'), 40)));
        let uneven = format!("{even}{}", "b@example.kz:p:w;\n".repeat(10));
        assert_eq!(told("a.txt", &uneven), Some((Format::Combo, Some(':'), 50)));
        assert_eq!(told("dump", &uneven), Some((Format::Combo, Some(':'), 50)));
        let semicolons = uneven.replace(':', ";").replace(";p;w;", ";p:w;");
        assert_eq!(
            told("a.txt", &semicolons),
            Some((Format::Combo, Some(';'), 50))
        );
    }

    #[test]
    fn free_text_is_told_by_the_identifiers_in_it_if_it_is_nothing_else() {
        let chat =
            "Hello, who is it?\nIt is me: call 8 709 000 00 01, please\n\nor a@example.kz\nBye\n";
        assert_eq!(told("chat.txt", chat), Some((Format::Text, None, 2)));
        assert_eq!(told("chat", chat), Some((Format::Text, None, 2)));
        assert_eq!(told("chat", "Nobody\nis in here\n"), None);
        let table = "name;phone\nx;87090000001\n".repeat(20);
        assert_eq!(told("a.txt", &table), Some((Format::Csv, Some(';'), 40)));
    }
}
