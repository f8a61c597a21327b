use serde::{Deserialize, Serialize};

use super::{OtherVersion, Retrieval};

/// Most evaluators that hold the shares of one key; a client asks each of them.
pub const MAX_EVALUATORS: usize = 16;

/// Which index is current, how to ask it, and against what its answers are proven: `GET /v1/index`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IndexDocument {
    /// Name of the generation.
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[0-9A-Za-z-]{1,64}$", example = "20261122-201530-3f9a1c2b")
    )]
    pub generation: String,
    /// Version of the rules by which identifiers are written one way.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub normalisation: u32,
    /// Version of the layout of ranges.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub format: u32,
    /// RFC 9497's name of the suite; the mode is VOPRF.
    #[cfg_attr(feature = "openapi", schema(example = "ristretto255-SHA512"))]
    pub suite: String,
    /// First 16 bytes of the SHA-256 of the sum of the evaluators' public keys.
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Za-z0-9_-]{22}$", example = "q80f3sZnR0qvAAECAwQFBg")
    )]
    pub key_id: String,
    /// Who holds the key; each of several holds a share, and all of them are asked. For clients that trust no release
    /// key: the others take them from the statement.
    pub evaluators: Vec<Evaluator>,
    /// From whom ranges are fetched without naming them, if anybody; for clients that trust no release key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retrieval: Option<Retrieval>,
    /// Leading bits of a tag that name its range.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 24))]
    pub prefix_bits: u8,
    /// Bits of a tag after the prefix that name its bucket.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 16))]
    pub bucket_bits: u8,
    /// Length of every range response, in bytes.
    pub range_bytes: u32,
    /// How many different identifiers there are.
    pub rows: u64,
    /// Whether there are also leaks that are too sensitive to be shown to a person who types an identifier.
    pub sealed: bool,
    /// Root of the Merkle tree over the ranges, 32 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{43}$"))]
    pub root: String,
    /// When the index was built, RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, example = "2026-11-22T20:15:30Z"))]
    pub built_at: String,
    /// From when on this version may no longer be served, RFC 3339, UTC; for clients that trust no release key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime, example = "2027-06-30T00:00:00Z"))]
    pub sunset: Option<String>,
    /// Other versions that are served at the same time, for clients that do not speak it and trust no release key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<Vec<OtherVersion>>,
    /// What the generation holds, as it was signed: canonical JSON, of which every byte counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statement: Option<String>,
    /// The signature over the statement, in minisign's format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signature: Option<String>,
}

/// Holder of the key or of a share of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evaluator {
    /// Where it takes evaluations: a URL, resolved against that of the index document.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "uri-reference", example = "evaluate")
    )]
    pub url: String,
    /// Its public key, 32 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{43}$"))]
    pub public_key: String,
}
