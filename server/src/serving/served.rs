//! What is a served generation? Its mapped file, and the documents made from it.

use std::collections::HashMap;
use std::io;
use std::ops::Range;

use actix_web::http::header::{HeaderName, HeaderValue};
use exposure_index::announcement::{Evaluators, index_document};
use exposure_index::breach::BreachId;
use exposure_index::generation::{GenerationError, IndexDirectory, StatementTexts};
use exposure_index::index::{FormatError, GenerationId, Header, Index, Prefix};
use exposure_index::messages::{CatalogueDocument, Retrieval};
use exposure_index::oprf::KeyId;
use exposure_index::retrieval::{Records, RecordsError};
use exposure_index::statement::{
    self, ReleaseKeyId, Service, ServiceRetrieval, StatementError, Trust,
};
use jiff::Timestamp;
use memmap2::Mmap;
use url::Url;

use super::ending::VersionEnd;
use super::{Feeds, HibpDocuments};
use crate::content::Asset;
use crate::observe::GenerationGauges;

/// A generation that is served: its public file, mapped, and the documents that are made from it once.
pub(crate) struct ServedGeneration {
    index: Index<Mmap>,
    document: Asset,
    catalogue: Asset,
    breaches: HashMap<BreachId, Asset>,
    hibp: HibpDocuments,
    feeds: Feeds,
    attested: Option<StatementTexts>,
    signer: Option<ReleaseKeyId>,
    expires: Option<Timestamp>,
    ending: VersionEnd,
}

/// Requirements on every served generation.
pub(crate) struct ServeRequirements {
    /// The evaluators; `None` if the signed statement may name any.
    pub(crate) evaluators: Option<Evaluators>,
    /// The retrieval servers that pages of the website may ask, if there is a website: a statement must not name
    /// others.
    pub(crate) retrieval_servers: Option<Vec<Url>>,
    /// The keys, one of which must have signed.
    pub(crate) trust: Trust,
    /// The official address of the website, for links in documents.
    pub(crate) address: Option<String>,
}

/// Why a generation cannot be served.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ServeError {
    /// The file cannot be opened.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// The file breaks its format.
    #[error("the public file of {generation} is broken; other generations are not affected")]
    Format {
        /// Name of the generation.
        generation: GenerationId,
        /// The broken rule, and its place.
        source: FormatError,
    },
    /// The evaluators hold another key than the generation was made with.
    #[error(
        "{generation} was made with the key {expected}, the evaluators hold {got}: check that all shares are given, \
         and that they are shares of this key"
    )]
    Key {
        /// Name of the generation.
        generation: GenerationId,
        /// The key in its header.
        expected: KeyId,
        /// The evaluators' key.
        got: KeyId,
    },
    /// No trusted key vouches for the generation.
    #[error("{generation} is not accepted")]
    Statement {
        /// Name of the generation.
        generation: GenerationId,
        /// The fault of its statement.
        source: StatementError,
    },
    /// Clients would ask evaluators that this server does not know.
    #[error(
        "the signed statement of {generation} names evaluators that differ from --key and --evaluator: clients ask the \
         signed ones; change the settings, or sign with --renew --service"
    )]
    Evaluators {
        /// Name of the generation.
        generation: GenerationId,
    },
    /// Pages of the website could not ask the retrieval servers that the statement names.
    #[error(
        "the signed statement of {generation} names retrieval servers that differ from --retrieval-server: clients ask \
         the signed ones; change the settings and restart, or sign with --renew --service"
    )]
    RetrievalServers {
        /// Name of the generation.
        generation: GenerationId,
    },
    /// Neither statement nor settings name the evaluators.
    #[error(
        "{generation} has no signed statement that says who evaluates: sign it, or name the evaluators with --evaluator"
    )]
    Service {
        /// Name of the generation.
        generation: GenerationId,
    },
    /// The records cannot be held for private retrieval.
    #[error("the records of {generation} cannot be held for private retrieval")]
    Records {
        /// Name of the generation.
        generation: GenerationId,
        /// The fault of its records, or of the machine.
        source: RecordsError,
    },
    /// A document could not be made.
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    /// A feed could not be made.
    #[error("a feed cannot be written")]
    Feed(#[from] io::Error),
}

impl ServedGeneration {
    /// Opens a generation. O(breaches): the ranges are not read.
    ///
    /// # Errors
    /// [`ServeError`] if the generation is missing, broken, of another key, not signed as required, or signed for other
    /// evaluators.
    pub(crate) fn open(
        directory: &IndexDirectory,
        generation: GenerationId,
        demands: &ServeRequirements,
    ) -> Result<Self, ServeError> {
        let index = directory.open_public(generation)?;
        let checked = statement::check(directory, &index, &demands.trust)
            .map_err(|source| ServeError::Statement { generation, source })?;
        let signer = checked.as_ref().and_then(|checked| checked.signer);
        let expires = checked
            .as_ref()
            .and_then(|checked| checked.statement.expiry());
        let service = checked.as_ref().and_then(|it| it.statement.service.clone());
        let signed = service.as_ref().and_then(Evaluators::of_service);
        let evaluators = demands.evaluators.as_ref().or(signed.as_ref());
        let evaluators = evaluators.ok_or(ServeError::Service { generation })?;
        check_key(index.header(), evaluators)?;
        check_evaluators(service.as_ref(), generation, evaluators)?;
        let unsigned = demands.retrieval_servers.as_deref();
        check_retrieval(service.as_ref(), generation, unsigned)?;
        let attested = checked.map(|checked| checked.attested);
        let broken = |source| ServeError::Format { generation, source };
        let catalogue = index.catalogue().map_err(broken)?;
        let statistics = index.statistics().map_err(broken)?;
        let catalogue = CatalogueDocument::of(generation, catalogue, &statistics);
        let built_at = Timestamp::from_second(index.header().built_at).unwrap_or_default();
        let breaches = catalogue
            .breaches
            .iter()
            .map(|breach| Ok((breach.metadata.id.clone(), Asset::json(breach)?)))
            .collect::<Result<_, serde_json::Error>>()?;
        let mut document = index_document(index.header(), evaluators, attested.as_ref());
        if attested.is_none() {
            document.retrieval = unsigned.and_then(Retrieval::named_by_host);
        }
        let ending = service.as_ref().map(VersionEnd::of).unwrap_or_default();
        if let Some(sunset) = ending.past() {
            tracing::warn!(
                %generation, %sunset,
                "clients warn people of this version of the index: its sunset has come; serve the next one in its place"
            );
        }
        Ok(Self {
            ending,
            document: Asset::json(&document)?,
            hibp: HibpDocuments::of(&catalogue)?,
            feeds: Feeds::of(&catalogue, built_at, demands.address.as_deref())?,
            catalogue: Asset::json(&catalogue)?,
            breaches,
            attested,
            signer,
            expires,
            index,
        })
    }

    /// Reads the whole file and compares it with its checksums. O(file).
    ///
    /// # Errors
    /// [`ServeError::Format`] with the first damage.
    pub(crate) fn check_sums(&self) -> Result<(), ServeError> {
        self.index
            .check_sums()
            .map_err(|source| ServeError::Format {
                generation: self.generation(),
                source,
            })
    }

    /// Copies its records into memory, and checks them against its root. O(file).
    ///
    /// # Errors
    /// [`ServeError::Records`].
    pub(crate) fn copy_records(&self) -> Result<Records, ServeError> {
        Records::copy(&self.index).map_err(|source| ServeError::Records {
            generation: self.generation(),
            source,
        })
    }

    /// Makes the encodings of its documents. O(catalogue), some tens of milliseconds.
    pub(crate) fn prepare(&self) {
        self.document.prepare();
        self.catalogue.prepare();
    }

    /// Returns its name.
    #[must_use]
    pub(crate) const fn generation(&self) -> GenerationId {
        self.header().generation
    }

    /// Returns the file's fixed fields.
    #[must_use]
    pub(crate) const fn header(&self) -> &Header {
        self.index.header()
    }

    /// Returns who vouches for it, in the words that clients get.
    #[must_use]
    pub(crate) const fn attested(&self) -> Option<&StatementTexts> {
        self.attested.as_ref()
    }

    /// Returns the trusted key that signed it, if any key is trusted.
    #[must_use]
    pub(crate) const fn signer(&self) -> Option<ReleaseKeyId> {
        self.signer
    }

    /// Returns its figures for the metrics.
    pub(crate) fn gauges(&self) -> GenerationGauges {
        GenerationGauges {
            rows: self.header().rows,
            built_at: self.header().built_at,
            is_signed: self.signer.is_some(),
            expires: self.expires,
        }
    }

    /// Returns the document of `/v1/index`.
    #[must_use]
    pub(crate) const fn document(&self) -> &Asset {
        &self.document
    }

    /// Returns the headers of that document: the end of this version, and its successor.
    #[must_use]
    pub(crate) fn ending_headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.ending.headers()
    }

    /// Returns the document of all its breaches.
    #[must_use]
    pub(crate) const fn catalogue(&self) -> &Asset {
        &self.catalogue
    }

    /// Returns the document of one of its breaches.
    #[must_use]
    pub(crate) fn breach(&self, id: &BreachId) -> Option<&Asset> {
        self.breaches.get(id)
    }

    /// Returns its breaches in the form of Have I Been Pwned.
    #[must_use]
    pub(crate) const fn hibp(&self) -> &HibpDocuments {
        &self.hibp
    }

    /// Returns its breaches for feed readers.
    #[must_use]
    pub(crate) const fn feeds(&self) -> &Feeds {
        &self.feeds
    }

    /// Returns the prefix that `text` spells.
    #[must_use]
    pub(crate) fn prefix(&self, text: &str) -> Option<Prefix> {
        self.header().shape.spelt(text)
    }

    /// Returns the place of a prefix's range in the file.
    ///
    /// # Errors
    /// [`FormatError`] if the range breaks a rule.
    pub(crate) fn place_of_range(&self, prefix: Prefix) -> Result<Range<usize>, FormatError> {
        self.index.place_of_range(prefix)
    }

    /// Returns what follows a range of `length` bytes in its answer: zeros, and its Merkle path.
    ///
    /// # Errors
    /// [`FormatError`] if there is no such prefix.
    pub(crate) fn after_range(
        &self,
        prefix: Prefix,
        length: usize,
    ) -> Result<Vec<u8>, FormatError> {
        self.index.after_range(prefix, length)
    }

    /// Returns the whole file.
    #[must_use]
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.index.as_bytes()
    }
}

/// Checks the evaluators. The signed statement names those that clients ask; the settings repeat them, for the key and
/// the website's policy.
fn check_evaluators(
    service: Option<&Service>,
    generation: GenerationId,
    evaluators: &Evaluators,
) -> Result<(), ServeError> {
    match service.is_none_or(|service| evaluators.are_those_of(service)) {
        true => Ok(()),
        false => Err(ServeError::Evaluators { generation }),
    }
}

/// Checks the retrieval servers. Pages may ask only those in the website's policy, which is made from the settings.
fn check_retrieval(
    service: Option<&Service>,
    generation: GenerationId,
    servers: Option<&[Url]>,
) -> Result<(), ServeError> {
    let signed = service.map(|service| service.retrieval.as_ref());
    match signed.zip(servers) {
        Some((signed, servers)) if !ServiceRetrieval::are_these(signed, servers) => {
            Err(ServeError::RetrievalServers { generation })
        }
        _ => Ok(()),
    }
}

fn check_key(header: &Header, evaluators: &Evaluators) -> Result<(), ServeError> {
    let (expected, got) = (header.key_id, evaluators.key_id());
    if expected == got {
        return Ok(());
    }
    Err(ServeError::Key {
        generation: header.generation,
        expected,
        got,
    })
}
