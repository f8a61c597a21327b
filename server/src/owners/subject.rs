//! Which identifiers are this person's? Those that the provider vouches for, and no others.

use exposure_index::audit::owner_name;
use exposure_index::identifier::{Identifier, Kind, normalise};
use serde_json::Value;

use super::oidc::Claims;
use crate::config::ClaimMap;

/// The most wards of one person that are taken from a claim.
const MOST_WARDS: usize = 20;

/// A person who signed in. It has no `Debug`.
pub(super) struct Subject {
    /// The provider and the person's name there.
    pub(super) name: String,
    /// The person's own identifiers.
    pub(super) own: Vec<Identifier>,
    /// The identifier of each ward.
    pub(super) wards: Vec<Identifier>,
}

impl Subject {
    /// The person of these claims. What is no identifier is left out, and its claim is logged.
    pub(super) fn of(claims: &Claims, map: &ClaimMap) -> Self {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
        let own = map
            .own
            .iter()
            .filter(|(claim, kind)| is_verified(claims, claim, **kind));
        let wards = map.wards.as_ref().and_then(|claim| claims.get(claim));
        let wards = wards.and_then(Value::as_array).into_iter().flatten();
        Self {
            name: owner_name(text("iss"), text("sub")),
            own: own
                .filter_map(|(claim, kind)| identifier(*kind, claims.get(claim)?, claim))
                .collect(),
            wards: wards
                .take(MOST_WARDS)
                .filter_map(|ward| identifier(Kind::Iin, ward, "wards"))
                .collect(),
        }
    }
}

impl Subject {
    /// The person's own identifiers, or that of a ward, from 1.
    pub(super) fn of_whom(&self, ward: Option<usize>) -> Option<&[Identifier]> {
        match ward {
            None => Some(&self.own),
            Some(ward) => self.wards.get(ward.checked_sub(1)?..ward),
        }
    }
}

/// Telephone numbers and addresses are what a person says of themselves until the provider has tried them out (§5.1).
fn is_verified(claims: &Claims, claim: &str, kind: Kind) -> bool {
    match kind {
        Kind::Phone | Kind::Email => {
            claims.get(&format!("{claim}_verified")) == Some(&Value::Bool(true))
        }
        _ => true,
    }
}

fn identifier(kind: Kind, value: &Value, claim: &str) -> Option<Identifier> {
    let identifier = value.as_str().and_then(|text| normalise(kind, text).ok());
    if identifier.is_none() {
        tracing::warn!(claim, %kind, "a claim holds no identifier of its kind");
    }
    identifier
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map() -> ClaimMap {
        let own = [
            ("iin", Kind::Iin),
            ("phone_number", Kind::Phone),
            ("email", Kind::Email),
        ];
        ClaimMap {
            own: own.map(|(claim, kind)| (claim.to_owned(), kind)).into(),
            wards: Some("children".to_owned()),
        }
    }

    fn subject(claims: &Value) -> Subject {
        Subject::of(claims.as_object().expect("claims"), &map())
    }

    fn values(identifiers: &[Identifier]) -> Vec<String> {
        let text = |one: &Identifier| String::from_utf8_lossy(&one.oprf_input()).into_owned();
        identifiers.iter().map(text).collect()
    }

    #[test]
    fn only_what_the_provider_verified_is_a_persons_own() {
        let all = json!({
            "iss": "https://a.example", "sub": "1", "iin": "470316119230", "phone_number": "8 709 248 36 97",
            "phone_number_verified": true, "email": "A@Example.KZ", "email_verified": true, "name": "x",
            "passport": "N1234567",
        });
        let own = [
            "tekser:1:email:a@example.kz",
            "tekser:1:iin:470316119230",
            "tekser:1:phone:+77092483697",
        ];
        let found = subject(&all);
        assert_eq!(values(&found.own), own);
        assert_eq!(found.name, "https://a.example\u{0}1");
        for verified in [json!(false), json!("true"), json!(1), Value::Null] {
            let mut claims = all.clone();
            claims["phone_number_verified"] = verified.clone();
            claims["email_verified"] = verified;
            assert_eq!(values(&subject(&claims).own), [own[1]]);
        }
    }

    #[test]
    fn what_is_no_identifier_is_left_out() {
        for wrong in [
            json!("470316119231"),
            json!(470_316_119_230_u64),
            json!(["470316119230"]),
            Value::Null,
        ] {
            assert!(subject(&json!({"iin": wrong})).own.is_empty());
        }
    }

    #[test]
    fn wards_are_those_of_the_claim_and_bounded() {
        let children = vec!["470316119230"; 50];
        let found = subject(&json!({"children": children}));
        assert_eq!(found.wards.len(), MOST_WARDS);
        assert!(found.own.is_empty());
        let mut without = map();
        without.wards = None;
        let claims = json!({"children": children});
        assert!(
            Subject::of(claims.as_object().expect("claims"), &without)
                .wards
                .is_empty()
        );
    }
}
