//! Does `inspect` show the form of values and nothing else of them?

use proptest::prelude::*;
use tekser_indexer::ingest::DumpSecrets;
use tekser_indexer::inspect::{draft, inspect};

use super::Dump;
use super::numbers::Dice;

/// Everything that is shown of a file.
fn shown(dump: &Dump) -> String {
    let inspection =
        inspect(&dump.path, &DumpSecrets::default()).expect("a dump that is recognised");
    let mut shown = String::new();
    for column in inspection.parts.iter().flat_map(|part| &part.columns) {
        shown.push_str(&format!("{} {}\n", column.name, column.preview));
    }
    shown
        + &draft(
            &[inspection],
            dump.folder.path(),
            &"2026".parse().expect("a date"),
        )
        .expect("a draft")
}

#[test]
fn a_person_s_row_taken_for_nothing_else_shows_no_value() {
    let mut dice = Dice::new(21);
    let values: Vec<Vec<String>> = (0..30)
        .map(|_| {
            vec![
                dice.person(),
                dice.iin(),
                dice.email(),
                format!("+7{}", dice.mobile()),
            ]
        })
        .collect();
    let text: String = values.iter().map(|row| row.join(";") + "\n").collect();
    let shown = shown(&Dump::new("x.csv", text));
    for value in values.iter().flatten() {
        assert!(!shown.contains(value.as_str()));
        let start: String = value.chars().take(4).collect();
        assert!(!shown.contains(&start));
    }
}

#[test]
fn data_that_stands_for_names_of_columns_is_not_shown() {
    let rows: String = (0..20)
        .map(|n| {
            format!("{{\"8709000{n:04}\":{{\"email\":\"a{n}@example.kz\"}},\"b@example.kz\":1}}\n")
        })
        .collect();
    let shown = shown(&Dump::new("x.json", rows));
    assert!(
        !shown.contains("8709000") && !shown.contains("b@example"),
        "{shown}"
    );
}

/// People whose names, logins and addresses stand wherever a dump can have them.
const PLANTED: [&str; 4] = [
    "Айгерім Қасымова",
    "Панфильева Афина",
    "a.kasymova@example.kz",
    "87090000001",
];

#[test]
fn nothing_of_people_is_shown_wherever_it_stands() {
    let planted = |number: usize| PLANTED[number % PLANTED.len()];
    let keyed: Vec<String> = (0..4)
        .map(|n| format!("\"{}\":{{\"iin\":\"360323258530\",\"x\":{n}}}", planted(n)))
        .collect();
    let phone_book: Vec<String> = (0..4)
        .map(|n| format!("\"{}\":\"8709000000{n}\"", planted(n)))
        .collect();
    let lines: String = (0..4)
        .map(|n| format!("{{\"id\":{n},\"to\":{{\"{}\":\"x\"}}}}\n", planted(n)))
        .collect();
    let header: String = format!("{}\n", PLANTED.join(";"));
    for (name, text) in [
        ("x.json", format!("{{\"users\":{{{}}}}}", keyed.join(","))),
        (
            "x.json",
            format!("{{\"users\":{{{}}}}}", phone_book.join(",")),
        ),
        ("x.jsonl", lines),
        ("x.csv", header.repeat(2) + "x;y;a@example.kz;87090000003\n"),
        (
            "x.csv",
            format!(
                "Афина Панфильева;нет;нет\n{}",
                "Сила Березин;87090000004;12.05.2021\n".repeat(9)
            ),
        ),
        (
            "x.sql",
            format!(
                "INSERT INTO `{}` (`iin`, `{}`) VALUES ('360323258530', '{}');\n",
                PLANTED[0], PLANTED[1], PLANTED[2]
            ),
        ),
        (
            "x.txt",
            format!("{}: {}\n{}\n", PLANTED[0], PLANTED[3], PLANTED[2]),
        ),
    ] {
        let dump = Dump::new(name, &text);
        let Ok(inspection) = inspect(&dump.path, &DumpSecrets::default()) else {
            continue;
        };
        let inspections = [inspection];
        let draft = draft(
            &inspections,
            dump.folder.path(),
            &"2026".parse().expect("a date"),
        );
        let mut shown = draft.expect("a draft").to_lowercase();
        for column in inspections[0].parts.iter().flat_map(|part| &part.columns) {
            shown.push_str(&format!("{} {}\n", column.name, column.preview).to_lowercase());
        }
        for planted in PLANTED
            .into_iter()
            .chain(["360323258530", "Афина", "Панфильева"])
        {
            assert!(
                !shown.contains(&planted.to_lowercase()),
                "{planted} of {text} in {shown}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_cell_of_a_file_without_header_is_shown(
        // Letters and digits without those that stand for all others.
        cells in prop::collection::vec("[b-zB-Zа-юА-Ю0-8]{4,12} ?[b-zа-ю0-8]{2,8}", 24..60)
    ) {
        let rows: String = cells.chunks_exact(3).map(|row| format!("7;{}\n", row.join(";"))).collect();
        let dump = Dump::new("x.csv", rows);
        let inspection = inspect(&dump.path, &DumpSecrets::default()).expect("a dump that is recognised");
        prop_assume!(inspection.parts[0].header == Some(false));
        for preview in inspection.parts[0].columns.iter().map(|column| &column.preview) {
            let preview: Vec<char> = preview.chars().collect();
            for cell in &cells {
                let cell: Vec<char> = cell.chars().collect();
                for part in cell.windows(3) {
                    prop_assert!(!preview.windows(3).any(|window| window == part));
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_inspected_or_refused(bytes: Vec<u8>, name in "x\\.(csv|sql|jsonl|xlsx|gz)") {
        // Excludes panics of the guesses: columns that a row lacks, shares of no cells, cuts within a letter.
        let _ = inspect(&Dump::new(&name, bytes).path, &DumpSecrets::default());
    }
}
