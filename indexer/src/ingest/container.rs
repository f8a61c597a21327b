//! Containers are told by their first bytes, not by their name: leaks are renamed more often than they are repacked.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::Fault;
use super::error::Failure;
use super::progress::{Meter, Metered};

/// How many times over a dump may be packed.
const DEPTH_LIMIT: usize = 4;

/// What has to be held in memory because it needs seeking and lies within another container, in bytes.
const SPOOL_LIMIT: u64 = 512 << 20;

const BUFFER: usize = 64 * 1024;

const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";
const ZIP: &[u8] = b"PK\x03\x04";

/// What makes a ZIP archive an Office Open XML document.
const OFFICE: &str = "[Content_Types].xml";

/// A file, unpacked.
pub(super) enum Content<'a> {
    /// Bytes from beginning to end.
    Stream(&'a mut dyn Read),
    /// A workbook, which is read by its directory.
    Workbook(&'a mut dyn ReadSeek),
}

/// What a workbook is read from.
pub(super) trait ReadSeek: Read + Seek {}
impl<T: Read + Seek> ReadSeek for T {}

/// A file within a container.
#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// Its place in the archive, from 1, if there is one.
    pub(super) number: Option<usize>,
    /// Its name in the archive, if there is one.
    pub(super) name: Option<String>,
}

/// Takes each file that a container holds, in order.
pub(super) type Visit<'v> = dyn FnMut(&Member, Content<'_>) -> Result<(), Failure> + 'v;

/// Opens the file at `path` and every container in it.
pub(super) fn open(path: &Path, meter: &Meter<'_>, visit: &mut Visit<'_>) -> Result<(), Failure> {
    let file = File::open(path)?;
    let mut reader = BufReader::with_capacity(BUFFER, Metered::new(file, meter));
    let head = head(&mut reader)?;
    reader.rewind()?;
    if head.starts_with(ZIP) {
        return archive(reader, &Member::default(), 1, visit);
    }
    unpack(&mut reader, &Member::default(), 0, visit)
}

/// Takes off one layer after the other.
fn unpack(
    stream: &mut dyn Read,
    member: &Member,
    depth: usize,
    visit: &mut Visit<'_>,
) -> Result<(), Failure> {
    let head = head(stream)?;
    let mut stream = Cursor::new(head.clone()).chain(stream);
    let packed = [GZIP, ZSTD, ZIP]
        .iter()
        .any(|magic| head.starts_with(magic));
    if packed && depth == DEPTH_LIMIT {
        return Err(Fault::TooDeep { limit: DEPTH_LIMIT }.into());
    }
    if head.starts_with(GZIP) {
        unpack(
            &mut MultiGzDecoder::new(BufReader::with_capacity(BUFFER, stream)),
            member,
            depth + 1,
            visit,
        )
    } else if head.starts_with(ZSTD) {
        unpack(&mut zstd::Decoder::new(stream)?, member, depth + 1, visit)
    } else if head.starts_with(ZIP) {
        archive(Cursor::new(spool(&mut stream)?), member, depth + 1, visit)
    } else {
        visit(member, Content::Stream(&mut stream))
    }
}

fn head(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(4).read_to_end(&mut head)?;
    Ok(head)
}

/// Everything in `stream`, for what can only be read by seeking.
fn spool(stream: &mut dyn Read) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if stream.take(SPOOL_LIMIT + 1).read_to_end(&mut bytes)? as u64 > SPOOL_LIMIT {
        return Err(Fault::TooLarge { limit: SPOOL_LIMIT }.into());
    }
    Ok(bytes)
}

fn archive(
    mut reader: impl Read + Seek,
    outer: &Member,
    depth: usize,
    visit: &mut Visit<'_>,
) -> Result<(), Failure> {
    let mut archive = ZipArchive::new(&mut reader).map_err(damaged)?;
    if archive.index_for_name(OFFICE).is_some() {
        drop(archive);
        reader.rewind()?;
        return visit(outer, Content::Workbook(&mut reader));
    }
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).map_err(damaged)?;
        let name = file.name().map_err(damaged)?.into_owned();
        if file.is_file() && !is_litter(&name) {
            let member = Member {
                number: outer.number.or(Some(index + 1)),
                name: Some(name),
            };
            unpack(&mut file, &member, depth, visit)?;
        }
    }
    Ok(())
}

/// What macOS adds to the archives it packs.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")
}

/// The error without the names of members that it may hold.
fn damaged(error: ZipError) -> io::Error {
    match error {
        ZipError::Io(error) => error,
        ZipError::UnsupportedArchive(what) => io::Error::new(io::ErrorKind::Unsupported, what),
        _ => io::Error::new(io::ErrorKind::InvalidData, "damaged ZIP archive"),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::ingest::Progress;

    fn gz(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zst(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
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

    /// The contents in order, and how many bytes the progress counted.
    fn opened(bytes: &[u8]) -> (Result<Vec<Vec<u8>>, Failure>, u64) {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let progress = Progress::default();
        let meter = Meter::new(&progress, bytes.len() as u64);
        let mut found = Vec::new();
        let outcome = open(file.path(), &meter, &mut |_, content| {
            let mut bytes = Vec::new();
            match content {
                Content::Stream(stream) => stream.read_to_end(&mut bytes)?,
                Content::Workbook(workbook) => workbook.read_to_end(&mut bytes)?,
            };
            found.push(bytes);
            Ok(())
        });
        (outcome.map(|()| found), progress.bytes())
    }

    fn contents(bytes: &[u8]) -> Vec<Vec<u8>> {
        opened(bytes).0.unwrap()
    }

    #[test]
    fn every_container_gives_back_what_was_packed() {
        assert_eq!(contents(b"plain"), [b"plain"]);
        assert_eq!(contents(b""), [b""]);
        assert_eq!(contents(&[gz(b"one "), gz(b"two")].concat()), [b"one two"]);
        assert_eq!(
            contents(&[zst(b"one "), zst(b"two")].concat()),
            [b"one two"]
        );
        let archive = zip(&[("b", b"1"), ("__MACOSX/b", b"x"), ("a.gz", &gz(b"2"))]);
        assert_eq!(contents(&archive), [b"1", b"2"]);
        assert_eq!(contents(&gz(&archive)), [b"1", b"2"]);
    }

    #[test]
    fn a_plain_file_is_counted_to_its_last_byte() {
        assert_eq!(opened(b"plain").1, 5);
    }

    #[test]
    fn a_workbook_is_not_taken_apart() {
        let book = zip(&[(OFFICE, b"<Types/>"), ("xl/workbook.xml", b"")]);
        assert_eq!(contents(&book), [&book[..]]);
        assert_eq!(contents(&zip(&[("book.xlsx", &book)])), [&book[..]]);
    }

    #[test]
    fn truncated_files_are_errors_and_not_ends() {
        let text: Vec<u8> = (0..100_000_u32).flat_map(u32::to_le_bytes).collect();
        for whole in [gz(&text), zst(&text), zip(&[("a", &text)])] {
            for cut in [whole.len() - 1, whole.len() / 2, 7] {
                let (outcome, _) = opened(&whole[..cut]);
                assert!(
                    matches!(outcome, Err(Failure::Io(_))),
                    "{cut} of {}",
                    whole.len()
                );
            }
        }
    }

    #[test]
    fn packing_without_end_is_refused() {
        let packed = (0..=DEPTH_LIMIT).fold(b"x".to_vec(), |inner, _| gz(&inner));
        assert!(matches!(
            opened(&packed).0,
            Err(Failure::Fault(Fault::TooDeep { .. }))
        ));
    }

    proptest! {
        #[test]
        fn a_damaged_container_never_panics(flip: prop::sample::Index, value: u8) {
            let text = b"some text, some text, some text";
            for mut bytes in [gz(text), zst(text), zip(&[("a", text)])] {
                let place = flip.index(bytes.len());
                bytes[place] = value;
                let _ = opened(&bytes);
            }
        }
    }
}
