use tekser_test_kit::Dice;

use super::bodies::damaged;

const METHODS: [&str; 14] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PRI", "BREW",
    "get", "", "G\u{1}T",
];
const TARGETS: [&str; 8] = [
    "/v1/index",
    "/v1/breaches",
    "/v1/evaluate",
    "/v1/challenge?elements=16",
    "/healthz",
    "*",
    "http://other.example/v1/index",
    "other.example:443",
];
const VERSIONS: [&str; 6] = [
    "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "http/1.1", "",
];
const NAMES: [&str; 20] = [
    "Accept-Encoding",
    "If-None-Match",
    "Accept-Language",
    "Forwarded",
    "X-Forwarded-For",
    "Host",
    "Connection",
    "Upgrade",
    "Expect",
    "Content-Length",
    "Transfer-Encoding",
    "Range",
    "Origin",
    "Access-Control-Request-Method",
    "Altcha",
    "Cookie",
    "TE",
    "HTTP2-Settings",
    "X Y",
    "",
];
const VALUES: [&str; 32] = [
    "",
    "*",
    "gzip;q=9",
    "zstd;q=0, *;q=0",
    "identity;q=0",
    ",,,;;;=",
    "\"",
    "W/\"",
    "\"a\", \"b",
    "kk;q=1e9",
    "-",
    "for=\"[::1",
    "for=_x;for=_y",
    "1.2.3.4, , 5",
    "[::ffff:1.2.3.4]:99999",
    "0",
    "-1",
    "18446744073709551616",
    "1, 2",
    "chunked, chunked",
    "gzip, chunked",
    "identity",
    "close, keep-alive",
    "h2c",
    "100-continue",
    "https://site.example",
    "null",
    "bytes=0-99999999999999999999",
    "DELETE",
    "\u{7f}",
    "a\rb",
    "ӘҒҚ",
];

/// Requests with heads of random parts; some with malformed chunked bodies.
pub(crate) fn throw(dice: &mut Dice, _generation: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for _ in 0..=dice.below(3) {
        let request = request(dice);
        bytes.extend(if dice.below(4) == 0 {
            damaged(dice, request)
        } else {
            request
        });
    }
    bytes
}

fn request(dice: &mut Dice) -> Vec<u8> {
    let mut head = format!(
        "{} {} {}\r\nHost: a\r\n",
        pick_first(dice, &METHODS),
        dice.pick(&TARGETS),
        pick_first(dice, &VERSIONS)
    );
    for _ in 0..dice.below(6) {
        head.push_str(&format!(
            "{}: {}\r\n",
            dice.pick(&NAMES),
            dice.pick(&VALUES)
        ));
    }
    match dice.below(12) {
        0 => head.push_str(&format!("X: {}\r\n", "x".repeat(dice.below(300_000)))),
        1 => head.push_str(&"X: y\r\n".repeat(dice.below(2000))),
        2 => head.push_str("Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nx\r\n"),
        3 => head.push_str("Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n"),
        4 => head.push_str("Transfer-Encoding: chunked\r\n\r\n3;a=\"\r\nabc\r\n0\r\nX: y\r\n"),
        5 => head.push_str("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
        6 => head.push_str("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        7 => return head.into_bytes(),
        _ => {}
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The first two thirds of the time, so that most heads reach a route.
fn pick_first(dice: &mut Dice, of: &[&'static str]) -> &'static str {
    if dice.below(3) == 0 {
        dice.pick(of)
    } else {
        of[0]
    }
}
