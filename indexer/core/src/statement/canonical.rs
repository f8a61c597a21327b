//! JSON in canonical form (RFC 8785): members by name, no white space.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::index::{Catalogue, Hash};

/// The value as canonical JSON. All names here are ASCII, and all numbers whole and below 2⁵³: all that remains of RFC
/// 8785 is then the order of the members.
pub(crate) fn canonical(value: &impl Serialize) -> serde_json::Result<String> {
    // `Value` keeps an object's members in the order of their names.
    serde_json::to_string(&serde_json::to_value(value)?)
}

/// SHA-256 of the catalogue as canonical JSON, without dates of correction: they are for feeds, and no client of ours
/// reads them.
pub(super) fn catalogue_digest(catalogue: &Catalogue) -> serde_json::Result<Hash> {
    let mut catalogue = catalogue.clone();
    for entry in &mut catalogue.breaches {
        entry.metadata.corrected = None;
    }
    Ok(Sha256::digest(canonical(&catalogue)?).into())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_correction_is_not_part_of_what_is_signed() {
        let text = json!({"kk": "a", "ru": "a", "en": "a"});
        let mut entry = json!({
            "id": "a-2020", "date": "2020", "added": "2020-02", "status": "reported", "records": 1, "source": "",
            "title": text, "summary": text, "classes": ["names"],
        });
        let mut digest = || {
            let catalogue = json!({"breaches": [entry.clone()]});
            entry["corrected"] = json!("2021-03-04");
            catalogue_digest(&serde_json::from_value(catalogue).unwrap()).unwrap()
        };
        let without = digest();
        assert_eq!(digest(), without);
    }

    #[test]
    fn members_stand_by_name_at_every_depth_and_texts_as_rfc_8785_has_them() {
        let value = json!({"b": {"z": 1, "a": [true, null]}, "a": "қ\u{1f}\n\"\\/\u{7f}"});
        assert_eq!(
            canonical(&value).unwrap(),
            "{\"a\":\"қ\\u001f\\n\\\"\\\\/\u{7f}\",\"b\":{\"a\":[true,null],\"z\":1}}"
        );
    }
}
