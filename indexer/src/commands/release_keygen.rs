use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, anyhow};
use clap::Args;
use serde_json::json;

use super::output;
use super::passphrase::PassphraseOption;
use crate::statement::ReleaseKey;

/// Make a release key, with which generations are signed.
///
/// Writes the secret key and, with .pub behind its name, the public key, both in the format of minisign. The secret key is
/// encrypted with a passphrase. Publish the public key where nobody who serves an index can change it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer release-keygen --release-key release.key      writes release.key and release.key.pub
  tekser-indexer release-keygen --release-key release.key --passphrase-file passphrase --json

minisign -G -s release.key -p release.key.pub makes a key that serves as well.")]
pub(super) struct ReleaseKeygen {
    /// The file to write. Existing files are never overwritten.
    #[arg(long, value_name = "FILE", env = "TEKSER_RELEASE_KEY")]
    release_key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Do not encrypt the secret key: whoever can read the file can then sign.
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl ReleaseKeygen {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let key = ReleaseKey::generate()?;
        let passphrase = match self.no_passphrase {
            true => None,
            false => Some(self.passphrase.ask_new(&self.release_key)),
        };
        let passphrase = passphrase
            .transpose()
            .map_err(|why| anyhow!(why).context("the release key has no passphrase"))?;
        key.create(&self.release_key, passphrase.as_ref())?;
        let public = self.write_public(&key)?;
        self.print(&key, &public)
    }

    /// Written last: a public key whose secret key was never written would be trusted in vain.
    fn write_public(&self, key: &ReleaseKey) -> anyhow::Result<PathBuf> {
        let mut path = self.release_key.clone().into_os_string();
        path.push(".pub");
        let path = PathBuf::from(path);
        let write = || {
            let mut file = File::create_new(&path)?;
            file.write_all(key.public_key_file().as_bytes())?;
            file.sync_all()
        };
        write().with_context(|| {
            let key = key.public_key();
            format!(
                "{} was not written; the public key is {key}",
                path.display()
            )
        })?;
        Ok(path)
    }

    fn print(&self, key: &ReleaseKey, public: &std::path::Path) -> anyhow::Result<()> {
        let (secret, public) = (self.release_key.display(), public.display());
        if self.json {
            return Ok(output::line(json!({
                "files": [secret.to_string(), public.to_string()],
                "public_key": key.public_key(),
                "id": key.id().to_string(),
            }))?);
        }
        output::data(format_args!(
            "written     {secret}\nwritten     {public}\npublic key  {}\nid          {}\n",
            key.public_key(),
            key.id(),
        ))?;
        Ok(())
    }
}
