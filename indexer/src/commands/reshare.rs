use std::path::PathBuf;

use clap::Args;

use super::options::KeyOption;
use super::options::key_files::{NewKeyFiles, parse_shares};

/// Split a key into new shares.
///
/// The key stays the same, and so does the index; the shares are new. An old share is useless with new ones: a thief
/// of one has nothing once all evaluators hold new shares and the old files are destroyed.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer reshare --key old.1 --key old.2 --output new --shares 3     writes new.1, new.2 and new.3
  tekser-indexer reshare --key tekser.key --output tekser.key --shares 2     writes tekser.key.1 and tekser.key.2

With --passphrase and --shares 1 a key file that was not encrypted gets an encrypted twin.

Run it on an offline machine: the whole key is in memory. Then give every evaluator its new share
and the range servers the new public keys, and destroy the old files.")]
pub(super) struct Reshare {
    #[command(flatten)]
    key: KeyOption,
    /// File to write; several shares get .1, .2, … appended. An existing file is never overwritten.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// Number of shares.
    #[arg(long, value_name = "N", value_parser = parse_shares())]
    shares: u8,
    /// Encrypt the new files with a passphrase typed at the terminal; --passphrase-file encrypts them, too. Whether the
    /// old files are encrypted is detected.
    #[arg(long)]
    passphrase: bool,
    /// Do not encrypt the new files, although --passphrase-file opens the old ones.
    #[arg(long, conflicts_with = "passphrase")]
    no_passphrase: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Reshare {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = NewKeyFiles {
            path: &self.output,
            shares: self.shares,
            passphrase: self.encrypts().then_some(self.key.passphrase()),
        };
        files.write(&self.key.load()?)?.report(self.json)
    }

    fn encrypts(&self) -> bool {
        !self.no_passphrase && (self.passphrase || self.key.passphrase().is_given())
    }
}
