use std::net::{IpAddr, Ipv4Addr};

/// The holder of a quota: an IPv4 address, or a network of IPv6.
///
/// A subscriber of IPv6 gets at least a /64, so counting its 2⁶⁴ addresses one by one would limit nobody. Many
/// get a /56 or a /48, which is why these have quotas as well: see `networks`. The type has no
/// `Debug` and no `Display`, so that no address gets into a log by accident; [`Pseudonyms`](super::Pseudonyms) name it
/// there.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClientKey(Network);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Network {
    V4(Ipv4Addr),
    /// The length of the prefix in bits, and the address with zeros after them.
    V6(u8, u64),
}

/// Bits of the networks of IPv6 that have quotas, the widest first. The last is the client's own.
const V6_BITS: [u8; NETWORKS] = [48, 56, 64];

/// The number of networks of one address that have quotas.
pub(crate) const NETWORKS: usize = 3;

/// Quotas of each of the [`networks`](ClientKey::networks), as multiples of a client's: 256 neighbours in a /56 are
/// often one household, 65,536 in a /48 one company or one rented server, seldom a part of a mobile network.
pub(crate) const SHARES: [u32; NETWORKS] = [16, 4, 1];

impl ClientKey {
    /// Returns the key of an address: itself, or the /64 that it is in. An IPv4 address that is written as IPv6
    /// (`::ffff:a.b.c.d`, as dual-stack sockets write it) counts as IPv4.
    #[must_use]
    pub(crate) fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V4(address) => Network::V4(address),
            IpAddr::V6(address) => {
                let [a, b, c, d, e, f, g, h, ..] = address.octets();
                Network::V6(64, u64::from_be_bytes([a, b, c, d, e, f, g, h]))
            }
        })
    }

    /// Returns the networks in whose quotas this client counts, the widest first and its own last. IPv4 has only the
    /// last.
    pub(crate) fn networks(&self) -> [Option<Self>; NETWORKS] {
        match self.0 {
            Network::V4(_) => [None, None, Some(self.clone())],
            Network::V6(_, prefix) => V6_BITS.map(|bits| {
                let rest = 64 - u32::from(bits);
                Some(Self(Network::V6(bits, (prefix >> rest) << rest)))
            }),
        }
    }

    /// Encodes the key for keyed hashes: the version or the network's bits, then the address or network; no two keys
    /// share one.
    pub(super) fn encode(&self) -> [u8; 9] {
        let mut encoded = [0; 9];
        match self.0 {
            Network::V4(address) => {
                encoded[0] = 4;
                encoded[1..5].copy_from_slice(&address.octets());
            }
            Network::V6(bits, prefix) => {
                encoded[0] = bits;
                encoded[1..].copy_from_slice(&prefix.to_be_bytes());
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
    fn an_ipv6_client_counts_in_its_64_its_56_and_its_48_and_an_ipv4_client_in_itself() {
        let shared = |one: &str, other: &str| {
            let (one, other) = (key(one).networks(), key(other).networks());
            one.iter()
                .zip(&other)
                .filter(|(one, other)| one.is_some() && one == other)
                .count()
        };
        let own = "2001:db8:1:203::1";
        assert_eq!(shared(own, "2001:db8:1:203:ffff::"), 3);
        assert_eq!(shared(own, "2001:db8:1:2ff::1"), 2);
        assert_eq!(shared(own, "2001:db8:1:303::1"), 1);
        assert_eq!(shared(own, "2001:db8:2:203::1"), 0);
        assert_eq!(shared("192.0.2.7", "192.0.2.7"), 1);
        assert_eq!(shared("192.0.2.7", "192.0.2.8"), 0);
        assert!(key(own).networks()[NETWORKS - 1] == Some(key(own)));
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
        let nested: HashSet<_> = key("2001:db8::")
            .networks()
            .into_iter()
            .flatten()
            .map(|network| network.encode())
            .collect();
        assert_eq!(nested.len(), NETWORKS);
    }
}
