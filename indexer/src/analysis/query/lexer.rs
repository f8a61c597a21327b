use super::{Comparison, Problem};

/// Prefixes of words with a colon.
pub(super) const PREFIXES: [&str; 5] = ["breach:", "kind:", "class:", "status:", "type:"];

/// A token of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Word(&'a str),
    Open,
    Close,
    Or,
    And,
    Without,
    Not,
    Compare(Comparison),
    End,
}

/// A token and the number of characters before it.
pub(super) type TokenAt<'a> = (usize, Token<'a>);

/// Returns whether a character can be in a word.
pub(super) const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':')
}

/// Returns whether a character can be between words.
pub(super) const fn is_sign(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '(' | ')' | '|' | '&' | '-' | '!' | '<' | '=' | '>'
    )
}

/// Splits an expression into tokens; the last is [`Token::End`].
pub(super) fn tokens(text: &str) -> Result<Vec<TokenAt<'_>>, (usize, Problem)> {
    let mut tokens = Vec::new();
    let (mut rest, mut at) = (text, 0);
    loop {
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t', '\n']).len();
        rest = &rest[blanks..];
        at += blanks;
        let (token, length) =
            token(rest).ok_or((at, Problem::Expected("a word, a sign or a parenthesis")))?;
        tokens.push((at, token));
        if token == Token::End {
            return Ok(tokens);
        }
        // Tokens are ASCII: as many characters as bytes.
        rest = &rest[length..];
        at += length;
    }
}

/// Returns the token that a text begins with, and its length.
fn token(text: &str) -> Option<(Token<'_>, usize)> {
    let Some(first) = text.chars().next() else {
        return Some((Token::End, 0));
    };
    if first.is_ascii_alphanumeric() {
        let length = text.find(|c| !is_word(c)).unwrap_or(text.len());
        return Some((Token::Word(&text[..length]), length));
    }
    let comparisons = Comparison::ALL
        .into_iter()
        .filter(|one| text.starts_with(one.sign()));
    // `<=` before `<`.
    if let Some(comparison) = comparisons.max_by_key(|one| one.sign().len()) {
        return Some((Token::Compare(comparison), comparison.sign().len()));
    }
    let sign = match first {
        '(' => Token::Open,
        ')' => Token::Close,
        '|' => Token::Or,
        '&' => Token::And,
        '-' => Token::Without,
        '!' => Token::Not,
        _ => return None,
    };
    Some((sign, 1))
}
