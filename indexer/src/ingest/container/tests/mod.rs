//! Helpers that pack, and tests that the content comes out again.

mod behind;
mod bombs;
mod encrypted;
mod members;
mod names;
mod passwords;
mod rar;
mod truncated;

use std::io::{Cursor, Write};

use bzip2::write::BzEncoder;
use lzma_rust2::{XzOptions, XzWriter};
use proptest::prelude::*;
use sevenz_rust2::{
    ArchiveEntry, ArchiveWriter, EncoderConfiguration, EncoderMethod, SourceReader,
};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::ingest::Progress;
use crate::ingest::tests::{gz, zst};

fn bz2(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn xz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = XzWriter::new(Vec::new(), XzOptions::with_preset(1)).unwrap();
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    writer
        .add_directory("folder", SimpleFileOptions::default())
        .unwrap();
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub(super) fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        builder.append_data(&mut header, name, *bytes).unwrap();
    }
    builder.into_inner().unwrap()
}

fn seven_zip_by(method: EncoderMethod, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    writer.set_content_methods(vec![EncoderConfiguration::new(method)]);
    for (name, bytes) in members {
        // Like archivers: an empty file has no stream.
        let content = (!bytes.is_empty()).then_some(*bytes);
        writer
            .push_archive_entry(ArchiveEntry::new_file(name), content)
            .unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn seven_zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    seven_zip_by(EncoderMethod::LZMA2, members)
}

/// Members packed together.
fn solid(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ArchiveWriter::new(Cursor::new(Vec::new())).unwrap();
    let entries = members.iter().map(|(name, _)| ArchiveEntry::new_file(name));
    let readers = members
        .iter()
        .map(|(_, bytes)| SourceReader::new(*bytes))
        .collect();
    writer
        .push_archive_entries(entries.collect(), readers)
        .unwrap();
    writer.finish().unwrap().into_inner()
}

/// The outcome: how the file ended, and each member's bytes, as far as they could be read.
type Outcome = (Result<Ending, Failure>, Vec<Vec<u8>>);

fn opened_as(bytes: &[u8], opening: &ContainerOptions<'_>) -> Outcome {
    let progress = Progress::default();
    let meter = Meter::new(&progress, bytes.len() as u64);
    // In memory nothing counts the bytes read, so they count as read from the beginning.
    meter.finish();
    let mut found = Vec::new();
    let outcome = unpack(
        &mut Cursor::new(bytes),
        &[0],
        opening,
        &meter,
        &mut |_, content| {
            let mut bytes = Vec::new();
            let read = match content {
                Content::Stream(stream) => stream.read_to_end(&mut bytes),
                Content::Workbook(_, workbook) => workbook.read_to_end(&mut bytes),
                Content::Table(rows, memos) => rows
                    .read_to_end(&mut bytes)
                    .and_then(|_| memos.read_to_end(&mut bytes)),
                Content::Unwanted => return Ok(()),
                Content::Unreadable(fault) => return Err(fault.into()),
                Content::Database(_, mut pages) => pages.source().read_to_end(&mut bytes),
            };
            found.push(bytes);
            read?;
            Ok(())
        },
    );
    (outcome, found)
}

fn opening<'o>(secrets: &'o DumpSecrets, members: Option<&'o Pattern>) -> ContainerOptions<'o> {
    ContainerOptions {
        secrets,
        members,
        allow_truncated: false,
        passes_faults: false,
    }
}

fn opened(bytes: &[u8]) -> Result<Vec<Vec<u8>>, Failure> {
    let (outcome, found) = opened_as(bytes, &opening(&DumpSecrets::default(), None));
    outcome.map(|_| found)
}

fn contents(bytes: &[u8]) -> Vec<Vec<u8>> {
    opened(bytes).unwrap()
}

fn fault(bytes: &[u8]) -> Fault {
    let mut failure = opened(bytes).err().unwrap();
    while let Failure::Member(_, inner) = failure {
        failure = *inner;
    }
    match failure {
        Failure::Fault(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_container_gives_back_what_was_packed() {
    assert_eq!(contents(b"plain"), [b"plain"]);
    assert_eq!(contents(b""), [b""]);
    for pack in [gz, zst, bz2, xz] {
        assert_eq!(contents(&pack(b"")), [b""]);
        assert_eq!(
            contents(&[pack(b"one "), pack(b"two")].concat()),
            [b"one two"]
        );
    }
    for pack in [zip, tar, seven_zip, solid] {
        let archive = pack(&[("b", b"1"), ("__MACOSX/b", b"x"), ("a.gz", &gz(b"2"))]);
        assert_eq!(contents(&archive), [b"1", b"2"]);
        assert_eq!(contents(&gz(&archive)), [b"1", b"2"]);
        assert_eq!(
            contents(&pack(&[("in", &archive), ("c", b"3")])),
            [b"1", b"2", b"3"]
        );
    }
}

#[test]
fn every_method_of_a_7z_archive_gives_back_what_was_packed() {
    let text: Vec<u8> = (0..100_000_u32)
        .flat_map(|n| (n / 7).to_le_bytes())
        .collect();
    for method in [
        EncoderMethod::COPY,
        EncoderMethod::LZMA,
        EncoderMethod::LZMA2,
        EncoderMethod::PPMD,
        EncoderMethod::BZIP2,
        EncoderMethod::DEFLATE,
        EncoderMethod::ZSTD,
    ] {
        let archive = seven_zip_by(method, &[("a", &text), ("empty", b""), ("b", b"1")]);
        let found =
            opened(&archive).unwrap_or_else(|failure| panic!("{}: {failure:?}", method.name()));
        assert_eq!(found, [&text[..], b"1"], "{}", method.name());
    }
}

#[test]
fn members_of_one_name_are_all_read() {
    // The writers refuse such a name; a directory does not.
    let mut archive = zip(&[("a.csv", b"1"), ("b.csv", b"2")]);
    while let Some(place) = memchr::memmem::find(&archive, b"b.csv") {
        archive[place] = b'a';
    }
    assert_eq!(contents(&archive), [b"1", b"2"]);
}

#[test]
fn long_names_and_attributes_of_a_tar_are_read() {
    let name = format!("{}/a.csv", "folder".repeat(40));
    assert_eq!(contents(&tar(&[(&name, b"1")])), [b"1"]);
    let mut builder = ::tar::Builder::new(Vec::new());
    // The size in the header is wrong, and the attributes correct it, as they do beyond 8 GiB.
    builder
        .append_pax_extensions([("path", &b"b.csv"[..]), ("size", b"3")])
        .unwrap();
    let mut header = ::tar::Header::new_ustar();
    header.set_path("x").unwrap();
    header.set_size(0);
    header.set_cksum();
    builder.append(&header, &b""[..]).unwrap();
    let mut archive = builder.into_inner().unwrap();
    let end = archive.len() - 1024;
    archive.splice(end..end, [&b"two"[..], &[0; 509]].concat());
    assert_eq!(contents(&archive), [b"two"]);
}

#[test]
fn a_workbook_is_not_taken_apart() {
    let book = zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b""),
    ]);
    assert_eq!(contents(&book), [&book[..]]);
    assert_eq!(contents(&zip(&[("book.xlsx", &book)])), [&book[..]]);
}

#[test]
fn a_file_in_volumes_is_read_to_its_last_byte() {
    let folder = tempfile::tempdir().unwrap();
    let archive = seven_zip(&[("a", b"1"), ("b", b"2")]);
    let mut paths = Vec::new();
    for (number, part) in archive.chunks(50).enumerate() {
        paths.push(folder.path().join(format!("a.7z.{number:03}")));
        std::fs::write(&paths[number], part).unwrap();
    }
    let progress = Progress::default();
    let meter = Meter::new(&progress, archive.len() as u64);
    let mut found = 0;
    let secrets = DumpSecrets::default();
    open(&paths, &opening(&secrets, None), &meter, &mut |_, _| {
        found += 1;
        Ok(())
    })
    .unwrap();
    assert!(paths.len() > 2);
    assert_eq!(found, 2);
}

proptest! {
    #[test]
    fn a_damaged_container_never_panics(flip: prop::sample::Index, value: u8) {
        let text = b"some text, some text, some text";
        let members: &[(&str, &[u8])] = &[("a", text), ("b", text)];
        for mut bytes in [gz(text), zst(text), xz(text), bz2(text), zip(members), tar(members),
                          seven_zip(members), solid(members)] {
            let place = flip.index(bytes.len());
            bytes[place] = value;
            // Excludes panics of the decoders, and where lengths and offsets of a directory are used.
            let _ = opened(&bytes);
        }
    }
}
