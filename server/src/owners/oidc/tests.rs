use serde_json::{Value, json};

use super::mock::{MockProvider, Signing};
use super::{Claims, SignInFault};

/// What is done to a token or a document.
type Change = fn(&mut Value);

fn person() -> Value {
    json!({"sub": "person-1", "iin": "470316119230"})
}

/// A sign-in from its beginning to its end.
async fn signed_in(mock: &MockProvider) -> Result<Claims, SignInFault> {
    let client = mock.client();
    let (url, login) = client.begin().await?;
    let answer = mock.sign_in(&url, &person());
    client.end(login, &answer).await
}

fn fault(result: Result<Claims, SignInFault>) -> SignInFault {
    result.expect_err("a refusal")
}

#[actix_web::test]
async fn a_person_signs_in_with_either_algorithm_and_wherever_the_claims_are() {
    let mock = MockProvider::start();
    mock.behave(|behaviour| behaviour.userinfo = json!({"email": "a@example.kz", "iin": "0"}));
    for signing in [Signing::Es256, Signing::Rs256] {
        mock.behave(|behaviour| behaviour.signing = signing);
        let claims = signed_in(&mock).await.expect("a person");
        assert_eq!(claims["sub"], "person-1");
        assert_eq!(claims["email"], "a@example.kz");
        assert_eq!(claims["iin"], "470316119230", "the ID token goes before");
    }
    mock.behave(|behaviour| {
        behaviour.describe = |document| {
            document["token_endpoint_auth_methods_supported"] = json!(["client_secret_post"]);
            document["userinfo_endpoint"] = Value::Null;
        };
    });
    let claims = signed_in(&mock).await.expect("a person");
    assert_eq!(claims.get("email"), None);
}

#[actix_web::test]
async fn what_is_verified_is_the_value_that_the_provider_says_it_of() {
    let mock = MockProvider::start();
    mock.behave(|behaviour| {
        behaviour.userinfo = json!({
            "email": "verified@example.kz", "email_verified": true, "phone_number": "87090000001", "phone_number_verified": true,
        });
    });
    let client = mock.client();
    let (url, login) = client.begin().await.expect("begun");
    let person = json!({"sub": "person-1", "email": "claimed@example.kz"});
    let answer = mock.sign_in(&url, &person);
    let claims = client.end(login, &answer).await.expect("a person");
    assert_eq!(claims["email"], "claimed@example.kz");
    assert_eq!(claims.get("email_verified"), None);
    assert_eq!(claims["phone_number_verified"], true);
}

#[actix_web::test]
async fn a_token_that_is_not_signed_by_the_provider_is_refused() {
    let mock = MockProvider::start();
    for signing in [
        Signing::Stranger,
        Signing::None,
        Signing::Hs256,
        Signing::Confused,
        Signing::Forged,
    ] {
        mock.behave(|behaviour| behaviour.signing = signing);
        let fault = fault(signed_in(&mock).await);
        assert!(
            matches!(fault, SignInFault::Token(_)),
            "{signing:?}: {fault}"
        );
    }
}

#[actix_web::test]
async fn a_token_of_another_issuer_client_sign_in_or_time_is_refused() {
    let mock = MockProvider::start();
    let tampers: [(Change, &str); 16] = [
        (
            |claims| claims["iss"] = json!("http://127.0.0.1:1"),
            "another issuer",
        ),
        (
            |claims| {
                claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap_or_default()));
            },
            "another issuer",
        ),
        (|claims| claims["aud"] = json!("other"), "another client"),
        (|claims| claims["aud"] = json!(["other"]), "another client"),
        (|claims| claims["aud"] = json!([]), "another client"),
        (
            |claims| claims["aud"] = json!(["tekser", "other"]),
            "which client asked",
        ),
        (
            |claims| claims["azp"] = json!("other"),
            "another client asked",
        ),
        (
            |claims| claims["nonce"] = json!("another"),
            "another sign-in",
        ),
        (
            |claims| drop(claims.as_object_mut().map(|claims| claims.remove("nonce"))),
            "another sign-in",
        ),
        (
            |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap_or_default() - 61),
            "has expired",
        ),
        (|claims| claims["exp"] = json!("tomorrow"), "not a number"),
        (
            |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap_or_default() + 120),
            "of the future",
        ),
        (
            |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap_or_default() - 700),
            "old",
        ),
        (
            |claims| claims["auth_time"] = json!(claims["iat"].as_i64().unwrap_or_default() - 700),
            "old",
        ),
        (
            |claims| claims["nbf"] = json!(claims["iat"].as_i64().unwrap_or_default() + 120),
            "of the future",
        ),
        (|claims| claims["sub"] = json!(""), "names nobody"),
    ];
    for (tamper, expected) in tampers {
        mock.behave(|behaviour| behaviour.tamper = tamper);
        let fault = fault(signed_in(&mock).await);
        assert!(
            matches!(fault, SignInFault::Token(_)),
            "{expected}: {fault}"
        );
        assert!(fault.to_string().contains(expected), "{expected}: {fault}");
    }
    mock.behave(|behaviour| {
        behaviour.tamper = |claims| {
            claims["aud"] = json!(["other", "tekser"]);
            claims["azp"] = json!("tekser");
        }
    });
    assert!(signed_in(&mock).await.is_ok());
}

#[actix_web::test]
async fn an_answer_to_another_sign_in_or_of_another_issuer_is_refused_before_its_code_is_used() {
    let mock = MockProvider::start();
    let client = mock.client();
    let other = "http://127.0.0.1:1".to_owned();
    for change in 0..6 {
        let (url, login) = client.begin().await.expect("begun");
        let mut answer = mock.sign_in(&url, &person());
        match change {
            0 => answer.state = None,
            1 => answer.state = Some("another".to_owned()),
            // RFC 9207: the browser was led to one provider and came back from another.
            2 => answer.iss = Some(other.clone()),
            3 => answer.iss = None,
            4 => answer.code = None,
            _ => answer.error = Some("access_denied".to_owned()),
        }
        let fault = fault(client.end(login, &answer).await);
        let is_refused = matches!(fault, SignInFault::Answer(_) | SignInFault::Refused);
        assert!(is_refused, "{change}: {fault}");
    }
    assert_eq!(mock.asked("userinfo"), 0);
}

#[actix_web::test]
async fn a_code_is_worth_nothing_twice_or_in_another_browser() {
    let mock = MockProvider::start();
    let client = mock.client();
    let (url, login) = client.begin().await.expect("begun");
    let (_, stolen) = client.begin().await.expect("begun");
    let answer = mock.sign_in(&url, &person());
    let state = stolen.state.clone();
    let mut planted = answer.clone();
    planted.state = Some(state);
    assert_eq!(
        fault(client.end(stolen, &planted).await),
        SignInFault::Refused
    );
    // The provider gave the code up when it was tried with another verifier.
    assert_eq!(
        fault(client.end(login, &answer).await),
        SignInFault::Refused
    );
    let (url, login) = client.begin().await.expect("begun");
    let answer = mock.sign_in(&url, &person());
    let again = super::Login {
        state: login.state.clone(),
        nonce: login.nonce.clone(),
        verifier: login.verifier.clone(),
    };
    assert!(client.end(login, &answer).await.is_ok());
    assert_eq!(
        fault(client.end(again, &answer).await),
        SignInFault::Refused
    );
}

#[actix_web::test]
async fn what_the_provider_says_of_another_person_is_refused() {
    let mock = MockProvider::start();
    mock.behave(|behaviour| behaviour.userinfo = json!({"sub": "person-2", "iin": "700813276624"}));
    let fault = fault(signed_in(&mock).await);
    assert!(fault.to_string().contains("another person"), "{fault}");
}

#[actix_web::test]
async fn a_provider_that_is_not_as_it_should_be_is_not_believed() {
    let documents: [(Change, &str); 6] = [
        (
            |document| document["issuer"] = json!("https://other.example"),
            "another issuer",
        ),
        (
            |document| {
                document["issuer"] = json!(format!(
                    "{}/",
                    document["issuer"].as_str().unwrap_or_default()
                ));
            },
            "another issuer",
        ),
        (
            |document| document["token_endpoint"] = json!("http://other.example/token"),
            "not HTTPS",
        ),
        (
            |document| document["jwks_uri"] = json!("file:///etc/passwd"),
            "not HTTPS",
        ),
        (
            |document| document["code_challenge_methods_supported"] = json!(["plain"]),
            "PKCE",
        ),
        (
            |document| document["padding"] = json!("x".repeat(300_000)),
            "256 KiB",
        ),
    ];
    for (describe, expected) in documents {
        let mock = MockProvider::start();
        mock.behave(|behaviour| behaviour.describe = describe);
        let fault = mock.client().begin().await.err().expect("a refusal");
        assert!(fault.to_string().contains(expected), "{expected}: {fault}");
    }
}

#[actix_web::test]
async fn no_redirect_is_followed() {
    let mock = MockProvider::start();
    mock.behave(|behaviour| behaviour.redirect = true);
    assert!(signed_in(&mock).await.is_err());
    assert_eq!((mock.asked("redirected"), mock.asked("userinfo")), (1, 0));
}

#[actix_web::test]
async fn keys_are_fetched_a_few_times_a_minute_however_many_tokens_name_unknown_ones() {
    let mock = MockProvider::start();
    let client = mock.client();
    for _ in 0..5 {
        let (url, login) = client.begin().await.expect("begun");
        let answer = mock.sign_in(&url, &person());
        assert!(client.end(login, &answer).await.is_ok());
    }
    assert_eq!(mock.asked("keys"), 1);
    let unknown = mock.token_of_unknown_key();
    for _ in 0..50 {
        let (_, login) = client.begin().await.expect("begun");
        assert!(client.believed(&unknown, &login).await.is_err());
    }
    let more = super::KEY_FETCHES_PER_MINUTE.get();
    assert_eq!(mock.asked("keys"), 1 + more, "no more within a minute");
}

#[actix_web::test]
async fn the_first_sign_in_after_a_change_of_keys_succeeds() {
    let mock = MockProvider::start();
    let client = mock.client();
    let sign_in = async || {
        let (url, login) = client.begin().await.expect("begun");
        client.end(login, &mock.sign_in(&url, &person())).await
    };
    assert!(sign_in().await.is_ok());
    for (fetches, name) in [(2, Some("ec-2")), (3, None)] {
        mock.change_keys(name);
        // Each of many at once needs the new keys, which are fetched once.
        let all = futures_util::future::join_all((0..20).map(|_| sign_in())).await;
        for claims in all {
            assert_eq!(claims.expect("a person")["sub"], "person-1");
        }
        assert_eq!(mock.asked("keys"), fetches);
    }
    // A key without a name takes the place of another.
    mock.change_keys(None);
    assert!(sign_in().await.is_ok());
    // Old keys are believed no longer.
    mock.behave(|behaviour| behaviour.signing = Signing::Stranger);
    assert!(sign_in().await.is_err());
}
