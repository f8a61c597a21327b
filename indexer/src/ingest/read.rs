use std::io::Read;

use super::container::{self, Content, Member};
use super::description::Format;
use super::encoding::Utf8;
use super::error::Failure;
use super::intake::Intake;
use super::jsonl::Seen;
use super::progress::Meter;
use super::resolve::{Breach, DumpFile, FileRules};
use super::sniff::{self, HEAD};
use super::window::Window;
use super::{Fault, IngestError, Progress, ReadOptions, Sink, Tally};
use super::{combo, csv, fixed, json, jsonl, ods, sql, text, xls, xlsx};

/// Reads every file of `breach` in order and gives the records to `sink`.
///
/// Memory does not grow with the files but for two: of a spreadsheet the shared texts are held, and an archive within an
/// archive is held as it is packed. A spreadsheet of more than 512 MiB of XML and archives of more than 512 MiB held at a
/// time are refused.
///
/// # Errors
/// If a file cannot be read to its end or is not what `breach.toml` says, or when `sink` breaks
/// ([`IngestError::Stopped`]). Rows that do not parse are no errors: they are counted in the tally.
pub fn read(
    breach: &Breach,
    options: &ReadOptions,
    progress: &Progress,
    sink: &mut dyn Sink,
) -> Result<Tally, IngestError> {
    let mut intake = Intake::of(breach, options.recover, sink);
    for rules in &breach.files {
        let mut seen = Seen::new(&rules.columns);
        for file in &rules.paths {
            read_file(file, rules, progress, &mut seen, &mut intake)?;
        }
        seen.check(&rules.columns)
            .map_err(|fault| IngestError::File {
                file: rules.entry.path.clone(),
                fault,
            })?;
    }
    Ok(intake.into_tally())
}

fn read_file(
    file: &DumpFile,
    rules: &FileRules,
    progress: &Progress,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), IngestError> {
    let meter = Meter::new(progress, file.size);
    let outcome = container::open(&file.path, &meter, &mut |member, content| {
        intake.enter(&file.name, member.number);
        read_content(
            format(file, rules, member, &content)?,
            content,
            rules,
            seen,
            intake,
        )
    });
    outcome.map_err(|failure| failure.in_file(&file.name, meter.read_so_far()))?;
    meter.finish();
    Ok(())
}

fn format(
    file: &DumpFile,
    rules: &FileRules,
    member: &Member,
    content: &Content<'_>,
) -> Result<Format, Fault> {
    if matches!(content, Content::Workbook(_)) {
        return Ok(Format::Xlsx);
    }
    let by_name = || sniff::format(&file.name).or_else(|| sniff::format(member.name.as_deref()?));
    rules
        .entry
        .format
        .or_else(by_name)
        .ok_or(Fault::UnknownFormat)
}

fn read_content(
    format: Format,
    content: Content<'_>,
    rules: &FileRules,
    seen: &mut Seen,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    match content {
        Content::Workbook(workbook) => match ods::is_open_document(workbook)? {
            true => ods::read(workbook, rules, intake),
            false => xlsx::read(workbook, rules, intake),
        },
        Content::Stream(stream) if format == Format::Xls => xls::read(stream, rules, intake),
        Content::Stream(stream) => {
            let mut window = Window::new(decoded(stream, rules)?);
            match format {
                Format::Csv => csv::read(window, rules, intake),
                Format::Json => json::read(&mut window, &rules.columns, seen, intake),
                Format::Fixed => fixed::read(&mut window, rules, intake),
                Format::Combo => combo::read(&mut window, rules, intake),
                Format::Text => text::read(&mut window, intake),
                Format::Jsonl => jsonl::read(&mut window, &rules.columns, seen, intake),
                Format::Sql => sql::read(window, rules, intake),
                Format::Xlsx | Format::Xls | Format::Ods => Err(Fault::BadWorkbook.into()),
            }
        }
    }
}

/// The stream as UTF-8, by the encoding that is stated or told by its beginning.
fn decoded<'s>(
    stream: &'s mut dyn Read,
    rules: &FileRules,
) -> Result<Utf8<&'s mut dyn Read>, Failure> {
    let mut head = Vec::new();
    stream.take(HEAD as u64).read_to_end(&mut head)?;
    let encoding = match rules.entry.encoding {
        Some(encoding) => encoding,
        None => sniff::encoding(&head)?,
    };
    Ok(Utf8::new(&head, stream, encoding))
}
