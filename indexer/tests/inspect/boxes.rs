//! What is in archives and in JSON documents of any shape: the draft names it, and nothing beside it stops the draft.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use toml::{Table, Value};

use super::numbers::Dice;
use super::{Dump, draft, drafted};

const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\0\xff\xfe\x80";

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder
            .append_data(&mut header, name, *bytes)
            .expect("a member");
    }
    builder.into_inner().expect("an archive")
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("a stream");
    encoder.finish().expect("a stream")
}

/// Rows of people under these names of columns.
fn people(header: &str, seed: u64) -> Vec<u8> {
    let mut dice = Dice::new(seed);
    let row = |dice: &mut Dice| format!("{};+7{}\n", dice.iin(), dice.mobile());
    let rows: String = (0..30).map(|_| row(&mut dice)).collect();
    format!("{header}\n{rows}").into_bytes()
}

fn text<'t>(table: &'t Table, key: &str) -> Option<&'t str> {
    table.get(key).and_then(Value::as_str)
}

fn columns(table: &Table) -> Vec<&str> {
    let columns = table["columns"].as_table().expect("columns");
    columns.keys().map(String::as_str).collect()
}

fn files(dump: &Dump) -> Vec<Table> {
    drafted(&[dump.inspection()], dump.folder.path())
}

#[test]
fn members_that_hold_people_are_named_and_a_picture_beside_them_stops_nothing() {
    let (one, two) = (people("iin;phone", 1), people("iin;phone", 2));
    let plain = tar(&[("a.csv", &one), ("b.csv", &two)]);
    let plain = Dump::new("x.tar", plain);
    assert_eq!(text(&plain.entry(), "member"), None);
    assert_eq!(plain.inspection().parts[0].rows, 60);
    let inner = tar(&[
        ("data/a.csv.gz", &gz(&one)),
        ("logo.png", PICTURE),
        ("data/b.csv.gz", &gz(&two)),
    ]);
    let archive = tar(&[
        ("cover.png", PICTURE),
        ("data.tar", &inner),
        ("Thumbs.db", PICTURE),
    ]);
    let dump = Dump::new("x.tar", gz(&archive));
    assert_eq!(text(&dump.entry(), "member"), Some("*.csv.gz"));
    let passed_over = dump.inspection().passed_over;
    let names: Vec<_> = passed_over
        .iter()
        .filter_map(|passed| passed.member.as_deref())
        .collect();
    assert_eq!(names, ["cover.png", "data.tar/logo.png", "Thumbs.db"]);
    assert!(
        passed_over[..2]
            .iter()
            .all(|passed| passed.reason == "a picture")
    );
}

#[test]
fn members_that_are_written_in_several_ways_are_described_apart() {
    let (users, orders) = (people("iin;phone", 3), people("client_iin;tel", 4));
    let archive = tar(&[
        ("users-1.csv", &users),
        ("orders.csv", &orders),
        ("users-2.csv", &users),
    ]);
    let files = files(&Dump::new("x.tar", archive));
    let members: Vec<_> = files.iter().map(|file| text(file, "member")).collect();
    assert_eq!(members, [Some("users-*.csv"), Some("orders.csv")]);
    assert_eq!(columns(&files[1]), ["client_iin", "tel"]);
}

#[test]
fn an_archive_of_nothing_but_pictures_has_no_rows() {
    let dump = Dump::new("x.tar", tar(&[("a.png", PICTURE), ("b.png", PICTURE)]));
    assert!(dump.inspection().parts.is_empty());
    let pictures = ["a.png", "b.png"].map(|name| (name.to_owned(), "a picture".to_owned()));
    assert_eq!(passed_over(&dump), pictures);
}

fn person(dice: &mut Dice) -> serde_json::Value {
    serde_json::json!({"iin": dice.iin(), "phone": format!("+7{}", dice.mobile())})
}

#[test]
fn arrays_and_keyed_objects_of_people_are_records_each_with_an_entry() {
    let mut dice = Dice::new(5);
    let mut some = |count: usize| (0..count).map(|_| person(&mut dice)).collect::<Vec<_>>();
    let keyed: serde_json::Map<String, serde_json::Value> = some(20)
        .into_iter()
        .enumerate()
        .map(|(n, person)| (format!("-N{n:08x}"), person))
        .collect();
    let document =
        serde_json::json!({"took": 3, "hits": {"total": 30, "hits": some(30)}, "users": keyed});
    let dump = Dump::new("x.json", document.to_string());
    let mut found: Vec<Vec<String>> = Vec::new();
    for file in files(&dump) {
        found.push(columns(&file).iter().map(ToString::to_string).collect());
    }
    assert_eq!(
        found,
        [
            ["hits.hits[].iin", "hits.hits[].phone"],
            ["users.*.iin", "users.*.phone"]
        ]
    );
}

#[test]
fn a_document_that_is_no_record_for_its_length_is_drafted_by_its_people() {
    let mut dice = Dice::new(6);
    let pad = "x".repeat(4_000);
    let people: Vec<_> = (0..600)
        .map(|_| serde_json::json!({"pad": pad, "u": person(&mut dice)}))
        .collect();
    let document = serde_json::json!({"contact": "help@example.kz", "people": people});
    let text = document.to_string();
    assert!(text.len() > 2 << 20);
    let entry = Dump::new("x.json", text).entry();
    assert_eq!(columns(&entry), ["people[].u.iin", "people[].u.phone"]);
}

#[test]
fn numbers_that_are_written_in_two_ways_are_one_column() {
    let mut dice = Dice::new(7);
    let line = |n: usize, dice: &mut Dice| {
        let (iin, phone) = (dice.iin(), dice.mobile());
        match n % 2 {
            0 => format!("{{\"iin\": \"{iin}\", \"phone\": 7{phone}}}\n"),
            _ => format!("{{\"iin\": \"{iin}\", \"phone\": {{\"$numberLong\": \"7{phone}\"}}}}\n"),
        }
    };
    let lines: String = (0..30).map(|n| line(n, &mut dice)).collect();
    assert_eq!(
        columns(&Dump::new("x.json", lines).entry()),
        ["iin", "phone"]
    );
}

/// The reasons for which members are passed over.
fn passed_over(dump: &Dump) -> Vec<(String, String)> {
    let passed_over = dump.inspection().passed_over.into_iter();
    let named = passed_over.map(|passed| (passed.member.unwrap_or_default(), passed.reason));
    named.collect()
}

#[test]
fn notes_pictures_and_what_systems_add_are_passed_over_with_a_reason() {
    let people = people("iin;phone", 8);
    let archive = tar(&[
        ("README.txt", b"Full base, 2025. Do not share it.\n"),
        (
            "LICENSE",
            b"Permission is hereby granted, free of charge, to any person\n",
        ),
        ("clients.csv", &people),
        ("__MACOSX/._clients.csv", b"\0\x05\x16\x07\0\x02"),
        ("shot.png", PICTURE),
        (".DS_Store", b"\0\0\0\x01Bud1\0"),
        (
            "about.txt",
            b"This base was taken from a server in March.\nIt is for sale to one person.\n",
        ),
    ]);
    let dump = Dump::new("x.tar", archive);
    assert_eq!(text(&dump.entry(), "member"), Some("clients.csv"));
    let note = "a note without identifiers";
    let system = "what macOS or Windows adds to archives";
    let expected = [
        ("README.txt", note),
        ("LICENSE", note),
        ("__MACOSX/._clients.csv", system),
        ("shot.png", "a picture"),
        (".DS_Store", system),
        ("about.txt", "prose without identifiers"),
    ];
    let expected = expected.map(|(name, reason)| (name.to_owned(), reason.to_owned()));
    assert_eq!(passed_over(&dump), expected);
    let draft = draft(
        &[dump.inspection()],
        dump.folder.path(),
        &"2026".parse().expect("a date"),
    );
    let draft = draft.expect("a draft");
    assert!(
        draft.contains("# Passed over in \"x.tar\": \"shot.png\": a picture"),
        "{draft}"
    );
}

#[test]
fn a_note_that_holds_identifiers_is_drafted_as_text_beside_the_table() {
    let archive = tar(&[
        ("clients.csv", &people("iin;phone", 9)),
        (
            "readme.txt",
            b"Full base, private. Write to seller@example.org, or call +7 709 000 00 01\n",
        ),
    ]);
    let files = files(&Dump::new("x.tar", archive));
    let formats: Vec<_> = files
        .iter()
        .map(|file| (text(file, "member"), text(file, "format")))
        .collect();
    let expected = [(Some("*.csv"), Some("csv")), (Some("*.txt"), Some("text"))];
    assert_eq!(formats, expected);
}

#[test]
fn a_table_that_is_called_like_a_note_is_a_table() {
    let entry = Dump::new("readme.txt", people("iin;phone", 10)).entry();
    assert_eq!(text(&entry, "format"), Some("csv"));
    assert_eq!(columns(&entry), ["iin", "phone"]);
}
