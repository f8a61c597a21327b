//! Nothing lost, nothing false: whatever is done to a dump's text, an identifier in it is found or its place is
//! accounted for, and no identifier comes out of it that is not in it.

use exposure_index::identifier::{Identifier, Kind};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::ingest::tests::{CollectingSink, read_folder_files};
use crate::ingest::{IngestError, Tally};

use super::dumps;
use super::people::People;

/// A dump whose every column holds e-mail addresses, so that nothing in a row may be left unread.
struct Sheet {
    name: &'static str,
    entry: String,
    text: String,
}

const ROWS: usize = 12;

fn address(row: usize, column: usize) -> String {
    format!("person.{row}.{column}@example.kz")
}

/// The rows, each written by `row` from its three addresses.
fn rows(row: impl Fn([String; 3]) -> String) -> String {
    (0..ROWS)
        .map(|number| row([0, 1, 2].map(|column| address(number, column))))
        .collect()
}

fn entry(format: &str, more: &str, columns: &[&str]) -> String {
    let column = |name: &&str| format!("\ncolumns.\"{name}\" = {{ identifier = \"email\" }}");
    let columns: String = columns.iter().map(column).collect();
    format!("path = \"dump\"\nformat = \"{format}\"\n{more}{columns}")
}

fn sheets() -> Vec<Sheet> {
    let names = ["a", "b", "c"];
    let in_table = "table = \"people\"";
    let sheet = |name, entry, text| Sheet { name, entry, text };
    vec![
        sheet(
            "csv",
            entry("csv", "", &names),
            format!("a;b;c\n{}", rows(|it| it.join(";") + "\n")),
        ),
        sheet(
            "csv quoted",
            entry("csv", "", &names),
            format!(
                "\"a\",\"b\",\"c\"\n{}",
                rows(|it| format!("\"{}\"\n", it.join("\",\"")))
            ),
        ),
        sheet(
            "tsv",
            entry("csv", "header = false", &["0", "1", "2"]),
            rows(|it| it.join("\t") + "\n"),
        ),
        sheet(
            "fixed",
            entry("fixed", "", &["0..25", "25..50", "50.."]),
            rows(|[a, b, c]| format!("{a:<25}{b:<25}{c}\n")),
        ),
        sheet(
            "text",
            entry("text", "", &[]),
            rows(|it| it.join(" und ") + "\n"),
        ),
        sheet(
            "jsonl",
            entry("jsonl", "", &names),
            rows(|it| object(&it) + "\n"),
        ),
        sheet(
            "json",
            entry("json", "", &["d[].a", "d[].b", "d[].c"]),
            format!(
                "{{\"n\": 1, \"d\": [\n{}]}}\n",
                rows(|it| object(&it) + ",\n").trim_end_matches(",\n")
            ),
        ),
        sheet(
            "mysql",
            entry("sql", in_table, &names),
            format!(
                "-- MySQL dump\nCREATE TABLE `people` (\n  `a` text,\n  `b` text,\n  `c` text\n);\n\
                 INSERT INTO `people` VALUES\n{};\nUNLOCK TABLES;\n",
                rows(|it| format!("('{}'),\n", it.join("','"))).trim_end_matches(",\n")
            ),
        ),
        sheet(
            "postgresql",
            entry("sql", in_table, &names),
            format!(
                "-- PostgreSQL database dump\nCOPY public.people (a, b, c) FROM stdin;\n{}\\.\n\nSELECT 1;\n",
                rows(|it| it.join("\t") + "\n")
            ),
        ),
        sheet(
            "sql server",
            entry("sql", in_table, &names),
            format!(
                "USE [db]\nGO\n{}GO\n",
                rows(|it| {
                    let values = it.join("', N'");
                    format!("INSERT [dbo].[people] ([a], [b], [c]) VALUES (N'{values}')\n")
                })
            ),
        ),
    ]
}

fn object([a, b, c]: &[String; 3]) -> String {
    format!("{{\"a\": \"{a}\", \"b\": \"{b}\", \"c\": \"{c}\"}}")
}

type Read = Result<(CollectingSink, Tally), IngestError>;

fn read(entry: &str, text: &str) -> Read {
    read_folder_files(entry, &[("dump", text.as_bytes())])
}

fn all(collected: &CollectingSink) -> impl Iterator<Item = &Identifier> {
    let records = collected.records.iter().chain(&collected.recovered);
    records.flat_map(|(identifiers, _)| identifiers)
}

/// Returns the tally's counts of text not read as rows: rejected rows, refused cells, and text passed over.
fn unread(tally: &Tally) -> u64 {
    let cells: u64 = tally.cells.values().map(|cells| cells.invalid).sum();
    let passed: u64 = tally.passed_over.values().map(|passed| passed.bytes).sum();
    tally.rejected_rows + cells + passed
}

/// Identifier cells that were not empty.
fn filled(tally: &Tally) -> u64 {
    tally.cells.values().map(|cells| cells.filled).sum()
}

/// Texts before and after something in the wrong place.
fn surroundings() -> impl Strategy<Value = &'static str> {
    select(
        &[
            "", " ", "\n", ";", ",", "\t", "'", "\"", "\\", "''", "\"\"", "),(", "\n\n", "/*",
            "*/", "--", "#", "{", "}", "[", "]", ":", "\\.", ";\n", "'\n", "\"\n", "$$",
            "\u{feff}", "\0", "<", ">", "=", "|", "INSERT ", "GO\n",
        ][..],
    )
}

/// `text` with `planted` in it, at a place between two characters.
fn with(text: &str, place: Index, planted: &str) -> String {
    let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
    let (before, after) = text.split_at(places[place.index(places.len())]);
    format!("{before}{planted}{after}")
}

/// Whether the columns of a line of fixed width cut the planted identifier in two: it is read in two cells.
fn is_cut(text: &str) -> bool {
    let Some(place) = text.find(PLANTED) else {
        return true;
    };
    let line = text[..place].rfind('\n').map_or(0, |end| end + 1);
    let start = text[line..place].chars().count();
    let inner = start + 1..start + PLANTED.len();
    inner.contains(&25) || inner.contains(&50)
}

/// A change that no writer of dumps makes on purpose.
#[derive(Clone, Debug)]
enum Damage {
    Insert(Index, &'static str),
    Delete(Index, usize),
    Repeat(Index, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        (any::<Index>(), surroundings()).prop_map(|(place, text)| Damage::Insert(place, text)),
        (any::<Index>(), 1_usize..30).prop_map(|(place, length)| Damage::Delete(place, length)),
        (any::<Index>(), 1_usize..30).prop_map(|(place, length)| Damage::Repeat(place, length)),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let characters: Vec<char> = text.chars().collect();
    let (place, length) = match damage {
        Damage::Insert(place, inserted) => return with(text, *place, inserted),
        Damage::Delete(place, length) | Damage::Repeat(place, length) => (place, *length),
    };
    let start = place.index(characters.len());
    let end = (start + length).min(characters.len());
    let times = match damage {
        Damage::Delete(..) => 0,
        _ => 2,
    };
    let middle = characters[start..end].repeat(times);
    [&characters[..start], &middle, &characters[end..]]
        .concat()
        .into_iter()
        .collect()
}

/// Returns whether a simple search finds the value in the text: an address as written, a number's digits
/// with only what people put between digits. Escapes, quotes and marks without width are ignored.
fn is_in(found: &Identifier, text: &str) -> bool {
    let is_number = matches!(found.kind(), Kind::Phone | Kind::Iin);
    // Mail breaks lines within an address in angle brackets.
    let left_out = if is_number { " -().\n\u{a0}+" } else { "\n" };
    let kept = |text: &str| -> String {
        let is_kept = |c: &char| !left_out.contains(*c) && !"\\\"'\0\u{200b}\u{feff}".contains(*c);
        // In SQL, adjacent strings are one.
        let joined = text.to_lowercase().replace("' '", "");
        joined.chars().filter(is_kept).collect()
    };
    let value = match found.kind() {
        // Kazakhstan's numbers are written without their 7, and spreadsheets drop an IIN's zeros.
        Kind::Phone if found.value().starts_with("+7") => &found.value()[2..],
        // Between a foreign country's code and the number, there may be a trunk prefix.
        Kind::Phone => &found.value()[found.value().len().saturating_sub(7)..],
        Kind::Iin => found.value().trim_start_matches('0'),
        // A domain of other letters is another text in ASCII.
        _ => found.value().split("xn--").next().unwrap_or_default(),
    };
    kept(text).contains(&kept(value))
}

const PLANTED: &str = "planted@example.org";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn an_identifier_planted_anywhere_is_found_or_its_place_accounted_for(
        place: Index,
        before in surroundings(),
        after in surroundings(),
    ) {
        for sheet in sheets() {
            let (_, clean) = read(&sheet.entry, &sheet.text).expect("a clean dump is read");
            let text = with(&sheet.text, place, &format!("{before}{PLANTED}{after}"));
            // A refused dump is not passed over silently.
            let Ok((collected, tally)) = read(&sheet.entry, &text) else {
                continue;
            };
            let found = all(&collected).any(|found| found.value().contains(PLANTED));
            // A changed name of a field in JSON, or of a column in SQL, removes a cell from the column that is read.
            let has_names = sheet.entry.contains("\"json") || sheet.entry.contains("\"sql");
            let renamed = has_names && filled(&tally) < filled(&clean);
            let cut = sheet.name == "fixed" && is_cut(&text);
            prop_assert!(
                found || renamed || cut || unread(&tally) > unread(&clean),
                "{}: lost in\n{text}\n{tally:?}",
                sheet.name
            );
        }
    }

    #[test]
    fn damage_makes_no_identifier_that_is_not_in_the_text(
        damages in prop::collection::vec(damage(), 1..4),
    ) {
        let people = People::named_for("utf-8");
        for dump in dumps::texts(&people) {
            let entry = format!("path = \"dump\"\nformat = \"{}\"\n{}", dump.format, dump.entry);
            let text = damages.iter().fold(dump.text, |text, damage| damaged(&text, damage));
            let Ok((collected, _)) = read(&entry, &text) else {
                continue;
            };
            for found in all(&collected) {
                prop_assert!(
                    is_in(found, &text),
                    "{}: a {} that is not in\n{text}\n{}",
                    dump.name,
                    found.kind(),
                    found.value()
                );
            }
        }
    }
}
