//! Were these elements evaluated with the published key? Batched DLEQ proofs of RFC 9497 §2.2.

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE as BASE;
use curve25519_dalek::traits::VartimeMultiscalarMul;
use curve25519_dalek::{RistrettoPoint, Scalar};
use sha2::{Digest, Sha512};
use zeroize::Zeroizing;

use super::hash::{HASH_TO_SCALAR, SEED, hash_to_scalar, length_prefix};
use super::{Element, OprfError, PublicKey, SecretKey};

/// A proof that every element of a batch was evaluated with the key of one public key: a batched discrete-log-equality
/// proof, RFC 9497 §2.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    challenge: Scalar,
    response: Scalar,
}

/// Separates the hash of a nonce from all others.
const NONCE: &[u8] = b"tekser DLEQ nonce";

/// Bytes of fresh randomness in a nonce.
const ENTROPY: usize = 32;

impl Proof {
    /// Length of the encoding, in bytes.
    pub const LENGTH: usize = 64;

    /// `GenerateProof` of RFC 9497 §2.2.1, with a nonce of [`nonce`].
    pub(super) fn generate(
        key: &SecretKey,
        blinded: &[Element],
        evaluated: &[Element],
    ) -> Result<Self, OprfError> {
        let mut entropy = Zeroizing::new([0; ENTROPY]);
        getrandom::fill(&mut *entropy).map_err(|_| OprfError::Randomness)?;
        Self::with_nonce(key, blinded, evaluated, |weights| {
            nonce(key, weights, &entropy)
        })
    }

    /// `GenerateProof` with a nonce from the key and the elements' weights.
    pub(super) fn with_nonce(
        key: &SecretKey,
        blinded: &[Element],
        evaluated: &[Element],
        nonce: impl FnOnce(&[Scalar]) -> Zeroizing<Scalar>,
    ) -> Result<Self, OprfError> {
        let public_key = key.public_key();
        let half_weights = half_weights(&public_key, blinded, evaluated)?;
        let nonce = nonce(&half_weights);
        // `ComputeCompositesFast`: the key's holder gets Z as k·M.
        let half_composite = composite_of(&half_weights, blinded);
        let challenge = challenge(
            &public_key,
            &[
                half_composite,
                half_composite * key.scalar(),
                &*Zeroizing::new(nonce.div_by_2()) * BASE,
                half_composite * *nonce,
            ],
        );
        Ok(Self {
            challenge,
            response: *nonce - challenge * key.scalar(),
        })
    }

    /// `VerifyProof` of RFC 9497 §2.2.2.
    pub(super) fn verify(
        &self,
        public_key: &PublicKey,
        blinded: &[Element],
        evaluated: &[Element],
    ) -> Result<(), OprfError> {
        let half_weights = half_weights(public_key, blinded, evaluated)?;
        let [m, z] = [blinded, evaluated].map(|elements| composite_of(&half_weights, elements));
        // Nothing that is verified is secret.
        let halves = [
            m,
            z,
            RistrettoPoint::vartime_double_scalar_mul_basepoint(
                &self.challenge.div_by_2(),
                public_key.point(),
                &self.response.div_by_2(),
            ),
            RistrettoPoint::vartime_multiscalar_mul([self.response, self.challenge], [m, z]),
        ];
        if challenge(public_key, &halves) == self.challenge {
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

/// The nonce of a proof, of the key, of what is proven and of fresh randomness together.
///
/// Two proofs with one nonce give the key away. A machine restored from a snapshot may repeat its randomness: then the
/// same batch has the same nonce and the same proof, and another batch another nonce. Without the key nobody can
/// compute it, whatever the randomness. (Hedged signatures: Aranha et al., EUROCRYPT 2020.)
fn nonce(key: &SecretKey, weights: &[Scalar], entropy: &[u8; ENTROPY]) -> Zeroizing<Scalar> {
    let mut hash = Sha512::new_with_prefix(NONCE);
    hash.update(entropy);
    hash.update(key.scalar().as_bytes());
    // A weight is a hash of the public key and of the elements that it weighs.
    for weight in weights {
        hash.update(weight.as_bytes());
    }
    let wide = Zeroizing::new(hash.finalize().into());
    Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide))
}

/// Half the scalars *dᵢ* with which `ComputeComposites` (RFC 9497 §2.2.1) weighs the elements of a batch: the results
/// are doubled when they are encoded, which costs one inversion for all instead of one each.
fn half_weights(
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
        .map(|(place, pair)| weight(&seed, place, pair).div_by_2())
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

/// The weighted sum of the elements, in time that depends on them: weights and elements are known to readers of the
/// request and its answer.
fn composite_of(weights: &[Scalar], elements: &[Element]) -> RistrettoPoint {
    RistrettoPoint::vartime_multiscalar_mul(weights, elements.iter().map(Element::point))
}

/// The challenge over the public key and the doubles of composites (M, Z) and commitments (t2, t3), in this order.
fn challenge(public_key: &PublicKey, halves: &[RistrettoPoint; 4]) -> Scalar {
    let mut transcript = Vec::with_capacity(5 * (2 + Element::LENGTH) + 9);
    let points = RistrettoPoint::double_and_compress_batch(halves)
        .into_iter()
        .map(|encoding| encoding.to_bytes());
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u64) -> SecretKey {
        SecretKey::from_scalar(Scalar::from(seed))
    }

    fn weights(seed: u64) -> [Scalar; 2] {
        [Scalar::from(seed), Scalar::from(seed + 1)]
    }

    #[test]
    fn repeated_randomness_repeats_no_nonce_over_another_batch_or_under_another_key() {
        let entropy = [7; ENTROPY];
        let first = nonce(&key(3), &weights(1), &entropy);
        assert_eq!(*first, *nonce(&key(3), &weights(1), &entropy));
        assert_ne!(*first, *nonce(&key(3), &weights(2), &entropy));
        assert_ne!(*first, *nonce(&key(4), &weights(1), &entropy));
    }

    #[test]
    fn fresh_randomness_gives_a_fresh_nonce() {
        let of = |byte| *nonce(&key(3), &weights(1), &[byte; ENTROPY]);
        assert_ne!(of(1), of(2));
    }
}
