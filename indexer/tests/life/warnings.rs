//! Warning lists: what an entry says, when it leaves, and who is kept off.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use exposure_index::breach::BreachId;
use exposure_index::generation::FileKind;
use exposure_index::identifier::{Identifier, Kind, normalise};
use exposure_index::index::{CatalogueEntry, Index};
use exposure_index::oprf::evaluate;
use exposure_index::pairs::{PairKind, PairList};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, civil::Date};
use memmap2::Mmap;
use tekser_indexer::builder::{
    BuildProgress, Options, Parts, Summary, add, build, erase, merge, rehearse, remove, update,
    update_metadata,
};
use tekser_indexer::ingest::{AllowLists, Breach, LeftOut, ReadOptions, description_of};
use tempfile::TempDir;

use super::world::{Leak, Row, World, options, phone, unwatched};

const LIST: &str = "calls-2026";

/// The day of these tests, which is today's: taken once, so that midnight does not come between a list and its index.
static TODAY: LazyLock<Date> = LazyLock::new(|| Timestamp::now().to_zoned(TimeZone::UTC).date());

/// So many days ago, as lists write it.
fn ago(days: i64) -> String {
    TODAY.checked_sub(days.days()).expect("a day").to_string()
}

/// A folder with a warning list: rows of phone, site, reason, since when, until when.
fn write(root: &Path, valid_for: u32, rows: &[[&str; 5]]) -> PathBuf {
    let folder = root.join(LIST);
    fs::create_dir_all(&folder).expect("a folder");
    let rows: Vec<String> = rows.iter().map(|row| row.join(";")).collect();
    let dump = format!("phone;site;why;since;until\n{}\n", rows.join("\n"));
    fs::write(folder.join("list.csv"), dump).expect("written");
    fs::write(folder.join("breach.toml"), description(valid_for)).expect("written");
    folder
}

fn description(valid_for: u32) -> String {
    let (date, localised) = (ago(0), "kk = \"k\"\nru = \"r\"\nen = \"e\"");
    format!(
        "id = \"{LIST}\"\ntype = \"warning\"\ndate = \"{date}\"\nadded = \"2026-01-01\"\n\
         source = \"https://example.kz/\"\nappeal = \"https://example.kz/appeal\"\nvalid_for = {valid_for}\n\
         reasons = [\"fraud-call\"]\n[title]\n{localised}\n[summary]\n{localised}\n[publisher]\n{localised}\n\
         [legal_basis]\n{localised}\n[[file]]\npath = \"list.csv\"\nformat = \"csv\"\ndelimiter = \";\"\n\
         [file.columns]\nphone = {{ identifier = \"phone\" }}\nsite = {{ identifier = \"site\" }}\n\
         why = {{ reason = {{ \"P\" = \"phishing-site\" }} }}\nsince = {{ listed = true }}\nuntil = {{ removed = true }}\n"
    )
}

/// A list in a file of another form.
fn feed(root: &Path, name: &str, text: &str, file: &str) -> PathBuf {
    let folder = root.join(LIST);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join(name), text).expect("written");
    let description = description(30);
    let (head, _) = description.split_once("[[file]]").expect("a file");
    fs::write(
        folder.join("breach.toml"),
        format!("{head}[[file]]\npath = \"{name}\"\n{file}"),
    )
    .expect("written");
    folder
}

fn leak() -> Leak {
    let row = |person| Row {
        person,
        has_phone: true,
        has_email: true,
        has_name: true,
        is_broken: false,
    };
    Leak {
        id: "shop-2020".to_owned(),
        is_sensitive: false,
        has_address: false,
        rows: (0..40).map(row).collect(),
    }
}

/// A world with an index of a leak, and a folder for lists.
fn world() -> (World, TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    (World::built(&[leak()]), folder)
}

fn open(world: &World) -> Index<Mmap> {
    let current = world.directory.current().expect("a generation");
    let index = world.directory.open(current, FileKind::Public);
    let index = index.expect("a good file").expect("a file");
    index
        .verify(&exposure_index::progress::Progress::default())
        .expect("a good file");
    index
}

fn identifier(kind: Kind, value: &str) -> Identifier {
    normalise(kind, value).expect("an identifier")
}

/// The classes of an identifier in a breach; `None` if it is not there.
fn classes(world: &World, breach: &str, kind: Kind, value: &str) -> Option<Vec<String>> {
    let index = open(world);
    let tag = evaluate(&world.key, &identifier(kind, value).oprf_input());
    let row = index
        .find(tag.expect("evaluated").tag())
        .expect("a good file")?;
    let catalogue = index.catalogue().expect("a catalogue");
    let exposures = row.exposures().expect("a good file");
    exposures.into_iter().find_map(|exposure| {
        let entry = catalogue.get(exposure.breach).expect("a breach");
        let names = exposure
            .classes
            .places()
            .map(|place| entry.classes[place].to_string());
        (entry.metadata.id.as_str() == breach).then(|| names.collect())
    })
}

fn listed(world: &World, kind: Kind, value: &str) -> Option<Vec<String>> {
    classes(world, LIST, kind, value)
}

fn month(days: i64) -> String {
    format!("listed-{}", &ago(days)[..7])
}

/// Options by which entries are judged on the day of these tests.
fn with(reading: ReadOptions) -> Options {
    Options {
        reading: ReadOptions {
            as_of: Some(*TODAY),
            ..reading
        },
        ..options(None)
    }
}

fn on_that_day() -> Options {
    with(ReadOptions::default())
}

fn added(world: &World, folder: &Path, reading: ReadOptions) -> Summary {
    let breach = Breach::open(folder).expect("a list");
    let (keys, options) = (world.keys(), with(reading));
    add(
        &world.directory,
        keys,
        &[breach],
        &options,
        &BuildProgress::default(),
    )
    .expect("added")
}

fn id() -> BreachId {
    LIST.to_owned().try_into().expect("an id")
}

#[test]
fn an_entry_says_why_and_since_when_and_is_linked_with_nothing() {
    let (world, folder) = world();
    let (old, new) = (ago(70), ago(1));
    let list = write(
        folder.path(),
        365,
        &[
            ["8 709 000 10 05", "", "", &old, ""],
            ["", "https://login.example.kz/a", "P", &new, ""],
            ["8 709 000 20 00", "shop.example.org", "", "", ""],
            ["8 709 000 20 00", "", "P", &old, ""],
        ],
    );
    let summary = added(&world, &list, ReadOptions::default());
    let both = |classes: &[&str]| Some(classes.iter().map(|class| (*class).to_owned()).collect());
    let call = both(&["fraud-call", &month(70)]);
    assert_eq!(listed(&world, Kind::Phone, &phone(5)), call);
    let site = both(&[&month(1), "phishing-site"]);
    assert_eq!(listed(&world, Kind::Site, "login.example.kz"), site);
    // Entries of the same identifier are one: the month in which it was first listed is among its classes.
    let first = listed(&world, Kind::Phone, "+77090002000").expect("an entry");
    assert!(
        first.contains(&month(70)) && first.contains(&month(0)),
        "{first:?}"
    );
    assert!(
        first.contains(&"fraud-call".to_owned()) && first.contains(&"phishing-site".to_owned())
    );
    assert_eq!(
        listed(&world, Kind::Site, "shop.example.org"),
        both(&["fraud-call", &month(0)])
    );
    // No entry has the classes of a leak, and the leak has none of a list.
    let leaked = classes(&world, "shop-2020", Kind::Phone, &phone(5)).expect("a leak");
    assert!(
        leaked.contains(&"phone-numbers".to_owned()) && !leaked.contains(&"fraud-call".to_owned())
    );
    assert_eq!(summary.breaches[&id()].identifiers.values().sum::<u64>(), 4);
    let current = world.directory.current().expect("a generation");
    let public = world.directory.open_public(current).expect("a file");
    let pairs = world
        .directory
        .open_pairs(public.header())
        .expect("a file")
        .expect("pairs");
    for kind in PairKind::ALL {
        let of_list = pairs.list(&id(), kind).map_or(0, PairList::len);
        assert_eq!(of_list, 0, "{kind} of a warning list");
    }
}

#[test]
fn an_entry_that_is_removed_or_too_old_is_left_out_to_the_day_and_counted() {
    let (world, folder) = world();
    let (last, expired) = (ago(30), ago(31));
    let list = write(
        folder.path(),
        30,
        &[
            ["+77090002001", "", "", &last, ""],
            ["+77090002002", "", "", &expired, ""],
            ["+77090002003", "b.example.kz", "", &last, &last],
        ],
    );
    let summary = added(&world, &list, ReadOptions::default());
    assert!(listed(&world, Kind::Phone, "+77090002001").is_some());
    assert!(listed(&world, Kind::Phone, "+77090002002").is_none());
    assert!(listed(&world, Kind::Phone, "+77090002003").is_none());
    let left_out = &summary.left_out[&id()];
    assert_eq!(
        (left_out[&LeftOut::Expired], left_out[&LeftOut::Removed]),
        (1, 2)
    );
}

#[test]
fn an_entry_whose_date_or_reason_cannot_be_read_is_a_rejected_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let tomorrow_week = TODAY.checked_add(8.days()).expect("a day").to_string();
    let list = write(
        folder.path(),
        30,
        &[
            ["+77090002001", "", "", &ago(1), ""],
            ["+77090002002", "", "", "soon", ""],
            ["+77090002003", "", "", &tomorrow_week, ""],
        ],
    );
    let text = fs::read_to_string(list.join("breach.toml")).expect("read");
    let without = text.replace("reasons = [\"fraud-call\"]\n", "");
    fs::write(list.join("breach.toml"), without).expect("written");
    let breach = Breach::open(&list).expect("a list");
    let options = on_that_day();
    let rehearsal = rehearse(
        &[breach],
        &options.reading,
        "5%".parse().expect("a share"),
        &BuildProgress::default(),
    );
    let rehearsal = rehearsal.expect("read");
    assert_eq!(rehearsal.breaches[&id()].tally.rejected_rows, 3);
    assert_eq!(rehearsal.complaints.len(), 1);
}

#[test]
fn what_an_older_generation_holds_expires_by_whole_months() {
    let (world, folder) = world();
    let (old, new) = (ago(100), ago(1));
    let list = write(
        folder.path(),
        1_500,
        &[
            [&phone(5), "", "", &old, ""],
            ["+77090002001", "", "", &old, ""],
            ["+77090002002", "", "", &old, ""],
            ["+77090002002", "", "", &new, ""],
            ["+77090002003", "", "", &new, ""],
        ],
    );
    added(&world, &list, ReadOptions::default());
    assert!(listed(&world, Kind::Phone, "+77090002001").is_some());
    // The publisher shortens the time: no dump is read for that.
    fs::write(list.join("breach.toml"), description(30)).expect("written");
    let metadata = description_of(&list).expect("a description");
    let renewed = unwatched(|watch| {
        update_metadata(
            &world.directory,
            None,
            std::slice::from_ref(&metadata),
            watch,
        )
    });
    assert_eq!(renewed.expect("renewed").expired, 2);
    assert!(listed(&world, Kind::Phone, "+77090002001").is_none());
    assert!(classes(&world, "shop-2020", Kind::Phone, &phone(5)).is_some());
    assert!(listed(&world, Kind::Phone, &phone(5)).is_none());
    let both = listed(&world, Kind::Phone, "+77090002002").expect("an entry");
    assert_eq!(both, ["fraud-call".to_owned(), month(1)]);
    let index = open(&world);
    let catalogue = index.catalogue().expect("a catalogue");
    let is_list = |entry: &&CatalogueEntry| !entry.metadata.is_leak();
    let entry = catalogue.breaches.iter().find(is_list).expect("a list");
    assert_eq!(entry.classes.len(), 2);
}

#[test]
fn what_an_allow_list_names_is_refused_and_counted_by_list() {
    let (world, folder) = world();
    let allow = folder.path().join("banks.txt");
    fs::write(&allow, "bank.example\nphone:+7 709 000 30 00\n").expect("written");
    let list = write(
        folder.path(),
        30,
        &[
            ["", "https://www.bank.example/", "", "", ""],
            ["", "login.bank.example", "", "", ""],
            ["", "bank.example.kz", "", "", ""],
            ["8 709 000 30 00", "evil.example.org", "", "", ""],
        ],
    );
    let reading = ReadOptions {
        allow: AllowLists::read(&[allow]).expect("a list"),
        ..ReadOptions::default()
    };
    let summary = added(&world, &list, reading);
    assert_eq!(summary.allowed[&id()]["banks.txt"], 3);
    for (kind, value) in [
        (Kind::Site, "bank.example"),
        (Kind::Site, "login.bank.example"),
        (Kind::Phone, "+77090003000"),
    ] {
        assert!(listed(&world, kind, value).is_none(), "{value}");
    }
    for value in ["bank.example.kz", "evil.example.org"] {
        assert!(listed(&world, Kind::Site, value).is_some(), "{value}");
    }
}

#[test]
fn a_daily_list_comes_is_replaced_contested_and_goes_without_a_trace() {
    let (world, folder) = world();
    let before = world.everything();
    let list = write(
        folder.path(),
        30,
        &[
            [&phone(3), "", "", "", ""],
            ["+77090002001", "", "", "", ""],
        ],
    );
    added(&world, &list, ReadOptions::default());
    let list = write(
        folder.path(),
        30,
        &[
            [&phone(3), "", "", "", ""],
            ["+77090002002", "", "", "", ""],
        ],
    );
    let breach = Breach::open(&list).expect("a list");
    update(
        &world.directory,
        world.keys(),
        &[breach],
        &on_that_day(),
        &BuildProgress::default(),
    )
    .expect("updated");
    assert!(listed(&world, Kind::Phone, "+77090002001").is_none());
    assert!(listed(&world, Kind::Phone, "+77090002002").is_some());
    unwatched(|watch| remove(&world.directory, None, &[id()], watch)).expect("removed");
    assert_eq!(world.everything(), before, "nothing is left of a list");
    added(&world, &list, ReadOptions::default());
    let contested = [identifier(Kind::Phone, "+77090002002")];
    unwatched(|watch| erase(&world.directory, world.keys(), &contested, watch)).expect("erased");
    assert!(listed(&world, Kind::Phone, "+77090002002").is_none());
    assert!(listed(&world, Kind::Phone, &phone(3)).is_some());
    // The same list of the next day does not bring it back.
    let breach = Breach::open(&list).expect("a list");
    update(
        &world.directory,
        world.keys(),
        &[breach],
        &on_that_day(),
        &BuildProgress::default(),
    )
    .expect("updated");
    assert!(listed(&world, Kind::Phone, "+77090002002").is_none());
}

#[test]
fn a_list_merged_into_an_index_is_one_that_was_added() {
    let (world, folder) = world();
    let list = write(
        folder.path(),
        30,
        &[[&phone(3), "c.example.kz", "P", "", ""]],
    );
    let other = World::new();
    let breach = Breach::open(&list).expect("a list");
    let one = std::slice::from_ref(&breach);
    build(
        &other.directory,
        other.keys(),
        one,
        &Options {
            range_rows: Some(16),
            ..on_that_day()
        },
        &BuildProgress::default(),
    )
    .expect("built");
    let others = [other.directory.clone()];
    unwatched(|watch| merge(&world.directory, None, &others, Parts::Refused, watch))
        .expect("merged");
    let merged = world.held();
    let (second, _folder) = self::world();
    added(&second, &list, ReadOptions::default());
    assert_eq!(second.held(), merged);
}

#[test]
fn indicators_of_stix_are_read_as_far_as_they_are_plain_equalities() {
    let (world, folder) = world();
    let indicator = |pattern: &str, more: &str| {
        let since = ago(2);
        format!(
            r#"{{"type":"indicator","spec_version":"2.1","pattern_type":"stix","pattern":"{pattern}","valid_from":"{since}T00:00:00Z"{more}}}"#
        )
    };
    let objects = [
        r#"{"type":"identity","name":"Example"}"#.to_owned(),
        indicator(
            "[domain-name:value = 'a.example.kz'] OR [url:value = 'https://b.example.kz/x?y=1']",
            "",
        ),
        indicator(
            "[url:value = 'https://t.me/name_1' OR file:name = 'x.exe']",
            "",
        ),
        indicator(
            "[domain-name:value = 'c.example.kz' AND url:value = 'https://d.example.kz/']",
            "",
        ),
        indicator(
            "[domain-name:value = 'f.example.kz']",
            r#","valid_until":"2999-01-01T00:00:00Z""#,
        ),
        indicator(
            "[domain-name:value = 'e.example.kz']",
            &format!(r#","valid_until":"{}T00:00:00Z""#, ago(1)),
        ),
    ];
    let bundle = format!(
        r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#,
        objects.join(",")
    );
    let columns = "format = \"json\"\n[file.columns]\n\"objects[].pattern\" = { stix_pattern = true }\n\
                   \"objects[].valid_from\" = { listed = true }\n\"objects[].valid_until\" = { removed = true }\n";
    let list = feed(folder.path(), "bundle.json", &bundle, columns);
    let summary = added(&world, &list, ReadOptions::default());
    for (kind, value) in [
        (Kind::Site, "a.example.kz"),
        (Kind::Site, "b.example.kz"),
        (Kind::Site, "f.example.kz"),
        (Kind::Handle, "telegram/name_1"),
    ] {
        assert!(listed(&world, kind, value).is_some(), "{value}");
    }
    for value in ["c.example.kz", "d.example.kz", "e.example.kz"] {
        assert!(listed(&world, Kind::Site, value).is_none(), "{value}");
    }
    let left_out = &summary.left_out[&id()];
    assert_eq!(
        (left_out[&LeftOut::Other], left_out[&LeftOut::Removed]),
        (2, 1)
    );
}

#[test]
fn attributes_of_a_misp_event_are_read_by_their_types() {
    let (world, folder) = world();
    let attribute = |attribute_type: &str, value: &str, to_ids: bool| {
        let since = TODAY.to_zoned(TimeZone::UTC).expect("a time");
        let since = since.timestamp().as_second();
        format!(
            r#"{{"type":"{attribute_type}","value":"{value}","to_ids":{to_ids},"timestamp":"{since}"}}"#
        )
    };
    let attributes = [
        attribute("domain", "a.example.kz", true),
        attribute("url", "https://b.example.kz/x", true),
        attribute("phone-number", "+7 709 000 20 01", true),
        attribute("btc", "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu", true),
        attribute("domain", "c.example.kz", false),
        attribute("sha256", "00", true),
    ];
    let event = format!(
        r#"{{"Event":{{"info":"x","Attribute":[{}]}}}}"#,
        attributes.join(",")
    );
    let columns = "format = \"json\"\n[file.columns]\n\"Event.Attribute[].value\" = { value = true }\n\
                   \"Event.Attribute[].type\" = { kind = { \"domain\" = \"site\", \"url\" = \"site\", \
                   \"phone-number\" = \"phone\", \"btc\" = \"wallet\" } }\n\
                   \"Event.Attribute[].to_ids\" = { only = \"true\" }\n\"Event.Attribute[].timestamp\" = { listed = true }\n";
    let list = feed(folder.path(), "event.json", &event, columns);
    let summary = added(&world, &list, ReadOptions::default());
    for (kind, value) in [
        (Kind::Site, "a.example.kz"),
        (Kind::Site, "b.example.kz"),
        (Kind::Phone, "+77090002001"),
        (Kind::Wallet, "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu"),
    ] {
        assert_eq!(
            listed(&world, kind, value),
            Some(vec!["fraud-call".to_owned(), month(0)]),
            "{value}"
        );
    }
    assert!(listed(&world, Kind::Site, "c.example.kz").is_none());
    assert_eq!(summary.left_out[&id()][&LeftOut::Other], 2);
}

#[test]
fn lists_of_domains_are_read_with_dates_and_without() {
    let domains = format!(
        r#"[{{"DomainAddress":"a.example.kz","InsertDate":"{}T10:00:00","DeleteDate":null}},
            {{"DomainAddress":"b.example.kz","InsertDate":"{}T10:00:00","DeleteDate":"{}T10:00:00"}}]"#,
        ago(3),
        ago(3),
        ago(2)
    );
    let columns = "format = \"json\"\n[file.columns]\nDomainAddress = { identifier = \"site\" }\n\
                   InsertDate = { listed = true }\nDeleteDate = { removed = true }\n";
    let plain = "format = \"csv\"\nheader = false\ndelimiter = \";\"\n[file.columns]\n0 = { identifier = \"site\" }\n";
    let hosts = "format = \"csv\"\nheader = false\ndelimiter = \" \"\n[file.columns]\n1 = { identifier = \"site\" }\n";
    for (name, text, columns, removed) in [
        ("domains.json", domains.as_str(), columns, 1),
        ("domains.txt", "a.example.kz\nwww.c.example.kz\n", plain, 0),
        (
            "hosts",
            "0.0.0.0 a.example.kz\n0.0.0.0 c.example.kz\n",
            hosts,
            0,
        ),
    ] {
        let (world, folder) = world();
        let list = feed(folder.path(), name, text, columns);
        let summary = added(&world, &list, ReadOptions::default());
        assert!(
            listed(&world, Kind::Site, "a.example.kz").is_some(),
            "{name}"
        );
        assert!(
            listed(&world, Kind::Site, "b.example.kz").is_none(),
            "{name}"
        );
        let left_out = summary.left_out[&id()].get(&LeftOut::Removed);
        assert_eq!(left_out.copied().unwrap_or(0), removed, "{name}");
    }
}

#[test]
fn a_leak_has_nothing_of_a_warning_list_and_a_list_nothing_of_a_leak() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = write(folder.path(), 30, &[["+77090002001", "", "", "", ""]]);
    let good = description(30);
    for (line, bad, said) in [
        ("type = \"warning\"\n", "", "is a key of a warning list"),
        (
            "type = \"warning\"",
            "type = \"rumour\"",
            "\"warning\" for a warning list",
        ),
        ("valid_for = 30", "valid_for = 1501", "1 to 1500"),
        ("appeal = \"https", "appeal = \"http", "contested"),
        ("[\"fraud-call\"]", "[\"fraud\"]", "spoofed-number"),
        ("\"phishing-site\"", "\"names\"", "phishing-site"),
        ("added", "sensitive = true\nadded", "cannot be sensitive"),
        (
            "why = { reason = { \"P\" = \"phishing-site\" } }",
            "why = { class = \"names\" }",
            "class, password or text",
        ),
        (
            "since = { listed = true }",
            "since = { listed = true, removed = true }",
            "more than one",
        ),
    ] {
        let text = good.replace(line, bad);
        assert_ne!(text, good, "{line}");
        fs::write(list.join("breach.toml"), text).expect("written");
        let refused = Breach::open(&list).expect_err("a fault").to_string();
        assert!(refused.contains(said), "{line}: {refused}");
    }
    let open = good.replace("appeal = \"https://example.kz/appeal\"\n", "");
    fs::write(list.join("breach.toml"), open).expect("written");
    let breach = Breach::open(&list).expect("a draft");
    assert_eq!(breach.open_keys().collect::<Vec<_>>(), ["appeal"]);
}
