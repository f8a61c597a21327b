/// Why the work of a request does not count. The messages are for authors of clients; they hold no value of the
/// request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub(crate) enum WorkFault {
    /// There is no header.
    #[error(
        "this request needs work: solve the challenge and send the solution in the `Altcha` header"
    )]
    Missing,
    /// The header is not base64 of the JSON that the protocol describes, or is too long.
    #[error(
        "the `Altcha` header cannot be read: it must be the base64 (with padding) of a JSON object with the members `challenge` and `solution`"
    )]
    Malformed,
    /// The challenge is not of this process, or was changed.
    #[error(
        "the challenge was not issued by this server since it started, or was changed: send it back unchanged, or \
         solve a new one"
    )]
    Forged,
    /// The challenge is too old.
    #[error("the challenge has expired: solve a new one")]
    Expired,
    /// The derived key is not that of the counter, or does not begin as it should.
    #[error(
        "the solution is wrong: `derivedKey` must be the key of `counter`, and begin with the challenge's `keyPrefix`; solve a new challenge"
    )]
    Wrong,
    /// The solution has been used, or tried.
    #[error(
        "the solution was rejected before, belongs to another request body, or was sent too many times: solve a new challenge"
    )]
    Spent,
    /// The challenge was for fewer elements.
    #[error(
        "the challenge was for fewer elements than the request has: ask for a challenge with as many"
    )]
    TooFew,
}

/// No challenge can be issued.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ChallengeError {
    /// The library refused its parameters, which do not depend on requests.
    #[error("no challenge can be made")]
    Library(#[from] altcha::Error),
    /// The challenge cannot be written as JSON.
    #[error("a challenge cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}
