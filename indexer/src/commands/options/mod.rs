//! What do several commands take? Options for index and keys, passphrases, identifiers from standard input, names of
//! new key files.

pub(super) mod identifiers;
pub(super) mod key_files;
pub(super) mod passphrase;

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use clap::builder::{StringValueParser, TypedValueParser};
use exposure_index::breach::BreachId;
use exposure_index::generation::{GenerationError, IndexDirectory};
use exposure_index::index::{GenerationId, Index};
use exposure_index::oprf::{OfflineKey, SecretKey, load_offline_key, unlock_key};
use exposure_index::statement::{self, ReleaseKeyId, Trust};
use memmap2::Mmap;

use crate::analysis::Corpus;
use crate::builder::{Keys, key_of_sealed};
use crate::ingest::{DumpSecrets, Identities, Passwords};
use passphrase::PassphraseOption;

/// Options that name an index.
#[derive(Args)]
pub(super) struct IndexOption {
    /// Index directory.
    #[arg(long, value_name = "DIR", env = "TEKSER_INDEX")]
    index: PathBuf,
}

impl IndexOption {
    pub(super) fn directory(&self) -> IndexDirectory {
        IndexDirectory::at(&self.index)
    }
}

/// Options that name a generation of an index.
#[derive(Args)]
pub(super) struct GenerationOption {
    #[command(flatten)]
    index: IndexOption,
    /// Generation; by default the current one.
    #[arg(long, value_name = "ID", value_parser = parse_generation)]
    generation: Option<GenerationId>,
}

impl GenerationOption {
    pub(super) fn directory(&self) -> IndexDirectory {
        self.index.directory()
    }

    /// Opens both files of the generation.
    pub(super) fn open(&self) -> anyhow::Result<Files> {
        self.open_files(false)
    }

    /// Opens the public file of the generation.
    pub(super) fn open_public(&self) -> anyhow::Result<Files> {
        self.open_files(true)
    }

    /// Returns its name; opens none of its files.
    pub(super) fn name(&self) -> anyhow::Result<GenerationId> {
        match self.generation {
            Some(generation) => Ok(generation),
            None => Ok(self.directory().current()?),
        }
    }

    fn open_files(&self, only_public: bool) -> anyhow::Result<Files> {
        let directory = self.directory();
        let generation = self.name()?;
        let public = directory.open_public(generation)?;
        let sealed = match only_public {
            true => None,
            false => directory.open_sealed(&public).map_err(owners_alone)?,
        };
        Ok(Files {
            directory,
            generation,
            public,
            sealed,
            signer: None,
            offline: None,
        })
    }
}

/// Adds to the error of a file that only the owner of the index may read how to do without it.
pub(super) fn owners_alone(error: GenerationError) -> anyhow::Error {
    let is_denied = matches!(&error, GenerationError::Io { source, .. } if source.kind() == ErrorKind::PermissionDenied);
    let error = anyhow::Error::from(error);
    match is_denied {
        true => error.context(
            "only the owner of the index may read sensitive breaches and pairs; --public opens only the public file",
        ),
        false => error,
    }
}

/// Options that name a generation of an index, if there is an index to read.
#[derive(Args)]
pub(super) struct MaybeGenerationOption {
    /// Index directory.
    #[arg(long, value_name = "DIR", env = "TEKSER_INDEX")]
    index: Option<PathBuf>,
    /// Generation; by default the current one.
    #[arg(long, value_name = "ID", value_parser = parse_generation)]
    generation: Option<GenerationId>,
}

impl MaybeGenerationOption {
    pub(super) fn given(&self) -> Option<GenerationOption> {
        let index = self.index.clone()?;
        Some(GenerationOption {
            index: IndexOption { index },
            generation: self.generation,
        })
    }
}

/// Options that name the files of a generation and the keys that must have signed it.
#[derive(Args)]
pub(super) struct FilesOption {
    #[command(flatten)]
    generation: GenerationOption,
    /// Open only the public file, as a public server does, and leave out sensitive breaches.
    #[arg(long)]
    public: bool,
    #[command(flatten)]
    trust: TrustOption,
}

/// The requested files, open.
pub(super) struct Files {
    pub(super) directory: IndexDirectory,
    pub(super) generation: GenerationId,
    pub(super) public: Index<Mmap>,
    pub(super) sealed: Option<Index<Mmap>>,
    /// The trusted key that signed, if trusted keys were named.
    pub(super) signer: Option<ReleaseKeyId>,
    /// The key of the sealed file, if that was requested and given.
    offline: Option<OfflineKey>,
}

impl Files {
    /// Returns the open files, for analysis.
    pub(super) fn corpus(&self) -> anyhow::Result<Corpus<'_, Mmap>> {
        let sealed = match &self.sealed {
            Some(sealed) => Some((sealed, sealed_key(sealed, self.offline.as_ref())?)),
            None => None,
        };
        Ok(Corpus::new(&self.public, sealed)?)
    }
}

/// Returns the key of a sealed file.
pub(super) fn sealed_key<'a>(
    sealed: &Index<Mmap>,
    offline: Option<&'a OfflineKey>,
) -> anyhow::Result<&'a OfflineKey> {
    key_of_sealed(sealed.header().key_id, offline)
        .context("this generation has a sealed file; --public leaves it out")
}

impl FilesOption {
    pub(super) fn open(&self) -> anyhow::Result<Files> {
        open_trusted(&self.generation, self.public, &self.trust)
    }

    /// Returns whether files that only their owner may read are left out.
    pub(super) const fn is_public(&self) -> bool {
        self.public
    }
}

/// Opens the files of a generation that a trusted key has signed.
fn open_trusted(
    generation: &GenerationOption,
    only_public: bool,
    trust: &TrustOption,
) -> anyhow::Result<Files> {
    let opened = generation.open_files(only_public);
    let mut files = match only_public {
        true => opened?,
        false => opened.map_err(hint_at_public)?,
    };
    let trust = trust.load()?;
    if trust.is_empty() {
        return Ok(files);
    }
    let directory = generation.directory();
    if let Some(checked) = statement::check(&directory, &files.public, &trust)? {
        if let Some(sealed) = &files.sealed {
            checked.statement.check_sealed(sealed.header())?;
        }
        files.signer = checked.signer;
    }
    Ok(files)
}

/// Adds how a user who may not read the sealed file can use the public one.
fn hint_at_public(error: anyhow::Error) -> anyhow::Error {
    let mut causes = error.chain();
    let is_denied = causes.any(|cause| {
        let io = cause.downcast_ref::<io::Error>();
        io.is_some_and(|error| error.kind() == io::ErrorKind::PermissionDenied)
    });
    match is_denied {
        true => error
            .context("only the owner may read the sealed file; --public opens only the public one"),
        false => error,
    }
}

/// Options of an analysis and its publication.
#[derive(Args)]
pub(super) struct AudienceOption {
    #[command(flatten)]
    generation: GenerationOption,
    /// Leave out sensitive breaches, and withhold counts below --min-cell and others that would reveal them: for
    /// publication.
    #[arg(long)]
    public: bool,
    /// Smallest count above 0 that is published.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 10,
        requires = "public",
        value_parser = at_least::<u64>(2)
    )]
    min_cell: u64,
    #[command(flatten)]
    trust: TrustOption,
    #[command(flatten)]
    offline: OfflineKeyOption,
}

impl AudienceOption {
    pub(super) fn open(&self) -> anyhow::Result<Files> {
        let files = open_trusted(&self.generation, self.public, &self.trust)?;
        let offline = match files.sealed {
            Some(_) => self.offline.load()?,
            None => None,
        };
        Ok(Files { offline, ..files })
    }

    /// Returns the smallest count that may be shown, if not all may.
    pub(super) fn least(&self) -> Option<u64> {
        self.public.then_some(self.min_cell)
    }
}

/// Options of the format of figures, by default text.
#[derive(Args)]
pub(super) struct FormatOption {
    /// Print one JSON object.
    #[arg(long, conflicts_with = "csv")]
    pub(super) json: bool,
    /// Print CSV (RFC 4180) with a header.
    #[arg(long)]
    pub(super) csv: bool,
}

/// Options that name the trusted release keys.
#[derive(Args)]
pub(super) struct TrustOption {
    /// Public part of a trusted release key: a file, or the key itself (RW…). Only generations signed with it are
    /// accepted; repeat it to accept several keys.
    #[arg(
        long = "trust",
        value_name = "PUBLIC_KEY",
        env = "TEKSER_TRUST",
        value_delimiter = ','
    )]
    keys: Vec<String>,
}

impl TrustOption {
    pub(super) fn load(&self) -> anyhow::Result<Trust> {
        Ok(Trust::load(&self.keys)?)
    }
}

pub(super) fn parse_generation(text: &str) -> Result<GenerationId, &'static str> {
    GenerationId::parse(text).ok_or(
        "expected a generation such as 20261122-201530-3f9a1c2b; see: tekser-indexer generations",
    )
}

/// Options that open encrypted dumps.
#[derive(Args)]
pub(super) struct IdentityOption {
    /// File with the age identity of encrypted dumps (.age), which are never decrypted to a disk. Repeat it for
    /// several.
    #[arg(
        long = "identity",
        value_name = "FILE",
        env = "TEKSER_IDENTITY",
        value_delimiter = ':'
    )]
    identities: Vec<PathBuf>,
    /// File with the passwords of encrypted archives (RAR, ZIP, 7z) and workbooks (xlsx), one per line; repeat it for
    /// several files.
    #[arg(
        long = "password-file",
        value_name = "FILE",
        env = "TEKSER_PASSWORD_FILE",
        value_delimiter = ':'
    )]
    passwords: Vec<PathBuf>,
}

impl IdentityOption {
    pub(super) fn load(&self) -> anyhow::Result<DumpSecrets> {
        Ok(DumpSecrets {
            identities: Identities::load(&self.identities)?,
            passwords: Passwords::load(&self.passwords)?,
        })
    }
}

/// Options that name a key.
#[derive(Args)]
pub(super) struct KeyOption {
    /// File of the key; repeat it for the shares of a split key.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "TEKSER_KEY",
        required = true,
        value_delimiter = ':'
    )]
    files: Vec<PathBuf>,
    #[command(flatten)]
    passphrase: PassphraseOption,
}

impl KeyOption {
    pub(super) const fn passphrase(&self) -> &PassphraseOption {
        &self.passphrase
    }

    pub(super) fn load(&self) -> anyhow::Result<SecretKey> {
        load_key(&self.files, &self.passphrase)
    }
}

/// Option that names the offline key.
#[derive(Args)]
pub(super) struct OfflineKeyFile {
    /// File of the offline key; needed for sensitive breaches, erased identifiers and pseudonyms.
    #[arg(long, value_name = "FILE", env = "TEKSER_OFFLINE_KEY")]
    offline_key: Option<PathBuf>,
}

impl OfflineKeyFile {
    /// Loads the key, if its file was named.
    pub(super) fn load(&self, passphrase: &PassphraseOption) -> anyhow::Result<Option<OfflineKey>> {
        let file = self.offline_key.as_deref();
        let key = file.map(|file| load_offline_key(file, &|file: &Path| passphrase.ask(file)));
        key.transpose().context("the offline key cannot be used")
    }
}

/// Options that name the offline key, if no other key is needed.
#[derive(Args)]
pub(super) struct OfflineKeyOption {
    #[command(flatten)]
    file: OfflineKeyFile,
    #[command(flatten)]
    passphrase: PassphraseOption,
}

impl OfflineKeyOption {
    pub(super) fn load(&self) -> anyhow::Result<Option<OfflineKey>> {
        self.file.load(&self.passphrase)
    }
}

/// Options that name all keys.
#[derive(Args)]
pub(super) struct KeysOption {
    #[command(flatten)]
    tags: KeyOption,
    #[command(flatten)]
    offline: OfflineKeyFile,
}

impl KeysOption {
    pub(super) const fn passphrase(&self) -> &PassphraseOption {
        self.tags.passphrase()
    }

    pub(super) fn load(&self) -> anyhow::Result<LoadedKeys> {
        Ok(LoadedKeys {
            tags: self.load_tags()?,
            offline: self.load_offline()?,
        })
    }

    /// Loads only the key of the tags.
    pub(super) fn load_tags(&self) -> anyhow::Result<SecretKey> {
        self.tags.load()
    }

    /// Loads only the offline key, if its file was named.
    pub(super) fn load_offline(&self) -> anyhow::Result<Option<OfflineKey>> {
        self.offline.load(self.passphrase())
    }
}

/// The key of the tags and, if it was named, the offline key.
pub(super) struct LoadedKeys {
    pub(super) tags: SecretKey,
    pub(super) offline: Option<OfflineKey>,
}

impl LoadedKeys {
    pub(super) fn get(&self) -> Keys<'_> {
        Keys {
            tags: &self.tags,
            offline: self.offline.as_ref(),
        }
    }
}

/// Loads a key from the files of all its shares.
pub(super) fn load_key(
    files: &[PathBuf],
    passphrase: &PassphraseOption,
) -> anyhow::Result<SecretKey> {
    unlock_key(files, &|file: &Path| passphrase.ask(file)).context("the key cannot be used")
}

/// Parses a whole number from `least` to `most`, or says what is expected.
pub(super) fn between<N>(least: u64, most: u64) -> impl TypedValueParser<Value = N>
where
    N: TryFrom<u64> + Clone + Send + Sync + 'static,
{
    let expected = match most {
        u64::MAX => format!("expected a whole number that is at least {least}"),
        most => format!("expected a whole number from {least} to {most}"),
    };
    let parse = move |text: &str| -> Result<N, String> {
        let number: Option<u64> = text.parse().ok();
        let number = number.filter(|number| (least..=most).contains(number));
        let number = number.and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| expected.clone())
    };
    StringValueParser::new().try_map(move |text| parse(&text))
}

/// Parses a whole number of at least `least`.
pub(super) fn at_least<N>(least: u64) -> impl TypedValueParser<Value = N>
where
    N: TryFrom<u64> + Clone + Send + Sync + 'static,
{
    between(least, u64::MAX)
}

pub(super) fn parse_breach(text: &str) -> Result<BreachId, String> {
    BreachId::try_from(text.to_owned()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn who_may_not_read_what_is_the_owners_alone_is_sent_to_the_public_file() {
        let refused = |kind: ErrorKind| {
            let source = io::Error::from(kind);
            let path = PathBuf::from("index/sealed.idx");
            format!("{:#}", owners_alone(GenerationError::Io { path, source }))
        };
        let denied = refused(ErrorKind::PermissionDenied);
        assert!(
            denied.contains("--public") && denied.contains("sealed.idx"),
            "{denied}"
        );
        assert!(!refused(ErrorKind::InvalidData).contains("--public"));
    }
}
