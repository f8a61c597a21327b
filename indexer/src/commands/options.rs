use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use crate::generation::IndexDirectory;
use crate::index::GenerationId;
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

/// Which generation of it.
#[derive(Args)]
pub(super) struct GenerationOption {
    /// The generation; the one in force if left out.
    #[arg(long, value_name = "ID", value_parser = parse_generation)]
    generation: Option<GenerationId>,
}

impl GenerationOption {
    pub(super) fn of(&self, directory: &IndexDirectory) -> anyhow::Result<GenerationId> {
        Ok(match self.generation {
            Some(generation) => generation,
            None => directory.current()?,
        })
    }
}

fn parse_generation(text: &str) -> Result<GenerationId, &'static str> {
    GenerationId::parse(text).ok_or(
        "expected a generation such as 20261122-201530-3f9a1c2b; see: tekser-indexer generations",
    )
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
    pub(super) fn load(&self) -> anyhow::Result<SecretKey> {
        load_key(&self.files).context("the key cannot be used")
    }
}
