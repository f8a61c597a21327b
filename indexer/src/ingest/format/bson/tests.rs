//! Documents of BSON, whole, malformed and cut off, read as rows.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::ingest::tests::{read_folder_files, read_folder_with};
use crate::ingest::{Fault, IngestError, ReadOptions, Tally};

const ENTRY: &str = "path = \"a.bson\"\ncolumns.p = { identifier = \"phone\" }";

/// A document of one text.
fn text(name: &str, text: &str) -> Vec<u8> {
    let length = (text.len() as u32 + 1).to_le_bytes();
    let value = [
        b"\x02",
        name.as_bytes(),
        b"\0",
        &length,
        text.as_bytes(),
        b"\0",
    ]
    .concat();
    document_of(&value)
}

fn document_of(members: &[u8]) -> Vec<u8> {
    let length = (members.len() as u32 + 5).to_le_bytes();
    [&length, members, b"\0"].concat()
}

fn read_bytes(bytes: &[u8]) -> (Vec<String>, Vec<String>, Tally) {
    let (collected, tally) = read_folder_files(ENTRY, &[("a.bson", bytes)]).unwrap();
    (collected.values(), collected.recovered_values(), tally)
}

#[test]
fn a_malformed_document_is_rejected_and_searched_and_the_next_is_read() {
    let mut broken = text("q", "x 87090000001");
    // The text says that it is longer than the document.
    broken[7] = 0xFF;
    let bytes = [text("p", "87090000002"), broken, text("p", "87090000003")].concat();
    let (values, recovered, tally) = read_bytes(&bytes);
    assert_eq!(values, ["+77090000002", "+77090000003"]);
    assert_eq!(recovered, ["+77090000001"]);
    assert_eq!((tally.rows, tally.rejected_rows), (3, 1));
}

#[test]
fn a_document_without_the_columns_is_counted_if_it_holds_identifiers() {
    let bytes = [text("p", "87090000002"), text("other", "87090000001")].concat();
    let (values, _, tally) = read_bytes(&bytes);
    assert_eq!((values.len(), tally.rows, tally.missed()), (1, 2, 1));
}

#[test]
fn a_length_that_cannot_be_ends_the_reading_with_a_refusal() {
    for length in [4_u32, 0x7FFF_FFFF, 1 << 30, 0] {
        let bytes = [
            &text("p", "87090000002")[..],
            &length.to_le_bytes(),
            b"xxxx",
        ]
        .concat();
        let outcome = read_folder_files(ENTRY, &[("a.bson", &bytes)]);
        let is_refused = matches!(
            outcome,
            Err(IngestError::File {
                fault: Fault::BadDatabase { .. },
                ..
            })
        );
        assert!(is_refused, "{length}");
    }
}

#[test]
fn what_there_is_of_a_file_that_is_cut_off_is_read_if_that_is_allowed() {
    let bytes = [text("p", "87090000002"), text("p", "87090000001")].concat();
    let cut = &bytes[..bytes.len() - 2];
    assert!(matches!(
        read_folder_files(ENTRY, &[("a.bson", cut)]),
        Err(IngestError::Truncated { .. })
    ));
    let options = ReadOptions {
        allow_truncated: true,
        ..ReadOptions::default()
    };
    let (collected, tally) = read_folder_with(&options, ENTRY, &[("a.bson", cut)]).unwrap();
    assert_eq!(collected.values(), ["+77090000002"]);
    assert_eq!(collected.recovered_values(), ["+77090000001"]);
    assert_eq!(
        (tally.rows, tally.rejected_rows, tally.truncated),
        (2, 1, 1)
    );
}

#[test]
fn documents_that_lie_too_deep_are_rejected() {
    let nested = |depth: usize| {
        let mut bytes = text("p", "87090000001");
        for _ in 0..depth {
            bytes = document_of(&[&b"\x03p\0"[..], &bytes].concat());
        }
        bytes
    };
    assert!(document(&nested(128)).is_some());
    assert!(document(&nested(129)).is_none());
    assert!(document(&nested(30_000)).is_none());
}

#[test]
fn an_empty_collection_has_no_rows() {
    let (values, _, tally) = read_bytes(b"");
    assert_eq!((values.len(), tally.rows), (0, 0));
}

fn kept(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/formats/bson"
    ));
    fs::read(folder.join(name)).unwrap()
}

#[test]
fn an_archive_of_several_collections_wants_to_know_which_is_meant() {
    let archive = kept("dump.archive");
    let read = |table: &str| {
        let entry = format!("path = \"a\"\n{table}\ncolumns.phone = {{ identifier = \"phone\" }}");
        let outcome = read_folder_files(&entry, &[("a", &archive)]);
        outcome
            .map(|(_, tally)| tally.rows)
            .map_err(|error| match error {
                IngestError::File { fault, .. } => fault,
                other => panic!("{other}"),
            })
    };
    assert_eq!(read("table = \"Clinic.Orders\""), Ok(10));
    assert_eq!(read(""), Err(Fault::SeveralTables));
    let missing = Fault::MissingTable {
        table: "x".to_owned(),
    };
    assert_eq!(read("table = \"x\""), Err(missing));
}

#[test]
fn an_archive_whose_documents_were_changed_does_not_fit_its_checksum() {
    let mut archive = kept("dump.archive");
    let place = archive
        .windows(6)
        .position(|bytes| bytes == b"+77090")
        .unwrap();
    archive[place + 5] = b'1';
    let entry = "path = \"a\"\ntable = \"clinic.people\"\ncolumns.name = { class = \"names\" }";
    let outcome = read_folder_files(entry, &[("a", &archive)]);
    assert!(matches!(
        outcome,
        Err(IngestError::File {
            fault: Fault::BadDatabase { .. },
            ..
        })
    ));
}

#[test]
fn bytes_of_any_sort_are_read_or_refused() {
    for file in ["people.bson", "dump.archive"] {
        let whole = kept(file);
        for place in (0..whole.len()).step_by(7) {
            for change in [0x01, 0x80, 0xFF] {
                let mut bytes = whole.clone();
                bytes[place] ^= change;
                let mut stream = &*bytes;
                let mut documents = Documents::new(&mut stream);
                while let Ok(BsonItem::Document(bytes)) = documents.next() {
                    // Excludes panics where lengths of documents and values are used, and an overflow of the stack.
                    let _ = document(bytes);
                }
            }
        }
    }
}
