//! Which e-mail addresses are in this cell? Around each @, what is the address and what only surrounds it.
//!
//! Decoration and labels are dropped, lists and serialised values taken apart. Where an address could be made of two
//! things it is refused: a password after it, a name before it, a mark in the middle that may stand for a lost
//! character.

use std::ops::Range;

use super::IdentifierError;
use super::email;
use super::mail_domain::{self, DASHES, is_punctuation};
use super::percent;
use super::reading::Reading;

/// Characters that may be right before an address, and in none: signs of formulas, lists, paths and templates.
const DECORATION: &[char] = &[
    '=', '/', '\'', '{', '}', '*', '`', '~', '#', '?', '!', '&', '^', '|',
];
/// How quoted texts in Python's lists begin.
const PYTHON: [&str; 2] = ["u'", "b'"];
/// Characters in the middle of a local part which show that it is not one: a path, a template, a mask, a lost
/// character.
const FOREIGN: &[char] = &['=', '/', '{', '}', '*', '`', '?', '%', '|'];
/// Separators of a list's entries: the texts before and after one are unrelated.
const ENDS_ENTRY: &[char] = &[',', ';', '|', '<', '>', '\t', '\n', '\r'];
/// Words before an address or between two, in addition to those that contain `mail`, `почта` or `пошта`.
const LABELS: [&str; 16] = [
    "login",
    "user",
    "username",
    "usr",
    "to",
    "and",
    "or",
    "from",
    "cc",
    "bcc",
    "addr",
    "address",
    "contact",
    "логин",
    "адрес",
    "контакт",
];
/// Prefixes of forwarded addresses, whose local part is a key, an equals sign and the original local part.
const FORWARDED: [&str; 5] = ["prvs", "msprvs", "srs0", "srs1", "btv1"];

/// Every address in a cleaned text.
pub(super) fn read(cleaned: &str) -> Reading {
    let text = decoded(cleaned);
    let mut reading = Reading::default();
    let mut behind_last = 0;
    for (at, _) in text.match_indices('@') {
        match around(&text, behind_last, at) {
            Ok((address, place)) => {
                reading.take(address);
                behind_last = place.end;
            }
            Err(fault) => reading.refuse(fault),
        }
    }
    if reading.values.is_empty() {
        reading.refuse(IdentifierError::Form);
    }
    reading
}

/// The address that a person typed: one, without words around it except a name before `<` or a label.
pub(super) fn typed(cleaned: &str) -> Result<String, IdentifierError> {
    let text = decoded(cleaned);
    let at = text.find('@').ok_or(IdentifierError::Form)?;
    let (address, place) = around(&text, 0, at)?;
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let is_named = before.ends_with('<')
        || before.contains("mail")
        || before.contains("почта")
        || before.contains("пошта");
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    match !is_named && has_words(before) || has_words(after) {
        true => Err(IdentifierError::Form),
        false => Ok(address),
    }
}

/// A text in lower case; if there is no @ in it, with those that were encoded.
fn decoded(text: &str) -> String {
    let lower = text.to_lowercase();
    match lower.contains('@') {
        true => lower,
        false => percent::decoded(&lower)
            .replace("\\u0040", "@")
            .replace("&#64;", "@"),
    }
}

/// Returns the address around the @ at a place, beginning no earlier than `from`, and where it is.
fn around(text: &str, from: usize, at: usize) -> Result<(String, Range<usize>), IdentifierError> {
    let local = local_part(&text[from..at], from > 0)?;
    let domain = mail_domain::begin_of(&text[at + 1..])?;
    let address = email::address(local, domain)?;
    Ok((address, at - local.len()..at + 1 + domain.len()))
}

/// The local part that a text ends with, which begins right after another address (`behind`) or at the beginning of a
/// cell.
fn local_part(text: &str, behind: bool) -> Result<&str, IdentifierError> {
    let before = text.trim_end_matches(is_of_local_part);
    let written = &text[before.len()..];
    let marked = written
        .rsplit_once(DASHES)
        .map_or(written, |(_, rest)| rest);
    let local = without_label(marked)?.trim_start_matches(DECORATION);
    let local = PYTHON
        .iter()
        .find_map(|begin| local.strip_prefix(begin))
        .unwrap_or(local);
    let is_of_page = before.ends_with(':')
        && !before.ends_with("mailto:")
        && written.strip_prefix("//") == Some(local);
    if is_of_page || local.ends_with('\'') || local.contains(FOREIGN) && !is_forwarded(local) {
        return Err(IdentifierError::LocalPart);
    }
    match local.len() == written.len() {
        true => behind_text(before, local, behind),
        false => Ok(local),
    }
}

/// The text after `key=`, if the key is a label, or nothing at all.
fn without_label(text: &str) -> Result<&str, IdentifierError> {
    let Some((key, value)) = text.rsplit_once('=') else {
        return Ok(text);
    };
    let word = key.rsplit(['&', '?', '/', '{']).next().unwrap_or(key);
    let is_empty = key.trim_start_matches(DECORATION).is_empty();
    match is_forwarded(text) {
        true => Ok(text),
        false if is_empty || is_label(word) => Ok(value),
        false => Err(IdentifierError::LocalPart),
    }
}

fn is_forwarded(local: &str) -> bool {
    let key = local.split('=').next().unwrap_or_default();
    key.len() < local.len() && FORWARDED.contains(&key)
}

fn is_label(word: &str) -> bool {
    LABELS.contains(&word)
        || ["mail", "почта", "пошта"]
            .iter()
            .any(|name| word.contains(name))
}

/// Returns the local part, if the text before it is something else.
fn behind_text<'t>(
    before: &str,
    local: &'t str,
    behind_address: bool,
) -> Result<&'t str, IdentifierError> {
    let doubt = Err(IdentifierError::LocalPart);
    if behind_address && is_behind_password(before) {
        return doubt;
    }
    match before.chars().next_back() {
        Some('@') => doubt,
        Some('\\') => behind_escapes(before, local),
        Some(':') if is_behind_host_or_address(before) => doubt,
        Some(' ') if ends_in_doubt(before.trim_end_matches(' ')) => doubt,
        _ => Ok(local),
    }
}

/// Returns whether the text after an address begins a password: a colon or hyphens, and no new entry of a list since.
fn is_behind_password(between: &str) -> bool {
    let begin = between.trim_start();
    let is_password = begin.starts_with(':') && !begin.starts_with("::") || begin.starts_with("--");
    is_password && !between.contains(ENDS_ENTRY)
}

/// Whether the last word has a page's host in it, as in `https://login:password@host`, or another @.
fn is_behind_host_or_address(before: &str) -> bool {
    let ends_word = |c: char| c.is_whitespace() || ENDS_ENTRY.contains(&c);
    let word = before.rsplit(ends_word).next().unwrap_or(before);
    let in_host = |host: &str| !host.contains(['/', '?', '#', '=']);
    word.contains('@')
        || word
            .split_once("://")
            .is_some_and(|(_, host)| in_host(host))
}

/// Whether a text before a blank may be the beginning of a local part: it ends in a Latin word that is not a label.
fn ends_in_doubt(text: &str) -> bool {
    let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let word = &text[text.trim_end_matches(is_of_word).len()..];
    let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
    text.ends_with(|c: char| c.is_ascii_alphanumeric()) && !is_number && !is_label(word)
}

/// Returns the local part without leading escapes `\n`, `\r` and `\t`.
fn behind_escapes<'t>(before: &str, local: &'t str) -> Result<&'t str, IdentifierError> {
    let is_escape = |escape: &str| matches!(escape, "" | "n" | "r" | "t");
    let begins = before.trim_start().trim_end_matches('\\');
    let is_escaped = begins.is_empty() || begins.starts_with('\\');
    match local.strip_prefix(['n', 'r', 't']) {
        Some(rest) if is_escaped && begins.split('\\').all(is_escape) => Ok(rest),
        _ => Err(IdentifierError::LocalPart),
    }
}

/// Whether a character may be in a local part, or shows by its place that the whole cannot be one.
const fn is_of_local_part(c: char) -> bool {
    c == '.' || email::is_atom_text(c) || !c.is_ascii() && !is_punctuation(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<String>, bool) {
        let reading = read(text);
        (reading.values, reading.fault.is_none())
    }

    #[test]
    fn text_around_an_address_is_not_part_of_it() {
        for text in [
            "=a.b@example.kz",
            "//a.b@example.kz/",
            "* a.b@example.kz",
            "`a.b@example.kz`",
            "{a.b@example.kz}",
            "['a.b@example.kz']",
            "[u'a.b@example.kz']",
            "b'a.b@example.kz'",
            "mailto://a.b@example.kz",
            "a.b&#64;example.kz",
            "[\"a.b@example.kz\"]",
            "•a.b@example.kz—",
            "Афина <A.B@example.kz>",
            "\"Smith, John\" <a.b@example.kz>",
            "mailto:a.b@example.kz?subject=x&body=y",
            "a.b%40example.kz",
            "mailto%3Aa.b%40example.kz",
            "a.b\\u0040example.kz",
            "https://example.com/?x=1&email=a.b@example.kz&y=2",
            "E-mail: a.b@example.kz",
            "email a.b@example.kz",
            "почта=a.b@example.kz;",
            "user[email]=a.b@example.kz",
            "mail='a.b@example.kz'",
            "Иванов a.b@example.kz",
            "87091234567 a.b@example.kz",
            "a.b@example.kz (мама)",
            "a.b@example.kz work",
            "a.b@example.kz. Тел.",
            "a.b@example.kz----secret",
            "a.b@example.kz---Qwe.rty1",
            "a.b@example.kz--secret1",
            "secret----a.b@example.kz",
            "a.b@example.kz:password1",
            "a.b@example.kz : 12345",
            "login:a.b@example.kz",
            "s:14:\"a.b@example.kz\";",
            "s:14:\\\"a.b@example.kz\\\";",
            "a:1:{s:4:\"mail\";s:14:\"a.b@example.kz\";}",
            "{\\\"email\\\":\\\"a.b@example.kz\\\"}",
            "\\na.b@example.kz\\n",
            "&lt;a.b@example.kz&gt;",
            "=HYPERLINK(\"mailto:a.b@example.kz\";\"a.b@example.kz\")",
        ] {
            assert_eq!(
                found(text),
                (vec!["a.b@example.kz".to_owned()], true),
                "{text}"
            );
        }
    }

    #[test]
    fn several_addresses_are_several() {
        let two = ["a@example.kz".to_owned(), "b@example.com".to_owned()];
        for between in [
            " ",
            ", ",
            ";",
            "|",
            "\n",
            "\t",
            "/",
            " / ",
            " и ",
            " және ",
            "<br>",
            ":::",
            "\\n",
            "\\r\\n",
            "&",
            "','",
            "\",\"",
            " (work), ",
            ":pass:word, ",
        ] {
            let text = format!("A@example.kz{between}b@example.com");
            assert_eq!(found(&text), (two.to_vec(), true), "{text}");
        }
    }

    #[test]
    fn an_address_of_two_things_is_refused() {
        for text in [
            "a@example.kz123",
            "a@example.kz_secret",
            "a@example.kzb@example.com",
            "a@@example.kz",
            "a@b@example.kz",
            "a b@example.kz",
            "ivan ivanov@example.kz",
            "a@ example.kz",
            "a @example.kz",
            "a@mail.example. kz",
            "a@mail.example .kz",
            "a@mail.exam_ple.kz",
            "a@example.kz-secret",
            "a@example.kz.Тел",
            "a@example.kzТел",
            "a@example.kz--pass.word",
            "dir/a@example.kz",
            "us***r@example.kz",
            "us?r@example.kz",
            "'a'@example.kz",
            "x=a@example.kz",
            "DOMAIN\\na@example.kz",
            "https://a@example.kz/",
            "https://a:b@example.kz/",
            "почтаa@example.kz",
            "logo@2x.png",
            "a@1.2.3.4",
            "\"q\"@example.kz",
            ".a@example.kz",
        ] {
            assert_eq!(found(text), (vec![], false), "{text}");
        }
    }

    #[test]
    fn a_person_types_one_address() {
        for text in [
            "A.B@example.kz",
            "<a.b@example.kz>.",
            "mailto:a.b@example.kz",
            "E-mail: a.b@example.kz;",
            "Афина <a.b@example.kz>",
        ] {
            assert_eq!(typed(text).as_deref(), Ok("a.b@example.kz"), "{text}");
        }
        for text in [
            "a@example.kz, b@example.kz",
            "a@example.kz;p",
            "a@example.kz:p",
            "a@example.kz----p",
            "login:a@example.kz",
            "x@u:p@example.kz",
        ] {
            assert!(typed(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_password_after_an_address_is_not_read() {
        for text in [
            "a@example.kz:b@example.com",
            "a@example.kz:x y@example.com",
            "a@example.kz ---- b@example.com",
            "a@example.kz:p@ss",
        ] {
            assert_eq!(
                found(text),
                (vec!["a@example.kz".to_owned()], false),
                "{text}"
            );
        }
    }

    #[test]
    fn what_an_address_may_have_in_it_stays() {
        for address in [
            "o'neil@example.kz",
            "a+tag@example.com",
            "_a-b_@mail-1.example.org",
            "r&d@example.kz",
            "a--b@ex--ample.kz",
            "prvs=0123456789=a@example.kz",
            "x@xn--e1afmkfd.xn--80ao21a",
        ] {
            assert_eq!(
                found(address),
                (vec![address.to_owned()], true),
                "{address}"
            );
        }
    }
}
