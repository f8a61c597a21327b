use super::link::Link;
use super::{IdentifierError, handle};

/// The host of a link or the bare host, in ASCII by UTS 46. Hosts of messengers are refused: a link to one of their
/// profiles says nothing about all the others.
pub(super) fn normalise(cleaned: &str) -> Result<String, IdentifierError> {
    let host = Link::read(cleaned)?.host;
    match handle::is_messenger(&host) {
        true => Err(IdentifierError::Profile),
        false => Ok(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_its_host() {
        for text in [
            "example.kz",
            "Example.KZ.",
            "www.example.kz",
            "www.www.example.kz",
            "https://example.kz",
            "HTTP://user:secret@www.example.kz:8080/a?b=1:2#c",
            "hxxps://example[.]kz/path",
            "example(.)kz",
            "example.kz:443",
            "example.kz/?next=https://other.kz",
            "http://example.kz\\@other.kz",
        ] {
            assert_eq!(normalise(text).as_deref(), Ok("example.kz"), "{text}");
        }
        assert_eq!(
            normalise("пример.қаз").as_deref(),
            Ok("xn--e1afmkfd.xn--80ao21a")
        );
        // A registrable domain keeps its `www`.
        assert_eq!(normalise("www.kz").as_deref(), Ok("www.kz"));
    }

    #[test]
    fn a_host_that_nobody_can_register_is_not_a_site() {
        for text in [
            "kz",
            "com.kz",
            "github.io",
            "localhost",
            "127.0.0.1",
            "http://[::1]/",
            "http://2130706433/",
            "name@example.kz",
            "ftp://example.kz",
            "mailto:name@example.kz",
            "a b.kz",
            "example..kz",
            "-example.kz",
            "under_score.example.kz",
            "https://",
            "t.me/name",
            "https://www.instagram.com/name",
        ] {
            assert!(normalise(text).is_err(), "{text}");
        }
    }
}
