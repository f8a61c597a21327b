use std::fs;
use std::path::PathBuf;

use super::*;
use crate::ingest::IngestError;
use crate::ingest::container::HeldDatabase;
use crate::ingest::tests::read_folder_files;

fn kept(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/formats/sqlite"
    ));
    fs::read(folder.join(name)).unwrap()
}

const ENTRY: &str = "path = \"a.db\"\ncolumns.iin = { identifier = \"iin\" }\ncolumns.phone = { identifier = \"phone\" }";

fn refusal(files: &[(&str, &[u8])]) -> Fault {
    match read_folder_files(ENTRY, files).err() {
        Some(IngestError::File { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_journal_and_a_log_that_was_cut_off_are_refused_and_an_empty_log_is_ignored() {
    let (database, log) = (kept("log.db"), kept("log.db-wal"));
    let journal = [
        &[0xD9, 0xD5, 0x05, 0xF9, 0x20, 0xA1, 0x63, 0xD7][..],
        &[0; 504],
    ]
    .concat();
    let said = refusal(&[("a.db", &database), ("a.db-journal", &journal)]).to_string();
    assert!(
        said.contains("-journal") && said.contains("sqlite3"),
        "{said}"
    );
    let said = refusal(&[("a.db", &database), ("a.db-wal", &log[..log.len() - 1])]).to_string();
    assert!(said.contains("-wal"), "{said}");
    let rows = |log: &[u8]| {
        let (_, tally) =
            read_folder_files(ENTRY, &[("a.db", &database), ("a.db-wal", log)]).unwrap();
        tally.rows
    };
    assert_eq!((rows(b""), rows(&log)), (15, 30));
}

#[test]
fn nothing_that_a_database_says_is_run() {
    let connection = Connection::open_in_memory().unwrap();
    connection
        .execute_batch(
            "CREATE TABLE t (iin TEXT, phone TEXT, e TEXT GENERATED ALWAYS AS (zeroblob(1000000000)) VIRTUAL);
             CREATE VIEW v AS SELECT load_extension('x') AS iin;
             CREATE INDEX i ON t (iin) WHERE length(iin) > 0;
             INSERT INTO t (iin, phone) VALUES ('x', '+77090000001');",
        )
        .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    connection
        .execute("VACUUM INTO ?1", [path.to_str().unwrap()])
        .unwrap();
    let bytes = fs::read(&path).unwrap();
    let tables = open(Pages::Held(HeldDatabase::alone(bytes.clone())))
        .ok()
        .unwrap();
    let expected = Table {
        name: "t".to_owned(),
        columns: vec!["iin".to_owned(), "phone".to_owned()],
    };
    assert_eq!(tables.list(), [expected]);
    let (collected, tally) = read_folder_files(ENTRY, &[("a.db", &bytes)]).unwrap();
    assert_eq!(
        (collected.values(), tally.rows),
        (vec!["+77090000001".to_owned()], 1)
    );
}

#[test]
fn a_database_with_any_byte_changed_is_read_or_refused() {
    let whole = kept("utf16.db");
    for place in (0..whole.len()).step_by(31) {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[place] ^= change;
            let Ok(mut tables) = open(Pages::Held(HeldDatabase::alone(bytes))) else {
                continue;
            };
            for table in 0..tables.list().len() {
                let wanted: Vec<usize> = (0..tables.list()[table].columns.len()).collect();
                // Excludes panics where values are not of the type of their column, or not text.
                let _ = tables.rows(table, &wanted, &mut |_| Ok(()));
            }
        }
    }
}

#[test]
fn a_row_longer_than_a_record_is_rejected_and_searched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch("CREATE TABLE t (iin TEXT, phone TEXT)")
        .unwrap();
    let long = format!("{} +77090000001 ", "x".repeat(2 << 20));
    connection
        .execute("INSERT INTO t VALUES (?1, '')", [long])
        .unwrap();
    drop(connection);
    let bytes = fs::read(&path).unwrap();
    let (collected, tally) = read_folder_files(ENTRY, &[("a.db", &bytes)]).unwrap();
    assert_eq!(collected.recovered_values(), ["+77090000001"]);
    assert_eq!((tally.rows, tally.rejected_rows), (1, 1));
}
