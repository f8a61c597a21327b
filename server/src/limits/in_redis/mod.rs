//! How much may a client still ask of evaluators that share their limits? Redis decides, by `take.lua`.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use redis::{FromRedisValue, ParsingError, ScriptInvocation, Value};

use super::client::NETWORKS;
use super::pseudonym::today;
use super::rule::QuotaRule;
use super::{ClientKey, Policy, QuotaRefusal, Rate, SHARES};
use crate::redis::RedisClient;
use crate::redis::scripts::TAKE;

/// The longest window of a rate, and so the longest time until a quota is whole again.
const LONGEST: Duration = Duration::from_secs(3600);

/// Quotas that several evaluators share, kept in Redis.
///
/// The quotas are those of [`Quotas`](super::Quotas), and better in one point: a script checks all and takes from all
/// in one step, so no request can overtake another in between. Redis keeps no key of a quota that is whole.
pub(super) struct CommonQuotas {
    shared: Arc<RedisClient>,
    purpose: &'static str,
    total: Option<Common>,
    /// In the order of [`ClientKey::networks`].
    networks: [Option<Common>; NETWORKS],
}

/// A kind of quota, for any client.
struct Common {
    terms: QuotaRule,
    /// The rate, as a part of the name: with another rate it is another quota.
    rate: String,
}

/// A quota that a request counts in: that of a client or network, or of all.
type CountedQuota<'a> = (&'a Common, Option<ClientKey>);

/// Answer of the script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The elements were taken.
    Taken,
    /// The quota with this index has too little until this time has passed.
    Short(usize, Duration),
}

impl CommonQuotas {
    /// Makes the quotas of a purpose; each purpose has its own.
    pub(super) fn new(
        per_client: Rate,
        total: Rate,
        purpose: &'static str,
        shared: Arc<RedisClient>,
    ) -> Self {
        let of_network = |share| {
            let policy = match share {
                1 => Policy::Client,
                _ => Policy::Network,
            };
            Common::new(policy, per_client.times(share))
        };
        Self {
            shared,
            purpose,
            total: Common::new(Policy::Total, total),
            networks: SHARES.map(of_network),
        }
    }

    /// Takes elements as [`Quotas::take`](super::Quotas::take) does; `None` if Redis does not answer.
    pub(super) async fn take(
        &self,
        client: &ClientKey,
        elements: NonZeroU32,
    ) -> Option<Result<(), QuotaRefusal>> {
        let quotas = self.quotas(client);
        if quotas.is_empty() {
            return Some(Ok(()));
        }
        let holds_too_little =
            |(quota, _): &&CountedQuota<'_>| quota.terms.limit() < elements.get();
        if let Some((small, _)) = quotas.iter().find(holds_too_little) {
            return Some(Err(small.terms.never_allowed()));
        }
        let question = self.question(&TAKE, &quotas, elements);
        let verdict = self.shared.ask(&question).await?;
        decision(&quotas, verdict)
    }

    /// Returns the quotas that a client counts in, in the order in which they are asked.
    fn quotas(&self, client: &ClientKey) -> Vec<CountedQuota<'_>> {
        let total = self.total.iter().map(|total| (total, None));
        let networks = self.networks.iter().zip(client.networks());
        let networks =
            networks.filter_map(|(quota, network)| Some((quota.as_ref()?, Some(network?))));
        total.chain(networks).collect()
    }

    fn question<'a>(
        &self,
        script: &'a redis::Script,
        quotas: &[CountedQuota<'_>],
        elements: NonZeroU32,
    ) -> ScriptInvocation<'a> {
        let day = today();
        let mut question = script.arg(elements.get());
        for (quota, network) in quotas {
            question.key(self.name(quota, network.as_ref(), day));
            question.arg(quota.interval_micros());
            question.arg(quota.terms.limit());
        }
        question
    }

    /// Returns the name of a quota. It changes each day, so that an observer of Redis cannot follow a client for
    /// longer. At midnight UTC quotas are full again.
    fn name(&self, quota: &Common, network: Option<&ClientKey>, day: i64) -> String {
        let encoded = network.map(ClientKey::encode);
        let whose = encoded.as_ref().map_or(&[][..], |encoded| encoded);
        let parts = [quota.rate.as_bytes(), &day.to_le_bytes(), whose];
        self.shared.name(self.purpose, &parts)
    }
}

/// Turns the verdict into a decision; `None` if the quota was not asked.
fn decision(quotas: &[CountedQuota<'_>], verdict: Verdict) -> Option<Result<(), QuotaRefusal>> {
    match verdict {
        Verdict::Taken => Some(Ok(())),
        Verdict::Short(place, wait) => {
            let (quota, _) = quotas.get(place)?;
            Some(Err(quota.terms.refused(wait)))
        }
    }
}

impl Common {
    fn new(policy: Policy, rate: Rate) -> Option<Self> {
        Some(Self {
            terms: QuotaRule::new(policy, rate)?,
            rate: rate.to_string(),
        })
    }

    fn interval_micros(&self) -> f64 {
        self.terms.interval().as_nanos() as f64 / 1000.0
    }
}

impl FromRedisValue for Verdict {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        let [place, micros] = <[i64; 2]>::from_redis_value(value)?;
        let time = u64::try_from(micros).map(Duration::from_micros);
        match (usize::try_from(place), time) {
            (Ok(0), Ok(Duration::ZERO)) => Ok(Self::Taken),
            (Ok(place @ 1..), Ok(time)) if time <= LONGEST => Ok(Self::Short(place - 1, time)),
            _ => Err("a place or a time that no quota has".into()),
        }
    }
}

#[cfg(test)]
mod tests;
