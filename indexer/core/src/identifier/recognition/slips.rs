//! Which e-mail address did a person probably mean by a mistyped text?

use super::frequent::{DOMAINS, NEIGHBOURS, is_usual_end};

/// Words for @ and for a dot.
const AT: [&str; 2] = ["at", "собака"];
const DOT: [&str; 2] = ["dot", "точка"];

/// Whether the domain of an address is nearly one that many people use, or ends in an unusual way.
pub(super) fn is_doubtful_domain(address: &str) -> bool {
    let domain = address.rsplit('@').next().unwrap_or(address);
    if DOMAINS.contains(&domain) || NEIGHBOURS.contains(&domain) {
        return false;
    }
    let end = domain.rsplit('.').next().unwrap_or(domain);
    DOMAINS
        .iter()
        .any(|frequent| is_one_slip_away(domain, frequent))
        || !is_usual_end(end)
}

/// The address probably meant by a text in lower case that is not one: `name(at)mail.ru`, `name@mail,ru`, `name@gmail`,
/// `namegmail.com`.
pub(super) fn mended(text: &str) -> Option<String> {
    let text = with_sign(text, (&AT, '@'), 1);
    let text = with_sign(&text, (&DOT, '.'), usize::MAX);
    let joined = without_blanks_around_signs(&text.replace(',', "."));
    let joined = joined.strip_suffix('.').unwrap_or(&joined);
    if joined.contains(char::is_whitespace) {
        return None;
    }
    match joined.contains('@') {
        true => Some(with_end(joined)),
        false => with_at(joined),
    }
}

/// Replaces the name of a sign, in brackets or between blanks, by the sign, up to a number of times.
fn with_sign(text: &str, (names, sign): (&[&str], char), mut times: usize) -> String {
    let text: Vec<char> = text.chars().collect();
    let (mut signed, mut place) = (String::new(), 0);
    while let Some(c) = text.get(place) {
        match behind_name(&text[place..], names, sign).filter(|_| times > 0) {
            Some(length) => {
                signed.push(sign);
                place += length;
                times -= 1;
            }
            None => {
                signed.push(*c);
                place += 1;
            }
        }
    }
    signed
}

/// The number of characters of a sign's name at the beginning of a text, with the brackets or blanks around it.
fn behind_name(text: &[char], names: &[&str], sign: char) -> Option<usize> {
    let begin = blanks(text);
    match text.get(begin) {
        Some('(' | '[' | '{') => {
            let inner = begin + 1 + blanks(&text[begin + 1..]);
            let is_sign = sign == '@' && text.get(inner) == Some(&'@');
            let end = inner + named(&text[inner..], names).or(is_sign.then_some(1))?;
            let close = end + blanks(&text[end..]);
            let is_closed = matches!(text.get(close), Some(')' | ']' | '}'));
            is_closed.then(|| close + 1 + blanks(&text[close + 1..]))
        }
        Some(_) if begin > 0 => {
            let end = begin + named(&text[begin..], names)?;
            let behind = blanks(&text[end..]);
            (behind > 0).then_some(end + behind)
        }
        _ => None,
    }
}

fn blanks(text: &[char]) -> usize {
    text.iter().take_while(|c| c.is_whitespace()).count()
}

/// The length of the name that a text begins with.
fn named(text: &[char], names: &[&str]) -> Option<usize> {
    let begins = |name: &&&str| {
        let length = name.chars().count();
        text.len() >= length && name.chars().eq(text[..length].iter().copied())
    };
    names.iter().find(begins).map(|name| name.chars().count())
}

fn without_blanks_around_signs(text: &str) -> String {
    let mut joined = String::new();
    let mut is_behind_sign = false;
    for c in text.chars() {
        match c {
            '.' if is_behind_sign => {}
            '@' | '.' => {
                joined.truncate(joined.trim_end().len());
                joined.push(c);
                is_behind_sign = true;
            }
            _ if is_behind_sign && c.is_whitespace() => {}
            _ => {
                joined.push(c);
                is_behind_sign = false;
            }
        }
    }
    joined
}

/// `name@gmail` lacks its end, `name@gmailcom` its dot.
fn with_end(address: &str) -> String {
    let domain = address.rsplit('@').next().unwrap_or(address);
    let is_meant = |frequent: &&&str| {
        let name = frequent.split('.').next();
        name == Some(domain) || frequent.replacen('.', "", 1) == domain
    };
    match DOMAINS.iter().find(is_meant) {
        Some(meant) => format!("{}{meant}", &address[..address.len() - domain.len()]),
        None => address.to_owned(),
    }
}

/// `namegmail.com` lacks its @.
fn with_at(text: &str) -> Option<String> {
    let ends = DOMAINS
        .iter()
        .filter(|end| text.len() > end.len() && text.ends_with(**end));
    let end = ends.max_by_key(|end| end.len())?;
    let name = &text[..text.len() - end.len()];
    Some(format!(
        "{}@{end}",
        name.strip_suffix(['.', '_', '-']).unwrap_or(name)
    ))
}

/// Whether one character was changed, left out, added, or exchanged with its neighbour.
fn is_one_slip_away(left: &str, right: &str) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    let start = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (a, b) = (&left[start..], &right[start..]);
    let is_exchanged =
        a.first() == b.get(1) && a.get(1) == b.first() && behind(a, 2) == behind(b, 2);
    let is_changed = behind(a, 1) == behind(b, 1);
    a != b && (is_exchanged || is_changed || behind(a, 1) == b || a == behind(b, 1))
}

fn behind(text: &[u8], first: usize) -> &[u8] {
    text.get(first..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_slip_is_one_change_omission_addition_or_exchange() {
        for near in [
            "gmal.com",
            "gmaill.com",
            "gmajl.com",
            "gmial.com",
            "gmail.con",
            "gmail.co",
        ] {
            assert!(is_one_slip_away(near, "gmail.com"), "{near}");
        }
        for other in ["gmail.com", "example.com", "gmx.com"] {
            assert!(!is_one_slip_away(other, "gmail.com"), "{other}");
        }
    }

    #[test]
    fn an_address_is_mended_only_where_its_meaning_is_clear() {
        assert_eq!(
            mended("name [at] mail [dot] ru").as_deref(),
            Some("name@mail.ru")
        );
        assert_eq!(mended("name @gmail").as_deref(), Some("name@gmail.com"));
        assert_eq!(mended("my address name@mail.ru"), None);
        assert_eq!(mended("someone.else"), None);
    }
}
