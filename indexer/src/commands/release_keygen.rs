use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use exposure_index::durable;
use exposure_index::statement::ReleaseKey;
use serde_json::json;

use super::options::key_files::refuse_existing;
use super::options::passphrase::PassphraseOption;
use super::output;

/// Mode of the public key's file, as far as the umask allows.
const EVERYBODY_READS: u32 = 0o644;

/// Make a release key, which signs generations.
///
/// Writes the secret key and, with .pub appended to the name, the public key, both in the format of minisign. The
/// secret key is encrypted with a passphrase. Publish the public key where no operator of a server can change it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer release-keygen --release-key release.key      writes release.key and release.key.pub
  tekser-indexer release-keygen --release-key release.key --passphrase-file passphrase --json

minisign -G -s release.key -p release.key.pub makes an equivalent key.")]
pub(super) struct ReleaseKeygen {
    /// File to write. Existing files are never overwritten.
    #[arg(long, value_name = "FILE", env = "TEKSER_RELEASE_KEY")]
    release_key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Do not encrypt the secret key: every reader of the file can then sign.
    #[arg(long, conflicts_with = "passphrase_file")]
    no_passphrase: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl ReleaseKeygen {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let public = self.public();
        refuse_existing(&[self.release_key.clone(), public.clone()])?;
        let key = ReleaseKey::generate()?;
        let passphrase = match self.no_passphrase {
            true => None,
            false => Some(self.passphrase.ask_new(&self.release_key)),
        };
        let passphrase = passphrase
            .transpose()
            .map_err(|why| anyhow!(why).context("the release key has no passphrase"))?;
        key.create(&self.release_key, passphrase.as_ref())?;
        // Last: a public key whose secret key was never written would be trusted without any use.
        write_public(&key, &public)?;
        self.print(&key, &public)
    }

    /// Returns the file of the public key.
    fn public(&self) -> PathBuf {
        let mut path = self.release_key.clone().into_os_string();
        path.push(".pub");
        path.into()
    }

    fn print(&self, key: &ReleaseKey, public: &Path) -> anyhow::Result<()> {
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

fn write_public(key: &ReleaseKey, path: &Path) -> anyhow::Result<()> {
    let created = durable::create_file(path, EVERYBODY_READS, key.public_key_file().as_bytes());
    created.with_context(|| {
        let key = key.public_key();
        format!(
            "{} was not written; the public key is {key}",
            path.display()
        )
    })
}
