//! Why is a sign-in not believed?

/// Why a sign-in came to nothing. Holds nothing of what the provider or the browser sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SignInFault {
    /// The provider cannot be reached, or answers with an error.
    #[error("the identity provider did not answer: {0}")]
    Unreached(&'static str),
    /// A document of the provider's breaks a rule.
    #[error("a document of the identity provider is invalid: {0}")]
    Document(&'static str),
    /// The person, or the provider, refused.
    #[error("the identity provider refused the sign-in")]
    Refused,
    /// The answer is not one to a sign-in of this browser.
    #[error("an answer of the identity provider was not accepted: {0}")]
    Answer(&'static str),
    /// The ID token is not believed.
    #[error("an ID token was not accepted: {0}")]
    Token(&'static str),
}
