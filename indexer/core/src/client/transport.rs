use url::Url;

use super::TransportError;

/// Carries requests to a server and brings back its answers.
///
/// [`HttpTransport`](super::HttpTransport) does it over the network. Another one can stay in the process, or go through
/// whatever hides who is asking.
pub trait Transport {
    /// Sends a request and waits for its answer, whatever the status; it follows no redirection.
    ///
    /// # Errors
    /// [`TransportError`] if none came or it is longer than [`Request::most`].
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError>;
}

impl<T: Transport + ?Sized> Transport for &T {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        (**self).send(request)
    }
}

/// What is asked for. No `Debug`: the URL of a range names its prefix.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Whether something is sent along.
    pub method: Method,
    /// Where to.
    pub url: &'a Url,
    /// Headers to send.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body, empty for `GET`.
    pub body: &'a [u8],
    /// How many bytes of the answer's body are wanted at most.
    pub most: u64,
}

/// The methods that the protocol uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
}

/// What came back. No `Debug`: a range reveals its prefix.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}
