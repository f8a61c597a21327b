//! Any change of an answer is noticed, and named.

use exposure_index::client::{Client, ClientError, Doubt, Request, Response};
use exposure_index::messages::{decode, encode};
use exposure_index::oprf::SecretKey;
use serde_json::{Value, json};

use super::site::{About, Liar, Site, about, input};
use super::{client, look_up};

/// An identifier that the index holds.
const NUMBER: u64 = 4;

/// Returns the error of a look-up if `change` is applied to every answer of this kind.
fn doubt(site: &Site, changed: About, change: impl Fn(&mut Response)) -> Doubt {
    let liar = Liar(|request: &Request<'_>| {
        let mut response = site.answer(request);
        if about(request) == changed {
            change(&mut response);
        }
        response
    });
    match look_up(liar, &input(NUMBER)) {
        Err(ClientError::Doubted(doubt)) => doubt,
        Err(other) => panic!("not doubted, but: {other}"),
        Ok(_) => panic!("believed"),
    }
}

/// Returns the error of a look-up if every JSON document of this kind is changed.
fn doubt_json(site: &Site, changed: About, change: impl Fn(&mut Value)) -> Doubt {
    doubt(site, changed, |response| {
        let mut document = serde_json::from_slice(&response.body).expect("JSON");
        change(&mut document);
        response.body = document.to_string().into_bytes();
    })
}

/// Changes one bit of a base64url field.
fn flip<const N: usize>(field: &mut Value, place: usize) {
    let mut bytes: [u8; N] = decode(field.as_str().expect("a string")).expect("bytes");
    bytes[place] ^= 1;
    *field = encode(&bytes).into();
}

/// A number whose range is shorter than the longest one, so that there is padding.
fn padded(site: &Site) -> (usize, Vec<u8>) {
    let (length, response) = site.range_of(NUMBER);
    assert!(
        length + 4 * 32 < response.len(),
        "choose another number: no padding"
    );
    (length, response)
}

#[test]
fn no_byte_of_a_range_response_can_be_changed() {
    let site = Site::new(1);
    let (length, response) = padded(&site);
    let path = response.len() - 4 * 32;
    for place in 0..response.len() {
        let got = doubt(&site, About::Range, |response| response.body[place] ^= 1);
        match place {
            0..4 => assert!(matches!(
                got,
                Doubt::LengthField | Doubt::Padding | Doubt::Path
            )),
            _ if (length..path).contains(&place) => assert_eq!(got, Doubt::Padding),
            _ => assert_eq!(got, Doubt::Path, "byte {place}"),
        }
    }
}

#[test]
fn a_length_field_beyond_the_response_or_below_a_head_is_refused() {
    let site = Site::new(1);
    let (length, response) = padded(&site);
    let most = (response.len() - 4 * 32) as u32;
    let claimed = |length: u32| {
        doubt(&site, About::Range, |response| {
            response.body[..4].copy_from_slice(&length.to_le_bytes());
        })
    };
    for impossible in [0, 15, most + 1, u32::MAX] {
        assert_eq!(claimed(impossible), Doubt::LengthField, "{impossible}");
    }
    assert_eq!(claimed(16), Doubt::Padding);
    assert_eq!(claimed(length as u32 + 1), Doubt::Path);
    assert_eq!(claimed(most), Doubt::Path);
}

#[test]
fn a_range_response_of_another_length_is_refused() {
    let site = Site::new(1);
    let cut = |length: usize| doubt(&site, About::Range, |it| it.body.resize(length, 0));
    let length = padded(&site).1.len();
    for other in [0, 3, length - 32, length - 1, length + 1] {
        assert_eq!(cut(other), Doubt::Length);
    }
}

#[test]
fn the_range_of_another_prefix_is_refused() {
    let site = Site::new(1);
    let (_, asked_for) = site.range_of(NUMBER);
    let (_, other) = (0..)
        .map(|number| site.range_of(number))
        .find(|(_, response)| *response != asked_for)
        .expect("another range");
    let got = doubt(&site, About::Range, |response| {
        response.body.clone_from(&other);
    });
    assert_eq!(got, Doubt::Path);
}

#[test]
fn no_byte_of_an_evaluation_or_its_proof_can_be_changed() {
    let site = Site::new(1);
    for place in 0..32 {
        let got = doubt_json(&site, About::Evaluation, |document| {
            flip::<32>(&mut document["evaluated"][0], place);
        });
        let (element, proof) = (
            Doubt::Element { evaluator: 0 },
            Doubt::Proof { evaluator: 0 },
        );
        assert!(got == element || got == proof, "byte {place}: {got}");
    }
    for place in 0..64 {
        let got = doubt_json(&site, About::Evaluation, |document| {
            flip::<64>(&mut document["proof"], place);
        });
        assert_eq!(got, Doubt::Proof { evaluator: 0 }, "byte {place}");
    }
}

#[test]
fn an_evaluation_of_other_shape_is_refused() {
    let site = Site::new(1);
    let with = |field: &str, value: Value| {
        doubt_json(&site, About::Evaluation, |document| {
            document[field] = value.clone();
        })
    };
    assert_eq!(with("evaluated", json!([])), Doubt::Count { evaluator: 0 });
    let two = json!(["A".repeat(43), "A".repeat(43)]);
    assert_eq!(with("evaluated", two), Doubt::Count { evaluator: 0 });
    let identity = json!(["A".repeat(43)]);
    assert_eq!(with("evaluated", identity), Doubt::Element { evaluator: 0 });
    assert_eq!(
        with("evaluated", json!(["="])),
        Doubt::Element { evaluator: 0 }
    );
    assert_eq!(with("proof", json!("AAAA")), Doubt::Proof { evaluator: 0 });
    let unreadable = Doubt::Document {
        document: "evaluation",
    };
    assert_eq!(with("proof", json!(1)), unreadable);
}

#[test]
fn swapped_elements_of_a_batch_are_refused() {
    let site = Site::new(1);
    let liar = Liar(|request: &Request<'_>| {
        let mut response = site.answer(request);
        if about(request) == About::Evaluation {
            let mut document: Value = serde_json::from_slice(&response.body).expect("JSON");
            document["evaluated"]
                .as_array_mut()
                .expect("a list")
                .swap(0, 1);
            response.body = document.to_string().into_bytes();
        }
        response
    });
    let refused = client(liar).look_up_all(&[input(0), input(1)]).err();
    let doubt = Doubt::Proof { evaluator: 0 };
    assert_eq!(refused, Some(ClientError::Doubted(doubt)));
}

#[test]
fn the_evaluator_that_cheats_is_named() {
    for cheat in 0..3 {
        let site = Site::new(3);
        let liar = Liar(|request: &Request<'_>| {
            let mut response = site.answer(request);
            if request.url.path() == format!("/v1/shares/{cheat}/evaluate") {
                let mut document = serde_json::from_slice::<Value>(&response.body).expect("JSON");
                flip::<64>(&mut document["proof"], 32);
                response.body = document.to_string().into_bytes();
            }
            response
        });
        let doubt = Doubt::Proof { evaluator: cheat };
        assert_eq!(look_up(liar, &input(0)), Err(ClientError::Doubted(doubt)));
    }
}

#[test]
fn public_keys_must_add_up_to_the_key_of_the_index() {
    let site = Site::new(2);
    for place in 0..32 {
        let got = doubt_json(&site, About::Index, |document| {
            flip::<32>(&mut document["evaluators"][0]["public_key"], place);
        });
        let undecodable = Doubt::Field {
            field: "public_key",
        };
        assert!(
            got == Doubt::KeyId || got == undecodable,
            "byte {place}: {got}"
        );
    }
    for place in 0..16 {
        let got = doubt_json(&site, About::Index, |document| {
            flip::<16>(&mut document["key_id"], place);
        });
        assert_eq!(got, Doubt::KeyId);
    }
    let one_less = doubt_json(&site, About::Index, |document| {
        document["evaluators"].as_array_mut().expect("a list").pop();
    });
    assert_eq!(one_less, Doubt::KeyId);
}

#[test]
fn an_evaluator_must_use_the_key_it_published() {
    let site = Site::new(1);
    let other = SecretKey::derive(&[8; 32], b"other")
        .expect("a key")
        .public_key();
    // Document and evaluator disagree, though the document agrees with itself.
    let got = doubt_json(&site, About::Index, |document| {
        document["evaluators"][0]["public_key"] = encode(&other.to_bytes()).into();
        document["key_id"] = encode(&other.id().0).into();
    });
    assert_eq!(got, Doubt::Proof { evaluator: 0 });
    let site = Site::new(2);
    let swapped = doubt_json(&site, About::Index, |document| {
        document["evaluators"]
            .as_array_mut()
            .expect("a list")
            .swap(0, 1);
        for evaluator in 0..2 {
            document["evaluators"][evaluator]["url"] =
                format!("shares/{evaluator}/evaluate").into();
        }
    });
    assert_eq!(swapped, Doubt::Proof { evaluator: 0 });
}

#[test]
fn another_root_proves_nothing() {
    let site = Site::new(1);
    for place in 0..32 {
        let got = doubt_json(&site, About::Index, |document| {
            flip::<32>(&mut document["root"], place);
        });
        assert_eq!(got, Doubt::Path);
    }
}

#[test]
fn an_index_document_that_breaks_a_rule_is_refused_by_the_field() {
    let site = Site::new(1);
    let with = |field: &str, value: &Value| {
        doubt_json(&site, About::Index, |document| {
            document[field] = value.clone();
        })
    };
    for (field, value) in [
        ("suite", json!("P256-SHA256")),
        ("normalisation", json!(2)),
        ("format", json!(0)),
    ] {
        assert!(matches!(with(field, &value), Doubt::Unknown { field: got } if got == field));
    }
    for (field, value) in [
        ("prefix_bits", json!(25)),
        ("bucket_bits", json!(17)),
        ("range_bytes", json!((16 << 20) + 1)),
        ("range_bytes", json!(16 + 4 * 32 - 1)),
        ("range_bytes", json!(0)),
        ("evaluators", json!([])),
    ] {
        let got = with(field, &value);
        assert!(
            matches!(got, Doubt::Bounds { field: got } if got.contains(field)),
            "{field}"
        );
    }
    for (field, value) in [
        ("generation", json!("../../v2")),
        ("key_id", json!("")),
        ("root", json!("AAAA")),
        ("built_at", json!("yesterday")),
    ] {
        assert_eq!(
            with(field, &value).to_string().split(' ').next(),
            Some(field)
        );
    }
    let unreadable = Doubt::Document { document: "index" };
    assert_eq!(with("prefix_bits", &json!(256)), unreadable);
    let url = doubt_json(&site, About::Index, |document| {
        document["evaluators"][0]["url"] = json!("file:///etc/hosts");
    });
    let readable = doubt_json(&site, About::Index, |document| {
        document["evaluators"][0]["url"] = json!("http://evaluator.example.kz/v1/evaluate");
    });
    let expected = Doubt::Field {
        field: "url of an evaluator",
    };
    assert_eq!([url, readable], [expected; 2]);
}

#[test]
fn a_document_and_a_range_that_cut_tags_differently_do_not_go_together() {
    let site = Site::new(1);
    let bits = site.document().bucket_bits;
    let got = doubt_json(&site, About::Index, |document| {
        document["bucket_bits"] = json!(bits + 1);
    });
    assert_eq!(got, Doubt::Range);
    let got = doubt_json(&site, About::Index, |document| {
        document["prefix_bits"] = json!(3);
    });
    assert!(
        matches!(got, Doubt::Path | Doubt::Padding | Doubt::LengthField),
        "{got}"
    );
}

#[test]
fn a_catalogue_must_have_what_ranges_name_in_the_order_they_name_it() {
    let site = Site::new(1);
    let with = |change: &dyn Fn(&mut Vec<Value>)| {
        doubt_json(&site, About::Catalogue, |document| {
            change(document["breaches"].as_array_mut().expect("a list"));
        })
    };
    assert_eq!(with(&|breaches| breaches.swap(0, 1)), Doubt::Catalogue);
    let twice = |breaches: &mut Vec<Value>| breaches[1] = breaches[0].clone();
    assert_eq!(with(&twice), Doubt::Catalogue);
    let unsorted = |breaches: &mut Vec<Value>| {
        breaches[2]["classes"]
            .as_array_mut()
            .expect("a list")
            .reverse();
    };
    assert_eq!(with(&unsorted), Doubt::Catalogue);
    assert_eq!(with(&|breaches| breaches.truncate(2)), Doubt::Names);
    let fewer = |breaches: &mut Vec<Value>| {
        breaches[2]["classes"]
            .as_array_mut()
            .expect("a list")
            .truncate(7);
    };
    assert_eq!(with(&fewer), Doubt::Names);
    let unreadable = Doubt::Document {
        document: "catalogue",
    };
    assert_eq!(with(&|breaches| breaches[0] = json!(1)), unreadable);
}

#[test]
fn no_message_shows_what_was_asked() {
    let site = Site::new(1);
    let (_, response) = padded(&site);
    for place in [0, 4, response.len() - 1] {
        let doubt = doubt(&site, About::Range, |response| response.body[place] ^= 1);
        let printed = format!("{doubt} {doubt:?} {}", ClientError::from(doubt));
        assert!(
            !printed.contains("ranges/") && !printed.contains("7709") && !printed.contains("http")
        );
    }
    let refused = Client::over_http("ftp://example.kz/+77090000004").err();
    assert!(!format!("{refused:?}").contains("7709"));
}
