//! How does `breach.toml` describe a breach and its files?

mod head;
mod keys;

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use exposure_index::breach::{BreachId, ClassSet, DataClass, Metadata};
use exposure_index::identifier::{Kind, clean};
use serde::{Deserialize, Serialize};
use toml::de::DeTable;

use crate::ingest::format::fixed;
use crate::ingest::text::code_page::Encoding;
use crate::ingest::text::separators::{Delimiter, ESCAPE, Mark, QUOTE, StatedSeparators};
use crate::ingest::warning::EntryCell;
use crate::ingest::{Fingerprints, IngestError, Share};
pub(in crate::ingest) use head::Open;

/// The file that describes a breach.
pub(crate) const DESCRIPTION: &str = "breach.toml";

/// The placeholder that `inspect` drafts for values that only a person knows.
pub(crate) const PLACEHOLDER: &str = "TODO";

/// The class of passwords.
const PASSWORDS: &str = "passwords";

/// The format of a file's records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Values between delimiters, quoted as in RFC 4180.
    Csv,
    /// One JSON object per line.
    Jsonl,
    /// JSON documents of any layout, one after the other; arrays are taken apart.
    Json,
    /// A dump of MySQL, PostgreSQL, SQL Server or SQLite.
    Sql,
    /// XML in which every element of one name is a record.
    Xml,
    /// The tables of an HTML page, even one named like a workbook.
    Html,
    /// A workbook in the XML of Excel 2003.
    SpreadsheetMl,
    /// An Office Open XML workbook.
    Xlsx,
    /// A binary workbook of Excel 2007 and later.
    Xlsb,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An Excel workbook of 1997 to 2003.
    Xls,
    /// An SQLite database.
    Sqlite,
    /// An Access database of Jet 3, Jet 4 or ACE.
    Access,
    /// A CronosPro bank: `CroBank.dat` and the files next to it.
    Cronos,
    /// BSON documents of MongoDB: a file of mongodump, or its archive.
    Bson,
    /// Lines in which every column is at a certain place.
    Fixed,
    /// A table of dBase, FoxPro or Visual FoxPro, with its memos.
    Dbf,
    /// A list of accounts and passwords.
    Combo,
    /// Free text, which is searched for identifiers.
    Text,
}

impl Format {
    /// Every format.
    const ALL: [Self; 19] = [
        Self::Csv,
        Self::Jsonl,
        Self::Json,
        Self::Sql,
        Self::Xml,
        Self::Html,
        Self::SpreadsheetMl,
        Self::Xlsx,
        Self::Xlsb,
        Self::Ods,
        Self::Xls,
        Self::Sqlite,
        Self::Access,
        Self::Cronos,
        Self::Bson,
        Self::Fixed,
        Self::Dbf,
        Self::Combo,
        Self::Text,
    ];

    /// Returns whether its records have no columns that could be named.
    pub(crate) const fn is_without_columns(self) -> bool {
        matches!(self, Self::Combo | Self::Text)
    }

    /// Returns whether lines or rows may precede its first record.
    const fn has_first_row(self) -> bool {
        matches!(self, Self::Csv | Self::Fixed | Self::Combo) || self.is_workbook()
    }
}

impl Format {
    /// Returns whether its rows are those of a workbook's sheets.
    pub(crate) const fn is_workbook(self) -> bool {
        matches!(
            self,
            Self::Html | Self::SpreadsheetMl | Self::Xlsx | Self::Xlsb | Self::Xls | Self::Ods
        )
    }
}

/// A word of `breach.toml`, such as a format or an encoding, as it is written there.
pub(crate) fn word(word: impl Serialize) -> String {
    // Cannot fail: these are unit variants, which JSON writes as the text that TOML has.
    let written = serde_json::to_value(word).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

/// The dialect of a dump's SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// MySQL and MariaDB: backslash escapes, backticks.
    Mysql,
    /// PostgreSQL and standard SQL: a backslash is a backslash, except in `E'…'`.
    Postgresql,
}

impl Dialect {
    const ALL: [Self; 2] = [Self::Mysql, Self::Postgresql];
}

/// The parsed `breach.toml`.
pub(in crate::ingest) struct Description {
    pub(in crate::ingest) metadata: Metadata,
    /// Metadata still to be filled in; if there are any, the breach must not be published.
    pub(in crate::ingest) open: Vec<Open>,
    /// The reasons of entries of a warning list that have none of their own.
    pub(in crate::ingest) reasons: Vec<DataClass>,
    pub(in crate::ingest) files: Vec<FileEntry>,
}

/// A `[[file]]` of `breach.toml`; missing keys are sniffed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest) struct FileEntry {
    pub(in crate::ingest) path: FilePath,
    /// Members of archives that are read.
    pub(in crate::ingest) member: Option<MemberPattern>,
    pub(in crate::ingest) format: Option<Format>,
    pub(in crate::ingest) delimiter: Option<Delimiter>,
    pub(in crate::ingest) encoding: Option<Encoding>,
    pub(in crate::ingest) header: Option<bool>,
    /// Lines or rows above the header or the first row.
    pub(in crate::ingest) skip: Option<u64>,
    pub(in crate::ingest) quote: Option<Mark>,
    pub(in crate::ingest) escape: Option<Mark>,
    pub(in crate::ingest) dialect: Option<Dialect>,
    pub(in crate::ingest) table: Option<String>,
    pub(in crate::ingest) sheet: Option<String>,
    /// Share of its rows and cells that may be bad.
    pub(in crate::ingest) max_rejects: Option<Share>,
    /// Classes that leaked with every identifier of free text, which has no columns for it.
    #[serde(default)]
    pub(in crate::ingest) classes: Vec<DataClass>,
    #[serde(default)]
    pub(in crate::ingest) columns: BTreeMap<String, ColumnEntry>,
}

/// The path of a file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a path, or the paths of a file's volumes in their order"
)]
pub(in crate::ingest) enum FilePath {
    /// One file, or a pattern for several.
    Files(String),
    /// The volumes of one file, or patterns for them, in order.
    Volumes(Vec<String>),
}

impl FilePath {
    /// Returns the path as written in `breach.toml`.
    fn written(&self) -> String {
        match self {
            Self::Files(path) => format!("{path:?}"),
            Self::Volumes(paths) => format!("{paths:?}"),
        }
    }
}

impl fmt::Display for FilePath {
    /// Returns the path for messages; for volumes, the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Files(path) => path,
            Self::Volumes(paths) => paths.first().map_or("", String::as_str),
        })
    }
}

/// The members of archives that are read, as a pattern such as `*.csv`; a `*` also stands for folders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(in crate::ingest) struct MemberPattern(pub(in crate::ingest) glob::Pattern);

impl TryFrom<String> for MemberPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match glob::Pattern::new(&text) {
            Ok(pattern) => Ok(Self(pattern)),
            Err(error) => Err(format!("the member {text:?} is malformed: {}", error.msg)),
        }
    }
}

/// A column of `breach.toml`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest) struct ColumnEntry {
    pub(in crate::ingest) identifier: Option<Kind>,
    pub(in crate::ingest) class: Option<DataClass>,
    /// Whether it holds plain-text passwords, which can be counted.
    #[serde(default)]
    pub(in crate::ingest) password: bool,
    /// Whether it holds free text, which is searched for identifiers.
    #[serde(default)]
    pub(in crate::ingest) text: bool,
    /// Reasons of the entries of a warning list, by the dump's values for them.
    #[serde(default)]
    pub(in crate::ingest) reason: BTreeMap<String, DataClass>,
    /// Whether it holds the dates from which entries are listed.
    #[serde(default)]
    pub(in crate::ingest) listed: bool,
    /// Whether it holds the dates on which entries were removed.
    #[serde(default)]
    pub(in crate::ingest) removed: bool,
    /// Whether it holds patterns of STIX indicators.
    #[serde(default)]
    pub(in crate::ingest) stix_pattern: bool,
    /// Whether it holds the listed values, of a kind that another column names.
    #[serde(default)]
    pub(in crate::ingest) value: bool,
    /// Kinds by the dump's values for them.
    #[serde(default)]
    pub(in crate::ingest) kind: BTreeMap<String, Kind>,
    /// Value of this column in the entries that count.
    pub(in crate::ingest) only: Option<String>,
}

impl ColumnEntry {
    /// Returns the column's meaning for entries of a warning list; `place` returns the place of a reason in the list's
    /// classes.
    pub(super) fn of_entry(
        &self,
        place: impl Fn(&DataClass) -> Option<usize>,
    ) -> Option<EntryCell> {
        let reason = |(written, reason): (&String, &DataClass)| {
            let set = ClassSet::default().with(place(reason)?);
            Some((clean(written).into_owned(), set))
        };
        let kind = |(written, kind): (&String, &Kind)| (clean(written).into_owned(), *kind);
        if !self.reason.is_empty() {
            let reasons = self.reason.iter().filter_map(reason);
            return Some(EntryCell::Reason(reasons.collect()));
        }
        if !self.kind.is_empty() {
            return Some(EntryCell::Kind(self.kind.iter().map(kind).collect()));
        }
        let cells = [
            (self.listed, EntryCell::Listed),
            (self.removed, EntryCell::Removed),
            (self.stix_pattern, EntryCell::Pattern),
            (self.value, EntryCell::Value),
        ];
        let stated = cells.into_iter().find(|(is_stated, _)| *is_stated);
        let only = || self.only.clone().map(EntryCell::Only);
        stated.map(|(_, cell)| cell).or_else(only)
    }

    /// Returns whether only a warning list may have such a column.
    fn is_of_warning(&self) -> bool {
        let is_stated = self.listed || self.removed || self.stix_pattern || self.value;
        is_stated || !self.reason.is_empty() || !self.kind.is_empty() || self.only.is_some()
    }

    /// The declared class and the one that the identifier or the password implies.
    pub(in crate::ingest) fn classes(&self) -> impl Iterator<Item = DataClass> {
        let implied = self.identifier.map(Kind::implied_class);
        let password = self.password.then(|| DataClass::known(PASSWORDS));
        self.class
            .clone()
            .into_iter()
            .chain(implied)
            .chain(password)
    }

    fn check(&self, name: &str) -> Result<(), String> {
        let holds = [
            self.identifier.is_some(),
            self.password,
            self.text,
            self.listed,
            self.removed,
            self.stix_pattern,
            self.value,
            !self.reason.is_empty(),
            !self.kind.is_empty(),
            self.only.is_some(),
        ];
        match holds.into_iter().filter(|is_held| *is_held).count() {
            0 if self.class.is_none() => Err(format!(
                "the column {name:?} has neither identifier nor class nor password"
            )),
            0 | 1 => Ok(()),
            _ => Err(format!(
                "the column {name:?} has more than one of identifier, password, text, and what a warning list has: \
                 leave the others out"
            )),
        }
    }
}

/// The `[[file]]` of the document; its head is read by its keys.
#[derive(Deserialize)]
struct Files {
    #[serde(default)]
    file: Vec<FileEntry>,
}

impl Description {
    /// The description and the fingerprints of its bytes. A draft without an id has its folder's name as id.
    pub(in crate::ingest) fn read(path: &Path) -> Result<(Self, Fingerprints), IngestError> {
        let text = fs::read_to_string(path).map_err(|source| IngestError::Open {
            path: path.to_owned(),
            source,
        })?;
        let parsed = Self::parse(&text).map_err(|(line, message)| IngestError::Description {
            path: path.to_owned(),
            line,
            message,
        });
        let mut description = parsed?;
        if description.open.iter().any(|open| open.key == "id") {
            let folder = path.canonicalize().ok();
            let folder = folder.as_deref().and_then(Path::parent);
            let name = folder
                .and_then(Path::file_name)
                .and_then(|name| name.to_str());
            description.metadata.id = BreachId::nearest(name.unwrap_or_default());
        }
        Ok((description, Fingerprints::of(text.as_bytes())))
    }

    pub(in crate::ingest) fn parse(text: &str) -> Result<Self, (usize, String)> {
        let fault = |error: toml::de::Error| {
            let start = error.span().map_or(0, |span| span.start);
            (line(text, start), syntax_fault(text, &error))
        };
        let document = DeTable::parse(text).map_err(fault)?;
        let document = document.get_ref();
        if let Some(complaint) = keys::check(document) {
            return Err((line(text, complaint.start), complaint.message));
        }
        let (metadata, open) = head::read(document, text);
        head::check_dates(document, &metadata)
            .map_err(|(start, message)| (line(text, start), message))?;
        let Files { file } = toml::from_str(text).map_err(fault)?;
        // A draft without files, as catalogue import makes it, has yet to be filled in.
        if let (true, Some(refusal)) = (file.is_empty(), head::refusal(&open)) {
            return Err(refusal);
        }
        let reasons = head::reasons(document);
        check(&file, document).map_err(|(start, message)| (line(text, start), message))?;
        check_type(&file, (document, &metadata), &reasons)
            .map_err(|(start, message)| (line(text, start), message))?;
        Ok(Self {
            metadata,
            open,
            reasons,
            files: file,
        })
    }

    /// Refuses a draft that is not filled in yet.
    pub(in crate::ingest) fn check_filled_in(
        open: &[Open],
        path: &Path,
    ) -> Result<(), IngestError> {
        let refusal = head::refusal(open).map(|(line, message)| IngestError::Description {
            path: path.to_owned(),
            line,
            message,
        });
        refusal.map_or(Ok(()), Err)
    }
}

/// The message about a text that is not TOML.
fn syntax_fault(text: &str, error: &toml::de::Error) -> String {
    let place = error.span().and_then(|span| text.get(span));
    match (error.message(), place) {
        ("duplicate key", Some(key)) => format!("`{}` is written twice", key.trim()),
        (message, _) if message.starts_with("invalid basic string") => {
            "a text in quotes is not closed, or holds a single backslash: write \\\\ for one"
                .to_owned()
        }
        (message, _) => format!("not valid TOML: {message}"),
    }
}

/// Returns the line, from 1, of a byte offset in a text.
fn line(text: &str, place: usize) -> usize {
    let before = text.bytes().take(place);
    before.filter(|&byte| byte == b'\n').count() + 1
}

/// Checks what concerns more than one key; an error has the place of the `[[file]]`.
fn check(files: &[FileEntry], document: &DeTable<'_>) -> Result<(), (usize, String)> {
    if files.is_empty() {
        let message = "it lists no [[file]]; tekser-indexer inspect drafts one";
        return Err((0, message.to_owned()));
    }
    let written = document
        .get("file")
        .and_then(|files| files.get_ref().as_array());
    let written = written.into_iter().flat_map(|files| files.iter());
    for (file, written) in files.iter().zip(written) {
        file.check()
            .map_err(|message| (written.span().start, message))?;
    }
    Ok(())
}

/// Checks that only a leak has a leak's keys, and only a warning list its own; an error has the place of the
/// `[[file]]`.
fn check_type(
    files: &[FileEntry],
    (document, metadata): (&DeTable<'_>, &Metadata),
    reasons: &[DataClass],
) -> Result<(), (usize, String)> {
    let written = document
        .get("file")
        .and_then(|files| files.get_ref().as_array());
    let starts = written.into_iter().flat_map(|files| files.iter());
    for (file, start) in files.iter().zip(starts.map(|file| file.span().start)) {
        let checked = match metadata.is_leak() {
            true => file.check_leak(),
            false => file.check_warning(!reasons.is_empty()),
        };
        checked.map_err(|message| (start, message))?;
    }
    Ok(())
}

impl FileEntry {
    fn check_leak(&self) -> Result<(), String> {
        let mut columns = self.columns.iter();
        match columns.find(|(_, column)| column.is_of_warning()) {
            Some((name, _)) => Err(format!(
                "the column {name:?} has a key that only a breach of type = \"warning\" may have"
            )),
            None => Ok(()),
        }
    }

    /// An entry of a warning list has a reason and a date; nothing leaked with it.
    fn check_warning(&self, has_reasons: bool) -> Result<(), String> {
        if self.format.is_some_and(Format::is_without_columns) || !self.classes.is_empty() {
            return Err("a warning list is read by its columns, and has no classes".to_owned());
        }
        let is_of_leak =
            |column: &ColumnEntry| column.class.is_some() || column.password || column.text;
        let mut columns = self.columns.iter();
        if let Some((name, _)) = columns.find(|(_, column)| is_of_leak(column)) {
            return Err(format!(
                "the column {name:?} of a warning list has class, password or text, as only a column of a leak may"
            ));
        }
        let has = |is: fn(&ColumnEntry) -> bool| self.columns.values().any(is);
        if has(|column| column.value) != has(|column| !column.kind.is_empty()) {
            return Err(
                "a column of value needs another one of kind, and that one this".to_owned(),
            );
        }
        let mut columns = self.columns.values();
        match has_reasons || columns.any(|column| !column.reason.is_empty()) {
            true => Ok(()),
            false => Err("entries have no reason: name some in reasons, or a column".to_owned()),
        }
    }

    fn check(&self) -> Result<(), String> {
        self.check_columns()?;
        self.check_separators()?;
        self.check_classes()?;
        self.columns
            .iter()
            .try_for_each(|(name, column)| column.check(name))
    }

    /// Returns the part of its files that it reads, in the words of `breach.toml`, if not all.
    pub(in crate::ingest) fn part(&self) -> Option<String> {
        let member = self.member.as_ref().map(|member| member.0.as_str());
        let parts = [
            ("member", member),
            ("table", self.table.as_deref()),
            ("sheet", self.sheet.as_deref()),
        ];
        let stated = parts
            .into_iter()
            .filter_map(|(key, name)| Some((key, name?)));
        let stated: Vec<String> = stated
            .map(|(key, name)| format!("{key} {name:?}"))
            .collect();
        (!stated.is_empty()).then(|| stated.join(", "))
    }

    /// Returns the stated separators.
    pub(in crate::ingest) const fn stated(&self) -> StatedSeparators {
        StatedSeparators {
            delimiter: self.delimiter,
            quote: self.quote,
            escape: self.escape,
        }
    }

    /// Checks that no two separators are the same, and that `skip` is stated only for formats with a first line or row.
    fn check_separators(&self) -> Result<(), String> {
        let delimiter = self.delimiter.and_then(|delimiter| delimiter.single());
        let quote = self.quote.and_then(|quote| quote.byte(QUOTE));
        let escape = self.escape.and_then(|escape| escape.byte(ESCAPE));
        let same = |one: Option<u8>, other: Option<u8>| one.is_some() && one == other;
        let path = &self.path;
        if same(delimiter, quote) || same(delimiter, escape) || same(quote, escape) {
            return Err(format!(
                "the file \"{path}\" has one character for two of delimiter, quote and escape"
            ));
        }
        let skips = self.skip.is_some() && !self.format.is_none_or(Format::has_first_row);
        match skips {
            true => Err(format!(
                "the file \"{path}\" has skip, which is for csv, fixed, combo and spreadsheets"
            )),
            false => Ok(()),
        }
    }

    /// Checks that `classes` are stated only where no column can state them.
    fn check_classes(&self) -> Result<(), String> {
        match self.classes.is_empty() || self.format == Some(Format::Text) {
            true => Ok(()),
            false => Err(format!(
                "the file {} has classes, which is for text; elsewhere a column has its class",
                self.path.written()
            )),
        }
    }

    /// Checks that there are columns if the format has any, and that their names suit it.
    fn check_columns(&self) -> Result<(), String> {
        let bare = self.format.is_some_and(Format::is_without_columns);
        if bare != self.columns.is_empty() {
            let fault = if bare {
                "lists columns, which its format does not have"
            } else {
                "lists no columns; name one at least, or remove the # from those of a draft that hold such data"
            };
            return Err(format!("the file {} {fault}", self.path.written()));
        }
        let is_misnamed = |name: &&String| fixed::range(name).is_none();
        match self.columns.keys().find(is_misnamed) {
            Some(name) if self.format == Some(Format::Fixed) => Err(format!(
                "the column {name:?} lacks its position; write \"0..12\" for the first twelve characters"
            )),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::description;

    fn parse(file: &str) -> Result<Description, (usize, String)> {
        Description::parse(&description("x-2020", file))
    }

    #[test]
    fn every_format_is_listed() {
        let refused = serde_json::from_str::<Format>("\"nothing\"").expect_err("not a format");
        let refused = refused.to_string();
        let (_, expected) = refused.split_once("expected one of").expect("a list");
        assert_eq!(
            expected.matches('`').count(),
            2 * Format::ALL.len(),
            "{expected}"
        );
        for format in Format::ALL.map(word) {
            assert!(expected.contains(&format!("`{format}`")), "{format}");
        }
    }

    #[test]
    fn every_key_of_a_file_is_understood() {
        let file = r#"path = ["a.zip.001", "a.zip.002"]
member = "data/*.csv"
format = "csv"
delimiter = "\t"
encoding = "utf-16be"
header = false
skip = 2
quote = "'"
escape = false
dialect = "mysql"
table = "t"
sheet = "s"
columns."0" = { identifier = "id_card", class = "names" }"#;
        let description = parse(file).ok().unwrap();
        let file = &description.files[0];
        assert_eq!(file.path.to_string(), "a.zip.001");
        assert!(file.member.as_ref().unwrap().0.matches("data/a/b.csv"));
        assert_eq!(file.delimiter, Some(Delimiter::byte(b'\t')));
        assert_eq!(file.encoding, Some(Encoding::Utf16Be));
        assert_eq!((file.skip, file.quote), (Some(2), Some(Mark::Is(b'\''))));
        assert_eq!(file.escape, Some(Mark::Absent));
        assert_eq!(file.columns["0"].classes().count(), 2);
    }

    /// Returns why a `[[file]]` is refused, and the line at fault.
    fn refusal(file: &str) -> (String, String) {
        let text = description("x-2020", file);
        let (line, message) = Description::parse(&text).err().unwrap();
        let line = text.lines().nth(line - 1).unwrap_or_default();
        (line.to_owned(), message)
    }

    #[test]
    fn a_fault_is_reported_with_its_line_its_key_and_what_is_expected() {
        for (bad, key, said) in [
            ("foramt = \"csv\"", "foramt", "did you mean \"format\"?"),
            ("colour = \"csv\"", "colour", "its keys are path, member"),
            ("format = \"cvs\"", "format", "did you mean \"csv\"?"),
            ("encoding = \"cp1250\"", "encoding", "windows-1251"),
            ("skip = \"2\"", "skip", "a number of lines without quotes"),
            ("header = \"true\"", "header", "without quotes"),
            ("quote = \"ab\"", "quote", "one character in quotes"),
            ("max_rejects = 20", "max_rejects", "\"20%\""),
            ("max_rejects = \"20\"", "max_rejects", "\"20%\""),
            (
                "columns.b = { identifier = \"inn\" }",
                "identifier",
                "did you mean \"iin\"?",
            ),
            (
                "columns.b = { class = \"passwrods\" }",
                "class",
                "did you mean \"passwords\"?",
            ),
            (
                "columns.b = { class = \"licence-plates\" }",
                "class",
                "did you mean \"vehicle-plates\"?",
            ),
            (
                "columns.b = { class = \"bogus\" }",
                "class",
                "inspect --help",
            ),
            (
                "columns.b = { clas = \"names\" }",
                "clas",
                "did you mean \"class\"?",
            ),
            ("columns.skip = 2", "skip", "above [file.columns]"),
            ("table = \"users", "quotes", "not closed"),
            ("path = \"b\"", "path", "written twice"),
        ] {
            let file = format!("path = \"a\"\n{bad}\ncolumns.a = {{ class = \"names\" }}");
            let (line, message) = refusal(&file);
            assert_eq!(line, bad);
            assert!(
                message.contains(key) && message.contains(said),
                "{bad}: {message}"
            );
            for word_of_a_program in [
                "unknown variant",
                "unknown field",
                "expected u64",
                "sequence",
            ] {
                assert!(!message.contains(word_of_a_program), "{message}");
            }
        }
    }

    #[test]
    fn a_fault_of_the_head_is_reported_in_words() {
        let good = description("x-2020", "path = \"a\"\ncolumns.a = { class = \"names\" }");
        for (line, bad, said) in [
            ("date = \"2020\"", "date = \"2099\"", "not in the future"),
            ("date = \"2020\"", "date = 2020-01-01", "in quotes"),
            ("records = 1", "records = \"1\"", "a number without quotes"),
            ("records = 1", "records = -1", "a number without quotes"),
            (
                "status = \"reported\"",
                "status = \"confirmd\"",
                "did you mean \"confirmed\"?",
            ),
            (
                "source = \"https://example.org\"",
                "source = \"телеграм\"",
                "https://",
            ),
            ("id = \"x-2020\"", "id = \"X\"", "a-z, 0-9"),
            (
                "id = \"x-2020\"",
                "id = \"x-2020\"\nsensitve = true",
                "did you mean \"sensitive\"?",
            ),
            ("[[file]]", "[file]", "[[file]]"),
        ] {
            let text = good.replace(line, bad);
            assert_ne!(text, good, "{line}");
            let (place, message) = Description::parse(&text).err().unwrap();
            let named = text.lines().nth(place - 1).unwrap();
            assert!(bad.contains(named), "{bad}: line {place}");
            assert!(message.contains(said), "{bad}: {message}");
        }
    }

    #[test]
    fn a_draft_is_read_and_what_is_open_in_it_is_known() {
        let text = description("x-2020", "path = \"a\"\ncolumns.a = { class = \"names\" }");
        let path = Path::new("breach.toml");
        let whole = Description::parse(&text).ok().unwrap();
        assert!(Description::check_filled_in(&whole.open, path).is_ok());
        let open = text.replace("source = \"", "source = \"TODO\"  # \"");
        let description = Description::parse(&open).ok().unwrap();
        let refused = Description::check_filled_in(&description.open, path);
        let Err(IngestError::Description { line, message, .. }) = refused else {
            panic!("it is not refused");
        };
        assert!(open.lines().nth(line - 1).unwrap().starts_with("source"));
        assert!(
            message.contains("source") && message.contains("TODO"),
            "{message}"
        );
        let meant = text.replace("source = \"", "# a = \"TODO\"\nsource = \"");
        assert!(Description::parse(&meant).ok().unwrap().open.is_empty());
    }

    #[test]
    fn a_draft_needs_nothing_but_its_files() {
        let text = "[[file]]\npath = \"a\"\ncolumns.a = { class = \"names\" }\n";
        let description = Description::parse(text).ok().unwrap();
        assert!(!description.metadata.sensitive);
        assert_eq!(description.open.len(), 6 + 2 * 3);
        let todo = format!("sensitive = \"TODO\"\n{text}");
        assert!(Description::parse(&todo).ok().unwrap().metadata.sensitive);
    }

    #[test]
    fn a_correction_is_dated_and_comes_after_the_leak_was_added() {
        let text = description("x-2020", "path = \"a\"\ncolumns.a = { class = \"names\" }");
        let dated = |date: &str| {
            let text = text.replace("status = ", &format!("corrected = \"{date}\"\nstatus = "));
            Description::parse(&text)
        };
        let description = dated("2021-01-02").ok().unwrap();
        assert_eq!(description.metadata.changed().as_str(), "2021-01-02");
        let (_, message) = dated("1999").err().unwrap();
        assert!(message.contains("corrected is before added"), "{message}");
    }

    #[test]
    fn a_bad_description_is_refused() {
        for bad in [
            "path = \"a\"\ncolumns = {}",
            "path = \"a\"\ncolumns.a = {}",
            "path = \"a\"\ncolumns.a = { password = false }",
            "path = \"a\"\ncolumns.a = { password = true, identifier = \"login\" }",
            "path = \"a\"\ncolumns.a = { text = true, identifier = \"iin\" }",
            "path = \"a\"\ncolumns.a = { text = true, password = true }",
            "path = \"a\"\nclasses = [\"names\"]\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nformat = \"combo\"\nclasses = [\"names\"]",
            "path = []\ncolumns.a = { class = \"names\" }",
            "path = 7\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nmember = \"[\"\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\ncolumns.a = { identifier = \"inn\" }",
            "path = \"a\"\ncolumns.a = { class = \"Names\" }",
            "path = \"a\"\ndelimiter = \"123456789\"\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nquote = \"ab\"\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\ndelimiter = \"'\"\nquote = \"'\"\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nformat = \"sql\"\nskip = 1\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nskip = -1\ncolumns.a = { class = \"names\" }",
            "path = \"a\"\nencoding = \"cp1252\"\ncolumns.a = { class = \"names\" }",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
