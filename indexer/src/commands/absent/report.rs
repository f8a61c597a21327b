use clap::Args;

use super::absent::AnyArguments;

/// Write a report on the index, as a page or as JSON (not in this program: it was built without the feature report).
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct Report {
    #[command(flatten)]
    any: AnyArguments,
}

impl Report {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        self.any.refuse("report", "report")
    }
}
