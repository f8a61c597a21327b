//! How are new keys written to files?

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::builder::TypedValueParser;
use exposure_index::messages::MAX_EVALUATORS;
use exposure_index::oprf::{KeyFile, KeyId, KeyShare, PublicKey, SecretKey, split};
use exposure_index::secret::{Passphrase, SecretFileError};
use serde_json::{Value, json};

use super::between;
use super::passphrase::PassphraseOption;
use crate::commands::output;

const NOT_WRITTEN: &str = "the key was not written";

/// Parses a number of shares, at most as many as the evaluators that a client asks.
pub(in crate::commands) fn parse_shares() -> impl TypedValueParser<Value = u8> {
    between(1, MAX_EVALUATORS as u64)
}

/// A key that was written: one file for each share.
pub(in crate::commands) struct WrittenKey {
    whole: PublicKey,
    files: Vec<PathBuf>,
    shares: Vec<KeyShare>,
}

/// The files that a key is to be written to.
pub(in crate::commands) struct NewKeyFiles<'a> {
    /// File of a whole key; shares get `.1`, `.2`, … appended.
    pub(in crate::commands) path: &'a Path,
    /// Number of shares.
    pub(in crate::commands) shares: u8,
    /// Source of the passphrase that encrypts the files, if they are encrypted.
    pub(in crate::commands) passphrase: Option<&'a PassphraseOption>,
}

impl NewKeyFiles<'_> {
    /// Splits `key` into shares and writes each to its file.
    ///
    /// # Errors
    /// Fails if one of the files exists or cannot be written; then no new file is left.
    pub(in crate::commands) fn write(&self, key: &SecretKey) -> anyhow::Result<WrittenKey> {
        let shares = split(key, self.shares)?;
        let files: Vec<PathBuf> = shares
            .iter()
            .map(|share| share_path(self.path, share))
            .collect();
        refuse_existing(&files)?;
        let passphrase = ask_new(self.passphrase, self.path).context(NOT_WRITTEN)?;
        write_all(&files, &shares, passphrase.as_ref())?;
        Ok(WrittenKey {
            whole: key.public_key(),
            files,
            shares,
        })
    }
}

/// Asks for the passphrase of a new file, if it is to have one.
pub(in crate::commands) fn ask_new(
    source: Option<&PassphraseOption>,
    file: &Path,
) -> anyhow::Result<Option<Passphrase>> {
    let asked = source.map(|source| source.ask_new(file));
    asked.transpose().map_err(|why| anyhow!(why))
}

/// The offline key written with a key.
pub(in crate::commands) struct WrittenOfflineKey {
    pub(in crate::commands) file: PathBuf,
    /// Its id; `None` if the file existed before, since it is not opened.
    pub(in crate::commands) id: Option<KeyId>,
}

impl WrittenKey {
    /// Prints the files and the public keys. Each share has a public key of its own, with which servers of the index
    /// show clients its holder.
    ///
    /// # Errors
    /// Fails if it cannot be printed.
    pub(in crate::commands) fn report(&self, as_json: bool) -> anyhow::Result<()> {
        report_keys(Some(self), None, as_json)
    }

    fn as_json(&self) -> Value {
        let files = self.files.iter().map(|file| file.display().to_string());
        json!({
            "key_id": self.whole.id().to_string(),
            "public_key": self.whole.to_string(),
            "files": files.collect::<Vec<_>>(),
            "public_keys": self.public_keys().collect::<Vec<_>>(),
        })
    }

    fn as_text(&self) -> String {
        let mut text = String::new();
        for (file, public_key) in self.files.iter().zip(self.public_keys()) {
            text.push_str(&format!("written     {}\n", file.display()));
            if self.shares.len() > 1 {
                text.push_str(&format!("  its public key  {public_key}\n"));
            }
        }
        let whole = &self.whole;
        text.push_str(&format!(
            "key id      {}\npublic key  {whole}\n",
            whole.id()
        ));
        text
    }

    fn public_keys(&self) -> impl Iterator<Item = String> {
        let shares = self.shares.iter();
        shares.map(|share| share.secret().public_key().to_string())
    }
}

impl WrittenOfflineKey {
    fn as_text(&self) -> String {
        let file = self.file.display();
        match &self.id {
            Some(id) => format!("written     {file}\n  offline key id  {id}\n"),
            None => format!("stays       {file}\n"),
        }
    }
}

/// Prints which keys were written.
///
/// # Errors
/// Fails if it cannot be printed.
pub(in crate::commands) fn report_keys(
    key: Option<&WrittenKey>,
    offline: Option<&WrittenOfflineKey>,
    as_json: bool,
) -> anyhow::Result<()> {
    if as_json {
        let mut report = key.map_or_else(|| json!({}), WrittenKey::as_json);
        if let Some(offline) = offline {
            report["offline_file"] = offline.file.display().to_string().into();
            report["offline_key_id"] = offline.id.map(|id| id.to_string()).into();
        }
        return Ok(output::line(report)?);
    }
    let key = key.map_or_else(String::new, WrittenKey::as_text);
    let offline = offline.map_or_else(String::new, WrittenOfflineKey::as_text);
    Ok(output::data(format_args!("{key}{offline}"))?)
}

/// Refuses to make a key if one of its files exists.
pub(in crate::commands) fn refuse_existing(files: &[PathBuf]) -> Result<(), SecretFileError> {
    match files.iter().find(|file| file.exists()).cloned() {
        Some(path) => Err(SecretFileError::Exists { path }),
        None => Ok(()),
    }
}

/// Writes all shares or none: a share without the others would look like a key.
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
            return Err(error).context(NOT_WRITTEN);
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
