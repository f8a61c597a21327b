use url::{Host, Url};

/// Whether nobody on the way to a URL reads along: it is one of HTTPS, or of this very machine.
#[must_use]
pub fn is_private(url: &Url) -> bool {
    match (url.scheme(), url.host()) {
        ("https", Some(_)) => true,
        ("http", Some(Host::Ipv4(address))) => address.is_loopback(),
        ("http", Some(Host::Ipv6(address))) => address.is_loopback(),
        ("http", Some(Host::Domain(name))) => name == "localhost" || name.ends_with(".localhost"),
        _ => false,
    }
}

/// Whether two URLs may lead to one place: only clients know what a relative one resolves to.
pub(crate) fn is_compatible(own: &str, signed: &str) -> bool {
    match (Url::parse(own), Url::parse(signed)) {
        (Ok(own), Ok(signed)) => own == signed,
        _ => true,
    }
}
