use std::hash::Hash;
use std::num::NonZeroU32;

use governor::RateLimiter;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::StateStore;

use super::standing::Terms;
use super::store::{Clients, Step, Total};
use super::{Allowance, ClientKey, Policy, Rate, Refusal, Standing};

/// How many clients' quotas are kept in memory at most: 30 to 60 MB.
pub const CLIENTS_KEPT: usize = 1_000_000;

/// How many elements each client, and all of them together, may have evaluated.
///
/// The total is asked first without taking from it, then the client's quota is taken, then the total's: so a client
/// over its quota takes nothing from the total, and a total that is used up takes nothing from the client. Only a
/// request that overtakes another between the two looks at the total costs that other's client its elements.
///
/// A quota that is untouched or whole again needs no memory; [`Quotas::sweep`], called every minute or so, frees what
/// such took. Beyond [`CLIENTS_KEPT`], clients not yet known are limited by the total alone, until a sweep makes room:
/// who comes from a million networks gets round a limit per network anyway, and refusing newcomers would shut out
/// everybody else.
pub struct Quotas<C: Clock = DefaultClock> {
    clients: Option<Limiter<ClientKey, Clients, C>>,
    total: Option<Limiter<Step, Total, C>>,
    clock: C,
}

struct Limiter<K, S: StateStore<Key = K>, C: Clock> {
    cells: RateLimiter<K, S, C, StateInformationMiddleware>,
    terms: Terms,
}

impl Quotas {
    /// Full quotas, by the machine's monotonic clock.
    #[must_use]
    pub fn new(per_client: Rate, total: Rate) -> Self {
        Self::with_clock(per_client, total, CLIENTS_KEPT, DefaultClock::default())
    }
}

impl<C: Clock + Clone> Quotas<C> {
    /// Full quotas, by another clock and with room for fewer or more clients.
    #[must_use]
    pub fn with_clock(per_client: Rate, total: Rate, clients_kept: usize, clock: C) -> Self {
        Self {
            clients: Limiter::new(
                Policy::Client,
                per_client,
                Clients::new(clients_kept),
                &clock,
            ),
            total: Limiter::new(Policy::Total, total, Total::default(), &clock),
            clock,
        }
    }

    /// Takes `elements` from the client's quota and from the total, or from neither.
    ///
    /// # Errors
    /// [`Refusal`] if one of them has too little left. More elements than the whole quota are always refused.
    pub fn take(&self, client: &ClientKey, elements: NonZeroU32) -> Result<Allowance, Refusal> {
        let now = self.clock.now();
        if let Some(total) = &self.total {
            total.take(&Step::Ask, elements, now)?;
        }
        let standing = self
            .clients
            .as_ref()
            .map(|clients| clients.take(client, elements, now))
            .transpose()?;
        if let Some(total) = &self.total {
            total.take(&Step::Take, elements, now)?;
        }
        Ok(Allowance { standing })
    }

    /// Forgets the clients whose quota is whole again, and gives their memory back. To be called regularly; O(clients).
    pub fn sweep(&self) {
        if let Some(clients) = &self.clients {
            clients.cells.retain_recent();
            clients.cells.shrink_to_fit();
        }
    }

    /// How many clients' quotas are in memory, for a metric.
    #[must_use]
    pub fn clients(&self) -> usize {
        self.clients
            .as_ref()
            .map_or(0, |clients| clients.cells.len())
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
        let terms = Terms::new(policy, rate)?;
        Some(Self { cells, terms })
    }

    fn take(&self, key: &K, elements: NonZeroU32, now: C::Instant) -> Result<Standing, Refusal> {
        match self.cells.check_key_n(key, elements) {
            Ok(Ok(state)) => Ok(self.terms.allowed(state.remaining_burst_capacity())),
            Ok(Err(until)) => Err(self.terms.refused(until.wait_time_from(now))),
            Err(_more_than_all) => Err(self.terms.never_allowed()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
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
    ) -> Result<Allowance, Refusal> {
        quotas.take(&client(number), NonZeroU32::new(elements).unwrap())
    }

    #[test]
    fn a_client_gets_its_amount_at_once_and_then_evenly() {
        let (quotas, clock) = quotas("60/min", "off");
        let standing = take(&quotas, 1, 40).unwrap().standing.unwrap();
        assert_eq!(
            (standing.rate_limit(), standing.rate_limit_policy()),
            ("\"client\";r=20;t=40".into(), "\"client\";q=60;w=60".into())
        );
        assert!(take(&quotas, 1, 20).is_ok());
        let refusal = take(&quotas, 1, 3).unwrap_err();
        assert_eq!(
            (
                refusal.standing.policy,
                refusal.standing.remaining,
                refusal.retry_after_seconds
            ),
            (Policy::Client, 0, 3)
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

    #[test]
    fn a_client_over_its_quota_takes_nothing_from_the_total() {
        let (quotas, _clock) = quotas("5/h", "10/h");
        assert!(take(&quotas, 1, 5).is_ok());
        for _ in 0..100 {
            assert_eq!(
                take(&quotas, 1, 5).unwrap_err().standing.policy,
                Policy::Client
            );
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
                (refusal.standing.policy.name(), refusal.retry_after_seconds),
                ("total", 1)
            );
        }
        clock.advance(Duration::from_secs(1));
        assert!(take(&quotas, 3, 5).is_ok());
    }

    #[test]
    fn without_limits_everything_is_allowed_and_nothing_kept() {
        let (quotas, _clock) = quotas("off", "off");
        assert_eq!(take(&quotas, 1, u32::MAX), Ok(Allowance { standing: None }));
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
        assert_eq!(
            take(&quotas, 4, 1).unwrap_err().standing.policy,
            Policy::Total
        );
        clock.advance(Duration::from_secs(3600));
        quotas.sweep();
        assert!(take(&quotas, 4, 1).is_ok() && take(&quotas, 4, 1).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// In any window at most twice the amount passes: what was there, and what came back meanwhile.
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
