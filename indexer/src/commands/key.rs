use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use exposure_index::oprf::{KeyFile, KeyShare};
use serde_json::json;

use super::options::passphrase::PassphraseOption;
use super::output;

/// Show what a key file is, or decrypt it.
#[derive(Args)]
pub(super) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(Show),
    Decrypt(Decrypt),
}

/// Print the public parts of key files, and nothing secret.
///
/// An index names its key by the key id. Range servers show clients the public key of each share, by which they check
/// the evaluator that holds it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer key show tekser.key
  tekser-indexer key show --json tekser.key.1 tekser.key.2")]
struct Show {
    /// Key files, whole or shares, of one key or of several.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Print one JSON object for each file.
    #[arg(long)]
    json: bool,
}

/// Decrypt a key file for an evaluator, which cannot ask for a passphrase.
///
/// Does what age --decrypt does and, with --passphrase-file, needs no terminal. Only the owner can read the new file;
/// keep it in memory or on the machine that needs it, and nowhere else.
#[derive(Args)]
#[command(after_help = "\
Example:
  tekser-indexer key decrypt --passphrase-file passphrase --output share.1 tekser.key.1")]
struct Decrypt {
    /// Encrypted key file, whole or a share.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// File to write. An existing file is never overwritten.
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOption,
}

impl Key {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.command {
            Command::Show(show) => show.run(),
            Command::Decrypt(decrypt) => decrypt.run(),
        }
    }
}

impl Show {
    fn run(&self) -> anyhow::Result<()> {
        for (place, file) in self.files.iter().enumerate() {
            let ask = |file: &Path| self.passphrase.ask(file);
            let share = KeyFile::at(file).read_or_unlock(&ask)?;
            let name = file.display().to_string();
            if self.json {
                output::line(as_json(&name, &share))?;
            } else {
                let gap = if place == 0 { "" } else { "\n" };
                output::data(format!("{gap}{}", as_text(&name, &share)))?;
            }
        }
        Ok(())
    }
}

impl Decrypt {
    fn run(&self) -> anyhow::Result<()> {
        let ask = |file: &Path| self.passphrase.ask(file);
        let share = KeyFile::at(&self.file).read_or_unlock(&ask)?;
        KeyFile::at(&self.output).create(&share)?;
        let written = self.output.display().to_string();
        Ok(output::data(as_text(&written, &share))?)
    }
}

fn as_json(file: &str, share: &KeyShare) -> serde_json::Value {
    json!({
        "file": file,
        "share": share.number().number,
        "of": share.number().of,
        "key_id": share.whole().id().to_string(),
        "public_key": share.whole().to_string(),
        "share_public_key": share.secret().public_key().to_string(),
    })
}

fn as_text(file: &str, share: &KeyShare) -> String {
    let (number, whole) = (share.number(), share.whole());
    let mut text = format!("file        {}\n", output::visible(file));
    if number.of > 1 {
        text.push_str(&format!(
            "share       {} of {}\n  its public key  {}\n",
            number.number,
            number.of,
            share.secret().public_key()
        ));
    }
    text.push_str(&format!(
        "key id      {}\npublic key  {whole}\n",
        whole.id()
    ));
    text
}
