//! Which domain is after this @? Ambiguous texts are refused.

use super::{IdentifierError, email};

/// Separator of address and password in many lists.
pub(super) const DASHES: &str = "---";
/// Characters after a domain which show that it continues.
const GOES_ON: &[char] = &['@', '_', '+', '$', '%', '^'];
/// Top-level domains in Cyrillic letters.
const CYRILLIC: [&str; 17] = [
    "қаз",
    "рф",
    "бел",
    "укр",
    "мкд",
    "срб",
    "мон",
    "бг",
    "ею",
    "рус",
    "дети",
    "онлайн",
    "сайт",
    "орг",
    "ком",
    "москва",
    "католик",
];

/// The domain that a text begins with.
pub(super) fn begin_of(text: &str) -> Result<&str, IdentifierError> {
    let end = text.find(|c| !is_of_domain(c)).unwrap_or(text.len());
    let (written, rest) = text.split_at(end);
    if let Some(dashes) = written.find(DASHES) {
        return Ok(&written[..dashes]);
    }
    if rest.starts_with(GOES_ON) || goes_on_behind_blank(written, rest) {
        return Err(IdentifierError::Domain);
    }
    let domain = before_two_dashes(written.trim_end_matches(['.', '-']))?;
    match ends_in_note(domain) {
        true => Err(IdentifierError::Domain),
        false => Ok(domain),
    }
}

/// Whether a word of another script may follow a domain without a blank: `example.kz.Тел`, `example.kzТел`.
fn ends_in_note(domain: &str) -> bool {
    let (rest, last) = domain.rsplit_once('.').unwrap_or(("", domain));
    let is_mixed = last.contains(|c: char| c.is_ascii_alphanumeric());
    let is_behind_domain = rest.is_ascii() && email::is_domain(rest);
    !last.is_ascii() && (is_mixed || is_behind_domain && !CYRILLIC.contains(&last))
}

/// Whether a blank is in the middle of a domain: `mail.example. kz`, `mail.example .kz`.
fn goes_on_behind_blank(written: &str, rest: &str) -> bool {
    let Some(rest) = rest.strip_prefix(' ') else {
        return false;
    };
    let ends = |c: char| !c.is_ascii_alphanumeric();
    let word = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let may_end_domain = (2..=3).contains(&word.len());
    rest.strip_prefix('.')
        .is_some_and(|rest| rest.starts_with(|c| !ends(c)))
        || written.ends_with('.') && may_end_domain
}

/// The domain without two hyphens and a password after it. A label may contain two hyphens, too: text that allows both
/// readings is refused.
fn before_two_dashes(written: &str) -> Result<&str, IdentifierError> {
    let Some((domain, _)) = written.split_once("--") else {
        return Ok(written);
    };
    let is_whole = email::is_domain(written);
    let is_cut = !domain.ends_with("xn") && email::is_domain(domain);
    match (is_whole, is_cut) {
        (true, true) => Err(IdentifierError::Domain),
        (false, true) => Ok(domain),
        _ => Ok(written),
    }
}

const fn is_of_domain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-') || !c.is_ascii() && !is_punctuation(c)
}

/// White space, quotes, dashes, bullets and other signs beyond ASCII that are in no word.
pub(super) const fn is_punctuation(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{bf}' | '\u{1680}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{3001}' | '\u{3008}'..='\u{3011}')
}
