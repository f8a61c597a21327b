//! What does the server say of this identifier, and can it be believed? A client of the protocol that
//! `server/PROTOCOL.md` fixes.
//!
//! Evaluators see blinded elements, whoever serves the ranges sees a tag's prefix; see `server/THREATS.md` for what that
//! tells them. What they answer is believed if it proves itself: evaluations by the evaluators' public keys, ranges by
//! the root. Key and root themselves are the index document's, and the names of breaches the catalogue's: a client that
//! was told [whom to trust](Client::with_trust) believes them only if they were signed.
//!
//! ```no_run
//! use exposure_index::client::Client;
//!
//! let client = Client::over_http("https://tekser.example.kz/")?;
//! let answer = client.look_up(b"tekser:1:phone:+77091234567")?;
//! for exposed in &answer.exposures {
//!     println!("{}: {} data classes", exposed.breach, exposed.classes.len());
//! }
//! # Ok::<(), exposure_index::client::ClientError>(())
//! ```

mod answer;
mod call;
mod error;
mod evaluation;
mod http;
mod range;
mod transport;
mod view;
mod work;

use std::time::Duration;

pub use answer::{Answer, Exposed};
pub use error::{ClientError, Doubt, TransportError};
pub use http::HttpTransport;
pub use transport::{Method, Request, Response, Transport};
pub use view::{EvaluatorView, IndexView};

use answer::check_catalogue;
use call::{Call, Caller, MAX_DOCUMENT, document};
use url::Url;

use crate::messages::{CatalogueDocument, MAX_ELEMENTS};
use crate::oprf::Tag;
use crate::statement::Trust;

/// Longest catalogue, in bytes: as long as an index file may hold.
const MAX_CATALOGUE: u64 = 64 << 20;
/// How often a look-up begins when the index is replaced meanwhile.
const BEGINNINGS: usize = 3;

/// How much waiting and work an answer is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often one request is sent at most, if the server wants work or time before it answers.
    pub attempts: u32,
    /// Longest wait before a request is sent again.
    pub wait: Duration,
    /// Longest time spent on one challenge.
    pub work: Duration,
}

impl Default for Patience {
    /// 5 attempts, waits of a minute, work of a minute.
    fn default() -> Self {
        Self {
            attempts: 5,
            wait: Duration::from_secs(60),
            work: Duration::from_secs(60),
        }
    }
}

/// Asks one server.
pub struct Client<T> {
    index_url: Url,
    caller: Caller<T>,
    trust: Trust,
}

impl Client<HttpTransport> {
    /// A client of the server at `base_url`, such as `https://tekser.example.kz/`. Nothing is sent yet.
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
        })
    }

    /// The same client with other limits.
    #[must_use]
    pub fn with_patience(mut self, patience: Patience) -> Self {
        self.caller.patience = patience;
        self
    }

    /// The same client, which believes no index and no catalogue but those that a trusted key signed.
    #[must_use]
    pub fn with_trust(mut self, trust: Trust) -> Self {
        self.trust = trust;
        self
    }

    /// The index in force. One request.
    ///
    /// # Errors
    /// [`ClientError`], [`Doubted`](ClientError::Doubted) if the document contradicts itself, asks for more than the
    /// protocol allows, or nobody trusted signed it.
    pub fn index(&self) -> Result<IndexView, ClientError> {
        let body = self
            .caller
            .call(&Call::get(&self.index_url, MAX_DOCUMENT))?;
        let document = document(&body, "index")?;
        Ok(IndexView::new(&document, &self.index_url, &self.trust)?)
    }

    /// The breaches of the index in force. One request; two if only what is signed is believed.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn catalogue(&self) -> Result<CatalogueDocument, ClientError> {
        match self.trust.is_empty() {
            true => self.any_catalogue(),
            false => self.catalogue_of(&self.index()?),
        }
    }

    /// The catalogue of an index, which must be the one that was signed with it.
    fn catalogue_of(&self, view: &IndexView) -> Result<CatalogueDocument, ClientError> {
        let catalogue = self.any_catalogue()?;
        if catalogue.generation != view.generation.as_str() {
            return Err(ClientError::Replaced);
        }
        if let Some(statement) = &view.statement {
            statement.check_catalogue(&catalogue).map_err(Doubt::from)?;
        }
        Ok(catalogue)
    }

    fn any_catalogue(&self) -> Result<CatalogueDocument, ClientError> {
        let url = self.resolve("breaches")?;
        let body = self.caller.call(&Call::get(&url, MAX_CATALOGUE))?;
        let catalogue = document(&body, "catalogue")?;
        check_catalogue(&catalogue)?;
        Ok(catalogue)
    }

    /// What the index says of the identifier whose OPRF input (`tekser:1:KIND:VALUE`, VALUE normalised) this is.
    ///
    /// Four requests with one evaluator, one more for each further one.
    ///
    /// # Errors
    /// [`ClientError`].
    pub fn look_up(&self, input: &[u8]) -> Result<Answer, ClientError> {
        let mut answers = self.look_up_all(&[input])?;
        // Cannot fail: there is an answer for each input.
        answers.pop().ok_or(ClientError::Replaced)
    }

    /// What the index says of each of the identifiers, in the order of their inputs; all of it from one generation.
    ///
    /// Index and catalogue are asked for once, evaluators once for [`MAX_ELEMENTS`] inputs, and a range for each.
    ///
    /// # Errors
    /// [`ClientError`]; there are answers for all inputs or for none.
    pub fn look_up_all<I: AsRef<[u8]>>(&self, inputs: &[I]) -> Result<Vec<Answer>, ClientError> {
        for _ in 1..BEGINNINGS {
            match self.look_up_once(inputs) {
                Err(ClientError::Replaced) => {}
                settled => return settled,
            }
        }
        self.look_up_once(inputs)
    }

    fn look_up_once<I: AsRef<[u8]>>(&self, inputs: &[I]) -> Result<Vec<Answer>, ClientError> {
        let view = self.index()?;
        let catalogue = self.catalogue_of(&view)?;
        let mut answers = Vec::with_capacity(inputs.len());
        for inputs in inputs.chunks(MAX_ELEMENTS) {
            for tag in evaluation::tags(&self.caller, &view, inputs)? {
                answers.push(self.answer(&view, &catalogue, tag)?);
            }
        }
        Ok(answers)
    }

    fn answer(
        &self,
        view: &IndexView,
        catalogue: &CatalogueDocument,
        tag: Tag,
    ) -> Result<Answer, ClientError> {
        let spelled = view.shape.spell(view.shape.prefix(tag));
        let url = self.resolve(&format!("ranges/{}/{spelled}", view.generation))?;
        let response = self
            .caller
            .call(&Call::get(&url, view.range_bytes as u64))
            .map_err(ClientError::without_detail)?;
        let exposures = range::exposures(&response, view, tag)?;
        Ok(Answer::new(view.generation, &exposures, catalogue)?)
    }

    /// A place beside the index document.
    fn resolve(&self, place: &str) -> Result<Url, ClientError> {
        self.index_url.join(place).map_err(|_| ClientError::BaseUrl)
    }
}

fn index_url(base_url: &str) -> Option<Url> {
    let mut base = Url::parse(base_url).ok().filter(view::is_web)?;
    if !base.path().ends_with('/') {
        let path = format!("{}/", base.path());
        base.set_path(&path);
    }
    base.join("v1/index").ok()
}
