//! Which breaches are in an index file, and what are their counts?

use std::collections::BTreeMap;
use std::io::{self, Read};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::layout::at_most;
use super::{BreachOrdinal, Fault, FormatError, Section};
use crate::breach::{BreachId, ClassSet, DataClass, Metadata};
use crate::identifier::Kind;

const COMPRESSION_LEVEL: i32 = 19;
/// Maximum number of bytes of JSON that are unpacked, against decompression bombs.
const MAX_JSON: u64 = 64 << 20;
/// Binary logarithm of the largest window that a frame may request: that of `MAX_JSON`.
const MAX_WINDOW_LOG: u32 = 26;
/// A breach's place is 16 bits wide.
const MAX_BREACHES: u64 = 1 << 16;

/// Number of different identifiers of each kind.
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

    /// Checks that the catalogue may be in a public or a sealed file: breaches and classes in order, not too many of
    /// them, and none of the other file's.
    pub(super) fn check(&self, sealed: bool) -> Result<(), Fault> {
        let breaches = &self.breaches;
        at_most(breaches.len() as u64, MAX_BREACHES, "number of breaches")?;
        if !breaches.is_sorted_by(|one, next| one.metadata.id < next.metadata.id) {
            return Err(Fault::Order { what: "breaches" });
        }
        breaches.iter().try_for_each(|entry| entry.check(sealed))
    }
}

/// A breach in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogueEntry {
    /// Metadata of the breach.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// The classes its exposures are sets of, ascending; at most [`ClassSet::CAPACITY`].
    pub classes: Vec<DataClass>,
}

impl CatalogueEntry {
    fn check(&self, sealed: bool) -> Result<(), Fault> {
        at_most(
            self.classes.len() as u64,
            ClassSet::CAPACITY as u64,
            "number of classes",
        )?;
        if !self.classes.is_sorted_by(|one, next| one < next) {
            return Err(Fault::Order { what: "classes" });
        }
        if self.metadata.sensitive && !self.metadata.is_leak() {
            let what = "a warning list that is sensitive";
            return Err(Fault::Encoding { what });
        }
        if self.metadata.sensitive != sealed {
            let what = "sensitivity of a breach";
            return Err(Fault::Encoding { what });
        }
        Ok(())
    }
}

/// The counts of a build.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistics {
    /// Identifiers in this file that are in a whole row of a dump.
    pub identifiers: Identifiers,
    /// Further identifiers in this file, recovered only from rejected rows.
    #[serde(default, skip_serializing_if = "Identifiers::is_empty")]
    pub recovered: Identifiers,
    /// Its breaches.
    pub breaches: BTreeMap<BreachId, BreachStatistics>,
    /// Identifiers in the public and the sealed file together; only in the sealed file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub both_files: Option<Identifiers>,
    /// Recovered identifiers of both files together; only in the sealed file.
    #[serde(default, skip_serializing_if = "Identifiers::is_empty")]
    pub both_files_recovered: Identifiers,
}

/// The counts of a breach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreachStatistics {
    /// Rows in its files, the rejected ones included.
    pub rows: u64,
    /// Rows that did not parse or had the wrong number of columns.
    pub rejected_rows: u64,
    /// Truncated files, of which only the beginning is in the index.
    #[serde(default, skip_serializing_if = "is_none")]
    pub truncated_files: u64,
    /// Different identifiers that are in a whole row.
    pub identifiers: Identifiers,
    /// Further different identifiers, recovered only from its rejected rows.
    #[serde(default, skip_serializing_if = "Identifiers::is_empty")]
    pub recovered: Identifiers,
    /// Cells of identifier columns that were filled but did not normalise.
    pub invalid_cells: BTreeMap<Kind, u64>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
const fn is_none(count: &u64) -> bool {
    *count == 0
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
    let mut unpacker = zstd::Decoder::with_buffer(bytes)
        .map_err(|_| broken("zstd frame"))?
        .single_frame();
    unpacker
        .window_log_max(MAX_WINDOW_LOG)
        .map_err(|_| broken("zstd frame"))?;
    let mut json = Vec::new();
    unpacker
        .by_ref()
        .take(MAX_JSON + 1)
        .read_to_end(&mut json)
        .map_err(|_| broken("zstd frame"))?;
    if json.len() as u64 > MAX_JSON {
        let fault = Fault::TooLarge {
            what: "JSON",
            limit: MAX_JSON,
            got: json.len() as u64,
        };
        return Err(FormatError::new(section, 0_u64, fault));
    }
    let rest = unpacker.finish();
    if !rest.is_empty() {
        let what = "bytes after the zstd frame";
        return Err(FormatError::new(
            section,
            bytes.len() - rest.len(),
            Fault::NotZero { what },
        ));
    }
    serde_json::from_slice(&json).map_err(|_| broken("JSON"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_of_a_kind_that_is_not_known_are_refused() {
        let counted = |kind: &str| {
            let statistics = json!({ "identifiers": { kind: 1 }, "breaches": {} });
            let bytes = encode(&statistics).expect("JSON");
            decode::<Statistics>(Section::Statistics, &bytes)
        };
        assert!(counted("iin").is_ok());
        assert!(counted("fingerprint").is_err());
    }
}
