use curve25519_dalek::constants::RISTRETTO_BASEPOINT_POINT as BASE;
use curve25519_dalek::traits::Identity;
use curve25519_dalek::{RistrettoPoint, Scalar};
use sha2::{Digest, Sha512};

use super::hash::{HASH_TO_SCALAR, SEED, hash_to_scalar, length_prefix};
use super::{Element, OprfError, PublicKey, SecretKey};

/// That every element of a batch was evaluated with the key of one public key: a batched discrete-log-equality
/// proof, RFC 9497 §2.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    challenge: Scalar,
    response: Scalar,
}

impl Proof {
    /// Length of the encoding, in bytes.
    pub const LENGTH: usize = 64;

    /// `GenerateProof` of RFC 9497 §2.2.1 with its random scalar given.
    pub(super) fn generate(
        key: &SecretKey,
        blinded: &[Element],
        evaluated: &[Element],
        random: &Scalar,
    ) -> Result<Self, OprfError> {
        let public_key = key.public_key();
        // `ComputeCompositesFast`: the key's holder gets Z as k·M.
        let composite = composite_of(&weights(&public_key, blinded, evaluated)?, blinded);
        let commitments = [BASE * random, composite * random];
        let challenge = challenge(
            &public_key,
            &[composite, composite * key.scalar()],
            &commitments,
        );
        Ok(Self {
            challenge,
            response: random - challenge * key.scalar(),
        })
    }

    /// `VerifyProof` of RFC 9497 §2.2.2.
    pub(super) fn verify(
        &self,
        public_key: &PublicKey,
        blinded: &[Element],
        evaluated: &[Element],
    ) -> Result<(), OprfError> {
        let weights = weights(public_key, blinded, evaluated)?;
        let composites = [
            composite_of(&weights, blinded),
            composite_of(&weights, evaluated),
        ];
        let commitments = [
            BASE * self.response + public_key.point() * self.challenge,
            composites[0] * self.response + composites[1] * self.challenge,
        ];
        if challenge(public_key, &composites, &commitments) == self.challenge {
            Ok(())
        } else {
            Err(OprfError::BadProof)
        }
    }

    /// Decodes a proof.
    ///
    /// # Errors
    /// [`OprfError::BadScalar`] if it does not hold two canonical scalars.
    pub fn from_bytes(bytes: &[u8; Self::LENGTH]) -> Result<Self, OprfError> {
        let scalar = |half: &[u8]| {
            let half = half.try_into().map_err(|_| OprfError::BadScalar)?;
            Option::from(Scalar::from_canonical_bytes(half)).ok_or(OprfError::BadScalar)
        };
        Ok(Self {
            challenge: scalar(&bytes[..32])?,
            response: scalar(&bytes[32..])?,
        })
    }

    /// The encoding: challenge, then response.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..32].copy_from_slice(self.challenge.as_bytes());
        bytes[32..].copy_from_slice(self.response.as_bytes());
        bytes
    }
}

/// The scalars *dᵢ* by which `ComputeComposites` (RFC 9497 §2.2.1) weighs the elements of a batch.
fn weights(
    public_key: &PublicKey,
    blinded: &[Element],
    evaluated: &[Element],
) -> Result<Vec<Scalar>, OprfError> {
    let wrong_size = OprfError::BatchSize {
        expected: blinded.len(),
        got: evaluated.len(),
    };
    if blinded.len() != evaluated.len() || blinded.is_empty() {
        return Err(wrong_size);
    }
    let count = u16::try_from(blinded.len()).map_err(|_| wrong_size)?;
    let mut seed = Sha512::new();
    absorb(&mut seed, &public_key.to_bytes());
    absorb(&mut seed, SEED);
    let seed = seed.finalize();
    let pairs = (0..count).zip(blinded.iter().zip(evaluated));
    Ok(pairs
        .map(|(place, pair)| weight(&seed, place, pair))
        .collect())
}

fn weight(seed: &[u8], place: u16, (blinded, evaluated): (&Element, &Element)) -> Scalar {
    let transcript: [&[u8]; 8] = [
        &length_prefix(seed.len()),
        seed,
        &place.to_be_bytes(),
        &length_prefix(Element::LENGTH),
        &blinded.to_bytes(),
        &length_prefix(Element::LENGTH),
        &evaluated.to_bytes(),
        b"Composite",
    ];
    hash_to_scalar(&transcript, HASH_TO_SCALAR)
}

fn composite_of(weights: &[Scalar], elements: &[Element]) -> RistrettoPoint {
    weights
        .iter()
        .zip(elements)
        .fold(RistrettoPoint::identity(), |sum, (weight, element)| {
            sum + element.point() * weight
        })
}

/// The challenge over public key, composites (M, Z) and commitments (t2, t3), in this order.
fn challenge(
    public_key: &PublicKey,
    composites: &[RistrettoPoint; 2],
    commitments: &[RistrettoPoint; 2],
) -> Scalar {
    let mut transcript = Vec::with_capacity(5 * (2 + Element::LENGTH) + 9);
    let points = composites
        .iter()
        .chain(commitments)
        .map(|point| point.compress().to_bytes());
    for bytes in std::iter::once(public_key.to_bytes()).chain(points) {
        transcript.extend_from_slice(&length_prefix(bytes.len()));
        transcript.extend_from_slice(&bytes);
    }
    transcript.extend_from_slice(b"Challenge");
    hash_to_scalar(&[&transcript], HASH_TO_SCALAR)
}

fn absorb(hash: &mut Sha512, part: &[u8]) {
    hash.update(length_prefix(part.len()));
    hash.update(part);
}
