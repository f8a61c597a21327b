use clap::Args;
use serde_json::json;

use super::options::{AudienceOption, Files};
use super::output;
use super::progress::RowsRead;
use crate::analysis::Figures;

/// Print everything that investigators ask of an index first, as one JSON object.
///
/// Identifiers by kind; of each breach, in order of date, its size, what in it was new and how its dump could be read; how
/// many identifiers are in 1, 2, 3… breaches; the commonest combinations; the overlaps of the largest breaches; and how grave
/// what leaked is. Reads all rows. Identifiers recovered from rejected rows count as the others do.
#[derive(Args)]
#[command(after_help = "\
Severity is told twice: by what leaked together in one breach, and by what all breaches hold together (joined). The first
line that fits counts:
  critical  IIN, document or passport + name + phone + address or date of birth
            password or EDS key + e-mail, phone, login or IIN
            bank account or card + name + phone
  high      IIN, document or passport + name; health, family, income or credit + IIN, name or phone
            password or EDS key; bank account or card
  medium    phone or e-mail + name, address, employer or date of birth
  low       anything else

Examples:
  tekser-indexer report --index index > report.json
  tekser-indexer report --index index --public --min-cell 20")]
pub(super) struct Report {
    #[command(flatten)]
    audience: AudienceOption,
}

impl Report {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = self.audience.open()?;
        let figures = self.count(&files)?;
        let mut told = json!(figures);
        told["generation"] = files.generation.as_str().into();
        Ok(output::line(told)?)
    }

    fn count(&self, files: &Files) -> anyhow::Result<Figures> {
        let bar = RowsRead::new();
        let corpus = files.corpus()?.watched(&bar);
        Ok(Figures::of(&corpus, self.audience.least())?)
    }
}
