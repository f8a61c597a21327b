//! Which challenges are ours, and which solutions are right?

use std::collections::BTreeMap;

use altcha::{
    Challenge, ChallengeParameters, CreateChallengeOptions, HmacAlgorithm, Payload,
    VerifySolutionOptions, create_challenge, sign_challenge, verify_solution,
};
use data_encoding::HEXLOWER;
use hmac::Mac;
use zeroize::Zeroizing;

use super::puzzle::Puzzle;
use super::{ChallengeError, Effort, WorkFault};
use crate::keyed_hash::keyed_hash;

const ALGORITHM: &str = "PBKDF2/SHA-256";

/// Member of a challenge's `data` with its number of elements.
const ELEMENTS: &str = "elements";

/// Issues and verifies challenges under a secret; keeps no state.
pub(super) struct Challenger {
    secret: Zeroizing<[u8; 32]>,
    /// Hexadecimal, as the library takes secrets as text. This copy is zeroed when dropped; the library's, one for each
    /// call, are not.
    text: Zeroizing<String>,
    lifetime: u64,
}

impl Challenger {
    /// Makes a fresh secret that only this process has; challenges are valid for `lifetime` seconds.
    pub(super) fn new(lifetime: u64) -> Result<Self, getrandom::Error> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret)?;
        Ok(Self::with_secret(secret, lifetime))
    }

    /// Uses a given secret: any process that has it accepts the same challenges.
    pub(super) fn with_secret(secret: Zeroizing<[u8; 32]>, lifetime: u64) -> Self {
        Self {
            text: Zeroizing::new(HEXLOWER.encode(&*secret)),
            secret,
            lifetime,
        }
    }

    /// Issues a challenge. It costs one HMAC, and no derivation.
    pub(super) fn issue(
        &self,
        effort: Effort,
        elements: usize,
        now: u64,
    ) -> Result<Challenge, ChallengeError> {
        let puzzle = Puzzle::of(effort, elements);
        let data = BTreeMap::from([(ELEMENTS.to_owned(), elements.into())]);
        Ok(create_challenge(CreateChallengeOptions {
            algorithm: ALGORITHM.to_owned(),
            cost: puzzle.iterations,
            counter: None,
            key_prefix: puzzle.prefix(),
            data: Some(data),
            expires_at: Some(now.saturating_add(self.lifetime).cast_signed()),
            hmac_signature_secret: Some(self.text.to_string()),
            ..CreateChallengeOptions::default()
        })?)
    }

    /// Checks that this secret signed the challenge, for at least `elements`, and that it has not expired: one HMAC, no
    /// derivation. Returns the challenge's signature, which nobody else can make and which is different for each
    /// challenge.
    pub(super) fn check(
        &self,
        challenge: &Challenge,
        elements: usize,
        now: u64,
    ) -> Result<[u8; 32], WorkFault> {
        let parameters = &challenge.parameters;
        // In the library, 0 means no expiry; the signature then shows that it is not ours.
        let end = parameters.expires_at.filter(|&end| end != 0);
        if end.is_some_and(|end| end <= now.cast_signed()) {
            return Err(WorkFault::Expired);
        }
        let signature = self.signature(parameters).ok_or(WorkFault::Malformed)?;
        let claimed = challenge.signature.as_deref().unwrap_or_default();
        if !self.is_same(claimed, &HEXLOWER.encode(&signature)) {
            return Err(WorkFault::Forged);
        }
        if paid_for(parameters) < u64::try_from(elements).unwrap_or(u64::MAX) {
            return Err(WorkFault::TooFew);
        }
        Ok(signature)
    }

    /// Checks the solution with a derivation of as many iterations as the challenge states.
    pub(super) fn is_solved(&self, payload: &Payload) -> bool {
        let Payload {
            challenge,
            solution,
        } = payload;
        let options = VerifySolutionOptions::new(challenge, solution, self.text.as_str());
        verify_solution(options).is_ok_and(|result| result.verified)
    }

    fn signature(&self, parameters: &ChallengeParameters) -> Option<[u8; 32]> {
        let mut parameters = parameters.clone();
        let signed = sign_challenge(
            &HmacAlgorithm::Sha256,
            &mut parameters,
            None,
            &self.text,
            None,
        );
        let signature = signed.ok()?.signature?;
        HEXLOWER.decode(signature.as_bytes()).ok()?.try_into().ok()
    }

    /// Returns whether two texts are the same, in a time that does not depend on where they differ: their hashes are
    /// compared.
    fn is_same(&self, claimed: &str, expected: &str) -> bool {
        let hash = |text: &str| keyed_hash(&self.secret).chain_update(text).finalize();
        hash(claimed) == hash(expected)
    }
}

fn paid_for(parameters: &ChallengeParameters) -> u64 {
    let data = parameters.data.as_ref();
    let elements = data.and_then(|data| data.get(ELEMENTS));
    elements.and_then(serde_json::Value::as_u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenges_differ_and_hold_what_the_protocol_says() {
        let challenger = Challenger::new(300).unwrap();
        let issue = || challenger.issue(Effort::BASE, 3, 1000).unwrap();
        let [one, other] = [issue(), issue()];
        assert_ne!(one.parameters.nonce, other.parameters.nonce);
        assert_ne!(one.parameters.salt, other.parameters.salt);
        let mut json = serde_json::to_value(&one).unwrap();
        for pointer in ["nonce", "salt"] {
            let text = json["parameters"][pointer].take();
            assert_eq!(text.as_str().map(str::len), Some(32), "{pointer}");
        }
        assert_eq!(
            json["parameters"],
            serde_json::json!({ "algorithm": "PBKDF2/SHA-256", "cost": 732, "data": { "elements": 3 }, "expiresAt": 1300, "keyLength": 32,
                                "keyPrefix": "000", "nonce": null, "salt": null })
        );
    }

    /// A derivation would leave the beginning of its key in the challenge; without one, `keyPrefix` is all zeros.
    #[test]
    fn a_challenge_is_issued_without_a_derivation() {
        let challenger = Challenger::new(300).unwrap();
        for elements in 1..=16 {
            let challenge = challenger.issue(Effort::BASE.full(), elements, 0).unwrap();
            let parameters = challenge.parameters;
            assert_eq!(parameters.key_signature, None);
            assert!(parameters.key_prefix.bytes().all(|digit| digit == b'0'));
        }
    }
}
