//! What does a file have instead of the column, table or sheet that `breach.toml` names? For messages, which list only
//! names, and none that may be data.

use exposure_index::identifier::{Kind, clean};

use super::guess::Column;
use super::meaning::Meaning;
use super::{Inspection, Part, inspect_known, name};
use crate::ingest::nearest;
use crate::ingest::{Breach, DescribedFile, DumpSecrets, Fault, IngestError, did_you_mean};

/// Maximum number of listed names.
const LISTED: usize = 20;

/// Returns what the file has instead, as the end of a sentence: `it has "ИИН" and "ФИО"; did you mean "ИИН"?` `None`
/// unless a name is missing and the file can be read.
pub(crate) fn instead(
    breach: &Breach,
    error: &IngestError,
    secrets: &DumpSecrets,
) -> Option<String> {
    let (IngestError::File { file, fault } | IngestError::Member { file, fault, .. }) = error
    else {
        return None;
    };
    let described = breach.described_file(file, fault)?;
    let look = || inspect_known(described.known, described.path, secrets).ok();
    match fault {
        Fault::MissingColumn { column } | Fault::NoSheet { column, .. } => {
            of_columns(&look()?, &described, column)
        }
        Fault::MissingTable { table } => {
            of_parts(&look()?, |part| part.layout.table.as_deref(), Some(table))
        }
        Fault::SeveralTables => of_parts(&look()?, |part| part.layout.table.as_deref(), None),
        Fault::MissingSheet { sheet } => {
            of_parts(&look()?, |part| part.layout.sheet.as_deref(), Some(sheet))
        }
        _ => None,
    }
}

/// The columns of the part that the `[[file]]` reads.
fn of_columns(
    inspection: &Inspection,
    described: &DescribedFile<'_>,
    wanted: &str,
) -> Option<String> {
    let part = meant(inspection, described)?;
    if part.header == Some(false) {
        let last = part.columns.len().checked_sub(1)?;
        return Some(format!(
            "no row names its columns, which are numbered 0 to {last}"
        ));
    }
    let shown = part.columns.iter().filter(|column| column.nameable);
    let names: Vec<&str> = shown.clone().map(|column| &*column.name).collect();
    let is_there = |name: &&str| clean(name).to_lowercase() == clean(wanted).to_lowercase();
    if names.is_empty() || names.iter().any(is_there) {
        return None;
    }
    let kind = described.kind_of(wanted);
    let alike = || {
        let kind = kind?;
        let column = shown.clone().find(|column| holds(column, kind))?;
        Some(&*column.name)
    };
    let nearest = nearest(wanted, names.iter().copied()).or_else(alike);
    let hidden = part.columns.len() - names.len();
    Some(format!(
        "it has {}{}",
        listed(&names, hidden),
        did_you_mean(nearest)
    ))
}

/// The part that a `[[file]]` reads: the one it names, or else the one with most of its columns.
fn meant<'i>(inspection: &'i Inspection, described: &DescribedFile<'_>) -> Option<&'i Part> {
    let stated = |part: &&Part| {
        let layout = &part.layout;
        let is_named = |stated: Option<&str>, name: &Option<String>| {
            stated.is_none_or(|stated| name.as_deref().is_none_or(|name| name.ends_with(stated)))
        };
        is_named(described.table, &layout.table) && is_named(described.sheet, &layout.sheet)
    };
    let columns_met = |part: &&Part| {
        let mut met = 0;
        for column in &part.columns {
            met += usize::from(described.names().any(|name| name == column.name));
        }
        met
    };
    let parts = inspection.parts.iter().filter(stated);
    // The first among equally good ones.
    parts.rev().max_by_key(columns_met)
}

fn holds(column: &Column, kind: Kind) -> bool {
    let guess = column.proposed();
    guess.is_some_and(|guess| guess.meaning == Meaning::Identifier(kind))
}

/// The tables or sheets of a file.
fn of_parts<'i>(
    inspection: &'i Inspection,
    name_of: impl Fn(&'i Part) -> Option<&'i str>,
    wanted: Option<&str>,
) -> Option<String> {
    let all: Vec<&str> = inspection.parts.iter().filter_map(name_of).collect();
    let is_shown = |name: &&str| !name::may_be_data_of_table(name);
    let names: Vec<&str> = all.iter().copied().filter(is_shown).collect();
    let nearest = wanted.and_then(|wanted| nearest(wanted, names.iter().copied()));
    let hidden = all.len() - names.len();
    let list = listed(&names, hidden);
    (!all.is_empty()).then(|| format!("it has {list}{}", did_you_mean(nearest)))
}

/// `"ИИН", "ФИО", 3 more, and 1 whose name may be personal data`
fn listed(names: &[&str], hidden: usize) -> String {
    let mut words: Vec<String> = names
        .iter()
        .take(LISTED)
        .map(|name| format!("{name:?}"))
        .collect();
    if names.len() > LISTED {
        words.push(format!("{} more", names.len() - LISTED));
    }
    match hidden {
        0 => {}
        1 => words.push("1 whose name may be personal data".to_owned()),
        hidden => words.push(format!("{hidden} whose names may be personal data")),
    }
    match words.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => words.concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::ingest::ReadOptions;

    /// The message about a file that lacks what its description names.
    fn said(name: &str, text: &[u8], entry: &str) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(name), text).unwrap();
        let description = format!("[[file]]\npath = {name:?}\n{entry}\n");
        fs::write(folder.path().join("breach.toml"), description).unwrap();
        let breach = Breach::open(folder.path()).unwrap();
        let progress = crate::ingest::Progress::default();
        let mut nowhere = NullSink;
        let read = crate::ingest::read(&breach, &ReadOptions::default(), &progress, &mut nowhere);
        instead(&breach, &read.err().unwrap(), &DumpSecrets::default())
    }

    struct NullSink;

    impl crate::ingest::Sink for NullSink {
        fn record(
            &mut self,
            _: &mut Vec<exposure_index::identifier::Identifier>,
            _: exposure_index::breach::ClassSet,
        ) -> std::ops::ControlFlow<()> {
            std::ops::ControlFlow::Continue(())
        }
    }

    const ROWS: &str = "1;Сила;87090000001;x\n2;Ия;87090000002;y\n3;Нил;87090000003;z\n";

    #[test]
    fn a_missing_column_is_answered_by_the_existing_ones_and_the_nearest() {
        let table = format!("№;Имя;Телефон;Тариф\n{ROWS}");
        let said = |columns: &str| said("a.csv", table.as_bytes(), columns).unwrap();
        let by_name = said("columns.\"Телефно\" = { identifier = \"phone\" }");
        assert_eq!(
            by_name,
            "it has \"№\", \"Имя\", \"Телефон\" and \"Тариф\"; did you mean \"Телефон\"?"
        );
        let by_letters = said("columns.Telefon = { identifier = \"phone\" }");
        assert!(
            by_letters.ends_with("did you mean \"Телефон\"?"),
            "{by_letters}"
        );
        let by_kind = said("columns.mobile = { identifier = \"phone\" }");
        assert!(by_kind.ends_with("did you mean \"Телефон\"?"), "{by_kind}");
    }

    #[test]
    fn what_may_be_data_is_not_listed() {
        let headless = said(
            "a.csv",
            ROWS.as_bytes(),
            "columns.mobile = { identifier = \"phone\" }",
        );
        let headless = headless.unwrap();
        assert_eq!(
            headless,
            "no row names its columns, which are numbered 0 to 3"
        );
        let keys = "{\"+77090000001\": 1, \"iin\": 2}\n".repeat(9);
        let by_value = said(
            "a.jsonl",
            keys.as_bytes(),
            "columns.phone = { identifier = \"phone\" }",
        );
        let by_value = by_value.unwrap();
        assert!(
            !by_value.contains("7090000001") && by_value.contains("\"iin\""),
            "{by_value}"
        );
    }

    #[test]
    fn a_missing_table_is_answered_by_the_existing_ones() {
        let sql = "CREATE TABLE users (id int, phone text);\nINSERT INTO users VALUES (1, '87090000001');\n\
                   CREATE TABLE orders (id int, phone text);\nINSERT INTO orders VALUES (1, '87090000002');\n";
        let said = |lines: &str| {
            let entry = format!("{lines}columns.phone = {{ identifier = \"phone\" }}");
            said("a.sql", sql.as_bytes(), &entry).unwrap()
        };
        assert_eq!(
            said("table = \"user\"\n"),
            "it has \"orders\" and \"users\"; did you mean \"users\"?"
        );
        assert_eq!(said(""), "it has \"orders\" and \"users\"");
    }
}
