use std::io::Read;

use flate2::read::GzDecoder;

use super::*;
use crate::ingest::container::HeldDatabase;
use crate::ingest::database::Tables;

const JET_4: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../tests/formats/access/jet4.mdb.gz"
));

pub(in crate::ingest) fn jet_4() -> Vec<u8> {
    let mut bytes = Vec::new();
    GzDecoder::new(JET_4).read_to_end(&mut bytes).unwrap();
    bytes
}

fn opened(bytes: Vec<u8>) -> Result<Box<dyn Tables>, Failure> {
    open(Pages::Held(HeldDatabase::alone(bytes)))
}

/// The texts of the first table, row by row.
fn texts(tables: &mut dyn Tables) -> Vec<Vec<String>> {
    let wanted: Vec<usize> = (0..tables.list()[0].columns.len()).collect();
    let mut rows = Vec::new();
    let take = &mut |row: Row<'_>| {
        if let Row::Cells(cells) = row {
            let text = |cell: &Cell<'_>| match cell {
                Cell::Text(text) => text.clone().into_owned(),
                _ => String::new(),
            };
            rows.push(cells.iter().map(text).collect());
        }
        Ok(())
    };
    tables.rows(0, &wanted, take).unwrap();
    rows
}

#[test]
fn cells_of_every_type_say_what_mdbtools_says() {
    let mut tables = opened(jet_4()).ok().unwrap();
    assert_eq!(tables.list()[0].name, "Пациенты");
    assert_eq!(tables.list()[0].columns[2], "Аты-жөні");
    let rows = texts(&mut *tables);
    let long = "Ұзақ ескерту. ".repeat(400);
    assert_eq!(
        rows[9][4..9],
        ["false", "2023-03-15 18:00:00", &long, "9", "2.25"]
    );
    assert_eq!(rows[2][6], "Ұзақ ескерту. ".repeat(60));
    // The row is older than its last columns.
    assert_eq!(rows[5][7..], ["", "", ""]);
}

#[test]
fn an_encoded_database_is_decoded() {
    const KEY: u32 = 0x1A2B_3C4D;
    let plain = texts(&mut *opened(jet_4()).ok().unwrap());
    let mut bytes = jet_4();
    let mut pages = (0..).zip(bytes.chunks_mut(layout::JET_4.page_size));
    let (_, header) = pages.next().unwrap();
    // The key is encoded with the header: where that had zeros, it is the header's key stream.
    let key = &mut header[layout::KEY..layout::KEY + 4];
    key.iter_mut()
        .zip(KEY.to_le_bytes())
        .for_each(|(byte, key)| *byte ^= key);
    for (number, page) in pages {
        pages::tests::encode(KEY ^ number, page);
    }
    assert_eq!(texts(&mut *opened(bytes).ok().unwrap()), plain);
}

fn refused(bytes: Vec<u8>) -> Fault {
    match opened(bytes).err() {
        Some(Failure::Fault(fault)) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_encrypted_database_and_an_unknown_generation_are_refused() {
    let mut bytes = jet_4();
    bytes[layout::GENERATION] = 3;
    bytes[layout::ENCRYPTION] = 1;
    assert_eq!(refused(bytes), Fault::LockedDatabase);
    let mut bytes = jet_4();
    bytes[layout::GENERATION] = 77;
    assert!(matches!(refused(bytes), Fault::BadDatabase { .. }));
    let mut bytes = jet_4();
    bytes.pop();
    assert!(matches!(refused(bytes), Fault::BadDatabase { .. }));
}

#[test]
fn a_database_with_any_byte_changed_is_read_or_refused() {
    let whole = jet_4();
    for place in (0..whole.len()).step_by(37) {
        for change in [0x01, 0x80, 0xFF] {
            let mut bytes = whole.clone();
            bytes[place] ^= change;
            let Ok(mut tables) = opened(bytes) else {
                continue;
            };
            for table in 0..tables.list().len() {
                let wanted: Vec<usize> = (0..tables.list()[table].columns.len()).collect();
                // Excludes panics where pointers to pages and offsets within a page are used.
                let _ = tables.rows(table, &wanted, &mut |_| Ok(()));
            }
        }
    }
}
