//! Test helpers, and the seven dumps of the repository compared with their truth.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::LazyLock;

use exposure_index::breach::{ClassSet, DataClass};
use exposure_index::identifier::{Identifier, Kind};
use exposure_index::progress::{Cancel, Stop};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Deserialize;
use tempfile::TempDir;

use super::describe::columns;
use super::describe::resolve::FileRules;
use super::tally::Passage;
use super::{Breach, IngestError, Progress, ReadOptions, Sink, Tally, read};

/// A reader that gives one byte at a time, so everything is cut everywhere.
pub(super) struct Trickle<'a>(pub(super) &'a [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = buffer.len().min(1);
        self.0.read(&mut buffer[..count])
    }
}

pub(super) fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(super) fn zst(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 1).unwrap()
}

/// A sink that keeps everything.
#[derive(Default)]
pub(super) struct CollectingSink {
    pub(super) records: Vec<(Vec<Identifier>, ClassSet)>,
    pub(super) recovered: Vec<(Vec<Identifier>, ClassSet)>,
}

impl Sink for CollectingSink {
    fn record(&mut self, identifiers: &mut Vec<Identifier>, classes: ClassSet) -> ControlFlow<()> {
        self.records.push((std::mem::take(identifiers), classes));
        ControlFlow::Continue(())
    }

    fn recovered(
        &mut self,
        identifiers: &mut Vec<Identifier>,
        classes: ClassSet,
    ) -> ControlFlow<()> {
        self.recovered.push((std::mem::take(identifiers), classes));
        ControlFlow::Continue(())
    }
}

fn values(records: &[(Vec<Identifier>, ClassSet)]) -> Vec<String> {
    let identifiers = records.iter().flat_map(|(identifiers, _)| identifiers);
    identifiers
        .map(|identifier| identifier.value().to_owned())
        .collect()
}

impl CollectingSink {
    pub(super) fn values(&self) -> Vec<String> {
        values(&self.records)
    }

    pub(super) fn recovered_values(&self) -> Vec<String> {
        values(&self.recovered)
    }
}

/// A `breach.toml` of one `[[file]]`.
pub(super) fn description(id: &str, file: &str) -> String {
    let text = |name| format!("{name} = {{ kk = \"x\", ru = \"x\", en = \"x\" }}");
    format!(
        "id = \"{id}\"\ndate = \"2020\"\nadded = \"2020\"\nstatus = \"reported\"\nrecords = 1\n\
         source = \"https://example.org\"\n{}\n{}\n[[file]]\n{file}\n",
        text("title"),
        text("summary")
    )
}

/// A folder of a breach.
pub(super) fn folder(file: &str, files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("breach.toml"),
        description("x-2020", file),
    )
    .unwrap();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// A breach whose one column holds phone numbers.
pub(super) fn phone_breach() -> Breach {
    static BREACH: LazyLock<Breach> = LazyLock::new(|| {
        let folder = folder(PHONES, &[("a.csv", b"")]);
        Breach::open(folder.path()).unwrap()
    });
    BREACH.clone()
}

/// The rules of a file whose columns hold phone numbers and have these names.
pub(super) fn phone_rules(columns: &[&str]) -> FileRules {
    FileRules {
        columns: columns::tests::phones(columns),
        ..phone_breach().files[0].clone()
    }
}

pub(super) fn read_folder_files(
    file: &str,
    files: &[(&str, &[u8])],
) -> Result<(CollectingSink, Tally), IngestError> {
    read_folder_with(&ReadOptions::default(), file, files)
}

pub(super) fn read_folder_with(
    options: &ReadOptions,
    file: &str,
    files: &[(&str, &[u8])],
) -> Result<(CollectingSink, Tally), IngestError> {
    let folder = folder(file, files);
    let breach = Breach::open(folder.path())?;
    let mut collected = CollectingSink::default();
    let progress = Progress::default();
    let tally = read(&breach, options, &progress, &mut collected)?;
    assert_eq!(progress.done(), breach.bytes());
    Ok((collected, tally))
}

pub(super) fn read_folder(file: &str, files: &[(&str, &[u8])]) -> (CollectingSink, Tally) {
    read_folder_files(file, files).unwrap()
}

#[derive(Deserialize)]
struct Truth {
    breaches: BTreeMap<String, Counts>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Counts {
    rows: u64,
    rejected_rows: u64,
    identifiers: BTreeMap<Kind, usize>,
}

fn counts(breach: &Breach) -> Counts {
    let mut collected = CollectingSink::default();
    let tally = read(
        breach,
        &ReadOptions::default(),
        &Progress::default(),
        &mut collected,
    )
    .unwrap();
    let unique: HashSet<Identifier> = collected
        .records
        .into_iter()
        .flat_map(|(found, _)| found)
        .collect();
    let mut identifiers = BTreeMap::new();
    for identifier in &unique {
        *identifiers.entry(identifier.kind()).or_default() += 1;
    }
    Counts {
        rows: tally.rows,
        rejected_rows: tally.rejected_rows,
        identifiers,
    }
}

#[test]
fn the_seven_dumps_hold_what_their_truth_says() {
    let leaks = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/leaks"));
    let truth = fs::read_to_string(leaks.join("truth/stats.json")).unwrap();
    let truth: Truth = serde_json::from_str(&truth).unwrap();
    let breaches = Breach::discover(&leaks.join("breaches")).unwrap();
    let found: BTreeMap<String, Counts> = breaches
        .iter()
        .map(|breach| (breach.metadata.id.to_string(), counts(breach)))
        .collect();
    assert_eq!(found, truth.breaches);
}

#[test]
fn a_sink_that_breaks_stops_the_reading() {
    struct FullSink;
    impl Sink for FullSink {
        fn record(&mut self, _: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
            ControlFlow::Break(())
        }
    }
    let folder = folder(PHONES, &[("a.csv", b"p\n87090000001\n")]);
    let breach = Breach::open(folder.path()).unwrap();
    assert!(matches!(
        read(
            &breach,
            &ReadOptions::default(),
            &Progress::default(),
            &mut FullSink
        ),
        Err(IngestError::Stopped)
    ));
}

#[test]
fn a_request_to_stop_is_noticed_where_there_are_no_identifiers() {
    /// Stops at the first record.
    struct Wish(Cancel);
    impl Sink for Wish {
        fn record(&mut self, _: &mut Vec<Identifier>, _: ClassSet) -> ControlFlow<()> {
            self.0.request(Stop::Keyboard);
            ControlFlow::Continue(())
        }

        fn end_file(&mut self, _: &super::FileTally) -> ControlFlow<()> {
            panic!("a file has been ended of which not all was read");
        }
    }
    let mut file = b"p\n87090000001\n".to_vec();
    file.extend(b"-\n".repeat(1 << 20));
    for (name, bytes) in [
        ("a.csv", file.clone()),
        ("b.csv", gz(&file)),
        ("c.csv", zst(&file)),
    ] {
        let folder = folder(PHONES, &[(name, &bytes)]);
        let breach = Breach::open(folder.path()).unwrap();
        let options = ReadOptions {
            allow_truncated: true,
            ..ReadOptions::default()
        };
        let mut sink = Wish(options.cancel.clone());
        let outcome = read(&breach, &options, &Progress::default(), &mut sink);
        assert!(matches!(outcome, Err(IngestError::Stopped)), "{name}");
    }
}

const PHONES: &str = "path = \"*.csv\"\ncolumns.p = { identifier = \"phone\", class = \"names\" }";

fn class(name: &str) -> DataClass {
    name.to_owned().try_into().unwrap()
}

/// A set of classes as places in the list of the breach that `file` describes.
pub(super) fn classes(file: &str, names: &[&str]) -> ClassSet {
    let folder = folder(file, &[("a.csv", b"")]);
    let breach = Breach::open(folder.path()).unwrap();
    breach
        .classes_of(names.iter().map(|name| class(name)))
        .unwrap()
}

#[test]
fn a_record_has_the_classes_of_its_filled_columns() {
    let entry = "path = \"a.csv\"\ncolumns.p = { identifier = \"phone\" }\ncolumns.n = { class = \"names\" }";
    let (collected, _) = read_folder(
        entry,
        &[("a.csv", b"n;p\nx;87090000001\nnull;87090000002\n")],
    );
    let found: Vec<ClassSet> = collected
        .records
        .iter()
        .map(|(_, classes)| *classes)
        .collect();
    let expected = [&["names", "phone-numbers"][..], &["phone-numbers"]];
    assert_eq!(found, expected.map(|names| classes(entry, names)));
}

#[test]
fn a_rejected_row_gives_identifiers_on_their_own_with_the_classes_they_imply() {
    let file = "n;p\nx;1;87090000001;a@example.kz\nx;87090000002\n";
    let entry = "path = \"a.csv\"\ncolumns.p = { identifier = \"phone\" }\ncolumns.n = { class = \"names\" }";
    let (collected, tally) = read_folder(entry, &[("a.csv", file.as_bytes())]);
    assert_eq!(collected.values(), ["+77090000002"]);
    let mut recovered = collected.recovered_values();
    recovered.sort();
    assert_eq!(recovered, ["+77090000001", "a@example.kz"]);
    assert_eq!(
        collected.recovered[0].1,
        classes(entry, &["phone-numbers", "email-addresses"])
    );
    assert_eq!((tally.rows, tally.rejected_rows), (2, 1));
    assert_eq!(
        tally.recovered,
        BTreeMap::from([(Kind::Phone, 1), (Kind::Email, 1)])
    );
}

#[test]
fn nothing_is_recovered_where_nothing_shall_be() {
    let folder = folder(PHONES, &[("a.csv", b"n;p\nx;1;87090000001\n")]);
    let breach = Breach::open(folder.path()).unwrap();
    let strict = ReadOptions {
        recover: false,
        ..ReadOptions::default()
    };
    let mut collected = CollectingSink::default();
    let tally = read(&breach, &strict, &Progress::default(), &mut collected).unwrap();
    assert_eq!((tally.rejected_rows, tally.recovered.len()), (1, 0));
    assert!(collected.records.is_empty() && collected.recovered.is_empty());
}

#[test]
fn no_error_and_no_reject_shows_what_the_dump_holds() {
    let secret = "87090000001";
    let file = format!("x;{secret}\n{secret};1;2\n{secret}\n");
    let failed = read_folder_files(PHONES, &[("a.csv", file.as_bytes())])
        .err()
        .unwrap();
    assert!(!format!("{failed} {failed:?}").contains(secret));
    let entry = PHONES.replace("columns.p", "header = false\ncolumns.1");
    let (_, tally) = read_folder(&entry, &[("a.csv", file.as_bytes())]);
    assert_eq!(tally.rejected_rows, 2);
    let shown: String = tally
        .rejects
        .iter()
        .map(|reject| format!("{reject} {reject:?}"))
        .collect();
    assert!(!shown.contains(secret), "{shown}");
}

#[test]
fn a_reading_reports_the_containers_and_whether_a_header_was_read() {
    let reading = |entry: &str, name: &str, bytes: &[u8]| {
        let (_, tally) = read_folder(entry, &[(name, bytes)]);
        let reading = tally.files[0].readings[0].clone();
        (reading.containers, reading.header)
    };
    let packed = gz(b"p\n87090000001\n");
    let gzip = format!("format = \"csv\"\n{}", PHONES.replace("*.csv", "*.gz"));
    assert_eq!(reading(&gzip, "a.gz", &packed), (vec!["gzip"], Some(true)));
    let twice = gz(&packed);
    assert_eq!(reading(&gzip, "a.gz", &twice).0, ["gzip", "gzip"]);
    let numbered = PHONES.replace("columns.p", "columns.0");
    assert_eq!(
        reading(&numbered, "a.csv", b"87090000001\n"),
        (vec![], Some(false))
    );
    let text = "path = \"a.csv\"\nformat = \"text\"";
    assert_eq!(reading(text, "a.csv", b"87090000001\n"), (vec![], None));
}

#[test]
fn a_damaged_cell_does_not_cost_its_row_the_identifiers() {
    let (collected, tally) = read_folder(PHONES, &[("a.csv", b"n;p\nok;87090000002\n")]);
    assert_eq!((collected.values().len(), tally.rejected_rows), (1, 0));
    let entry = format!("encoding = \"utf-8\"\n{PHONES}");
    let (collected, tally) = read_folder(&entry, &[("a.csv", b"n;p\n\xD0;87090000002\n")]);
    assert_eq!((collected.values().len(), tally.rejected_rows), (1, 0));
}

/// A ZIP of members with these names, which hold these bytes.
fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_member_of_an_archive_counts_once_however_many_files_of_the_description_read_the_archive() {
    let archive = zip(&[
        ("a.csv", "p\n87090000001\n"),
        ("b.txt", "call +77090000002\n"),
        ("c.csv", "p\n87090000003\n"),
        ("d.pdf", "%PDF"),
        ("e.png", "x"),
        ("f.md", "y"),
    ]);
    let entry = "path = \"x.zip\"\nmember = \"*.csv\"\ncolumns.p = { identifier = \"phone\" }\n\n\
        [[file]]\npath = \"x.zip\"\nmember = \"*.txt\"\nformat = \"text\"";
    let (collected, tally) = read_folder(entry, &[("x.zip", &archive)]);
    assert_eq!(collected.values().len(), 3);
    assert_eq!(tally.passed_over[&Passage::OtherMember].passages, 3);
    let members: Vec<&[usize]> = tally.files.iter().map(|file| &*file.members).collect();
    assert_eq!(members, [&[1, 3][..], &[2]]);
}

#[test]
fn what_is_found_in_a_column_of_free_text_is_counted_by_column_and_kind() {
    let entry = "path = \"a.csv\"\ncolumns.a = { text = true }\ncolumns.b = { text = true }\n\
        columns.p = { identifier = \"phone\" }";
    let text = "a;b;p\nзвонить +77090000001 или a@example.kz;нет;87090000002\n\
        или b@example.kz;оплачено;87090000003\n";
    let (_, tally) = read_folder(entry, &[("a.csv", text.as_bytes())]);
    let columns = &tally.files[0].columns;
    let found = BTreeMap::from([(Kind::Phone, 1), (Kind::Email, 2)]);
    assert_eq!((columns[0].is_text, &columns[0].found), (true, &found));
    assert_eq!((columns[0].cells.filled, columns[1].cells.filled), (2, 1));
    assert!(columns[1].is_text && columns[1].found.is_empty());
    assert!(!columns[2].is_text && columns[2].found.is_empty());
}
