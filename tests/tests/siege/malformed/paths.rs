use tekser_test_kit::Dice;

const PIECES: [&str; 34] = [
    "v1",
    "index",
    "ranges",
    "breaches",
    "evaluate",
    "challenge",
    "healthz",
    "openapi.json",
    "0",
    "00",
    "ffffffff",
    "people-2020",
    "..",
    ".",
    "%2e%2e",
    "%2F",
    "%5c",
    "\\",
    "%00",
    "%",
    "%zz",
    "%ff%fe",
    "%c0%af",
    "%ed%a0%80",
    "%F0%9F%92%A9",
    "Қ",
    "\u{202e}",
    ";x=y",
    "?elements=99999999999999999999",
    "?elements=1&elements=2",
    "?%ff=%ff",
    "#x",
    "%0d%0aX:y",
    "+",
];

/// One to eight pipelined requests for paths of random pieces.
pub(crate) fn throw(dice: &mut Dice, generation: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(8) {
        let path = path(dice, generation);
        bytes.extend_from_slice(format!("GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes());
    }
    bytes
}

fn path(dice: &mut Dice, generation: &str) -> String {
    let start = dice.pick(&[
        "/",
        "/v1/",
        "/v1/breaches/",
        "/v1/challenge?elements=",
        "/v1/ranges/",
    ]);
    let mut path = start.to_owned();
    if start == "/v1/ranges/" && dice.below(2) == 0 {
        path.push_str(generation);
        path.push('/');
    }
    for _ in 0..dice.below(6) {
        path.push_str(dice.pick(&PIECES));
        path.push_str(dice.pick(&["/", "/", "", "//"]));
    }
    if dice.below(20) == 0 {
        path.push_str(&"a/".repeat(dice.below(60_000)));
    }
    path
}
