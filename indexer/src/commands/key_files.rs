use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::builder::RangedI64ValueParser;
use serde_json::json;

use super::output;
use crate::messages::MAX_EVALUATORS;
use crate::oprf::{KeyFile, KeyShare, PublicKey, SecretKey, split};

/// As many shares as a client would ask evaluators.
pub(super) fn parse_shares() -> RangedI64ValueParser<u8> {
    clap::value_parser!(u8).range(1..=MAX_EVALUATORS as i64)
}

/// A key as it was written: one file for each share.
pub(super) struct WrittenKey {
    whole: PublicKey,
    files: Vec<PathBuf>,
    shares: Vec<KeyShare>,
}

/// Splits `key` into `count` shares and writes each to a file: `path`, or with several `path.1`, `path.2`, …
///
/// # Errors
/// If one of the files exists or cannot be written; none is there then that was not there before.
pub(super) fn write_shares(key: &SecretKey, path: &Path, count: u8) -> anyhow::Result<WrittenKey> {
    let shares = split(key, count)?;
    let files: Vec<PathBuf> = shares.iter().map(|share| share_path(path, share)).collect();
    write_all(&files, &shares)?;
    Ok(WrittenKey {
        whole: key.public_key(),
        files,
        shares,
    })
}

impl WrittenKey {
    /// Tells the files and the public keys. Each share has a public key of its own, by which those who serve the index
    /// tell clients its holder.
    ///
    /// # Errors
    /// If it cannot be printed.
    pub(super) fn report(&self, as_json: bool) -> anyhow::Result<()> {
        let files = self.files.iter().map(|file| file.display().to_string());
        let public_keys = self
            .shares
            .iter()
            .map(|share| share.secret().public_key().to_string());
        let whole = &self.whole;
        if as_json {
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
            if self.shares.len() > 1 {
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
