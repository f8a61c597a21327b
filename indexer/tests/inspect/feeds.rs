//! Warning lists as publishers hand them out are drafted as such, and a dry run reads the draft as it is.

use std::fs;

use tekser_indexer::builder::{BuildProgress, rehearse};
use tekser_indexer::ingest::{Breach, ReadOptions};
use tekser_indexer::inspect::draft;
use toml::Table;

use super::Dump;

const ENTRIES: usize = 12;

/// The draft for a feed.
fn drafted(name: &str, text: &str) -> (Dump, String) {
    let dump = Dump::new(name, text);
    let today = "2026-12-01".parse().expect("a date");
    let drafted = draft(&[dump.inspection()], dump.folder.path(), &today).expect("a draft");
    (dump, drafted)
}

/// The draft for a feed, and how many identifiers a dry run finds by it.
fn read(name: &str, text: &str) -> (Table, u64) {
    let (dump, draft) = drafted(name, text);
    fs::write(dump.folder.path().join("breach.toml"), &draft).expect("written");
    let breach = Breach::open(dump.folder.path()).expect("a draft that can be read");
    let open: Vec<&str> = breach.open_keys().collect();
    for key in [
        "date",
        "source",
        "appeal",
        "valid_for",
        "reasons",
        "publisher.kk",
        "legal_basis.en",
    ] {
        assert!(open.contains(&key), "{name}: {key} of {open:?}");
    }
    let progress = BuildProgress::default();
    let refused = "5%".parse().expect("a share");
    let read = rehearse(&[breach], &ReadOptions::default(), refused, &progress).expect("read");
    assert!(read.complaints.is_empty(), "{name}: {:?}", read.complaints);
    let tally = &read.breaches.values().next().expect("a list").tally;
    let found = tally
        .cells
        .values()
        .map(|cells| cells.filled - cells.invalid);
    let draft: Table = draft.parse().expect("TOML");
    assert_eq!(draft["type"].as_str(), Some("warning"), "{name}");
    (draft, found.sum())
}

fn lines(line: impl Fn(usize) -> String) -> String {
    (0..ENTRIES).map(|number| line(number) + "\n").collect()
}

fn objects(object: impl Fn(usize) -> String) -> String {
    let objects: Vec<String> = (0..ENTRIES).map(object).collect();
    objects.join(",")
}

#[test]
fn feeds_are_drafted_as_warning_lists_that_a_dry_run_reads() {
    let day = |number: usize| format!("2026-11-{:02}", number + 1);
    let stix = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[{{"type":"identity","name":"Example"}},{}]}}"#,
        objects(|n| format!(
            r#"{{"type":"indicator","pattern_type":"stix","pattern":"[domain-name:value = 'a{n}.example.kz']","valid_from":"{}T00:00:00Z"}}"#,
            day(n)
        ))
    );
    let misp = format!(
        r#"{{"Event":{{"info":"x","Attribute":[{}]}}}}"#,
        objects(|n| format!(
            r#"{{"type":"domain","value":"a{n}.example.kz","to_ids":true,"timestamp":"17645472{n:02}"}}"#
        ))
    );
    let domains = format!(
        "[{}]",
        objects(|n| format!(
            r#"{{"RegisterPositionId":{n},"DomainAddress":"a{n}.example.kz","InsertDate":"{}T10:00:00","DeleteDate":null}}"#,
            day(n)
        ))
    );
    let hosts = "# Sites\n".to_owned() + &lines(|n| format!("0.0.0.0 a{n}.example.kz"));
    let plain = lines(|n| format!("a{n}.example.kz"));
    let table = "site;wallet;account;tel;added\n".to_owned()
        + &lines(|n| {
            format!(
                "a{n}.example.kz;0x{n:040x};https://t.me/example_{n};+77090002{n:03};{}",
                day(n)
            )
        });
    let companies = "bin;why;since\n".to_owned()
        + &lines(|n| {
            format!(
                "{};P{n};{}",
                ["940140000385", "990140004654"][n % 2],
                day(n)
            )
        });
    let entries = ENTRIES as u64;
    for (name, text, expected) in [
        ("bundle.json", &stix, entries),
        ("event.json", &misp, entries),
        ("domains.json", &domains, entries),
        ("hosts", &hosts, entries),
        ("domains.txt", &plain, entries),
        ("table.csv", &table, 4 * entries),
        ("companies.csv", &companies, entries),
    ] {
        let (_, found) = read(name, text);
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_list_beside_what_is_of_persons_is_a_leak() {
    let site = |n: usize| format!("https://shop{n}.example.kz/in");
    let rows = [
        "url;login;password\n".to_owned() + &lines(|n| format!("{};user{n};qwerty{n}", site(n))),
        "site;iin\n".to_owned()
            + &lines(|n| {
                format!(
                    "a{n}.example.kz;{}",
                    ["850101150009", "470316119230"][n % 2]
                )
            }),
        "site;fio\n".to_owned()
            + &lines(|n| format!("a{n}.example.kz;Нурлан Ахметов{}", ["", "а"][n % 2])),
        "site;email\n".to_owned() + &lines(|n| format!("a{n}.example.kz;person{n}@example.kz")),
    ];
    for text in rows {
        let (_, draft) = drafted("a.csv", &text);
        assert!(!draft.contains("type = \"warning\""), "{draft}");
    }
}
