//! What is a key, and what follows from it? Secret keys, public keys, key ids.

use std::fmt;

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use curve25519_dalek::{RistrettoPoint, Scalar};
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::hash::{DERIVE_KEY_PAIR, hash_to_scalar, length_prefix};
use super::{Element, OprfError};

/// The key of the pseudorandom function, or a share of it: a non-zero scalar.
///
/// Zeroed when dropped; it has no `Debug`, `Display` or `Serialize`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey {
    scalar: Scalar,
    /// Kept, because every proof names it.
    #[zeroize(skip)]
    public_key: PublicKey,
}

impl SecretKey {
    /// Length of the encoding, in bytes.
    pub const LENGTH: usize = 32;

    /// A uniformly random key from the operating system's generator.
    ///
    /// # Errors
    /// [`OprfError::Randomness`] if the generator fails.
    pub fn generate() -> Result<Self, OprfError> {
        random_scalar().map(Self::from_scalar)
    }

    /// `DeriveKeyPair` of RFC 9497 §3.2.1: the key that a seed and a public info give.
    ///
    /// # Errors
    /// [`OprfError::BadInput`] if `info` is longer than 65,535 bytes or (with negligible probability) no key comes out.
    pub fn derive(seed: &[u8; 32], info: &[u8]) -> Result<Self, OprfError> {
        u16::try_from(info.len()).map_err(|_| OprfError::BadInput)?;
        (0..=u8::MAX)
            .map(|counter| {
                hash_to_scalar(
                    &[seed, &length_prefix(info.len()), info, &[counter]],
                    DERIVE_KEY_PAIR,
                )
            })
            .find(|scalar| scalar != &Scalar::ZERO)
            .map(Self::from_scalar)
            .ok_or(OprfError::BadInput)
    }

    /// `DeserializeScalar` of RFC 9497 §4.1.
    ///
    /// # Errors
    /// [`OprfError::BadScalar`] unless the bytes are the canonical encoding of a non-zero scalar.
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Result<Self, OprfError> {
        let scalar: Option<Scalar> = Scalar::from_canonical_bytes(*bytes).into();
        scalar
            .filter(|scalar| scalar != &Scalar::ZERO)
            .map(Self::from_scalar)
            .ok_or(OprfError::BadScalar)
    }

    /// The key's encoding, zeroed when dropped.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<[u8; Self::LENGTH]> {
        Zeroizing::new(self.scalar.to_bytes())
    }

    /// The public part, which verifies proofs.
    #[must_use]
    pub const fn public_key(&self) -> PublicKey {
        self.public_key
    }

    /// Derives a key for a purpose other than the pseudorandom function; it reveals nothing about this one.
    #[must_use]
    pub fn subkey(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut hasher = Sha256::new();
        hasher.update(b"tekser subkey:");
        hasher.update(purpose.as_bytes());
        // Fixed length and at the end, so that no other purpose gives the same input.
        hasher.update(*self.to_bytes());
        Zeroizing::new(hasher.finalize().into())
    }

    pub(super) fn from_scalar(scalar: Scalar) -> Self {
        Self {
            scalar,
            public_key: PublicKey::from_point(&scalar * RISTRETTO_BASEPOINT_TABLE),
        }
    }

    pub(super) const fn scalar(&self) -> &Scalar {
        &self.scalar
    }
}

/// A non-zero scalar from the operating system's generator, uniform up to a bias of 2⁻²⁵⁶.
pub(super) fn random_scalar() -> Result<Scalar, OprfError> {
    let mut wide = Zeroizing::new([0; 64]);
    getrandom::fill(&mut *wide).map_err(|_| OprfError::Randomness)?;
    let scalar = Scalar::from_bytes_mod_order_wide(&wide);
    if scalar == Scalar::ZERO {
        Err(OprfError::Randomness)
    } else {
        Ok(scalar)
    }
}

/// The public part of a [`SecretKey`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicKey {
    point: RistrettoPoint,
    encoding: [u8; Element::LENGTH],
}

impl PublicKey {
    /// Decodes a public key.
    ///
    /// # Errors
    /// [`OprfError::BadElement`] if the encoding is not canonical or is the identity's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        Element::from_bytes(bytes).map(Self::from)
    }

    /// The encoding, 32 bytes.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Element::LENGTH] {
        self.encoding
    }

    /// The public key of the sum of the keys: of the whole, if these are the shares of it.
    ///
    /// # Errors
    /// [`OprfError::BadElement`] if there are none or they add up to the identity.
    pub fn sum(keys: &[Self]) -> Result<Self, OprfError> {
        let sum = keys.iter().map(|key| key.point).sum();
        Element::from_point(sum).map(Self::from)
    }

    /// The short name of the key, with which an index names the key that made it.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let digest: [u8; 32] = Sha256::digest(self.to_bytes()).into();
        let mut id = [0; KeyId::LENGTH];
        id.copy_from_slice(&digest[..KeyId::LENGTH]);
        KeyId(id)
    }

    fn from_point(point: RistrettoPoint) -> Self {
        let encoding = point.compress().to_bytes();
        Self { point, encoding }
    }

    pub(super) const fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}

impl From<Element> for PublicKey {
    fn from(element: Element) -> Self {
        Self {
            point: *element.point(),
            encoding: element.to_bytes(),
        }
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.to_bytes()))
    }
}

/// The first 16 bytes of the SHA-256 of a public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct KeyId(pub [u8; KeyId::LENGTH]);

impl KeyId {
    /// Length in bytes.
    pub const LENGTH: usize = 16;

    /// The id that `text` spells, as it is displayed: 32 lower-case hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = HEXLOWER.decode(text.as_bytes()).ok()?;
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&HEXLOWER.encode(&self.0))
    }
}
