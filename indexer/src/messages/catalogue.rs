use serde::{Deserialize, Serialize};

use crate::breach::{DataClass, Metadata};
use crate::index::Identifiers;

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

/// A breach: `GET /v1/breaches/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BreachDocument {
    /// What is told about it.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Its data classes; a range names a class by its place here, from 0.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub classes: Vec<DataClass>,
    /// Different identifiers of each kind that were read of it.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, u64>))]
    pub identifiers: Identifiers,
}
