use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{BreachOrdinal, Fault, FormatError, Section};
use crate::breach::{BreachId, DataClass, Metadata};
use crate::identifier::Kind;

const COMPRESSION_LEVEL: i32 = 19;
/// Most bytes of JSON that are unpacked, against small files that swell.
const MAX_JSON: u64 = 64 << 20;

/// How many different identifiers there are of each kind.
pub type Identifiers = BTreeMap<Kind, u64>;

/// The breaches of an index file, by id; a breach's place is its [`BreachOrdinal`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// The breaches, ascending by id.
    pub breaches: Vec<CatalogueEntry>,
}

impl Catalogue {
    /// The entry of a breach.
    #[must_use]
    pub fn get(&self, breach: BreachOrdinal) -> Option<&CatalogueEntry> {
        self.breaches.get(usize::from(breach.0))
    }
}

/// A breach in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// What is told about it.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// The classes its exposures are sets of, ascending; at most [`ClassSet::CAPACITY`](crate::breach::ClassSet::CAPACITY).
    pub classes: Vec<DataClass>,
}

/// What a build counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Identifiers in this file.
    pub identifiers: Identifiers,
    /// Its breaches.
    pub breaches: BTreeMap<BreachId, BreachStatistics>,
    /// Identifiers in the public and the sealed file together; stands in the sealed file only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both_files: Option<Identifiers>,
}

/// What was read of a breach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachStatistics {
    /// Rows in its files, the rejected ones included.
    pub rows: u64,
    /// Rows that did not parse or had the wrong number of columns.
    pub rejected_rows: u64,
    /// Different identifiers.
    pub identifiers: Identifiers,
    /// Cells of identifier columns that were filled but did not normalise.
    pub invalid_cells: BTreeMap<Kind, u64>,
}

/// `value` as zstd-compressed JSON.
pub(super) fn encode<T: Serialize>(value: &T) -> io::Result<Vec<u8>> {
    zstd::encode_all(serde_json::to_vec(value)?.as_slice(), COMPRESSION_LEVEL)
}

/// The value that zstd-compressed JSON holds, at most 64 MiB of it.
pub(super) fn decode<T: DeserializeOwned>(
    section: Section,
    bytes: &[u8],
) -> Result<T, FormatError> {
    let broken = |what| FormatError::new(section, 0_u64, Fault::Encoding { what });
    let unpacker = zstd::Decoder::with_buffer(bytes).map_err(|_| broken("zstd stream"))?;
    let mut json = Vec::new();
    unpacker
        .take(MAX_JSON + 1)
        .read_to_end(&mut json)
        .map_err(|_| broken("zstd stream"))?;
    if json.len() as u64 > MAX_JSON {
        let fault = Fault::TooLarge {
            what: "JSON",
            limit: MAX_JSON,
            got: json.len() as u64,
        };
        return Err(FormatError::new(section, 0_u64, fault));
    }
    serde_json::from_slice(&json).map_err(|_| broken("JSON"))
}
