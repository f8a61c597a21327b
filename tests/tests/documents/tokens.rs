use std::collections::BTreeMap;

/// Texts that differ from run to run, such as the names of generations: as a document shows them, and as they are.
#[derive(Default)]
pub(super) struct Tokens {
    as_shown: BTreeMap<String, String>,
}

impl Tokens {
    /// Notes what the document's line shows in place of what was printed, if both have the same classes of them in the
    /// same order.
    pub(super) fn learn(&mut self, shown: &str, printed: &str) {
        let (shown, printed) = (classified(shown), classified(printed));
        let classes = |tokens: &[(&'static str, &str)]| -> Vec<&'static str> {
            tokens.iter().map(|(class, _)| *class).collect()
        };
        if classes(&shown) != classes(&printed) {
            return;
        }
        for ((_, shown), (_, printed)) in shown.into_iter().zip(printed) {
            let is_taken = self.as_shown.values().any(|one| one == shown);
            if !is_taken {
                let new = self.as_shown.entry(printed.to_owned());
                new.or_insert_with(|| shown.to_owned());
            }
        }
    }

    /// Text as the document shows it.
    pub(super) fn shown(&self, printed: &str) -> String {
        let shown = |token: &str| self.as_shown.get(token).cloned();
        replaced(printed, shown)
    }

    /// Text of the document as it is meant here.
    pub(super) fn meant(&self, shown: &str) -> String {
        let meant = |token: &str| {
            let mut all = self.as_shown.iter();
            let pair = all.find(|(_, one)| *one == token);
            pair.map(|(printed, _)| printed.clone())
        };
        replaced(shown, meant)
    }
}

fn replaced(text: &str, replacement: impl Fn(&str) -> Option<String>) -> String {
    let replace = |token: &str| replacement(token).unwrap_or_else(|| token.to_owned());
    split(text).into_iter().map(replace).collect()
}

/// The text cut where letters, digits, `-`, `+`, `/` begin and end.
fn split(text: &str) -> Vec<&str> {
    let is_inside = |letter: char| letter.is_ascii_alphanumeric() || "-+".contains(letter);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (place, letter) in text.char_indices() {
        if before.is_some_and(|before| before != is_inside(letter)) {
            pieces.push(&text[start..place]);
            start = place;
        }
        before = Some(is_inside(letter));
    }
    pieces.push(&text[start..]);
    pieces
}

/// The tokens of a line that differ from run to run, each with what it is.
fn classified(line: &str) -> Vec<(&'static str, &str)> {
    let tokens = split(line).into_iter();
    tokens
        .filter_map(|token| class(token).map(|class| (class, token)))
        .collect()
}

/// What a token is, if it differs from run to run.
fn class(token: &str) -> Option<&'static str> {
    let is_hex = |text: &str| {
        text.bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let has_form = |form: &str| {
        let fits = |(byte, form): (u8, u8)| match form {
            b'9' => byte.is_ascii_digit(),
            b'f' => is_hex(char::from(byte).encode_utf8(&mut [0; 4])),
            other => byte == other,
        };
        token.len() == form.len() && token.bytes().zip(form.bytes()).all(fits)
    };
    match token.len() {
        24 if has_form("99999999-999999-ffffffff") => Some("generation"),
        10 if has_form("9999-99-99") => Some("day"),
        32 | 64 if is_hex(token) => Some("key, digest or root"),
        16 if token.bytes().all(|byte| byte.is_ascii_hexdigit()) => Some("release key id"),
        _ => None,
    }
}
