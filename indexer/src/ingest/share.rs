//! What share of a whole may be bad? As in `--max-rejects` and `max_rejects`.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// A share of a whole, written `5%` or `0.05`; kept in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Share(u32);

const WHOLE: u32 = 1_000_000;
const HALF: Share = Share(WHOLE / 2);
/// Number of rows or cells of a file that may be bad, even if they are a large share of it.
const FEW: u64 = 20;

impl Share {
    /// The whole.
    pub const ALL: Self = Self(WHOLE);

    /// Whether `part` of a file's `whole` exceeds this share too far to be an accident.
    ///
    /// In a small file a few bad rows are a large share. Up to [`FEW`] of them pass, unless they are the greater
    /// part: then the file is not what its description says.
    pub(crate) fn exceeded_in_file(self, part: u64, whole: u64) -> bool {
        let is_much = part > FEW || HALF.exceeded(part, whole);
        is_much && self.exceeded(part, whole)
    }

    /// Whether `part` of `whole` is more than this share. Nothing of nothing is not.
    pub(crate) fn exceeded(self, part: u64, whole: u64) -> bool {
        u128::from(part) * u128::from(WHOLE) > u128::from(whole) * u128::from(self.0)
    }
}

/// The error for a text that is not a share.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a share such as 5% or 0.05, between 0 and 100%")]
pub struct BadShare;

impl FromStr for Share {
    type Err = BadShare;

    fn from_str(text: &str) -> Result<Self, BadShare> {
        let (number, unit) = match text.trim().strip_suffix('%') {
            Some(percent) => (percent, 0.01),
            None if text.contains('.') => (text, 1.0),
            // 5 may mean 5 % or five times everything.
            None => return Err(BadShare),
        };
        let share = number.trim().parse::<f64>().map_err(|_| BadShare)? * unit;
        if !(0.0..=1.0).contains(&share) {
            return Err(BadShare);
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and `WHOLE`"
        )]
        let parts = (share * f64::from(WHOLE)).round() as u32;
        Ok(Self(parts))
    }
}

impl TryFrom<String> for Share {
    type Error = BadShare;

    fn try_from(text: String) -> Result<Self, BadShare> {
        text.parse()
    }
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", f64::from(self.0) / f64::from(WHOLE / 100))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_read_in_percent_and_as_a_fraction() {
        assert_eq!("5%".parse(), "0.05".parse::<Share>());
        assert_eq!("100 %".parse(), Ok(Share::ALL));
        assert_eq!(
            "2.5%".parse::<Share>().map(|share| share.to_string()),
            Ok("2.5 %".to_owned())
        );
        for bad in ["", "%", "-1%", "101%", "1.01", "NaN", "five", "1", "5"] {
            assert_eq!(bad.parse::<Share>(), Err(BadShare), "{bad}");
        }
    }

    #[test]
    fn a_share_is_exceeded_only_by_more() {
        let limit: Share = "5%".parse().expect("a share");
        assert!(!limit.exceeded(5, 100));
        assert!(limit.exceeded(6, 100));
        assert!(!limit.exceeded(0, 0));
        assert!(limit.exceeded(u64::MAX, u64::MAX));
    }

    #[test]
    fn a_few_bad_rows_of_a_small_file_pass_but_a_bad_file_does_not() {
        let limit: Share = "5%".parse().expect("a share");
        for (rejected, rows, refused) in [
            (1, 2, false),
            (2, 3, true),
            (1, 1, true),
            (20, 100, false),
            (21, 100, true),
            (21, 1000, false),
            (0, 0, false),
        ] {
            let exceeded = limit.exceeded_in_file(rejected, rows);
            assert_eq!(exceeded, refused, "{rejected} of {rows}");
        }
        assert!(!Share::ALL.exceeded_in_file(9, 9));
    }
}
