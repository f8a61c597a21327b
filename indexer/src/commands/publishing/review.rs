use clap::Args;
use exposure_index::generation::GenerationError;
use exposure_index::index::GenerationId;
use serde_json::Value;

use super::{IndexAccess, watched};
use crate::builder::Activation;
use crate::commands::diff::{Shown, as_json, as_text};
use crate::comparison::Difference;
use crate::comparison::diff;

/// Option of reviewing the new generation before it becomes current.
#[derive(Args, Clone, Copy)]
pub(in crate::commands) struct ReviewOption {
    /// Show what the new generation changes, but leave publishing it to tekser-indexer publish.
    #[arg(long)]
    review: bool,
}

impl ReviewOption {
    pub(super) const fn force(self) -> Activation {
        match self.review {
            true => Activation::Later,
            false => Activation::AtOnce,
        }
    }
}

/// The changes of a generation that is not current yet.
pub(super) struct Review {
    current: GenerationId,
    difference: Difference,
}

impl Review {
    /// Compares a generation with the current one; `None` if there is none.
    pub(super) fn of(
        IndexAccess { directory, offline }: IndexAccess<'_>,
        generation: GenerationId,
    ) -> anyhow::Result<Option<Self>> {
        let current = match directory.current() {
            Err(GenerationError::Empty { .. }) => return Ok(None),
            current => current?,
        };
        let difference = watched(Activation::AtOnce, |watch| {
            diff(directory, offline, current, generation, watch)
        })?;
        Ok(Some(Self {
            current,
            difference,
        }))
    }

    pub(super) fn as_json(&self, generation: GenerationId) -> Value {
        as_json(&self.difference, self.current, generation)
    }

    pub(super) fn as_text(&self) -> String {
        format!(
            "\nchanges from {}, which stays current:\n\n{}",
            self.current,
            as_text(&self.difference, Shown::Changes)
        )
    }
}
