use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A date known to the year, the month or the day: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
///
/// Dates are ordered as text, so a year comes before every month of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PartialDate(String);

/// A text that is not a [`PartialDate`].
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("a date is written YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct BadDate;

impl PartialDate {
    /// A placeholder for an unknown date: the year 0.
    #[must_use]
    pub fn unknown() -> Self {
        Self("0000".to_owned())
    }

    /// The date as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the year, four digits.
    #[must_use]
    pub fn year(&self) -> &str {
        &self.0[..4]
    }

    /// Returns the first day that it may mean: `YYYY-MM-DD`.
    #[must_use]
    pub fn first_day(&self) -> String {
        let missing = &"0000-01-01"[self.0.len().min(10)..];
        format!("{}{missing}", self.0)
    }

    /// Returns the beginning of that day in RFC 3339.
    #[must_use]
    pub fn first_moment(&self) -> String {
        format!("{}T00:00:00Z", self.first_day())
    }
}

impl FromStr for PartialDate {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let completed = match text.len() {
            4 => format!("{text}-01-01"),
            7 => format!("{text}-01"),
            10 => text.to_owned(),
            _ => return Err(BadDate),
        };
        let shape = completed
            .bytes()
            .enumerate()
            .all(|(place, byte)| match place {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !shape || completed.parse::<Date>().is_err() {
            return Err(BadDate);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for PartialDate {
    type Error = BadDate;

    fn try_from(text: String) -> Result<Self, BadDate> {
        text.parse()
    }
}

impl From<PartialDate> for String {
    fn from(date: PartialDate) -> Self {
        date.0
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_date_leaves_open_begins_at_its_first_day() {
        for (date, day) in [
            ("2025", "2025-01-01"),
            ("2025-06", "2025-06-01"),
            ("2024-02-29", "2024-02-29"),
        ] {
            assert_eq!(
                date.parse().map(|date: PartialDate| date.first_day()),
                Ok(day.to_owned())
            );
        }
    }

    #[test]
    fn a_date_may_stop_at_the_year_or_the_month() {
        for good in ["2025", "2025-06", "2024-02-29"] {
            assert_eq!(
                good.parse::<PartialDate>().map(String::from),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "25",
            "2025-13",
            "2023-02-29",
            "2025/06",
            "20250601",
            "+025",
            "2025-06-1",
        ] {
            assert_eq!(bad.parse::<PartialDate>(), Err(BadDate), "{bad}");
        }
    }
}
