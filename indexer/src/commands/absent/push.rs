use clap::Args;

use super::absent::AnyArguments;

/// Push a generation to an object store (not in this program: it was built without the feature store).
#[derive(Args)]
#[command(disable_help_flag = true)]
pub(super) struct PushCommand {
    #[command(flatten)]
    any: AnyArguments,
}

impl PushCommand {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        self.any.refuse("push", "store")
    }
}
