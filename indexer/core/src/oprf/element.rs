use curve25519_dalek::RistrettoPoint;
use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::Identity;

use super::OprfError;

/// A blinded or evaluated element as it travels: a group element that is not the identity.
///
/// Without the blinding it is a uniformly random element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    point: RistrettoPoint,
    /// Kept, because a proof hashes it and to compute it again costs a sixth of a multiplication.
    encoding: [u8; Element::LENGTH],
}

impl Element {
    /// Length of the encoding, in bytes.
    pub const LENGTH: usize = 32;

    /// `DeserializeElement` of RFC 9497 §4.1.
    ///
    /// # Errors
    /// [`OprfError::BadElement`] if the encoding is not canonical or is the identity's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OprfError> {
        let encoding = CompressedRistretto::from_slice(bytes).map_err(|_| OprfError::BadElement)?;
        // Only the canonical encoding is decoded, so it is the one to keep.
        let point = encoding.decompress().ok_or(OprfError::BadElement)?;
        Self::from_parts(point, encoding)
    }

    /// `SerializeElement` of RFC 9497 §4.1.
    #[must_use]
    pub const fn to_bytes(&self) -> [u8; Self::LENGTH] {
        self.encoding
    }

    pub(super) fn from_point(point: RistrettoPoint) -> Result<Self, OprfError> {
        Self::from_parts(point, point.compress())
    }

    /// The doubles of `halves`, encoded with one inversion for all of them.
    pub(super) fn from_halves(halves: &[RistrettoPoint]) -> Result<Vec<Self>, OprfError> {
        let encodings = RistrettoPoint::double_and_compress_batch(halves);
        let doubles = halves.iter().map(|half| half + half).zip(encodings);
        doubles
            .map(|(point, encoding)| Self::from_parts(point, encoding))
            .collect()
    }

    fn from_parts(point: RistrettoPoint, encoding: CompressedRistretto) -> Result<Self, OprfError> {
        if point == RistrettoPoint::identity() {
            return Err(OprfError::BadElement);
        }
        Ok(Self {
            point,
            encoding: encoding.to_bytes(),
        })
    }

    pub(super) const fn point(&self) -> &RistrettoPoint {
        &self.point
    }
}
