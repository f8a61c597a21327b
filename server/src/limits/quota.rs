//! How much may a client, its networks and all together still ask of this server?

use std::hash::Hash;
use std::num::NonZeroU32;

use governor::RateLimiter;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::StateStore;

use super::client::{ClientKey, NETWORKS, SHARES};
use super::rule::QuotaRule;
use super::store::{ClientStep, Clients, Step, Total};
use super::{Policy, QuotaRefusal, Rate};

/// Maximum number of clients' quotas in memory, and a quarter of it for networks of each width: 45 to 90 MB.
pub(crate) const CLIENTS_KEPT: usize = 1_000_000;

/// Quotas of elements: of each client, of the networks that it is in, and of all together.
///
/// All of these quotas are asked first without taking from them, the total first and the client's own last; then all
/// are taken from, the client's own first. So a request that one of them refuses takes nothing from the others. Only a
/// request that overtakes another between the two checks of a wider quota costs that other's client its elements.
///
/// A quota that is untouched or whole again needs no memory; [`Quotas::sweep`], called about every minute, frees what
/// it took. Beyond [`CLIENTS_KEPT`], clients not yet known are limited by the wider quotas alone, until a sweep makes
/// room: a client with a million networks gets round a limit per network anyway, and refusing newcomers would shut out
/// everybody else.
pub(crate) struct Quotas<C: Clock = DefaultClock> {
    /// In the order of [`ClientKey::networks`].
    networks: [Option<Limiter<ClientStep, Clients, C>>; NETWORKS],
    total: Option<Limiter<Step, Total, C>>,
    clock: C,
}

struct Limiter<K, S: StateStore<Key = K>, C: Clock> {
    cells: RateLimiter<K, S, C, StateInformationMiddleware>,
    terms: QuotaRule,
}

impl Quotas {
    /// Makes full quotas, with the machine's monotonic clock.
    #[must_use]
    pub(crate) fn new(per_client: Rate, total: Rate) -> Self {
        Self::with_clock(per_client, total, CLIENTS_KEPT, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Quotas<C> {
    /// Makes full quotas, with another clock and room for fewer or more clients.
    #[must_use]
    pub(crate) fn with_clock(per_client: Rate, total: Rate, clients_kept: usize, clock: C) -> Self {
        let of_network = |share| {
            let (policy, kept) = match share {
                1 => (Policy::Client, clients_kept),
                _ => (Policy::Network, clients_kept / 4),
            };
            let clients = Clients::new(kept);
            Limiter::new(policy, per_client.times(share), clients, &clock)
        };
        Self {
            networks: SHARES.map(of_network),
            total: Limiter::new(Policy::Total, total, Total::default(), &clock),
            clock,
        }
    }

    /// Takes `elements` from the quotas of the client, of its networks and of all, or from none.
    ///
    /// # Errors
    /// [`QuotaRefusal`] if one of them has too little left. More elements than the whole quota are always refused.
    pub(crate) fn take(
        &self,
        client: &ClientKey,
        elements: NonZeroU32,
    ) -> Result<(), QuotaRefusal> {
        let now = self.clock.now();
        let networks = client.networks();
        let limited = self.networks.iter().zip(networks);
        let limited: Vec<_> = limited
            .filter_map(|(limiter, network)| Some((limiter.as_ref()?, network?)))
            .collect();
        if let Some(total) = &self.total {
            total.take(&Step::Ask, elements, now)?;
        }
        for (limiter, network) in &limited {
            limiter.take(&(Step::Ask, network.clone()), elements, now)?;
        }
        for (limiter, network) in limited.into_iter().rev() {
            limiter.take(&(Step::Take, network), elements, now)?;
        }
        if let Some(total) = &self.total {
            total.take(&Step::Take, elements, now)?;
        }
        Ok(())
    }

    /// Forgets the clients whose quota is whole again, and frees their memory. Call it regularly; O(clients).
    pub(crate) fn sweep(&self) {
        for network in self.networks.iter().flatten() {
            network.cells.retain_recent();
            network.cells.shrink_to_fit();
        }
    }

    /// Returns the number of quotas of clients and networks in memory, for a metric.
    #[must_use]
    pub(crate) fn clients(&self) -> usize {
        let networks = self.networks.iter().flatten();
        networks.map(|network| network.cells.len()).sum()
    }
}

impl<K, S, C> Limiter<K, S, C>
where
    K: Hash + Eq + Clone,
    S: StateStore<Key = K>,
    C: Clock + Clone,
{
    fn new(policy: Policy, rate: Rate, store: S, clock: &C) -> Option<Self> {
        let cells = RateLimiter::new(rate.quota()?, store, clock.clone());
        let terms = QuotaRule::new(policy, rate)?;
        Some(Self { cells, terms })
    }

    fn take(&self, key: &K, elements: NonZeroU32, now: C::Instant) -> Result<(), QuotaRefusal> {
        match self.cells.check_key_n(key, elements) {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(until)) => Err(self.terms.refused(until.wait_time_from(now))),
            Err(_more_than_all) => Err(self.terms.never_allowed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
    use std::time::Duration;

    use governor::clock::FakeRelativeClock;
    use proptest::prelude::*;

    use super::*;

    fn client(number: u32) -> ClientKey {
        ClientKey::of(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    fn quotas(per_client: &str, total: &str) -> (Quotas<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        let quotas = Quotas::with_clock(
            per_client.parse().unwrap(),
            total.parse().unwrap(),
            4,
            clock.clone(),
        );
        (quotas, clock)
    }

    fn take(
        quotas: &Quotas<FakeRelativeClock>,
        number: u32,
        elements: u32,
    ) -> Result<(), QuotaRefusal> {
        quotas.take(&client(number), NonZeroU32::new(elements).unwrap())
    }

    #[test]
    fn a_client_gets_its_amount_at_once_and_then_evenly() {
        let (quotas, clock) = quotas("60/min", "off");
        assert_eq!(take(&quotas, 1, 40), Ok(()));
        assert_eq!(take(&quotas, 1, 20), Ok(()));
        let refusal = take(&quotas, 1, 3).unwrap_err();
        assert_eq!(
            (refusal.policy, refusal.retry_after_seconds),
            (Policy::Client, 3)
        );
        assert_eq!(
            (refusal.rate_limit(), refusal.rate_limit_policy()),
            ("\"client\";r=0;t=3".into(), "\"client\";q=60;w=60".into())
        );
        clock.advance(Duration::from_millis(2999));
        assert_eq!(take(&quotas, 1, 3).unwrap_err().retry_after_seconds, 1);
        clock.advance(Duration::from_millis(1));
        assert!(take(&quotas, 1, 3).is_ok());
    }

    #[test]
    fn clients_do_not_share_a_quota() {
        let (quotas, _clock) = quotas("5/s", "off");
        assert!(take(&quotas, 1, 5).is_ok());
        assert!(take(&quotas, 1, 1).is_err());
        assert!(take(&quotas, 2, 5).is_ok());
    }

    /// Returns an address of IPv6, from one number for each 16 bits of its network.
    fn of_ipv6(groups: [u16; 4]) -> ClientKey {
        let [a, b, c, d] = groups;
        ClientKey::of(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 1)))
    }

    #[test]
    fn the_networks_of_one_48_have_sixteen_quotas_together_and_those_of_one_56_four() {
        let clock = FakeRelativeClock::default();
        let rates = ["20/h", "off"].map(|rate| rate.parse().unwrap());
        let quotas = Quotas::with_clock(rates[0], rates[1], 1000, clock.clone());
        let twenty = NonZeroU32::new(20).unwrap();
        let passed = |network: u16, neighbours: u16| {
            let clients = (0..neighbours)
                .map(|neighbour| of_ipv6([0x2001, 0xdb8, 1, network << 8 | neighbour]));
            clients
                .filter(|client| quotas.take(client, twenty).is_ok())
                .count()
        };
        assert_eq!(passed(0, 50), 4, "of one /56");
        let others: usize = (1..50).map(|network| passed(network, 1)).sum();
        assert_eq!(others, 12, "of one /48");
        let refusal = quotas.take(&of_ipv6([0x2001, 0xdb8, 1, 0x7700]), twenty);
        assert_eq!(refusal.unwrap_err().policy, Policy::Network);
        assert!(quotas.take(&of_ipv6([0x2001, 0xdb8, 2, 0]), twenty).is_ok());
        clock.advance(Duration::from_secs(2 * 3600));
        quotas.sweep();
        assert_eq!(quotas.clients(), 0);
    }

    #[test]
    fn a_network_used_up_takes_nothing_from_its_clients_and_they_nothing_from_it() {
        let (quotas, clock) = quotas("20/h", "off");
        let client = |neighbour| of_ipv6([0x2001, 0xdb8, 1, neighbour]);
        let take = |neighbour| quotas.take(&client(neighbour), NonZeroU32::new(20).unwrap());
        assert!(take(0).is_ok());
        for _ in 0..100 {
            assert_eq!(take(0).unwrap_err().policy, Policy::Client);
        }
        assert!((1..4).all(|neighbour| take(neighbour).is_ok()));
        for _ in 0..100 {
            assert_eq!(take(4).unwrap_err().policy, Policy::Network);
        }
        clock.advance(Duration::from_secs(900));
        assert!(
            take(4).is_ok(),
            "a quarter of an hour gives one of four back"
        );
    }

    #[test]
    fn a_client_over_its_quota_takes_nothing_from_the_total() {
        let (quotas, _clock) = quotas("5/h", "10/h");
        assert!(take(&quotas, 1, 5).is_ok());
        for _ in 0..100 {
            assert_eq!(take(&quotas, 1, 5).unwrap_err().policy, Policy::Client);
        }
        assert!(take(&quotas, 2, 5).is_ok());
    }

    #[test]
    fn a_total_used_up_takes_nothing_from_the_client() {
        let (quotas, clock) = quotas("5/h", "10/s");
        assert!(take(&quotas, 1, 5).is_ok() && take(&quotas, 2, 5).is_ok());
        for _ in 0..100 {
            let refusal = take(&quotas, 3, 5).unwrap_err();
            assert_eq!(
                (refusal.policy.name(), refusal.retry_after_seconds),
                ("total", 1)
            );
        }
        clock.advance(Duration::from_secs(1));
        assert!(take(&quotas, 3, 5).is_ok());
    }

    #[test]
    fn without_limits_everything_is_allowed_and_nothing_kept() {
        let (quotas, _clock) = quotas("off", "off");
        assert_eq!(take(&quotas, 1, u32::MAX), Ok(()));
        assert_eq!(quotas.clients(), 0);
    }

    #[test]
    fn more_than_the_whole_quota_is_refused_and_takes_nothing() {
        let (quotas, _clock) = quotas("5/min", "off");
        assert_eq!(take(&quotas, 1, 6).unwrap_err().retry_after_seconds, 60);
        assert!(take(&quotas, 1, 5).is_ok());
    }

    #[test]
    fn sweeping_forgets_whole_quotas_and_no_others() {
        let (quotas, clock) = quotas("60/min", "off");
        take(&quotas, 1, 10).unwrap();
        take(&quotas, 2, 60).unwrap();
        clock.advance(Duration::from_secs(12));
        quotas.sweep();
        assert_eq!(quotas.clients(), 1);
        assert!(take(&quotas, 2, 13).is_err());
        clock.advance(Duration::from_secs(60));
        quotas.sweep();
        assert_eq!(quotas.clients(), 0);
    }

    #[test]
    fn beyond_the_cap_newcomers_are_limited_by_the_total_alone() {
        let (quotas, clock) = quotas("1/min", "20/h");
        for number in 0..4 {
            take(&quotas, number, 1).unwrap();
        }
        assert!(
            take(&quotas, 3, 1).is_err(),
            "known clients keep their limit"
        );
        for _ in 0..16 {
            assert!(take(&quotas, 4, 1).is_ok());
        }
        assert_eq!(quotas.clients(), 4);
        assert_eq!(take(&quotas, 4, 1).unwrap_err().policy, Policy::Total);
        clock.advance(Duration::from_secs(3600));
        quotas.sweep();
        assert!(take(&quotas, 4, 1).is_ok() && take(&quotas, 4, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// In any window at most twice the amount passes: what was left, and what came back meanwhile.
        #[test]
        fn no_pattern_of_requests_gets_more_than_its_rate(requests in proptest::collection::vec((1..5_u32, 0..3000_u64), 1..200)) {
            let (quotas, clock) = quotas("10/s", "off");
            let (mut passed, mut elapsed) = (0, 0);
            for (elements, pause) in requests {
                clock.advance(Duration::from_millis(pause / 10));
                elapsed += pause / 10;
                passed += take(&quotas, 1, elements).map_or(0, |_| u64::from(elements));
                prop_assert!(passed <= 10 + elapsed / 100, "{} in {} ms", passed, elapsed);
            }
        }
    }
}
