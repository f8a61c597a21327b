use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use super::*;
use crate::ingest::IngestError;
use crate::ingest::Tally;
use crate::ingest::container::HeldDatabase;
use crate::ingest::tests::{CollectingSink, read_folder_files};

const ENTRY: &str =
    "path = \"CroBank.dat\"\ntable = \"Адамдар\"\ncolumns.\"ИИН\" = { identifier = \"iin\" }";

/// The files of a bank, the one that it is named by first.
fn kept(bank: &str) -> Vec<(&'static str, Vec<u8>)> {
    let folder = PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/formats/cronos"
    ));
    let read = |name: &'static str| (name, fs::read(folder.join(bank).join(name)).unwrap());
    ["CroBank.dat", "CroBank.tad", "CroStru.dat", "CroStru.tad"]
        .map(read)
        .to_vec()
}

fn read(files: &[(&'static str, Vec<u8>)]) -> Result<(CollectingSink, Tally), IngestError> {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (*name, &**bytes))
        .collect();
    read_folder_files(ENTRY, &files)
}

fn refusal(files: &[(&'static str, Vec<u8>)]) -> Fault {
    match read(files).err() {
        Some(IngestError::File { fault, .. }) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_missing_file_is_named() {
    for missing in 1..4 {
        let mut files = kept("v3");
        let (name, _) = files.remove(missing);
        let expected = Fault::MissingSibling {
            name: name.to_owned(),
        };
        assert_eq!(refusal(&files), expected);
        assert!(refusal(&files).to_string().contains(name));
    }
}

#[test]
fn files_are_found_whatever_the_case_of_their_names() {
    let mut files = kept("v3");
    files[1].0 = "CROBANK.TAD";
    files[2].0 = "crostru.dat";
    assert!(read(&files).is_ok());
}

#[test]
fn another_file_of_a_bank_is_refused_with_the_name_of_the_one_that_is_meant() {
    let files = kept("v3");
    let entry = ENTRY.replace("CroBank.dat", "CroStru.dat");
    let outcome = read_folder_files(&entry, &[("CroStru.dat", &files[2].1)]);
    let Err(IngestError::File { fault, .. }) = outcome else {
        panic!("it is not refused");
    };
    assert_eq!(fault, Fault::Sibling { of: "CroBank.dat" });
}

#[test]
fn a_later_version_and_another_table_of_codes_are_refused_with_a_way_out() {
    let mut files = kept("v3");
    files[0].1[10..15].copy_from_slice(b"01.19");
    assert_eq!(refusal(&files), OTHER);
    let mut files = kept("v3");
    // The structure, whose first bytes are these, is not what the usual codes make of it.
    files[2].1[0x109..0x111]
        .iter_mut()
        .for_each(|byte| *byte ^= 0x55);
    let said = refusal(&files).to_string();
    assert!(said.contains("croconvert"), "{said}");
}

#[test]
fn a_record_with_too_many_fields_or_a_broken_packing_is_rejected_and_the_others_are_read() {
    let mut files = kept("v3");
    let (before, _) = read(&files).unwrap();
    let place = files[0]
        .1
        .windows(4)
        .position(|bytes| bytes == b"@exa")
        .unwrap();
    files[0].1[place] = 0x1E;
    let (after, tally) = read(&files).unwrap();
    assert_eq!(tally.rejected_rows, 1);
    assert_eq!(after.values().len() + 1, before.values().len());
    let mut files = kept("v3");
    // The checksum of what is packed first.
    let place = files[0]
        .1
        .windows(2)
        .position(|bytes| bytes == [8, 0])
        .unwrap();
    files[0].1[place + 2] ^= 1;
    let (_, tally) = read(&files).unwrap();
    assert_eq!(tally.rejected_rows, 1);
}

#[test]
fn a_bank_with_any_byte_changed_is_read_or_refused() {
    for bank in ["v3", "v4"] {
        for part in 0..4 {
            let whole = kept(bank);
            for place in (0..whole[part].1.len()).step_by(5) {
                for change in [0x01, 0x80, 0xFF] {
                    let mut files = whole.clone();
                    files[part].1[place] ^= change;
                    let bytes = Cursor::new(files.remove(0).1);
                    let beside = files
                        .into_iter()
                        .map(|(name, bytes)| (name.to_owned(), bytes));
                    let held = HeldDatabase {
                        bytes,
                        beside: beside.collect(),
                    };
                    let Ok(mut tables) = open(Pages::Held(held)) else {
                        continue;
                    };
                    for table in 0..tables.list().len() {
                        let wanted: Vec<usize> = (0..tables.list()[table].columns.len()).collect();
                        // Excludes panics where places and lengths of records and fields are used.
                        let _ = tables.rows(table, &wanted, &mut |_| Ok(()));
                    }
                }
            }
        }
    }
}
