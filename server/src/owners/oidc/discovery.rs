//! Where are the provider's endpoints? OpenID Connect Discovery 1.0.

use exposure_index::messages::is_private;
use serde::Deserialize;
use url::Url;

use super::SignInFault;

/// What the provider says of itself, as it is sent.
#[derive(Deserialize)]
pub(super) struct MetadataDocument {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    /// RFC 9207.
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// What the provider says of itself, as far as it matters here.
pub(super) struct Metadata {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) jwks_uri: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    /// Whether the secret goes into the body of a request for a token: only if it cannot go into its head.
    pub(super) wants_secret_in_body: bool,
    /// Whether every answer names its issuer (RFC 9207).
    pub(super) names_issuer: bool,
}

impl MetadataDocument {
    /// The URL of the document of an issuer: its path stays, §4.1.
    pub(super) fn url_of(issuer: &str) -> String {
        let issuer = issuer.strip_suffix('/').unwrap_or(issuer);
        format!("{issuer}/.well-known/openid-configuration")
    }

    /// What it says, if it is the document of this issuer, character by character (§4.3), and nobody reads along on the way
    /// to any endpoint.
    pub(super) fn check(self, issuer: &str) -> Result<Metadata, SignInFault> {
        if self.issuer != issuer {
            return Err(SignInFault::Document("it is of another issuer"));
        }
        let methods = self.code_challenge_methods_supported.as_deref();
        if methods.is_some_and(|methods| !names(methods, "S256")) {
            return Err(SignInFault::Document("the provider has no PKCE with S256"));
        }
        let methods = self.token_endpoint_auth_methods_supported.as_deref();
        let wants_secret_in_body = methods.is_some_and(|methods| {
            !names(methods, "client_secret_basic") && names(methods, "client_secret_post")
        });
        let userinfo = self.userinfo_endpoint.as_deref();
        Ok(Metadata {
            authorization_endpoint: endpoint(&self.authorization_endpoint)?,
            token_endpoint: endpoint(&self.token_endpoint)?,
            jwks_uri: endpoint(&self.jwks_uri)?,
            userinfo_endpoint: userinfo.map(endpoint).transpose()?,
            wants_secret_in_body,
            names_issuer: self.authorization_response_iss_parameter_supported,
        })
    }
}

fn endpoint(text: &str) -> Result<Url, SignInFault> {
    let url = Url::parse(text).ok().filter(is_private);
    url.ok_or(SignInFault::Document("an endpoint is not HTTPS"))
}

fn names(methods: &[String], method: &str) -> bool {
    methods.iter().any(|one| one == method)
}
