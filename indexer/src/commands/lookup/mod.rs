mod answer;
mod answerer;
mod column;

use std::ffi::OsString;
use std::io::{self, Write};

use anyhow::ensure;
use clap::Args;
use exposure_index::identifier::Kind;

use self::answer::Form;
use self::answerer::Answerer;
use self::column::Column;
use super::identifiers::{Unreadable, each_line, refuse_arguments};
use super::options::{FilesOption, KeysOption};
use super::progress::LinesRead;
use super::table::grouped;

/// Show which leaks and warning lists identifiers are in.
///
/// Identifiers are read from standard input, one per line; never from arguments, which every user of the machine can
/// see. A line is kind:value, or a value alone, with or without a label such as ИИН; its kind is then recognised as on
/// the website. The kinds are iin, phone, email, id_card, passport, iban, card, plate, login, site, company, wallet, handle.
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
  tekser-indexer lookup --index index --key tekser.key --kind phone --column Телефон --csv \\
    < customers.csv > answers.csv

Values are never printed. With --json there is one line of output per line of input, in order, with
doubts and other kinds only where there are any:
  {\"kind\":\"iin\",\"found\":true,\"exposures\":[{\"breach\":\"…\",\"classes\":[\"…\"]}]}
  {\"kind\":\"passport\",\"found\":false,\"exposures\":[],\"doubts\":[\"passport\"],\"or\":[\"login\"]}
  {\"kind\":\"iin\",\"error\":\"check digit\",\"rule\":\"the last digit of an IIN follows from the others, and does not here\"}

Warnings are listed separately from leaks, and only if there are any:
  {\"kind\":\"site\",\"found\":false,\"exposures\":[],\"warnings\":[{\"list\":\"…\",\"since\":\"2026-11\",
   \"reasons\":[\"phishing-site\"],\"publisher\":\"…\",\"appeal\":\"https://…\"}]}
A site is asked for with its registrable domain.

With --csv the columns are line, kind, found, leaks, breaches, classes, doubts, refused,
warnings; names in a cell are separated by blanks. With --column a line is a row of the input,
its header included.

Exit status: 0 every line was answered, 1 a line was refused or the command failed.")]
pub(super) struct Lookup {
    #[command(flatten)]
    files: FilesOption,
    #[command(flatten)]
    keys: KeysOption,
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
    /// Taken so that it can be refused without being repeated: the message may end up in a log.
    #[arg(hide = true)]
    arguments: Vec<OsString>,
}

impl Lookup {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        refuse_arguments(&self.arguments, "lookup");
        let answerer = self.answerer()?;
        let form = match (self.json, self.csv) {
            (true, _) => Form::Json,
            (_, true) => Form::Csv,
            _ => Form::Text,
        };
        let mut output = io::stdout().lock();
        form.print_head(&mut output)?;
        let mut progress = LinesRead::new("looking up");
        let mut refused = 0;
        self.each_value(|line, value| {
            let answer = answerer.answer(value)?;
            refused += u64::from(answer.is_refused());
            form.print(line, &answer, &mut output)?;
            progress.advance();
            Ok(())
        })?;
        output.flush()?;
        let all = progress.finish();
        ensure!(
            refused == 0,
            "{} of {} lines were refused and not looked up",
            grouped(refused),
            grouped(all)
        );
        Ok(())
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

    fn answerer(&self) -> anyhow::Result<Answerer> {
        // The owner of the key reads their own files, not a server's: only `--trust` asks for a signature.
        Answerer::new(&self.keys, self.files.open()?, self.kind)
    }
}
