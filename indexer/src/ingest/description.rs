use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::Path;

use exposure_index::breach::{BreachId, DataClass, Localised, Metadata, PartialDate, Status};
use exposure_index::identifier::Kind;
use serde::{Deserialize, Serialize};

use super::code_page::Encoding;
use super::separators::{Delimiter, ESCAPE, Mark, QUOTE, Stated};
use super::{Fingerprint, IngestError, fixed};

/// The file that describes a breach.
pub(crate) const DESCRIPTION: &str = "breach.toml";

/// The value that `inspect` drafts where only a person knows what to write.
pub(crate) const PLACEHOLDER: &str = "TODO";

/// The class of what leaked where passwords did.
const PASSWORDS: &str = "passwords";

/// How a file's records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Values between delimiters, quoted as RFC 4180 says.
    Csv,
    /// One JSON object a line.
    Jsonl,
    /// JSON documents of any layout, one behind the other; arrays are taken apart.
    Json,
    /// A dump of MySQL, PostgreSQL, SQL Server or SQLite.
    Sql,
    /// An Office Open XML workbook.
    Xlsx,
    /// An OpenDocument spreadsheet.
    Ods,
    /// An Excel workbook of 1997 to 2003.
    Xls,
    /// Lines in which every column stands at a certain place.
    Fixed,
    /// A list of accounts and passwords.
    Combo,
    /// Free text, which is searched for identifiers.
    Text,
}

impl Format {
    /// Its records have no columns that could be named.
    pub(crate) const fn is_without_columns(self) -> bool {
        matches!(self, Self::Combo | Self::Text)
    }

    /// Lines or rows may be above its first record.
    const fn has_first_row(self) -> bool {
        matches!(
            self,
            Self::Csv | Self::Fixed | Self::Combo | Self::Xlsx | Self::Xls | Self::Ods
        )
    }
}

impl Format {
    /// Its rows are those of a workbook's sheets.
    pub(super) const fn is_workbook(self) -> bool {
        matches!(self, Self::Xlsx | Self::Xls | Self::Ods)
    }
}

/// A word of `breach.toml`, such as a format or an encoding, as it is written there.
pub(crate) fn word(word: impl Serialize) -> String {
    // Cannot fail: these are unit variants, of which JSON makes the text that TOML has.
    let written = serde_json::to_value(word).unwrap_or_default();
    written.as_str().unwrap_or_default().to_owned()
}

/// Whose SQL a dump is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// MySQL and MariaDB: backslash escapes, backticks.
    Mysql,
    /// PostgreSQL and standard SQL: a backslash is a backslash, except in `E'…'`.
    Postgresql,
}

/// `breach.toml`, taken apart.
pub(super) struct Description {
    pub(super) metadata: Metadata,
    pub(super) files: Vec<FileEntry>,
}

/// A `[[file]]` of `breach.toml`; what is left out is sniffed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileEntry {
    pub(super) path: FilePath,
    /// Which members of archives are read.
    pub(super) member: Option<MemberPattern>,
    pub(super) format: Option<Format>,
    pub(super) delimiter: Option<Delimiter>,
    pub(super) encoding: Option<Encoding>,
    pub(super) header: Option<bool>,
    /// How many lines or rows are above the header or the first row.
    pub(super) skip: Option<u64>,
    pub(super) quote: Option<Mark>,
    pub(super) escape: Option<Mark>,
    pub(super) dialect: Option<Dialect>,
    pub(super) table: Option<String>,
    pub(super) sheet: Option<String>,
    /// What leaked with every identifier of free text, which has no columns to say it.
    #[serde(default)]
    pub(super) classes: Vec<DataClass>,
    #[serde(default)]
    pub(super) columns: BTreeMap<String, ColumnEntry>,
}

/// Where a file lies.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "a path, or the paths of a file's volumes in their order"
)]
pub(super) enum FilePath {
    /// One file, or a pattern for several.
    Files(String),
    /// The volumes of one file, or patterns for them, in order.
    Volumes(Vec<String>),
}

impl FilePath {
    /// The path as `breach.toml` writes it.
    fn written(&self) -> String {
        match self {
            Self::Files(path) => format!("{path:?}"),
            Self::Volumes(paths) => format!("{paths:?}"),
        }
    }
}

impl fmt::Display for FilePath {
    /// The path as messages show it; of volumes the first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Files(path) => path,
            Self::Volumes(paths) => paths.first().map_or("", String::as_str),
        })
    }
}

/// Which members of archives are read, as a pattern such as `*.csv`; a `*` also stands for folders.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct MemberPattern(pub(super) glob::Pattern);

impl TryFrom<String> for MemberPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match glob::Pattern::new(&text) {
            Ok(pattern) => Ok(Self(pattern)),
            Err(error) => Err(format!("the member {text:?} is malformed: {}", error.msg)),
        }
    }
}

/// What a column of `breach.toml` holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnEntry {
    pub(super) identifier: Option<Kind>,
    pub(super) class: Option<DataClass>,
    /// It holds passwords as people type them, which can be counted.
    #[serde(default)]
    pub(super) password: bool,
    /// It holds free text, which is searched for identifiers.
    #[serde(default)]
    pub(super) text: bool,
}

impl ColumnEntry {
    /// The declared class and the one that the identifier or the password implies.
    pub(super) fn classes(&self) -> impl Iterator<Item = DataClass> {
        let implied = self.identifier.map(Kind::implied_class);
        let password = self.password.then(|| DataClass::known(PASSWORDS));
        self.class
            .clone()
            .into_iter()
            .chain(implied)
            .chain(password)
    }

    fn check(&self, name: &str) -> Result<(), String> {
        let holds = [self.identifier.is_some(), self.password, self.text];
        match holds.into_iter().filter(|is_held| *is_held).count() {
            0 if self.class.is_none() => Err(format!(
                "the column {name:?} has neither identifier nor class"
            )),
            0 | 1 => Ok(()),
            _ => Err(format!(
                "the column {name:?} has more than one of identifier, password and text: leave the others out"
            )),
        }
    }
}

/// The document as written. The metadata's fields are repeated because serde cannot refuse unknown fields of a
/// flattened structure, and a misspelt `sensitive` must not go unnoticed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    id: BreachId,
    date: PartialDate,
    added: PartialDate,
    status: Status,
    #[serde(default)]
    sensitive: bool,
    records: u64,
    source: String,
    title: Localised,
    summary: Localised,
    #[serde(default)]
    file: Vec<FileEntry>,
}

impl Description {
    /// The description and the fingerprint of its bytes.
    pub(super) fn read(path: &Path) -> Result<(Self, Fingerprint), IngestError> {
        let text = fs::read_to_string(path).map_err(|source| IngestError::Open {
            path: path.to_owned(),
            source,
        })?;
        let parsed = Self::parse(&text).map_err(|(line, message)| IngestError::Description {
            path: path.to_owned(),
            line,
            message,
        });
        Ok((parsed?, Fingerprint::of(text.as_bytes())))
    }

    pub(super) fn parse(text: &str) -> Result<Self, (usize, String)> {
        if let Some((line, key)) = unfilled(text) {
            let message = format!("{key} is still to be filled in: it says {PLACEHOLDER}");
            return Err((line, message));
        }
        let document: Document = toml::from_str(text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let line = text
                .bytes()
                .take(start)
                .filter(|&byte| byte == b'\n')
                .count()
                + 1;
            (line, error.message().to_owned())
        })?;
        document.check().map_err(|message| (1, message))?;
        Ok(document.into())
    }
}

/// The first line that has been drafted and not filled in, from 1, and its key.
fn unfilled(text: &str) -> Option<(usize, &str)> {
    let placeholder = |line: &str| {
        line.trim_start()
            .strip_prefix('"')?
            .strip_prefix(PLACEHOLDER)?
            .chars()
            .next()
    };
    text.lines().enumerate().find_map(|(place, line)| {
        let (key, value) = line.split_once('=')?;
        let open = !key.trim_start().starts_with('#') && placeholder(value) == Some('"');
        open.then(|| (place + 1, key.trim()))
    })
}

impl Document {
    fn check(&self) -> Result<(), String> {
        if self.file.is_empty() {
            return Err("it lists no [[file]]".to_owned());
        }
        for file in &self.file {
            if file.path == FilePath::Volumes(Vec::new()) {
                return Err("a list of volumes is empty".to_owned());
            }
            file.check_columns()?;
            file.check_separators()?;
            file.check_classes()?;
            for (name, column) in &file.columns {
                column.check(name)?;
            }
        }
        Ok(())
    }
}

impl FileEntry {
    /// What is stated of the separators.
    pub(super) const fn stated(&self) -> Stated {
        Stated {
            delimiter: self.delimiter,
            quote: self.quote,
            escape: self.escape,
        }
    }

    /// No two of the separators are the same, and `skip` is stated only where there is a first line or row.
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

    /// `classes` are stated only where no column can say them.
    fn check_classes(&self) -> Result<(), String> {
        match self.classes.is_empty() || self.format == Some(Format::Text) {
            true => Ok(()),
            false => Err(format!(
                "the file {} has classes, which is for text; elsewhere a column has its class",
                self.path.written()
            )),
        }
    }

    /// The columns are there if the format has any, and named as it wants them.
    fn check_columns(&self) -> Result<(), String> {
        let bare = self.format.is_some_and(Format::is_without_columns);
        if bare != self.columns.is_empty() {
            let fault = if bare {
                "lists columns, which its format has not"
            } else {
                "lists no columns"
            };
            return Err(format!("the file {} {fault}", self.path.written()));
        }
        let is_misnamed = |name: &&String| fixed::range(name).is_none();
        match self.columns.keys().find(is_misnamed) {
            Some(name) if self.format == Some(Format::Fixed) => Err(format!(
                "the column {name:?} says not where it stands; write \"0..12\" for the first twelve characters"
            )),
            _ => Ok(()),
        }
    }
}

impl From<Document> for Description {
    fn from(document: Document) -> Self {
        let metadata = Metadata {
            id: document.id,
            date: document.date,
            added: document.added,
            status: document.status,
            sensitive: document.sensitive,
            records: document.records,
            source: document.source,
            title: document.title,
            summary: document.summary,
        };
        Self {
            metadata,
            files: document.file,
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

    #[test]
    fn a_fault_is_told_with_its_line() {
        let bad = "path = \"a\"\nforamt = \"csv\"\ncolumns.a = { class = \"names\" }";
        let (line, message) = parse(bad).err().unwrap();
        let text = description("x-2020", bad);
        assert_eq!(text.lines().nth(line - 1), Some("foramt = \"csv\""));
        assert!(message.contains("unknown field"), "{message}");
    }

    #[test]
    fn a_draft_is_refused_until_it_is_filled_in() {
        let text = description("x-2020", "path = \"a\"\ncolumns.a = { class = \"names\" }");
        let open = text.replace("source = \"", "source = \"TODO\"  # \"");
        let (line, message) = Description::parse(&open).err().unwrap();
        assert!(open.lines().nth(line - 1).unwrap().starts_with("source"));
        assert!(
            message.contains("source") && message.contains("TODO"),
            "{message}"
        );
        let meant = text.replace("source = \"", "# a = \"TODO\"\nsource = \"TODO list, ");
        assert!(Description::parse(&meant).is_ok());
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
