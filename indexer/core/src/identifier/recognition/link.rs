//! Is a text a link or a host, and to what?

use super::misreading::is_broken_address;
use super::{Kind, has_known_suffix, is_marked, normalise};

/// What a text links to.
pub(super) enum Link {
    /// A page or a profile: the text has a scheme, a bracketed dot, or something after its host.
    Marked,
    /// A host that is written as some logins are.
    Host,
}

/// The link that a cleaned text is.
pub(super) fn link(cleaned: &str) -> Option<Link> {
    if cleaned.contains(char::is_whitespace) {
        return None;
    }
    if is_marked(cleaned) || begins_telegram(cleaned) || has_path(cleaned) {
        return Some(Link::Marked);
    }
    let is_site =
        || normalise(Kind::Site, cleaned).is_ok_and(|site| has_known_suffix(site.value()));
    let is_host = is_host(cleaned) && is_site() && !is_broken_address(&cleaned.to_lowercase());
    is_host.then_some(Link::Host)
}

fn begins_telegram(cleaned: &str) -> bool {
    let begin = cleaned.get(.."tg://".len());
    begin.is_some_and(|begin| begin.eq_ignore_ascii_case("tg://"))
}

/// Returns whether something follows a host: a page, or a port.
fn has_path(cleaned: &str) -> bool {
    let page = cleaned.split_once('/').map(|(host, _)| host);
    let port = || {
        let (host, port) = cleaned.split_once(':')?;
        let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        is_port.then_some(host)
    };
    page.or_else(port).is_some_and(is_host)
}

fn is_host(text: &str) -> bool {
    let is_of_label = |c: char| c.is_alphanumeric() || c == '-';
    let is_label = |label: &str| !label.is_empty() && label.chars().all(is_of_label);
    text.rsplit_once('.').is_some_and(|(rest, last)| {
        rest.split('.').all(is_label)
            && last.chars().count() > 1
            && last.chars().all(char::is_alphabetic)
    })
}
