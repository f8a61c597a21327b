use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::builder::TypedValueParser;
use exposure_index::messages::MAX_EVALUATORS;
use exposure_index::oprf::{KeyFile, KeyShare, PublicKey, SecretKey, split};
use exposure_index::secret::{Passphrase, SecretFileError};
use serde_json::json;

use super::options::between;
use super::output;
use super::passphrase::PassphraseOption;

/// As many shares as a client would ask evaluators.
pub(super) fn parse_shares() -> impl TypedValueParser<Value = u8> {
    between(1, MAX_EVALUATORS as u64)
}

/// A key as it was written: one file for each share.
pub(super) struct WrittenKey {
    whole: PublicKey,
    files: Vec<PathBuf>,
    shares: Vec<KeyShare>,
}

/// The files that a key is to be written to.
pub(super) struct NewKeyFiles<'a> {
    /// The file of a whole key; shares get `.1`, `.2`, … behind it.
    pub(super) path: &'a Path,
    /// Into how many shares the key is split.
    pub(super) shares: u8,
    /// Where the passphrase comes from that the files are encrypted with, if they are.
    pub(super) passphrase: Option<&'a PassphraseOption>,
}

impl NewKeyFiles<'_> {
    /// Splits `key` into shares and writes each to its file.
    ///
    /// # Errors
    /// If one of the files exists or cannot be written; none is there then that was not there before.
    pub(super) fn write(&self, key: &SecretKey) -> anyhow::Result<WrittenKey> {
        let shares = split(key, self.shares)?;
        let files: Vec<PathBuf> = shares
            .iter()
            .map(|share| share_path(self.path, share))
            .collect();
        refuse_existing(&files)?;
        write_all(&files, &shares, self.ask()?.as_ref())?;
        Ok(WrittenKey {
            whole: key.public_key(),
            files,
            shares,
        })
    }

    fn ask(&self) -> anyhow::Result<Option<Passphrase>> {
        let asked = self.passphrase.map(|source| source.ask_new(self.path));
        let asked = asked.transpose();
        asked.map_err(|why| anyhow!(why).context("the key was not written"))
    }
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

/// Refuses to make a key that would have to take the place of a file.
pub(super) fn refuse_existing(files: &[PathBuf]) -> Result<(), SecretFileError> {
    match files.iter().find(|file| file.exists()).cloned() {
        Some(path) => Err(SecretFileError::Exists { path }),
        None => Ok(()),
    }
}

/// Writes all shares or none: a share without its fellows would look like a key.
fn write_all(
    files: &[PathBuf],
    shares: &[KeyShare],
    passphrase: Option<&Passphrase>,
) -> anyhow::Result<()> {
    for (written, (file, share)) in files.iter().zip(shares).enumerate() {
        let file = KeyFile::at(file);
        let created = match passphrase {
            Some(passphrase) => file.create_locked(share, passphrase),
            None => file.create(share),
        };
        if let Err(error) = created {
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
