//! The two headers in which proxies say for whom they ask: `Forwarded` (RFC 7239) and `X-Forwarded-For`.
//!
//! Both are lists that every proxy appends to, so the left end is whatever the client chose to write. Each line is
//! parsed by itself, so that nothing written there can change how a line that a proxy added is read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A longer header line is not parsed; a chain of thirty proxies needs less.
const LINE_BYTES: usize = 4096;

/// More hops than this are not read.
const HOPS: usize = 64;

/// Reads the last addresses in one line of `X-Forwarded-For`, in order; `None` stands for one that cannot be read. The
/// line itself is `None` if it is too long or not text.
pub(super) fn x_forwarded_for(line: &[u8]) -> Option<Vec<Option<IpAddr>>> {
    let nearest_first = text(line)?.rsplit(',').take(HOPS);
    let mut hops: Vec<_> = nearest_first
        .map(|hop| node(unquoted(hop.trim())))
        .collect();
    hops.reverse();
    Some(hops)
}

/// Reads the addresses in the `for` parameters of one line of `Forwarded`, in order; `None` stands for an element that
/// has none, or an obfuscated one (RFC 7239 §6.3). The line itself is `None` if it is malformed anywhere: then no part
/// of it is believed.
pub(super) fn forwarded(line: &[u8]) -> Option<Vec<Option<IpAddr>>> {
    let mut rest = text(line)?;
    let mut hops = Vec::new();
    loop {
        let (hop, after) = element(rest)?;
        hops.push(hop);
        match after.strip_prefix(',') {
            Some(next) if hops.len() < HOPS => rest = next,
            Some(_) => return None,
            None => return after.is_empty().then_some(hops),
        }
    }
}

fn text(line: &[u8]) -> Option<&str> {
    let line = line
        .get(..line.len().min(LINE_BYTES + 1))
        .filter(|line| line.len() <= LINE_BYTES)?;
    str::from_utf8(line).ok()
}

/// Reads a `forwarded-element` (RFC 7239 §4): the address it names, and what follows it, beginning with a comma if
/// anything does.
fn element(mut rest: &str) -> Option<(Option<IpAddr>, &str)> {
    let mut names_for = None;
    loop {
        let (name, value, after) = pair(rest)?;
        if name.eq_ignore_ascii_case("for") {
            // §4: each parameter must not occur more than once in an element.
            if names_for.replace(node(&value)).is_some() {
                return None;
            }
        }
        match after.strip_prefix(';') {
            Some(next) => rest = next,
            None => return Some((names_for.flatten(), after)),
        }
    }
}

/// Reads `token = value`, where a value is a token or a quoted string, with spaces around allowed. The third part
/// begins with `;` or `,` or is empty.
fn pair(rest: &str) -> Option<(&str, String, &str)> {
    let (name, rest) = rest.trim_start().split_once('=')?;
    if name.is_empty() || !name.bytes().all(is_token) {
        return None;
    }
    let (value, after) = match rest.strip_prefix('"') {
        Some(quoted) => quoted_string(quoted)?,
        None => bare(rest)?,
    };
    let after = after.trim_start();
    (after.is_empty() || after.starts_with([';', ','])).then_some((name, value, after))
}

/// Reads the inside of a quoted string (RFC 9110 §5.6.4) whose opening quote has been read, and what follows the
/// closing one.
fn quoted_string(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, &text[at + 1..])),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

/// Reads a token; colons and brackets are allowed, since proxies write addresses with them and forget the quotes.
fn bare(text: &str) -> Option<(String, &str)> {
    let end = text
        .find(|character: char| !character.is_ascii() || !is_bare(character as u8))
        .unwrap_or(text.len());
    (end > 0).then(|| (text[..end].to_owned(), &text[end..]))
}

const fn is_bare(byte: u8) -> bool {
    is_token(byte) || matches!(byte, b':' | b'[' | b']')
}

/// `tchar` of RFC 9110 §5.6.2.
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~')
}

fn unquoted(text: &str) -> &str {
    text.strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
        .unwrap_or(text)
}

/// Reads a `node` (RFC 7239 §6) if it is an address: IPv4 or IPv6, with or without port. IPv6 may lack its brackets if
/// it has no port.
fn node(text: &str) -> Option<IpAddr> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        return (port.is_empty() || is_port(port.strip_prefix(':')?)).then_some(address.into());
    }
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    let (address, port) = text.split_once(':')?;
    let address: Ipv4Addr = address.parse().ok()?;
    is_port(port).then_some(address.into())
}

/// Returns whether a text is a `node-port` of RFC 7239 §6: a number, or an obfuscated port.
fn is_port(text: &str) -> bool {
    let number = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    let hidden = text.len() > 1
        && text.starts_with('_')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    number || hidden
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn addresses(texts: &[&str]) -> Option<Vec<Option<IpAddr>>> {
        Some(texts.iter().map(|text| text.parse().ok()).collect())
    }

    #[test]
    fn nodes_are_read_with_ports_brackets_and_quotes() {
        for (line, expected) in [
            ("192.0.2.43", "192.0.2.43"),
            ("192.0.2.43:47011", "192.0.2.43"),
            ("192.0.2.43:_gazonk", "192.0.2.43"),
            ("2001:db8::17", "2001:db8::17"),
            ("[2001:db8::17]", "2001:db8::17"),
            ("[2001:db8::17]:47011", "2001:db8::17"),
            ("\"[2001:db8::17]:47011\"", "2001:db8::17"),
            ("  192.0.2.43\t", "192.0.2.43"),
        ] {
            assert_eq!(
                x_forwarded_for(line.as_bytes()),
                addresses(&[expected]),
                "{line}"
            );
        }
    }

    #[test]
    fn what_is_not_an_address_is_reported_as_such() {
        for line in [
            "",
            "unknown",
            "_hidden",
            "192.0.2",
            "192.0.2.43:",
            "192.0.2.43:x",
            "192.0.2.43:123456",
            "[2001:db8::17",
            "[192.0.2.43]",
            "fe80::1%eth0",
            "\"192.0.2.43",
        ] {
            assert_eq!(x_forwarded_for(line.as_bytes()), Some(vec![None]), "{line}");
        }
    }

    /// The examples of RFC 7239 §4, §5.2, §6 and §7.1.
    #[test]
    fn the_examples_of_the_rfc_are_read() {
        for (line, expected) in [
            ("for=\"_gazonk\"", addresses(&["-"])),
            (
                "For=\"[2001:db8:cafe::17]:4711\"",
                addresses(&["2001:db8:cafe::17"]),
            ),
            (
                "for=192.0.2.60;proto=http;by=203.0.113.43",
                addresses(&["192.0.2.60"]),
            ),
            (
                "for=192.0.2.43, for=198.51.100.17",
                addresses(&["192.0.2.43", "198.51.100.17"]),
            ),
            ("for=_hidden, for=_SEVKISEK", addresses(&["-", "-"])),
            (
                "for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=unknown",
                addresses(&["192.0.2.43", "2001:db8:cafe::17", "-"]),
            ),
            (
                "proto=https;by=\"a, for=192.0.2.1;b=\\\"\";for=192.0.2.2",
                addresses(&["192.0.2.2"]),
            ),
        ] {
            assert_eq!(forwarded(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn a_malformed_line_is_refused_whole() {
        for line in [
            "",
            ",",
            "for",
            "for=",
            "=192.0.2.1",
            "for=192.0.2.1;",
            "for=192.0.2.1,",
            "for=192.0.2.1;for=192.0.2.2",
            "for=\"192.0.2.1",
            "for=\"192.0.2.1\"x",
            "for=192.0.2.1 x=y",
            "for=192.0.2.1;x=\"\\",
        ] {
            assert_eq!(forwarded(line.as_bytes()), None, "{line}");
        }
    }

    #[test]
    fn long_lines_are_not_parsed() {
        let many = ["for=192.0.2.1"; HOPS + 1].join(",");
        assert_eq!(forwarded(many.as_bytes()), None);
        assert_eq!(x_forwarded_for(&[b'1'; LINE_BYTES + 1]), None);
    }

    #[test]
    fn a_client_that_writes_many_hops_does_not_hide_the_last() {
        let many = format!("{}, 192.0.2.2", ["192.0.2.1"; HOPS].join(","));
        let hops = x_forwarded_for(many.as_bytes()).unwrap();
        assert_eq!(hops.len(), HOPS);
        assert_eq!(hops.last().copied().flatten(), "192.0.2.2".parse().ok());
    }

    proptest! {
        #[test]
        fn no_line_makes_the_parsers_panic(line in proptest::collection::vec(any::<u8>(), 0..200), ascii in "[fFoOrR=\";:,\\\\\\[\\]0-9a. ]{0,60}") {
            // Finds panics where a quote or bracket is not closed, or a byte is not ASCII.
            let _ = (x_forwarded_for(&line), forwarded(&line), x_forwarded_for(ascii.as_bytes()), forwarded(ascii.as_bytes()));
        }

        #[test]
        fn whatever_a_client_wrote_before_it_the_proxys_element_is_read_or_nothing_is(before in "[for=\";,\\\\0-9. ]{0,40}", quoted: bool) {
            let own = if quoted { "for=\"192.0.2.1\";host=\"a\"" } else { "for=192.0.2.1" };
            if let Some(hops) = forwarded(format!("{before}, {own}").as_bytes()) {
                prop_assert_eq!(hops.last().copied().flatten(), "192.0.2.1".parse().ok());
            }
        }
    }
}
