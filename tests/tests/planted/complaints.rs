//! What is said about a broken dump shows nothing of what is in it.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use tekser_tests::{Workspace, leaks, write_breach};

use super::{dump, planted};

/// A breach that cannot be read as its description says.
struct Broken {
    what: &'static str,
    entry: String,
    file: (&'static str, Vec<u8>),
}

fn broken(what: &'static str, entry: &str, name: &'static str, bytes: Vec<u8>) -> Broken {
    let entry = format!("path = {name:?}\n{entry}");
    Broken {
        what,
        entry,
        file: (name, bytes),
    }
}

const BY_NAME: &str = "[file.columns]\n\"ИИН\" = { identifier = \"iin\" }\n\"Тел. моб.\" = { identifier = \"phone\" }";
const BY_NUMBER: &str =
    "[file.columns]\n\"0\" = { identifier = \"iin\" }\n\"4\" = { identifier = \"phone\" }";

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}

fn broken_tables() -> Vec<Broken> {
    let rows = dump("residents-2025/residents.csv");
    let header = rows
        .iter()
        .position(|byte| *byte == b'\n')
        .expect("a header");
    let headless = rows[header + 1..].to_vec();
    let quoted = headless
        .split(|byte| *byte == b'\n')
        .map(|row| [b"\"x\";\"", row].concat());
    let quoted = quoted.collect::<Vec<_>>().join(&b'\n');
    let wide: Vec<u8> = headless
        .split(|byte| *byte == b'\n')
        .flat_map(|row| [row, b";;;\n"].concat())
        .collect();
    let escapes = [b"\x1b[2J\0\xff\x08", &headless[..]].concat();
    vec![
        broken(
            "wrong column names",
            "[file.columns]\nIIN = { identifier = \"iin\" }",
            "a.csv",
            rows.clone(),
        ),
        broken(
            "wrong delimiter",
            &format!("delimiter = \",\"\n{BY_NUMBER}"),
            "a.csv",
            headless.clone(),
        ),
        broken(
            "a header that is data",
            &format!("header = true\n{BY_NAME}"),
            "a.csv",
            headless.clone(),
        ),
        broken(
            "numbers under a header",
            &format!("header = true\n{BY_NUMBER}"),
            "a.csv",
            headless.clone(),
        ),
        broken(
            "wrong kind",
            &BY_NAME.replace("\"iin\"", "\"email\""),
            "a.csv",
            rows.clone(),
        ),
        broken(
            "wrong encoding",
            &format!("encoding = \"utf-16le\"\n{BY_NAME}"),
            "a.csv",
            rows.clone(),
        ),
        broken(
            "unclosed quotes",
            &format!("delimiter = \";\"\n{BY_NUMBER}"),
            "a.csv",
            quoted[..40_000].to_vec(),
        ),
        broken(
            "rows of all widths",
            BY_NAME,
            "a.csv",
            [&rows[..], &wide].concat(),
        ),
        broken(
            "control characters",
            &format!("encoding = \"utf-8\"\nheader = true\n{BY_NAME}"),
            "a.csv",
            escapes,
        ),
        broken(
            "a table as JSON",
            &format!("format = \"jsonl\"\n{BY_NAME}"),
            "a.csv",
            rows.clone(),
        ),
        broken(
            "a table as SQL",
            &format!("format = \"sql\"\n{BY_NAME}"),
            "a.csv",
            rows.clone(),
        ),
        broken(
            "a table as a workbook",
            &format!("format = \"xlsx\"\n{BY_NAME}"),
            "a.csv",
            rows.clone(),
        ),
        broken(
            "a text of no format",
            BY_NAME,
            "a.dump",
            rows.into_iter().filter(|byte| *byte != b';').collect(),
        ),
    ]
}

fn broken_containers() -> Vec<Broken> {
    let gz = dump("microloans-2024/loans.txt.gz");
    let zst = dump("voters-2019/voters.sql.zst");
    let sql = zstd::decode_all(&zst[..]).expect("SQL");
    let json = zstd::decode_all(&dump("clinic-2023/visits.jsonl.zst")[..]).expect("JSON");
    let json = json
        .split(|byte| *byte == b'\n')
        .flat_map(|row| [b"{", row, b"\n"].concat())
        .collect();
    let xlsx = dump("school-2025/school.xlsx");
    let mut damaged = xlsx.clone();
    let length = damaged.len();
    damaged[length / 4..length / 2].fill(0x55);
    let loans = "format = \"csv\"\ndelimiter = \"|\"\nencoding = \"kz-1048\"\nheader = false\n\
                 [file.columns]\n\"1\" = { identifier = \"phone\" }";
    let voters =
        "format = \"sql\"\ntable = \"voters\"\n[file.columns]\niin = { identifier = \"iin\" }";
    let clinic = "format = \"jsonl\"\n[file.columns]\n\"patient.iin\" = { identifier = \"iin\" }";
    let school = "format = \"xlsx\"\n[file.columns]\n\"ЖСН\" = { identifier = \"iin\" }";
    vec![
        broken("truncated gzip", loans, "a.gz", half(&gz)),
        broken("truncated zstd", voters, "a.zst", half(&zst)),
        broken(
            "a table that is not there",
            &voters.replace("\"voters\"", "\"people\""),
            "a.sql",
            sql.clone(),
        ),
        broken(
            "a column that is not there",
            &voters.replace("iin =", "no ="),
            "a.sql",
            sql,
        ),
        broken("invalid JSON", clinic, "a.jsonl", json),
        broken("truncated workbook", school, "a.xlsx", half(&xlsx)),
        broken("damaged workbook", school, "b.xlsx", damaged),
        broken(
            "a sheet that is not there",
            &school.replace("\n[file", "\nsheet = \"x\"\n[file"),
            "c.xlsx",
            xlsx,
        ),
    ]
}

#[test]
fn no_complaint_about_a_broken_dump_repeats_what_is_in_it() {
    let planted = planted();
    let workspace = Workspace::new();
    for Broken { what, entry, file } in broken_tables().into_iter().chain(broken_containers()) {
        let root = tempfile::tempdir().expect("a folder");
        write_breach(root.path(), "broken-2020", &entry, &[(file.0, &file.1)]);
        let path = root.path().to_str().expect("a path");
        let printed = workspace.refused(&["build", "-vvv", path], b"");
        assert!(!printed.contains("internal error"), "{what}: {printed}");
        assert!(!printed.contains("\x1b[2J"), "{what}: {printed}");
        planted.assert_absent(what, printed.as_bytes());
        let output = workspace.run(&["build", "-vvv", "--max-rejects", "100%", path], b"");
        planted.assert_absent(what, &[output.stdout, output.stderr].concat());
        let folder = root.path().join("broken-2020");
        let folder = folder.to_str().expect("a path");
        for how in ["--stdout", "--json", "--force"] {
            let output = workspace.run(&["inspect", "-vvv", how, folder], b"");
            planted.assert_absent(what, &[output.stdout, output.stderr].concat());
        }
        let drafted = fs::read(root.path().join("broken-2020/breach.toml"));
        planted.assert_absent(what, &drafted.expect("a description"));
    }
}

#[test]
fn a_dump_in_a_wrong_place_is_not_quoted() {
    let planted = planted();
    let workspace = Workspace::new();
    workspace.build(&leaks().join("breaches"), &[]);
    let rows = dump("residents-2025/residents.csv");
    let row = rows.split(|byte| *byte == b'\n').nth(1).expect("a row");
    let generation = workspace.index().join(workspace.current());
    let misplaced = tempfile::tempdir().expect("a folder");
    fs::write(misplaced.path().join("breach.toml"), &rows).expect("a file");
    fs::write(workspace.path().join("other-key"), &rows).expect("a file");
    fs::set_permissions(
        workspace.path().join("other-key"),
        fs::Permissions::from_mode(0o600),
    )
    .expect("a mode");
    let check = |arguments: &[&str]| {
        let printed = workspace.refused(arguments, b"");
        planted.assert_absent(&format!("{arguments:?}"), printed.as_bytes());
    };
    check(&["build", misplaced.path().to_str().expect("a path")]);
    check(&["lookup", "--key", "other-key"]);
    fs::remove_file(generation.join("public.idx")).expect("the index");
    fs::write(generation.join("public.idx"), &rows).expect("a file");
    check(&["verify", "-vvv"]);
    check(&["stats", "-vvv"]);
    fs::write(workspace.index().join("CURRENT"), row).expect("a file");
    check(&["verify", "-vvv"]);
}
