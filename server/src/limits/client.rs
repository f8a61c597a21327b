use std::net::{IpAddr, Ipv4Addr};

/// Whom a quota belongs to: an IPv4 address, or the /64 network of an IPv6 address.
///
/// A subscriber of IPv6 is given a whole /64 at least, so counting its 2⁶⁴ addresses one by one would limit nobody. The
/// type has no `Debug` and no `Display`, so that no address gets into a log by accident;
/// [`Pseudonyms`](super::Pseudonyms) name it there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ClientKey(Network);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Network {
    V4(Ipv4Addr),
    V6([u8; 8]),
}

impl ClientKey {
    /// The key of an address. An IPv4 address that is written as IPv6 (`::ffff:a.b.c.d`, as dual-stack sockets tell it)
    /// counts as IPv4.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Network::V6([a, b, c, d, e, f, g, h])
            }
        })
    }

    /// An encoding for keyed hashes: the version, then the address or network; no two keys share one.
    pub(super) fn encode(&self) -> [u8; 9] {
        let mut encoded = [0; 9];
        match &self.0 {
            Network::V4(address) => {
                encoded[0] = 4;
                encoded[1..5].copy_from_slice(&address.octets());
            }
            Network::V6(network) => {
                encoded[0] = 6;
                encoded[1..].copy_from_slice(network);
            }
        }
        encoded
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn key(text: &str) -> ClientKey {
        ClientKey::of(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        assert!(key("2001:db8:1:2::1") == key("2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(key("2001:db8:1:2::1") != key("2001:db8:1:3::1"));
    }

    #[test]
    fn ipv4_written_as_ipv6_is_ipv4() {
        assert!(key("::ffff:192.0.2.7") == key("192.0.2.7"));
        assert!(key("::ffff:192.0.2.7") != key("::ffff:192.0.2.8"));
    }

    #[test]
    fn different_clients_are_encoded_differently() {
        let all = [
            "0.0.0.0",
            "192.0.2.7",
            "192.0.2.8",
            "::",
            "c000:207::",
            "2001:db8::",
        ];
        let encoded: HashSet<_> = all.map(|text| key(text).encode()).into();
        assert_eq!(encoded.len(), all.len());
    }
}
