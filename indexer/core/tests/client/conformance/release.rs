//! A release key that is the same in every run, so that the same is signed.

use blake2::{Blake2b512, Digest as _};
use data_encoding::BASE64;
use ed25519_dalek::{Signer as _, SigningKey};

pub(super) struct Release {
    pair: SigningKey,
    pub(super) number: [u8; 8],
}

impl Release {
    pub(super) fn new(seed: u8) -> Self {
        Self {
            pair: SigningKey::from_bytes(&[seed; 32]),
            number: [seed; 8],
        }
    }

    /// The same key under another number.
    pub(super) fn numbered(self, number: [u8; 8]) -> Self {
        Self { number, ..self }
    }

    /// As minisign writes it.
    pub(super) fn public_key(&self) -> String {
        let key = self.pair.verifying_key().to_bytes();
        BASE64.encode(&[&b"Ed"[..], &self.number, &key].concat())
    }

    /// minisign's signature, prehashed.
    pub(super) fn sign(&self, text: &str) -> String {
        let comment = "conformance";
        let signature = self.pair.sign(&Blake2b512::digest(text)).to_bytes();
        let global = self.pair.sign(&[&signature, comment.as_bytes()].concat());
        let line = [&b"ED"[..], &self.number, &signature].concat();
        let lines = [BASE64.encode(&line), BASE64.encode(&global.to_bytes())];
        format!(
            "untrusted comment: a key of the conformance set\n{}\ntrusted comment: {comment}\n{}\n",
            lines[0], lines[1]
        )
    }
}
