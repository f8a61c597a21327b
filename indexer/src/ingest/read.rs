//! Which identifiers do the files of a breach hold? Every file, in order, through its reader.

use std::io::Read;

use super::container::{
    self, ContainerOptions, Content, Ending, Member, Office, PeekedStream, ReadSeek,
};
use super::database;
use super::describe::description::{Format, MemberPattern};
use super::describe::layout::DetectedLayout;
use super::describe::resolve::{Breach, DumpFile, FileRules};
use super::error::Failure;
use super::form::Form;
use super::format::json::Seen;
use super::format::{bson, combo, csv, dbf, fixed, free_text, json, jsonl, sql, xml};
use super::meter::Meter;
use super::record_builder::RecordBuilder;
use super::sheet::{html, markup, ods, spreadsheet_ml, xls, xlsb, xlsx};
use super::tally::Passage;
use super::text::code_page::Encoding;
use super::text::document;
use super::text::encoding::{Damage, Utf8};
use super::text::sniff::{self, HEAD};
use super::text::transfer::{self, UnwrappingReader};
use super::text::window::Window;
use super::{Fault, IngestError, Progress, ReadOptions, Sink, Tally};

/// Reads every file of `breach` in order and returns the records to `sink`.
///
/// Memory does not grow with the files: the shared texts of a spreadsheet are held, an archive within an archive is
/// held in its packed form, and so is the window of its decoder. A spreadsheet of more than 512 MiB of
/// XML is refused, and so is a file that needs more than 512 MiB for unpacking. A bomb, which unpacks to more than 512
/// MiB and 400 times its packed size, is refused where that shows.
///
/// # Errors
/// If a file cannot be read to its end or is not what `breach.toml` says, or when `sink` breaks
/// ([`IngestError::Stopped`]). Rows that do not parse are not errors: they are counted in the tally. A file that ends
/// before its end is one, unless the options allow it.
pub fn read(
    breach: &Breach,
    options: &ReadOptions,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<Tally, IngestError> {
    read_files(breach, options, progress, sink, &mut Err)
}

/// Like [`read`], but continues after a file that cannot be read to its end. Its counts until then are in the
/// tally.
///
/// # Errors
/// [`IngestError::Stopped`] when `sink` breaks.
pub(crate) fn read_each(
    breach: &Breach,
    options: &ReadOptions,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<(Tally, Vec<IngestError>), IngestError> {
    let mut faults = Vec::new();
    let tally = read_files(breach, options, progress, sink, &mut |fault| match fault {
        IngestError::Stopped => Err(IngestError::Stopped),
        fault => {
            faults.push(fault);
            Ok(())
        }
    })?;
    Ok((tally, faults))
}

/// Whether to continue after a fault.
type OnFault<'f> = dyn FnMut(IngestError) -> Result<(), IngestError> + 'f;

fn read_files(
    breach: &Breach,
    options: &ReadOptions,
    progress: &Progress,
    sink: &mut dyn Sink,
    on_fault: &mut OnFault<'_>,
) -> Result<Tally, IngestError> {
    let mut builder = RecordBuilder::of(breach, options, sink);
    for rules in &breach.files {
        let mut seen = Seen::new(&rules.columns);
        let mut is_whole = true;
        for file in &rules.paths {
            if let Err(fault) = read_file(file, rules, options, progress, &mut seen, &mut builder) {
                on_fault(fault)?;
                is_whole = false;
                builder
                    .abandon_file(&file.name)
                    .map_err(|failure| failure.in_file(&file.name, 0))?;
            }
        }
        let missing = seen.check(&rules.columns).err().filter(|_| is_whole);
        if let Some(fault) = missing {
            let file = rules.entry.path.to_string();
            on_fault(IngestError::File { file, fault })?;
        }
    }
    Ok(builder.into_tally())
}

fn read_file(
    file: &DumpFile,
    rules: &FileRules,
    options: &ReadOptions,
    progress: &Progress,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), IngestError> {
    let mut meter = Meter::new(progress, file.size).stopped_by(&options.cancel);
    if options.fingerprints {
        meter = meter.with_fingerprints();
    }
    let opening = ContainerOptions {
        secrets: &options.secrets,
        members: rules.entry.member.as_ref().map(|member| &member.0),
        allow_truncated: options.allow_truncated,
        passes_faults: false,
    };
    builder.begin_file(rules);
    let outcome = container::open(&file.volumes, &opening, &meter, &mut |member, content| {
        builder.enter(&file.name, member);
        if matches!(content, Content::Unwanted) {
            pass_over(member, rules, builder);
            return Ok(());
        }
        builder.count_member();
        let names = member.name.as_deref().into_iter().chain([&*file.name]);
        read_content(names, content, rules, seen, builder)
    });
    // Whatever its reader reports, a file that was not read to its end has not ended early.
    if meter.is_stopped() {
        return Err(IngestError::Stopped);
    }
    outcome
        .and_then(|ending| end_file(file, ending, &meter, builder))
        .map_err(|failure| failure.in_file(&file.name, meter.read_so_far()))?;
    meter.finish();
    Ok(())
}

/// Counts a member that is not wanted, unless another `[[file]]` reads it or has counted it.
fn pass_over(member: &Member, rules: &FileRules, builder: &mut RecordBuilder<'_>) {
    if !rules.is_first {
        return;
    }
    let patterns = rules.others.iter().map(|other| other.member.as_ref());
    let is_meant = |pattern: Option<&MemberPattern>| {
        pattern.is_none_or(|pattern| member.is_meant_by(&pattern.0))
    };
    if !patterns.into_iter().any(is_meant) {
        builder.pass_over_unread(Passage::OtherMember, member.size.unwrap_or(0));
    }
}

/// Ends a file that has been read; an archive may have had no member that began it.
fn end_file(
    file: &DumpFile,
    ending: Ending,
    meter: &Meter<'_>,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    builder.enter(&file.name, &Member::default());
    if ending == Ending::Early {
        tracing::warn!(file = %file.name, "ended early; the existing part has been read");
        builder.count_truncated();
    }
    match meter.fingerprints(|| container::concatenated(&file.volumes))? {
        Some((fingerprints, size)) => builder.end_file(size, Some(fingerprints)),
        None => builder.end_file(file.size, None),
    }
}

/// Reads the content of a file or a member of an archive; its format is stated or recognised by its beginning and
/// `names`.
pub(super) fn read_content<'n>(
    names: impl Iterator<Item = &'n str>,
    content: Content<'_>,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let stream = match content {
        Content::Workbook(office, workbook) => {
            return read_office(office, workbook, rules, builder);
        }
        Content::Table(rows, memos) => {
            let table = dbf::Table {
                rows,
                memos: Some(memos),
                name: "",
            };
            return dbf::read(table, rules, builder);
        }
        Content::Database(maker, pages) => return database::read(maker, pages, rules, builder),
        Content::Stream(stream) => stream,
        Content::Unwanted => return Ok(()),
        Content::Unreadable(fault) => return Err(fault.into()),
    };
    read_stream(names, stream, rules, seen, builder)
}

fn read_stream<'n>(
    names: impl Iterator<Item = &'n str>,
    stream: &mut dyn Read,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let mut stream = PeekedStream::new(stream, HEAD.max(markup::HEAD));
    let names: Vec<&str> = names.collect();
    let stated = rules.entry.format;
    let is_workbook = |_| stated.is_none_or(Format::is_workbook);
    match Form::of(names.iter().copied(), stated, stream.head(), is_workbook)? {
        Form::OldWorkbook => {
            builder.read_as(DetectedLayout::new(Format::Xls, None));
            xls::read(&mut stream, rules, builder)
        }
        Form::Markup(kind) => read_markup(kind, stream, rules, builder),
        Form::Bson => {
            builder.read_as(DetectedLayout::new(Format::Bson, None));
            bson::read(&mut stream, rules, seen, builder)
        }
        Form::Table => {
            let table = dbf::Table {
                rows: &mut stream,
                memos: None,
                name: names.first().copied().unwrap_or_default(),
            };
            dbf::read(table, rules, builder)
        }
        Form::Text => read_decoded(names, stream, rules, seen, builder),
    }
}

/// Decodes a text, recognises its format unless that is stated, and reads it.
fn read_decoded(
    names: Vec<&str>,
    stream: PeekedStream<'_>,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let damage = Damage::default();
    let (text, encoding) = decoded(stream, rules)?;
    let mut window = Window::new(text.counting(&damage));
    let format = match rules.entry.format {
        Some(format) => format,
        None => sniff::format(names, window.peek(HEAD)?).ok_or(Fault::UnknownFormat)?,
    };
    builder.read_as(DetectedLayout::new(format, Some(encoding)));
    read_text(format, window, rules, seen, builder)?;
    if let Some(reading) = builder.reading() {
        reading.damaged_lines = damage.damaged_lines.get();
        reading.lines_in = damage.other_lines.take();
    }
    Ok(())
}

/// Reads an office document, whose content shows whether it is a workbook or a letter.
fn read_office(
    office: Office,
    workbook: &mut dyn ReadSeek,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    if rules.columns.0.is_empty()
        && let Some(parts) = document::parts(workbook)?
    {
        builder.read_as(DetectedLayout::new(Format::Text, None));
        return document::each_part(workbook, &parts, |text| {
            free_text::read(&mut Window::new(text), rules.classes, builder)
        });
    }
    let mut read_as = |format| builder.read_as(DetectedLayout::new(format, None));
    match office {
        Office::OpenXml if xlsb::is_binary(workbook)? => {
            read_as(Format::Xlsb);
            xlsb::read(workbook, rules, builder)
        }
        Office::OpenXml => {
            read_as(Format::Xlsx);
            xlsx::read(workbook, rules, builder)
        }
        Office::OpenDocument => {
            read_as(Format::Ods);
            ods::read(workbook, rules, builder)
        }
    }
}

/// Reads a workbook that is written as text.
fn read_markup(
    kind: markup::Kind,
    stream: PeekedStream<'_>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    let (text, encoding) = decoded(stream, rules)?;
    let mut read_as = |format| builder.read_as(DetectedLayout::new(format, Some(encoding)));
    match kind {
        markup::Kind::Html => {
            read_as(Format::Html);
            html::read(text, rules, builder)
        }
        markup::Kind::SpreadsheetMl => {
            read_as(Format::SpreadsheetMl);
            spreadsheet_ml::read(text, rules, builder)
        }
        markup::Kind::FlatOpenDocument => {
            read_as(Format::Ods);
            ods::read_flat(text, rules, builder)
        }
        markup::Kind::WebArchive => Err(Fault::WebArchive.into()),
    }
}

fn read_text(
    format: Format,
    mut window: Window<Utf8<'_, PeekedStream<'_>>>,
    rules: &FileRules,
    seen: &mut Seen,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    match format {
        Format::Csv => csv::read(window, rules, builder),
        Format::Fixed => fixed::read(&mut window, rules, builder),
        Format::Combo => combo::read(&mut window, rules, builder),
        Format::Text => match transfer::wrapping(window.peek(HEAD)?) {
            Some(wrapping) => {
                let mut unwrapped = Window::new(UnwrappingReader::new(window, wrapping));
                free_text::read(&mut unwrapped, rules.classes, builder)
            }
            None => free_text::read(&mut window, rules.classes, builder),
        },
        Format::Json => json::read(&mut window, rules, seen, builder),
        Format::Jsonl => jsonl::read(&mut window, rules, seen, builder),
        Format::Sql => sql::read(window, rules, builder),
        Format::Xml => xml::read(window, rules, seen, builder),
        Format::Sqlite | Format::Access | Format::Cronos | Format::Bson => {
            Err(Fault::NoDatabase.into())
        }
        Format::Html
        | Format::SpreadsheetMl
        | Format::Xlsx
        | Format::Xlsb
        | Format::Ods
        | Format::Xls
        | Format::Dbf => Err(markup::text(window.peek(HEAD)?).into()),
    }
}

/// Returns the stream as UTF-8, by the encoding that is stated or recognised by its beginning.
fn decoded<'s>(
    stream: PeekedStream<'s>,
    rules: &FileRules,
) -> Result<(Utf8<'static, PeekedStream<'s>>, Encoding), Failure> {
    let (head, rest) = stream.into_parts();
    let encoding = match rules.entry.encoding {
        Some(encoding) => encoding,
        None => sniff::encoding(&head)?,
    };
    let text = Utf8::new(&head, rest, encoding);
    Ok(match rules.entry.format {
        Some(Format::Fixed) => (text.padded(), encoding),
        _ => (text, encoding),
    })
}
