use std::collections::BTreeMap;

use altcha::{
    Challenge, CreateChallengeOptions, Payload, VerifySolutionOptions, VerifySolutionResult,
    create_challenge, verify_solution,
};
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::{ChallengeError, Effort, WorkFault};

const ALGORITHM: &str = "PBKDF2/SHA-256";

/// Iterations of one derivation: enough that WebCrypto's cost of a call does not dominate (a person's browser should
/// spend its time as a sweeper's program does), few enough that the server, which makes one derivation for each
/// challenge, issues thousands a second.
const ITERATIONS: u32 = 2000;

/// The member of a challenge's `data` that says for how many elements it is.
const ELEMENTS: &str = "elements";

/// Issues and verifies challenges under two secrets; it keeps no state.
pub(super) struct Challenger {
    challenge_secret: Secret,
    key_secret: Secret,
    lifetime: u64,
}

/// Hexadecimal, as the library takes secrets as text. This copy is zeroed when dropped; the library's, one for each
/// call, are not.
type Secret = Zeroizing<String>;

impl Challenger {
    /// Fresh secrets, which only this process has; challenges are valid for `lifetime` seconds.
    pub(super) fn new(lifetime: u64) -> Result<Self, getrandom::Error> {
        Ok(Self::with_secrets([random()?, random()?], lifetime))
    }

    /// These secrets, independent of each other: whoever has them too accepts the same challenges.
    pub(super) fn with_secrets(secrets: [Zeroizing<[u8; 32]>; 2], lifetime: u64) -> Self {
        let [challenge_secret, key_secret] =
            secrets.map(|secret| Zeroizing::new(HEXLOWER.encode(&*secret)));
        Self {
            challenge_secret,
            key_secret,
            lifetime,
        }
    }

    /// A challenge whose counter nobody is told. It costs one derivation.
    pub(super) fn issue(
        &self,
        effort: Effort,
        elements: usize,
        now: u64,
    ) -> Result<Challenge, ChallengeError> {
        let counter = below(effort.counters(elements))?;
        let data = BTreeMap::from([(ELEMENTS.to_owned(), elements.into())]);
        Ok(create_challenge(CreateChallengeOptions {
            algorithm: ALGORITHM.to_owned(),
            cost: ITERATIONS,
            counter: Some(counter),
            data: Some(data),
            expires_at: Some(now.saturating_add(self.lifetime).cast_signed()),
            hmac_signature_secret: Some(self.challenge_secret.to_string()),
            hmac_key_signature_secret: Some(self.key_secret.to_string()),
            ..CreateChallengeOptions::default()
        })?)
    }

    /// Verifies a solution for so many elements: two HMACs, no derivation. Returns the challenge's signature, which
    /// nobody else can make and which is different for each challenge.
    pub(super) fn verify(&self, payload: &Payload, elements: usize) -> Result<[u8; 32], WorkFault> {
        let challenge = &payload.challenge;
        let mut options = VerifySolutionOptions::new(
            challenge,
            &payload.solution,
            self.challenge_secret.as_str(),
        );
        options.hmac_key_signature_secret = Some(self.key_secret.to_string());
        judge(&verify_solution(options).map_err(|_| WorkFault::Malformed)?)?;
        if paid_for(challenge) < u64::try_from(elements).unwrap_or(u64::MAX) {
            return Err(WorkFault::TooFew);
        }
        let signature = challenge
            .signature
            .as_deref()
            .and_then(|hex| HEXLOWER.decode(hex.as_bytes()).ok());
        signature
            .and_then(|bytes| bytes.try_into().ok())
            .ok_or(WorkFault::Forged)
    }
}

fn judge(result: &VerifySolutionResult) -> Result<(), WorkFault> {
    if result.verified {
        Ok(())
    } else if result.expired {
        Err(WorkFault::Expired)
    } else if result.invalid_signature == Some(true) {
        Err(WorkFault::Forged)
    } else {
        Err(WorkFault::Wrong)
    }
}

fn paid_for(challenge: &Challenge) -> u64 {
    let elements = challenge
        .parameters
        .data
        .as_ref()
        .and_then(|data| data.get(ELEMENTS));
    elements.and_then(serde_json::Value::as_u64).unwrap_or(0)
}

fn random() -> Result<Zeroizing<[u8; 32]>, getrandom::Error> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *bytes)?;
    Ok(bytes)
}

/// A random number below `bound`, uniform but for 2⁻³² of bias.
fn below(bound: u32) -> Result<u32, getrandom::Error> {
    let random = u128::from(getrandom::u64()?);
    let scaled = (random * u128::from(bound)) >> 64;
    // Cannot fail: it is below `bound`, unless that is 0.
    Ok(u32::try_from(scaled).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_are_spread_evenly_from_zero() {
        let mut counts = [0_u32; 10];
        for _ in 0..10_000 {
            counts[below(10).unwrap() as usize] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1150).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn challenges_differ_and_hold_what_the_protocol_says() {
        let challenger = Challenger::new(300).unwrap();
        let [one, other] = [(); 2].map(|()| challenger.issue(Effort::new(1), 3, 1000).unwrap());
        assert_ne!(one.parameters.nonce, other.parameters.nonce);
        assert_ne!(one.parameters.salt, other.parameters.salt);
        let mut json = serde_json::to_value(&one).unwrap();
        for (pointer, length) in [
            ("keyPrefix", 32),
            ("keySignature", 64),
            ("nonce", 32),
            ("salt", 32),
        ] {
            let text = json["parameters"][pointer].take();
            assert_eq!(text.as_str().map(str::len), Some(length), "{pointer}");
        }
        assert_eq!(
            json["parameters"],
            serde_json::json!({ "algorithm": "PBKDF2/SHA-256", "cost": 2000, "data": { "elements": 3 }, "expiresAt": 1300, "keyLength": 32,
                                "keyPrefix": null, "keySignature": null, "nonce": null, "salt": null })
        );
    }
}
