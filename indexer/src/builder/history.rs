use std::fmt;

use data_encoding::HEXLOWER;
use exposure_index::breach::BreachId;
use serde::{Deserialize, Serialize};

use super::compose::base::Base;

/// The command that makes a generation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Operation {
    /// Dumps alone.
    Build,
    /// Dumps, added to the current generation.
    Add,
    /// The current generation without some breaches.
    Remove,
    /// The current generation with other data or metadata of breaches that are in it.
    Update,
    /// Several generations, merged into one.
    Merge,
    /// The current generation without erased identifiers.
    Erase,
    /// Dumps alone, under a new key.
    Rekey,
    /// An older generation without what was erased since.
    Rollback,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Build => "build",
            Self::Add => "add",
            Self::Remove => "remove",
            Self::Update => "update",
            Self::Merge => "merge",
            Self::Erase => "erase",
            Self::Rekey => "rekey",
            Self::Rollback => "rollback",
        })
    }
}

/// Origin of a generation, and the changes to it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct History {
    pub(crate) by: Operation,
    /// The generation that was current, if it went into this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) base: Option<SourceGeneration>,
    /// The generations of other directories that were merged into it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) merged: Vec<SourceGeneration>,
    /// Breaches that were read from dumps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) read: Vec<BreachId>,
    /// Breaches of the base that were left out or replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<BreachId>,
    /// Breaches whose metadata were replaced.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) renewed: Vec<BreachId>,
    /// Identifiers that must not be found.
    pub(crate) erased: u64,
}

/// A generation that went into another one.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct SourceGeneration {
    pub(crate) generation: String,
    pub(crate) root: String,
}

impl History {
    pub(crate) fn by(operation: Operation) -> Self {
        Self {
            by: operation,
            base: None,
            merged: Vec::new(),
            read: Vec::new(),
            left_out: Vec::new(),
            renewed: Vec::new(),
            erased: 0,
        }
    }

    pub(crate) fn from_base(operation: Operation, base: &Base) -> Self {
        Self {
            base: Some(SourceGeneration::of(base)),
            ..Self::by(operation)
        }
    }
}

impl SourceGeneration {
    pub(crate) fn of(base: &Base) -> Self {
        Self {
            generation: base.generation().to_string(),
            root: HEXLOWER.encode(&base.root()),
        }
    }
}
