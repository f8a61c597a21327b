//! Which malformed bodies of evaluations does a client send?

use exposure_index::messages::encode;
use tekser_test_kit::Dice;

use crate::evaluation;

/// The identity, a negative, a non-canonical and a non-square encoding (RFC 9496 §A.3).
const BAD_ELEMENTS: [&str; 4] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "26948d35ca62e643e26a83177332e6b6afeb9d08e4268b650f1f5bbd8d81d371",
];

fn bad_element(dice: &mut Dice) -> String {
    let hex = dice.pick(&BAD_ELEMENTS);
    encode(&data_encoding::HEXLOWER.decode(hex.as_bytes()).expect("hex"))
}

fn list(elements: &[String]) -> String {
    serde_json::json!({ "blinded": elements }).to_string()
}

/// Requests whose fault can be named: body, status and a part of what is said of it.
pub(crate) fn explained() -> Vec<(String, u16, &'static str)> {
    let mut cases = vec![
        (String::new(), 400, "expected {\"blinded\""),
        ("null".to_owned(), 400, "expected {\"blinded\""),
        ("{\"blinded\":[\"qqq\"]}".to_owned(), 400, "base64url"),
        ("{\"blinded\":[1e999]}".to_owned(), 400, "expected {"),
        ("{\"blinded\":\"qqq\"}".to_owned(), 400, "expected {"),
        ("{\"blinded\":[]}".to_owned(), 400, "1 to 16"),
        (evaluation(17), 400, "1 to 16"),
        (evaluation(10_000), 413, ""),
        ("[".repeat(4000), 400, "expected {"),
        (" ".repeat(5000), 413, ""),
    ];
    for seed in 0..16 {
        let element = bad_element(&mut Dice::new(seed));
        cases.push((list(&[element]), 400, "non-identity"));
    }
    cases
}

/// One to four pipelined evaluations, mostly bad.
pub(crate) fn throw(dice: &mut Dice, _generation: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(4) {
        let body = body(dice);
        let length = match dice.below(10) {
            0 => body.len() + 1 + dice.below(100),
            1 => dice.below(body.len() + 1),
            _ => body.len(),
        };
        let media = dice.pick(&[
            "application/json",
            "application/json;charset=utf-16",
            "text/plain",
            "application/json\u{e9}",
            "",
        ]);
        let altcha = altcha(dice);
        let head = format!(
            "POST /v1/evaluate HTTP/1.1\r\nHost: a\r\nContent-Type: {media}\r\n{altcha}Content-Length: {length}\r\n\r\n"
        );
        bytes.extend_from_slice(head.as_bytes());
        bytes.extend_from_slice(&body);
    }
    bytes
}

fn body(dice: &mut Dice) -> Vec<u8> {
    match dice.below(12) {
        0 => Vec::new(),
        1 => {
            let length = dice.below(6000);
            dice.bytes(length)
        }
        2 => dice
            .pick(&["[", "{\"blinded\":", "{\"a\":[", "\"\\ud800", "-"])
            .repeat(dice.below(700))
            .into_bytes(),
        3 => format!("{{\"blinded\":{}}}", odd_value(dice)).into_bytes(),
        4 => format!("{{\"blinded\":[{}]}}", odd_value(dice)).into_bytes(),
        5 => format!("{{\"blinded\":[],\"blinded\":{}}}", odd_value(dice)).into_bytes(),
        6 => list(&[bad_element(dice)]).into_bytes(),
        7 => list(&[encode(&dice.bytes(32)), encode(&dice.bytes(32))]).into_bytes(),
        8 => evaluation(dice.pick(&[1, 16, 17, 60])).into_bytes(),
        9 => evaluation(1)
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect(),
        10 => damaged(dice, evaluation(1).into_bytes()),
        _ => [&b"\xef\xbb\xbf"[..], evaluation(1).as_bytes()].concat(),
    }
}

fn odd_value(dice: &mut Dice) -> String {
    let odd = [
        "null",
        "true",
        "0",
        "-1",
        "1e999",
        "18446744073709551616",
        "\"\"",
        "\"=\"",
        "\"\\u0000\"",
        "{}",
        "[[]]",
        "\"ӘҒ\"",
        "[null]",
    ];
    match dice.below(odd.len() + 1) {
        0 => format!("\"{}\"", "A".repeat(dice.below(3000))),
        place => odd[place - 1].to_owned(),
    }
}

/// A few of the bytes changed.
pub(crate) fn damaged(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    for _ in 0..=dice.below(4) {
        let place = dice.below(bytes.len());
        bytes[place] = dice.roll().to_le_bytes()[0];
    }
    bytes
}

fn altcha(dice: &mut Dice) -> String {
    let json = match dice.below(8) {
        0 => return "Altcha: ====\r\n".to_owned(),
        1 => return format!("Altcha: {}\r\n", "QUFB".repeat(dice.below(2000))),
        2 => "[".repeat(2000),
        3 => "{\"challenge\":null,\"solution\":{}}".to_owned(),
        4 => format!(
            "{{\"challenge\":{{\"parameters\":{{\"algorithm\":\"PBKDF2/SHA-256\",\"cost\":{0},\"keyLength\":{0},\"keyPrefix\":\"q\",\"nonce\":\"é\",\"salt\":\"0\",\"expiresAt\":{0}}},\"signature\":\"0\"}},\"solution\":{{\"counter\":{0},\"derivedKey\":\"zz\"}}}}",
            dice.pick(&[
                "0",
                "1",
                "4294967295",
                "4294967296",
                "-1",
                "1e300",
                "9999999999"
            ])
        ),
        5 => String::from_utf8_lossy(&dice.bytes(60)).into_owned(),
        _ => return String::new(),
    };
    format!(
        "Altcha: {}\r\n",
        data_encoding::BASE64.encode(json.as_bytes())
    )
}
