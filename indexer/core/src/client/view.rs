//! What does the index document say, and can it be believed?

use std::collections::BTreeSet;

use jiff::Timestamp;
use url::Url;

use super::Doubt;
use crate::identifier::NORMALISATION_VERSION;
use crate::index::{FORMAT_VERSION, GenerationId, Hash, Shape};
use crate::messages::{Evaluator, IndexDocument, MAX_EVALUATORS, decode, is_private};
use crate::oprf::{KeyId, PublicKey, SUITE};
use crate::retrieval::{MAX_SERVERS, MIN_SERVERS};
use crate::statement::{Service, ServiceEvaluator, Statement, Trust};

/// Longest range response, in bytes.
const MAX_RANGE_BYTES: u32 = 16 << 20;
/// Length of a range's head, in bytes; the shortest range is not shorter.
pub(super) const RANGE_HEAD: usize = 16;

/// The current index, as the server describes it, checked against itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct IndexView {
    /// URL of its document; all else is relative to it.
    pub url: Url,
    /// Name of the generation.
    pub generation: GenerationId,
    /// The key that the tags were made with.
    pub key_id: KeyId,
    /// Holders of the key's shares; their public keys add up to that of [`key_id`](Self::key_id).
    pub evaluators: Vec<EvaluatorView>,
    /// Servers from which ranges are fetched without naming them; `None` if ranges are requested by name.
    pub retrieval: Option<RetrievalView>,
    /// Shape of the tags.
    pub shape: Shape,
    /// Length of every range response, in bytes.
    pub range_bytes: usize,
    /// How many different identifiers there are.
    pub rows: u64,
    /// Whether there are also leaks that are never shown.
    pub sealed: bool,
    /// Root of the Merkle tree over the ranges.
    pub root: Hash,
    /// Build time of the index.
    pub built_at: Timestamp,
    /// Time from which this version may no longer be served; `None` while no change is planned. A malformed time counts
    /// as past.
    pub sunset: Option<Timestamp>,
    /// Statement signed by a trusted key; `None` if the client believes the server.
    pub statement: Option<Statement>,
}

/// Holder of the key or of a share of it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct EvaluatorView {
    /// URL that takes evaluations.
    pub url: Url,
    /// Key that verifies its proofs.
    pub public_key: PublicKey,
}

/// Institutions that each see random bits, and together a prefix.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RetrievalView {
    /// URLs that take queries; all of them are asked.
    pub servers: Vec<Url>,
    /// Whether asking for a range by its name is forbidden.
    pub required: bool,
}

impl IndexView {
    /// Returns the view of a document read from `url`, signed by a trusted key.
    pub(super) fn new(document: &IndexDocument, url: &Url, trust: &Trust) -> Result<Self, Doubt> {
        check_versions(document)?;
        let statement = signed(document, trust)?;
        let shape = Shape::checked(document.prefix_bits, document.bucket_bits)
            .ok_or_else(|| bounds("prefix_bits or bucket_bits"))?;
        if !shape.hides(document.rows) {
            return Err(Doubt::Fine);
        }
        let evaluators = match &statement {
            Some(statement) => signed_evaluators(statement.service.as_ref(), url)?,
            None => evaluators(&document.evaluators, url)?,
        };
        let key_id = KeyId(decode(&document.key_id).ok_or_else(|| field("key_id"))?);
        check_key(&evaluators, key_id)?;
        Ok(Self {
            url: url.clone(),
            generation: GenerationId::parse(&document.generation)
                .ok_or_else(|| field("generation"))?,
            key_id,
            evaluators,
            retrieval: match &statement {
                Some(statement) => signed_retrieval(statement.service.as_ref(), url)?,
                None => announced_retrieval(document, url)?,
            },
            shape,
            range_bytes: range_bytes(document.range_bytes, shape)?,
            rows: document.rows,
            sealed: document.sealed,
            root: decode(&document.root).ok_or_else(|| field("root"))?,
            built_at: document.built_at.parse().map_err(|_| field("built_at"))?,
            sunset: sunset(document, statement.as_ref()),
            statement,
        })
    }

    /// Length of the Merkle path at the end of a range response, in bytes.
    pub(super) fn path_bytes(&self) -> usize {
        path_bytes(self.shape)
    }
}

/// Returns the time from which the version may no longer be served: the signed one if any key is trusted.
fn sunset(document: &IndexDocument, statement: Option<&Statement>) -> Option<Timestamp> {
    let said = match statement {
        Some(statement) => statement.service.as_ref()?.sunset.as_ref(),
        None => document.sunset.as_ref(),
    };
    said.map(|text| text.parse().unwrap_or(Timestamp::MIN))
}

/// Returns the signed statement of the index, if any key is trusted.
pub(super) fn signed(document: &IndexDocument, trust: &Trust) -> Result<Option<Statement>, Doubt> {
    if trust.is_empty() {
        return Ok(None);
    }
    let (Some(text), Some(signature)) = (&document.statement, &document.signature) else {
        return Err(Doubt::Unsigned);
    };
    trust.verify(text, signature)?;
    let statement = Statement::parse(text)?;
    statement.check_index(document)?;
    statement.check_fresh(Timestamp::now())?;
    Ok(Some(statement))
}

fn path_bytes(shape: Shape) -> usize {
    usize::from(shape.prefix_bits()) * size_of::<Hash>()
}

/// Checks that a document is of the versions that this client speaks.
pub(super) fn check_versions(document: &IndexDocument) -> Result<(), Doubt> {
    let known = [
        ("suite", document.suite == SUITE),
        (
            "normalisation",
            document.normalisation == NORMALISATION_VERSION,
        ),
        ("format", document.format == FORMAT_VERSION),
    ];
    match known.into_iter().find(|(_, known)| !known) {
        Some((field, _)) => Err(Doubt::Unknown { field }),
        None => Ok(()),
    }
}

fn range_bytes(range_bytes: u32, shape: Shape) -> Result<usize, Doubt> {
    let least = RANGE_HEAD + path_bytes(shape);
    let got = range_bytes as usize;
    if range_bytes > MAX_RANGE_BYTES || got < least {
        return Err(bounds("range_bytes"));
    }
    Ok(got)
}

fn evaluators(listed: &[Evaluator], base: &Url) -> Result<Vec<EvaluatorView>, Doubt> {
    if listed.is_empty() || listed.len() > MAX_EVALUATORS {
        return Err(bounds("evaluators"));
    }
    listed.iter().map(|one| evaluator(one, base)).collect()
}

fn evaluator(listed: &Evaluator, base: &Url) -> Result<EvaluatorView, Doubt> {
    let public_key = decode::<32>(&listed.public_key)
        .and_then(|bytes| PublicKey::from_bytes(&bytes).ok())
        .ok_or_else(|| field("public_key"))?;
    Ok(EvaluatorView {
        url: evaluator_url(&listed.url, base).ok_or_else(|| field("url of an evaluator"))?,
        public_key,
    })
}

/// Returns the evaluators that the signed statement names; those of the index document do not count.
fn signed_evaluators(service: Option<&Service>, base: &Url) -> Result<Vec<EvaluatorView>, Doubt> {
    let listed = service.map_or(&[][..], |service| &service.evaluators);
    if listed.is_empty() || listed.len() > MAX_EVALUATORS {
        return Err(Doubt::Service);
    }
    let view = |one: &ServiceEvaluator| {
        Some(EvaluatorView {
            url: evaluator_url(&one.url, base)?,
            public_key: one.key()?,
        })
    };
    let views = listed.iter().map(view);
    views.collect::<Option<_>>().ok_or(Doubt::Service)
}

/// Returns the retrieval servers that the signed statement names, if any.
fn signed_retrieval(service: Option<&Service>, base: &Url) -> Result<Option<RetrievalView>, Doubt> {
    let Some(listed) = service.and_then(|service| service.retrieval.as_ref()) else {
        return Ok(None);
    };
    let urls = listed.servers.iter().map(|one| one.url.as_str());
    let servers = retrieval_urls(urls, base).ok_or(Doubt::Service)?;
    Ok(Some(RetrievalView {
        servers,
        required: listed.required,
    }))
}

/// Returns the evaluators that the index document names, for clients that believe it.
fn announced_retrieval(
    document: &IndexDocument,
    base: &Url,
) -> Result<Option<RetrievalView>, Doubt> {
    let Some(listed) = &document.retrieval else {
        return Ok(None);
    };
    let urls = listed.servers.iter().map(|one| one.url.as_str());
    let servers = retrieval_urls(urls, base).ok_or_else(|| bounds("retrieval"))?;
    Ok(Some(RetrievalView {
        servers,
        required: false,
    }))
}

fn retrieval_urls<'a>(urls: impl Iterator<Item = &'a str>, base: &Url) -> Option<Vec<Url>> {
    let urls: Vec<Url> = urls
        .map(|url| evaluator_url(url, base))
        .collect::<Option<_>>()?;
    // The generation is added at the end of each.
    let has_end = |url: &Url| url.query().is_none() && url.fragment().is_none();
    let is_of_form = (MIN_SERVERS..=MAX_SERVERS).contains(&urls.len()) && urls.iter().all(has_end);
    // A server that is named twice would get two vectors.
    let distinct: BTreeSet<&Url> = urls.iter().collect();
    let is_distinct = distinct.len() == urls.len();
    (is_of_form && is_distinct).then_some(urls)
}

fn evaluator_url(url: &str, base: &Url) -> Option<Url> {
    base.join(url).ok().filter(is_private)
}

fn check_key(evaluators: &[EvaluatorView], key_id: KeyId) -> Result<(), Doubt> {
    let keys: Vec<PublicKey> = evaluators.iter().map(|one| one.public_key).collect();
    match PublicKey::sum(&keys) {
        Ok(whole) if whole.id() == key_id => Ok(()),
        _ => Err(Doubt::KeyId),
    }
}

/// Whether a URL is one that a request can be sent to.
pub(super) fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
}

pub(super) const fn field(field: &'static str) -> Doubt {
    Doubt::Field { field }
}

const fn bounds(field: &'static str) -> Doubt {
    Doubt::Bounds { field }
}
