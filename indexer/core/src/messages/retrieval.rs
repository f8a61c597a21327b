use serde::{Deserialize, Serialize};
use url::Url;

use crate::breach::Localised;

/// Most vectors that one request to a retrieval server may bring.
pub const MAX_QUERIES: usize = super::MAX_ELEMENTS;

/// From whom ranges are fetched privately, in the index document: for clients that trust no release key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Retrieval {
    /// 2 to 5 servers; all of them are asked.
    #[cfg_attr(feature = "openapi", schema(min_items = 2, max_items = 5))]
    pub servers: Vec<RetrievalServer>,
}

impl Retrieval {
    /// Returns servers whose names nobody signed: they get their host's name. `None` if there are no servers.
    #[must_use]
    pub fn named_by_host(urls: &[Url]) -> Option<Self> {
        let server = |url: &Url| {
            let host = url.host_str().unwrap_or_default();
            let institution = Localised {
                kk: host.to_owned(),
                ru: host.to_owned(),
                en: host.to_owned(),
            };
            RetrievalServer {
                institution,
                url: url.to_string(),
            }
        };
        (!urls.is_empty()).then(|| Self {
            servers: urls.iter().map(server).collect(),
        })
    }
}

/// An institution that answers retrievals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetrievalServer {
    /// Its name.
    pub institution: Localised,
    /// Where it takes queries: a URL, resolved against that of the index document; `/` and the generation follow.
    #[cfg_attr(
        feature = "openapi",
        schema(
            format = "uri-reference",
            example = "https://ranges.example.kz/v1/retrieve"
        )
    )]
    pub url: String,
}

/// What a retrieval server says of itself: `GET {url}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetrievalStatus {
    /// Version of the calls: 1.
    pub retrieval: u32,
    /// Most vectors that one request may bring.
    pub most_queries: usize,
    /// The generations that are answered, the newest first.
    pub generations: Vec<RetrievableGeneration>,
}

/// A generation of which a retrieval server has all records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetrievableGeneration {
    /// Its name.
    pub generation: String,
    /// Leading bits of a tag that name its record; a vector has 2^`prefix_bits` bits.
    pub prefix_bits: u8,
    /// Length of a record, in bytes.
    pub range_bytes: u32,
    /// Root of the Merkle tree that the records were found to hash to, 32 bytes.
    pub root: String,
}
