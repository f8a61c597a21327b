//! Which neighbouring files are part of this one? The volumes of a RAR archive, by their names; the memos of a dBase
//! table, by its header; the rows of a PostgreSQL dump in the directory format, by both. A set of files is one source,
//! whichever glob matches them.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::pg_dump::{self, Layout};
use crate::ingest::format::dbf;

/// Maximum number of volumes of an archive.
const VOLUME_LIMIT: usize = 10_000;

/// Volumes per letter in the old naming: `.r00` to `.r99`, then `.s00`.
const PER_LETTER: usize = 100;

/// Bytes of a PostgreSQL dump that show its format.
const DUMP_HEAD: u64 = 11;

/// Suffixes of memo files.
const MEMOS: [&str; 2] = ["fpt", "dbt"];

/// Returns the files that make up the one at `path`, itself first.
pub(in crate::ingest) fn set_of(path: &Path) -> Vec<PathBuf> {
    let mut set = vec![path.to_owned()];
    if let Some(numbering) = Numbering::of(path).filter(|numbering| numbering.number == 0) {
        let volumes = (1..VOLUME_LIMIT).map_while(|number| {
            let volume = path.with_file_name(numbering.name(number)?);
            volume.is_file().then_some(volume)
        });
        set.extend(volumes);
    } else if is_contents(path) {
        set.extend(rows_of(path));
    } else {
        set.extend(memo_of(path));
    }
    set
}

/// Returns whether the file at `path` is part of another one in its folder.
pub(crate) fn is_part(path: &Path) -> bool {
    let is_volume = || {
        let numbering = Numbering::of(path).filter(|numbering| numbering.number > 0)?;
        Some(path.with_file_name(numbering.name(0)?).is_file())
    };
    is_volume().unwrap_or(false)
        || is_memo(path) && beside(path, &["dbf"]).is_some()
        || is_part_of_dump(path)
}

/// Returns the volumes among the files of a set: memos are read separately.
pub(super) fn volumes(set: &[PathBuf]) -> &[PathBuf] {
    match set {
        [table, memo] if is_memo(memo) => std::slice::from_ref(table),
        set => set,
    }
}

/// The memos among the files of a set.
pub(super) fn memo(set: &[PathBuf]) -> Option<&Path> {
    match set {
        [_, memo] if is_memo(memo) => Some(memo),
        _ => None,
    }
}

/// Returns the name that the volume at place `number`, from 0, of a set should have.
#[cfg_attr(
    not(feature = "rar"),
    expect(dead_code, reason = "nothing but RAR misses volumes")
)]
pub(super) fn volume_name(set: &[PathBuf], number: usize) -> Option<String> {
    Numbering::of(set.first()?)?.name(number)
}

/// Whether the file at `path` is the table of contents of a dump whose rows are in files of their own.
fn is_contents(path: &Path) -> bool {
    let mut head = Vec::new();
    let file = File::open(path).map(|file| file.take(DUMP_HEAD).read_to_end(&mut head));
    file.is_ok() && Layout::of(&head) == Some(Layout::Files)
}

/// Returns the files of rows next to a table of contents.
fn rows_of(path: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder_of(path)).into_iter().flatten();
    let paths = entries
        .flatten()
        .map(|entry| path.with_file_name(entry.file_name()));
    let is_rows = |path: &PathBuf| name_of(path).is_some_and(pg_dump::is_rows) && path.is_file();
    let mut found: Vec<PathBuf> = paths.filter(is_rows).collect();
    found.sort();
    found
}

fn is_part_of_dump(path: &Path) -> bool {
    let is_named = |name| pg_dump::is_rows(name) || pg_dump::is_other(name);
    name_of(path).is_some_and(is_named) && is_contents(&path.with_file_name(pg_dump::CONTENTS))
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name()?.to_str()
}

fn is_memo(path: &Path) -> bool {
    has_ending(path, &MEMOS)
}

/// Returns the memos of the dBase table at `path`, if it has any and they exist.
fn memo_of(path: &Path) -> Option<PathBuf> {
    let mut head = Vec::new();
    let file = File::open(path).ok()?;
    file.take(dbf::HEAD as u64).read_to_end(&mut head).ok()?;
    let endings = dbf::memo_endings(&head)?;
    beside(path, endings)
}

/// Returns the file next to the one at `path` with the same name but this suffix, in any case.
fn beside(path: &Path, endings: &[&str]) -> Option<PathBuf> {
    let entries = fs::read_dir(folder_of(path)).ok()?;
    let stem = path.file_stem()?;
    let is_meant = |other: &PathBuf| {
        has_ending(other, endings)
            && other
                .file_stem()
                .is_some_and(|other| other.eq_ignore_ascii_case(stem))
            && other.is_file()
    };
    let mut found: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(is_meant)
        .collect();
    // Prefer the one in the same case.
    found.sort_by_key(|other| other.file_stem() != Some(stem));
    found.into_iter().next()
}

/// Returns the folder of a file, which may be the current one.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn has_ending(path: &Path, endings: &[&str]) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| {
        endings
            .iter()
            .any(|other| ending.eq_ignore_ascii_case(other))
    })
}

/// How the volumes of a RAR archive are numbered by their names.
struct Numbering {
    before: String,
    /// Place of this volume, from 0.
    number: usize,
    after: String,
    /// Digits of a number in the new naming; `None` in the old one.
    digits: Option<usize>,
}

impl Numbering {
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?;
        let (stem, ending) = name.rsplit_once('.')?;
        if !ending.is_ascii() || ending.len() != 3 {
            return None;
        }
        match ending.eq_ignore_ascii_case("rar") {
            true => {
                Some(Self::new_naming(stem, ending).unwrap_or_else(|| Self::old(stem, ending, 0)))
            }
            false => {
                let (letter, number) = ending.split_at(1);
                let letter = letter.bytes().next()?.to_ascii_lowercase();
                let hundreds = usize::from(letter.checked_sub(b'r')?);
                let number: usize = number.parse().ok()?;
                (letter <= b'z')
                    .then(|| Self::old(stem, ending, hundreds * PER_LETTER + number + 1))
            }
        }
    }

    /// `name.part01.rar`.
    fn new_naming(stem: &str, ending: &str) -> Option<Self> {
        let place = stem.to_ascii_lowercase().rfind(".part")? + ".part".len();
        let digits = stem.get(place..)?;
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number: usize = digits.parse().ok().filter(|_| is_number)?;
        Some(Self {
            before: stem[..place].to_owned(),
            number: number.checked_sub(1)?,
            after: format!(".{ending}"),
            digits: Some(digits.len()),
        })
    }

    /// `name.rar`, `name.r00`.
    fn old(stem: &str, ending: &str, number: usize) -> Self {
        Self {
            before: format!("{stem}."),
            number,
            after: ending.to_owned(),
            digits: None,
        }
    }

    /// Returns the name of the volume at place `number`.
    fn name(&self, number: usize) -> Option<String> {
        let Self { before, after, .. } = self;
        let is_upper = after
            .bytes()
            .next()
            .is_some_and(|first| first.is_ascii_uppercase());
        match (self.digits, number.checked_sub(1)) {
            (Some(digits), _) => Some(format!("{before}{:0digits$}{after}", number + 1)),
            (None, None) => Some(format!("{before}{}", if is_upper { "RAR" } else { "rar" })),
            (None, Some(number)) => {
                let letter = b'r'
                    + u8::try_from(number / PER_LETTER)
                        .ok()
                        .filter(|it| *it <= b'z' - b'r')?;
                let letter = if is_upper {
                    letter.to_ascii_uppercase()
                } else {
                    letter
                };
                Some(format!(
                    "{before}{}{:02}",
                    char::from(letter),
                    number % PER_LETTER
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str], first: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        for name in names {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let name = |path: PathBuf| path.file_name().unwrap().to_str().unwrap().to_owned();
        set_of(&folder.path().join(first))
            .into_iter()
            .map(name)
            .collect()
    }

    #[test]
    fn the_volumes_of_an_archive_are_its_own_in_their_order() {
        let new = [
            "a.part01.rar",
            "a.part02.rar",
            "a.part03.rar",
            "a.part05.rar",
            "a.part2.rar",
            "b.part02.rar",
        ];
        assert_eq!(
            set(&new, "a.part01.rar"),
            ["a.part01.rar", "a.part02.rar", "a.part03.rar"]
        );
        assert_eq!(set(&new, "a.part02.rar"), ["a.part02.rar"]);
        let old = ["a.rar", "a.r00", "a.r01", "b.r02"];
        assert_eq!(set(&old, "a.rar"), ["a.rar", "a.r00", "a.r01"]);
        assert_eq!(set(&["A.RAR", "A.R00"], "A.RAR"), ["A.RAR", "A.R00"]);
        assert_eq!(set(&["a.csv", "a.r00"], "a.csv"), ["a.csv"]);
    }

    #[test]
    fn a_later_volume_is_part_of_the_first_if_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "a.part1.rar",
            "a.part2.rar",
            "b.part2.rar",
            "c.rar",
            "c.r00",
            "d.r00",
        ] {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let parts = [
            "a.part1.rar",
            "a.part2.rar",
            "b.part2.rar",
            "c.rar",
            "c.r00",
            "d.r00",
        ]
        .map(|name| is_part(&folder.path().join(name)));
        assert_eq!(parts, [false, true, false, false, true, false]);
    }

    #[test]
    fn the_files_of_a_dump_are_part_of_its_table_of_contents_alone() {
        let folder = tempfile::tempdir().unwrap();
        let names = ["3201.dat.gz", "3202.dat", "a.csv", "blobs.toc", "toc.dat"];
        for name in names {
            fs::write(folder.path().join(name), "x").unwrap();
        }
        let contents = folder.path().join("toc.dat");
        let parts = || names.map(|name| is_part(&folder.path().join(name)));
        assert_eq!(parts(), [false; 5]);
        assert_eq!(set_of(&contents), std::slice::from_ref(&contents));
        fs::write(&contents, b"PGDMP\x01\x0E\0\x04\x08\x05").unwrap();
        assert_eq!(parts(), [true, true, false, true, false]);
        let rows = ["3201.dat.gz", "3202.dat"].map(|name| folder.path().join(name));
        assert_eq!(set_of(&contents)[1..], rows);
    }

    #[test]
    fn a_file_without_a_folder_lies_in_the_present_one() {
        assert_eq!(folder_of(Path::new("a.dbf")), Path::new("."));
        assert_eq!(folder_of(Path::new("x/a.dbf")), Path::new("x"));
    }

    #[test]
    fn a_missing_volume_is_named_as_the_others_are() {
        let name = |first: &str, number| volume_name(&[PathBuf::from(first)], number).unwrap();
        assert_eq!(name("x/a.part001.rar", 11), "a.part012.rar");
        assert_eq!(name("a.rar", 1), "a.r00");
        assert_eq!(name("A.RAR", 101), "A.S00");
    }
}
