use serde::{Deserialize, Serialize};

use crate::breach::{DataClass, Metadata};
use crate::index::{Catalogue, GenerationId, Identifiers, Statistics};

/// The breaches of a generation: `GET /v1/breaches`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CatalogueDocument {
    /// Name of the generation.
    pub generation: String,
    /// Different identifiers of each kind in the whole index.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, u64>))]
    pub identifiers: Identifiers,
    /// The breaches, ascending by id; a range names a breach by its place here, from 0.
    pub breaches: Vec<BreachDocument>,
}

impl CatalogueDocument {
    /// The leaks, without the warning lists.
    pub fn leaks(&self) -> impl Iterator<Item = &BreachDocument> {
        let breaches = self.breaches.iter();
        breaches.filter(|document| document.metadata.is_leak())
    }

    /// Returns the document of a generation's public catalogue and its counts.
    #[must_use]
    pub fn of(generation: GenerationId, catalogue: Catalogue, statistics: &Statistics) -> Self {
        let breaches = catalogue.breaches.into_iter().map(|entry| BreachDocument {
            identifiers: statistics
                .breaches
                .get(&entry.metadata.id)
                .map(|breach| breach.identifiers.clone())
                .unwrap_or_default(),
            metadata: entry.metadata,
            classes: entry.classes,
        });
        Self {
            generation: generation.to_string(),
            identifiers: statistics.identifiers.clone(),
            breaches: breaches.collect(),
        }
    }
}

/// A breach, which is a leak or a warning list: `GET /v1/breaches/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreachDocument {
    /// What is known about it.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Its data classes; a range names a class by its place here, from 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub classes: Vec<DataClass>,
    /// Different identifiers of each kind that were read of it.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, u64>))]
    pub identifiers: Identifiers,
}
