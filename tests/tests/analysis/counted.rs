//! Do overlaps, queries and reports count what a plain count gives?

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;
use tekser_tests::{Workspace, write_breach};

const BREACHES: [&str; 4] = ["a-2020", "b-2020", "c-2020", "sealed-2020"];
const PEOPLE: u64 = 400;
const ENTRY: &str = "path = \"dump.csv\"\ndelimiter = \";\"\n[file.columns]\n\
                     phone = { identifier = \"phone\" }\nemail = { identifier = \"email\" }\nname = { class = \"names\" }";

/// An identifier as written in the dumps: all are written one way.
type HeldIdentifiers = BTreeMap<String, BTreeSet<usize>>;

/// Breaches that overlap at random, one of them sensitive, and which identifier is in which.
struct Leaks {
    workspace: Workspace,
    held: HeldIdentifiers,
    /// The identifiers with a name next to them, in any breach.
    named: BTreeSet<String>,
}

const fn random(person: u64, breach: u64) -> u64 {
    let mixed = (person * 31 + breach + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ mixed >> 29
}

impl Leaks {
    fn new() -> Self {
        let workspace = Workspace::new();
        let (mut held, mut named) = (HeldIdentifiers::new(), BTreeSet::new());
        let folder = workspace.path().join("breaches");
        for (place, id) in BREACHES.iter().enumerate() {
            let mut dump = "phone;email;name\n".to_owned();
            for person in (0..PEOPLE).filter(|person| random(*person, place as u64) % 5 < 2) {
                let phone = format!("+7709{person:07}");
                let email = format!("person{person}@example.kz");
                let has_email = !random(person, 9).is_multiple_of(3);
                let has_name = !random(person, 10 + place as u64).is_multiple_of(2);
                dump += &format!(
                    "{phone};{};{}\n",
                    if has_email { &email } else { "" },
                    if has_name { "Name" } else { "" }
                );
                let identifiers = std::iter::once(phone).chain(has_email.then_some(email));
                for identifier in identifiers {
                    if has_name {
                        named.insert(identifier.clone());
                    }
                    held.entry(identifier).or_default().insert(place);
                }
            }
            let folder = write_breach(&folder, id, ENTRY, &[("dump.csv", dump.as_bytes())]);
            if *id == "sealed-2020" {
                let description = folder.join("breach.toml");
                let text = fs::read_to_string(&description).expect("a description");
                let text = text.replacen("records = 1", "records = 1\nsensitive = true", 1);
                fs::write(description, text).expect("a description");
            }
        }
        workspace.build(&folder, &[]);
        Self {
            workspace,
            held,
            named,
        }
    }

    fn answer(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.workspace.run_ok(arguments)).expect("JSON")
    }

    fn count(&self, fits: impl Fn(&str, &BTreeSet<usize>) -> bool) -> usize {
        let all = self.held.iter();
        all.filter(|(identifier, breaches)| fits(identifier, breaches))
            .count()
    }
}

#[test]
fn overlaps_are_what_counting_one_by_one_gives() {
    let leaks = Leaks::new();
    let answer = leaks.answer(&["overlap", "--json"]);
    let pairs = answer["pairs"].as_array().expect("pairs");
    assert_eq!(pairs.len(), 6);
    for pair in pairs {
        let place = |field: &str| BREACHES.iter().position(|id| pair[field] == *id);
        let (first, second) = (
            place("first").expect("a breach"),
            place("second").expect("a breach"),
        );
        for (figures, of_kind) in [
            (&pair["all"], ""),
            (&pair["kinds"]["phone"], "+"),
            (&pair["kinds"]["email"], "person"),
        ] {
            let count = |wanted: &[usize]| {
                leaks.count(|identifier, breaches| {
                    identifier.starts_with(of_kind)
                        && wanted.iter().all(|breach| breaches.contains(breach))
                })
            };
            let (one, other, common) = (count(&[first]), count(&[second]), count(&[first, second]));
            assert!(common > 0, "nothing to compare");
            assert_eq!(
                figures["common"], common,
                "{} & {}",
                pair["first"], pair["second"]
            );
            let share = |part: usize, whole: usize| part as f64 / whole as f64;
            for (field, expected) in [
                ("jaccard", share(common, one + other - common)),
                ("first_in_second", share(common, one)),
                ("second_in_first", share(common, other)),
            ] {
                let got = figures[field].as_f64().expect("a share");
                assert!((got - expected).abs() < 1e-12, "{field}: {got}, {expected}");
            }
        }
    }
}

#[test]
fn queries_are_what_counting_one_by_one_gives() {
    let leaks = Leaks::new();
    let expected = [
        ("all", leaks.count(|_, _| true)),
        (
            "a-2020 & b-2020 - sealed-2020 & kind:phone",
            leaks.count(|identifier, breaches| {
                let fits = breaches.contains(&0) && breaches.contains(&1) && !breaches.contains(&3);
                fits && identifier.starts_with('+')
            }),
        ),
        (
            "!(a-2020 | b-2020)",
            leaks.count(|_, breaches| !breaches.contains(&0) && !breaches.contains(&1)),
        ),
        (
            "sensitive & c-2020",
            leaks.count(|_, breaches| breaches.contains(&3) && breaches.contains(&2)),
        ),
        ("class:names", leaks.named.len()),
        (
            "class:names & sealed-2020",
            leaks.count(|identifier, breaches| {
                leaks.named.contains(identifier) && breaches.contains(&3)
            }),
        ),
        ("date>2020 | status:confirmed", 0),
    ];
    for (query, expected) in expected {
        assert_eq!(
            leaks.answer(&["query", "--json", query])["identifiers"],
            expected,
            "{query}"
        );
    }
    let by_breach = leaks.answer(&["query", "--json", "--by", "breach", "kind:email"]);
    for (place, id) in BREACHES.iter().enumerate() {
        let expected = leaks.count(|identifier, breaches| {
            identifier.starts_with("person") && breaches.contains(&place)
        });
        assert_eq!(by_breach["cells"][id], expected, "{id}");
    }
}

#[test]
fn a_report_is_what_counting_one_by_one_gives() {
    let leaks = Leaks::new();
    let answer = leaks.answer(&["report", "--format", "json"]);
    assert_eq!(answer["identifiers"]["all"], leaks.held.len());
    for (place, breach) in answer["breaches"]
        .as_array()
        .expect("breaches")
        .iter()
        .enumerate()
    {
        // All have one date, so that they are in order of their ids.
        assert_eq!(breach["id"], BREACHES[place]);
        let new = leaks.count(|_, breaches| breaches.first() == Some(&place));
        let size = leaks.count(|_, breaches| breaches.contains(&place));
        assert_eq!(breach["identifiers"]["all"], size);
        assert_eq!(breach["new"], new);
        assert_eq!(breach["known_before"], size - new);
    }
    for (number, counts) in (1..).zip(answer["by_number"].as_array().expect("numbers")) {
        assert_eq!(
            counts["all"],
            leaks.count(|_, breaches| breaches.len() == number)
        );
    }
    let combinations = answer["combinations"].as_array().expect("combinations");
    for combination in combinations {
        let ids = combination["breaches"].as_array().expect("ids").iter();
        let place = |id: &Value| BREACHES.iter().position(|one| id == one).expect("a breach");
        let exactly: BTreeSet<usize> = ids.map(place).collect();
        let expected = leaks.count(|_, breaches| *breaches == exactly);
        assert_eq!(combination["identifiers"], expected, "{exactly:?}");
    }
    assert_eq!(combinations.len(), 15, "every combination occurs");
    // With a name, a telephone number or e-mail address is of medium severity.
    let medium = &answer["severity"][2];
    assert_eq!(medium["level"], "medium");
    assert_eq!(medium["in_one_breach"]["all"], leaks.named.len());
}

#[test]
fn what_is_published_has_no_small_count_and_nothing_sensitive() {
    let leaks = Leaks::new();
    for arguments in [
        &["overlap", "--json", "--public", "--min-cell", "60"][..],
        &["report", "--public", "--min-cell", "60", "--format", "json"],
        &["report", "--public", "--min-cell", "60"],
        &[
            "query",
            "--json",
            "--by",
            "breach",
            "--public",
            "--min-cell",
            "60",
            "kind:email",
        ],
    ] {
        let answer = leaks.workspace.run_ok(arguments);
        assert!(!answer.contains("sealed-2020"), "{arguments:?}");
    }
    let public = ["query", "--json", "--public", "--min-cell", "10000", "all"];
    assert_eq!(leaks.answer(&public)["identifiers"], Value::Null);
    let refused = leaks
        .workspace
        .refused(&["query", "--public", "sealed-2020"], b"");
    assert!(
        refused.contains("this breach is not in the index"),
        "{refused}"
    );
}

#[test]
fn a_report_replaces_a_file_only_by_force_and_is_its_owners_alone_unless_it_is_public() {
    let leaks = Leaks::new();
    let path = leaks.workspace.path().join("report.html");
    let output = path.to_str().expect("a path");
    let mode = || fs::metadata(&path).expect("a report").permissions().mode() & 0o777;
    let report = |options: &[&str]| {
        let arguments = [&["report", "--output", output], options].concat();
        assert_eq!(leaks.workspace.run_ok(&arguments), "");
    };
    report(&["--lang", "ru"]);
    let page = fs::read_to_string(&path).expect("a report");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>"));
    assert!(page.contains("<html lang=\"ru\">"));
    assert_eq!(mode(), 0o600);
    let refused = leaks
        .workspace
        .refused(&["report", "--output", output], b"");
    assert!(refused.contains("--force"), "{refused}");
    report(&["--public", "--force"]);
    assert_eq!(mode(), 0o644);
}
