use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use serde_json::json;

use super::output;
use crate::oprf::{KeyFile, KeyShare, PublicKey, SecretKey, split};

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
  tekser-indexer keygen --key tekser.key --shares 2     writes tekser.key.1 and tekser.key.2")]
pub(super) struct Keygen {
    /// The file to write; shares get .1, .2, … behind it. Existing files are never overwritten.
    #[arg(long, value_name = "FILE", env = "TEKSER_KEY")]
    key: PathBuf,
    /// Split the key into so many shares.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=16))]
    shares: u8,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Keygen {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let key = SecretKey::generate()?;
        let shares = split(&key, self.shares)?;
        let files: Vec<PathBuf> = shares
            .iter()
            .map(|share| share_path(&self.key, share))
            .collect();
        write_all(&files, &shares)?;
        self.report(&key.public_key(), &files, &shares)
    }

    /// Each share has a public key of its own, by which those who serve the index tell clients its holder.
    fn report(
        &self,
        whole: &PublicKey,
        files: &[PathBuf],
        shares: &[KeyShare],
    ) -> anyhow::Result<()> {
        let files = files.iter().map(|file| file.display().to_string());
        let public_keys = shares
            .iter()
            .map(|share| share.secret().public_key().to_string());
        if self.json {
            let (files, public_keys): (Vec<_>, Vec<_>) = files.zip(public_keys).unzip();
            return Ok(output::line(json!({
                "key_id": whole.id().to_string(),
                "public_key": whole.to_string(),
                "files": files,
                "public_keys": public_keys,
            }))?);
        }
        for (file, public_key) in files.zip(public_keys) {
            output::line(format_args!("written     {file}"))?;
            if shares.len() > 1 {
                output::line(format_args!("  its public key  {public_key}"))?;
            }
        }
        output::line(format_args!("key id      {}", whole.id()))?;
        output::line(format_args!("public key  {whole}"))?;
        Ok(())
    }
}

/// Writes all shares or none: a share without its fellows would look like a key.
fn write_all(files: &[PathBuf], shares: &[KeyShare]) -> anyhow::Result<()> {
    for file in files {
        ensure!(
            !file.exists(),
            "{} exists already; a key is never overwritten",
            file.display()
        );
    }
    for (written, (file, share)) in files.iter().zip(shares).enumerate() {
        if let Err(error) = KeyFile::at(file).create(share) {
            for file in &files[..written] {
                // A share that cannot be removed is useless by itself, and the error below says that there is no key.
                let _ = fs::remove_file(file);
            }
            return Err(error).context("the key was not written");
        }
    }
    Ok(())
}

fn share_path(key: &Path, share: &KeyShare) -> PathBuf {
    if share.number().of == 1 {
        return key.to_owned();
    }
    let mut path = key.as_os_str().to_owned();
    path.push(format!(".{}", share.number().number));
    path.into()
}
