use unicode_normalization::UnicodeNormalization;

use super::IdentifierError;

/// Prefixes of profile addresses of Telegram and Instagram.
const PROFILES: [&str; 4] = [
    "t.me/",
    "telegram.me/",
    "instagram.com/",
    "www.instagram.com/",
];

/// Lower case, 3 to 64 characters, no white space; `@name` and `https://t.me/name` are the name.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    // Lower-casing can take a text out of NFKC: İ becomes i and a combining dot.
    let lower: String = cleaned.to_lowercase().nfkc().collect();
    let login = handle(&lower).unwrap_or(&lower);
    if login.chars().any(char::is_whitespace) {
        return Err(IdentifierError::Characters);
    }
    if !(3..=64).contains(&login.chars().count()) {
        return Err(IdentifierError::Length);
    }
    Ok(login.to_owned())
}

/// The name in an @name or in a profile's address, which has nothing else after it.
fn handle(login: &str) -> Option<&str> {
    let name = login.strip_prefix('@').or_else(|| {
        let address = login
            .strip_prefix("https://")
            .or_else(|| login.strip_prefix("http://"));
        let address = address.unwrap_or(login);
        let name = PROFILES
            .iter()
            .find_map(|profile| address.strip_prefix(profile))?;
        Some(name.strip_suffix('/').unwrap_or(name))
    })?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::normalise;

    #[test]
    fn a_profile_s_address_and_an_at_sign_are_not_part_of_a_login() {
        for text in [
            "user_1",
            "@User_1",
            "t.me/user_1",
            "https://t.me/user_1",
            "https://www.instagram.com/user_1/",
        ] {
            assert_eq!(normalise(text).as_deref(), Ok("user_1"), "{text}");
        }
        for other in [
            "@user@host",
            "@имя",
            "t.me/+user",
            "https://t.me/s/user",
            "https://example.kz/user",
            "user@",
        ] {
            assert_eq!(normalise(other).as_deref(), Ok(other), "{other}");
        }
    }
}
