//! How does a command answer that this program was built without?

use std::ffi::OsString;

use anyhow::bail;
use clap::Args;

/// Arguments of a missing command: any.
#[derive(Args)]
pub(super) struct AnyArguments {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

impl AnyArguments {
    /// Refuses the command, whatever its arguments.
    pub(super) fn refuse(&self, command: &str, feature: &str) -> anyhow::Result<()> {
        let _ = &self.arguments;
        bail!(
            "{command}: this tekser-indexer was built without the feature `{feature}`; install the package, or build it with \
             --features full"
        )
    }
}
