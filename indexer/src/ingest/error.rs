//! Why could a breach not be read?

use std::fmt;
use std::io;
use std::path::PathBuf;

use exposure_index::breach::BreachId;

use super::nearest;
use super::{Encoding, did_you_mean};

/// Why a breach could not be read. Never contains anything from a dump.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The file or folder could not be opened.
    #[error("cannot open {}: {source}", path.display())]
    Open {
        /// File or folder.
        path: PathBuf,
        /// The OS error.
        source: io::Error,
    },
    /// `breach.toml` is invalid.
    #[error("{}, line {line}: {message}", path.display())]
    Description {
        /// The `breach.toml`.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// The fault.
        message: String,
    },
    /// A `path` of `breach.toml` leads out of the breach's folder.
    #[error("{}: the path {pattern:?} leads out of the folder; copy the file into it", path.display())]
    Outside {
        /// The `breach.toml`.
        path: PathBuf,
        /// The path in `breach.toml`.
        pattern: String,
    },
    /// A `path` of `breach.toml` matches no file.
    #[error("{}: the path {pattern:?} matches no file{}", path.display(), did_you_mean(.nearest.as_deref()))]
    NoFile {
        /// The `breach.toml`.
        path: PathBuf,
        /// The path in `breach.toml`.
        pattern: String,
        /// The file of the folder whose name is nearest to that, if one is near.
        nearest: Option<String>,
    },
    /// No folder with a `breach.toml` was found.
    #[error("{}: no folder in it holds a breach.toml; `tekser-indexer inspect` writes one", root.display())]
    NoBreach {
        /// Folder that was searched.
        root: PathBuf,
    },
    /// Two folders describe a breach of the same id.
    #[error("two folders describe the breach {id}: name only one of them, or change the id of one")]
    DuplicateBreach {
        /// The id.
        id: BreachId,
    },
    /// Reading a file failed.
    #[error("{file}: reading failed at byte {offset} of the file: {source}")]
    Read {
        /// The file, relative to the breach's folder, and the number of the member if it is an archive.
        file: String,
        /// Bytes of the file on the disk that had been read.
        offset: u64,
        /// The OS error.
        source: io::Error,
    },
    /// A file was cut off.
    #[error(
        "{file}: ends early, after byte {offset} of the file: it was cut off, or not copied completely. Get the whole \
         file, or read the existing part with --allow-truncated"
    )]
    Truncated {
        /// The file, relative to the breach's folder, and the number of the member if it is an archive.
        file: String,
        /// Bytes of the file on the disk that had been read.
        offset: u64,
    },
    /// A file is not what `breach.toml` says it is.
    #[error("{file}: {fault}")]
    File {
        /// The file, relative to the breach's folder.
        file: String,
        /// The fault.
        fault: Fault,
    },
    /// A member of an archive is not what `breach.toml` says it is.
    #[error(
        "{file}, member {member}: {fault}. If this member is not part of the dump, choose the members that are: member = \"*.csv\" \
         in breach.toml (a * stands for folders and inner archives, too)"
    )]
    Member {
        /// The archive, relative to the breach's folder.
        file: String,
        /// The place of the member in it, from 1.
        member: usize,
        /// The fault.
        fault: Fault,
    },
    /// The sink wanted no more records.
    #[error("reading was stopped")]
    Stopped,
}

/// A fault of a whole file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Neither `breach.toml` nor the file's name shows its format.
    #[error(
        "unknown format; state format = \"csv\", \"jsonl\", \"json\", \"sql\", \"xml\", \"html\", \"spreadsheetml\", \"xlsx\", \"xlsb\", \"xls\", \"ods\", \"sqlite\", \"access\", \"cronos\", \"bson\", \"fixed\", \"dbf\", \"combo\" or \"text\" in breach.toml"
    )]
    UnknownFormat,
    /// The file is text in an unknown encoding.
    #[error(
        "not UTF-8, and too short or unusual for its encoding to be recognised; state it: \
         encoding = \"…\" in breach.toml, --encoding for inspect ({})",
        Encoding::list()
    )]
    UnknownEncoding,
    /// The file is not text.
    #[error(
        "not text: encrypted, or not a known format. Decrypt it, or export it as CSV, JSON or SQL with the program that wrote it"
    )]
    NotText,
    /// A known format that is not supported.
    #[error("{name}, a format that is not supported: {advice}")]
    Foreign {
        /// Usual name of the format.
        name: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// A file next to a dump that is not part of it: a note, or a file of the operating system.
    #[error("{what}: leave it out of breach.toml")]
    NoRows {
        /// Kind of file.
        what: &'static str,
    },
    /// The file is text without columns and identifiers.
    #[error(
        "text without columns or identifiers, so there is nothing to index. If it is a dump, state its format in breach.toml"
    )]
    NothingFound,
    /// The file holds no text at all.
    #[error("holds nothing: it is empty, or holds only blanks; leave it out, or get it again")]
    Empty,
    /// A column of `breach.toml` does not exist.
    #[error("has no column {column:?}, which breach.toml names")]
    MissingColumn {
        /// The column, as in `breach.toml`.
        column: String,
    },
    /// Too many rows or strings are opened and not closed; distinguishing them would take forever.
    #[error(
        "its rows do not end as SQL rows do; state dialect = \"mysql\" or \"postgresql\" in breach.toml"
    )]
    UnendedRows,
    /// Too many objects are opened and not closed; distinguishing them would take forever.
    #[error(
        "its objects do not end as JSON objects do; build without --no-recover to read what can be read"
    )]
    UnendedObjects,
    /// The header is longer than [`RECORD_LIMIT`](super::RECORD_LIMIT) or never ends.
    #[error(
        "its first row is not a header; set header = false and name the columns by number, or set quote = false"
    )]
    BadHeader,
    /// The table of `breach.toml` does not exist.
    #[error("has no table {table:?}, which breach.toml names")]
    MissingTable {
        /// The table, as in `breach.toml`.
        table: String,
    },
    /// `breach.toml` names no table, and there are several.
    #[error("has rows of more than one table; state in breach.toml which is meant: table = \"…\"")]
    SeveralTables,
    /// Two definitions fit the rows and differ.
    #[error(
        "defines several tables of the same name with different columns, and its rows do not show which one they belong to; \
         delete the CREATE TABLE that does not apply"
    )]
    AmbiguousTable,
    /// Rows come without column names.
    #[error(
        "names the columns neither in CREATE TABLE nor with the rows; number them from 0 in breach.toml"
    )]
    UnnamedColumns,
    /// COPY in a format other than text.
    #[error("its COPY is not in text format; export the table as CSV instead")]
    CopyFormat,
    /// The sheet of `breach.toml` does not exist.
    #[error("has no sheet {sheet:?}, which breach.toml names")]
    MissingSheet {
        /// The sheet, as in `breach.toml`.
        sheet: String,
    },
    /// `breach.toml` names no sheet, and one with identifiers lacks the columns that it names.
    #[error(
        "a workbook in which some sheets hold identifiers but lack a column that breach.toml names: {sheets}; state \
         sheet = \"…\", and describe each sheet in a [[file]] of its own"
    )]
    SeveralSheets {
        /// The names of the sheets.
        sheets: Names,
    },
    /// `breach.toml` names no sheet, and none has the columns that it names.
    #[error(
        "none of its sheets has the column {column:?} and the others that breach.toml names; its sheets are {sheets}"
    )]
    NoSheet {
        /// A missing column, as in `breach.toml`.
        column: String,
        /// The names of the sheets.
        sheets: Names,
    },
    /// A web archive: HTML packed like an e-mail.
    #[error(
        "a web archive (MHTML), not a workbook, whatever it is called; open it in a spreadsheet program and save it as xlsx or CSV"
    )]
    WebArchive,
    /// OpenDocument in one XML file.
    #[error(
        "a flat OpenDocument spreadsheet, which is one XML file; open it in a spreadsheet program and save it as ods, xlsx or CSV"
    )]
    FlatOpenDocument,
    /// A page without tables.
    #[error(
        "a page of HTML without a table in it; state format = \"text\" in breach.toml to search what it says"
    )]
    NoTable,
    /// Malformed XML.
    #[error(
        "not readable XML: its elements do not close one another; get it again, or export it as CSV"
    )]
    BadXml,
    /// XML whose records are not named.
    #[error(
        "XML, but breach.toml does not say which elements are records; state table = \"Element\", as inspect drafts it"
    )]
    NoRecordElement,
    /// A document that cannot be read.
    #[error("not a readable document; open and save it again, or save it as text")]
    BadDocument,
    /// Text where a workbook should be.
    #[error(
        "text, not a workbook, whatever it is called; state the format that it has in breach.toml, such as format = \"csv\""
    )]
    TextWorkbook,
    /// The file is not a workbook, or a damaged one.
    #[error("not a readable workbook; open and save it again, or export the sheet as CSV")]
    BadWorkbook,
    /// A database that is damaged, cut off, or not what its first bytes say.
    #[error(
        "a database that cannot be read: {what}. Get it whole, or let the program that wrote it repair it and export its \
         tables as CSV"
    )]
    BadDatabase {
        /// The fault.
        what: &'static str,
    },
    /// A database without a table of data.
    #[error("a database without tables; leave it out of breach.toml, or get it again")]
    NoTables,
    /// A database encrypted with a password.
    #[error(
        "a database encrypted with a password; open it in the program that wrote it, remove the password or export its \
         tables as CSV"
    )]
    LockedDatabase,
    /// A database whose reader was left out of the program.
    #[error(
        "an SQLite database, and this tekser-indexer was built without the feature `sqlite`; install the package, or build \
         it with --features full"
    )]
    Sqlite,
    /// A file that is read together with another one, which is missing.
    #[error("is read together with {name}, which is missing; copy that file into the same folder")]
    MissingSibling {
        /// Name of the missing file.
        name: String,
    },
    /// A file that is read together with another one, and not on its own.
    #[error("belongs to {of} and is read with it; name that file in breach.toml, and not this one")]
    Sibling {
        /// The file that it is read with.
        of: &'static str,
    },
    /// The stated database format is not that of the file.
    #[error(
        "not the kind of database that breach.toml states; remove its format, and it will be recognised by its first bytes"
    )]
    NoDatabase,
    /// A dBase table whose head is not one, or whose columns do not fill its rows.
    #[error(
        "not a readable dBase table: its header does not match its rows; open it in the program that wrote it and save it again, or \
         export it as CSV"
    )]
    BadTable,
    /// The memos of a dBase table are missing.
    #[error(
        "a dBase table without its memos: put {file} next to it (in the same archive, if it is in one)"
    )]
    MissingMemos {
        /// The file of the memos.
        file: String,
    },
    /// A spreadsheet or an archive within an archive, which are held in memory, is too large for that.
    #[error(
        "larger than {limit} bytes unpacked, too much to hold in memory; export the sheet as CSV, or unpack the inner archive"
    )]
    TooLarge {
        /// The bound in bytes.
        limit: u64,
    },
    /// A member of an archive is compressed by an unsupported method.
    #[error("compressed by a method that is not supported; unpack it first")]
    UnsupportedCompression,
    /// A member of an archive is encrypted with a password.
    #[error(
        "encrypted with a password; write the password into a file with mode 600 and name that file with --password-file"
    )]
    Encrypted,
    /// A member of an archive is encrypted with another password.
    #[error(
        "encrypted, and no password of --password-file opens it, or it is damaged; add the right one to that file, one \
         per line"
    )]
    WrongPassword,
    /// A member of an archive is encrypted by an unsupported method.
    #[error(
        "encrypted by a method that is not supported; unpack it first, and encrypt the result with age"
    )]
    UnsupportedEncryption,
    /// Encrypted with age for a passphrase.
    #[error(
        "encrypted with a passphrase; encrypt it for a recipient instead (age -r) and name the identity with --identity"
    )]
    Passphrase,
    /// Encrypted with age for another recipient.
    #[error(
        "encrypted with age, and no identity given opens it; name the file of the right one with --identity"
    )]
    NoIdentity,
    /// Encrypted with age, in a program that was built without it.
    #[error(
        "encrypted with age, and this tekser-indexer was built without the feature `age`; install the package, or build it \
         with --features full"
    )]
    Age,
    /// A RAR archive, in a program that was built without their reader.
    #[error(
        "a RAR archive, and this tekser-indexer was built without the feature `rar`; install the package, or build it with \
         --features full"
    )]
    Rar,
    /// A volume of a RAR archive is missing.
    #[error(
        "a RAR archive in volumes, of which {} is missing; put it next to the others, or list all of them in their order: \
         path = [\"a.part1.rar\", \"a.part2.rar\"]",
        name.clone().unwrap_or_else(|| format!("number {}", number + 1))
    )]
    MissingVolume {
        /// The volume's place, from 0.
        number: usize,
        /// Expected name of the volume, if the others' names show it.
        name: Option<String>,
    },
    /// A file in an archive is stored with its holes left out.
    #[error("a sparse file of a tar archive, which is not read; unpack it first")]
    Sparse,
    /// A container breaks its format, or its checksum does not match.
    #[error("its container is damaged; get it again, or unpack first what can be saved of it")]
    Damaged,
    /// A container needs a larger window than is kept in memory.
    #[error(
        "packed with a window of more than 128 MiB, too much to hold in memory; unpack it first (zstd -d --long=31)"
    )]
    FarBack,
    /// The file unpacks to so much more that it must be a bomb.
    #[error(
        "unpacks to more than {ratio} times its packed size, as only bombs do; if it is not a bomb, unpack it first"
    )]
    Bomb {
        /// Maximum ratio of unpacked to packed bytes.
        ratio: u64,
    },
    /// An archive of too many files.
    #[error(
        "an archive of more than {limit} members or with a directory as large as that; unpack it first"
    )]
    TooManyMembers {
        /// Maximum number of members.
        limit: usize,
    },
    /// No member of an archive is wanted.
    #[error(
        "no member of the archive matches {pattern:?}, the member of breach.toml; there is {members}{}",
        did_you_mean(.members.nearest(.pattern))
    )]
    NoMember {
        /// The pattern, as in `breach.toml`.
        pattern: String,
        /// The names of the first members.
        members: Names,
    },
    /// There are bytes after the end of a container.
    #[error(
        "has bytes after the end of its {container} data that are neither padding nor more of it; unpack it first, and \
         check what follows (files may have been joined there)"
    )]
    BehindEnd {
        /// Name of the container.
        container: &'static str,
    },
    /// A ZIP archive holds more than its directory lists.
    #[error(
        "a ZIP archive with members that its directory does not list, as when two archives are joined; split or repair it \
         first (zip -FF)"
    )]
    Unlisted,
    /// A volume of a split ZIP archive on its own, or in the wrong place.
    #[error(
        "one volume of a split ZIP archive; list all its volumes in their order, that of the name .zip last: \
         path = [\"a.z01\", \"a.z02\", \"a.zip\"]"
    )]
    SplitArchive,
    /// A file ends in the middle of something, and nothing whole comes after that.
    #[error(
        "ends in the middle of what begins in line {line}: it was cut off, or not copied completely. Get the whole \
         file, or read the existing part with --allow-truncated"
    )]
    CutOff {
        /// The line, from 1.
        line: u64,
    },
    /// Archives within archives within archives.
    #[error("packed more than {limit} times over; unpack it first")]
    TooDeep {
        /// Maximum number of layers.
        limit: usize,
    },
}

/// Existing names, reported when one is missing: of members, sheets and the like. Nothing is shown that could
/// not be seen in a list of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Vec<String>);

impl From<Vec<String>> for Names {
    fn from(names: Vec<String>) -> Self {
        Self(names)
    }
}

impl Names {
    /// Returns the nearest one to a name, if one is near.
    fn nearest(&self, name: &str) -> Option<&str> {
        nearest(name, self.0.iter().map(String::as_str))
    }
}

impl fmt::Display for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = self.0.iter().map(|name| format!("{name:?}"));
        f.write_str(&quoted.collect::<Vec<_>>().join(", "))
    }
}

/// An end of reading a file, before the file's name is added.
#[derive(Debug)]
pub(super) enum Failure {
    Io(io::Error),
    Fault(Fault),
    Stopped,
    /// A failure in a member of an archive, by its place from 1.
    Member(usize, Box<Self>),
}

impl From<io::Error> for Failure {
    /// A fault found during reading is wrapped in its reader's error.
    fn from(error: io::Error) -> Self {
        let fault = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<Fault>());
        match fault {
            Some(fault) => Self::Fault(fault.clone()),
            None => Self::Io(error),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Failure {
    /// Wraps the failure as an error of a reader.
    pub(super) fn into_io(self) -> io::Error {
        match self {
            Self::Io(error) => error,
            Self::Fault(fault) => io::Error::other(fault),
            Self::Member(_, failure) => failure.into_io(),
            Self::Stopped => io::Error::other("stopped"),
        }
    }

    /// Adds the place of the archive's member in which the failure occurred; for nested archives, of the
    /// outermost, as for [`Reject`](super::Reject).
    pub(super) fn in_member(self, number: usize) -> Self {
        match self {
            Self::Member(_, failure) => Self::Member(number, failure),
            failure => Self::Member(number, Box::new(failure)),
        }
    }

    /// Returns whether nothing failed, and enough has been read.
    pub(super) fn is_stop(&self) -> bool {
        match self {
            Self::Stopped => true,
            Self::Member(_, failure) => failure.is_stop(),
            Self::Io(_) | Self::Fault(_) => false,
        }
    }

    /// Returns whether something was truncated.
    pub(super) fn is_early_end(&self) -> bool {
        match self {
            Self::Io(error) => error.kind() == io::ErrorKind::UnexpectedEof,
            Self::Fault(fault) => matches!(fault, Fault::CutOff { .. }),
            Self::Stopped => false,
            Self::Member(_, failure) => failure.is_early_end(),
        }
    }

    /// Returns the caller's error: with the file and how far it had been read.
    pub(super) fn in_file(self, file: &str, offset: u64) -> IngestError {
        let file = file.to_owned();
        match self {
            Self::Member(member, failure) => match *failure {
                Self::Fault(fault) => IngestError::Member {
                    file,
                    member,
                    fault,
                },
                failure => failure.in_file(&format!("{file}, member {member}"), offset),
            },
            Self::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                IngestError::Truncated { file, offset }
            }
            Self::Io(source) => IngestError::Read {
                file,
                offset,
                source,
            },
            Self::Fault(fault) => IngestError::File { file, fault },
            Self::Stopped => IngestError::Stopped,
        }
    }
}
