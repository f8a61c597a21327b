use std::io::Write;
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use tekser_indexer::ingest::DumpSecrets;
use tekser_indexer::inspect::{draft, inspect};

use super::Dump;

/// No file takes longer, on a slow machine that does other things besides, without optimisation.
const LONGEST: Duration = Duration::from_secs(120);

fn gzipped(chunk: &[u8], times: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..times {
        encoder.write_all(chunk).expect("memory");
    }
    encoder.finish().expect("memory")
}

#[test]
fn a_file_without_text_is_refused_in_words() {
    for bytes in [
        &b""[..],
        b" \r\n\t\n",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"\xFE\xFF",
        b"\xFF\xFE\n\0",
    ] {
        let dump = Dump::new("x.csv", bytes);
        let message = inspect(&dump.path, &DumpSecrets::default()).err();
        let message = message.map(|error| error.to_string()).unwrap_or_default();
        assert!(message.contains("it is empty"), "{bytes:?}: {message}");
    }
}

#[test]
fn what_is_made_to_take_for_ever_is_recognised_or_refused_in_time() {
    let tables: String = (0..100_000)
        .map(|n| format!("CREATE TABLE t{n} (a int);\nINSERT INTO t{n} VALUES (1);\n"))
        .collect();
    for (what, name, bytes) in [
        ("a line without end", "x.csv", gzipped(&[b'x'; 1 << 20], 64)),
        ("zeros without end", "x.csv", gzipped(&[0; 1 << 20], 64)),
        (
            "columns without end",
            "x.csv",
            gzipped(&[b';'; 1 << 20], 64),
        ),
        (
            "quotes that are not closed",
            "x.csv",
            b"x\"y;\"z\n".repeat(1 << 18),
        ),
        ("objects in objects", "x.jsonl", b"{\"a\":".repeat(1 << 20)),
        ("arrays in arrays", "x.jsonl", b"[".repeat(1 << 23)),
        (
            "brackets in tuples",
            "x.sql",
            [&b"INSERT INTO t VALUES (("[..], &b"(".repeat(1 << 22)].concat(),
        ),
        ("tables without end", "x.sql", tables.into_bytes()),
    ] {
        let dump = Dump::new(name, bytes);
        let start = Instant::now();
        if let Ok(inspection) = inspect(&dump.path, &DumpSecrets::default()) {
            let columns = inspection.parts.iter().map(|part| part.columns.len());
            assert!(columns.sum::<usize>() <= 1_000, "{what}");
            let draft = draft(
                &[inspection],
                dump.folder.path(),
                &"2026".parse().expect("a date"),
            );
            assert!(draft.is_ok_and(|draft| draft.len() < 1 << 20), "{what}");
        }
        println!("{what}: {:?}", start.elapsed());
        assert!(start.elapsed() < LONGEST, "{what}: {:?}", start.elapsed());
    }
}
