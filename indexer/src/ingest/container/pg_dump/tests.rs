use std::io::Write;

use lz4_flex::frame::FrameEncoder;

use super::*;
use crate::ingest::Progress;
use crate::ingest::meter::Meter;
use crate::ingest::tests::Trickle;

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

/// An entry of the table of contents, as version 1.16 has it.
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
    let progress = Progress::default();
    let meter = Meter::new(&progress, 0);
    let budget = Budget::new(&meter);
    let mut text = String::new();
    Script::open(Trickle(dump), &budget)?.read_to_string(&mut text)?;
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
            let _ = script(&bytes);
        }
    }
}
