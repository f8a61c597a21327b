//! Which client is behind a request? The peer, or the client that a trusted proxy names.

use std::net::IpAddr;
use std::str::FromStr;

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderName, X_FORWARDED_FOR};
use clap::ValueEnum;
use ipnet::IpNet;

use super::ClientKey;
use super::forwarded::{forwarded, x_forwarded_for};

/// The networks of trusted proxies, and the header in which they name the client.
///
/// Without any, the client is always the peer. An operator lists its own reverse proxies, and nothing that clients can
/// be in: a client that can connect from a trusted network chooses its own address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proxies {
    networks: Vec<IpNet>,
    header: ForwardHeader,
}

/// The header that the proxies write; the other one may come from the client, and is never read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForwardHeader {
    /// X-Forwarded-For, which most proxies write.
    #[default]
    XForwardedFor,
    /// Forwarded, of RFC 7239.
    Forwarded,
}

/// A list of networks that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an address nor a network such as 10.0.0.0/8 or fd00::/8")]
pub(crate) struct ProxiesError(String);

impl FromStr for Proxies {
    type Err = ProxiesError;

    /// Addresses and networks with commas between; an empty text is an empty list.
    fn from_str(text: &str) -> Result<Self, ProxiesError> {
        let networks = text
            .split(',')
            .map(str::trim)
            .filter(|network| !network.is_empty());
        networks.map(network).collect()
    }
}

impl FromIterator<IpNet> for Proxies {
    fn from_iter<T: IntoIterator<Item = IpNet>>(networks: T) -> Self {
        Self {
            networks: networks.into_iter().collect(),
            header: ForwardHeader::default(),
        }
    }
}

impl FromIterator<Self> for Proxies {
    /// Joins several lists, as when a flag is given several times.
    fn from_iter<T: IntoIterator<Item = Self>>(lists: T) -> Self {
        lists.into_iter().flat_map(|list| list.networks).collect()
    }
}

fn network(text: &str) -> Result<IpNet, ProxiesError> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address
        .or_else(|_| text.parse())
        .map_err(|_| ProxiesError(text.to_owned()))
}

/// Reads one line of a header as the hops that it names.
type ReadLine = fn(&[u8]) -> Option<Vec<Option<IpAddr>>>;

impl Proxies {
    /// Returns the same networks, with proxies that write another header.
    #[must_use]
    pub(crate) fn with_header(mut self, header: ForwardHeader) -> Self {
        self.header = header;
        self
    }

    /// Returns the client behind a request that came from `peer`.
    ///
    /// Only if `peer` is trusted is the header read: from the right, where the nearest proxy wrote, over trusted hops
    /// to the first that is not trusted. Where a hop is malformed, obfuscated or missing, the last trusted one counts
    /// as the client: too many people then share one quota, but nobody escapes it.
    #[must_use]
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientKey {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return ClientKey::of(peer);
        }
        let client = match self.header {
            ForwardHeader::XForwardedFor => {
                self.walk(peer, headers, &X_FORWARDED_FOR, x_forwarded_for)
            }
            ForwardHeader::Forwarded => self.walk(peer, headers, &FORWARDED, forwarded),
        };
        ClientKey::of(client.unwrap_or(peer))
    }

    /// Returns whether `address` is one of the proxies.
    #[must_use]
    pub(crate) fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        let mut networks = self.networks.iter();
        networks.any(|network| network.contains(&address))
    }

    /// Follows the lines of a header from `peer`; `None` if there is no such header.
    fn walk(
        &self,
        peer: IpAddr,
        headers: &HeaderMap,
        name: &HeaderName,
        read: ReadLine,
    ) -> Option<IpAddr> {
        let lines: Vec<_> = headers.get_all(name).collect();
        let mut nearest = None;
        for line in lines.into_iter().rev() {
            let last = nearest.unwrap_or(peer);
            match self.walk_line(last, read(line.as_bytes())) {
                Walk::Ended(client) => return Some(client),
                Walk::AllTrusted(hop) => nearest = Some(hop),
            }
        }
        nearest
    }

    fn walk_line(&self, mut last: IpAddr, hops: Option<Vec<Option<IpAddr>>>) -> Walk {
        for hop in hops.unwrap_or_else(|| vec![None]).into_iter().rev() {
            match hop.map(|hop| hop.to_canonical()) {
                None => return Walk::Ended(last),
                Some(hop) if !self.trusts(hop) => return Walk::Ended(hop),
                Some(hop) => last = hop,
            }
        }
        Walk::AllTrusted(last)
    }
}

enum Walk {
    Ended(IpAddr),
    AllTrusted(IpAddr),
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const PROXY: &str = "10.0.0.1";

    /// Returns whether a request from `peer` with these header lines, behind proxies in 10/8 and fd00::/8, is
    /// `expected`'s. They write the header of the first line.
    fn is(peer: &str, lines: &[(HeaderName, &str)], expected: &str) -> bool {
        let header = match lines.first() {
            Some((name, _)) if name == FORWARDED => ForwardHeader::Forwarded,
            _ => ForwardHeader::XForwardedFor,
        };
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(name.clone(), HeaderValue::from_str(value).unwrap());
        }
        let proxies: Proxies = "10.0.0.0/8, fd00::/8".parse().unwrap();
        let proxies = proxies.with_header(header);
        proxies.client(peer.parse().unwrap(), &headers) == ClientKey::of(expected.parse().unwrap())
    }

    #[test]
    fn an_untrusted_peers_headers_are_not_read() {
        assert!(is(
            "192.0.2.1",
            &[(X_FORWARDED_FOR, "198.51.100.1")],
            "192.0.2.1"
        ));
        assert!(is(
            "192.0.2.1",
            &[(FORWARDED, "for=198.51.100.1")],
            "192.0.2.1"
        ));
    }

    #[test]
    fn the_first_untrusted_hop_from_the_right_is_the_client() {
        assert!(is(
            PROXY,
            &[(X_FORWARDED_FOR, "203.0.113.9, 198.51.100.1, 10.2.3.4")],
            "198.51.100.1"
        ));
        assert!(is(
            PROXY,
            &[(
                FORWARDED,
                "for=203.0.113.9, for=\"[2001:db8::1]:99\";by=x, for=\"[fd00::5]\""
            )],
            "2001:db8::1"
        ));
    }

    #[test]
    fn several_lines_are_one_list() {
        let lines = [
            (X_FORWARDED_FOR, "203.0.113.9"),
            (X_FORWARDED_FOR, "198.51.100.1, 10.9.9.9"),
            (X_FORWARDED_FOR, "10.2.3.4"),
        ];
        assert!(is(PROXY, &lines, "198.51.100.1"));
    }

    #[test]
    fn the_last_trusted_hop_stands_in_for_what_cannot_be_read() {
        assert!(is(PROXY, &[], PROXY));
        assert!(is(
            PROXY,
            &[(X_FORWARDED_FOR, "198.51.100.1, unknown")],
            PROXY
        ));
        assert!(is(
            PROXY,
            &[(X_FORWARDED_FOR, "198.51.100.1, _x, 10.2.3.4")],
            "10.2.3.4"
        ));
        assert!(is(
            PROXY,
            &[(X_FORWARDED_FOR, "10.7.7.7, 10.2.3.4")],
            "10.7.7.7"
        ));
        assert!(is(PROXY, &[(FORWARDED, "for=198.51.100.1, for=\"")], PROXY));
        assert!(is(PROXY, &[(FORWARDED, "proto=https")], PROXY));
        assert!(is(
            PROXY,
            &[(FORWARDED, "for=198.51.100.1"), (FORWARDED, "for=\"x")],
            PROXY
        ));
    }

    #[test]
    fn the_header_that_the_proxies_do_not_write_is_not_read() {
        let (ours, theirs) = ("198.51.100.1", "203.0.113.9");
        let forwarded = (FORWARDED, &*format!("for={theirs}"));
        let x_forwarded_for = (X_FORWARDED_FOR, theirs);
        assert!(is(
            PROXY,
            &[(X_FORWARDED_FOR, ours), forwarded.clone()],
            ours
        ));
        assert!(is(
            PROXY,
            &[(FORWARDED, "for=198.51.100.1"), x_forwarded_for.clone()],
            ours
        ));
        let mut headers = HeaderMap::new();
        headers.append(FORWARDED, HeaderValue::from_str(forwarded.1).unwrap());
        let proxies: Proxies = "10.0.0.0/8".parse().unwrap();
        let client = proxies.client(PROXY.parse().unwrap(), &headers);
        assert!(client == ClientKey::of(PROXY.parse().unwrap()));
    }

    #[test]
    fn a_peer_given_as_mapped_ipv4_is_trusted_like_ipv4() {
        assert!(is(
            "::ffff:10.0.0.1",
            &[(X_FORWARDED_FOR, "::ffff:198.51.100.1")],
            "198.51.100.1"
        ));
    }

    #[test]
    fn lists_of_networks_are_read_or_refused() {
        assert_eq!("".parse(), Ok(Proxies::default()));
        assert_eq!(
            "127.0.0.1, ::1".parse::<Proxies>(),
            "127.0.0.1/32,::1/128".parse()
        );
        assert!("10.0.0.0/33".parse::<Proxies>().is_err());
        assert!("localhost".parse::<Proxies>().is_err());
    }

    proptest! {
        #[test]
        fn what_a_client_writes_before_its_proxy_changes_nothing(forged in "[0-9a-f.:,\\[\\] ]{0,60}") {
            let line = format!("{forged}, 198.51.100.1");
            prop_assert!(is(PROXY, &[(X_FORWARDED_FOR, &line)], "198.51.100.1"));
        }
    }
}
