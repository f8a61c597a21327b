use curve25519_dalek::RistrettoPoint;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::Identity;

use super::OprfError;

/// A blinded or evaluated element as it travels: a group element other than the identity.
///
/// To whoever lacks the blinding it is a uniformly random element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(RistrettoPoint);

impl Element {
    /// Length of the encoding, in bytes.
    pub const LENGTH: usize = 32;

    /// `DeserializeElement` of RFC 9497 §4.1.
    ///
    /// # Errors
    /// [`OprfError::BadElement`] if the encoding is not canonical or is the identity's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        let compressed =
            CompressedRistretto::from_slice(bytes).map_err(|_| OprfError::BadElement)?;
        Self::from_point(compressed.decompress().ok_or(OprfError::BadElement)?)
    }

    /// `SerializeElement` of RFC 9497 §4.1.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        self.0.compress().to_bytes()
    }

    pub(super) fn from_point(point: RistrettoPoint) -> Result<Self, OprfError> {
        if point == RistrettoPoint::identity() {
            Err(OprfError::BadElement)
        } else {
            Ok(Self(point))
        }
    }

    pub(super) const fn point(&self) -> &RistrettoPoint {
        &self.0
    }
}
