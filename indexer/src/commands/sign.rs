//! Who vouches for a generation? The command that signs it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use clap::Args;
use exposure_index::generation::{Attestation, IndexDirectory, StatementTexts};
use exposure_index::index::{GenerationId, MIN_HIDING_ROWS};
use exposure_index::statement::{ReleaseKey, Service, Statement, StatementError, Trust};
use jiff::Timestamp;
use serde_json::json;

use super::options::passphrase::PassphraseOption;
use super::options::{GenerationOption, between};
use super::output;
use super::verify::verify_all;

/// Sign a generation with the release key.
///
/// Reads every byte of the generation's files first, as verify does: to sign is to vouch for them. Then writes root,
/// time, counts, catalogue, evaluators and the time of expiry to statement.json, and its signature to
/// statement.json.minisig, both next to the index files. Servers and clients that --trust the public key accept no
/// other generation, and clients also refuse one whose statement has expired: renew it every month.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer release-keygen --release-key release.key
  tekser-indexer sign --index index --release-key release.key --service service.toml
  tekser-indexer sign --index index --release-key release.key --renew
  minisign -Vm index/GENERATION/statement.json -p release.key.pub

service.toml names the servers that clients ask; without --service, it is taken from the last
generation signed with this key:
  ranges = \"Ministry of Examples\"
  [[evaluators]]
  institution = \"Institute of Examples\"
  url = \"https://evaluator.example.kz/v1/evaluate\"
  public_key = \"…64 digits, as tekser-indexer key show prints them…\"
  [retrieval]
  required = true
  [[retrieval.servers]]
  institution = { kk = \"…\", ru = \"…\", en = \"University\" }
  url = \"https://university.example.kz/v1/retrieve\"

[retrieval] is for a service that offers private retrieval: 2 to 5 servers of different institutions.

While the service changes to another version of the index (OPERATING.md, A change of version):
  sunset = \"2027-06-30T00:00:00Z\"
  [[also]]
  normalisation = 2
  format = 1
  url = \"/next/v1/index\"

The release key is not the key of the tags: it opens nothing, and only the publisher needs it. Keep
it away from every server. A secret key of minisign -G works as well.")]
pub(super) struct Sign {
    #[command(flatten)]
    generation: GenerationOption,
    /// File of the release key.
    #[arg(long, value_name = "FILE", env = "TEKSER_RELEASE_KEY")]
    release_key: PathBuf,
    /// TOML file with the institutions, their evaluators' URLs and public keys; needed for the first signature and
    /// after a change.
    #[arg(long, value_name = "FILE", env = "TEKSER_SERVICE")]
    service: Option<PathBuf>,
    /// Days until the statement expires.
    #[arg(long, value_name = "N", default_value_t = 45, value_parser = between::<u16>(1, 400))]
    valid_days: u16,
    /// Sign the existing statement again, for another term; needs no index file.
    #[arg(long)]
    renew: bool,
    /// Replace a signature that was made with another release key.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    passphrase: PassphraseOption,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

impl Sign {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        // Before the minutes of reading, so that nobody has to wait for the passphrase prompt.
        let key = ReleaseKey::read(&self.release_key, |file| self.passphrase.ask(file))?;
        let signed = SignedStatements::new(self.generation.directory(), &key)?;
        if !self.replace {
            signed.check_not_signed_by_another(self.generation.name()?)?;
        }
        let given = match &self.service {
            Some(file) => Some(read_service(file)?),
            None if self.renew => None,
            None => Some(signed.last_service()?),
        };
        let mut statement = match self.renew {
            true => self.old(&signed)?,
            false => self.stated()?,
        };
        let service = given.or(statement.service.take()).context(NO_SERVICE)?;
        let key_id = statement.key().context("the statement names no key")?;
        service.check(key_id).context("nothing was signed")?;
        statement.service = Some(service);
        statement.expires = Some(expiry(self.valid_days)?);
        signed.attest(self.generation.name()?, &statement)?;
        self.print(&statement, &signed)
    }

    /// Returns the previous statement that this key signed about the generation.
    fn old(&self, signed: &SignedStatements<'_>) -> anyhow::Result<Statement> {
        let generation = self.generation.name()?;
        signed.statement(generation)?.with_context(|| {
            format!("{generation} has no signature of this key to renew: sign it without --renew")
        })
    }

    /// Makes the statement of the generation's files after reading every byte of them.
    fn stated(&self) -> anyhow::Result<Statement> {
        let files = self.generation.open()?;
        let header = files.public.header();
        ensure!(
            header.shape.hides(header.rows),
            "nothing was signed: clients refuse an index of which fewer than {MIN_HIDING_ROWS} identifiers share a range; \
             build it with more --range-rows"
        );
        verify_all(&files).context("nothing was signed")?;
        let sealed_root = files.sealed.as_ref().map(|sealed| sealed.header().root);
        Ok(Statement::of(&files.public, sealed_root)?)
    }

    fn print(&self, statement: &Statement, signed: &SignedStatements<'_>) -> anyhow::Result<()> {
        let generation = self.generation.name()?;
        let path = |attestation| {
            let path = signed.directory.attestation(generation, attestation);
            path.display().to_string()
        };
        let (text, signature) = (path(Attestation::Statement), path(Attestation::Signature));
        let expires = statement.expires.as_deref().unwrap_or_default();
        let signer = signed.key.id();
        if self.json {
            return Ok(output::line(json!({
                "generation": statement.generation,
                "root": statement.root,
                "expires": expires,
                "statement": text,
                "signature": signature,
                "signed_by": signer.to_string(),
            }))?);
        }
        output::data(format_args!(
            "generation  {}\nroot        {}\nexpires     {expires}\nstatement   {text}\nsignature   {signature}\nsigned by   {signer}\n",
            statement.generation, statement.root,
        ))?;
        Ok(())
    }
}

const NO_SERVICE: &str = "no statement here that this key signed says who evaluates: say it with --service FILE, which is the \
                          only place where clients learn it";

/// The statements in an index directory that a release key has signed.
struct SignedStatements<'a> {
    directory: IndexDirectory,
    key: &'a ReleaseKey,
    trust: Trust,
}

impl<'a> SignedStatements<'a> {
    fn new(directory: IndexDirectory, key: &'a ReleaseKey) -> anyhow::Result<Self> {
        Ok(Self {
            directory,
            key,
            trust: Trust::load(&[key.public_key()])?,
        })
    }

    /// Returns the statement of a generation, if this key signed one.
    fn statement(&self, generation: GenerationId) -> anyhow::Result<Option<Statement>> {
        let Some(attested) = self.directory.attested(generation)? else {
            return Ok(None);
        };
        let StatementTexts {
            statement,
            signature,
        } = &attested;
        match self.trust.verify(statement, signature) {
            Ok(_) => Ok(Some(Statement::parse(statement)?)),
            Err(_) => Ok(None),
        }
    }

    /// Refuses a generation that another key has signed: programs that trust only that key would no longer
    /// open it.
    fn check_not_signed_by_another(&self, generation: GenerationId) -> anyhow::Result<()> {
        let Some(attested) = self.directory.attested(generation)? else {
            return Ok(());
        };
        let verified = self.trust.verify(&attested.statement, &attested.signature);
        if let Err(StatementError::UntrustedSigner { signer }) = verified {
            bail!(
                "{generation} is signed with another release key, {signer}: nothing was signed. Servers and clients that \
                 trust only that key would refuse it; --replace replaces the signature"
            );
        }
        Ok(())
    }

    /// Returns who runs the service, by the statement that was signed last.
    fn last_service(&self) -> anyhow::Result<Service> {
        for generation in self.directory.generations()?.into_iter().rev() {
            let statement = self.statement(generation)?;
            if let Some(service) = statement.and_then(|statement| statement.service) {
                return Ok(service);
            }
        }
        bail!(NO_SERVICE)
    }

    /// Writes statement and signature next to the files.
    fn attest(&self, generation: GenerationId, statement: &Statement) -> anyhow::Result<()> {
        let text = statement.to_text()?;
        let comment = format!("tekser generation {}", statement.generation);
        let attested = StatementTexts {
            signature: self.key.sign(&text, &comment),
            statement: text,
        };
        let lock = self.directory.lock()?;
        self.directory.attest(generation, &attested, &lock)?;
        Ok(())
    }
}

fn read_service(file: &Path) -> anyhow::Result<Service> {
    let what = || format!("{} does not say who runs the service", file.display());
    let text = fs::read_to_string(file).with_context(what)?;
    let service: Service = toml::from_str(&text).with_context(what)?;
    if let Some(name) = service.unknown() {
        bail!(
            "{} has `{name}`, which this program does not know: remove it, or use a newer program",
            file.display()
        );
    }
    Ok(service)
}

/// Returns the expiry of a statement that is signed now, to the second.
fn expiry(days: u16) -> anyhow::Result<String> {
    let seconds = Timestamp::now().as_second() + i64::from(days) * 86_400;
    Ok(Timestamp::from_second(seconds)?.to_string())
}
