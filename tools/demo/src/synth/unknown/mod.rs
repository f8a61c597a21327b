//! In which files do leaks arrive? Thirteen kinds, as the programs write them that leaks come out of, without a word
//! about what is in them.

mod archive;
mod chat;
mod metadata;
mod person;
mod sql;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

pub use self::metadata::fill_in;
use self::person::{Person, people};
use super::kind::Kind;
use super::{SynthError, encode, sink};

/// A kind of file that leaks arrive in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownFile {
    /// A bank's table as Excel saves it: `sep=;`, Windows line ends, a Kazakh code page.
    ExcelCsv,
    /// A spool of Oracle's SQL*Plus: columns of fixed width, headers again on every page.
    SqlPlusSpool,
    /// An export of phpMyAdmin.
    PhpMyAdmin,
    /// A file of MySQL's `SELECT … INTO OUTFILE`, with escaped tabs and line ends.
    IntoOutfile,
    /// A dump of PostgreSQL with `COPY`.
    PgDump,
    /// An export of MongoDB in which numbers have several types.
    MongoExport,
    /// A workbook of three sheets, one of them without people.
    Workbook,
    /// What 1C exchanges with banks.
    BankExchange,
    /// A chat as text.
    Chat,
    /// A list of accounts with more than one separator.
    Combo,
    /// Lines of a stealer: page, login, password.
    StealerLines,
    /// Blocks of a stealer: `URL:`, `Username:`, `Password:`.
    StealerBlocks,
    /// A 7z archive of a tar archive of packed tables.
    NestedArchive,
}

/// A file that was written.
#[derive(Clone, Debug)]
pub struct WrittenFile {
    /// Path of the file.
    pub path: PathBuf,
    /// Something to look up that is in it, as `kind:value`.
    pub query: String,
    /// Numbers of different identifiers of each kind in it.
    pub identifiers: BTreeMap<&'static str, u64>,
}

impl UnknownFile {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::ExcelCsv,
        Self::SqlPlusSpool,
        Self::PhpMyAdmin,
        Self::IntoOutfile,
        Self::PgDump,
        Self::MongoExport,
        Self::Workbook,
        Self::BankExchange,
        Self::Chat,
        Self::Combo,
        Self::StealerLines,
        Self::StealerBlocks,
        Self::NestedArchive,
    ];

    /// Returns its description, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::ExcelCsv => "a bank's CSV from Excel",
            Self::SqlPlusSpool => "a spool of SQL*Plus",
            Self::PhpMyAdmin => "an export of phpMyAdmin",
            Self::IntoOutfile => "MySQL's INTO OUTFILE",
            Self::PgDump => "pg_dump",
            Self::MongoExport => "mongoexport",
            Self::Workbook => "a workbook of three sheets",
            Self::BankExchange => "1C's exchange with a bank",
            Self::Chat => "a chat as text",
            Self::Combo => "a combo list",
            Self::StealerLines => "lines of a stealer",
            Self::StealerBlocks => "blocks of a stealer",
            Self::NestedArchive => "7z of a tar of csv.gz",
        }
    }

    /// The name of the file.
    #[must_use]
    pub const fn file_name(self) -> &'static str {
        match self {
            Self::ExcelCsv => "clients.csv",
            Self::SqlPlusSpool => "spool.lst",
            Self::PhpMyAdmin => "shop.sql",
            Self::IntoOutfile => "users.txt",
            Self::PgDump => "dump.sql",
            Self::MongoExport => "users.json",
            Self::Workbook => "staff.xlsx",
            Self::BankExchange => "kl_to_1c.txt",
            Self::Chat => "chat.txt",
            Self::Combo => "combo.txt",
            Self::StealerLines => "logs.txt",
            Self::StealerBlocks => "Passwords.txt",
            Self::NestedArchive => "backup.7z",
        }
    }

    /// Writes a file of about `rows` rows into `folder`. The same seed gives the same people in every kind of file.
    ///
    /// # Errors
    /// Fails if it cannot be written.
    pub fn write(self, seed: u64, rows: u64, folder: &Path) -> Result<WrittenFile, SynthError> {
        let path = folder.join(self.file_name());
        let people = || people(seed, rows);
        let write = |lines: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>| {
            let mut out = BufWriter::with_capacity(1 << 20, sink::create(&path)?);
            lines(&mut out)?;
            Ok::<(), SynthError>(out.flush()?)
        };
        match self {
            Self::ExcelCsv => write(&mut |out| table::excel(&mut people(), out))?,
            Self::SqlPlusSpool => write(&mut |out| table::spool(&mut people(), out))?,
            Self::IntoOutfile => write(&mut |out| table::outfile(&mut people(), out))?,
            Self::PhpMyAdmin => write(&mut |out| sql::php_my_admin(&mut people(), out))?,
            Self::PgDump => write(&mut |out| sql::pg_dump(&mut people(), out))?,
            Self::MongoExport => write(&mut |out| table::mongo(&mut people(), out))?,
            Self::BankExchange => write(&mut |out| chat::bank_exchange(&mut people(), out))?,
            Self::Chat => write(&mut |out| chat::chat(&mut people(), out))?,
            Self::Combo => write(&mut |out| chat::combo(&mut people(), out))?,
            Self::StealerLines => write(&mut |out| chat::stealer_lines(&mut people(), out))?,
            Self::StealerBlocks => write(&mut |out| chat::stealer_blocks(&mut people(), out))?,
            Self::Workbook => archive::workbook(&mut people(), &path)?,
            Self::NestedArchive => archive::seven_zip(seed, rows, &path)?,
        }
        Ok(self.written(path, people()))
    }

    fn written(self, path: PathBuf, people: impl Iterator<Item = Person>) -> WrittenFile {
        let (mut query, mut all) = (String::new(), BTreeSet::new());
        for person in people {
            let of_person = self.identifiers(&person);
            if let (true, Some((kind, value))) = (query.is_empty(), of_person.first()) {
                query = format!("{}:{value}", kind.name());
            }
            all.extend(of_person);
        }
        let mut identifiers = BTreeMap::new();
        for (kind, _) in all {
            *identifiers.entry(kind.name()).or_default() += 1;
        }
        WrittenFile {
            path,
            query,
            identifiers,
        }
    }

    /// What is in the file about a person.
    fn identifiers(self, person: &Person) -> Vec<(Kind, String)> {
        let (of_staff, has_note) = (archive::is_of_staff(person), person.has_note());
        let is_in = |kind: Kind| match (self, kind) {
            (Self::Workbook, Kind::Iin) => !of_staff,
            (Self::StealerLines | Self::StealerBlocks, Kind::Email) => person.uses_email(),
            (Self::StealerLines | Self::StealerBlocks, Kind::Login) => !person.uses_email(),
            (Self::StealerLines | Self::StealerBlocks, _) => false,
            (Self::Combo, kind) => kind == Kind::Email,
            (Self::Chat, kind) => matches!(kind, Kind::Phone | Kind::Email),
            (Self::ExcelCsv | Self::BankExchange, Kind::Iban) => true,
            (Self::BankExchange, Kind::Email) => false,
            (Self::PgDump, Kind::IdCard) => true,
            (_, kind) => matches!(kind, Kind::Iin | Kind::Phone | Kind::Email),
        };
        let all = [
            (Kind::Email, &person.email),
            (Kind::Iin, &person.iin),
            (Kind::Phone, &person.phone),
            (Kind::Login, &person.login),
            (Kind::Iban, &person.iban),
            (Kind::IdCard, &person.id_card),
        ];
        let in_file = all.into_iter().filter(|(kind, _)| is_in(*kind));
        let in_note = matches!(self, Self::PhpMyAdmin | Self::IntoOutfile) && has_note;
        let in_note = in_note.then_some((Kind::Phone, &person.other_phone));
        let found = in_file.chain(in_note);
        found.map(|(kind, value)| (kind, value.clone())).collect()
    }
}

/// Writes a line as Windows does, in the code page of Kazakhstan.
fn line_in_code_page(mut out: &mut dyn Write, line: &str) -> io::Result<()> {
    encode::kz_1048(line, &mut out)?;
    out.write_all(b"\r\n")
}
