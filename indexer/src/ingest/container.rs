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

/// What may be held in memory at a time because it needs seeking and lies within another container, in bytes.
const SPOOL_LIMIT: u64 = 512 << 20;

const BUFFER: usize = 64 * 1024;

const GZIP: &[u8] = b"\x1F\x8B";
const ZSTD: &[u8] = b"\x28\xB5\x2F\xFD";
const ZIP: &[u8] = b"PK\x03\x04";

/// What makes a ZIP archive an Office Open XML document.
const OFFICE: &str = "[Content_Types].xml";

/// What makes a ZIP archive an OpenDocument document.
const OPEN_DOCUMENT: &str = "META-INF/manifest.xml";

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
    let mut unpacking = Unpacking {
        visit,
        spool_left: SPOOL_LIMIT,
    };
    if head.starts_with(ZIP) {
        return unpacking.archive(reader, &Member::default(), 1);
    }
    unpacking.unpack(&mut reader, &Member::default(), 0)
}

/// The unpacking of one file.
struct Unpacking<'u, 'v> {
    visit: &'u mut Visit<'v>,
    /// What may still be held in memory, in bytes: archives within archives are held at the same time.
    spool_left: u64,
}

impl Unpacking<'_, '_> {
    /// Takes off one layer after the other.
    fn unpack(
        &mut self,
        stream: &mut dyn Read,
        member: &Member,
        depth: usize,
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
            let mut inner = MultiGzDecoder::new(BufReader::with_capacity(BUFFER, stream));
            self.unpack(&mut inner, member, depth + 1)
        } else if head.starts_with(ZSTD) {
            self.unpack(&mut zstd::Decoder::new(stream)?, member, depth + 1)
        } else if head.starts_with(ZIP) {
            self.inner_archive(&mut stream, member, depth + 1)
        } else {
            (self.visit)(member, Content::Stream(&mut stream))
        }
    }

    /// An archive within another container, which is held while its members are taken.
    fn inner_archive(
        &mut self,
        stream: &mut dyn Read,
        member: &Member,
        depth: usize,
    ) -> Result<(), Failure> {
        let bytes = spool(stream, self.spool_left)?;
        let held = bytes.len() as u64;
        self.spool_left -= held;
        self.archive(Cursor::new(bytes), member, depth)?;
        self.spool_left += held;
        Ok(())
    }

    fn archive(
        &mut self,
        mut reader: impl Read + Seek,
        outer: &Member,
        depth: usize,
    ) -> Result<(), Failure> {
        let mut archive = ZipArchive::new(&mut reader).map_err(refused)?;
        let is_document = |part: &&str| archive.index_for_name(part).is_some();
        if [OFFICE, OPEN_DOCUMENT].iter().any(is_document) {
            drop(archive);
            reader.rewind()?;
            return (self.visit)(outer, Content::Workbook(&mut reader));
        }
        for index in 0..archive.len() {
            let number = outer.number.unwrap_or(index + 1);
            self.archived(&mut archive, index, number, depth)
                .map_err(|failure| failure.in_member(number))?;
        }
        Ok(())
    }

    /// Takes what lies at `index` of an archive, if that is a file.
    fn archived(
        &mut self,
        archive: &mut ZipArchive<impl Read + Seek>,
        index: usize,
        number: usize,
        depth: usize,
    ) -> Result<(), Failure> {
        let mut file = archive.by_index(index).map_err(refused)?;
        let name = file.name().map_err(refused)?.into_owned();
        if !file.is_file() || is_litter(&name) {
            return Ok(());
        }
        let member = Member {
            number: Some(number),
            name: Some(name),
        };
        self.unpack(&mut file, &member, depth)
    }
}

fn head(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(4).read_to_end(&mut head)?;
    Ok(head)
}

/// Everything in `stream`, of which at most `left` bytes, for what can only be read by seeking.
fn spool(stream: &mut dyn Read, left: u64) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    if stream.take(left + 1).read_to_end(&mut bytes)? as u64 > left {
        return Err(Fault::TooLarge { limit: SPOOL_LIMIT }.into());
    }
    Ok(bytes)
}

/// What macOS adds to the archives it packs.
fn is_litter(name: &str) -> bool {
    name.starts_with("__MACOSX/") || name.ends_with(".DS_Store")
}

/// The error without the names of members that it may hold.
fn refused(error: ZipError) -> Failure {
    match error {
        ZipError::Io(error) => error.into(),
        ZipError::CompressionMethodNotSupported(_) => Fault::UnsupportedCompression.into(),
        ZipError::UnsupportedArchive(what) => {
            io::Error::new(io::ErrorKind::Unsupported, what).into()
        }
        _ => io::Error::new(io::ErrorKind::InvalidData, "damaged ZIP archive").into(),
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

    /// A ZIP of one member in which the local header and the directory name another method of compression.
    fn zip_by_method(method: u8) -> Vec<u8> {
        let mut archive = zip(&[("a", b"text")]);
        for (signature, place) in [(&b"PK\x03\x04"[..], 8), (b"PK\x01\x02", 10)] {
            let found = memchr::memmem::rfind(&archive, signature).unwrap();
            archive[found + place] = method;
        }
        archive
    }

    #[test]
    fn a_method_of_compression_that_is_not_read_is_told_with_its_member() {
        let lzma = 14;
        let Err(failure) = opened(&zip_by_method(lzma)).0 else {
            panic!("it was read");
        };
        let told = failure.in_file("a.zip", 0).to_string();
        assert!(told.starts_with("a.zip, member 2: "), "{told}");
        assert!(told.contains("not supported"), "{told}");
    }

    #[test]
    fn a_fault_within_an_archive_within_an_archive_is_told_with_the_outer_member() {
        let archive = zip(&[("a", b"text"), ("b.zip", &zip_by_method(14))]);
        let failure = opened(&archive).0.err().unwrap();
        assert!(matches!(failure, Failure::Member(3, _)), "{failure:?}");
    }

    #[test]
    fn archives_within_archives_share_one_budget() {
        let inner = zip(&[("a", b"text")]);
        let outer = zip(&[("b.zip", &inner)]);
        let whole = zip(&[("c.zip", &outer), ("d.zip", &outer)]);
        let read = |spool_left: usize| {
            Unpacking {
                visit: &mut |_, _| Ok(()),
                spool_left: spool_left as u64,
            }
            .archive(Cursor::new(&whole), &Member::default(), 1)
        };
        assert!(read(inner.len() + outer.len()).is_ok());
        assert!(read(inner.len() + outer.len() - 1).is_err());
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
