use std::path::Path;

use exposure_index::messages::{EvaluateResponse, encode};
use exposure_index::oprf::{
    Element, KeyFile, KeyFileError, OprfError, PublicKey, SecretKey, blind_evaluate,
};
use zeroize::Zeroizing;

/// The holder of a key, or of a share of one.
pub(crate) struct Evaluator {
    key: SecretKey,
    public_key: PublicKey,
}

impl Evaluator {
    /// Reads a key file.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be read, is broken or is readable by others.
    pub(crate) fn open(path: &Path) -> Result<Self, KeyFileError> {
        let key = KeyFile::at(path).read()?.secret().clone();
        Ok(Self {
            public_key: key.public_key(),
            key,
        })
    }

    /// Returns the public key with which clients verify the proofs.
    #[must_use]
    pub(crate) const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Returns a secret that every evaluator with this key has, and nobody else; evaluations do not reveal it.
    #[must_use]
    pub(crate) fn subkey(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        self.key.subkey(purpose)
    }

    /// Evaluates blinded elements and proves it: 0.1 to 0.2 ms of one core per element.
    ///
    /// # Errors
    /// [`OprfError`] if the operating system's random number generator failed.
    pub(crate) fn evaluate(&self, blinded: &[Element]) -> Result<EvaluateResponse, OprfError> {
        let (evaluated, proof) = blind_evaluate(&self.key, blinded)?;
        Ok(EvaluateResponse {
            evaluated: evaluated
                .iter()
                .map(|element| encode(&element.to_bytes()))
                .collect(),
            proof: encode(&proof.to_bytes()),
        })
    }
}
