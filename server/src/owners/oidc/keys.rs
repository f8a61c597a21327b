//! Whose signature is this? The provider's keys (RFC 7517), and the two algorithms that are believed.

use std::collections::HashMap;

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};
use serde::Deserialize;

/// Keys that are kept of a set.
const MOST_KEYS: usize = 64;
/// Bytes of a coordinate on P-256.
const COORDINATE: usize = 32;

/// How a token is signed. There is no other way, so no token can choose one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Rs256,
    Es256,
}

impl Algorithm {
    /// The algorithm of this name in a token's head; none for `none`, for secrets and for all others.
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "RS256" => Some(Self::Rs256),
            "ES256" => Some(Self::Es256),
            _ => None,
        }
    }
}

/// A set of keys as it is published.
#[derive(Deserialize)]
pub(super) struct KeySetDocument {
    keys: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct KeyDocument {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// A public key. Its type decides how a signature is verified, whatever the token says.
enum PublicKey {
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    P256(Vec<u8>),
}

/// The keys of a provider by their names; keys of other kinds are left out.
#[derive(Default)]
pub(super) struct KeySet {
    named: HashMap<String, PublicKey>,
    unnamed: Vec<PublicKey>,
}

impl KeySet {
    pub(super) fn of(document: &KeySetDocument) -> Self {
        let mut set = Self::default();
        for key in document.keys.iter().take(MOST_KEYS) {
            let Ok(document) = KeyDocument::deserialize(key) else {
                continue;
            };
            match (document.public_key(), document.kid) {
                (Some(key), Some(name)) => drop(set.named.insert(name, key)),
                (Some(key), None) => set.unnamed.push(key),
                (None, _) => {}
            }
        }
        set
    }

    /// Whether one of the keys verifies a signature: the named one, or the only one of the algorithm's kind.
    pub(super) fn verify(
        &self,
        name: Option<&str>,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Verdict {
        let key = match name {
            Some(name) => self.named.get(name),
            None => {
                let all = self.named.values().chain(&self.unnamed);
                let mut fitting = all.filter(|key| key.algorithm() == algorithm);
                fitting.next().filter(|_| fitting.next().is_none())
            }
        };
        match key {
            None => Verdict::UnknownKey,
            Some(key) if key.algorithm() != algorithm => Verdict::Invalid,
            Some(key) if key.verifies(signed, signature) => Verdict::Valid,
            // Of a provider that names no keys, this may be the one before.
            Some(_) if name.is_none() => Verdict::UnknownKey,
            Some(_) => Verdict::Invalid,
        }
    }
}

/// What a set of keys says of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Valid,
    Invalid,
    /// Perhaps of a key that was published since.
    UnknownKey,
}

impl KeyDocument {
    fn public_key(&self) -> Option<PublicKey> {
        let is_for_signatures = self
            .purpose
            .as_deref()
            .is_none_or(|purpose| purpose == "sig");
        let is_for = |algorithm| self.alg.as_deref().is_none_or(|alg| alg == algorithm);
        match self.kty.as_str() {
            "RSA" if is_for_signatures && is_for("RS256") => Some(PublicKey::Rsa {
                modulus: number(self.n.as_ref()?)?,
                exponent: number(self.e.as_ref()?)?,
            }),
            "EC" if is_for_signatures
                && is_for("ES256")
                && self.crv.as_deref() == Some("P-256") =>
            {
                let [x, y] = [bytes(self.x.as_ref()?)?, bytes(self.y.as_ref()?)?];
                let is_point = x.len() == COORDINATE && y.len() == COORDINATE;
                // SEC 1, section 2.3.3: uncompressed.
                is_point.then(|| PublicKey::P256([&[4], &x[..], &y].concat()))
            }
            _ => None,
        }
    }
}

impl PublicKey {
    const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Rsa { .. } => Algorithm::Rs256,
            Self::P256(_) => Algorithm::Es256,
        }
    }

    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents {
                n: modulus,
                e: exponent,
            }
            .verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(signed, signature)
            }
        }
        .is_ok()
    }
}

/// A number as `ring` wants it: some providers write zeros in front.
fn number(text: &str) -> Option<Vec<u8>> {
    let mut bytes = bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Some(bytes)
}

/// Base64url without padding.
fn bytes(text: &str) -> Option<Vec<u8>> {
    BASE64URL_NOPAD.decode(text.as_bytes()).ok()
}
