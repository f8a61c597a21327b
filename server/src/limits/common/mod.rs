use std::num::NonZeroU32;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::{FromRedisValue, ParsingError, Script, ScriptInvocation, Value};

use super::pseudonym::today;
use super::standing::Terms;
use super::{Allowance, ClientKey, Policy, Rate, Refusal};
use crate::shared::Shared;

static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("take.lua")));

/// No quota takes longer to be whole: that is the longest window of a rate.
const LONGEST: Duration = Duration::from_secs(3600);

/// Quotas that evaluators side by side have in common, kept in Redis.
///
/// They are those of [`Quotas`](super::Quotas), and better in one point: a script looks at both and takes from both in
/// one go, so no request can overtake another in between. Redis keeps no key of a quota that is whole.
pub(super) struct CommonQuotas {
    shared: Arc<Shared>,
    purpose: &'static str,
    total: Option<Common>,
    client: Option<Common>,
}

/// A quota of its kind, whosever it is.
struct Common {
    terms: Terms,
    /// A part of its name: one with another rate is another quota.
    rate: String,
}

/// What the script answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// It was taken; the last quota is whole again after this time.
    Taken(Duration),
    /// The quota at this place, from 0, has too little before this time.
    Short(usize, Duration),
}

impl CommonQuotas {
    /// Quotas for a purpose; those of other purposes are other quotas.
    pub(super) fn new(
        per_client: Rate,
        total: Rate,
        purpose: &'static str,
        shared: Arc<Shared>,
    ) -> Self {
        Self {
            shared,
            purpose,
            total: Common::new(Policy::Total, total),
            client: Common::new(Policy::Client, per_client),
        }
    }

    /// As [`Quotas::take`](super::Quotas::take); nothing if Redis does not answer.
    pub(super) async fn take(
        &self,
        client: &ClientKey,
        elements: NonZeroU32,
    ) -> Option<Result<Allowance, Refusal>> {
        let quotas = self.quotas();
        if quotas.is_empty() {
            return Some(Ok(Allowance { standing: None }));
        }
        let holds_too_little = |quota: &&&Common| quota.terms.limit() < elements.get();
        if let Some(small) = quotas.iter().find(holds_too_little) {
            return Some(Err(small.terms.never_allowed()));
        }
        let question = self.question(&TAKE, &quotas, client, elements);
        let verdict = self.shared.ask(&question).await?;
        self.decision(&quotas, verdict)
    }

    /// In the order in which they are asked.
    fn quotas(&self) -> Vec<&Common> {
        [&self.total, &self.client].into_iter().flatten().collect()
    }

    fn question<'a>(
        &self,
        script: &'a Script,
        quotas: &[&Common],
        client: &ClientKey,
        elements: NonZeroU32,
    ) -> ScriptInvocation<'a> {
        let day = today();
        let mut question = script.arg(elements.get());
        for quota in quotas {
            question.key(self.name(quota, client, day));
            question.arg(quota.interval_micros());
            question.arg(quota.terms.limit());
        }
        question
    }

    /// A client has another name each day, so that who watches Redis cannot follow one for longer. At midnight UTC
    /// quotas are whole.
    fn name(&self, quota: &Common, client: &ClientKey, day: i64) -> String {
        let whose: &[u8] = match quota.terms.policy() {
            Policy::Client => &client.encode(),
            Policy::Total => &[],
        };
        let parts = [quota.rate.as_bytes(), &day.to_le_bytes(), whose];
        self.shared.name(self.purpose, &parts)
    }

    /// The client's quota is the last one that was asked, if there is any. Nothing if a quota is meant that was not.
    fn decision(&self, quotas: &[&Common], verdict: Verdict) -> Option<Result<Allowance, Refusal>> {
        match verdict {
            Verdict::Taken(back) => {
                let standing = |client: &Common| client.terms.allowed(client.remaining(back));
                Some(Ok(Allowance {
                    standing: self.client.as_ref().map(standing),
                }))
            }
            Verdict::Short(place, wait) => Some(Err(quotas.get(place)?.terms.refused(wait))),
        }
    }
}

impl Common {
    fn new(policy: Policy, rate: Rate) -> Option<Self> {
        Some(Self {
            terms: Terms::new(policy, rate)?,
            rate: rate.to_string(),
        })
    }

    fn interval_micros(&self) -> f64 {
        self.terms.interval().as_nanos() as f64 / 1000.0
    }

    /// How many elements are left if the quota is whole again after this time. One that is not wholly given back is not
    /// there; what the script rounded, less than two microseconds, takes none.
    fn remaining(&self, back: Duration) -> u32 {
        let micros = back.saturating_sub(Duration::from_micros(2)).as_micros() as f64;
        // Cannot overflow: a cast from f64 saturates.
        let taken = (micros / self.interval_micros()).ceil() as u32;
        self.terms.limit().saturating_sub(taken)
    }
}

impl FromRedisValue for Verdict {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        let [place, micros] = <[i64; 2]>::from_redis_value(value)?;
        let time = u64::try_from(micros).map(Duration::from_micros);
        match (usize::try_from(place), time) {
            (Ok(0), Ok(time)) if time <= LONGEST => Ok(Self::Taken(time)),
            (Ok(place), Ok(time)) if time <= LONGEST => Ok(Self::Short(place - 1, time)),
            _ => Err("a place or a time that no quota has".into()),
        }
    }
}

#[cfg(test)]
mod tests;
