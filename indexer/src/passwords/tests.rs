//! Are passwords of dumps of many forms counted as by hand?

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use exposure_index::breach::BreachId;
use exposure_index::index::map;
use exposure_index::passwords::{PasswordHash, Passwords};
use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::builder::{GuardError, MIN_MEMORY};

/// Passwords with characters that a format must distinguish from its own.
const AWKWARD: [&str; 12] = [
    "qwerty",
    "Qwerty",
    " qwerty",
    "qwerty ",
    "a;b,c",
    "it's \"quoted\"",
    "back\\slash",
    "құпия",
    "пароль:1",
    "tab\there",
    "№ 7",
    "123456789",
];

struct Dumps(TempDir);

impl Dumps {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn add(&self, id: &str, head: &str, entry: &str, files: &[(&str, &[u8])]) {
        let folder = self.0.path().join("breaches").join(id);
        fs::create_dir_all(&folder).expect("a folder");
        let text = |name| format!("{name} = {{ kk = \"x\", ru = \"x\", en = \"x\" }}");
        let description = format!(
            "id = \"{id}\"\ndate = \"2020\"\nadded = \"2020\"\nstatus = \"reported\"\nrecords = 1\n{head}\n\
             source = \"https://example.org\"\n{}\n{}\n{entry}\n",
            text("title"),
            text("summary")
        );
        fs::write(folder.join("breach.toml"), description).expect("written");
        for (name, bytes) in files {
            fs::write(folder.join(name), bytes).expect("written");
        }
    }

    fn output(&self) -> std::path::PathBuf {
        self.0.path().join("passwords.bin")
    }

    fn count(&self, min_count: u32) -> Result<PasswordSummary, PasswordBuildError> {
        let breaches = Breach::discover(&self.0.path().join("breaches"))?;
        let options = PasswordOptions {
            reading: ReadOptions::default(),
            memory: Memory::new(MIN_MEMORY).expect("enough"),
            max_rejects: Share::ALL,
            min_count,
            cancel: Cancel::default(),
        };
        build_passwords(
            &breaches,
            &self.output(),
            &options,
            &BuildProgress::default(),
        )
    }

    /// Returns how often each of these was met, by the file.
    fn counts(&self, passwords: &[&str]) -> Vec<Option<u32>> {
        let file = Passwords::open(map(&self.output()).expect("mapped")).expect("opened");
        file.verify().expect("whole");
        let count = |password: &&str| {
            file.count(PasswordHash::of(password.as_bytes()))
                .expect("read")
        };
        passwords.iter().map(count).collect()
    }
}

/// Makes a `[[file]]` whose column `pass` holds passwords, with more settings.
fn entry(more: &str) -> String {
    format!("[[file]]\n{more}\ncolumns.pass = {{ password = true }}")
}

const CSV: &str = "[[file]]\npath = \"a.csv\"\nformat = \"csv\"\ncolumns.mail = { identifier = \"email\" }\ncolumns.pass = { password = true }";

/// Makes a CSV file with these passwords.
fn csv(passwords: &[&str]) -> Vec<u8> {
    let quoted = |password: &&str| format!("a@example.kz,\"{}\"\n", password.replace('"', "\"\""));
    let rows: String = passwords.iter().map(quoted).collect();
    format!("mail,pass\n{rows}").into_bytes()
}

fn json_lines(passwords: &[&str]) -> String {
    let line = |password: &&str| format!("{}\n", serde_json::json!({"who": {"pass": password}}));
    passwords.iter().map(line).collect()
}

fn sql(passwords: &[&str]) -> String {
    let tuple = |password: &&str| {
        let escaped = password.replace('\\', "\\\\").replace('\'', "\\'");
        format!("(1,'{escaped}')")
    };
    let tuples: Vec<String> = passwords.iter().map(tuple).collect();
    format!(
        "CREATE TABLE `users` (`id` int, `pass` varchar(64));\nINSERT INTO `users` VALUES {};\n",
        tuples.join(",")
    )
}

fn windows_1251(text: &str) -> Vec<u8> {
    let (bytes, _, is_lossy) = encoding_rs::WINDOWS_1251.encode(text);
    assert!(!is_lossy);
    bytes.into_owned()
}

#[test]
fn a_password_is_counted_alike_in_whatever_format_and_encoding_it_was_written() {
    let dumps = Dumps::new();
    dumps.add("csv-2020", "", CSV, &[("a.csv", &csv(&AWKWARD))]);
    let lines: Vec<u8> = json_lines(&AWKWARD)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let json = "[[file]]\npath = \"a.jsonl\"\nencoding = \"utf-16le\"\ncolumns.\"who.pass\" = { password = true }";
    dumps.add("jsonl-2020", "", json, &[("a.jsonl", &lines)]);
    let table = entry("path = \"a.sql\"\ndialect = \"mysql\"\ntable = \"users\"");
    dumps.add(
        "sql-2020",
        "",
        &table,
        &[("a.sql", sql(&AWKWARD).as_bytes())],
    );
    let combo: String = AWKWARD
        .iter()
        .map(|password| format!("ivan:{password}\r\n"))
        .collect();
    let list = "[[file]]\npath = \"a.txt\"\nformat = \"combo\"\ndelimiter = \":\"";
    dumps.add("combo-2020", "", list, &[("a.txt", combo.as_bytes())]);
    let russian: Vec<&str> = AWKWARD
        .into_iter()
        .filter(|password| !password.contains('қ'))
        .collect();
    let encoded = |encoding: &str| entry(&format!("path = \"a.csv\"\nencoding = \"{encoding}\""));
    let bytes = windows_1251(std::str::from_utf8(&csv(&russian)).expect("text"));
    dumps.add(
        "windows-2020",
        "",
        &encoded("windows-1251"),
        &[("a.csv", &bytes)],
    );
    // құпия in KZ-1048.
    let bytes = [&b"mail,pass\na@example.kz,"[..], b"\x9d\xa2\xef\xe8\xff\n"].concat();
    dumps.add("kazakh-2020", "", &encoded("kz-1048"), &[("a.csv", &bytes)]);

    let summary = dumps.count(2).expect("counted");
    assert_eq!(dumps.counts(&AWKWARD), AWKWARD.map(|_| Some(5)));
    assert_eq!((summary.different, summary.kept), (12, 12));
}

#[test]
fn spaces_that_fill_up_a_column_are_not_part_of_a_password() {
    let dumps = Dumps::new();
    let lines = "ivan   secret word  2020\nolga   secret word  2021\nanna    spaced      2022\nasel    spaced\n";
    let fixed =
        "[[file]]\npath = \"a.txt\"\nformat = \"fixed\"\ncolumns.\"7..20\" = { password = true }";
    dumps.add("fixed-2020", "", fixed, &[("a.txt", lines.as_bytes())]);
    dumps.count(2).expect("counted");
    assert_eq!(
        dumps.counts(&["secret word", " spaced", "spaced"]),
        [Some(2), Some(2), None]
    );
}

#[test]
fn only_what_was_met_often_enough_over_all_breaches_is_listed() {
    let dumps = Dumps::new();
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&["often"; 6]))]);
    let rest = [vec!["often"; 4], vec!["nearly"; 9]].concat();
    dumps.add("b-2020", "", CSV, &[("a.csv", &csv(&rest))]);
    let summary = dumps.count(10).expect("counted");
    assert_eq!(
        dumps.counts(&["often", "nearly", "never"]),
        [Some(10), None, None]
    );
    assert_eq!((summary.different, summary.kept), (2, 1));
}

#[test]
fn identifiers_and_what_no_person_types_are_left_out_and_counted() {
    let dumps = Dumps::new();
    let long = "x".repeat(257);
    let rows = [
        "87091234567",
        "a@example.kz!",
        long.as_str(),
        "\u{fffd}abc",
        "NULL",
        "",
        "  ",
        "kept",
    ];
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&rows.repeat(2)))]);
    let summary = dumps.count(2).expect("counted");
    let (_, met) = &summary.breaches[0];
    assert_eq!(
        (met.rows, met.counted, met.identifying, met.unreadable),
        (16, 2, 4, 4)
    );
    let counts = dumps.counts(&rows);
    assert_eq!(counts, [None, None, None, None, None, None, None, Some(2)]);
}

#[test]
fn a_sensitive_breach_is_not_read_and_one_without_passwords_is_reported() {
    let dumps = Dumps::new();
    let without = "[[file]]\npath = \"a.csv\"\ncolumns.mail = { identifier = \"email\" }";
    dumps.add("none-2020", "", without, &[("a.csv", &csv(&["plain"]))]);
    dumps.add(
        "sealed-2020",
        "sensitive = true",
        CSV,
        &[("a.csv", &csv(&["hidden"; 3]))],
    );
    assert!(matches!(
        dumps.count(2),
        Err(PasswordBuildError::NoPasswordColumns)
    ));
    dumps.add("open-2020", "", CSV, &[("a.csv", &csv(&["open"; 3]))]);
    let summary = dumps.count(2).expect("counted");
    assert_eq!(
        dumps.counts(&["hidden", "plain", "open"]),
        [None, None, Some(3)]
    );
    let ids = |ids: &[BreachId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(ids(&summary.sensitive), ["sealed-2020"]);
    assert_eq!(ids(&summary.without), ["none-2020"]);
}

#[test]
fn a_misread_breach_writes_nothing_and_leaves_the_old_file_as_it_was() {
    let dumps = Dumps::new();
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&["first"; 3]))]);
    dumps.count(2).expect("counted");
    dumps.add("b-2020", "", CSV, &[("a.csv", b"mail,pass\n")]);
    assert!(matches!(
        dumps.count(2),
        Err(PasswordBuildError::Build(BuildError::Guard(
            GuardError::NoRows { .. }
        )))
    ));
    assert_eq!(dumps.counts(&["first"]), [Some(3)]);
    assert_eq!(names(dumps.0.path()), ["breaches", "passwords.bin"]);
}

#[test]
fn what_is_not_a_file_of_passwords_is_not_replaced() {
    let dumps = Dumps::new();
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&["first"; 3]))]);
    fs::write(dumps.output(), "a key").expect("written");
    assert!(matches!(
        dumps.count(2),
        Err(PasswordBuildError::OtherFile { .. })
    ));
    assert_eq!(fs::read(dumps.output()).expect("read"), b"a key");
}

#[test]
fn two_who_write_one_file_do_not_meet_and_what_one_left_is_swept_by_the_next() {
    let dumps = Dumps::new();
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&["first"; 3]))]);
    let other = Draft::begin(&dumps.output()).expect("begun");
    let refused = dumps.count(2);
    assert!(matches!(refused, Err(PasswordBuildError::Locked { .. })));
    drop(other);
    let left = dumps.0.path().join(".draft-passwords.bin/sealed");
    fs::create_dir_all(&left).expect("made");
    fs::write(left.join("run-1"), "left").expect("written");
    dumps.count(2).expect("counted");
    assert_eq!(names(dumps.0.path()), ["breaches", "passwords.bin"]);
}

#[test]
fn a_link_in_the_place_of_the_temporary_files_is_not_followed() {
    let dumps = Dumps::new();
    dumps.add("a-2020", "", CSV, &[("a.csv", &csv(&["first"; 3]))]);
    let elsewhere = tempfile::tempdir().expect("a folder");
    fs::write(elsewhere.path().join("kept"), "kept").expect("written");
    let link = dumps.0.path().join(".draft-passwords.bin");
    std::os::unix::fs::symlink(elsewhere.path(), link).expect("linked");
    assert!(matches!(
        dumps.count(2),
        Err(PasswordBuildError::Output { .. })
    ));
    assert_eq!(names(elsewhere.path()), ["kept"]);
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).expect("read");
    let name = |entry: std::io::Result<fs::DirEntry>| {
        entry
            .expect("read")
            .file_name()
            .to_string_lossy()
            .into_owned()
    };
    let mut names: Vec<String> = names.map(name).collect();
    names.sort();
    names
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn counts_are_right_however_often_memory_was_full(
        passwords in prop::collection::vec(0_u8..40, 0..600),
        capacity in 1_usize..60,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let mut seal = Seal::new().expect("a key");
        let mut sorter = RunSorter::new(folder.path(), capacity);
        let mut expected = BTreeMap::new();
        for password in passwords {
            let hash = PasswordHash::of(&[password]);
            sorter.push(seal.seal(hash).expect("sealed")).expect("pushed");
            *expected.entry(hash.0).or_insert(0) += 1;
        }
        let mut runs = sorter.finish().expect("spilled").runs;
        let mut merge = KWayMerge::new(&mut runs, 1 << 20).expect("a merge");
        let mut counted = BTreeMap::new();
        while let Some(sealed) = merge.next().expect("read") {
            let Kept { hash, count } = seal.open(sealed).expect("opened");
            prop_assert!(counted.insert(hash.0, count).is_none());
        }
        prop_assert_eq!(counted, expected);
    }
}
