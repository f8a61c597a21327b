use std::path::PathBuf;

use clap::Args;
use exposure_index::oprf::SecretKey;

use super::key_files::{NewKeyFiles, parse_shares};
use super::passphrase::PassphraseOption;

/// Make a new key, whole or in shares.
///
/// Whoever holds the whole key can compute every tag and so search a stolen index; keep it apart from the index and
/// its backup apart from both. With shares, each evaluator holds one of them, and no single stolen machine opens
/// anything; building needs all of them, on an offline machine. A lost key cannot be restored: without it an index
/// answers nothing and must be rebuilt from the dumps.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer keygen --key tekser.key
  tekser-indexer keygen --key tekser.key --shares 2     writes tekser.key.1 and tekser.key.2
  tekser-indexer keygen --key tekser.key --passphrase   asks for a passphrase and encrypts the file
  tekser-indexer keygen --key tekser.key --passphrase-file passphrase     encrypts it without asking

Whoever has no tekser-indexer opens an encrypted key file with: age --decrypt tekser.key")]
pub(super) struct Keygen {
    /// The file to write; shares get .1, .2, … behind it. Existing files are never overwritten.
    #[arg(long, value_name = "FILE", env = "TEKSER_KEY")]
    key: PathBuf,
    /// Split the key into so many shares.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_shares())]
    shares: u8,
    /// Encrypt the files with a passphrase from the terminal; --passphrase-file encrypts them, too.
    #[arg(long)]
    passphrase: bool,
    #[command(flatten)]
    source: PassphraseOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Keygen {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let files = NewKeyFiles {
            path: &self.key,
            shares: self.shares,
            passphrase: (self.passphrase || self.source.is_given()).then_some(&self.source),
        };
        files.write(&SecretKey::generate()?)?.report(self.json)
    }
}
