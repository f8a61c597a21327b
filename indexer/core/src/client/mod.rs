//! What does the server say about this identifier, and can it be believed? A client of the protocol that
//! `server/PROTOCOL.md` fixes.
//!
//! Evaluators see blinded elements, the range server sees a tag's prefix, unless the service names servers for [private
//! retrieval](crate::retrieval), which see random bits; see `server/THREATS.md` for what that reveals to them. Their
//! answers are accepted only if they verify: evaluations against the evaluators' public keys, ranges against the root.
//! The key and the root come from the index document and breach names from the catalogue, so both documents are
//! accepted only if a [trusted key](Client::with_trust) signed them. A server that could forge them could give each
//! client a key of its own and learn from the prefix what is looked up.
//!
//! ```no_run
//! use exposure_index::client::Client;
//! use exposure_index::statement::Trust;
//!
//! let trust = Trust::load(&["release.key.pub"])?;
//! let client = Client::over_http("https://tekser.example.kz/")?.with_trust(trust);
//! let answer = client.look_up(b"tekser:1:phone:+77091234567")?;
//! for exposed in &answer.exposures {
//!     println!("{}: {} data classes", exposed.breach, exposed.classes.len());
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod answer;
mod call;
mod error;
mod evaluation;
mod http;
mod range;
mod retrieval;
mod transport;
mod versions;
mod view;
mod work;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

pub use answer::{Answer, ExposedBreach};
pub use error::{ClientError, Doubt, TransportError};
pub use http::HttpTransport;
pub use transport::{Method, Request, Response, Transport};
pub use view::{EvaluatorView, IndexView, RetrievalView};

use answer::check_catalogue;
use call::{Call, Caller, MAX_DOCUMENT, document};
use jiff::Timestamp;
use url::Url;

use crate::index::Exposure;
use crate::messages::{CatalogueDocument, IndexDocument, MAX_ELEMENTS};
use crate::oprf::{KeyId, Tag};
use crate::statement::Trust;

/// Longest catalogue, in bytes: as long as an index file may hold.
const MAX_CATALOGUE: u64 = 64 << 20;
/// Attempts of a look-up if the index is replaced while it runs.
const MAX_TRIES: usize = 3;

/// Limits on waiting and work for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Maximum number of times a request is sent, if the server asks for work or a delay first.
    pub attempts: u32,
    /// Longest wait before a request is sent again.
    pub wait: Duration,
    /// Longest time spent on one challenge.
    pub work: Duration,
}

impl Default for Patience {
    /// Returns 5 attempts, waits of a minute, work of a minute.
    fn default() -> Self {
        Self {
            attempts: 5,
            wait: Duration::from_secs(60),
            work: Duration::from_secs(60),
        }
    }
}

/// A client of one server.
pub struct Client<T> {
    index_url: Url,
    caller: Caller<T>,
    trust: Trust,
    is_trusting_all: bool,
    is_naming_ranges: bool,
    /// Build time of the newest index that this client has seen.
    newest: Mutex<Timestamp>,
}

impl Client<HttpTransport> {
    /// A client of the server at `base_url`, such as `https://tekser.example.kz/`. Nothing is sent until it is
    /// given [keys to trust](Self::with_trust).
    ///
    /// # Errors
    /// [`ClientError::BaseUrl`].
    pub fn over_http(base_url: &str) -> Result<Self, ClientError> {
        Self::new(base_url, HttpTransport::default())
    }
}

impl<T: Transport> Client<T> {
    /// A client that reaches the server at `base_url` over `transport`.
    ///
    /// # Errors
    /// [`ClientError::BaseUrl`].
    pub fn new(base_url: &str, transport: T) -> Result<Self, ClientError> {
        let patience = Patience::default();
        Ok(Self {
            index_url: index_url(base_url).ok_or(ClientError::BaseUrl)?,
            caller: Caller {
                transport,
                patience,
            },
            trust: Trust::default(),
            is_trusting_all: false,
            is_naming_ranges: false,
            newest: Mutex::new(Timestamp::MIN),
        })
    }

    /// Returns the client with other limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.caller.patience = patience;
        self
    }

    /// Returns the client, which then accepts only an index and a catalogue that a trusted key signed.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// Returns the client, which then believes everything a server says about itself if it trusts no key. Such a server
    /// can make up an index with a key and evaluators of its own, and learns up to 20 bits of the tag in each look-up.
    /// For tests, and for one's own server.
    #[must_use]
    pub fn without_trust(mut self) -> Self {
        self.is_trusting_all = true;
        self
    }

    /// Returns the client, which then asks for ranges by name even where the service offers private retrieval, and so
    /// shows the range server which of several thousand prefixes is meant. For measurements, and for users who chose it
    /// after a retrieval server failed. Never choose it for them: making it fail would then be a way to see the prefix.
    #[must_use]
    pub fn with_named_ranges(mut self) -> Self {
        self.is_naming_ranges = true;
        self
    }

    /// The current index. One request; two during a change of versions, if the server's address has a version that this
    /// client does not speak.
    ///
    /// # Errors
    /// [`ClientError`], [`Doubted`](ClientError::Doubted) if the document contradicts itself, asks for more than the
    /// protocol allows, is older than one seen before, or nobody trusted signed it.
    pub fn index(&self) -> Result<IndexView, ClientError> {
        if self.trust.is_empty() && !self.is_trusting_all {
            return Err(ClientError::NoTrust);
        }
        let (document, url) = self.spoken_document()?;
        let view = IndexView::new(&document, &url, &self.trust)?;
        self.check_age(&view)?;
        Ok(view)
    }

    /// The index document of the version that is spoken here, and where it is: at the server's address, or where the
    /// document there says.
    fn spoken_document(&self) -> Result<(IndexDocument, Url), ClientError> {
        let first = self.document_at(&self.index_url)?;
        match versions::elsewhere(&first, &self.index_url, &self.trust)? {
            Some(url) => Ok((self.document_at(&url)?, url)),
            None => Ok((first, self.index_url.clone())),
        }
    }

    fn document_at(&self, url: &Url) -> Result<IndexDocument, ClientError> {
        let body = self.caller.call(&Call::get(url, MAX_DOCUMENT))?;
        Ok(document(&body, "index")?)
    }

    /// Refuses an index that is older than one seen before.
    fn check_age(&self, view: &IndexView) -> Result<(), Doubt> {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if view.built_at < *newest {
            return Err(Doubt::Older);
        }
        *newest = view.built_at;
        Ok(())
    }

    /// The breaches of the current index. Two requests.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn catalogue(&self) -> Result<CatalogueDocument, ClientError> {
        self.catalogue_of(&self.index()?)
    }

    /// The catalogue of an index, which must be the one that was signed with it.
    fn catalogue_of(&self, view: &IndexView) -> Result<CatalogueDocument, ClientError> {
        let url = beside(view, &format!("generations/{}/breaches", view.generation))?;
        let body = self.caller.call(&Call::get(&url, MAX_CATALOGUE))?;
        let catalogue: CatalogueDocument = document(&body, "catalogue")?;
        check_catalogue(&catalogue)?;
        if catalogue.generation != view.generation.as_str() {
            return Err(Doubt::Catalogue.into());
        }
        if let Some(statement) = &view.statement {
            statement.check_catalogue(&catalogue).map_err(Doubt::from)?;
        }
        Ok(catalogue)
    }

    /// Returns what the index says about the identifier whose OPRF input (`tekser:1:KIND:VALUE`, VALUE normalised) this
    /// is.
    ///
    /// Four requests with one evaluator, one more for each further one; with private retrieval a request to each of its
    /// servers instead of the last.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn look_up(&self, input: &[u8]) -> Result<Answer, ClientError> {
        let mut answers = self.look_up_all(&[input])?;
        // Cannot fail: there is an answer for each input.
        answers.pop().ok_or(ClientError::Replaced)
    }

    /// Returns what the index says about each identifier, in the order of the inputs; all from one generation.
    ///
    /// Index and catalogue are asked for once, evaluators once for [`MAX_ELEMENTS`] inputs, and a range for each;
    /// retrieval servers, if there are any, likewise.
    ///
    /// # Errors
    /// [`ClientError`]; there are answers for all inputs or for none.
    pub fn look_up_all<I: AsRef<[u8]>>(&self, inputs: &[I]) -> Result<Vec<Answer>, ClientError> {
        let mut key = None;
        for _ in 1..MAX_TRIES {
            match self.look_up_once(inputs, &mut key) {
                Err(ClientError::Replaced) => {}
                settled => return settled,
            }
        }
        self.look_up_once(inputs, &mut key)
    }

    /// Looks up from the start; `key` is the one that an earlier attempt met. Under two keys an identifier has two
    /// prefixes, which together reveal much more about it than one.
    fn look_up_once<I: AsRef<[u8]>>(
        &self,
        inputs: &[I],
        key: &mut Option<KeyId>,
    ) -> Result<Vec<Answer>, ClientError> {
        let view = self.index()?;
        if *key.get_or_insert(view.key_id) != view.key_id {
            return Err(Doubt::OtherKey.into());
        }
        let is_required = view.retrieval.as_ref().is_some_and(|it| it.required);
        if self.is_naming_ranges && is_required {
            return Err(ClientError::NamedForbidden);
        }
        let catalogue = self.catalogue_of(&view)?;
        let mut answers = Vec::with_capacity(inputs.len());
        for inputs in inputs.chunks(MAX_ELEMENTS) {
            let tags = evaluation::tags(&self.caller, &view, inputs)?;
            let exposures = self.exposures(&view, &tags)?;
            for exposures in exposures {
                answers.push(Answer::new(&view, &exposures, &catalogue)?);
            }
        }
        Ok(answers)
    }

    /// The exposures of each tag. Once a service offers private retrieval, no failure makes the client name a range.
    fn exposures(&self, view: &IndexView, tags: &[Tag]) -> Result<Vec<Vec<Exposure>>, ClientError> {
        match &view.retrieval {
            Some(retrieval) if !self.is_naming_ranges => {
                retrieval::exposures(&self.caller, retrieval, view, tags)
            }
            _ => tags
                .iter()
                .map(|tag| self.exposures_by_name(view, *tag))
                .collect(),
        }
    }

    /// Returns the exposures of a tag from the range of its prefix, which is requested by name.
    fn exposures_by_name(&self, view: &IndexView, tag: Tag) -> Result<Vec<Exposure>, ClientError> {
        let spelled = view.shape.spell(view.shape.prefix(tag));
        let url = beside(view, &format!("ranges/{}/{spelled}", view.generation))?;
        let response = self
            .caller
            .call(&Call::get(&url, view.range_bytes as u64))
            .map_err(ClientError::without_detail)?;
        Ok(range::exposures(&response, view, tag)?)
    }
}

/// Returns a URL next to the index document.
fn beside(view: &IndexView, place: &str) -> Result<Url, ClientError> {
    view.url.join(place).map_err(|_| ClientError::BaseUrl)
}

fn index_url(base_url: &str) -> Option<Url> {
    let mut base = Url::parse(base_url).ok().filter(view::is_web)?;
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base.join("v1/index").ok()
}
