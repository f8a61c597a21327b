//! Where a dump comes from is reported as it is: its records were taken from breaches of the index, so that the truth
//! is known.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tekser_test_kit::{Dice, Person};
use tekser_tests::{Workspace, write_breach};

/// Records of the dump whose origin is reported.
const RECORDS: u32 = 2_000;

const COLUMNS: &str = "[file.columns]\niin = { identifier = \"iin\" }\nphone = { identifier = \"phone\" }\n\
                       email = { identifier = \"email\" }\ncard = { identifier = \"id_card\" }\n";

fn id_card(Person(number): Person) -> String {
    format!("{:09}", 700_000_000 + number)
}

/// An earlier leak: everything spelt as it should be.
fn write_leak(root: &Path, id: &str, persons: impl Iterator<Item = Person>) {
    let mut dump = "iin;phone;email;card\n".to_owned();
    for person in persons {
        let (iin, phone, email) = (person.iin(), person.phone(), person.email());
        dump += &format!("{iin};+7{phone};{email};{}\n", id_card(person));
    }
    let entry = format!("path = \"dump.csv\"\ndelimiter = \";\"\n{COLUMNS}");
    let _ = write_breach(root, id, &entry, &[("dump.csv", dump.as_bytes())]);
}

/// The dump in question: other columns, another order, and every value spelt differently.
fn write_dump(root: &Path, persons: &[Person]) -> String {
    let mut dice = Dice::new(0x0063_6f6d_7061_7265);
    let mut persons = persons.to_vec();
    for place in (1..persons.len()).rev() {
        persons.swap(place, dice.below(place + 1));
    }
    let mut dump = "email\tcity\tcard\tphone\tiin\n".to_owned();
    for person in persons {
        let (iin, phone, email) = (person.iin(), person.phone(), person.email());
        let (code, rest) = phone.split_at(3);
        let phone = match dice.below(4) {
            0 => format!("8{phone}"),
            1 => format!("8 ({code}) {} {}", &rest[..3], &rest[3..]),
            2 => format!("+7 {code} {}-{}-{}", &rest[..3], &rest[3..5], &rest[5..]),
            _ => format!("007{phone}"),
        };
        let iin = format!("{}-{}", &iin[..6], &iin[6..]);
        let card = format!("N{}", id_card(person));
        dump += &format!("{}\tAlmaty\t{card}\t{phone}\t{iin}\n", email.to_uppercase());
    }
    let entry = format!(
        "path = \"dump.csv\"\ndelimiter = \"\\t\"\n{COLUMNS}city = {{ class = \"physical-addresses\" }}"
    );
    let folder = write_breach(root, "found-2026", &entry, &[("dump.csv", dump.as_bytes())]);
    folder.to_str().expect("a path").to_owned()
}

fn persons(range: std::ops::Range<u32>) -> impl Iterator<Item = Person> {
    range.map(Person)
}

/// 70 % of the records are in a, 20 % in b, 10 % nowhere.
fn found() -> Vec<Person> {
    let of_a = persons(0..RECORDS * 7 / 10);
    let of_b = persons(10_000..10_000 + RECORDS * 2 / 10);
    of_a.chain(of_b)
        .chain(persons(20_000..20_000 + RECORDS / 10))
        .collect()
}

/// Builds an index of two leaks, where `common` people of a are in b as well; a is sensitive.
fn index(overlap: u32, arguments: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    let breaches = workspace.path().join("breaches");
    write_leak(&breaches, "a-2019", persons(0..3_000));
    write_leak(
        &breaches,
        "b-2024",
        persons(0..overlap).chain(persons(10_000..11_500)),
    );
    make_sensitive(&breaches.join("a-2019"));
    workspace.build(&breaches, arguments);
    workspace
}

fn make_sensitive(breach: &Path) {
    let description = breach.join("breach.toml");
    let text = fs::read_to_string(&description).expect("a description");
    let text = text.replacen("records = 1", "records = 1\nsensitive = true", 1);
    fs::write(description, text).expect("a description");
}

fn compare(workspace: &Workspace, dump: &str) -> Value {
    let printed = workspace.run_ok(&["compare", "--json", dump]);
    serde_json::from_str(&printed).expect("JSON")
}

/// What a breach explains of a dump, in percent.
fn share(provenance: &Value, field: &str, breach: &str) -> f64 {
    let known = provenance["known"].as_array().expect("breaches").iter();
    let mut of_breach = known.filter(|known| known["breach"] == breach);
    let count = of_breach
        .next()
        .map_or(0, |known| known[field].as_u64().expect("a number"));
    percent(count, provenance)
}

fn new(provenance: &Value) -> f64 {
    percent(provenance["new"].as_u64().expect("a number"), provenance)
}

fn percent(count: u64, provenance: &Value) -> f64 {
    100.0 * count as f64 / provenance["all"].as_f64().expect("a number")
}

fn assert_near(got: f64, expected: f64, what: &str) {
    assert!(
        (got - expected).abs() <= 1.0,
        "{what}: {got} %, not {expected} %"
    );
}

/// Every part of what is reported: pairs and identifiers, in all and by kind.
fn parts(printed: &Value) -> Vec<(String, &Value)> {
    let mut parts = Vec::new();
    for what in ["pairs", "identifiers"] {
        parts.push((what.to_owned(), &printed[what]["all"]));
        let kinds = printed[what]["kinds"].as_object().expect("kinds");
        parts.extend(kinds.iter().map(|(kind, part)| (kind.clone(), part)));
    }
    parts
}

#[test]
fn a_dump_of_seventy_twenty_and_ten_percent_is_reported_as_that() {
    let workspace = index(0, &["--pairs"]);
    let dump = write_dump(workspace.path(), &found());
    let printed = compare(&workspace, &dump);
    let parts = parts(&printed);
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "pairs",
            "iin+id_card",
            "iin+phone",
            "phone+email",
            "identifiers",
            "email",
            "id_card",
            "iin",
            "phone"
        ]
    );
    for (name, part) in parts {
        assert_near(share(part, "explained", "a-2019"), 70.0, &name);
        assert_near(share(part, "explained", "b-2024"), 20.0, &name);
        assert_near(new(part), 10.0, &name);
    }
    assert_eq!(
        printed["verdict"][0],
        "Of its pairs 70.0 % are in a-2019, 20.0 % more in b-2024, 10.0 % nowhere before"
    );
    assert_eq!(
        (&printed["rows"], &printed["rejected_rows"]),
        (&Value::from(RECORDS), &Value::from(0))
    );
    let by_chance = printed["pairs_by_chance"].as_f64().expect("a figure");
    // 6,000 pairs, each of three kinds, compared with 4,500 of 2⁴⁰.
    assert!(
        (by_chance - 6_000.0 * 4_500.0 / 2_f64.powi(40)).abs() < 1e-9,
        "{by_chance}"
    );
}

#[test]
fn what_is_in_two_leaks_is_explained_once_and_reported_of_both() {
    let overlap = RECORDS * 3 / 10;
    let workspace = index(overlap, &["--pairs"]);
    let dump = write_dump(workspace.path(), &found());
    for (name, part) in parts(&compare(&workspace, &dump)) {
        for (field, a, b) in [
            ("common", 70.0, 50.0),
            ("explained", 70.0, 20.0),
            ("alone", 40.0, 20.0),
        ] {
            assert_near(
                share(part, field, "a-2019"),
                a,
                &format!("{field} of {name}"),
            );
            assert_near(
                share(part, field, "b-2024"),
                b,
                &format!("{field} of {name}"),
            );
        }
        let combinations = part["combinations"]
            .as_array()
            .expect("combinations")
            .iter();
        let both = serde_json::json!(["a-2019", "b-2024"]);
        let mut in_both = combinations.filter(|one| one["breaches"] == both);
        let count = in_both.next().expect("printed")["count"]
            .as_u64()
            .expect("a number");
        assert_near(percent(count, part), 30.0, &name);
    }
}

/// Everybody's IIN and phone number leaked, but the two stood together in one leak alone.
#[test]
fn pairs_tell_what_identifiers_do_not() {
    let workspace = Workspace::new();
    let breaches = workspace.path().join("breaches");
    write_leak(&breaches, "a-2019", persons(0..1_000));
    let mut apart = "iin;phone\n".to_owned();
    for person in persons(0..1_000) {
        apart += &format!("{};\n;+7{}\n", person.iin(), person.phone());
    }
    let columns =
        "[file.columns]\niin = { identifier = \"iin\" }\nphone = { identifier = \"phone\" }";
    let entry = format!("path = \"dump.csv\"\ndelimiter = \";\"\n{columns}");
    let _ = write_breach(
        &breaches,
        "b-2024",
        &entry,
        &[("dump.csv", apart.as_bytes())],
    );
    workspace.build(&breaches, &["--pairs"]);
    let dump: Vec<Person> = persons(0..500).collect();
    let printed = compare(&workspace, &write_dump(workspace.path(), &dump));
    let (iins, pairs) = (
        &printed["identifiers"]["kinds"]["iin"],
        &printed["pairs"]["kinds"]["iin+phone"],
    );
    assert_eq!(
        (
            share(iins, "common", "a-2019"),
            share(iins, "common", "b-2024")
        ),
        (100.0, 100.0)
    );
    assert_eq!(
        (
            share(pairs, "common", "a-2019"),
            share(pairs, "common", "b-2024")
        ),
        (100.0, 0.0)
    );
}

#[test]
fn without_pairs_identifiers_are_compared_and_that_is_said() {
    let workspace = index(0, &[]);
    let dump = write_dump(workspace.path(), &found());
    let printed = compare(&workspace, &dump);
    assert_eq!(printed["pairs"], Value::Null);
    assert_near(
        share(&printed["identifiers"]["all"], "explained", "a-2019"),
        70.0,
        "identifiers",
    );
    let text = workspace.run_ok(&["compare", &dump]);
    assert!(text.contains("This index keeps no pairs"), "{text}");
    // Of a breach that is added with --pairs they are kept, and of the others the report says that none are.
    let added = workspace.path().join("added");
    write_leak(&added, "c-2025", persons(20_000..20_050));
    let _ = workspace.run_ok(&["add", "--pairs", added.to_str().expect("a path")]);
    let printed = compare(&workspace, &dump);
    assert_eq!(
        printed["without_pairs"],
        serde_json::json!(["a-2019", "b-2024"])
    );
    assert_near(
        share(&printed["pairs"]["all"], "common", "c-2025"),
        2.5,
        "pairs",
    );
    let text = workspace.run_ok(&["compare", &dump]);
    assert!(
        text.contains("No pairs were kept of a-2019, b-2024"),
        "{text}"
    );
}

#[test]
fn pairs_outlive_whatever_is_done_to_an_index() {
    let workspace = index(0, &["--pairs"]);
    let dump = write_dump(workspace.path(), &found());
    let others = workspace.path().join("others");
    for (id, first) in [("c-2025", 20_000), ("d-2025", 20_100)] {
        write_leak(&others, id, persons(first..first + 50));
    }
    let path = |path: &str| workspace.argument(path);
    let (c, d, b) = (
        path("others/c-2025"),
        path("others/d-2025"),
        path("breaches/b-2024"),
    );
    let part = path("part");
    let _ = workspace.run_ok(&["build", "--pairs", "--index", &part, &d]);
    let _ = workspace.run_ok(&["keygen", "--key", "new.key"]);
    let breaches = [path("breaches"), d.clone()];
    let rekey = [
        "rekey",
        "--key",
        "new.key",
        "--old-key",
        "key",
        &breaches[0],
        &breaches[1],
    ];
    let commands: [(&[&str], f64); 6] = [
        (&["add", &c], 7.5),
        (&["update", &b], 7.5),
        (&["update", "--metadata", &b], 7.5),
        (&["remove", "c-2025"], 10.0),
        (&["merge", &part], 7.5),
        (&rekey, 7.5),
    ];
    for (command, expected) in commands {
        let _ = workspace.run_ok(command);
        let key = if command[0] == "rekey" {
            "new.key"
        } else {
            "key"
        };
        let printed = workspace.run_ok(&["compare", "--json", "--key", key, &dump]);
        let printed: Value = serde_json::from_str(&printed).expect("JSON");
        assert_near(
            share(&printed["pairs"]["all"], "explained", "a-2019"),
            70.0,
            command[0],
        );
        assert_near(new(&printed["pairs"]["all"]), expected, command[0]);
        assert_eq!(
            printed["without_pairs"],
            serde_json::json!([]),
            "{command:?}"
        );
    }
    let output = workspace.run(&["build", "--key", "new.key", &breaches[0]], b"");
    let printed = String::from_utf8(output.stderr).expect("text");
    assert!(
        printed.contains("the current index keeps pairs, and this one will not"),
        "{printed}"
    );
}

/// Of half of a leak's pairs the other half would seem new.
#[test]
fn of_a_leak_merged_of_parts_pairs_are_kept_if_all_parts_have_them() {
    let workspace = Workspace::new();
    let path = |path: &str| workspace.argument(path);
    let parts = [("one", 0, true), ("two", 100, true), ("three", 200, false)];
    for (part, first, has_pairs) in parts {
        let breaches = workspace.path().join(part);
        write_leak(&breaches, "a-2019", persons(first..first + 100));
        let (index, pairs) = (
            path(&format!("{part}.index")),
            if has_pairs { &["--pairs"][..] } else { &[] },
        );
        let _ = workspace.run_ok(&[&["build", "--index", &index, &path(part)], pairs].concat());
    }
    let dump = write_dump(workspace.path(), &persons(0..200).collect::<Vec<_>>());
    let [one, two, three] = parts.map(|(part, ..)| path(&format!("{part}.index")));
    let _ = workspace.run_ok(&["merge", "--parts", &one, &two]);
    let printed = compare(&workspace, &dump);
    assert_eq!(share(&printed["pairs"]["all"], "common", "a-2019"), 100.0);
    let _ = workspace.run_ok(&["merge", "--parts", &three]);
    let printed = compare(&workspace, &dump);
    assert_eq!(printed["without_pairs"], serde_json::json!(["a-2019"]));
    assert_eq!(new(&printed["pairs"]["all"]), 100.0);
}

#[test]
fn a_dump_is_not_held_against_itself_and_leaves_the_index_and_the_disk_as_they_were() {
    let workspace = index(0, &["--pairs"]);
    let temporary = workspace.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let before: BTreeSet<String> = workspace.index_entries().into_iter().collect();
    let again = workspace.path().join("breaches/b-2024");
    let scratch = temporary.to_str().expect("a path");
    let printed = workspace.run_ok(&[
        "compare",
        "--scratch",
        scratch,
        again.to_str().expect("a path"),
    ]);
    assert!(printed.contains("100.0 % nowhere before"), "{printed}");
    assert!(
        printed.contains("A leak named b-2024 is in the index"),
        "{printed}"
    );
    assert_eq!(before, workspace.index_entries().into_iter().collect());
    assert_eq!(fs::read_dir(temporary).expect("a folder").count(), 0);
}

#[test]
fn another_key_and_damaged_pairs_are_refused() {
    let workspace = index(0, &["--pairs"]);
    let dump = write_dump(workspace.path(), &found());
    let _ = workspace.run_ok(&["keygen", "--key", "other.key"]);
    let refused = workspace.refused(&["compare", "--key", "other.key", &dump], b"");
    assert!(
        refused.contains("the index was made with the key"),
        "{refused}"
    );
    let pairs = workspace
        .index()
        .join(workspace.current())
        .join("pairs.bin");
    let mut bytes = fs::read(&pairs).expect("pairs");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::remove_file(&pairs).expect("removed");
    fs::write(&pairs, &bytes).expect("written");
    for arguments in [&["compare", &dump][..], &["verify"], &["remove", "b-2024"]] {
        let refused = workspace.refused(arguments, b"");
        assert!(
            refused.contains("broken file of pairs: lists, offset"),
            "{refused}"
        );
    }
    // The index itself is whole: without the file it still works.
    fs::remove_file(&pairs).expect("removed");
    let _ = workspace.run_ok(&["verify"]);
    assert_eq!(compare(&workspace, &dump)["pairs"], Value::Null);
}
