mod answer;
mod answerer;
mod audited;
mod column;

use std::ffi::OsString;
use std::io::{self, StdoutLock, Write};

use anyhow::ensure;
use clap::Args;
use exposure_index::identifier::Kind;
use zeroize::Zeroizing;

use self::answer::Form;
use self::answerer::Answerer;
use self::audited::{AuditOption, StaffAudit};
use self::column::Column;
use super::options::identifiers::{Unreadable, each_line, refuse_arguments};
use super::options::{FilesOption, KeysOption};
use super::output::progress::LineCounter;
use super::output::table::grouped;

/// Show which leaks and warning lists identifiers are in.
///
/// Identifiers are read from standard input, one per line; never from arguments, which every user of the machine can
/// see. A line is kind:value, or a value alone, with or without a label such as ИИН; its kind is then recognised as on
/// the website. The kinds are iin, phone, email, id_card, passport, iban, card, plate, login, site, company, wallet,
/// handle.
///
/// A value that is not an identifier is refused with the rule that it breaks. The other lines are answered, and the
/// exit status is 1. A value that follows the rules of its kind but is unusual is looked up and marked as doubtful.
#[derive(Args)]
#[command(after_help = "\
Examples:
  echo '8 709 123 45 67' | tekser-indexer lookup --index index --key tekser.key \\
    --trust release.key.pub
  tekser-indexer lookup --index index --key tekser.key --trust release.key.pub --json \\
    < identifiers.txt > answers.jsonl
  tekser-indexer lookup --index index --key tekser.key --public --kind phone --column Телефон \\
    --csv < customers.csv > answers.csv
  echo '8 709 123 45 67' | tekser-indexer lookup --index index --key tekser.key \\
    --offline-key offline.key --audit audit.log --reason 'application 17 of 1 December'

Values are never printed. With --json there is one line of output per line of input, in order, with
doubts and other kinds only where there are any:
  {\"kind\":\"iin\",\"found\":true,\"exposures\":[{\"breach\":\"…\",\"classes\":[\"…\"]}]}
  {\"kind\":\"passport\",\"found\":false,\"exposures\":[],\"doubts\":[\"passport\"],\"or\":[\"login\"]}
  {\"kind\":\"iin\",\"error\":\"check digit\",\"rule\":\"the last digit of an IIN is computed from the others, and differs here\"}

Warnings are listed separately from leaks, and only if there are any:
  {\"kind\":\"site\",\"found\":false,\"exposures\":[],\"warnings\":[{\"list\":\"…\",\"since\":\"2026-11\",
   \"reasons\":[\"phishing-site\"],\"publisher\":\"…\",\"appeal\":\"https://…\"}]}
A site is looked up together with its registrable domain.

Where the sealed file is opened, --audit and --reason are required. Before each batch of up to 1,000
values is answered, a line is appended to the audit: who asks, when, in which generation, for how many values
and why; never a value. Each line has the hash of the line before, and every run checks them all.

With --csv the columns are line, kind, found, leaks, breaches, classes, doubts, refused,
warnings; names in a cell are separated by blanks. With --column a line is a row of the input,
its header included.

Exit status: 0 every line was answered, 1 a line was refused or the command failed.")]
pub(super) struct Lookup {
    #[command(flatten)]
    files: FilesOption,
    #[command(flatten)]
    keys: KeysOption,
    #[command(flatten)]
    audit: AuditOption,
    /// Kind of every value.
    #[arg(long, value_name = "KIND")]
    kind: Option<Kind>,
    /// Column of CSV input that holds the values: its name in the first row or, without a header, its number from 0.
    /// The delimiter is whichever of , ; | and tab is most frequent in the first line.
    #[arg(long, value_name = "NAME|N")]
    column: Option<Column>,
    /// Print one JSON object per line of input.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print CSV (RFC 4180) with a header and one row per line of input.
    #[arg(long)]
    csv: bool,
    /// Accepted only to be refused without being repeated: the message may end up in a log.
    #[arg(hide = true)]
    arguments: Vec<OsString>,
}

impl Lookup {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        refuse_arguments(&self.arguments, "lookup");
        // The owner of the key reads their own files, not a server's: only `--trust` asks for a signature.
        let files = self.files.open()?;
        let audit = self.audit.open(&files)?;
        let mut lookups = Lookups {
            answerer: Answerer::new(&self.keys, files, self.kind)?,
            audit,
            form: self.form(),
            output: io::stdout().lock(),
            waiting: Vec::new(),
            progress: LineCounter::new("looking up"),
            refused: 0,
        };
        lookups.form.print_head(&mut lookups.output)?;
        self.each_value(|line, value| lookups.take(line, value))?;
        lookups.finish()
    }

    const fn form(&self) -> Form {
        match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Text,
        }
    }

    fn each_value(
        &self,
        take: impl FnMut(u64, Result<&str, Unreadable>) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        match &self.column {
            Some(column) => column.each(io::stdin().lock(), take),
            None => each_line("an identifier", take),
        }
    }
}

/// Maximum number of values in one line of the audit.
const AUDITED_AT_ONCE: usize = 1000;

/// A value, and its line in the input.
type InputValue = (u64, Result<Zeroizing<String>, Unreadable>);

/// The look-ups of a run.
struct Lookups {
    answerer: Answerer,
    /// The audit, if sealed rows are read.
    audit: Option<StaffAudit>,
    form: Form,
    output: StdoutLock<'static>,
    /// Values that are answered once the audit has a line for them.
    waiting: Vec<InputValue>,
    progress: LineCounter,
    refused: u64,
}

impl Lookups {
    fn take(&mut self, line: u64, value: Result<&str, Unreadable>) -> anyhow::Result<()> {
        if self.audit.is_none() {
            return self.answer(line, value);
        }
        let value = value.map(|text| Zeroizing::new(text.to_owned()));
        self.waiting.push((line, value));
        match self.waiting.len() {
            AUDITED_AT_ONCE => self.answer_waiting(),
            _ => Ok(()),
        }
    }

    fn answer_waiting(&mut self) -> anyhow::Result<()> {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(audit) = self.audit.as_mut().filter(|_| !waiting.is_empty()) {
            audit.note(waiting.len() as u64)?;
        }
        for (line, value) in waiting {
            self.answer(
                line,
                value.as_deref().map(String::as_str).map_err(|error| *error),
            )?;
        }
        Ok(())
    }

    fn answer(&mut self, line: u64, value: Result<&str, Unreadable>) -> anyhow::Result<()> {
        let answer = self.answerer.answer(value)?;
        self.refused += u64::from(answer.is_refused());
        self.form.print(line, &answer, &mut self.output)?;
        self.progress.advance();
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<()> {
        self.answer_waiting()?;
        self.output.flush()?;
        let (refused, all) = (self.refused, self.progress.finish());
        ensure!(
            refused == 0,
            "{} of {} lines were refused and not looked up",
            grouped(refused),
            grouped(all)
        );
        Ok(())
    }
}
