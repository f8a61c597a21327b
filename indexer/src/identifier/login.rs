use unicode_normalization::UnicodeNormalization;

use super::IdentifierError;

/// Lower case, 3 to 64 characters, no white space.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    // Lower-casing can take a text out of NFKC: İ becomes i and a combining dot.
    let login: String = cleaned.to_lowercase().nfkc().collect();
    if login.chars().any(char::is_whitespace) {
        return Err(IdentifierError::Characters);
    }
    if !(3..=64).contains(&login.chars().count()) {
        return Err(IdentifierError::Length);
    }
    Ok(login)
}
