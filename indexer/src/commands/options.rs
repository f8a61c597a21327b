use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use memmap2::Mmap;

use crate::breach::BreachId;
use crate::generation::IndexDirectory;
use crate::index::{GenerationId, Index};
use crate::ingest::Identities;
use crate::oprf::{SecretKey, load_key};

/// Which index.
#[derive(Args)]
pub(super) struct IndexOption {
    /// The index directory.
    #[arg(long, value_name = "DIR", env = "TEKSER_INDEX")]
    index: PathBuf,
}

impl IndexOption {
    pub(super) fn directory(&self) -> IndexDirectory {
        IndexDirectory::at(&self.index)
    }
}

/// Which files of which generation of which index.
#[derive(Args)]
pub(super) struct FilesOption {
    #[command(flatten)]
    index: IndexOption,
    /// The generation; the one in force if left out.
    #[arg(long, value_name = "ID", value_parser = parse_generation)]
    generation: Option<GenerationId>,
    /// Open only the public file, which is what citizens ask; sensitive breaches are then left out.
    #[arg(long)]
    public: bool,
}

/// The files that were asked for, open.
pub(super) struct Files {
    pub(super) directory: IndexDirectory,
    pub(super) generation: GenerationId,
    pub(super) public: Index<Mmap>,
    pub(super) sealed: Option<Index<Mmap>>,
}

impl FilesOption {
    pub(super) fn open(&self) -> anyhow::Result<Files> {
        let directory = self.index.directory();
        let generation = match self.generation {
            Some(generation) => generation,
            None => directory.current()?,
        };
        let public = directory.open_public(generation)?;
        let sealed = if self.public {
            None
        } else {
            directory.open_sealed(&public)?
        };
        Ok(Files {
            directory,
            generation,
            public,
            sealed,
        })
    }
}

fn parse_generation(text: &str) -> Result<GenerationId, &'static str> {
    GenerationId::parse(text).ok_or(
        "expected a generation such as 20261122-201530-3f9a1c2b; see: tekser-indexer generations",
    )
}

/// What opens encrypted dumps.
#[derive(Args)]
pub(super) struct IdentityOption {
    /// A file with the age identity of dumps that are encrypted (.age), which are read without ever being decrypted to a
    /// disk; several times if there are several.
    #[arg(
        long = "identity",
        value_name = "FILE",
        env = "TEKSER_IDENTITY",
        value_delimiter = ':'
    )]
    identities: Vec<PathBuf>,
}

impl IdentityOption {
    pub(super) fn load(&self) -> anyhow::Result<Identities> {
        Ok(Identities::load(&self.identities)?)
    }
}

/// Which key.
#[derive(Args)]
pub(super) struct KeyOption {
    /// A key file; several times if the key is split into shares.
    #[arg(
        long = "key",
        value_name = "FILE",
        env = "TEKSER_KEY",
        required = true,
        value_delimiter = ':'
    )]
    files: Vec<PathBuf>,
}

impl KeyOption {
    /// The option of a command that can do without.
    pub(super) fn of(files: &[PathBuf]) -> Self {
        let files = files.to_vec();
        Self { files }
    }

    pub(super) fn load(&self) -> anyhow::Result<SecretKey> {
        load_key(&self.files).context("the key cannot be used")
    }
}

pub(super) fn parse_breach(text: &str) -> Result<BreachId, String> {
    BreachId::try_from(text.to_owned()).map_err(|error| error.to_string())
}
