//! No answer, however odd, makes the client panic.

use exposure_index::client::{ClientError, Doubt, Request, Response};
use exposure_index::messages::{IndexDocument, encode};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::look_up;
use super::site::{About, Liar, Site, about, input, json, response};

fn config() -> Config {
    Config {
        cases: 200,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..Config::default()
    }
}

fn kinds() -> impl Strategy<Value = About> {
    prop::sample::select(vec![
        About::Index,
        About::Catalogue,
        About::Evaluation,
        About::Range,
    ])
}

fn statuses() -> impl Strategy<Value = u16> {
    prop_oneof![Just(200), Just(428), Just(410), any::<u16>()]
}

/// A JSON value as a member of a document could have.
fn odd_values() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (0_u64..300).prop_map(Value::from),
        prop::collection::vec(any::<u8>(), 0..70).prop_map(|it| encode(&it).into()),
        ".{0,20}".prop_map(Value::from),
        Just(Value::Array(Vec::new())),
        Just(Value::Object(serde_json::Map::new())),
    ]
}

/// A transport that answers requests of a kind with something else, made of the true answer.
fn answering(
    site: &Site,
    kind: About,
    odd: impl Fn(Response) -> Response,
) -> Liar<impl Fn(&Request<'_>) -> Response> {
    Liar(move |request: &Request<'_>| {
        let answer = site.answer(request);
        if about(request) == kind {
            odd(answer)
        } else {
            answer
        }
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn arbitrary_bytes_as_any_answer_are_an_error(
        kind in kinds(),
        status in statuses(),
        retry_after in prop::option::of(prop_oneof![".{0,10}", Just("0".to_owned())]),
        body: Vec<u8>,
    ) {
        // 429 and 503 without a time to wait would make the test slow.
        prop_assume!(retry_after.is_some() || ![429, 503].contains(&status));
        let site = Site::new(1);
        let odd = |_| Response { status, retry_after: retry_after.clone(), body: body.clone() };
        prop_assert!(look_up(answering(&site, kind, odd), &input(0)).is_err());
    }

    #[test]
    fn documents_with_one_odd_member_do_no_harm(kind in kinds(), member in 0_usize..13, value in odd_values()) {
        let site = Site::new(2);
        let odd = |mut answer: Response| {
            if let Ok(Value::Object(mut document)) = serde_json::from_slice(&answer.body) {
                let members = document.len();
                if let Some((_, there)) = document.iter_mut().nth(member % members) {
                    *there = value.clone();
                }
                answer.body = Value::Object(document).to_string().into_bytes();
            }
            answer
        };
        // Excludes panics where a member of a document is used: as a key, a place, a length or a time.
        drop(look_up(answering(&site, kind, odd), &input(0)));
    }

    #[test]
    fn a_proven_range_of_arbitrary_bytes_does_no_harm(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        bucket_bits in 0_u8..4,
        extreme in prop::option::of(prop::sample::select(vec![4_usize, 6, 8, 12])),
    ) {
        let site = Site::new(1);
        let (length, padded) = site.range_of(0);
        let mut range = padded[..length].to_vec();
        for (place, byte) in changes {
            let place = 4 + place.index(length - 4);
            range[place] = byte;
        }
        if let Some(place) = extreme {
            range[place..place + 2].fill(0xff);
        }
        range[10] = 0;
        range[11] = bucket_bits;
        let answered = look_up(alone(&site, &range, bucket_bits), &input(0));
        let printed = matches!(
            answered,
            Ok(_) | Err(ClientError::Doubted(Doubt::Range | Doubt::Names))
        );
        prop_assert!(printed, "{answered:?}");
    }
}

/// A site whose index is only this range: there is no path, and the root is its hash.
fn alone(site: &Site, range: &[u8], bucket_bits: u8) -> Liar<impl Fn(&Request<'_>) -> Response> {
    let document = IndexDocument {
        prefix_bits: 0,
        bucket_bits,
        range_bytes: range.len() as u32,
        root: encode(&leaf(range)),
        ..site.document()
    };
    Liar(move |request: &Request<'_>| match about(request) {
        About::Index => json(&document),
        About::Range => response(200, range.to_vec()),
        _ => site.answer(request),
    })
}

fn leaf(range: &[u8]) -> [u8; 32] {
    Sha256::new_with_prefix([0])
        .chain_update(range)
        .finalize()
        .into()
}
