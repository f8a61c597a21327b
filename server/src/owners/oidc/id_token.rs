//! Who signed in? The ID token, OpenID Connect Core 1.0, §3.1.3.7.

use data_encoding::BASE64URL_NOPAD;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::SignInFault;
use super::keys::{Algorithm, KeySet, Verdict};

/// Longest token, in bytes.
const LONGEST: usize = 16 << 10;
/// By how much clocks may differ.
const CLOCKS: SignedDuration = SignedDuration::from_secs(60);
/// How long after it was issued a token is taken, and how long after the person signed in.
const FRESH: SignedDuration = SignedDuration::from_mins(10);
/// Longest name of a person at the provider, in bytes (§2).
const LONGEST_SUBJECT: usize = 255;

/// What an ID token must say.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a str,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a str,
    pub(super) now: Timestamp,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// A token in its parts, of which nothing is believed yet.
pub(super) struct Token<'a> {
    head: Head,
    algorithm: Algorithm,
    signed: &'a str,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

impl<'a> Token<'a> {
    /// Takes a token apart.
    pub(super) fn parse(token: &'a str) -> Result<Self, SignInFault> {
        if token.len() > LONGEST {
            return Err(SignInFault::Token("it is longer than 16 KiB"));
        }
        let malformed = SignInFault::Token("it is not a signed token");
        let (signed, signature) = token.rsplit_once('.').ok_or(malformed)?;
        let (head, claims) = signed.split_once('.').ok_or(malformed)?;
        let head: Head = json(head).ok_or(malformed)?;
        let algorithm = Algorithm::named(&head.alg)
            .ok_or(SignInFault::Token("it is not signed with RS256 or ES256"))?;
        if head.crit.is_some() {
            return Err(SignInFault::Token(
                "it has extensions that are not understood",
            ));
        }
        Ok(Self {
            head,
            algorithm,
            signed,
            signature: BASE64URL_NOPAD
                .decode(signature.as_bytes())
                .map_err(|_| malformed)?,
            claims: json(claims).ok_or(malformed)?,
        })
    }

    /// What a set of keys says of its signature.
    pub(super) fn verdict(&self, keys: &KeySet) -> Verdict {
        let name = self.head.kid.as_deref();
        keys.verify(
            name,
            self.algorithm,
            self.signed.as_bytes(),
            &self.signature,
        )
    }

    /// What it claims, if it was issued by this provider, for this client, for this sign-in, and just now. The signature
    /// must have been verified.
    pub(super) fn claims(self, expected: &Expected<'_>) -> Result<Map<String, Value>, SignInFault> {
        let claims = self.claims;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        if text("iss") != Some(expected.issuer) {
            return Err(SignInFault::Token("it is of another issuer"));
        }
        check_audience(&claims, expected.client_id)?;
        if text("nonce") != Some(expected.nonce) {
            return Err(SignInFault::Token("it is of another sign-in"));
        }
        check_times(&claims, expected.now)?;
        match text("sub") {
            Some(subject) if (1..=LONGEST_SUBJECT).contains(&subject.len()) => Ok(claims),
            _ => Err(SignInFault::Token("it names nobody")),
        }
    }
}

/// The token is for this client; if it is for others, too, this one asked for it.
fn check_audience(claims: &Map<String, Value>, client_id: &str) -> Result<(), SignInFault> {
    let is_client = |value: &Value| value.as_str() == Some(client_id);
    let (is_for_client, is_for_others) = match claims.get("aud") {
        Some(Value::Array(all)) => (all.iter().any(is_client), all.len() > 1),
        Some(one) => (is_client(one), false),
        None => (false, false),
    };
    if !is_for_client {
        return Err(SignInFault::Token("it is for another client"));
    }
    match claims.get("azp") {
        Some(party) if !is_client(party) => Err(SignInFault::Token("another client asked for it")),
        None if is_for_others => Err(SignInFault::Token("it does not say which client asked")),
        _ => Ok(()),
    }
}

fn check_times(claims: &Map<String, Value>, now: Timestamp) -> Result<(), SignInFault> {
    let time = |name: &str| -> Result<Option<Timestamp>, SignInFault> {
        let Some(value) = claims.get(name) else {
            return Ok(None);
        };
        let seconds = value.as_i64().or_else(|| value.as_f64().map(|f| f as i64));
        let time = seconds.and_then(|seconds| Timestamp::from_second(seconds).ok());
        time.map(Some)
            .ok_or(SignInFault::Token("a time in it is not a number"))
    };
    let missing = SignInFault::Token("it lacks a time");
    if time("exp")?.ok_or(missing)? <= now - CLOCKS {
        return Err(SignInFault::Token("it has expired"));
    }
    let issued = time("iat")?.ok_or(missing)?;
    let signed_in = time("auth_time")?.unwrap_or(issued);
    for at in [issued, signed_in] {
        if at > now + CLOCKS {
            return Err(SignInFault::Token("it is of the future"));
        }
        if at < now - FRESH {
            return Err(SignInFault::Token("it is old"));
        }
    }
    match time("nbf")? {
        Some(from) if from > now + CLOCKS => Err(SignInFault::Token("it is of the future")),
        _ => Ok(()),
    }
}

fn json<T: for<'de> Deserialize<'de>>(part: &str) -> Option<T> {
    let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).ok()?;
    serde_json::from_slice(&bytes).ok()
}
