//! What does the beginning of an unknown file look like? Its containers, formats and first rows,
//! for the code that guesses what the columns hold.

mod aligned;
mod beside;
mod bson;
mod cells;
mod database;
mod json;
mod lines;
mod separated;
mod table_file;
mod tables;
mod workbook;
mod xml;

use std::io::{self, Read};
use std::path::Path;

use super::Progress;
use super::container::{self, ContainerOptions, Content, Member, PeekedStream};
use super::describe::description::{Dialect, Format};
use super::error::Failure;
use super::form::Form;
use super::format::dbf;
use super::meter::Meter;
use super::sheet::markup;
use super::text::code_page::Encoding;
use super::text::encoding::Utf8;
use super::text::separators::{Delimiter, StatedSeparators};
use super::text::sniff::{self, HEAD, Separation};
use super::text::transfer::{self, UnwrappingReader};
use super::{DumpSecrets, Fault, IngestError};

/// Bytes of a file, and of each member of an archive, that are inspected, after unpacking.
pub const LOOKED_AT: usize = 8 << 20;

/// Maximum number of rows of a table or sheet that are inspected.
pub(crate) const ROWS: usize = 2_000;

/// Maximum number of members of an archive that are inspected.
pub(crate) const MEMBERS: usize = 16;

/// Maximum number of members without readable content that are passed over in search of others.
const OTHER_MEMBERS: usize = 4_096;

/// Maximum number of tables or sheets of a file that are shown.
pub(super) const TABLES: usize = 256;

/// Maximum number of columns of a table that are shown.
pub(super) const COLUMNS: usize = 512;

/// The first rows of a file, of a member of an archive, of one of its tables or sheets.
pub(crate) struct Sample {
    pub(crate) layout: Layout,
    /// The columns as the format names them: JSON by paths, SQL by names; other formats leave them to the first row.
    pub(crate) names: Option<Vec<String>>,
    /// Cells, row by row; long ones are cut off, and the last ones of a row may be missing.
    pub(crate) rows: Vec<Vec<String>>,
    /// Line of each row, from 1, in formats with lines or rows above the header; otherwise empty.
    pub(crate) lines: Vec<u64>,
    /// Whether the whole content of the file was inspected.
    pub(crate) whole: bool,
}

/// The layout of a sample's rows, as in `breach.toml`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Layout {
    pub(crate) format: Format,
    pub(crate) encoding: Option<Encoding>,
    pub(crate) delimiter: Option<String>,
    /// Quote of values, if there is one.
    pub(crate) quote: Option<char>,
    pub(crate) escape: Option<char>,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) table: Option<String>,
    pub(crate) sheet: Option<String>,
    /// Path of the records in a JSON document; `None` if documents are the records.
    pub(crate) records: Option<String>,
    /// Texts above columns that are named by their places.
    pub(crate) heads: Vec<String>,
    /// Classes that leaked with every identifier of free text, if its form shows them.
    pub(crate) classes: Vec<&'static str>,
}

impl Layout {
    pub(super) const fn of(format: Format, encoding: Option<Encoding>) -> Self {
        Self {
            format,
            encoding,
            delimiter: None,
            quote: Some('"'),
            escape: None,
            dialect: None,
            table: None,
            sheet: None,
            records: None,
            heads: Vec::new(),
            classes: Vec::new(),
        }
    }
}

/// What the caller states about a file before its inspection.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Known {
    /// Encoding.
    pub encoding: Option<Encoding>,
    /// Delimiter of its values.
    pub delimiter: Option<Delimiter>,
    /// Whether its first row names the columns.
    pub header: Option<bool>,
}

/// A file, or a member of an archive, of which no row is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedOver {
    /// The member; `None` for the file itself.
    pub member: Option<String>,
    /// Reason: what it is, or its fault.
    pub reason: String,
}

/// Takes samples.
pub(super) type Take<'t> = dyn FnMut(Sample) + 't;

/// Takes samples and the names of the archive's members that they are of, if they are.
pub(crate) type TakeOfMember<'t> = dyn FnMut(Option<&str>, Sample) + 't;

/// Gives `take` a sample of everything in the file at `path`, named `name` in errors, and returns the parts without
/// rows, such as pictures: the file, or members of the archive.
///
/// # Errors
/// Those of [`read`](super::read::read), except that no `breach.toml` says what the file is. A member of an archive
/// that cannot be read is passed over, unless none can be read.
#[cfg(test)]
pub(crate) fn survey(
    path: &Path,
    name: &str,
    secrets: &DumpSecrets,
    take: &mut TakeOfMember<'_>,
) -> Result<Vec<PassedOver>, IngestError> {
    survey_known(Known::default(), path, name, secrets, take)
}

/// Like [`survey`], for a file about which something may be known.
pub(crate) fn survey_known(
    known: Known,
    path: &Path,
    name: &str,
    secrets: &DumpSecrets,
    take: &mut TakeOfMember<'_>,
) -> Result<Vec<PassedOver>, IngestError> {
    let size = path.metadata().map_or(0, |metadata| metadata.len());
    let progress = Progress::default();
    let meter = Meter::new(&progress, size);
    let opening = ContainerOptions {
        secrets,
        members: None,
        allow_truncated: false,
        passes_faults: true,
    };
    let mut members = Members {
        known,
        file: name,
        take,
        sampled: 0,
        passed_over: Vec::new(),
        fault: None,
    };
    let outcome = container::open(
        &container::siblings::set_of(path),
        &opening,
        &meter,
        &mut |member, content| members.member(member, content),
    );
    let Members {
        sampled,
        passed_over,
        fault,
        ..
    } = members;
    let failed = |failure: Failure| Err(failure.in_file(name, meter.read_so_far()));
    match (outcome, fault) {
        (Err(failure), _) if !failure.is_stop() => failed(failure),
        (_, Some(fault)) if sampled == 0 => failed(fault),
        _ => Ok(passed_over),
    }
}

/// The inspected members of an archive.
struct Members<'m, 't> {
    known: Known,
    file: &'m str,
    take: &'m mut TakeOfMember<'t>,
    /// Number of members that gave samples.
    sampled: usize,
    /// Members that gave none.
    passed_over: Vec<PassedOver>,
    /// Fault of the first member that should hold rows and could not be read.
    fault: Option<Failure>,
}

impl Members<'_, '_> {
    /// Inspects a member, or the file if it is not an archive; stops when there are enough.
    fn member(&mut self, member: &Member, content: Content<'_>) -> Result<(), Failure> {
        let (take, mut samples) = (&mut *self.take, 0_usize);
        let mut count = |sample| {
            samples += 1;
            take(member.name.as_deref(), sample);
        };
        let outcome = survey_content(self.known, self.file, member, content, &mut count);
        let fault = match outcome {
            Err(Failure::Fault(fault)) if member.number.is_some() || fault.no_rows().is_some() => {
                Some(fault)
            }
            outcome => {
                outcome?;
                None
            }
        };
        match samples {
            0 => self.pass_over(member, fault),
            _ => self.sampled += 1,
        }
        match member.number {
            Some(_) if self.sampled < MEMBERS && self.passed_over.len() < OTHER_MEMBERS => Ok(()),
            _ => Err(Failure::Stopped),
        }
    }

    fn pass_over(&mut self, member: &Member, fault: Option<Fault>) {
        let reason = match &fault {
            None => "no rows are in it".to_owned(),
            Some(fault) => match fault.no_rows() {
                Some(what) => what.to_owned(),
                None => fault.to_string(),
            },
        };
        if let (Some(fault), Some(number)) = (fault, member.number)
            && fault.no_rows().is_none()
        {
            self.fault
                .get_or_insert(Failure::from(fault).in_member(number));
        }
        self.passed_over.push(PassedOver {
            member: member.name.clone(),
            reason,
        });
    }
}

fn survey_content(
    known: Known,
    file: &str,
    member: &Member,
    content: Content<'_>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    match content {
        Content::Unwanted => Err(beside::LITTER.into()),
        Content::Unreadable(fault) => Err(fault.into()),
        Content::Workbook(office, book) => workbook::survey(office, book, take),
        Content::Database(maker, pages) => database::survey(maker, pages, known.encoding, take),
        Content::Table(rows, memos) => {
            let (memos, name) = (Some(memos), "");
            let table = dbf::Table { rows, memos, name };
            table_file::survey(table, known.encoding, take)
        }
        Content::Stream(stream) => survey_stream(known, file, member, stream, take),
    }
}

fn survey_stream(
    known: Known,
    file: &str,
    member: &Member,
    stream: &mut dyn Read,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let mut stream = PeekedStream::new(stream, HEAD.max(markup::HEAD));
    let names = member.name.as_deref().into_iter().chain([file]);
    let name = member.name.as_deref().unwrap_or(file);
    beside::check_system_file(name, stream.head())?;
    let is_workbook = |kind| is_workbook(kind, name, stream.head());
    match Form::of(names.clone(), None, stream.head(), is_workbook)? {
        Form::OldWorkbook => workbook::survey_old(&mut stream, take),
        Form::Markup(kind) => {
            let text = Text::read(&mut stream, known.encoding)?;
            workbook::survey_markup(kind, &text, take)
        }
        Form::Bson => bson::survey(&mut stream, take),
        Form::Table => {
            let (rows, memos) = (&mut stream, None);
            let table = dbf::Table { rows, memos, name };
            table_file::survey(table, known.encoding, take)
        }
        Form::Text => {
            let text = Text::read(&mut stream, known.encoding)?;
            survey_text(text, names, known.delimiter, take)
        }
    }
}

/// Samples a text by the format that it, or one of its `names`, the innermost first, shows.
fn survey_text<'n>(
    text: Text,
    mut names: impl Iterator<Item = &'n str> + Clone,
    delimiter: Option<Delimiter>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let head = &text.text[..text.text.len().min(HEAD)];
    match sniff::format(names.clone(), head) {
        None | Some(Format::Csv | Format::Fixed | Format::Combo | Format::Text)
            if delimiter.is_some() =>
        {
            separated::survey(&text, delimiter, take)
        }
        Some(Format::Text) => survey_prose(text, take),
        stated @ (None | Some(Format::Csv | Format::Fixed | Format::Combo)) => {
            let separation = sniff::separation(head, StatedSeparators::default());
            match names.next().is_some_and(beside::is_called_note) {
                true => survey_note(&text, separation, take),
                false => survey_lines(&text, separation, stated.is_some(), take),
            }
        }
        Some(format @ (Format::Json | Format::Jsonl)) => {
            json::survey(format, &text, take);
            Ok(())
        }
        Some(Format::Sql) => tables::survey(&text, take),
        Some(Format::Xml) => xml::survey(&text, take),
        Some(Format::Sqlite | Format::Access | Format::Cronos | Format::Bson) => {
            Err(Fault::NoDatabase.into())
        }
        Some(
            Format::Html
            | Format::SpreadsheetMl
            | Format::Xlsx
            | Format::Xlsb
            | Format::Ods
            | Format::Xls
            | Format::Dbf,
        ) => Err(Fault::BadWorkbook.into()),
    }
}

/// Samples letters, phone books and directories, and says which class of data they hold.
fn survey_prose(text: Text, take: &mut Take<'_>) -> Result<(), Failure> {
    let class = lines::class_of(&text.text);
    let text = text.unwrapped()?;
    let mut sample = lines::prose(&text).ok_or(Fault::NothingFound)?;
    sample.layout.classes.extend(class);
    take(sample);
    Ok(())
}

/// Whether markup is sampled as a workbook. HTML without tables that does not call itself a workbook is sampled as text.
fn is_workbook(kind: markup::Kind, name: &str, head: &[u8]) -> bool {
    let name = name.to_lowercase();
    let is_called_workbook = [".xls", ".xlsx", ".ods", ".xml"]
        .iter()
        .any(|it| name.ends_with(it));
    let has_tables = || memchr::memmem::find(&head.to_ascii_lowercase(), b"<table").is_some();
    kind != markup::Kind::Html || is_called_workbook || has_tables()
}

/// Samples a text of lines, which may be split in some way: a table, unless it is rather one of columns at certain
/// places, a list of accounts, whose passwords hold any character, or free text with identifiers in it.
fn survey_lines(
    text: &Text,
    separation: Option<Separation>,
    is_called_table: bool,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let is_split = separation.is_some_and(|split| split.is_sure());
    let aligned = (!is_split).then(|| aligned::survey(text)).flatten();
    let listed = aligned.or_else(|| accounts(text, separation));
    match listed.or_else(|| lines::prose(text).filter(|_| !is_split)) {
        Some(sample) => take(sample),
        None if !is_split && beside::is_prose(text) => return Err(beside::PROSE.into()),
        None if is_called_table => separated::survey(text, None, take)?,
        None => return Err(Fault::NothingFound.into()),
    }
    Ok(())
}

/// Samples a file named like a note: a dump, if it looks like one, or else free text, if it holds identifiers.
fn survey_note(
    text: &Text,
    separation: Option<Separation>,
    take: &mut Take<'_>,
) -> Result<(), Failure> {
    let is_split = separation.is_some_and(|split| split.is_sure());
    match accounts(text, separation).filter(|_| !beside::is_short(text)) {
        Some(sample) => take(sample),
        None if is_split && !beside::is_short(text) => separated::survey(text, None, take)?,
        None => take(lines::prose(text).ok_or(beside::NOTE)?),
    }
    Ok(())
}

/// Samples a list of accounts, if the text is one.
fn accounts(text: &Text, separation: Option<Separation>) -> Option<Sample> {
    let is_even = separation.is_some_and(|split| split.is_even());
    if is_even && separation.is_some_and(has_more_columns_than_accounts) {
        return None;
    }
    let may_be_pairs = separation.is_none_or(|split| split.width == 2);
    lines::accounts(text, may_be_pairs, is_even)
}

/// Whether it has more columns than a page, an account and a password, split by characters that no page's address has.
fn has_more_columns_than_accounts(split: Separation) -> bool {
    let delimiters = [b',', b';', b'\t'].map(Delimiter::byte);
    split.width > 3 && delimiters.contains(&split.separators.delimiter)
}

/// The beginning of a text, as UTF-8.
pub(super) struct Text {
    pub(super) text: Vec<u8>,
    pub(super) encoding: Encoding,
    /// Whether it has been read to its end.
    pub(super) whole: bool,
}

impl Text {
    /// The text as it reads once letters, phone books and directories are unwrapped.
    fn unwrapped(self) -> io::Result<Self> {
        let Some(wrapping) = transfer::wrapping(&self.text) else {
            return Ok(self);
        };
        let mut text = Vec::new();
        match UnwrappingReader::new(&self.text[..], wrapping).read_to_end(&mut text) {
            // It was cut off by the limit of inspection.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && !self.whole => {}
            outcome => {
                outcome?;
            }
        }
        Ok(Self { text, ..self })
    }

    fn read(stream: &mut dyn Read, stated: Option<Encoding>) -> Result<Self, Failure> {
        let mut raw = Vec::new();
        stream.take(LOOKED_AT as u64).read_to_end(&mut raw)?;
        let encoding = match stated {
            Some(encoding) => encoding,
            None => sniff::encoding(&raw[..raw.len().min(HEAD)])?,
        };
        let mut text = Vec::new();
        Utf8::new(&raw, io::empty(), encoding).read_to_end(&mut text)?;
        if text.trim_ascii().is_empty() {
            return Err(Fault::Empty.into());
        }
        Ok(Self {
            text,
            encoding,
            whole: raw.len() < LOOKED_AT,
        })
    }
}
