use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use exposure_index::generation::{Attestation, Attested, IndexDirectory};
use exposure_index::index::GenerationId;
use exposure_index::statement::{ReleaseKey, ReleaseKeyId, Statement};
use serde_json::json;

use super::options::{Files, GenerationOption};
use super::output;
use super::passphrase::PassphraseOption;
use super::verify::verify_all;

/// Sign a generation with the release key.
///
/// Reads every byte of the generation's files first, as verify does: what is signed is answered for. Then it states root,
/// time, counts and catalogue in statement.json, and signs that in statement.json.minisig, both beside the index files.
/// Servers and clients that were told to --trust the public key accept no other generation.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer release-keygen --release-key release.key
  tekser-indexer sign --index index --release-key release.key
  minisign -Vm index/GENERATION/statement.json -p release.key.pub

The release key is not the key of the tags: it opens nothing, and only whoever publishes needs it.
Keep it away from every server. A secret key of minisign -G serves as well.")]
pub(super) struct Sign {
    #[command(flatten)]
    generation: GenerationOption,
    /// The file of the release key.
    #[arg(long, value_name = "FILE", env = "TEKSER_RELEASE_KEY")]
    release_key: PathBuf,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Sign {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        // Before the minutes of reading: whoever is asked for a passphrase should not have to wait for the question.
        let key = ReleaseKey::read(&self.release_key, |file| self.passphrase.ask(file))?;
        let files = self.generation.open()?;
        verify_all(&files).context("nothing was signed")?;
        let statement = statement(&files)?;
        attest(&self.generation.directory(), &files, &statement, &key)?;
        self.print(&statement, files.generation, key.id())
    }

    fn print(
        &self,
        statement: &Statement,
        generation: GenerationId,
        signer: ReleaseKeyId,
    ) -> anyhow::Result<()> {
        let path = |attestation| {
            let directory = self.generation.directory();
            let path = directory.attestation(generation, attestation);
            path.display().to_string()
        };
        let (text, signature) = (path(Attestation::Statement), path(Attestation::Signature));
        if self.json {
            return Ok(output::line(json!({
                "generation": statement.generation,
                "root": statement.root,
                "statement": text,
                "signature": signature,
                "signed_by": signer.to_string(),
            }))?);
        }
        output::data(format_args!(
            "generation  {}\nroot        {}\nstatement   {text}\nsignature   {signature}\nsigned by   {signer}\n",
            statement.generation, statement.root,
        ))?;
        Ok(())
    }
}

fn statement(files: &Files) -> anyhow::Result<Statement> {
    let sealed_root = files.sealed.as_ref().map(|sealed| sealed.header().root);
    Ok(Statement::of(&files.public, sealed_root)?)
}

/// Puts statement and signature beside the files, once they are known to hold.
fn attest(
    directory: &IndexDirectory,
    files: &Files,
    statement: &Statement,
    key: &ReleaseKey,
) -> anyhow::Result<()> {
    let text = statement.to_text()?;
    let comment = format!("tekser generation {}", statement.generation);
    let attested = Attested {
        signature: key.sign(&text, &comment),
        statement: text,
    };
    let lock = directory.lock()?;
    directory.attest(files.generation, &attested, &lock)?;
    Ok(())
}
