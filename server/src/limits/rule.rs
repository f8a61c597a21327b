use std::time::Duration;

use super::Rate;

/// A rate as a [`QuotaRefusal`] states it.
#[derive(Clone, Copy)]
pub(super) struct QuotaRule {
    policy: Policy,
    limit: u32,
    window: u64,
    /// Time in which one element is given back.
    #[cfg(feature = "redis")]
    interval: Duration,
}

/// The quota that a refusal is about; its name in the `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// The quota of one client.
    Client,
    /// The quota of an IPv6 network that the client is in.
    Network,
    /// The quota of all clients together.
    Total,
}

/// A quota is not enough for the request. All figures count elements, not requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many elements; ask again after the seconds that Retry-After states")]
pub(crate) struct QuotaRefusal {
    /// The quota that is not enough.
    pub(crate) policy: Policy,
    /// The whole quota.
    pub(crate) limit: u32,
    /// Seconds in which the whole quota is given back.
    pub(crate) window_seconds: u64,
    /// Seconds until the same request passes, for `Retry-After`; rounded up, at least 1.
    pub(crate) retry_after_seconds: u64,
}

impl QuotaRule {
    /// Makes the rule of a rate; `None` if it has no limit.
    pub(super) fn new(policy: Policy, rate: Rate) -> Option<Self> {
        Some(Self {
            policy,
            limit: rate.amount()?.get(),
            window: rate.window_seconds(),
            #[cfg(feature = "redis")]
            interval: rate.interval()?,
        })
    }

    /// Returns the whole quota.
    #[cfg(feature = "redis")]
    pub(super) const fn limit(&self) -> u32 {
        self.limit
    }

    /// Returns the time in which one element is given back.
    #[cfg(feature = "redis")]
    pub(super) const fn interval(&self) -> Duration {
        self.interval
    }

    pub(super) fn refused(&self, wait: Duration) -> QuotaRefusal {
        self.refused_for(seconds_rounded_up(wait))
    }

    /// Refuses a request of more elements than the whole quota.
    pub(super) fn never_allowed(&self) -> QuotaRefusal {
        self.refused_for(self.window)
    }

    fn refused_for(&self, seconds: u64) -> QuotaRefusal {
        QuotaRefusal {
            policy: self.policy,
            limit: self.limit,
            window_seconds: self.window,
            retry_after_seconds: seconds.max(1),
        }
    }
}

impl QuotaRefusal {
    /// Returns the value of the `RateLimit` header (draft-ietf-httpapi-ratelimit-headers-10): `"client";r=0;t=30`. It
    /// says that nothing is left even if a smaller request would still pass.
    #[must_use]
    pub(crate) fn rate_limit(&self) -> String {
        format!(
            "\"{}\";r=0;t={}",
            self.policy.name(),
            self.retry_after_seconds
        )
    }

    /// Returns the value of the `RateLimit-Policy` header: `"client";q=100;w=60`.
    #[must_use]
    pub(crate) fn rate_limit_policy(&self) -> String {
        format!(
            "\"{}\";q={};w={}",
            self.policy.name(),
            self.limit,
            self.window_seconds
        )
    }
}

impl Policy {
    /// Returns the name in headers, logs and metrics.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Network => "network",
            Self::Total => "total",
        }
    }
}

fn seconds_rounded_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
