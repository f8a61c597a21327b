//! Small files that unpack to, or ask for, more memory than exists. Each ends in an error or in counted rejects, within
//! a bound of memory that does not depend on what the file claims.

use std::fs::File;
use std::io::Write;
use std::process::Output;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc, FlushCompress};
use tekser_tests::{Workspace, peak_memory, write_breach};

/// What a build with the least memory may have resident, in KiB, whatever it unpacks.
const MOST_RESIDENT: u64 = 320 << 10;

const PHONE: &str = "[file.columns]\nphone = { identifier = \"phone\" }";

const MIB: usize = 1 << 20;

/// The length of a line, in bytes. Memory must not depend on it; ten times as much takes minutes.
const LINE: u64 = 1 << 30;

/// Builds one breach of one file, which `write` fills, and checks that memory stays within bounds.
fn build(name: &str, entry: &str, write: impl FnOnce(&mut File)) -> (Output, String) {
    let workspace = Workspace::new();
    let root = tempfile::tempdir().expect("a folder");
    let entry = format!("path = {name:?}\n{entry}\n{PHONE}");
    let folder = write_breach(root.path(), "bomb-2020", &entry, &[]);
    write(&mut File::create(folder.join(name)).expect("a dump"));
    let path = root.path().to_str().expect("a path");
    let arguments = [
        "build",
        "--memory",
        "64MiB",
        "--threads",
        "1",
        "--max-rejects",
        "60%",
        path,
    ];
    let (output, peak) = peak_memory(workspace.start(&arguments));
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(peak < MOST_RESIDENT, "{peak} KiB were resident: {printed}");
    assert!(!printed.contains("internal error"), "{printed}");
    (output, printed)
}

/// Builds from these bytes, which must be refused in these words.
fn refused(name: &str, entry: &str, bytes: &[u8], words: &str) {
    let (output, printed) = build(name, entry, |file| file.write_all(bytes).expect("written"));
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains(words), "{printed}");
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(bytes).expect("packed");
    packed.finish().expect("packed")
}

#[test]
fn a_line_of_gigabytes_costs_itself_alone() {
    for (name, row) in [
        ("a.csv", "phone\n+77091234567\n"),
        ("a.jsonl", "{\"phone\":\"+77091234567\"}\n"),
    ] {
        let (output, printed) = build(name, "encoding = \"utf-8\"", |file| {
            file.write_all(row.as_bytes()).expect("written");
            // What is not written reads as zeros, and takes no room.
            file.set_len(LINE).expect("a sparse file");
        });
        assert!(output.status.success(), "{printed}");
    }
}

#[test]
fn ten_gigabytes_of_zeros_are_refused_however_they_are_packed() {
    let zeros = gz(&vec![0; MIB]).repeat(10 << 10);
    let twice = gz(&zeros);
    let zst = zstd::encode_all(&vec![0; MIB][..], 19)
        .expect("packed")
        .repeat(10 << 10);
    for bomb in [zeros, twice, zst] {
        refused("a.csv", "encoding = \"utf-8\"", &bomb, "as only bombs do");
    }
}

/// A part of a ZIP archive, packed, with what the directory says of it.
struct Part {
    name: &'static str,
    packed: Vec<u8>,
    crc: u32,
    size: u32,
}

impl Part {
    fn stored(name: &'static str, text: &str) -> Self {
        Self::repeated(name, "", text.as_bytes(), 0, "")
    }

    /// Packs `before`, then `block` `times` times, and `after`. A block is packed once: after a full flush nothing
    /// refers back.
    fn repeated(name: &'static str, before: &str, block: &[u8], times: usize, after: &str) -> Self {
        let (mut packed, mut crc) = (flushed(before.as_bytes()), Crc::new());
        crc.update(before.as_bytes());
        let unit = flushed(block);
        let (mut unit_crc, times) = (Crc::new(), times.max(1));
        unit_crc.update(block);
        for _ in 0..times {
            packed.extend(&unit);
            crc.combine(&unit_crc);
        }
        crc.update(after.as_bytes());
        let mut end = DeflateEncoder::new(packed, Compression::best());
        end.write_all(after.as_bytes()).expect("packed");
        Self {
            name,
            packed: end.finish().expect("packed"),
            crc: crc.sum(),
            size: (before.len() + block.len() * times + after.len()) as u32,
        }
    }

    /// What is both before the part and in the directory.
    fn description(&self) -> Vec<u8> {
        let deflate: &[u8] = &[20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        let name = (self.name.len() as u16).to_le_bytes();
        let sizes = [self.crc, self.packed.len() as u32, self.size].map(u32::to_le_bytes);
        [deflate, &sizes.concat(), &name, &[0, 0]].concat()
    }
}

/// `bytes` packed so that anything may be packed before and after.
fn flushed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = Vec::with_capacity(bytes.len() + 1024);
    let mut compress = flate2::Compress::new(Compression::best(), false);
    compress
        .compress_vec(bytes, &mut packed, FlushCompress::Full)
        .expect("packed");
    packed
}

/// Makes a ZIP archive of the parts, which it names several times.
fn zip(parts: &[Part], times: u16) -> Vec<u8> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for part in parts {
        let begin = (archive.len() as u32).to_le_bytes();
        let description = part.description();
        let name = part.name.as_bytes();
        archive.extend([b"PK\x03\x04", &description[..], name, &part.packed].concat());
        let entry = [
            b"PK\x01\x02\x14\0",
            &description[..],
            &[0; 10],
            &begin,
            name,
        ]
        .concat();
        directory.extend(entry);
    }
    let directory = directory.repeat(usize::from(times));
    let count = (parts.len() as u16 * times).to_le_bytes();
    let sizes = [directory.len() as u32, archive.len() as u32].map(u32::to_le_bytes);
    let end = [
        b"PK\x05\x06\0\0\0\0",
        &count[..],
        &count,
        &sizes.concat(),
        &[0, 0],
    ]
    .concat();
    [archive, directory, end].concat()
}

#[test]
fn zip_bombs_are_refused_flat_nested_and_overlapping() {
    let entry = "format = \"csv\"\nencoding = \"utf-8\"";
    let flat = zip(
        &[Part::repeated("a", "phone\n", &vec![b'7'; MIB], 4000, "\n")],
        1,
    );
    assert!(flat.len() < 8 * MIB);
    refused("a.zip", entry, &flat, "as only bombs do");
    let nested = zip(&[Part::repeated("a.zip", "", &flat, 1, "")], 1);
    refused("a.zip", entry, &nested, "as only bombs do");
    let overlapping = zip(
        &[Part::repeated("a", "phone\n", &vec![b'7'; MIB], 100, "\n")],
        500,
    );
    refused("a.zip", entry, &overlapping, "as only bombs do");
}

#[test]
fn a_directory_of_more_members_than_it_can_hold_is_refused() {
    let mut archive = zip(&[Part::stored("a", "phone\n")], 1);
    let end = archive.len() - 22;
    for place in [8, 10] {
        archive[end + place..end + place + 2].copy_from_slice(&[0xFE, 0xFF]);
    }
    refused(
        "a.zip",
        "format = \"csv\"",
        &archive,
        "container is damaged",
    );
}

/// Makes a workbook of one sheet, whose rows repeat a block.
fn workbook(before: &str, block: &[u8], times: usize) -> Vec<u8> {
    const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let to = |kind: &str, target: &str| {
        format!(
            "<Relationships><Relationship Id=\"r0\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/></Relationships>"
        )
    };
    let book = format!(
        "<workbook xmlns:r=\"{RELATIONS}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r0\"/></sheets></workbook>"
    );
    let head = format!("<worksheet>{before}<sheetData>");
    let parts = [
        Part::stored("[Content_Types].xml", "<Types/>"),
        Part::stored("_rels/.rels", &to("officeDocument", "xl/workbook.xml")),
        Part::stored("xl/workbook.xml", &book),
        Part::stored(
            "xl/_rels/workbook.xml.rels",
            &to("worksheet", "worksheets/s.xml"),
        ),
        Part::repeated(
            "xl/worksheets/s.xml",
            &head,
            block,
            times,
            "</sheetData></worksheet>",
        ),
    ];
    zip(&parts, 1)
}

#[test]
fn a_workbook_of_a_billion_empty_cells_is_refused() {
    let row = format!("<row>{}</row>", "<c/>".repeat(10_000));
    let book = workbook("", row.as_bytes(), 100_000);
    assert!(book.len() < 32 * MIB);
    refused("a.xlsx", "", &book, "larger than");
}

#[test]
fn a_workbook_that_says_it_is_larger_than_it_is_is_read() {
    let cells = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>phone</t></is></c></row>\
                 <row r=\"2\"><c r=\"A2\"><v>77091234567</v></c></row>\
                 <row r=\"1048576\"><c r=\"A1048576\"><v>77091234568</v></c></row>";
    let book = workbook("<dimension ref=\"A1:XFD1048576\"/>", cells.as_bytes(), 1);
    let (output, printed) = build("a.xlsx", "", |file| file.write_all(&book).expect("written"));
    assert!(output.status.success(), "{printed}");
}

#[test]
fn json_a_million_deep_is_rejected() {
    let deep = format!(
        "{{\"phone\":\"+77091234567\"}}\n{{\"phone\":{}\n",
        "[".repeat(1_000_000)
    );
    let (output, printed) = build("a.jsonl", "", |file| {
        file.write_all(deep.as_bytes()).expect("written");
    });
    assert!(output.status.success(), "{printed}");
}

#[test]
fn archives_that_ask_for_much_memory_are_refused_before_they_get_it() {
    let checked = |header: &[u8]| {
        let crc = |bytes: &[u8]| {
            let mut crc = Crc::new();
            crc.update(bytes);
            crc.sum().to_le_bytes()
        };
        let start = [
            &[0; 8][..],
            &(header.len() as u64).to_le_bytes(),
            &crc(header),
        ]
        .concat();
        [
            b"7z\xBC\xAF\x27\x1C\0\x04",
            &crc(&start)[..],
            &start,
            header,
        ]
        .concat()
    };
    let lzma2 = |dictionary| {
        let folder = [
            0x07, 0x0B, 1, 0, 1, 0x21, 0x21, 1, dictionary, 0x0C, 9, 0, 0,
        ];
        [
            &[0x01, 0x04, 0x06, 0, 1, 0x09, 1, 0][..],
            &folder,
            &[0x05, 1, 0, 0],
        ]
        .concat()
    };
    let entry = "format = \"csv\"";
    refused(
        "a.7z",
        entry,
        &checked(&lzma2(40)),
        "too much to hold in memory",
    );
    let files = [&[0x01, 0x05][..], &[0xFF; 9]].concat();
    refused("a.7z", entry, &checked(&files), "an archive of more than");
    let mut window = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    window.window_log(31).expect("a window");
    window.write_all(&vec![b'7'; MIB]).expect("packed");
    refused(
        "a.zst",
        entry,
        &window.finish().expect("packed"),
        "too much to hold in memory",
    );
}

#[test]
fn a_tar_that_lies_about_sizes_is_cut_off_and_one_with_holes_refused() {
    let header = |size: &[u8; 12], kind: u8| {
        let mut block = [0; 512];
        block[0] = b'a';
        block[124..136].copy_from_slice(size);
        block[156] = kind;
        block[257..265].copy_from_slice(b"ustar  \0");
        block[148..156].fill(b' ');
        let sum: u32 = block.iter().map(|&byte| u32::from(byte)).sum();
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        block
    };
    let entry = "format = \"csv\"";
    refused(
        "a.tar",
        entry,
        &header(b"77777777777\0", b'0'),
        "ends early",
    );
    refused("a.tar", entry, &header(b"77777777777\0", b'L'), "damaged");
    refused("a.tar", entry, &header(b"00000000000\0", b'S'), "sparse");
}
