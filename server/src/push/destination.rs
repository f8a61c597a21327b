//! Where may a message be sent? To push services by name, over HTTPS, at addresses that the public can reach: a client
//! chooses the endpoint, and must not make this server ask others for it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use exposure_index::messages::MAX_ENDPOINT;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;
use url::{Host, Url};

use super::PushService;

/// An endpoint at one of the push services. Its URL is a secret: it has no `Debug` and is in no message.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    url: Url,
    service: PushService,
}

/// The endpoint is not at a push service that this server sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the endpoint must be an https URL of a push service that this server sends to, of at most {MAX_ENDPOINT} bytes"
)]
pub(crate) struct EndpointError;

impl Endpoint {
    pub(crate) fn parse(text: &str, services: &[PushService]) -> Result<Self, EndpointError> {
        if text.len() > MAX_ENDPOINT {
            return Err(EndpointError);
        }
        let url = Url::parse(text).map_err(|_| EndpointError)?;
        let has_authority = url.username().is_empty() && url.password().is_none();
        let is_plain = has_authority && url.port().is_none() && url.fragment().is_none();
        if url.scheme() != "https" || !is_plain || url.as_str().len() > MAX_ENDPOINT {
            return Err(EndpointError);
        }
        let Some(Host::Domain(host)) = url.host() else {
            return Err(EndpointError);
        };
        let service = services.iter().find(|service| service.has(host));
        let service = service.cloned().ok_or(EndpointError)?;
        Ok(Self { url, service })
    }

    pub(crate) const fn url(&self) -> &Url {
        &self.url
    }

    pub(crate) const fn service(&self) -> &PushService {
        &self.service
    }
}

/// Resolves names through the system, and leaves out addresses that are not public: those of this machine, of its
/// network, and those that no host has.
pub(crate) struct PublicAddresses;

/// A name has no public address.
#[derive(Debug, thiserror::Error)]
#[error("the name has no public address")]
struct NotPublic;

impl Resolve for PublicAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // Port 0 is replaced by that of the scheme.
            let found = lookup_host((name.as_str(), 0)).await?;
            Ok(public(found)?)
        })
    }
}

fn public(found: impl Iterator<Item = SocketAddr>) -> Result<Addrs, NotPublic> {
    let mut addresses = found.filter(|address| is_public(address.ip())).peekable();
    match addresses.peek() {
        Some(_) => Ok(Box::new(addresses.collect::<Vec<_>>().into_iter())),
        None => Err(NotPublic),
    }
}

/// Returns whether anybody can reach a host at this address (the registries of special-purpose addresses, RFC 6890).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = match a {
        0 | 10 | 127 | 224.. => true,
        100 => b & 0xc0 == 64,
        169 => b == 254,
        172 => b & 0xf0 == 16,
        192 => b == 168 || (b == 0 && (c == 0 || c == 2)) || (b == 88 && c == 99),
        198 => b & 0xfe == 18 || (b == 51 && c == 100),
        203 => b == 0 && c == 113,
        _ => false,
    };
    !is_special
}

/// Returns whether an address is in 2000::/3, the only one given to hosts, and not reserved: 2001::/23, documentation,
/// 6to4.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_special = match a {
        0x2001 => b < 0x200 || b == 0xdb8,
        0x2002 => true,
        0x3fff => b < 0x1000,
        _ => false,
    };
    a & 0xe000 == 0x2000 && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Vec<PushService> {
        let names = ["fcm.googleapis.com", "*.notify.windows.com"];
        names.map(|name| name.parse().expect("a host")).into()
    }

    #[test]
    fn endpoints_of_the_services_are_taken_and_sorted_by_service() {
        for (text, service) in [
            (
                "https://fcm.googleapis.com/fcm/send/a:b",
                "fcm.googleapis.com",
            ),
            (
                "https://fcm.googleapis.com:443/wp/a?b=c",
                "fcm.googleapis.com",
            ),
            (
                "https://WNS2-par.notify.windows.com/w/?token=a",
                "*.notify.windows.com",
            ),
        ] {
            let endpoint = Endpoint::parse(text, &services()).expect(text);
            assert_eq!(endpoint.service().as_str(), service);
        }
    }

    #[test]
    fn a_client_cannot_make_the_server_ask_anybody_else() {
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(MAX_ENDPOINT));
        for text in [
            "",
            "fcm.googleapis.com/a",
            "http://fcm.googleapis.com/a",
            "ftp://fcm.googleapis.com/a",
            "https://fcm.googleapis.com:8443/a",
            "https://user@fcm.googleapis.com/a",
            "https://:word@fcm.googleapis.com/a",
            "https://fcm.googleapis.com/a#b",
            "https://evil-fcm.googleapis.com/a",
            "https://fcm.googleapis.com.example.org/a",
            "https://fcm.googleapis.com./a",
            "https://fcm.googleapis.com@example.org/a",
            "https://example.org/fcm.googleapis.com",
            "https://example.org#fcm.googleapis.com",
            "https://example.org\\@fcm.googleapis.com/a\\@10.0.0.1",
            "https://notify.windows.com/a",
            "https://evilnotify.windows.com/a",
            "https://127.0.0.1/a",
            "https://2130706433/a",
            "https://0x7f.1/a",
            "https://[::1]/a",
            "https://[::ffff:10.0.0.1]/a",
            "https://localhost/a",
            "https://169.254.169.254/latest/meta-data",
            &long,
        ] {
            assert!(Endpoint::parse(text, &services()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_name_that_leads_inside_leads_nowhere() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.168.1.1",
            "192.88.99.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            let address: IpAddr = text.parse().expect("an address");
            assert!(!is_public(address), "{text}");
            assert!(public([SocketAddr::new(address, 0)].into_iter()).is_err());
        }
        for text in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "2a00:1450:4001::200a",
            "2620::1",
        ] {
            assert!(is_public(text.parse().expect("an address")), "{text}");
        }
    }

    #[test]
    fn of_several_addresses_the_public_ones_are_left() {
        let found =
            ["10.0.0.1:0", "8.8.8.8:0", "[::1]:0"].map(|text| text.parse().expect("an address"));
        let left: Vec<SocketAddr> = public(found.into_iter()).expect("one").collect();
        assert_eq!(left, [found[1]]);
    }

    #[tokio::test]
    async fn this_machine_is_not_resolved() {
        let name: Name = "localhost".parse().expect("a name");
        assert!(PublicAddresses.resolve(name).await.is_err());
    }
}
