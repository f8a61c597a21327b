//! Which character does an escape of JSON, SQL, HTML or a URL stand for?

/// Returns the character of the escape with which `text` begins, and the escape's length in bytes. An escape within
/// an escape, as in JSON that was written to SQL, stands for the same.
pub(super) fn escape(text: &str) -> Option<(char, usize)> {
    match text.as_bytes().first()? {
        b'\\' => backslash(text),
        b'&' => entity(text),
        b'%' => percent(text),
        _ => None,
    }
}

/// `\u0040`, `\x40`, `\n`, `\"`, with any number of backslashes.
fn backslash(text: &str) -> Option<(char, usize)> {
    let rest = text.trim_start_matches('\\');
    let slashes = text.len() - rest.len();
    let (kind, code) = rest.split_at_checked(1)?;
    let (c, length) = match kind {
        "u" => (hexadecimal(code, 4)?, 5),
        "x" => (hexadecimal(code, 2)?, 3),
        "n" | "r" => ('\n', 1),
        "t" => ('\t', 1),
        "\"" | "'" | "/" | "`" => (kind.chars().next()?, 1),
        _ => return None,
    };
    Some((
        if c.is_control() && c != '\t' { '\n' } else { c },
        slashes + length,
    ))
}

/// Returns the character of hexadecimal `digits`; half of a surrogate pair is invisible.
fn hexadecimal(text: &str, digits: usize) -> Option<char> {
    let code = text.get(..digits)?;
    let number = u32::from_str_radix(code, 16)
        .ok()
        .filter(|_| !code.starts_with('+'))?;
    Some(char::from_u32(number).unwrap_or('\u{200b}'))
}

/// The named characters that may be in or next to an identifier.
const NAMED: [(&str, char); 14] = [
    ("nbsp;", ' '),
    ("commat;", '@'),
    ("lt;", '<'),
    ("gt;", '>'),
    ("quot;", '"'),
    ("apos;", '\''),
    ("plus;", '+'),
    ("period;", '.'),
    ("lowbar;", '_'),
    ("hyphen;", '-'),
    ("ndash;", '-'),
    ("lpar;", '('),
    ("rpar;", ')'),
    ("shy;", '\u{ad}'),
];

/// `&#64;`, `&#x40;`, `&commat;`, and the same after `&amp;`.
fn entity(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('&')?;
    let name = rest.trim_start_matches("amp;");
    let before = text.len() - name.len();
    if let Some((name, c)) = NAMED.iter().find(|(named, _)| name.starts_with(named)) {
        return Some((*c, before + name.len()));
    }
    let number = name.strip_prefix('#');
    let end = number.and_then(|number| number.bytes().take(8).position(|byte| byte == b';'));
    match (number, end) {
        (Some(number), Some(end)) => {
            let digits = &number[..end];
            let code = match digits.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => digits.parse(),
            };
            let c = char::from_u32(code.ok()?)?;
            Some((if c.is_control() { '\n' } else { c }, before + 1 + end + 1))
        }
        _ => (before > 1).then_some(('&', before)),
    }
}

/// `%40`, and the same after `%25`. Letters and digits are never written so.
fn percent(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix('%')?;
    let code = rest.trim_start_matches("25");
    let c = hexadecimal(code, 2).filter(|c| c.is_ascii_punctuation() || *c == ' ')?;
    Some((c, text.len() - code.len() + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escape_stands_for_one_character_however_often_it_was_escaped() {
        for (text, c) in [
            ("\\u0040", '@'),
            ("\\\\u0040", '@'),
            ("\\x40", '@'),
            ("\\\"", '"'),
            ("\\\\\\'", '\''),
            ("\\n", '\n'),
            ("&#64;", '@'),
            ("&#x40;", '@'),
            ("&amp;#64;", '@'),
            ("&nbsp;", ' '),
            ("&amp;", '&'),
            ("%40", '@'),
            ("%2540", '@'),
            ("%2B", '+'),
        ] {
            assert_eq!(escape(text), Some((c, text.len())), "{text}");
        }
        for other in [
            "\\", "\\d", "\\u004", "\\u00é0", "&", "&#;", "&#64", "%", "%4", "%41", "%é",
        ] {
            assert_eq!(escape(other), None, "{other}");
        }
    }
}
