use std::time::Duration;

use super::Rate;

/// A rate as a [`Standing`] tells it.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    policy: Policy,
    limit: u32,
    window: u64,
    /// In which one element is given back.
    interval: Duration,
}

/// Which quota it is about; the name in the `RateLimit` headers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// That of one client.
    Client,
    /// That of all together.
    Total,
}

/// A quota and what is left of it, for the headers `RateLimit` and `RateLimit-Policy`
/// (draft-ietf-httpapi-ratelimit-headers-10). All figures count elements, not requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Whose quota.
    pub policy: Policy,
    /// The whole quota.
    pub limit: u32,
    /// What is left of it. With a refusal it is told as 0, even if a smaller request would still pass.
    pub remaining: u32,
    /// Seconds until it is whole again, or with a refusal until the same request passes; rounded up.
    pub reset_seconds: u64,
    /// Seconds in which the whole quota is given back.
    pub window_seconds: u64,
}

/// The request may be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allowance {
    /// The client's standing, if clients are limited. The total's is told to nobody while it suffices: it is everyone's
    /// traffic.
    pub standing: Option<Standing>,
}

/// The request is one too many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many elements; ask again after the seconds that Retry-After tells")]
pub struct Refusal {
    /// The quota that does not suffice.
    pub standing: Standing,
    /// For `Retry-After`: rounded up, at least 1.
    pub retry_after_seconds: u64,
}

impl Terms {
    /// The terms of a rate; nothing if it is no limit.
    pub(super) fn new(policy: Policy, rate: Rate) -> Option<Self> {
        Some(Self {
            policy,
            limit: rate.amount()?.get(),
            window: rate.window_seconds(),
            interval: rate.interval()?,
        })
    }

    /// Whose quota it is.
    #[cfg(feature = "redis")]
    pub(super) const fn policy(&self) -> Policy {
        self.policy
    }

    /// The whole quota.
    #[cfg(feature = "redis")]
    pub(super) const fn limit(&self) -> u32 {
        self.limit
    }

    /// In which one element is given back.
    #[cfg(feature = "redis")]
    pub(super) const fn interval(&self) -> Duration {
        self.interval
    }

    pub(super) fn allowed(&self, remaining: u32) -> Standing {
        let taken = self.limit.saturating_sub(remaining);
        self.standing(remaining, seconds_rounded_up(self.interval * taken))
    }

    pub(super) fn refused(&self, wait: Duration) -> Refusal {
        self.refused_for(seconds_rounded_up(wait))
    }

    /// Of more elements than the whole quota.
    pub(super) fn never_allowed(&self) -> Refusal {
        self.refused_for(self.window)
    }

    fn refused_for(&self, seconds: u64) -> Refusal {
        let retry_after_seconds = seconds.max(1);
        Refusal {
            standing: self.standing(0, retry_after_seconds),
            retry_after_seconds,
        }
    }

    const fn standing(&self, remaining: u32, reset_seconds: u64) -> Standing {
        Standing {
            policy: self.policy,
            limit: self.limit,
            remaining,
            reset_seconds,
            window_seconds: self.window,
        }
    }
}

impl Standing {
    /// The value of the `RateLimit` header: `"client";r=50;t=30`.
    #[must_use]
    pub fn rate_limit(&self) -> String {
        format!(
            "\"{}\";r={};t={}",
            self.policy.name(),
            self.remaining,
            self.reset_seconds
        )
    }

    /// The value of the `RateLimit-Policy` header: `"client";q=100;w=60`.
    #[must_use]
    pub fn rate_limit_policy(&self) -> String {
        format!(
            "\"{}\";q={};w={}",
            self.policy.name(),
            self.limit,
            self.window_seconds
        )
    }
}

impl Policy {
    /// The name in headers, logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Total => "total",
        }
    }
}

fn seconds_rounded_up(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
