//! Which breach does this folder hold? Its `breach.toml` and the files that it names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use exposure_index::breach::{BreachId, ClassSet, DataClass, Metadata};
use exposure_index::identifier::Kind;

use super::columns::Columns;
use super::description::{
    ColumnEntry, DESCRIPTION, Description, FileEntry, FilePath, Format, Open,
};
use crate::ingest::container::siblings;
use crate::ingest::format::combo;
use crate::ingest::nearest;
use crate::ingest::warning;
use crate::ingest::{Fault, Fingerprints, IngestError, Known, recover};

/// A breach on the disk: its metadata and its files.
#[derive(Clone, Debug)]
pub struct Breach {
    /// The head of its `breach.toml`.
    pub metadata: Metadata,
    /// Every class that a column is declared to hold or implies by its identifier, and those that may also turn up,
    /// such as those of what is recovered from rejected rows: sorted, each once, at most [`ClassSet::CAPACITY`].
    pub classes: Vec<DataClass>,
    /// Fingerprints of its `breach.toml`.
    pub description: Fingerprints,
    /// The classes that columns are declared to hold or imply.
    pub declared: ClassSet,
    /// The reasons of entries of a warning list that have none of their own, as places in the list.
    pub(in crate::ingest) reasons: ClassSet,
    /// The path of its `breach.toml`.
    path: PathBuf,
    /// Metadata still to be filled in.
    open: Vec<Open>,
    pub(in crate::ingest) files: Vec<FileRules>,
}

/// A file of a dump, as it was when the breach was opened.
#[derive(Clone, Copy, Debug)]
pub struct InputFile<'a> {
    /// Its path relative to the breach's folder.
    pub name: &'a str,
    /// Bytes on the disk.
    pub size: u64,
    /// Time of its last modification, if the OS reports it.
    pub modified: Option<SystemTime>,
}

/// A `[[file]]` and its files.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct FileRules {
    pub(in crate::ingest) entry: FileEntry,
    pub(in crate::ingest) columns: Columns,
    /// Classes that leaked with every identifier of free text, as places in the breach's list.
    pub(in crate::ingest) classes: ClassSet,
    pub(in crate::ingest) paths: Vec<DumpFile>,
    /// Other `[[file]]`s of the same files: what these read is not passed over here.
    pub(in crate::ingest) others: Vec<FileEntry>,
    /// Whether none of those comes before it: rows that no `[[file]]` reads are counted here, and so once.
    pub(in crate::ingest) is_first: bool,
}

impl FileRules {
    /// Returns whether the first row names the columns: as stated, or else unless the columns are numbered.
    pub(in crate::ingest) fn has_header(&self) -> bool {
        let stated = self.entry.header;
        stated.unwrap_or_else(|| !self.columns.are_numbered())
    }
}

/// One file of a dump.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct DumpFile {
    /// Path; several paths if it is in volumes.
    pub(in crate::ingest) volumes: Vec<PathBuf>,
    /// Path relative to the breach's folder, for messages; for volumes, of the first.
    pub(in crate::ingest) name: String,
    /// Bytes on the disk, of all volumes together.
    pub(in crate::ingest) size: u64,
    /// Time of the latest modification of any volume, if the OS reports it.
    pub(in crate::ingest) modified: Option<SystemTime>,
}

impl DumpFile {
    /// Returns the file with `next` as its next volume.
    fn followed_by(mut self, next: Self) -> Self {
        self.volumes.extend(next.volumes);
        self.size += next.size;
        self.modified = self.modified.max(next.modified);
        self
    }
}

/// A file of a dump and its description in `breach.toml`, for inspecting the file again.
pub(crate) struct DescribedFile<'b> {
    pub(crate) path: &'b Path,
    pub(crate) known: Known,
    pub(crate) table: Option<&'b str>,
    pub(crate) sheet: Option<&'b str>,
    columns: &'b BTreeMap<String, ColumnEntry>,
}

impl<'b> DescribedFile<'b> {
    /// The names of its columns.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'b str> {
        self.columns.keys().map(String::as_str)
    }

    /// Returns the kind of a column by the description.
    pub(crate) fn kind_of(&self, column: &str) -> Option<Kind> {
        self.columns.get(column)?.identifier
    }
}

impl Breach {
    /// Returns the file of this name in an error, by the `[[file]]` that names the missing part. For volumes,
    /// the first one.
    pub(crate) fn described_file(&self, name: &str, fault: &Fault) -> Option<DescribedFile<'_>> {
        let is_named = |entry: &FileEntry| match fault {
            Fault::MissingColumn { column } | Fault::NoSheet { column, .. } => {
                entry.columns.contains_key(column)
            }
            Fault::MissingTable { table } => entry.table.as_ref() == Some(table),
            Fault::MissingSheet { sheet } => entry.sheet.as_ref() == Some(sheet),
            _ => true,
        };
        let found = |rules: &'_ &FileRules| is_named(&rules.entry);
        self.files.iter().filter(found).find_map(|rules| {
            let is_pattern = rules.entry.path.to_string() == name;
            let mut paths = rules.paths.iter();
            let file = paths.find(|file| is_pattern || file.name == name)?;
            let path = file.volumes.first()?;
            let entry = &rules.entry;
            Some(DescribedFile {
                path,
                // The header may be described wrongly.
                known: Known {
                    encoding: entry.encoding,
                    delimiter: entry
                        .delimiter
                        .filter(|_| entry.format != Some(Format::Combo)),
                    header: None,
                },
                table: entry.table.as_deref(),
                sheet: entry.sheet.as_deref(),
                columns: &entry.columns,
            })
        })
    }

    /// Reads and checks `folder/breach.toml` and finds the files it names. Its metadata may be open, as `inspect`
    /// drafts them; see `check_filled_in`.
    ///
    /// # Errors
    /// If the description is malformed, or names a file that does not exist or is outside the folder.
    pub fn open(folder: &Path) -> Result<Self, IngestError> {
        let path = folder.join(DESCRIPTION);
        let (description, fingerprints) = Description::read(&path)?;
        Self::described(description, fingerprints, &path, |path| {
            find_files(folder, path)
        })
    }

    /// Returns the breach described at `path`, with the files that `find` finds for it.
    pub(in crate::ingest) fn described(
        Description {
            metadata,
            open,
            reasons,
            files,
        }: Description,
        description: Fingerprints,
        path: &Path,
        find: impl Fn(&FilePath) -> Result<Vec<DumpFile>, IngestError>,
    ) -> Result<Self, IngestError> {
        let (declared, classes) = match &metadata.warning {
            // The reasons and months are known only when the entries have been read.
            Some(warning) => (BTreeSet::new(), warning::classes(warning)),
            None => {
                let declared = declared(&files, path)?;
                let classes = with_undeclared(&declared, &files);
                (declared, classes)
            }
        };
        let all = files.clone();
        let others = |place: usize| {
            let others = all.iter().enumerate();
            let others =
                others.filter(|(other, entry)| *other != place && entry.path == all[place].path);
            others.map(|(_, entry)| entry.clone()).collect()
        };
        let is_first = |place: usize| {
            all[..place]
                .iter()
                .all(|entry| entry.path != all[place].path)
        };
        let rules = |(place, entry): (usize, FileEntry)| {
            Ok(FileRules {
                others: others(place),
                is_first: is_first(place),
                columns: match entry.format {
                    Some(Format::Combo) => Columns::new(&combo::columns(), &classes),
                    _ => Columns::new(&entry.columns, &classes),
                },
                classes: classes_in(&classes, entry.classes.clone()).unwrap_or_default(),
                paths: find(&entry.path)?,
                entry,
            })
        };
        let files = files.into_iter().enumerate();
        let files = files.map(rules).collect::<Result<_, _>>()?;
        let places = classes_in(&classes, declared);
        Ok(Self {
            metadata,
            declared: places.unwrap_or_default(),
            reasons: classes_in(&classes, reasons).unwrap_or_default(),
            classes,
            description,
            path: path.to_owned(),
            open,
            files,
        })
    }

    /// Refuses a breach whose metadata are still a draft, since its placeholders would end up in the catalogue.
    ///
    /// # Errors
    /// If a key of its `breach.toml` is missing or says `TODO`.
    pub(crate) fn check_filled_in(&self) -> Result<(), IngestError> {
        Description::check_filled_in(&self.open, &self.path)
    }

    /// The keys of its `breach.toml` that are still to be filled in.
    pub fn open_keys(&self) -> impl Iterator<Item = &str> {
        self.open.iter().map(|open| &*open.key)
    }

    /// Opens every breach under `root`, sorted by id. `root` holds breach folders or is one itself; hidden folders and
    /// folders without a `breach.toml` are passed over.
    ///
    /// # Errors
    /// If there is none, two have the same id, or one cannot be [opened](Breach::open).
    pub fn discover(root: &Path) -> Result<Vec<Self>, IngestError> {
        let (breaches, faults) = Self::discover_each(root)?;
        faults.into_iter().next().map_or(Ok(breaches), Err)
    }

    /// Like [`discover`](Breach::discover), but skips breaches that cannot be opened, and returns the reasons.
    ///
    /// # Errors
    /// If no folder has a `breach.toml`, or two have the same id.
    pub(crate) fn discover_each(root: &Path) -> Result<(Vec<Self>, Vec<IngestError>), IngestError> {
        let folders = match root.join(DESCRIPTION).is_file() {
            true => vec![root.to_owned()],
            false => folders(root)?,
        };
        if folders.is_empty() {
            return Err(IngestError::NoBreach {
                root: root.to_owned(),
            });
        }
        let (mut breaches, mut faults) = (Vec::new(), Vec::new());
        for folder in &folders {
            match Self::open(folder) {
                Ok(breach) => breaches.push(breach),
                Err(fault) => faults.push(fault),
            }
        }
        breaches.sort_by(|a: &Self, b: &Self| a.metadata.id.cmp(&b.metadata.id));
        check_distinct(breaches.iter().map(|breach| &breach.metadata.id))?;
        Ok((breaches, faults))
    }

    /// Returns classes as places in the breach's list; `None` if one is not in it.
    pub(in crate::ingest) fn classes_of(
        &self,
        wanted: impl IntoIterator<Item = DataClass>,
    ) -> Option<ClassSet> {
        classes_in(&self.classes, wanted)
    }

    /// Returns the breach reduced to its passwords: the files with password columns, of which nothing else is
    /// read. `None` if there are none.
    #[must_use]
    pub(crate) fn passwords_alone(&self) -> Option<Self> {
        let with_passwords = |rules: &FileRules| {
            Some(FileRules {
                columns: rules.columns.passwords_alone()?,
                ..rules.clone()
            })
        };
        let files: Vec<FileRules> = self.files.iter().filter_map(with_passwords).collect();
        (!files.is_empty()).then(|| Self {
            files,
            ..self.clone()
        })
    }

    /// Size of the breach's files in bytes, as they are on the disk; a file that two entries name counts twice,
    /// since it is read twice.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .flat_map(|file| &file.paths)
            .map(|path| path.size)
            .sum()
    }

    /// The files in the order in which they are read.
    pub fn inputs(&self) -> impl Iterator<Item = InputFile<'_>> {
        let files = self.files.iter().flat_map(|file| &file.paths);
        files.map(|file| InputFile {
            name: &file.name,
            size: file.size,
            modified: file.modified,
        })
    }
}

/// What the head of `folder/breach.toml` says about a breach, whose files need not be there.
///
/// # Errors
/// If the description is malformed, or something of it is still to be filled in.
pub fn description_of(folder: &Path) -> Result<Metadata, IngestError> {
    let path = folder.join(DESCRIPTION);
    let (description, _) = Description::read(&path)?;
    Description::check_filled_in(&description.open, &path)?;
    Ok(description.metadata)
}

/// Refuses folders of which two describe the same breach.
pub(crate) fn check_distinct<'a>(
    breaches: impl IntoIterator<Item = &'a BreachId>,
) -> Result<(), IngestError> {
    match BreachId::duplicate(breaches) {
        Some(id) => Err(IngestError::DuplicateBreach { id: id.clone() }),
        None => Ok(()),
    }
}

fn declared(files: &[FileEntry], path: &Path) -> Result<BTreeSet<DataClass>, IngestError> {
    let of_files = files.iter().flat_map(|file| file.classes.clone());
    let columns = files.iter().flat_map(|file| file.columns.values());
    let of_columns = columns.flat_map(|column| column.classes().collect::<Vec<_>>());
    let classes: BTreeSet<DataClass> = of_files.chain(of_columns).collect();
    if classes.len() > ClassSet::CAPACITY {
        return Err(IngestError::Description {
            path: path.to_owned(),
            line: 1,
            message: format!(
                "{} classes; a breach has at most {}",
                classes.len(),
                ClassSet::CAPACITY
            ),
        });
    }
    Ok(classes)
}

/// Returns the declared classes and, as long as there is room, those that may turn up undeclared.
fn with_undeclared(declared: &BTreeSet<DataClass>, files: &[FileEntry]) -> Vec<DataClass> {
    let recovered = recover::KINDS.into_iter().map(Kind::implied_class);
    let combo = combo::columns();
    let of_combo = combo.values().flat_map(ColumnEntry::classes);
    let has_combo = files.iter().any(|file| file.format == Some(Format::Combo));
    let undeclared = recovered.chain(of_combo.filter(|_| has_combo));
    let mut classes = declared.clone();
    for class in undeclared {
        if classes.len() < ClassSet::CAPACITY {
            classes.insert(class);
        }
    }
    classes.into_iter().collect()
}

fn classes_in(list: &[DataClass], wanted: impl IntoIterator<Item = DataClass>) -> Option<ClassSet> {
    wanted
        .into_iter()
        .try_fold(ClassSet::default(), |set, class| {
            let place = list.binary_search(&class).ok()?;
            Some(set.with(place))
        })
}

fn folders(root: &Path) -> Result<Vec<PathBuf>, IngestError> {
    let open = |source| IngestError::Open {
        path: root.to_owned(),
        source,
    };
    let mut folders = Vec::new();
    for entry in fs::read_dir(root).map_err(open)? {
        let entry = entry.map_err(open)?;
        let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        if !hidden && entry.path().join(DESCRIPTION).is_file() {
            folders.push(entry.path());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Returns the files in `folder` that a `path` matches.
fn find_files(folder: &Path, path: &FilePath) -> Result<Vec<DumpFile>, IngestError> {
    match path {
        FilePath::Files(pattern) => with_siblings(folder, pattern, find(folder, pattern)?),
        FilePath::Volumes(patterns) => {
            let volumes = patterns.iter().map(|pattern| find(folder, pattern));
            let volumes: Vec<Vec<DumpFile>> = volumes.collect::<Result<_, _>>()?;
            Ok(volumes
                .into_iter()
                .flatten()
                .reduce(DumpFile::followed_by)
                .into_iter()
                .collect())
        }
    }
}

/// Returns the files with the neighbouring files that are part of them. A part of another file is not a file of its
/// own, unless nothing else matches.
fn with_siblings(
    folder: &Path,
    pattern: &str,
    mut files: Vec<DumpFile>,
) -> Result<Vec<DumpFile>, IngestError> {
    let is_whole = |file: &DumpFile| !siblings::is_part(&file.volumes[0]);
    if files.iter().any(is_whole) {
        files.retain(is_whole);
    }
    let folder = folder.canonicalize().map_err(|source| IngestError::Open {
        path: folder.to_owned(),
        source,
    })?;
    let with_its_own = |file: DumpFile| {
        let set = siblings::set_of(&file.volumes[0]);
        let others = set.iter().skip(1);
        let others = others.map(|path| dump_file(&folder, pattern, path));
        let others: Vec<DumpFile> = others
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        Ok(others.into_iter().fold(file, DumpFile::followed_by))
    };
    files.into_iter().map(with_its_own).collect()
}

/// Returns the files in `folder` that `pattern` matches, sorted by path.
fn find(folder: &Path, pattern: &str) -> Result<Vec<DumpFile>, IngestError> {
    let open = |source| IngestError::Open {
        path: folder.to_owned(),
        source,
    };
    let stays = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if !Path::new(pattern).components().all(stays) {
        return Err(outside(folder, pattern));
    }
    let folder = &folder.canonicalize().map_err(open)?;
    let mut files = Vec::new();
    for path in matches(folder, pattern)? {
        files.extend(dump_file(folder, pattern, &path)?);
    }
    if files.is_empty() {
        return Err(IngestError::NoFile {
            path: folder.join(DESCRIPTION),
            pattern: pattern.to_owned(),
            nearest: nearest_file(folder, pattern),
        });
    }
    Ok(files)
}

/// The file of a folder whose name is nearest to `pattern`, if one is near.
fn nearest_file(folder: &Path, pattern: &str) -> Option<String> {
    let entries = fs::read_dir(folder).ok()?.flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let names: Vec<String> = names.filter(|name| name != DESCRIPTION).collect();
    nearest(pattern, names.iter().map(String::as_str)).map(str::to_owned)
}

/// What the glob `pattern` matches in `folder`, in alphabetical order.
fn matches(folder: &Path, pattern: &str) -> Result<Vec<PathBuf>, IngestError> {
    let malformed = |message: &str| IngestError::Description {
        path: folder.join(DESCRIPTION),
        line: 1,
        message: format!("the path {pattern:?} is malformed: {message}"),
    };
    let folder_text = folder
        .to_str()
        .ok_or_else(|| malformed("the folder's own path is not UTF-8"))?;
    let whole = format!("{}/{pattern}", glob::Pattern::escape(folder_text));
    let options = glob::MatchOptions {
        require_literal_leading_dot: true,
        ..glob::MatchOptions::default()
    };
    let found = glob::glob_with(&whole, options).map_err(|error| malformed(error.msg))?;
    found
        .map(|path| {
            path.map_err(|error| IngestError::Open {
                path: error.path().to_owned(),
                source: error.into(),
            })
        })
        .collect()
}

/// Returns the regular file at `path`, which a glob matched; folders and the description itself do not count.
fn dump_file(folder: &Path, pattern: &str, path: &Path) -> Result<Option<DumpFile>, IngestError> {
    let open = |source| IngestError::Open {
        path: path.to_owned(),
        source,
    };
    let real = path.canonicalize().map_err(open)?;
    if !real.starts_with(folder) {
        return Err(outside(folder, pattern));
    }
    let metadata = real.metadata().map_err(open)?;
    let relative = path.strip_prefix(folder).unwrap_or(path);
    if !metadata.is_file() || relative == Path::new(DESCRIPTION) {
        return Ok(None);
    }
    let name = relative.display().to_string();
    Ok(Some(DumpFile {
        volumes: vec![real],
        name,
        size: metadata.len(),
        modified: metadata.modified().ok(),
    }))
}

fn outside(folder: &Path, pattern: &str) -> IngestError {
    IngestError::Outside {
        path: folder.join(DESCRIPTION),
        pattern: pattern.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::{description, folder};

    fn opened(pattern: &str, files: &[&str]) -> Result<Vec<String>, IngestError> {
        let files: Vec<(&str, &[u8])> = files.iter().map(|name| (*name, &b"x"[..])).collect();
        let entry = format!("path = {pattern:?}\ncolumns.a = {{ identifier = \"iin\" }}");
        let folder = folder(&entry, &files);
        let breach = Breach::open(folder.path())?;
        assert_eq!(breach.bytes(), breach.files[0].paths.len() as u64);
        Ok(breach.files[0]
            .paths
            .iter()
            .map(|file| file.name.clone())
            .collect())
    }

    #[test]
    fn a_glob_stands_for_its_files_in_alphabetical_order() {
        let files = ["b.csv", "a.csv", ".hidden.csv", "c.sql", "[x].csv"];
        assert_eq!(
            opened("*.csv", &files).unwrap(),
            ["[x].csv", "a.csv", "b.csv"]
        );
        assert_eq!(opened("*", &["only.csv"]).unwrap(), ["only.csv"]);
    }

    #[test]
    fn a_path_without_a_file_is_refused() {
        assert!(matches!(
            opened("x*.csv", &["a.csv"]),
            Err(IngestError::NoFile { .. })
        ));
        assert!(matches!(
            opened("a[.csv", &["a.csv"]),
            Err(IngestError::Description { .. })
        ));
    }

    #[test]
    fn a_path_that_leaves_the_folder_is_refused() {
        for pattern in ["../a.csv", "/etc/passwd", "b/../../a.csv"] {
            assert!(
                matches!(
                    opened(pattern, &["a.csv"]),
                    Err(IngestError::Outside { .. })
                ),
                "{pattern}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_symbolic_link_out_of_the_folder_is_refused() {
        let elsewhere = tempfile::NamedTempFile::new().unwrap();
        let folder = folder("path = \"a.csv\"\ncolumns.a = { class = \"names\" }", &[]);
        std::os::unix::fs::symlink(elsewhere.path(), folder.path().join("a.csv")).unwrap();
        assert!(matches!(
            Breach::open(folder.path()),
            Err(IngestError::Outside { .. })
        ));
    }

    #[test]
    fn breaches_are_found_sorted_and_each_id_once() {
        let root = tempfile::tempdir().unwrap();
        let entry = "path = \"a.csv\"\ncolumns.a = { class = \"names\" }";
        let add = |folder: &str, id: &str| {
            let folder = root.path().join(folder);
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("a.csv"), "a\n").unwrap();
            fs::write(folder.join(DESCRIPTION), description(id, entry)).unwrap();
        };
        assert!(matches!(
            Breach::discover(root.path()),
            Err(IngestError::NoBreach { .. })
        ));
        add("one", "z-2020");
        add("two", "a-2020");
        add(".three", "z-2020");
        let found = Breach::discover(root.path()).unwrap();
        let ids: Vec<&str> = found
            .iter()
            .map(|breach| breach.metadata.id.as_str())
            .collect();
        assert_eq!(ids, ["a-2020", "z-2020"]);
        assert_eq!(Breach::discover(&root.path().join("one")).unwrap().len(), 1);
        add("four", "z-2020");
        assert!(matches!(
            Breach::discover(root.path()),
            Err(IngestError::DuplicateBreach { .. })
        ));
    }
}
