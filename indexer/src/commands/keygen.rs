use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use exposure_index::oprf::{OfflineKey, SecretKey, create_offline_key};

use super::options::key_files::{
    NewKeyFiles, WrittenOfflineKey, ask_new, parse_shares, report_keys,
};
use super::options::passphrase::PassphraseOption;

const NOT_WRITTEN: &str = "the offline key was not written";

/// Make a new key, whole or in shares.
///
/// The whole key computes every tag, so its holder can search a stolen index: keep it apart from the index, and its
/// backup apart from both. With shares, each evaluator holds one, and no single stolen machine opens anything; building
/// needs all of them, on an offline machine. A lost key cannot be restored: without it an index answers nothing and
/// must be built again from the dumps.
///
/// The offline key is a second key, which no public server holds. Indexes with sensitive breaches need
/// it, and so does erase: evaluators evaluate any guess for anyone, so a thief of the sealed file could confirm guesses
/// with their help if it were under the evaluators' key.
#[derive(Args)]
#[command(override_usage = "\
tekser-indexer keygen [OPTIONS] --key <FILE>
       tekser-indexer keygen [OPTIONS] --offline-key <FILE>")]
#[command(after_help = "\
Examples:
  tekser-indexer keygen --key tekser.key
  tekser-indexer keygen --key tekser.key --offline-key offline.key
  tekser-indexer keygen --key tekser.key --shares 2     writes tekser.key.1 and tekser.key.2
  tekser-indexer keygen --key tekser.key --passphrase   asks for a passphrase and encrypts the file
  tekser-indexer keygen --key tekser.key --passphrase-file passphrase     encrypts it without asking
  tekser-indexer keygen --offline-key offline.key       makes the offline key alone

Without tekser-indexer, open an encrypted key file with: age --decrypt tekser.key")]
pub(super) struct Keygen {
    /// File of the key; shares get .1, .2, … appended. An existing file is never overwritten.
    #[arg(
        long,
        value_name = "FILE",
        env = "TEKSER_KEY",
        required_unless_present = "offline_key"
    )]
    key: Option<PathBuf>,
    /// File of the offline key; created unless it exists.
    #[arg(long, value_name = "FILE", env = "TEKSER_OFFLINE_KEY")]
    offline_key: Option<PathBuf>,
    /// Number of shares.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = parse_shares())]
    shares: u8,
    /// Encrypt the files with a passphrase typed at the terminal; --passphrase-file encrypts them, too.
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
        // First, so that no key is made without it. It stays if the key is then refused.
        let offline = self.offline_key.as_deref();
        let offline = offline.map(|file| self.offline(file)).transpose()?;
        let written = match &self.key {
            None => None,
            Some(path) => {
                let files = NewKeyFiles {
                    path,
                    shares: self.shares,
                    passphrase: self.passphrase(),
                };
                Some(files.write(&SecretKey::generate()?)?)
            }
        };
        report_keys(written.as_ref(), offline.as_ref(), self.json)
    }

    /// Returns the source of the passphrase: the terminal if one is wanted, or the given file.
    fn passphrase(&self) -> Option<&PassphraseOption> {
        (self.passphrase || self.source.is_given()).then_some(&self.source)
    }

    /// Makes the offline key, unless its file exists.
    fn offline(&self, file: &Path) -> anyhow::Result<WrittenOfflineKey> {
        let file = file.to_owned();
        if file.exists() {
            return Ok(WrittenOfflineKey { file, id: None });
        }
        let passphrase = ask_new(self.passphrase(), &file).context(NOT_WRITTEN)?;
        let key = OfflineKey::generate()?;
        create_offline_key(&file, &key, passphrase.as_ref()).context(NOT_WRITTEN)?;
        let id = Some(key.id());
        Ok(WrittenOfflineKey { file, id })
    }
}
