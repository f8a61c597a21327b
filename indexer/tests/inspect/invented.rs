//! Does `inspect` guess invented tables rightly, and draft what builds?

use std::fmt::Write;

use encoding_rs::WINDOWS_1251;
use tekser_indexer::ingest::DumpSecrets;
use tekser_indexer::inspect::inspect;

use super::numbers::Dice;
use super::{Dump, drafted, meanings};

/// Rows of six columns whose meaning is known, under a header if there is one.
fn rows(header: Option<[&str; 6]>, delimiter: &str) -> String {
    let mut dice = Dice::new(11);
    let mut text = header.map_or(String::new(), |names| names.join(delimiter) + "\n");
    for row in 0..120 {
        let cells = [
            row.to_string(),
            dice.person(),
            dice.iin(),
            format!("8{}", dice.mobile()),
            dice.email(),
            dice.birth_date(),
        ];
        writeln!(text, "{}", cells.join(delimiter)).expect("memory");
    }
    text
}

const MEANINGS: [&str; 6] = ["", "names", "iin", "phone", "email", "dates-of-birth"];

const NAMES: [[&str; 6]; 6] = [
    [
        "№",
        "Аты-жөні",
        "ЖСН",
        "Ұялы телефоны",
        "Пошта",
        "Туған күні",
    ],
    ["п/п", "Ф.И.О.", "ИИН", "Сот. тел.", "Эл. почта", "Д.Р."],
    [
        "id",
        "fullName",
        "clientIin",
        "mobilePhone",
        "emailAddress",
        "birthDate",
    ],
    [
        "row_id",
        "full_name",
        "iin",
        "phone_number",
        "e_mail",
        "date_of_birth",
    ],
    [
        "nomer",
        "fio",
        "zhsn",
        "telefon",
        "pochta",
        "data_rozhdeniya",
    ],
    ["ID", "FIO", "IIN", "MSISDN", "EMAIL", "DOB"],
];

#[test]
fn columns_are_known_by_names_in_three_languages_however_written() {
    for names in NAMES {
        let inspection = Dump::new("x.csv", rows(Some(names), ";")).inspection();
        assert_eq!(inspection.parts[0].header, Some(true), "{names:?}");
        assert_eq!(meanings(&inspection), MEANINGS, "{names:?}");
    }
}

#[test]
fn columns_are_known_without_names() {
    let inspection = Dump::new("x", rows(None, ";")).inspection();
    assert_eq!(inspection.parts[0].header, Some(false));
    assert_eq!(meanings(&inspection), MEANINGS);
}

#[test]
fn any_delimiter_is_recognised() {
    for delimiter in [",", ";", "\t", "|", ":", "^", "~", "\u{1}"] {
        let dump = Dump::new("x.txt", rows(Some(NAMES[3]), delimiter));
        assert_eq!(
            dump.entry()["delimiter"].as_str(),
            Some(delimiter),
            "{delimiter:?}"
        );
        assert_eq!(meanings(&dump.inspection()), MEANINGS, "{delimiter:?}");
    }
}

#[test]
fn line_ends_of_every_system_are_read() {
    for end in ["\n", "\r\n", "\r"] {
        let dump = Dump::new("x.csv", rows(Some(NAMES[0]), ";").replace('\n', end));
        assert_eq!(meanings(&dump.inspection()), MEANINGS, "{end:?}");
    }
}

#[test]
fn encodings_are_recognised_without_a_mark() {
    let text = rows(Some(NAMES[0]), ";");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    for (encoding, bytes) in [
        ("utf-8", text.clone().into_bytes()),
        ("utf-16le", little),
        ("utf-16be", big),
    ] {
        let dump = Dump::new("x.csv", bytes);
        assert_eq!(dump.entry()["encoding"].as_str(), Some(encoding));
        assert_eq!(meanings(&dump.inspection()), MEANINGS, "{encoding}");
    }
}

#[test]
fn windows_1251_is_recognised_from_kz_1048() {
    let russian = rows(Some(NAMES[1]), ";")
        .replace("Айгерім Қ", "Айгерим К")
        .chars()
        .filter(|c| !"Ққұұіәңғүө".contains(*c))
        .collect::<String>();
    let dump = Dump::new("x.csv", WINDOWS_1251.encode(&russian).0);
    assert_eq!(dump.entry()["encoding"].as_str(), Some("windows-1251"));
    assert_eq!(meanings(&dump.inspection()), MEANINGS);
}

#[test]
fn an_encoding_that_is_not_sure_is_refused_as_build_refuses_it() {
    let dump = Dump::new("x.csv", b"\xC0\xF4\xE8;1\n\xC0\xF4;2\n");
    let error = inspect(&dump.path, &DumpSecrets::default())
        .err()
        .unwrap()
        .to_string();
    assert!(error.contains("state it: "), "{error}");
}

#[test]
fn json_in_lines_and_in_an_array_is_recognised_by_its_paths() {
    let mut dice = Dice::new(12);
    let mut object = || {
        let (name, iin, phone) = (dice.person(), dice.iin(), dice.mobile());
        format!(
            "{{\"user\":{{\"fullName\":\"{name}\",\"doc\":{{\"n\":\"{iin}\"}}}},\"phones\":[{{\"value\":\"8{phone}\"}}]}}"
        )
    };
    let objects: Vec<String> = (0..50).map(|_| object()).collect();
    for (format, text) in [
        ("jsonl", objects.join("\n")),
        ("json", format!("[{}]", objects.join(",\n"))),
    ] {
        let entry = Dump::new("export", text).entry();
        assert_eq!(entry["format"].as_str(), Some(format));
        let columns = entry["columns"].as_table().unwrap();
        assert_eq!(columns["user.doc.n"]["identifier"].as_str(), Some("iin"));
        assert_eq!(
            columns["phones[].value"]["identifier"].as_str(),
            Some("phone")
        );
        assert_eq!(columns["user.fullName"]["class"].as_str(), Some("names"));
    }
}

#[test]
fn every_table_of_an_sql_dump_that_holds_identifiers_is_drafted() {
    let mut dice = Dice::new(13);
    let mut text = "SET x = 1;\nCREATE TABLE \"public\".\"log\" (id int, note text);\n\
                    INSERT INTO public.log VALUES (1, 'x');\n"
        .to_owned();
    for row in 0..40 {
        let (iin, phone) = (dice.iin(), dice.mobile());
        writeln!(
            text,
            "INSERT INTO clients (id, zhsn) VALUES ({row}, '{iin}');"
        )
        .unwrap();
        writeln!(
            text,
            "INSERT INTO calls (id, number_to) VALUES ({row}, '+7{phone}');"
        )
        .unwrap();
    }
    let dump = Dump::new("dump", text);
    let files = drafted(&[dump.inspection()], dump.folder.path());
    let printed: Vec<(&str, &str)> = files
        .iter()
        .map(|file| {
            let columns = file["columns"].as_table().unwrap();
            (
                file["table"].as_str().unwrap(),
                columns.keys().next().unwrap().as_str(),
            )
        })
        .collect();
    assert_eq!(printed, [("calls", "number_to"), ("clients", "zhsn")]);
    assert!(
        files
            .iter()
            .all(|file| file["format"].as_str() == Some("sql"))
    );
}

/// A list of e-mail addresses and one of the passwords, some of them after a quote that never closes.
fn accounts(passwords: &[&str]) -> Dump {
    let mut dice = Dice::new(14);
    let rows: String = (0..200)
        .map(|row| {
            let quote = if row % 9 == 0 { "\"" } else { "" };
            format!("{}:{quote}{}\n", dice.email(), dice.pick(passwords))
        })
        .collect();
    Dump::new("combo.txt", rows)
}

#[test]
fn a_list_of_accounts_is_a_table_whose_passwords_may_hold_quotes() {
    let dump = accounts(&["qwerty", "12345678", "almaty"]);
    assert_eq!(meanings(&dump.inspection())[..2], ["email", "passwords"]);
    assert_eq!(
        dump.entry().get("quote").and_then(toml::Value::as_bool),
        Some(false)
    );
}

#[test]
fn a_list_of_accounts_whose_passwords_hold_the_separator_is_recognised_as_combo() {
    let dump = accounts(&["qwerty", "12345678", "p:w:d", "almaty"]);
    assert_eq!(
        dump.entry().get("format").and_then(toml::Value::as_str),
        Some("combo")
    );
}

#[test]
fn files_that_are_written_alike_are_one_entry_and_others_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in [
        ("part-1.csv", rows(Some(NAMES[3]), ";")),
        ("part-2.csv", rows(Some(NAMES[3]), ";")),
        ("other[1].csv", rows(Some(NAMES[4]), ",")),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let files = tekser_indexer::inspect::expand(&[folder.path().to_owned()]).unwrap();
    let inspections: Vec<_> = files
        .found
        .iter()
        .map(|path| inspect(path, &DumpSecrets::default()).unwrap())
        .collect();
    let files = drafted(&inspections, folder.path());
    let mut paths: Vec<&str> = files
        .iter()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    paths.sort_unstable();
    assert_eq!(paths, ["other[[]1[]].csv", "part-*.csv"]);
}

#[test]
fn a_header_of_two_lines_gives_numbered_columns_that_its_names_help_to_guess() {
    let mut dice = Dice::new(15);
    let mut text =
        "Список\tна 01.02.2026\t\t\n№\tКонтрагент\tКонтакты\t\n\t\tИИН\tУд. личности\n".to_owned();
    for row in 0..60 {
        let (name, iin, card) = (dice.person(), dice.iin(), dice.digits(9));
        writeln!(text, "{row}\t{name}\t{iin}\t{card}").expect("memory");
    }
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let entry = Dump::new("x.txt", [&b"\xFF\xFE"[..], &bytes].concat()).entry();
    assert_eq!(entry["skip"].as_integer(), Some(3));
    assert_eq!(entry["header"].as_bool(), Some(false));
    let columns = entry["columns"].as_table().expect("columns");
    assert_eq!(columns["2"]["identifier"].as_str(), Some("iin"));
    assert_eq!(columns["3"]["identifier"].as_str(), Some("id_card"));
}
