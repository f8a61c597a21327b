use url::Url;

use super::TransportError;

/// Carries requests to a server and brings back its answers.
///
/// [`HttpTransport`](super::HttpTransport) does it over the network. Another one can stay within the process or use
/// an anonymity network.
pub trait Transport {
    /// Sends a request and waits for its answer, whatever the status; it follows no redirection.
    ///
    /// # Errors
    /// [`TransportError`] if there is no answer or its body is longer than [`Request::most`].
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError>;
}

impl<T: Transport + ?Sized> Transport for &T {
    fn send(&self, request: &Request<'_>) -> Result<Response, TransportError> {
        (**self).send(request)
    }
}

/// A request to a server. No `Debug`: the URL of a range names its prefix.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// HTTP method.
    pub method: Method,
    /// URL of the request.
    pub url: &'a Url,
    /// Headers.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body, empty for `GET`.
    pub body: &'a [u8],
    /// Maximum length of the answer's body, in bytes.
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

/// A server's response. No `Debug`: a range reveals its prefix.
#[derive(Clone)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The header `Retry-After`, unparsed.
    pub retry_after: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}
