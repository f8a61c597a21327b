use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use exposure_index::oprf::{KeyFile, KeyShare};
use serde_json::json;

use super::output;
use super::passphrase::PassphraseOption;

/// Tell what a key file is.
#[derive(Args)]
pub(super) struct Key {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Show(Show),
}

/// Print the public parts of key files, and nothing of what is secret.
///
/// The key id is what an index names its key by; the public key of a share is what servers of ranges tell clients of the
/// evaluator that holds it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer key show tekser.key
  tekser-indexer key show --json tekser.key.1 tekser.key.2")]
struct Show {
    /// Key files, whole or shares; they need not belong together.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Print one JSON object for each file.
    #[arg(long)]
    json: bool,
}

impl Key {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.command {
            Command::Show(show) => show.run(),
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
