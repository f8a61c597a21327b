use clap::{Args, CommandFactory};
use exposure_index::manual::{self, Shell};

use super::{CommandLine, output};

/// Print completions for a shell.
///
/// Debian's package installs the completions of bash, zsh and fish.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer completions bash > /usr/share/bash-completion/completions/tekser-indexer
  tekser-indexer completions zsh > /usr/share/zsh/vendor-completions/_tekser-indexer
  tekser-indexer completions fish > ~/.config/fish/completions/tekser-indexer.fish")]
pub(super) struct Completions {
    /// Shell.
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let script = manual::completions(self.shell, CommandLine::command());
        Ok(output::data(script)?)
    }
}
