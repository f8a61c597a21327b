//! No value of a dump is written anywhere: known ones are searched for in every byte of the index, of the temporary
//! files, and of what the program says. Values shorter than eight characters are not: they are anywhere by chance.

mod complaints;

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::Duration;

use exposure_index::identifier::{Kind, normalise};
use exposure_index::oprf::{SecretKey, evaluate, load_key};
use tekser_tests::{
    PlantedValues, Workspace, copies_of_the_leaks, files_below, forms, leaks, queries,
};

/// The beginning of a zstd frame.
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Copies of the leaks that do not fit the sorter's share of 64 MiB.
const COPIES: usize = 36;

fn dump(name: &str) -> Vec<u8> {
    fs::read(leaks().join("breaches").join(name)).expect("a dump")
}

fn text(query: &serde_json::Value, field: &str) -> String {
    query[field].as_str().expect("text").to_owned()
}

/// Every value of the truth as it is typed, its digits, its normalised form, and other cells of the dumps.
fn planted() -> PlantedValues {
    let mut values = other_cells();
    for query in queries() {
        let value = text(&query, "value");
        values.push(value.chars().filter(char::is_ascii_digit).collect());
        values.extend(oprf_input(&query).map(|(_, normalised)| normalised));
        values.push(value);
    }
    PlantedValues::new(values)
}

/// The OPRF input of a query, and the normalised value in it.
fn oprf_input(query: &serde_json::Value) -> Option<(Vec<u8>, String)> {
    let kind: Kind = text(query, "kind").parse().expect("a kind");
    let identifier = normalise(kind, &text(query, "value")).ok()?;
    Some((identifier.oprf_input(), identifier.value().to_owned()))
}

/// Names, dates and addresses of the residents; passwords of the combo list.
fn other_cells() -> Vec<String> {
    let residents = String::from_utf8(dump("residents-2025/residents.csv")).expect("UTF-8");
    let combo = String::from_utf8_lossy(&dump("combo-2021/combo.txt")).into_owned();
    let cells = residents
        .lines()
        .skip(1)
        .take(500)
        .flat_map(|row| row.split(';'));
    let passwords = combo.lines().filter_map(|row| Some(row.split_once(':')?.1));
    cells
        .chain(passwords)
        .map(|cell| cell.trim_matches('"').to_owned())
        .collect()
}

/// The tags of the queries, which are in the runs and the index by design, but are nobody's to read in a log.
fn planted_tags(key: &SecretKey) -> PlantedValues {
    let tag = |query| {
        let (input, _) = oprf_input(&query)?;
        Some(format!(
            "{:020}",
            evaluate(key, &input).expect("a tag").tag().0
        ))
    };
    PlantedValues::in_forms(queries().into_iter().filter_map(tag), |tag| {
        let tag: u64 = tag.parse().expect("a number");
        let hexadecimal = format!("{tag:016x}");
        let base64 = base64_of(tag);
        vec![
            ("decimal", tag.to_string().into_bytes()),
            ("hexadecimal", hexadecimal.into_bytes()),
            ("base64", base64.into_bytes()),
            ("bytes", tag.to_be_bytes().to_vec()),
            ("reversed bytes", tag.to_le_bytes().to_vec()),
        ]
    })
}

/// The digits of base64 that eight bytes decide alone.
fn base64_of(tag: u64) -> String {
    let mut digits = data_encoding::BASE64_NOPAD.encode(&tag.to_be_bytes());
    digits.pop();
    digits
}

/// Unpacks the zstd frames in some bytes.
fn unpacked(bytes: &[u8]) -> Vec<Vec<u8>> {
    let places = bytes.windows(ZSTD.len()).enumerate();
    let frames = places.filter(|(_, window)| *window == ZSTD);
    let unpack = |(place, _): (usize, &[u8])| {
        let mut frame = Vec::new();
        let decoder = zstd::Decoder::new(&bytes[place..]).ok()?;
        decoder.single_frame().read_to_end(&mut frame).ok()?;
        Some(frame)
    };
    frames.filter_map(unpack).collect()
}

fn assert_absent(planted: &PlantedValues, files: impl IntoIterator<Item = (PathBuf, Vec<u8>)>) {
    for (path, bytes) in files {
        let place = path.display().to_string();
        planted.assert_absent(&place, &bytes);
        planted.assert_absent(&place, place.as_bytes());
        for frame in unpacked(&bytes) {
            planted.assert_absent(&format!("{place}, unpacked,"), &frame);
        }
    }
}

#[test]
fn the_search_finds_what_is_there() {
    let planted = planted();
    assert!(
        planted.values().len() > 4_000,
        "{} values",
        planted.values().len()
    );
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &[]);
    let index = workspace
        .index()
        .join(workspace.current())
        .join("public.idx");
    let index = fs::read(index).expect("the index");
    for value in planted.values().iter().step_by(97) {
        for (form, text) in forms(value) {
            let mut bytes = index.clone();
            let middle = bytes.len() / 2;
            bytes.splice(middle..middle, text);
            assert!(planted.find(&bytes).is_some(), "{value} as {form}");
        }
    }
    let frames = unpacked(&index);
    let catalogue = |frame: &Vec<u8>| String::from_utf8_lossy(frame).contains("residents-2025");
    assert!(
        frames.iter().any(catalogue),
        "the catalogue was not unpacked"
    );
}

#[test]
fn neither_the_index_nor_any_temporary_file_holds_a_value() {
    let planted = planted();
    let breaches = copies_of_the_leaks(COPIES);
    let workspace = Workspace::new();
    let written = files_of_a_build(&workspace, breaches.path());
    let runs = written
        .keys()
        .filter(|path| path.to_string_lossy().contains("/scratch/run-"));
    assert!(runs.count() >= 2, "no two runs were seen: enlarge COPIES");
    let kinds = [
        "/scratch/journal",
        "/scratch/pairs/run-1",
        "/pairs.bin",
        "/report.json",
        "/report.txt",
    ];
    for kind in kinds {
        let was_seen = |path: &PathBuf| path.to_string_lossy().ends_with(kind);
        assert!(written.keys().any(was_seen), "no {kind} was seen");
    }
    assert_absent(&planted, written);
    fs::remove_file(workspace.path().join("key")).expect("the key");
    assert_absent(&planted, files_below(workspace.path()));
}

/// The longest state that was seen of every file under the workspace while it built.
fn files_of_a_build(workspace: &Workspace, breaches: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let temporary = workspace.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let mut build = workspace.command();
    let breaches = breaches.to_str().expect("a path");
    build
        .args([
            "build",
            "--pairs",
            "--memory",
            "64MiB",
            "--checkpoint",
            "0.5",
        ])
        .arg(breaches)
        .env("TMPDIR", temporary);
    let mut build = build
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("a build");
    let mut seen = BTreeMap::<PathBuf, Vec<u8>>::new();
    loop {
        let ended = build.try_wait().expect("a state");
        for (path, bytes) in files_below(workspace.path()) {
            let longest = seen.entry(path).or_default();
            if bytes.len() > longest.len() {
                *longest = bytes;
            }
        }
        if let Some(status) = ended {
            assert!(status.success());
            seen.remove(&workspace.path().join("key"));
            return seen;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn no_command_prints_a_value_or_a_tag_however_verbose_it_is() {
    let planted = planted();
    let workspace = Workspace::without_key();
    let mut input: String = queries()
        .iter()
        .map(|query| format!("{}:{}\n", text(query, "kind"), text(query, "value")))
        .collect();
    input.push_str("iin:470316119231\nphone:8709123\ntelephone:+77091234567\n+77091234567\n");
    let breaches = leaks().join("breaches");
    let found = breaches.join("residents-2025");
    let (breaches, found) = (
        breaches.to_str().expect("a path"),
        found.to_str().expect("a path"),
    );
    let commands: [&[&str]; 16] = [
        &["keygen", "-vvv"],
        &["build", "-vvv", "--dry-run", breaches],
        &["build", "-vvv", "--dry-run", "--json", breaches],
        &["build", "-vvv", breaches],
        &["build", "-vvv", "--json", "--pairs", breaches],
        &["compare", "-vvv", found],
        &["compare", "-vvv", "--json", found],
        &["lookup", "-vvv"],
        &["lookup", "-vvv", "--json"],
        &["lookup", "-vvv", "--csv"],
        &["verify", "-vvv"],
        &["verify", "-vvv", "--json"],
        &["stats", "-vvv"],
        &["stats", "-vvv", "--json"],
        &["generations", "-vvv"],
        &["generations", "-vvv", "--json"],
    ];
    let mut printed = Vec::new();
    for arguments in commands {
        let output = workspace.run(arguments, input.as_bytes());
        // Some of what is looked up is refused.
        let expected = i32::from(arguments[0] == "lookup");
        assert_eq!(output.status.code(), Some(expected), "{arguments:?}");
        printed.push((arguments, [output.stdout, output.stderr].concat()));
    }
    let key = load_key(&[workspace.path().join("key")]).expect("the key");
    let tags = planted_tags(&key);
    assert!(tags.values().len() > 2_000, "{} tags", tags.values().len());
    for (arguments, printed) in printed {
        planted.assert_absent(&format!("the output of {arguments:?}"), &printed);
        tags.assert_absent(&format!("the output of {arguments:?}"), &printed);
    }
}

#[test]
fn an_identifier_given_as_an_argument_is_refused_and_not_repeated() {
    let output = Workspace::new().run(&["lookup", "phone:+77091234567"], b"");
    assert_eq!(output.status.code(), Some(2));
    let printed = String::from_utf8(output.stderr).expect("text");
    assert!(printed.contains("standard input"), "{printed}");
    assert!(!printed.contains("7091234567"), "{printed}");
}
