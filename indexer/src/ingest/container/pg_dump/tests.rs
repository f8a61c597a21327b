//! Is the script in an archive of pg_dump found, however its rows are packed?

use std::io::Write;

use lz4_flex::frame::FrameEncoder;

use super::blocks::ROWS;
use super::script::TITLE;
use super::*;
use crate::ingest::IngestError;
use crate::ingest::Tally;
use crate::ingest::container::tests::{tar, zip};
use crate::ingest::tests::{CollectingSink, Trickle, gz, read_folder_files};

fn int(value: i64) -> Vec<u8> {
    let sign = u8::from(value < 0);
    [&[sign][..], &(value.unsigned_abs() as u32).to_le_bytes()].concat()
}

fn text(text: Option<&str>) -> Vec<u8> {
    match text {
        Some(text) => [&int(text.len() as i64)[..], text.as_bytes()].concat(),
        None => int(-1),
    }
}

/// An entry of the table of contents in version 1.16.
fn entry(number: i64, kind: &str, definition: &str, copy: Option<&str>) -> Vec<u8> {
    let mut entry = [int(number), int(1), text(Some("0")), text(Some("0"))].concat();
    entry.extend([text(Some("t")), text(Some(kind)), int(3)].concat());
    entry.extend([text(Some(definition)), text(Some("")), text(copy)].concat());
    entry.extend([text(Some("public")), text(None), text(Some("heap"))].concat());
    entry.extend([int(114), text(Some("owner")), text(Some("false"))].concat());
    entry.extend([text(Some("1")), text(None), vec![0; 9]].concat());
    entry
}

/// A dump of version 1.16 whose table has these rows, packed in this way and cut into pieces.
fn dump(method: u8, packed: &[u8]) -> Vec<u8> {
    let mut dump = [&MAGIC[..], &[1, 16, 0, 4, 8, CUSTOM, method]].concat();
    dump.extend((0..7).flat_map(int));
    dump.extend((0..3).flat_map(|_| text(Some("x"))));
    dump.extend(int(2));
    dump.extend(entry(1, "TABLE", "CREATE TABLE t (p text);\n", None));
    dump.extend(entry(2, "TABLE DATA", "", Some("COPY t (p) FROM stdin;\n")));
    dump.push(ROWS);
    dump.extend(int(2));
    for piece in packed.chunks(7) {
        dump.extend([&int(piece.len() as i64), piece].concat());
    }
    dump.extend(int(0));
    dump
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn lz4(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = FrameEncoder::new(Vec::new());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn script(dump: &[u8]) -> Result<String, Failure> {
    let mut text = String::new();
    let mut dump = Trickle(dump);
    let head = Head::read(&mut dump)?;
    let contents = Contents::read(&mut dump, &head)?;
    let definitions = contents.definitions.clone();
    let rows = Blocks::new(head, contents, dump);
    Script::new(&definitions, rows).read_to_string(&mut text)?;
    Ok(text)
}

const DATA: &str = "87090000001\n87090000002\n\\.\n\n\n";

#[test]
fn rows_are_unpacked_by_each_method_and_follow_their_statement() {
    let expected = format!("{TITLE}CREATE TABLE t (p text);\nCOPY t (p) FROM stdin;\n{DATA}\n");
    let packed = [
        DATA.as_bytes().to_vec(),
        zlib(DATA.as_bytes()),
        lz4(DATA.as_bytes()),
        zstd::encode_all(DATA.as_bytes(), 1).unwrap(),
    ];
    for (method, packed) in (0..).zip(packed) {
        let found = script(&dump(method, &packed)).ok().unwrap();
        assert_eq!(found, expected, "{method}");
    }
}

#[test]
fn rows_without_the_mark_of_their_end_get_one() {
    let found = script(&dump(0, b"87090000001\n")).ok().unwrap();
    assert!(found.ends_with("stdin;\n87090000001\n\\.\n\n"), "{found}");
}

#[test]
fn a_dump_that_is_cut_off_anywhere_is_refused() {
    for (method, packed) in [(0, DATA.as_bytes().to_vec()), (1, zlib(DATA.as_bytes()))] {
        let whole = dump(method, &packed);
        for end in 0..whole.len() {
            assert!(script(&whole[..end]).is_err(), "{method}: {end}");
        }
    }
}

#[test]
fn a_dump_with_any_byte_changed_is_read_or_refused() {
    let whole = dump(2, &lz4(DATA.as_bytes()));
    for place in 0..whole.len() {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[place] ^= change;
            // Excludes panics where lengths and offsets of the archive are used, and blocks that cannot be unpacked.
            let _ = script(&bytes);
        }
    }
}

macro_rules! folder {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!(
            env!("CARGO_MANIFEST_DIR"), "/../tests/formats/pg_folder/v17-plain/", $name
        )) as &[u8])),*]
    };
}

/// A dump in the directory format of three tables and a large object.
const FOLDER: [(&str, &[u8]); 6] = folder![
    "toc.dat",
    "2554.dat",
    "2555.dat",
    "2556.dat",
    "blob_16399.dat",
    "blobs_2558.toc"
];

fn orders(path: &str, files: &[(&str, &[u8])]) -> Result<(CollectingSink, Tally), IngestError> {
    let entry =
        format!("path = {path:?}\ntable = \"orders\"\ncolumns.iin = {{ identifier = \"iin\" }}");
    read_folder_files(&entry, files)
}

fn message(outcome: Result<(CollectingSink, Tally), IngestError>) -> String {
    outcome.err().expect("it is read").to_string()
}

#[test]
fn a_missing_file_of_rows_is_named_on_the_disk_and_in_an_archive() {
    for place in 1..4 {
        let mut files = FOLDER.to_vec();
        let (missing, _) = files.remove(place);
        let found = message(orders("toc.dat", &files));
        assert!(
            found.contains(&format!("{missing}, which is missing")),
            "{found}"
        );
        let found = message(orders("a.zip", &[("a.zip", &zip(&files))]));
        assert!(found.contains(missing), "{found}");
    }
    assert!(orders("toc.dat", &FOLDER[..4]).is_ok());
}

#[test]
fn a_file_of_rows_that_is_not_listed_is_refused() {
    let files = [
        &FOLDER[..],
        &[("9999.dat", b"87090000001\n\\.\n\n\n" as &[u8])],
    ]
    .concat();
    let found = message(orders("toc.dat", &files));
    assert!(found.contains("does not list"), "{found}");
}

#[test]
fn a_glob_that_meets_all_files_of_a_dump_reads_it_once() {
    let (_, tally) = orders("*", &FOLDER).unwrap();
    assert_eq!((tally.rows, tally.files.len()), (10, 1));
}

#[test]
fn files_of_an_archive_that_are_called_like_rows_are_read_without_a_dump() {
    let entry = "path = \"a.zip\"\nformat = \"csv\"\ncolumns.p = { identifier = \"phone\" }";
    let files: [(&str, &[u8]); 3] = [
        ("2024.dat", b"p\n87090000001\n"),
        ("x/2024.dat.gz", &gz(b"p\n87090000002\n")),
        ("x/blob_1.dat", b"p\n87090000003\n"),
    ];
    let (found, tally) = read_folder_files(entry, &[("a.zip", &zip(&files))]).unwrap();
    assert_eq!((found.values().len(), tally.rows), (3, 3));
}

#[test]
fn the_order_of_the_files_in_an_archive_does_not_matter() {
    for turn in 0..FOLDER.len() {
        let mut files = FOLDER.to_vec();
        files.rotate_left(turn);
        // Before the table of contents is read, a large object is a file of its own.
        files.retain(|(name, _)| !names::is_other(name));
        let (_, tally) = orders("a.tar", &[("a.tar", &tar(&files))]).unwrap();
        assert_eq!(tally.rows, 10, "{turn}");
    }
}

#[test]
fn a_table_of_contents_without_its_folder_is_refused_with_what_to_do() {
    let packed = gz(FOLDER[0].1);
    let found = message(orders("toc.dat.gz", &[("toc.dat.gz", &packed)]));
    assert!(found.contains("pg_restore -f dump.sql"), "{found}");
}
