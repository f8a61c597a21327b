use clap::Args;
use serde_json::{Value, json};

use super::options::{AudienceOption, Files, FormatOption};
use super::output::progress::Bar;
use super::output::table::{Table, grouped};
use super::output::{self, WITHHELD};
use crate::analysis::query::{self, Breakdown, By, Vocabulary};

/// Count the identifiers that match an expression.
///
/// The expression combines breaches, kinds, data classes, status and dates. Only counts are printed, never an
/// identifier. Identifiers recovered from rejected rows count like the others.
#[derive(Args)]
#[command(after_help = "\
Terms:
  voters-2019          in this breach (breach:all for a breach with the same name as a term)
  kind:phone           of this kind
  class:passwords      with which this class leaked, in any breach; reads all rows
  status:confirmed     in a breach of this status: confirmed, reported, unverified, fabricated
  type:warning         on a warning list; type:leak: in a leak
  date>=2024-03        in a breach of such a date: < <= = >= >; compared as far as both are known
  sensitive            in a sensitive breach
  all                  all identifiers

Operators:
  a & b     in both            a - b     in a but not in b; with blanks, since names have hyphens
  a | b     in either          !a        in all but a
  & and - have the same precedence, group from left to right, and bind more tightly than |;
  use parentheses as usual.

With --public, * replaces a count above 0 and below --min-cell, and others that would reveal it:
the smallest other parts, if the parts make up the whole; and a part without which little of the
whole is left. Each call is judged by itself: if you publish several answers, make sure that no two
of them differ by only a few.

Examples:
  tekser-indexer query --index index 'residents-2025 & voters-2019 - clinic-2023 & kind:phone'
  tekser-indexer query --index index --by year 'class:passport-numbers & status:confirmed'
  tekser-indexer query --index index --by breach --public --min-cell 20 --csv '!residents-2025'")]
pub(super) struct Query {
    #[command(flatten)]
    audience: AudienceOption,
    #[command(flatten)]
    format: FormatOption,
    /// Break the answer down. Empty parts are left out.
    #[arg(long, value_enum, value_name = "PART", hide_possible_values = false)]
    by: Option<By>,
    /// Expression, in quotes, since it has characters that the shell interprets.
    #[arg(required = true, value_name = "EXPRESSION")]
    expression: Vec<String>,
}

impl Query {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = self.audience.open()?;
        let (generation, (query, answer)) = (files.generation, self.ask(&files)?);
        let by = self.by.map_or("all", name);
        if self.format.json {
            let mut shown = json!({
                "generation": generation.as_str(),
                "query": query.to_string(),
                "identifiers": answer.identifiers,
            });
            if self.by.is_some() {
                shown["by"] = by.into();
                shown["cells"] = cells_as_json(&answer);
            }
            output::line(shown)?;
        } else if self.format.csv {
            output::csv([by, "identifiers"], csv_rows(&answer))?;
        } else {
            output::data(format_args!(
                "generation {generation}\n\n{}",
                as_text(by, &answer)
            ))?;
        }
        Ok(())
    }

    /// Asks the question, and returns what may be shown of the answer.
    fn ask(&self, files: &Files) -> anyhow::Result<(query::Query, Breakdown)> {
        let bar = Bar::of_rows("reading rows");
        let corpus = files.corpus()?.watched(&bar);
        let vocabulary = Vocabulary::of(corpus.breaches());
        let query = query::Query::parse(&self.expression.join(" "), &vocabulary)?;
        let answer = Breakdown::of(&corpus, &query.rows(&corpus)?, self.by)?;
        let answer = match self.audience.least() {
            Some(least) => answer.published(least),
            None => answer,
        };
        Ok((query, answer))
    }
}

const fn name(by: By) -> &'static str {
    match by {
        By::Breach => "breach",
        By::Kind => "kind",
        By::Class => "class",
        By::Status => "status",
        By::Year => "year",
    }
}

fn cells_as_json(answer: &Breakdown) -> Value {
    let cell = |cell: &query::Cell| (cell.name.clone(), cell.identifiers.into());
    Value::Object(answer.cells.iter().map(cell).collect())
}

/// Returns rows of CSV. The first, whose part is empty, is the total.
fn csv_rows(answer: &Breakdown) -> impl Iterator<Item = [String; 2]> {
    let count = |count: Option<u64>| count.map_or(WITHHELD.to_owned(), |count| count.to_string());
    let cells = answer.cells.iter();
    std::iter::once([String::new(), count(answer.identifiers)])
        .chain(cells.map(move |cell| [cell.name.clone(), count(cell.identifiers)]))
}

fn as_text(by: &str, answer: &Breakdown) -> String {
    let count = |count: Option<u64>| count.map_or(WITHHELD.to_owned(), grouped);
    let mut table = Table::new([by, "identifiers"]);
    if by != "all" {
        table.row(["all".to_owned(), count(answer.identifiers)]);
        for cell in &answer.cells {
            table.row([cell.name.clone(), count(cell.identifiers)]);
        }
        return table.to_string();
    }
    format!("{} identifiers\n", count(answer.identifiers))
}
