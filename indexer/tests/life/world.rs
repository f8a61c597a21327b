//! Invented breaches of invented people, and what an index made of them holds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use exposure_index::breach::BreachId;
use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::index::{BreachStatistics, Index};
use exposure_index::oprf::{OfflineKey, SecretKey, Tag};
use exposure_index::progress::{Cancel, Progress};
use proptest::prelude::*;
use tekser_indexer::builder::{
    Activation, BuildProgress, Keys, Memory, Options, Share, Start, Summary, Watch, add, build,
};
use tekser_indexer::ingest::{Breach, ReadOptions};
use tekser_test_kit::Person;
use tempfile::TempDir;

/// Persons that breaches are made of: some three hundred identifiers.
pub(super) const PERSONS: u32 = 100;

/// A row of a dump: who, and which of their columns are filled.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) person: u32,
    pub(super) has_phone: bool,
    pub(super) has_email: bool,
    pub(super) has_name: bool,
    /// It has a column too many.
    pub(super) is_broken: bool,
}

/// A breach as it would be in a folder.
#[derive(Clone, Debug)]
pub(super) struct Leak {
    pub(super) id: String,
    pub(super) is_sensitive: bool,
    /// Whether the last column holds addresses instead of names, which changes which bit stands for which class.
    pub(super) has_address: bool,
    pub(super) rows: Vec<Row>,
}

pub(super) fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        0..PERSONS,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        0..6_u8,
    );
    let row = row.prop_map(|(person, has_phone, has_email, has_name, broken)| Row {
        person,
        has_phone,
        has_email,
        has_name,
        is_broken: broken == 0,
    });
    prop::collection::vec(row, 1..60)
}

/// Two to four breaches.
pub(super) fn leaks() -> impl Strategy<Value = Vec<Leak>> {
    let leak = (any::<bool>(), any::<bool>(), rows());
    prop::collection::vec(leak, 2..5).prop_map(|leaks| {
        let leak = |(place, (is_sensitive, has_address, rows))| Leak {
            // Not in the order of their places, so that a later one comes between others.
            id: format!("leak-{}", (place * 7 + 3) % 10),
            is_sensitive,
            has_address,
            rows,
        };
        leaks.into_iter().enumerate().map(leak).collect()
    })
}

pub(super) fn iin(person: u32) -> String {
    Person(person).iin()
}

pub(super) fn phone(person: u32) -> String {
    format!("+7709{:07}", 1000 + person)
}

pub(super) fn email(person: u32) -> String {
    Person(person).email()
}

impl Leak {
    pub(super) fn with_rows(&self, rows: &[Row]) -> Self {
        Self {
            rows: rows.to_vec(),
            ..self.clone()
        }
    }

    /// Writes the breach's folder and returns its path.
    pub(super) fn write(&self, root: &Path) -> PathBuf {
        let folder = root.join(&self.id);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("dump.csv"), self.dump()).expect("written");
        fs::write(folder.join("breach.toml"), self.description()).expect("written");
        folder
    }

    fn dump(&self) -> String {
        let mut dump = "iin;phone;email;name\n".to_owned();
        for row in &self.rows {
            let filled =
                |is_filled: bool, value: String| if is_filled { value } else { String::new() };
            let _ = writeln!(
                dump,
                "{};{};{};{}{}",
                iin(row.person),
                filled(row.has_phone, phone(row.person)),
                filled(row.has_email, email(row.person)),
                filled(row.has_name, "x".to_owned()),
                if row.is_broken { ";y" } else { "" },
            );
        }
        // One good row, so that no dump is refused for having none.
        let _ = writeln!(dump, "{};{};;x", iin(PERSONS), phone(PERSONS));
        dump
    }

    fn description(&self) -> String {
        let (id, sensitive) = (&self.id, self.is_sensitive);
        let class = if self.has_address {
            "physical-addresses"
        } else {
            "names"
        };
        let localised = "kk = \"k\"\nru = \"r\"\nen = \"e\"";
        format!(
            "id = \"{id}\"\ndate = \"2020\"\nadded = \"2021-01-01\"\nstatus = \"reported\"\nsensitive = {sensitive}\n\
             records = 10\nsource = \"https://example.kz/\"\n[title]\n{localised}\n[summary]\n{localised}\n\
             [[file]]\npath = \"dump.csv\"\nformat = \"csv\"\ndelimiter = \";\"\n[file.columns]\n\
             iin = {{ identifier = \"iin\" }}\nphone = {{ identifier = \"phone\" }}\n\
             email = {{ identifier = \"email\" }}\nname = {{ class = \"{class}\" }}\n"
        )
    }
}

/// An index directory of its own.
pub(super) struct World {
    folder: TempDir,
    pub(super) directory: IndexDirectory,
    pub(super) key: SecretKey,
    pub(super) offline: OfflineKey,
}

impl World {
    /// A new, empty world. All worlds have the same keys.
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self {
            directory: IndexDirectory::at(folder.path().join("index")),
            key: SecretKey::derive(&[7; 32], b"life of an index").expect("a key"),
            offline: OfflineKey::from_bytes(&[7; OfflineKey::LENGTH]),
            folder,
        }
    }

    /// One with an index of these.
    pub(super) fn built(leaks: &[Leak]) -> Self {
        let world = Self::new();
        world.build(leaks);
        world
    }

    pub(super) fn keys(&self) -> Keys<'_> {
        self.keys_with(&self.key)
    }

    /// Another key of the tags beside the offline key.
    pub(super) fn keys_with<'a>(&'a self, tags: &'a SecretKey) -> Keys<'a> {
        let offline = Some(&self.offline);
        Keys { tags, offline }
    }

    /// Whether a file has a row of the identifier with this tag.
    pub(super) fn has(&self, file: &Index<memmap2::Mmap>, tag: Tag) -> bool {
        let tag = match file.header().sealed {
            true => self.offline.sealed_tag(tag),
            false => tag,
        };
        file.find(tag).expect("a good file").is_some()
    }

    pub(super) fn build(&self, leaks: &[Leak]) -> Summary {
        let (breaches, progress) = (self.breaches(leaks), BuildProgress::default());
        let options = options(Some(16));
        build(&self.directory, self.keys(), &breaches, &options, &progress).expect("built")
    }

    pub(super) fn add(&self, leaks: &[Leak]) -> Summary {
        let (breaches, progress) = (self.breaches(leaks), BuildProgress::default());
        let options = options(None);
        add(&self.directory, self.keys(), &breaches, &options, &progress).expect("added")
    }

    /// The breaches, written to the disk; by id.
    pub(super) fn breaches(&self, leaks: &[Leak]) -> Vec<Breach> {
        let dumps = self.folder.path().join("dumps");
        let _ = fs::remove_dir_all(&dumps);
        for leak in leaks {
            let _ = leak.write(&dumps);
        }
        Breach::discover(&dumps).expect("breaches")
    }

    /// Everything in the files of the current generation but for its name and time; every rule of the format holds.
    pub(super) fn held(&self) -> Vec<Held> {
        let current = self.directory.current().expect("a generation");
        let files = [FileKind::Public, FileKind::Sealed];
        let files = files.map(|kind| self.directory.open(current, kind).expect("a file"));
        files
            .into_iter()
            .flatten()
            .map(|index| {
                index.verify(&Progress::default()).expect("a good file");
                let header = index.header();
                Held {
                    root: header.root,
                    numbers: (header.rows, header.range_bytes, header.range_rows),
                    flags: (header.sealed, header.beside_sealed),
                    sections: (0..6)
                        .map(|place| section(index.as_bytes(), place))
                        .collect(),
                }
            })
            .collect()
    }
}

impl World {
    /// Everything in the files of the current generation but for its name and time, pairs included.
    pub(super) fn everything(&self) -> (Vec<Held>, Vec<u8>) {
        (self.held(), self.pairs())
    }

    /// The pairs of the current generation, as bytes without what its name decides; every rule of the format holds.
    pub(super) fn pairs(&self) -> Vec<u8> {
        let current = self.directory.current().expect("a generation");
        let public = self.directory.open_public(current).expect("a file");
        let checked = self.directory.check_pairs(public.header());
        assert!(
            checked.expect("a good file").is_some(),
            "no pairs were kept"
        );
        let folder = self.directory.path().join(current.as_str());
        let mut bytes = fs::read(folder.join("pairs.bin")).expect("read");
        bytes[32..56].fill(0);
        bytes[64..72].fill(0);
        bytes
    }

    /// What both files count of each breach.
    pub(super) fn statistics(&self) -> BTreeMap<BreachId, BreachStatistics> {
        let current = self.directory.current().expect("a generation");
        let files = [FileKind::Public, FileKind::Sealed];
        let files = files.map(|kind| self.directory.open(current, kind).expect("a file"));
        let statistics = |index: Index<_>| index.statistics().expect("statistics").breaches;
        files.into_iter().flatten().flat_map(statistics).collect()
    }
}

/// What a file holds.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held {
    root: [u8; 32],
    numbers: (u64, u32, u32),
    flags: (bool, bool),
    sections: Vec<Vec<u8>>,
}

/// The bytes of the section at a place of the table, which begins at offset 136.
fn section(file: &[u8], place: usize) -> Vec<u8> {
    let number = |offset: usize| {
        let field = file[offset..].first_chunk().expect("a number");
        usize::try_from(u64::from_le_bytes(*field)).expect("small")
    };
    let entry = 136 + 32 * place;
    let start = number(entry + 8);
    file[start..start + number(entry + 16)].to_vec()
}

pub(super) fn options(range_rows: Option<u32>) -> Options {
    Options {
        reading: ReadOptions::default(),
        memory: Memory::new(64 << 20).expect("enough"),
        threads: Some(1),
        range_rows,
        max_rejects: Share::ALL,
        start: Start::RefuseInterrupted,
        checkpoint: Duration::from_secs(60),
        cancel: Cancel::default(),
        activation: Activation::AtOnce,
        pairs: true,
    }
}

/// Lets `work` be watched by nobody.
pub(super) fn unwatched<T>(work: impl FnOnce(Watch<'_>) -> T) -> T {
    work(Watch {
        progress: &BuildProgress::default(),
        cancel: &Cancel::default(),
        activation: Activation::AtOnce,
    })
}
