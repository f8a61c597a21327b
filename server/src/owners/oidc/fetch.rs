//! How is the provider asked? HTTPS without redirects, bounded in bytes and time.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, redirect};
use rustls::crypto::ring;
use serde::de::DeserializeOwned;

use super::SignInFault;

/// For all of a request and its answer.
const PATIENCE: Duration = Duration::from_secs(10);
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// Longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 256 << 10;

/// Asks the provider.
pub(super) struct Fetcher(pub(super) Client);

impl Fetcher {
    /// # Errors
    /// If the TLS of this system has no certificates to trust, for example.
    pub(super) fn new() -> Result<Self, reqwest::Error> {
        // Fails if a provider is installed already: it is the same.
        let _ = ring::default_provider().install_default();
        let client = Client::builder()
            .http1_only()
            .no_proxy()
            .redirect(redirect::Policy::none())
            .referer(false)
            .timeout(PATIENCE)
            .connect_timeout(CONNECT_PATIENCE)
            .build()?;
        Ok(Self(client))
    }

    /// The JSON that answers a request, of any status.
    pub(super) async fn json<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<(StatusCode, T), SignInFault> {
        let mut response = request
            .header("accept", "application/json")
            .send()
            .await
            .map_err(|_| SignInFault::Unreached("no connection, or no answer in time"))?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|_| SignInFault::Unreached("the answer broke off"))?
        {
            if body.len() + chunk.len() > LONGEST_ANSWER {
                return Err(SignInFault::Document("it is longer than 256 KiB"));
            }
            body.extend_from_slice(&chunk);
        }
        match serde_json::from_slice(&body) {
            Ok(value) => Ok((status, value)),
            Err(_) if !status.is_success() => Err(SignInFault::Unreached("an error status")),
            Err(_) => Err(SignInFault::Document("it is not JSON of the form expected")),
        }
    }

    /// The same, of a request that must succeed.
    pub(super) async fn success<T: DeserializeOwned>(
        &self,
        request: RequestBuilder,
    ) -> Result<T, SignInFault> {
        match self.json(request).await? {
            (StatusCode::OK, value) => Ok(value),
            _ => Err(SignInFault::Unreached("an error status")),
        }
    }
}
