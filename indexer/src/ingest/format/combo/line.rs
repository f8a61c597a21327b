//! Which fields does this line of a list have?

use std::borrow::Cow;

use super::Entry;
use super::account::{is_email, is_unknown, number};
use super::page::{self, Page};

/// Separators of any two fields.
const SEPARATORS: [char; 4] = [':', ';', '|', '\t'];

/// Characters that also end an account that is known by its form.
const MARKS: &str = ":;|\t ,=/\\#~>&*";

/// Characters that may surround a separator.
const BESIDE: [char; 7] = [' ', '\t', ':', ';', '|', ',', '>'];

/// Maximum number of characters of a number with blanks.
const NUMBER: usize = 24;

/// The accounts and the password of a line; `separator` follows a login, if it is stated.
pub(super) fn entry<'l>(line: &'l str, separator: Option<&str>) -> Option<Entry<'l>> {
    let line = without_number(line.trim_end_matches(['\r', '\n']));
    let entry = match page::in_line(line) {
        Some(page) => with_page(line, &page, separator),
        None => pair(line, separator).filter(|_| !page::is_part(line)),
    }?;
    let entry = without_unknown(entry);
    entry.filter(|entry| !entry.accounts.iter().any(|account| page::is_part(account)))
}

/// Returns the line without quotes, if all its fields are quoted.
pub(super) fn unquoted(line: &str) -> Cow<'_, str> {
    let text = line.trim();
    let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
        return Cow::Borrowed(line);
    };
    let inner = text
        .strip_prefix(quote)
        .and_then(|text| text.strip_suffix(quote));
    let joined = inner.and_then(|inner| {
        let mut separators = SEPARATORS.into_iter().chain([',']);
        separators.find_map(|separator| {
            let joint = format!("{quote}{separator}{quote}");
            let is_joined = inner.contains(&joint);
            is_joined.then(|| inner.replace(&joint, &separator.to_string()))
        })
    });
    joined.map_or(Cow::Borrowed(line), Cow::Owned)
}

/// A line without the number or mark that it may have in a list: `[12] `, `12) `, `- `, or `12:` before an address.
fn without_number(line: &str) -> &str {
    let text = line.trim_start();
    if let Some(rest) = behind_count(text) {
        return rest;
    }
    let inner = text.strip_prefix(['[', '(', '#']).unwrap_or(text);
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let rest = inner[digits..].trim_start_matches([']', ')', '.']);
    let is_numbered =
        (1..8).contains(&digits) && (rest.len() < inner.len() - digits || text.starts_with('#'));
    let marked = text.strip_prefix(['-', '*', '•', '>']);
    let unmarked = match is_numbered {
        true => Some(rest),
        false => marked,
    };
    // A digit after the number makes it a telephone number: (709) 000 00 01.
    let behind = unmarked
        .filter(|rest| rest.starts_with([' ', '\t']))
        .map(str::trim_start);
    behind
        .filter(|rest| !rest.starts_with(|c: char| c.is_ascii_digit() && is_numbered))
        .unwrap_or(line)
}

/// Returns the text after a number of few digits and a separator, if it begins with an address: such a number is not a
/// login.
fn behind_count(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(SEPARATORS)?.trim_start();
    ((1..8).contains(&digits) && behind_address(rest).is_some()).then_some(rest)
}

fn with_page<'l>(line: &'l str, page: &Page, separator: Option<&str>) -> Option<Entry<'l>> {
    let before = line[..page.begin].trim_matches(BESIDE);
    let entry = if before.trim_matches(['"', '-', '[', '(', ' ']).is_empty() {
        behind(&line[page.begin..], page, 2).and_then(|rest| pair(rest, separator))
    } else {
        // Page last, or else between account and password.
        match pair(before, separator).filter(|pair| pair.password.is_some()) {
            Some(pair) => Some(pair),
            None => Some(Entry {
                accounts: vec![before.trim()],
                password: behind(&line[page.begin..], page, 1).filter(|rest| !rest.is_empty()),
                has_page: true,
            }),
        }
    };
    let entry = entry.or_else(|| {
        page::user_info(&line[page.begin..]).map(|(account, password)| Entry {
            accounts: vec![account],
            password: Some(password),
            has_page: true,
        })
    });
    entry.map(|entry| Entry {
        has_page: true,
        ..entry
    })
}

/// Returns the text after the page that `text` begins with, with at least `fields` fields.
fn behind<'l>(text: &'l str, page: &Page, fields: usize) -> Option<&'l str> {
    let authority = &text[page.scheme..];
    let blank = authority.find([' ', '\t', '"']);
    let bounded = &authority[..blank.unwrap_or(authority.len())];
    let known = page::known_account(authority).filter(|_| fields > 1);
    if let Some(begin) = known {
        return Some(&authority[begin..]);
    }
    match page::end(bounded, fields) {
        // A blank in the rest belongs to the password.
        Some(end) => Some(&authority[end..]),
        None => {
            let rest = authority[blank?..]
                .trim_start_matches('"')
                .trim_start_matches(BESIDE);
            let rest = rest
                .strip_prefix("- ")
                .or(rest.strip_prefix("-> "))
                .unwrap_or(rest);
            (!rest.is_empty()).then_some(rest)
        }
    }
}

/// Account and password; the password may hold separators, too.
fn pair<'l>(text: &'l str, separator: Option<&str>) -> Option<Entry<'l>> {
    let (account, rest) = split(text, separator)?;
    let account = account.trim();
    let mut entry = Entry {
        accounts: vec![account],
        password: Some(rest),
        has_page: false,
    };
    if rest.contains('@') {
        take_addresses(&mut entry, rest);
    }
    entry.password = entry.password.filter(|password| !password.is_empty());
    Some(entry)
}

/// Takes the e-mail addresses out of a password.
fn take_addresses<'l>(entry: &mut Entry<'l>, rest: &'l str) {
    let mut begin = 0;
    let mut password = None;
    for piece in rest.split(|c: char| SEPARATORS.contains(&c) || matches!(c, ' ' | ',')) {
        let end = begin + piece.len();
        if is_address(piece) {
            entry.accounts.push(piece);
            // The password is the text before it or, if there is none, the text after it.
            let before = rest[..begin].trim_end_matches(BESIDE);
            password.get_or_insert(match before {
                "" => rest[end..].trim_start_matches(BESIDE),
                before => before,
            });
        }
        begin = (end + 1).min(rest.len());
        while !rest.is_char_boundary(begin) {
            begin += 1;
        }
    }
    let Some(found) = password else {
        return;
    };
    entry.password = Some(found);
    // If the second of two fields is the address, the first is its password.
    let first = entry.accounts[0];
    if found.is_empty() && !is_email(first) && number(first).is_none() {
        entry.accounts.remove(0);
        entry.password = Some(first);
    }
    let mut place = 0;
    entry.accounts.retain(|_| {
        place += 1;
        place <= 8
    });
    entry.accounts.dedup();
}

/// Whether a piece of a password is an e-mail address rather than a password with an @, such as `P@ss.kz`.
fn is_address(piece: &str) -> bool {
    let local = piece.find('@').unwrap_or(0);
    local > 1 && is_email(piece)
}

/// Splits a line at the separator of account and password.
fn split<'l>(text: &'l str, separator: Option<&str>) -> Option<(&'l str, &'l str)> {
    known(text).or_else(|| {
        let stated = separator.and_then(|separator| text.split_once(separator));
        stated.or_else(|| behind_login(text))
    })
}

/// Splits a line that begins with an address or a number.
fn known(text: &str) -> Option<(&str, &str)> {
    behind_address(text).or_else(|| behind_number(text))
}

fn behind_address(text: &str) -> Option<(&str, &str)> {
    let at = text.find('@')?;
    let domain = &text[at + 1..];
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let end = domain.find(|c: char| !is_domain(c)).unwrap_or(domain.len());
    let dashes = domain[..end].find("--").unwrap_or(end);
    let (address, rest) = text.split_at(at + 1 + dashes);
    let is_marked = rest.starts_with("--") || rest.starts_with(|c: char| MARKS.contains(c));
    let address_alone = address.trim_start();
    (is_marked && !address_alone.contains(SEPARATORS) && is_email(address_alone))
        .then(|| (address, without_mark(rest)))
}

/// Returns the text after the separator that `rest` begins with. Blanks on both sides of it do not belong to the
/// password.
fn without_mark(rest: &str) -> &str {
    let unblanked = rest.trim_start_matches(' ');
    let first = unblanked.chars().next().unwrap_or_default();
    let is_blank = unblanked.len() < rest.len();
    if is_blank && !(MARKS.contains(first) || first == '-') {
        return &rest[1..];
    }
    let behind = match first {
        '-' => unblanked.trim_start_matches('-'),
        _ => unblanked.get(first.len_utf8()..).unwrap_or_default(),
    };
    match is_blank {
        // A mark without a blank after it is part of the password.
        true if !behind.starts_with([' ', '\t']) && !SEPARATORS.contains(&first) => &rest[1..],
        true => behind.trim_start_matches([' ', '\t', '>']),
        false => behind,
    }
}

fn behind_number(text: &str) -> Option<(&str, &str)> {
    if !text
        .trim_start()
        .starts_with(|c: char| c.is_ascii_digit() || "+(".contains(c))
    {
        return None;
    }
    let is_number = |place: &usize| number(text[..*place].trim()).is_some();
    let separated = text.find(SEPARATORS).filter(|place| is_number(place));
    let end = separated.or_else(|| {
        let places = text.match_indices([' ', ',']).map(|(place, _)| place);
        let places = places.take_while(|place| *place <= NUMBER);
        places.filter(|place| is_number(place)).last()
    })?;
    Some((&text[..end], without_mark(&text[end..])))
}

fn behind_login(text: &str) -> Option<(&str, &str)> {
    let place = text.find(SEPARATORS).or_else(|| {
        text.trim_start()
            .find(' ')
            .map(|place| place + text.len() - text.trim_start().len())
    });
    let place = place.or_else(|| text.find(','))?;
    let (login, rest) = text.split_at(place);
    match login.ends_with(' ') {
        true => Some((login, without_mark(&text[login.trim_end().len()..]))),
        false => Some((login, without_mark(rest))),
    }
}

/// Returns the entry without placeholders for unknown logins; `None` if it identifies nobody.
fn without_unknown(mut entry: Entry<'_>) -> Option<Entry<'_>> {
    let is_unnamed = entry
        .accounts
        .iter()
        .all(|account| account.trim().is_empty());
    entry.accounts.retain(|account| !is_unknown(account));
    let has_password = entry.has_page && entry.password.is_some();
    (!is_unnamed || has_password).then_some(entry)
}

/// Returns the mark after the address or number that a line begins with.
pub(in crate::ingest) fn separator(line: &[u8]) -> Option<char> {
    let line = std::str::from_utf8(line).ok()?;
    let (account, _) = known(line)?;
    line[account.len()..].chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Accounts and password of a line.
    fn parts(line: &str) -> String {
        match entry(&unquoted(line), None) {
            Some(entry) => format!(
                "{} {}",
                entry.accounts.join("+"),
                entry.password.unwrap_or("-")
            ),
            None => "none".to_owned(),
        }
    }

    #[test]
    fn a_pair_is_split_after_its_account() {
        for (line, expected) in [
            ("a@example.kz:p;w", "a@example.kz p;w"),
            ("a@example.kz;p:w", "a@example.kz p:w"),
            (" a@example.kz : p w", "a@example.kz p w"),
            ("a@example.kz -secret", "a@example.kz -secret"),
            ("a@example.kz: p", "a@example.kz  p"),
            ("a@example.kz----p--w", "a@example.kz p--w"),
            ("a@example.kz", "none"),
            ("+7 709 000 00 01:x:y", "+7 709 000 00 01 x:y"),
            ("8 709 000 00 01 x y", "8 709 000 00 01 x y"),
            ("87090000001|x", "87090000001 x"),
            ("[12] a@example.kz:p", "a@example.kz p"),
            ("12) a@example.kz:p", "a@example.kz p"),
            ("- a@example.kz:p", "a@example.kz p"),
            ("12:a@example.kz:p", "a@example.kz p"),
            ("12\ta@example.kz\tp", "a@example.kz p"),
            ("123456:a.b@example.kz", "a.b@example.kz 123456"),
            ("\"a@example.kz\":\"p\"", "a@example.kz p"),
            ("\"ivan\";\"p\"", "ivan p"),
            ("'ivan':'p'", "ivan p"),
            ("+7 (709) 000 00 01:p", "+7 (709) 000 00 01 p"),
            ("12345 p", "12345 p"),
            ("ivan:p;w", "ivan p;w"),
            ("ivan;p:w", "ivan p:w"),
            ("ivan p", "ivan p"),
            ("ivan,p", "ivan p"),
            ("ivan:", "ivan -"),
            ("ivan", "none"),
            (":q", "none"),
            ("UNKNOWN:q", " q"),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
        let stated = entry("ivan:1;x", Some(";")).map(|entry| entry.accounts);
        assert_eq!(stated, Some(vec!["ivan:1"]));
    }

    #[test]
    fn an_address_is_in_no_login_and_no_password() {
        for (line, expected) in [
            ("nick:a.b@example.kz:p:w", "nick+a.b@example.kz p:w"),
            ("p:a.b@example.kz", "a.b@example.kz p"),
            ("nick:p:a.b@example.kz", "nick+a.b@example.kz p"),
            ("87090000001:a.b@example.kz", "87090000001+a.b@example.kz -"),
            ("a.b@example.kz:P@ss.kz", "a.b@example.kz P@ss.kz"),
            ("a.b@example.kz:a.b@example.kz", "a.b@example.kz -"),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
    }

    #[test]
    fn a_page_is_recognised_wherever_it_is() {
        for (line, expected) in [
            ("https://x.kz/a:ivan:p", "ivan p"),
            ("https://x.kz/a:ivan:p:w", "ivan p:w"),
            ("https://x.kz:ivan:p", "ivan p"),
            ("https://x.kz:8443:ivan:p", "ivan p"),
            ("https://x.kz:8443/a:ivan:p", "ivan p"),
            ("http://10.0.0.1:8080:admin:12345", "admin 12345"),
            ("https://x.kz:12345:p", "12345 p"),
            ("https://x.kz:87090000001:p", "87090000001 p"),
            ("https://x.kz/a:b/c?d=e:f@example.kz:p", "f@example.kz p"),
            ("https://x.kz/a:b/c:ivan:p", "ivan p"),
            ("https://x.kz/a;s=1|ivan|p:w", "ivan p:w"),
            ("https://x.kz/a;s=1:ivan:p", "ivan p"),
            ("https://x.kz/;ivan;p|w", "ivan p|w"),
            ("https://x.kz/\tivan\tp", "ivan p"),
            ("https://x.kz/ ivan p", "ivan p"),
            ("https://x.kz/ ivan:p w", "ivan p w"),
            ("https://x.kz:8080 ivan:p", "ivan p"),
            ("https://x.kz/a | ivan | p", "ivan p"),
            ("https://x.kz/a - ivan:p", "ivan p"),
            ("https://x.kz/,ivan,p", "ivan p"),
            ("HTTPS://X.KZ/:a@example.kz:p", "a@example.kz p"),
            ("android://aB-c_d==@kz.example.app/:ivan:p", "ivan p"),
            ("android://aB-c_d==@kz.example.app:ivan:p", "ivan p"),
            ("ivan:p:https://x.kz/a:b", "ivan p"),
            ("a@example.kz|p|https://x.kz:8080/", "a@example.kz p"),
            ("ivan:https://x.kz/a:p", "ivan p"),
            ("ivan p https://x.kz", "ivan p"),
            ("x.example.com/login:ivan:p", "ivan p"),
            ("x.example.com:ivan:p", "ivan p"),
            ("www.x.kz:8080/a:ivan:p", "ivan p"),
            ("10.0.0.1:8080:admin:p", "admin p"),
            ("ivan.petrov:p:w", "ivan.petrov p:w"),
            ("https://ivan:p@x.kz/a", "ivan p"),
            ("https://x.kz/a:UNKNOWN:p", " p"),
            ("https://x.kz/a:ivan:", "ivan -"),
            ("https://x.kz/a::p", " p"),
            ("https://x.kz/a|f@example.kz:p", "f@example.kz p"),
            ("https://x.kz/a:f@example.kz\tp", "f@example.kz p"),
            ("https://x.kz/a:ivan:p/q:w:x", "ivan p/q:w:x"),
            ("https://x.kz/a", "none"),
            ("https://x.kz/a:ivan", "none"),
            ("https:", "none"),
            ("www.x.kz/a:p", "none"),
        ] {
            assert_eq!(parts(line), expected, "{line}");
        }
    }
}
