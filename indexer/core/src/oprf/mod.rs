//! What is its tag? The verifiable oblivious pseudorandom function of RFC 9497 (mode VOPRF, suite
//! ristretto255-SHA512), one input at a time and in bulk.
//!
//! The index is made with [`BulkEvaluator`]; a client gets the same output with [`blind`] → [`blind_evaluate`] →
//! [`verify`] → [`finalize`], in which the evaluator learns nothing about the input.
//!
//! ```
//! use exposure_index::oprf::{SecretKey, blind, blind_evaluate, evaluate, finalize, verify};
//!
//! let key = SecretKey::generate()?;
//! let (blinding, blinded) = blind(b"tekser:1:phone:+77091234567")?;
//! let (evaluated, proof) = blind_evaluate(&key, std::slice::from_ref(&blinded))?;
//! let verified = verify(&key.public_key(), &[blinded], &evaluated, &proof)?;
//! let output = finalize(b"tekser:1:phone:+77091234567", &blinding, &verified[0]);
//! assert!(output == evaluate(&key, b"tekser:1:phone:+77091234567")?);
//! # Ok::<(), exposure_index::oprf::OprfError>(())
//! ```

mod bulk;
#[cfg(test)]
mod conformance;
mod element;
mod error;
mod hash;
mod key;
mod key_file;
#[cfg_attr(not(feature = "age"), path = "no_age.rs")]
mod locked;
mod offline_file;
mod offline_key;
mod proof;
mod protocol;
mod share;

pub use bulk::{BulkEvaluator, Inputs};
pub use element::Element;
pub use error::{KeyFileError, OprfError};
pub use key::{KeyId, PublicKey, SecretKey};
pub use key_file::{AskPassphrase, KeyFile, load_key, unlock_key};
pub use offline_file::{create_offline_key, load_offline_key};
pub use offline_key::OfflineKey;
pub use proof::Proof;
pub use protocol::{
    Blinding, Output, Tag, VerifiedElement, blind, blind_evaluate, evaluate, finalize, verify,
};
pub use share::{KeyShare, ShareNumber, split};

/// The suite's name in RFC 9497 §4.1.
pub const SUITE: &str = "ristretto255-SHA512";
