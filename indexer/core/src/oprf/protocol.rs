//! How does a client learn a tag? Blind, evaluate, verify, finalize, as in RFC 9497.

use std::ops::Add;

use curve25519_dalek::{RistrettoPoint, Scalar};
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::hash::hash_to_group;
use super::key::random_scalar;
use super::{Element, OprfError, Proof, PublicKey, SecretKey, hash};

/// What a client keeps to undo its blinding. Used once; zeroed when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Blinding(pub(super) Scalar);

/// The function's output for an input, 64 bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Output([u8; 64]);

impl Output {
    pub(super) const fn new(bytes: [u8; 64]) -> Self {
        Self(bytes)
    }

    /// The output's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 64] {
        &self.0
    }

    /// The part of the output that the index is sorted by.
    #[must_use]
    pub const fn tag(&self) -> Tag {
        let [a, b, c, d, e, f, g, h, ..] = self.0;
        Tag(u64::from_be_bytes([a, b, c, d, e, f, g, h]))
    }
}

impl PartialEq for Output {
    fn eq(&self, other: &Self) -> bool {
        let equal: Choice = self.0.ct_eq(&other.0);
        equal.into()
    }
}

/// The first 8 bytes of an [`Output`], big-endian. It stands for one identifier, so it has no `Debug`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag(pub u64);

/// `Blind` of RFC 9497 §3.3.2: the element to send, and what undoes it.
///
/// # Errors
/// [`OprfError::BadInput`] for an input over 65,535 bytes, [`OprfError::Randomness`].
pub fn blind(input: &[u8]) -> Result<(Blinding, Element), OprfError> {
    let blinding = Blinding(random_scalar()?);
    let blinded = blind_with(input, &blinding)?;
    Ok((blinding, blinded))
}

pub(super) fn blind_with(input: &[u8], blinding: &Blinding) -> Result<Element, OprfError> {
    check_length(input)?;
    Element::from_point(hash_to_group(input) * blinding.0).map_err(|_| OprfError::BadInput)
}

/// `BlindEvaluate` of RFC 9497 §3.3.2 for a batch, with one proof for all of it.
///
/// # Errors
/// [`OprfError::BatchSize`] unless the batch has 1 to 65,535 elements, [`OprfError::Randomness`].
pub fn blind_evaluate(
    key: &SecretKey,
    blinded: &[Element],
) -> Result<(Vec<Element>, Proof), OprfError> {
    let half_key = Zeroizing::new(key.scalar().div_by_2());
    let halves: Vec<RistrettoPoint> = blinded
        .iter()
        .map(|element| element.point() * *half_key)
        .collect();
    let evaluated = Element::from_halves(&halves)?;
    let proof = Proof::generate(key, blinded, &evaluated)?;
    Ok((evaluated, proof))
}

/// An evaluated element whose proof has been checked; only these can be finalised.
///
/// The elements of several key shares are added.
#[derive(Clone)]
pub struct VerifiedElement(RistrettoPoint);

impl Add for VerifiedElement {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

/// Checks that the holder of `public_key` evaluated each of `blinded` to its partner in `evaluated`.
///
/// # Errors
/// [`OprfError::BatchSize`] if there are not as many of one as of the other, [`OprfError::BadProof`].
pub fn verify(
    public_key: &PublicKey,
    blinded: &[Element],
    evaluated: &[Element],
    proof: &Proof,
) -> Result<Vec<VerifiedElement>, OprfError> {
    proof.verify(public_key, blinded, evaluated)?;
    Ok(evaluated
        .iter()
        .map(|element| VerifiedElement(*element.point()))
        .collect())
}

/// The unblinding half of `Finalize` of RFC 9497 §3.3.2; [`verify`] is the other.
#[must_use]
pub fn finalize(input: &[u8], blinding: &Blinding, verified: &VerifiedElement) -> Output {
    let unblinded = verified.0 * blinding.0.invert();
    Output(hash::finalize(input, unblinded.compress().as_bytes()))
}

/// `Evaluate` of RFC 9497 §3.3.1: the output for an input that the key's holder knows.
///
/// # Errors
/// [`OprfError::BadInput`] for an input over 65,535 bytes.
pub fn evaluate(key: &SecretKey, input: &[u8]) -> Result<Output, OprfError> {
    check_length(input)?;
    let element = Element::from_point(hash_to_group(input) * key.scalar())
        .map_err(|_| OprfError::BadInput)?;
    Ok(Output(hash::finalize(input, &element.to_bytes())))
}

fn check_length(input: &[u8]) -> Result<(), OprfError> {
    u16::try_from(input.len())
        .map(drop)
        .map_err(|_| OprfError::BadInput)
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::oprf::{BulkEvaluator, Inputs, split};

    const VECTORS: &str = include_str!("../../tests/vectors/rfc9497-ristretto255-sha512.json");
    const MODE_VOPRF: u64 = 1;

    fn vectors() -> Value {
        let suites: Value = serde_json::from_str(VECTORS).expect("the vectors are JSON");
        let suites = suites.as_array().expect("a list of modes");
        suites
            .iter()
            .find(|suite| suite["mode"] == MODE_VOPRF)
            .expect("mode VOPRF")
            .clone()
    }

    /// The parts of a field that holds one hex string per element of the batch.
    fn batch(field: &Value) -> Vec<Vec<u8>> {
        field
            .as_str()
            .expect("a string")
            .split(',')
            .map(unhex)
            .collect()
    }

    fn unhex(hex: &str) -> Vec<u8> {
        HEXLOWER.decode(hex.as_bytes()).expect("hex")
    }

    fn scalar(bytes: &[u8]) -> Scalar {
        Option::from(Scalar::from_canonical_bytes(
            bytes.try_into().expect("32 bytes"),
        ))
        .expect("canonical")
    }

    fn elements(field: &Value) -> Vec<Element> {
        batch(field)
            .iter()
            .map(|bytes| Element::from_bytes(bytes).expect("an element"))
            .collect()
    }

    #[test]
    fn the_rfc_vectors_hold() {
        let suite = vectors();
        let seed: [u8; 32] = unhex(suite["seed"].as_str().expect("a seed"))
            .try_into()
            .expect("32 bytes");
        let key = SecretKey::derive(&seed, &unhex(suite["keyInfo"].as_str().expect("info")))
            .expect("a key");
        assert_eq!(HEXLOWER.encode(&*key.to_bytes()), suite["skSm"]);
        assert_eq!(key.public_key().to_string(), suite["pkSm"]);
        let cases = suite["vectors"].as_array().expect("a list");
        assert_eq!(cases.len(), 3);
        for case in cases {
            the_rfc_vector_holds(&key, case);
        }
    }

    fn the_rfc_vector_holds(key: &SecretKey, case: &Value) {
        let (inputs, outputs) = (batch(&case["Input"]), batch(&case["Output"]));
        let blindings: Vec<Blinding> = batch(&case["Blind"])
            .iter()
            .map(|bytes| Blinding(scalar(bytes)))
            .collect();
        let blinded: Vec<Element> = inputs
            .iter()
            .zip(&blindings)
            .map(|(input, blinding)| blind_with(input, blinding).expect("blinded"))
            .collect();
        assert_eq!(blinded, elements(&case["BlindedElement"]));
        let (evaluated, fresh) = blind_evaluate(key, &blinded).expect("evaluated");
        assert_eq!(evaluated, elements(&case["EvaluationElement"]));
        let random = scalar(&unhex(case["Proof"]["r"].as_str().expect("r")));
        let proof = Proof::with_nonce(key, &blinded, &evaluated, |_| Zeroizing::new(random))
            .expect("a proof");
        assert_eq!(HEXLOWER.encode(&proof.to_bytes()), case["Proof"]["proof"]);
        for proof in [&proof, &fresh] {
            let verified =
                verify(&key.public_key(), &blinded, &evaluated, proof).expect("verified");
            for ((input, output), (blinding, element)) in inputs
                .iter()
                .zip(&outputs)
                .zip(blindings.iter().zip(&verified))
            {
                assert_eq!(
                    finalize(input, blinding, element).as_bytes()[..],
                    output[..]
                );
                assert_eq!(
                    evaluate(key, input).expect("an output").as_bytes()[..],
                    output[..]
                );
            }
        }
    }

    fn key_from(seed: [u8; 32]) -> SecretKey {
        SecretKey::derive(&seed, b"test").expect("a key")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn bulk_is_single_is_blinded_with_one_key_and_with_shares(
            seed: [u8; 32],
            inputs in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..6),
            shares in 1_u8..4,
        ) {
            let key = key_from(seed);
            let mut packed = Inputs::default();
            inputs.iter().for_each(|input| packed.push(input));
            let bulk = BulkEvaluator::new(&key).tags(&packed);
            let shares = split(&key, shares).expect("shares");
            for (input, tag) in inputs.iter().zip(bulk) {
                let single = evaluate(&key, input).expect("an output");
                prop_assert!(single.tag() == tag);
                let (blinding, blinded) = blind(input).expect("blinded");
                let summed = shares
                    .iter()
                    .map(|share| {
                        let blinded = [blinded.clone()];
                        let (evaluated, proof) = blind_evaluate(share.secret(), &blinded).expect("evaluated");
                        verify(&share.secret().public_key(), &blinded, &evaluated, &proof).expect("verified").remove(0)
                    })
                    .reduce(Add::add)
                    .expect("at least one share");
                prop_assert!(finalize(input, &blinding, &summed) == single);
            }
        }

        #[test]
        fn what_another_key_evaluated_is_not_believed(seeds: ([u8; 32], [u8; 32])) {
            let (key, other) = (key_from(seeds.0), key_from(seeds.1));
            let (_, blinded) = blind(b"input").expect("blinded");
            let (_, other_blinded) = blind(b"input").expect("blinded");
            let (evaluated, proof) = blind_evaluate(&key, std::slice::from_ref(&blinded)).expect("evaluated");
            let refused = |key: &SecretKey, blinded: &Element| {
                verify(&key.public_key(), std::slice::from_ref(blinded), &evaluated, &proof).err()
            };
            prop_assert_eq!(refused(&other, &blinded), Some(OprfError::BadProof));
            prop_assert_eq!(refused(&key, &other_blinded), Some(OprfError::BadProof));
            prop_assert_eq!(refused(&key, &blinded), None);
        }
    }

    #[test]
    fn the_identity_and_non_canonical_encodings_are_refused() {
        let identity = [0; 32];
        let non_canonical = [0xff; 32];
        for bytes in [&identity[..], &non_canonical, &[1; 31], &[]] {
            assert_eq!(Element::from_bytes(bytes), Err(OprfError::BadElement));
        }
        assert_eq!(
            SecretKey::from_bytes(&[0; 32]).err(),
            Some(OprfError::BadScalar)
        );
        assert_eq!(
            SecretKey::from_bytes(&[0xff; 32]).err(),
            Some(OprfError::BadScalar)
        );
        assert_eq!(
            evaluate(&SecretKey::generate().expect("a key"), &[0; 65_536]).err(),
            Some(OprfError::BadInput)
        );
    }
}
