//! How many evaluations in how much time? A rate, as written in the settings.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::Quota;

/// A number of elements per time: `600/min`, `20/s`, `5000/h`, or `off` for any number.
///
/// The whole amount may come at once; it is given back evenly over the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rate(Option<Limit>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Limit {
    amount: NonZeroU32,
    window: Duration,
}

/// A rate that cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rate is a number and a unit such as 20/s, 600/min or 5000/h, at most {most}, or `off`", most = Rate::MOST)]
pub(crate) struct RateError;

impl Rate {
    /// No limit.
    pub(crate) const OFF: Self = Self(None);

    /// The largest amount; more is as good as no limit, and its interval in nanoseconds would lose its precision.
    pub(crate) const MOST: u32 = 1_000_000;

    /// Allows this many per second, at least one and at most [`MOST`](Self::MOST).
    #[must_use]
    pub(crate) fn per_second(amount: u32) -> Self {
        Self::within(Duration::from_secs(1), amount)
    }

    /// Allows this many per minute, which may come at once; at least one and at most [`MOST`](Self::MOST).
    #[must_use]
    pub(crate) fn per_minute(amount: u32) -> Self {
        Self::within(Duration::from_secs(60), amount)
    }

    fn within(window: Duration, amount: u32) -> Self {
        let amount = NonZeroU32::new(amount).unwrap_or(NonZeroU32::MIN);
        Self(Some(Limit {
            amount: amount.min(Self::LARGEST),
            window,
        }))
    }

    const LARGEST: NonZeroU32 = NonZeroU32::new(Self::MOST).expect("cannot fail: it is not zero");

    /// Returns the elements that may come at once, and in each window; `None` if there is no limit. A request of more
    /// elements is never allowed, so a configuration should refuse an amount below the largest request.
    #[must_use]
    pub(crate) fn amount(&self) -> Option<NonZeroU32> {
        self.0.map(|limited| limited.amount)
    }

    /// Returns the seconds in which the whole amount is given back; 0 if there is no limit.
    #[must_use]
    pub(crate) fn window_seconds(&self) -> u64 {
        self.0.map_or(0, |limited| limited.window.as_secs())
    }

    /// Returns a multiple of the rate, at most [`MOST`](Self::MOST).
    #[must_use]
    pub(crate) fn times(self, factor: u32) -> Self {
        Self(self.0.map(|limited| {
            Limit {
                amount: limited
                    .amount
                    .saturating_mul(NonZeroU32::new(factor).unwrap_or(NonZeroU32::MIN))
                    .min(Self::LARGEST),
                ..limited
            }
        }))
    }

    /// Returns the time in which one element is given back; `None` if there is no limit.
    #[cfg(feature = "redis")]
    pub(super) fn interval(&self) -> Option<Duration> {
        self.quota().map(|quota| quota.replenish_interval())
    }

    pub(super) fn quota(&self) -> Option<Quota> {
        let Limit { amount, window } = self.0?;
        Some(Quota::with_period(window / amount.get())?.allow_burst(amount))
    }
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        if text == "off" {
            return Ok(Self::OFF);
        }
        let (amount, unit) = text.split_once('/').ok_or(RateError)?;
        let amount: NonZeroU32 = amount.parse().map_err(|_| RateError)?;
        let limited = Limit {
            amount,
            window: window(unit)?,
        };
        (amount.get() <= Self::MOST)
            .then_some(Self(Some(limited)))
            .ok_or(RateError)
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(Limit { amount, window }) = self.0 else {
            return f.write_str("off");
        };
        let unit = match window.as_secs() {
            1 => "s",
            60 => "min",
            _ => "h",
        };
        write!(f, "{amount}/{unit}")
    }
}

fn window(unit: &str) -> Result<Duration, RateError> {
    let seconds = match unit {
        "s" => 1,
        "min" => 60,
        "h" => 3600,
        _ => return Err(RateError),
    };
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_are_read() {
        for (text, amount, window) in [
            ("600/min", 600, 60),
            ("20/s", 20, 1),
            ("5000/h", 5000, 3600),
        ] {
            let rate: Rate = text.parse().unwrap();
            assert_eq!(
                (rate.amount().map(NonZeroU32::get), rate.window_seconds()),
                (Some(amount), window)
            );
        }
        assert_eq!("off".parse(), Ok(Rate::OFF));
    }

    #[test]
    fn rates_are_written_as_they_are_read() {
        for text in ["600/min", "20/s", "5000/h", "off"] {
            assert_eq!(text.parse::<Rate>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_rate_that_is_computed_is_one_that_can_be_written() {
        for (amount, text) in [(0, "1/s"), (2000, "2000/s"), (u32::MAX, "1000000/s")] {
            assert_eq!(Rate::per_second(amount).to_string(), text);
        }
    }

    #[test]
    fn what_is_not_a_rate_is_refused() {
        for text in [
            "",
            "off ",
            "20",
            "0/s",
            "-1/s",
            "20/d",
            "20/",
            "/s",
            "1.5/s",
            "1000001/s",
            "99999999999/s",
        ] {
            assert_eq!(text.parse::<Rate>(), Err(RateError), "{text}");
        }
    }

    proptest! {
        #[test]
        fn the_whole_amount_is_given_back_in_the_window(amount in 1..=Rate::MOST, unit in "s|min|h") {
            let rate: Rate = format!("{amount}/{unit}").parse().unwrap();
            let quota = rate.quota().unwrap();
            prop_assert_eq!(Some(quota.burst_size()), rate.amount());
            let back = quota.burst_size_replenished_in().as_secs_f64();
            let window = rate.window_seconds() as f64;
            prop_assert!(back <= window && back >= window * 0.998, "{} s instead of {}", back, window);
        }
    }
}
