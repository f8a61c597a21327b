//! Files of other formats, compared with what other programs read in them: `tests/formats/make.py` made both.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use flate2::read::GzDecoder;
use serde::Deserialize;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::tests::{CollectingSink, read_folder_files};
use super::{Breach, DumpSecrets, Fault, IngestError, Progress, ReadOptions, Tally};

/// The expected result of reading a file.
#[derive(Deserialize)]
pub(super) struct Truth {
    pub(super) file: String,
    /// Neighbouring files.
    #[serde(default)]
    beside: Vec<String>,
    /// Its lines in `breach.toml`.
    lines: String,
    rows: u64,
    rejected: u64,
    /// The identifiers of each record.
    records: Vec<Vec<String>>,
}

fn folder() -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/formats")).to_owned()
}

/// Every file, with its expected content.
fn truths() -> Vec<Truth> {
    let text = fs::read_to_string(folder().join("truth.json")).unwrap();
    let truths: BTreeMap<String, Truth> = serde_json::from_str(&text).unwrap();
    assert!(truths.len() > 10);
    truths.into_values().collect()
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

/// Returns the files, unpacked, the described one first.
fn files(truth: &Truth) -> Vec<(String, Vec<u8>)> {
    let all = std::iter::once(&truth.file).chain(&truth.beside);
    let unpacked = all.map(|path| {
        let bytes = fs::read(folder().join(path)).unwrap();
        // Files that `pg_dump` compressed are part of its dump.
        let packed = path.strip_suffix(".gz");
        let Some(path) = packed.filter(|path| !path.starts_with("pg_folder")) else {
            return (name(path).to_owned(), bytes);
        };
        let mut plain = Vec::new();
        GzDecoder::new(&*bytes).read_to_end(&mut plain).unwrap();
        (name(path).to_owned(), plain)
    });
    unpacked.collect()
}

fn read(
    truth: &Truth,
    path: &str,
    files: &[(String, Vec<u8>)],
) -> Result<(CollectingSink, Tally), IngestError> {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, bytes)| (&**name, &**bytes))
        .collect();
    read_folder_files(&format!("path = {path:?}\n{}", truth.lines), &files)
}

fn sorted(mut records: Vec<Vec<String>>) -> Vec<Vec<String>> {
    records.iter_mut().for_each(|record| record.sort());
    records.sort();
    records
}

fn records(collected: &CollectingSink) -> Vec<Vec<String>> {
    let of_record = |identifiers: &[exposure_index::identifier::Identifier]| {
        let values = identifiers
            .iter()
            .map(|identifier| identifier.value().to_owned());
        values.collect()
    };
    let records = collected
        .records
        .iter()
        .map(|(identifiers, _)| of_record(identifiers));
    sorted(records.collect())
}

fn check(truth: &Truth, outcome: Result<(CollectingSink, Tally), IngestError>) {
    let title = format!("{}, {}", truth.file, truth.lines);
    let (collected, tally) = outcome.unwrap_or_else(|error| panic!("{title}: {error}"));
    assert_eq!(
        records(&collected),
        sorted(truth.records.clone()),
        "{title}"
    );
    let counted = (tally.rows, tally.rejected_rows);
    assert_eq!(counted, (truth.rows, truth.rejected), "{title}");
}

#[test]
fn a_file_of_another_program_holds_what_that_program_says() {
    for truth in truths() {
        let files = files(&truth);
        check(&truth, read(&truth, &files[0].0, &files));
    }
}

#[test]
fn the_same_is_read_out_of_a_container() {
    for truth in truths() {
        let files = files(&truth);
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in &files {
            archive
                .start_file(format!("база/{name}"), SimpleFileOptions::default())
                .unwrap();
            archive.write_all(bytes).unwrap();
        }
        let archive = archive.finish().unwrap().into_inner();
        let outcome = read(&truth, "a.zip", &[("a.zip".to_owned(), archive)]);
        match (truth.beside.is_empty(), truth.file.starts_with("sqlite")) {
            (false, true) => assert!(
                matches!(
                    outcome,
                    Err(IngestError::Member {
                        member: 2,
                        fault: Fault::Foreign { .. },
                        ..
                    })
                ),
                "a log was passed over"
            ),
            _ => check(&truth, outcome),
        }
    }
}

/// Returns the step, in bytes, by which a file of this length is cut off.
fn step(file: &str, length: usize) -> usize {
    match file.split('/').next() {
        Some("sqlite" | "access" | "dbf") => 512,
        _ if length < 100 => 1,
        // A tape's blocks have 512 bytes.
        Some("pg_folder") if length > 10_000 => 253,
        Some("text") => 31,
        _ => 61,
    }
}

/// Returns whether a file cut off there is a valid one with fewer rows, so nothing shows the cut: BSON between two
/// documents, a `.tad` between two entries, phone books between two cards, mailboxes between two letters or in the head
/// of one, and directories anywhere.
fn is_whole_again(truth: &Truth, name: &str, bytes: &[u8]) -> bool {
    let text = || String::from_utf8_lossy(bytes);
    match name.rsplit_once('.') {
        Some((_, "ldif")) => return true,
        Some((_, "vcf")) => {
            let count = |line| text().lines().filter(|it| it.trim_end() == line).count();
            return count("BEGIN:VCARD") == count("END:VCARD");
        }
        Some((_, "eml" | "mbox")) => {
            let text = text();
            let last = text.rsplit("\nFrom ").next().unwrap_or_default();
            return !last.contains("boundary=\"=part=") || last.contains("\n--=part=--");
        }
        _ => {}
    }
    if name.ends_with(".tad") {
        let (header, entry) = match truth.file.split('/').nth(1) {
            Some("v3") => (8, 12),
            Some("v3-wide") => (8, 16),
            _ => (16, 16),
        };
        return bytes.len() >= header && (bytes.len() - header).is_multiple_of(entry);
    }
    let mut rest = bytes;
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        match rest.split_at_checked(u32::from_le_bytes(*length) as usize) {
            Some((document, following)) if !document.is_empty() => rest = following,
            _ => return false,
        }
    }
    name.ends_with(".bson") && rest.is_empty()
}

#[test]
fn a_file_that_is_cut_off_is_refused_unless_nothing_of_it_is_missing() {
    for truth in truths() {
        let mut files = files(&truth);
        for place in 0..files.len() {
            let whole = files[place].1.clone();
            let step = step(&truth.file, whole.len());
            for end in (step..whole.len()).step_by(step) {
                files[place].1.truncate(end);
                let is_whole_again = is_whole_again(&truth, &files[place].0, &files[place].1);
                if let Ok((collected, tally)) = read(&truth, &files[0].0, &files) {
                    // A table that is whole before the cut, or pages that are not used, may be missing.
                    let is_whole = records(&collected) == sorted(truth.records.clone());
                    let is_counted = tally.rejected_rows > truth.rejected;
                    let title = format!("{} cut at {end} of {}", files[place].0, whole.len());
                    assert!(
                        is_whole || is_counted || is_whole_again,
                        "{}: {title}",
                        truth.file
                    );
                }
                files[place].1.clone_from(&whole);
            }
        }
    }
}

#[test]
fn what_inspect_drafts_reads_the_identifiers_of_every_table() {
    let mut drafted: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for truth in truths() {
        let values = drafted
            .entry(truth.file.clone())
            .or_insert_with(|| read_as_drafted(&truth));
        for value in truth.records.iter().flatten() {
            assert!(values.contains(value), "{}, {}", truth.file, truth.lines);
        }
    }
}

/// Returns the identifiers read from a file by the description that `inspect` drafts.
fn read_as_drafted(truth: &Truth) -> HashSet<String> {
    let (folder, files) = laid_out(truth);
    let path = folder.path().join(&files[0].0);
    let found = crate::inspect::inspect(&path, &DumpSecrets::default()).unwrap();
    let today = "2026".to_owned().try_into().unwrap();
    let draft = crate::inspect::draft(&[found], folder.path(), &today).unwrap();
    fs::write(folder.path().join("breach.toml"), &draft).unwrap();
    let values = read_all(folder.path()).unwrap_or_else(|error| panic!("{error}\n{draft}"));
    values.into_iter().collect()
}

/// Returns a folder with the files of a truth, and these.
fn laid_out(truth: &Truth) -> (TempDir, Vec<(String, Vec<u8>)>) {
    let folder = tempfile::tempdir().unwrap();
    let files = files(truth);
    for (name, bytes) in &files {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    (folder, files)
}

/// The identifiers in a folder with a `breach.toml`.
fn read_all(folder: &Path) -> Result<Vec<String>, IngestError> {
    let breach = Breach::open(folder)?;
    let mut collected = CollectingSink::default();
    super::read(
        &breach,
        &ReadOptions::default(),
        &Progress::default(),
        &mut collected,
    )?;
    Ok(collected.values())
}

#[test]
fn reading_changes_nothing_and_leaves_no_files() {
    for truth in truths() {
        let (folder, files) = laid_out(&truth);
        let text = format!("path = {:?}\n{}", files[0].0, truth.lines);
        let description = super::tests::description("x-2020", &text);
        fs::write(folder.path().join("breach.toml"), &description).unwrap();
        read_all(folder.path()).unwrap();
        let left = fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(left, files.len() + 1, "{}", truth.file);
        for (name, bytes) in &files {
            assert_eq!(
                fs::read(folder.path().join(name)).unwrap(),
                *bytes,
                "{name}"
            );
        }
    }
}
