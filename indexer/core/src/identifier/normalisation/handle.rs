//! Whose profile is it? Telegram, Instagram and WhatsApp, by `@name` or a link.

use super::link::Link;
use super::origin::TypedBy;
use super::{IdentifierError, percent, phone};

const TELEGRAM: [&str; 2] = ["t.me", "telegram.me"];
const INSTAGRAM: &str = "instagram.com";
const WHATSAPP: &str = "wa.me";
const WHATSAPP_SENDERS: [&str; 2] = ["api.whatsapp.com", "web.whatsapp.com"];
/// Prefixes of Telegram's links that are not profiles, long enough to be taken for a name.
const NO_NAMES: [&str; 14] = [
    "addemoji",
    "addlist",
    "addstickers",
    "addtheme",
    "boost",
    "confirmphone",
    "contact",
    "giftcode",
    "invoice",
    "joinchat",
    "login",
    "proxy",
    "share",
    "socks",
];

/// Returns whether this host has the profiles of all users.
pub(super) fn is_messenger(host: &str) -> bool {
    TELEGRAM.contains(&host)
        || WHATSAPP_SENDERS.contains(&host)
        || [INSTAGRAM, WHATSAPP].contains(&host)
}

/// `telegram/NAME`, `instagram/NAME` or `whatsapp/+E164`, of a link or of the value itself; `@name` is Telegram's.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    if let Some(name) = cleaned.strip_prefix('@') {
        return telegram(name);
    }
    match normal_form(cleaned) {
        Some(profile) => profile,
        None => linked(cleaned),
    }
}

/// A profile that is written as its value, or in Telegram's own scheme.
fn normal_form(cleaned: &str) -> Option<Result<String, IdentifierError>> {
    let lower = cleaned.to_ascii_lowercase();
    let behind = |begin: &str| lower.strip_prefix(begin);
    behind("telegram/")
        .map(telegram)
        .or_else(|| behind("instagram/").map(instagram))
        .or_else(|| behind("whatsapp/+").map(whatsapp))
        .or_else(|| {
            behind("tg://resolve")
                .map(|rest| telegram(parameter(rest, "domain").unwrap_or_default()))
        })
}

fn linked(cleaned: &str) -> Result<String, IdentifierError> {
    let Link { host, rest } = Link::read(cleaned).map_err(|_| IdentifierError::Form)?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let path = rest[..end].trim_start_matches('/').trim_end_matches('/');
    match host.as_str() {
        host if TELEGRAM.contains(&host) => telegram_path(path),
        INSTAGRAM => instagram(path),
        WHATSAPP => whatsapp(path.strip_prefix('+').unwrap_or(path)),
        host if WHATSAPP_SENDERS.contains(&host) && path == "send" => {
            let number = percent::decoded(parameter(&rest, "phone").unwrap_or_default());
            whatsapp(number.trim_start().trim_start_matches('+'))
        }
        _ => Err(IdentifierError::Form),
    }
}

/// The value of a parameter after the `?` of a link.
fn parameter<'t>(rest: &'t str, name: &str) -> Option<&'t str> {
    let (_, query) = rest.split_once('?')?;
    let query = query.split('#').next()?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// `name`, a page of it (`s/name`), or one of its messages (`name/123`).
fn telegram_path(path: &str) -> Result<String, IdentifierError> {
    let path = path.strip_prefix("s/").unwrap_or(path);
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let name = match path.split_once('/') {
        Some((name, message)) if is_number(message) => name,
        _ => path,
    };
    telegram(name)
}

fn telegram(name: &str) -> Result<String, IdentifierError> {
    let name = name.to_ascii_lowercase();
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let begins = name.starts_with(|c: char| c.is_ascii_lowercase());
    let is_name = begins && (4..=32).contains(&name.len()) && name.bytes().all(is_of_name);
    match is_name && !NO_NAMES.contains(&name.as_str()) {
        true => Ok(format!("telegram/{name}")),
        false => Err(IdentifierError::Form),
    }
}

fn instagram(name: &str) -> Result<String, IdentifierError> {
    let name = name.to_ascii_lowercase();
    let is_of_name = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'.')
    };
    match (1..=30).contains(&name.len()) && name.bytes().all(is_of_name) {
        true => Ok(format!("instagram/{name}")),
        false => Err(IdentifierError::Form),
    }
}

/// The account of a number with its country code, without plus.
fn whatsapp(digits: &str) -> Result<String, IdentifierError> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = is_number.then(|| phone::dialled(digits, true, TypedBy::Dump));
    match number {
        Some(Some(number)) => Ok(format!("whatsapp/{number}")),
        Some(None) => Err(IdentifierError::NotPossible),
        None => Err(IdentifierError::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_has_one_value_in_all_its_links() {
        for (value, texts) in [
            (
                "telegram/name_1",
                &[
                    "@Name_1",
                    "t.me/name_1",
                    "https://t.me/Name_1/",
                    "http://telegram.me/name_1?start=x",
                    "t.me/s/name_1",
                    "https://t.me/name_1/25",
                    "tg://resolve?domain=Name_1&start=x",
                    "telegram/name_1",
                ][..],
            ),
            (
                "instagram/na.me_1",
                &[
                    "instagram.com/Na.me_1",
                    "https://www.instagram.com/na.me_1/?igsh=x",
                    "instagram/na.me_1",
                ],
            ),
            (
                "whatsapp/+77091234567",
                &[
                    "wa.me/77091234567",
                    "https://wa.me/+77091234567?text=x",
                    "https://api.whatsapp.com/send?phone=77091234567&text=x",
                    "https://api.whatsapp.com/send/?text=x&phone=%2B77091234567",
                    "whatsapp/+77091234567",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(normalise(text).as_deref(), Ok(value), "{text}");
            }
        }
    }

    #[test]
    fn what_names_no_profile_is_refused() {
        for text in [
            "name",
            "@abc",
            "@1name",
            "@имя_1",
            "t.me/+AbCdEf123",
            "t.me/joinchat/AbC",
            "https://t.me/share/url?url=x",
            "t.me/c/1234/5",
            "t.me",
            "instagram.com/p/Cabc",
            "instagram.com",
            "wa.me/message/ABC",
            "wa.me/12",
            "https://api.whatsapp.com/send?text=x",
            "https://example.kz/name",
            "name@example.kz",
        ] {
            assert!(normalise(text).is_err(), "{text}");
        }
    }
}
