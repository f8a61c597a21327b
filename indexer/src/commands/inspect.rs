//! What do these files hold? The command that drafts a `breach.toml`.

mod json;

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use exposure_index::breach::{CLASSES, PartialDate};

use self::json::as_json;
use super::options::IdentityOption;
use super::output;
use super::output::table::{Table, plural};
use crate::ingest::{DESCRIPTION, Delimiter, Dialect, DumpSecrets, Encoding, Format, Known, word};
use crate::inspect::{
    Column, Files, Inspection, Part, draft, expand, inspect_known, passed_over, quoted, shown,
    shown_path,
};

/// Longest name of a column that is shown whole, in characters.
const NAME: usize = 32;

/// Guess what dump files hold, and draft a breach.toml for them.
///
/// Shows container, format, encoding, delimiter, header, tables and sheets, and guesses what each column holds from its
/// name and its values. Reads only the first 8 MiB of each file and, in an archive, of each of its first 16 members.
/// Shows only the form of values: 9 stands for any digit, a, A, я and Я for any letter.
#[derive(Args)]
#[command(after_help = EXAMPLES, after_long_help = long_help())]
pub(super) struct Inspect {
    /// Files of the dump, or folders that hold them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// File of the draft, - for standard output; by default a breach.toml next to the files.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the draft instead of writing it.
    #[arg(long, conflicts_with = "output")]
    stdout: bool,
    /// Overwrite an existing breach.toml.
    #[arg(long)]
    force: bool,
    /// Encoding of the files, such as windows-1251 or ibm866, where it is not recognised.
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// Delimiter of values, such as ';', '\t' or '~|~', where the guess is wrong.
    #[arg(long, value_name = "DELIMITER")]
    delimiter: Option<Delimiter>,
    /// Whether the first row names the columns, where the guess is wrong; the row is then shown.
    #[arg(long, value_name = "BOOL")]
    header: Option<bool>,
    #[command(flatten)]
    identity: IdentityOption,
    /// Print one JSON object that contains the draft, which is written to a file only with --output.
    #[arg(long, conflicts_with = "stdout")]
    json: bool,
}

const EXAMPLES: &str = "\
Examples:
  tekser-indexer inspect breaches/residents-2025/residents.csv
  tekser-indexer inspect --stdout part-*.sql.zst
  tekser-indexer inspect --force --encoding windows-1251 kl_to_1c.txt
  tekser-indexer inspect --force --delimiter '~|~' --header false breaches/residents-2025
  tekser-indexer inspect --json breaches/residents-2025 > columns.json

The draft is ready except for what only a person knows: those lines say TODO, and build refuses
them, while build --dry-run and compare read the dump without them. A guess with less than an even
chance is written as a comment. Files of one layout become one [[file]] if a glob matches exactly
those files.";

/// Returns the examples, and the data classes that `breach.toml` may name.
fn long_help() -> String {
    let classes = CLASSES.join(", ");
    format!("{EXAMPLES}\n\nThe data classes, mostly in the terms of Have I Been Pwned:\n{classes}")
}

impl Inspect {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let Files {
            found: files,
            passed_over,
        } = expand(&self.files)?;
        let target = self.target(&files)?;
        let known = Known {
            encoding: self.encoding,
            delimiter: self.delimiter,
            header: self.header,
        };
        let (inspections, refused) = inspect_all(&files, known, &self.identity.load()?)?;
        ensure!(
            inspections
                .iter()
                .any(|inspection| !inspection.parts.is_empty()),
            "{}what was inspected has no rows; nothing is drafted",
            passed_over_text(&inspections)
        );
        let draft = draft(&inspections, &target.folder(), &today()?)?;
        for (path, reason) in &passed_over {
            let path = shown_path(&path.display().to_string());
            output::message(format_args!("{path}: passed over: {reason}"));
        }
        if self.json {
            output::line(as_json(&inspections, &passed_over, &draft))?;
        } else if let Target::Print(_) = target {
            output::message(as_text(&inspections));
            output::data(&draft)?;
        } else {
            output::data(output::visible(&as_text(&inspections)))?;
        }
        inspections
            .iter()
            .filter_map(nothing_found)
            .for_each(output::message);
        self.write(&target, &draft)?;
        match refused {
            0 => Ok(()),
            refused => bail!(
                "{refused} of {} refused, see above",
                plural(files.len() as u64, "file")
            ),
        }
    }

    /// Returns the destination of the draft, if it may be written.
    fn target(&self, files: &[PathBuf]) -> anyhow::Result<Target> {
        let beside = self.folder(files)?;
        let target = match &self.output {
            Some(path) if path.as_os_str() == "-" => Target::Print(beside),
            Some(path) => Target::Write(path.clone()),
            None if self.stdout || self.json => Target::Print(beside),
            None => Target::Write(beside.join(DESCRIPTION)),
        };
        if let Target::Write(path) = &target
            && path.exists()
            && !self.force
        {
            bail!(
                "{} exists already; --force overwrites it, --stdout only prints",
                path.display()
            );
        }
        Ok(target)
    }

    /// Returns the given folder, or the innermost one that contains all files.
    fn folder(&self, files: &[PathBuf]) -> anyhow::Result<PathBuf> {
        match self.files.as_slice() {
            [folder] if folder.is_dir() => fs::canonicalize(folder)
                .with_context(|| format!("cannot open {}", folder.display())),
            _ => common_folder(files),
        }
    }

    fn write(&self, target: &Target, draft: &str) -> anyhow::Result<()> {
        let Target::Write(path) = target else {
            return Ok(());
        };
        let mut options = OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let written = options
            .open(path)
            .and_then(|mut file| file.write_all(draft.as_bytes()));
        written.with_context(|| format!("{} cannot be written", path.display()))?;
        output::message(format_args!(
            "drafted {}: fill in its lines that say TODO before you build; build --dry-run and compare read the dump \
             without that",
            path.display()
        ));
        Ok(())
    }
}

/// Destination of the draft.
enum Target {
    /// Standard output, for files of this folder.
    Print(PathBuf),
    /// This file.
    Write(PathBuf),
}

impl Target {
    /// Returns the folder that the draft is for.
    fn folder(&self) -> PathBuf {
        match self {
            Self::Print(folder) => folder.clone(),
            Self::Write(path) => match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
                _ => PathBuf::from("."),
            },
        }
    }
}

/// Returns the innermost folder that contains all files.
fn common_folder(files: &[PathBuf]) -> anyhow::Result<PathBuf> {
    let mut common: Option<PathBuf> = None;
    for file in files {
        let real =
            fs::canonicalize(file).with_context(|| format!("cannot open {}", file.display()))?;
        let folder = real.parent().unwrap_or(Path::new("/"));
        common = Some(match common {
            None => folder.to_owned(),
            Some(common) => shared(&common, folder),
        });
    }
    common.context("there are no files")
}

fn shared(one: &Path, other: &Path) -> PathBuf {
    let same = one.components().zip(other.components());
    let same = same.take_while(|(one, other)| one == other);
    same.map(|(component, _)| component).collect()
}

/// Inspects each file, and counts those that were refused. A refused file does not keep the others from being
/// shown, unless all are.
fn inspect_all(
    files: &[PathBuf],
    known: Known,
    secrets: &DumpSecrets,
) -> anyhow::Result<(Vec<Inspection>, usize)> {
    let mut found = Vec::new();
    let mut refused = Vec::new();
    for file in files {
        if files.len() > 1 {
            output::message(format_args!("reading {}", file.display()));
        }
        match inspect_known(known, file, secrets) {
            Ok(inspection) => found.push(inspection),
            Err(error) => refused.push(error),
        }
    }
    if found.is_empty()
        && let Some(error) = refused.pop()
    {
        refused.iter().for_each(output::message);
        return Err(error.into());
    }
    refused.iter().for_each(output::message);
    Ok((found, refused.len()))
}

/// Returns the message for a file without anything worth indexing.
fn nothing_found(inspection: &Inspection) -> Option<String> {
    let path = inspection.path.display();
    let has_columns = |part: &Part| !part.layout.format.is_without_columns();
    let is_proposed = |part: &Part| {
        part.columns
            .iter()
            .any(|column| column.proposed().is_some())
    };
    if inspection.parts.is_empty() {
        let is_named = !inspection.passed_over.is_empty();
        return (!is_named)
            .then(|| format!("{path}: no rows were found, and nothing is drafted for it"));
    }
    let is_found = inspection
        .parts
        .iter()
        .any(|part| !has_columns(part) || is_proposed(part) || part.is_feed());
    (!is_found).then(|| {
        format!(
            "{path}: no column looks like an identifier or anything else that is known; all are comments in the draft: \
             remove the # from those that hold such data"
        )
    })
}

pub(super) fn today() -> anyhow::Result<PartialDate> {
    let today = jiff::Timestamp::now().to_string();
    let day = today.get(..10).unwrap_or_default();
    day.parse().context("the clock shows no date")
}

fn as_text(inspections: &[Inspection]) -> String {
    let mut text = String::new();
    let mut before: Vec<(&Path, &Part)> = Vec::new();
    for inspection in inspections {
        let path = inspection.path.as_path();
        for part in &inspection.parts {
            let is_alike =
                |(other, known): &&(&Path, &Part)| *other != path && known.is_written_like(part);
            let columns = match before.iter().find(is_alike) {
                Some((other, _)) => format!("  columns as in {}\n", other.display()),
                None => columns(part),
            };
            text.push_str(&format!("{}\n{columns}\n", title(inspection, part)));
            before.push((path, part));
        }
    }
    text + &passed_over_text(inspections)
}

/// Lists what holds no rows, a line for each file and reason.
fn passed_over_text(inspections: &[Inspection]) -> String {
    let mut text = String::new();
    for inspection in inspections {
        let path = shown_path(&inspection.path.display().to_string());
        for named in passed_over(inspection) {
            let members = named
                .members
                .map_or(String::new(), |names| format!("{names}, "));
            text.push_str(&format!("{path}: passed over: {members}{}\n", named.reason));
        }
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

/// Returns the properties of a part as a whole: `loans.txt.gz: gzip, csv, kz-1048, delimiter "|", no header; 1,487
/// rows`.
fn title(inspection: &Inspection, part: &Part) -> String {
    let container = inspection.container.map(str::to_owned);
    let mut properties: Vec<String> = container.into_iter().collect();
    properties.extend(lines_properties(part));
    properties.extend(place_properties(part));
    let rows = plural(part.rows as u64, "row");
    let looked_at = if part.whole {
        rows
    } else {
        format!("{rows} of its beginning")
    };
    format!(
        "{}: {}; {looked_at}",
        inspection.path.display(),
        properties.join(", ")
    )
}

/// How the lines and values of a part are written.
fn lines_properties(part: &Part) -> impl Iterator<Item = String> {
    let layout = &part.layout;
    let delimiter = layout.delimiter.as_ref().map(ToString::to_string);
    let quote = match layout.quote {
        Some('"') => None,
        Some(quote) => Some(format!("quote {quote}")),
        None => Some("no quotes".to_owned()),
    };
    let header = |header| if header { "header" } else { "no header" }.to_owned();
    let properties = [
        Some(word(layout.format)),
        layout.encoding.map(word),
        delimiter.map(|delimiter| format!("delimiter {}", quoted(&delimiter))),
        quote,
        layout.escape.map(|escape| format!("escape {escape}")),
        (part.skip > 0).then(|| format!("skips {}", plural(part.skip, "line"))),
        part.header.map(header),
    ];
    properties.into_iter().flatten()
}

/// Whose SQL a part is, and where in the file it is.
fn place_properties(part: &Part) -> impl Iterator<Item = String> {
    let layout = &part.layout;
    // A dump of SQL Server or Oracle is written in the same way as PostgreSQL's.
    let dialect = layout.dialect.map(|dialect| match dialect {
        Dialect::Mysql => "dialect mysql".to_owned(),
        Dialect::Postgresql => "dialect postgresql (standard SQL)".to_owned(),
    });
    let table = layout.table.as_ref().map(|table| shown(table));
    let sheet = layout.sheet.as_ref().map(|sheet| shown(sheet));
    let records = layout.records.as_ref();
    let members = match part.members.as_slice() {
        [] => None,
        [member] => Some(format!("member {}", one_line(member))),
        members => Some(format!("{} members", members.len())),
    };
    let properties = [
        dialect,
        table.map(|table| format!("table {}", one_line(&table))),
        sheet.map(|sheet| format!("sheet {}", one_line(&sheet))),
        records.map(|records| format!("records {}", one_line(records))),
        members,
    ];
    properties.into_iter().flatten()
}

fn columns(part: &Part) -> String {
    match part.layout.format {
        Format::Combo => "  no columns: an account and a password in each line\n".to_owned(),
        format if format.is_without_columns() => {
            "  no columns: every line is searched for identifiers\n".to_owned()
        }
        _ => table(part).to_string(),
    }
}

fn table(part: &Part) -> Table<5> {
    let mut table = Table::of_text(["column", "guess", "sure", "by", "looks like"]);
    for column in &part.columns {
        let said = column.of_feed.filter(|_| part.is_feed());
        let [guess, sure, basis] = match said {
            Some(said) => [said.says().to_owned(), String::new(), String::new()],
            None => guessed(column),
        };
        let preview = column.preview.clone();
        table.row([one_line(&column.name), guess, sure, basis, preview]);
    }
    table
}

/// Describes what a column may hold, how sure that is, and why.
fn guessed(column: &Column) -> [String; 3] {
    let basis = column.guess.as_ref().map_or("", |guess| guess.basis());
    [guess_text(column), sureness(column), basis.to_owned()]
}

fn guess_text(column: &Column) -> String {
    match (&column.guess, column.proposed()) {
        (_, Some(guess)) => guess.meaning.to_string(),
        (Some(guess), None) => format!("unknown ({}?)", guess.meaning),
        (None, None) => "unknown".to_owned(),
    }
}

/// Describes how sure a guess is and, for identifiers, how many values a build would accept.
fn sureness(column: &Column) -> String {
    match &column.guess {
        None => String::new(),
        Some(guess) => match guess.taken {
            Some(taken) if taken < 100 => format!("{} %, fits {taken} %", guess.percent),
            _ => format!("{} %", guess.percent),
        },
    }
}

/// Returns a name without line breaks, cut off if it is long.
fn one_line(name: &str) -> String {
    let name = output::visible(name).replace('\n', "\u{FFFD}");
    if name.chars().count() <= NAME {
        return name;
    }
    name.chars().take(NAME).chain(['…']).collect()
}
