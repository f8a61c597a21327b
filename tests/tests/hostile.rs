//! The maker of a dump wants the indexer to fall over, to read what it should not, or to fill its memory. It does not.

use std::fs;
use std::io::Write;
use std::process::Output;

use exposure_index::breach::CLASSES;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tekser_tests::{Workspace, leaks, peak_memory, write_breach};

/// What a build with the least memory may have resident, in KiB.
const MOST_RESIDENT: u64 = 160 << 10;
const PHONE: &str = "[file.columns]\nphone = { identifier = \"phone\" }";
const QUERY: &[u8] = b"phone:+77091234567\n";

/// Unpacks to the beginning and then `length` bytes of one value.
fn bomb(beginning: &[u8], byte: u8, megabytes: usize) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(beginning).expect("packed");
    let block = vec![byte; 1 << 20];
    for _ in 0..megabytes {
        packed.write_all(&block).expect("packed");
    }
    packed.finish().expect("packed")
}

/// Builds one breach with the least memory, and checks that it stays within bounds.
fn build(
    workspace: &Workspace,
    entry: &str,
    name: &str,
    bytes: &[u8],
    arguments: &[&str],
) -> Output {
    let root = tempfile::tempdir().expect("a folder");
    write_breach(
        root.path(),
        "hostile-2020",
        &format!("path = {name:?}\n{entry}"),
        &[(name, bytes)],
    );
    let path = root.path().to_str().expect("a path");
    let child = workspace.start(
        &[
            &["build", "--memory", "64MiB", "--threads", "2", path],
            arguments,
        ]
        .concat(),
    );
    let (output, peak) = peak_memory(child);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{:?}: {printed}",
        output.status
    );
    assert!(!printed.contains("internal error"), "{printed}");
    assert!(peak < MOST_RESIDENT, "{peak} KiB were resident");
    output
}

fn assert_found(workspace: &Workspace) {
    let output = workspace.run(&["lookup", "--json"], QUERY);
    let answer = String::from_utf8_lossy(&output.stdout);
    assert!(answer.contains("\"found\":true"), "{answer}");
}

#[test]
fn a_bomb_of_zeros_is_read_in_bounded_memory() {
    let workspace = Workspace::new();
    for format in ["csv", "jsonl", "sql"] {
        let packed = bomb(b"", 0, 100);
        assert!(packed.len() < 1 << 20);
        build(
            &workspace,
            &format!("format = {format:?}\nencoding = \"utf-8\"\n{PHONE}"),
            "a.gz",
            &packed,
            &[],
        );
    }
}

#[test]
fn a_line_without_end_costs_itself_alone() {
    let workspace = Workspace::new();
    let packed = bomb(b"phone\n+77091234567\n", b'7', 200);
    let output = build(
        &workspace,
        &format!("format = \"csv\"\n{PHONE}"),
        "a.gz",
        &packed,
        &["--json", "--max-rejects", "50%"],
    );
    let built: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(built["breaches"]["hostile-2020"]["rows"], 2);
    assert_eq!(built["breaches"]["hostile-2020"]["rejected_rows"], 1);
    assert_found(&workspace);
}

#[test]
fn ten_thousand_columns_are_read() {
    let workspace = Workspace::new();
    let header: Vec<String> = (1..10_000)
        .map(|number| format!("column {number}"))
        .collect();
    let mut table = format!("{};phone\n", header.join(";"));
    for _ in 0..20 {
        table.push_str(&";".repeat(9_999));
        table.push_str("+77091234567\n");
    }
    let output = build(&workspace, PHONE, "a.csv", table.as_bytes(), &[]);
    assert!(output.status.success());
    assert_found(&workspace);
}

#[test]
fn deep_json_is_rejected_row_by_row() {
    let workspace = Workspace::new();
    let mut rows = b"{\"phone\":\"+77091234567\"}\n".to_vec();
    for (open, close) in [("[", "]"), ("{\"phone\":", "}"), ("[", "")] {
        let deep = format!(
            "{{\"phone\":{}1{}}}\n",
            open.repeat(50_000),
            close.repeat(50_000)
        );
        rows.extend(deep.as_bytes());
    }
    let output = build(
        &workspace,
        PHONE,
        "a.jsonl",
        &rows,
        &["--max-rejects", "80%", "--json"],
    );
    let built: Value = serde_json::from_slice(&output.stdout).expect("one JSON object");
    assert_eq!(built["breaches"]["hostile-2020"]["rejected_rows"], 3);
    assert_found(&workspace);
}

#[test]
fn garbage_of_every_format_is_refused_without_falling_over() {
    let workspace = Workspace::new();
    let mut state = 7_u64;
    let mut garbage = Vec::new();
    while garbage.len() < 300_000 {
        // Knuth's MMIX generator; the high bits are the random ones.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        garbage.push((state >> 56) as u8);
    }
    let magics: [&[u8]; 4] = [b"", b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"];
    for format in ["csv", "jsonl", "sql", "xlsx"] {
        for magic in magics {
            let bytes = [magic, &garbage].concat();
            let entry = format!("format = {format:?}\nencoding = \"windows-1251\"\n{PHONE}");
            build(&workspace, &entry, "a", &bytes, &["--max-rejects", "100%"]);
            let numbered = entry.replace("phone =", "0 =");
            build(
                &workspace,
                &numbered,
                "a",
                &bytes,
                &["--max-rejects", "100%"],
            );
        }
    }
}

/// Builds from a folder that must be refused, and returns the complaint.
fn complaint(change: impl Fn(&std::path::Path)) -> String {
    let workspace = Workspace::new();
    let root = tempfile::tempdir().expect("a folder");
    let folder = write_breach(
        root.path(),
        "hostile-2020",
        &format!("path = \"a.csv\"\n{PHONE}"),
        &[("a.csv", b"phone\n+77091234567\n")],
    );
    change(&folder);
    let printed = workspace.refused(&["build", root.path().to_str().expect("a path")], b"");
    assert!(
        !workspace.index().exists(),
        "nothing is written before the descriptions are read"
    );
    printed
}

fn edit(folder: &std::path::Path, from: &str, to: &str) {
    let path = folder.join("breach.toml");
    let text = fs::read_to_string(&path).expect("a description");
    assert!(text.contains(from));
    fs::write(path, text.replace(from, to)).expect("a description");
}

#[test]
fn no_dump_reaches_out_of_its_folder() {
    for path in [
        "../../etc/passwd",
        "/etc/passwd",
        "x/../../../etc/passwd",
        "../hostile-2020/a.csv",
    ] {
        let printed = complaint(|folder| edit(folder, "\"a.csv\"", &format!("{path:?}")));
        assert!(printed.contains("leads out of the folder"), "{printed}");
    }
    for target in ["/etc/passwd", "../../etc/passwd", "/proc/self/environ"] {
        let printed = complaint(|folder| {
            fs::remove_file(folder.join("a.csv")).expect("removed");
            std::os::unix::fs::symlink(target, folder.join("a.csv")).expect("a link");
        });
        assert!(
            !printed.contains("root:") && printed.contains("a.csv"),
            "{printed}"
        );
    }
    let printed = complaint(|folder| {
        edit(folder, "\"a.csv\"", "\"linked/*\"");
        std::os::unix::fs::symlink("/etc", folder.join("linked")).expect("a link");
    });
    assert!(printed.contains("leads out of the folder"), "{printed}");
}

#[test]
fn a_description_that_is_wrong_is_reported_with_its_line() {
    let classes = CLASSES.iter().take(66).enumerate();
    let many: String = classes
        .map(|(number, class)| format!("c{number} = {{ class = {class:?} }}\n"))
        .collect();
    for (from, to, printed) in [
        (
            "status = \"reported\"",
            "status = \"reported\"\nsensitiv = true",
            "unknown key `sensitiv`",
        ),
        ("status = \"reported\"", "status = \"rumoured\"", "line 4"),
        ("date = \"2020\"", "date = \"last year\"", "line 2"),
        ("id = \"hostile-2020\"", "id = \"../../../tmp/x\"", "line 1"),
        ("id = \"hostile-2020\"", "id = \"\\u001b[2J\"", "line 1"),
        ("records = 1", "records = -1", "line 5"),
        (
            "identifier = \"phone\"",
            "identifier = \"telephone\"",
            "did you mean \"phone\"?",
        ),
        (
            "phone = {",
            &format!("{many}phone = {{"),
            "67 classes; a breach has at most 64",
        ),
        ("[[file]]", "[file]", "line"),
        ("path = \"a.csv\"", "path = \"b.csv\"", "matches no file"),
    ] {
        let complaint = complaint(|folder| edit(folder, from, to));
        assert!(
            complaint.contains(printed) && complaint.contains("breach.toml"),
            "{complaint}"
        );
        assert!(!complaint.contains('\x1b'), "{complaint:?}");
    }
}

#[test]
fn a_folder_without_a_breach_and_two_of_one_id_are_reported() {
    let printed = complaint(|folder| fs::remove_file(folder.join("breach.toml")).expect("removed"));
    assert!(
        printed.contains("no folder in it holds a breach.toml"),
        "{printed}"
    );
    let printed = complaint(|folder| {
        let other = folder.with_file_name("other");
        fs::create_dir(&other).expect("a folder");
        for name in ["breach.toml", "a.csv"] {
            fs::copy(folder.join(name), other.join(name)).expect("a copy");
        }
    });
    assert!(
        printed.contains("two folders describe the breach hostile-2020"),
        "{printed}"
    );
    let printed =
        complaint(|folder| fs::write(folder.join("breach.toml"), [0xff, 0xfe]).expect("written"));
    assert!(printed.contains("breach.toml"), "{printed}");
}

#[test]
fn the_name_of_a_file_does_not_command_the_terminal() {
    let workspace = Workspace::new();
    let root = tempfile::tempdir().expect("a folder");
    let entry = format!("path = \"*.csv\"\nformat = \"csv\"\nencoding = \"utf-8\"\n{PHONE}");
    for table in [
        &b"name\nx\n"[..],
        b"phone;name\n+77091234567;x\n+77091234567;x;y\n",
    ] {
        write_breach(
            root.path(),
            "hostile-2020",
            &entry,
            &[("\x1b[2J.csv", table)],
        );
        let path = root.path().to_str().expect("a path");
        let output = workspace.run(&["build", "-vvv", "--max-rejects", "60%", path], b"");
        let printed = [output.stdout, output.stderr].concat();
        assert!(
            !printed.contains(&0x1b),
            "{}",
            String::from_utf8_lossy(&printed)
        );
        assert!(String::from_utf8_lossy(&printed).contains("[2J.csv"));
    }
}

/// An index of one small leak.
fn school() -> Workspace {
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches/school-2025"), &[]);
    workspace
}

#[test]
fn every_line_of_garbage_is_answered_in_its_place_and_not_repeated() {
    let input = b"no colon at all\ntelephone:+77091234567\n\xff\xfe:1\n\niin:470316119230\r\niin:\n:470316119230\n\
                  iin:470316119231\nIIN: 4703 1611 9230 \niin:470316119230";
    let output = school().run(&["lookup", "--json"], input);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).expect("text");
    let answers: Vec<Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(answers.len(), 10, "{printed}");
    for refused in [0, 2, 3, 5, 7] {
        assert!(
            answers[refused]["error"].is_string(),
            "line {refused}: {printed}"
        );
    }
    for found in [4, 6, 8, 9] {
        assert_eq!(answers[found]["found"], true, "line {found}: {printed}");
    }
    assert_eq!(answers[7]["error"], "check digit");
    for value in ["colon", "telephone", "7709", "4703"] {
        assert!(!printed.contains(value), "{printed}");
    }
}

#[test]
fn an_over_long_line_is_refused_and_the_next_is_answered() {
    let mut input = b"iin:470316119230\niin:".to_vec();
    input.extend([b'1'; 100_000]);
    input.extend(b"\niin:470316119230\n");
    let output = school().run(&["lookup", "--json"], &input);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let answers: Vec<&str> = printed.lines().collect();
    assert_eq!((answers.len(), answers[0]), (3, answers[2]), "{printed}");
    assert_eq!(
        answers[1],
        r#"{"kind":null,"error":"too long","rule":"a line has at most 4,096 bytes"}"#
    );
}

#[test]
fn nothing_asked_is_nothing_answered() {
    let output = school().run(&["lookup", "--json"], b"");
    assert!(output.status.success() && output.stdout.is_empty());
}
