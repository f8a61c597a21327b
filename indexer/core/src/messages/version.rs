use serde::{Deserialize, Serialize};

/// Another version of the index, served at the same time during a change of versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OtherVersion {
    /// Version of the rules by which identifiers are written one way.
    #[cfg_attr(feature = "openapi", schema(example = 2))]
    pub normalisation: u32,
    /// Version of the layout of ranges.
    #[cfg_attr(feature = "openapi", schema(example = 1))]
    pub format: u32,
    /// Where its index document is: a URL of the same origin, resolved against that of this document.
    #[cfg_attr(
        feature = "openapi",
        schema(format = "uri-reference", example = "/next/v1/index")
    )]
    pub url: String,
    /// From when on it may no longer be served, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = DateTime, example = "2027-06-30T00:00:00Z"))]
    pub sunset: Option<String>,
}
