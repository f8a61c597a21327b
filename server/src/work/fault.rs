/// Why the work of a request does not count. The messages are for whoever writes a client; they hold no value of the
/// request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum WorkFault {
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
        "the challenge was not issued by this server since it started, or was changed: send it back as it came, or solve a new one"
    )]
    Forged,
    /// The challenge is too old.
    #[error("the challenge has expired: solve a new one")]
    Expired,
    /// The derived key is not the one asked for.
    #[error(
        "the solution is wrong: `derivedKey` must be the key whose beginning is the challenge's `keyPrefix`"
    )]
    Wrong,
    /// The solution has been used.
    #[error("the solution was used for another request body: solve a new challenge for each")]
    Spent,
    /// The challenge was for fewer elements.
    #[error(
        "the challenge was for fewer elements than the request has: ask for a challenge with as many"
    )]
    TooFew,
}

/// No challenge can be issued.
#[derive(Debug, thiserror::Error)]
pub enum ChallengeError {
    /// The operating system's generator failed.
    #[error("the operating system gives no random numbers")]
    Randomness(#[from] getrandom::Error),
    /// The library refused its parameters, which do not depend on requests.
    #[error("no challenge can be made")]
    Library(#[from] altcha::Error),
    /// It cannot be written as JSON.
    #[error("a challenge cannot be written as JSON")]
    Json(#[from] serde_json::Error),
}
