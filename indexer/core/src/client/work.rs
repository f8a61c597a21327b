use std::time::Duration;

use altcha::{Challenge, ChallengeParameters, CounterMode, SolveChallengeOptions, solve_challenge};
use data_encoding::BASE64;
use serde_json::{Value, json};

use super::{ClientError, Doubt};

/// The only algorithm of the protocol. `altcha` takes every unknown name for it.
const ALGORITHM: &str = "PBKDF2/SHA-256";
/// Most iterations for one counter: the time limit is checked only between counters.
const MAX_COST: u32 = 1_000_000;
/// Longest key derived, in bytes.
const MAX_KEY_LENGTH: usize = 64;

/// Does the work that `challenge` asks for, and returns the value of the header `Altcha` that shows it.
pub(super) fn solve(challenge: &Value, limit: Duration) -> Result<String, ClientError> {
    let parsed: Challenge =
        serde_json::from_value(challenge.clone()).map_err(|_| Doubt::Challenge)?;
    check(&parsed.parameters)?;
    let options = SolveChallengeOptions {
        counter_mode: CounterMode::Uint32,
        // 0 would mean no limit.
        timeout_ms: u64::try_from(limit.as_millis()).unwrap_or(u64::MAX).max(1),
        ..SolveChallengeOptions::new(&parsed)
    };
    let solution = solve_challenge(options)
        .map_err(|_| Doubt::Challenge)?
        .ok_or(ClientError::Work)?;
    let solution = json!({ "counter": solution.counter, "derivedKey": solution.derived_key });
    let shown = json!({ "challenge": challenge, "solution": solution });
    Ok(BASE64.encode(shown.to_string().as_bytes()))
}

fn check(parameters: &ChallengeParameters) -> Result<(), ClientError> {
    if parameters.algorithm != ALGORITHM
        || parameters.cost == 0
        || !(1..=MAX_KEY_LENGTH).contains(&parameters.key_length)
        || parameters.key_prefix.len() > 2 * parameters.key_length
    {
        return Err(Doubt::Challenge.into());
    }
    if parameters.cost > MAX_COST {
        return Err(ClientError::Work);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use altcha::{CreateChallengeOptions, Payload, VerifySolutionOptions, create_challenge};

    use super::*;

    const SECRET: &str = "secret of the test";
    const LIMIT: Duration = Duration::from_secs(30);

    fn challenge() -> Value {
        let options = CreateChallengeOptions {
            cost: 10,
            hmac_signature_secret: Some(SECRET.to_owned()),
            ..CreateChallengeOptions::default()
        };
        serde_json::to_value(create_challenge(options).expect("a challenge")).expect("JSON")
    }

    #[test]
    fn the_work_done_counts_with_who_asked_for_it() {
        let header = solve(&challenge(), LIMIT).expect("a solution");
        let json = BASE64.decode(header.as_bytes()).expect("base64");
        let payload: Payload = serde_json::from_slice(&json).expect("a payload");
        let options = VerifySolutionOptions::new(&payload.challenge, &payload.solution, SECRET);
        assert!(
            altcha::verify_solution(options)
                .expect("a verdict")
                .verified
        );
    }

    #[test]
    fn a_challenge_is_shown_as_it_was_received() {
        let mut challenge = challenge();
        challenge["parameters"]["data"] = json!({ "elements": 1 });
        challenge["later"] = json!("version");
        let header = solve(&challenge, LIMIT).expect("a solution");
        let json = BASE64.decode(header.as_bytes()).expect("base64");
        let shown: Value = serde_json::from_slice(&json).expect("JSON");
        assert_eq!(shown["challenge"], challenge);
    }

    #[test]
    fn work_without_end_is_not_begun() {
        let changed = |field: &str, value: Value| {
            let mut challenge = challenge();
            challenge["parameters"][field] = value;
            solve(&challenge, Duration::from_millis(20)).err()
        };
        let doubted = Some(ClientError::Doubted(Doubt::Challenge));
        for (field, value) in [
            ("algorithm", json!("PBKDF2/SHA-512")),
            ("cost", json!(0)),
            ("cost", json!(-1)),
            ("keyLength", json!(0)),
            ("keyLength", json!(1_u64 << 40)),
            ("keyPrefix", json!("zz")),
            ("keyPrefix", json!("0".repeat(66))),
            ("nonce", json!("я")),
            ("salt", Value::Null),
        ] {
            assert_eq!(changed(field, value), doubted, "{field}");
        }
        assert_eq!(changed("cost", json!(u32::MAX)), Some(ClientError::Work));
        assert_eq!(
            changed("keyPrefix", json!("0".repeat(64))),
            Some(ClientError::Work)
        );
    }
}
