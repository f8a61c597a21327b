//! What does a warning list say about itself, and about its entries?

use std::fmt;

use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{DataClass, Localised};

/// Why an entry is on a warning list: in place of data classes, in alphabetical order.
#[rustfmt::skip]
pub const REASONS: &[&str] = &[
    "financial-pyramid", "fraud-call", "fraud-wallet", "mule-account", "phishing-site", "spoofed-number",
    "unlicensed-crypto-exchange", "unlicensed-lender",
];

/// What a warning list says about itself that a leak does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Publisher of the list.
    pub publisher: Localised,
    /// Legal basis of the list.
    pub legal_basis: Localised,
    /// Where an entry is contested: an address that begins with `https://`.
    pub appeal: String,
    /// Days for which an entry holds after its date.
    pub valid_for: u16,
}

impl Warning {
    /// Maximum number of days that an entry may hold. Their months and all reasons fit into the classes of a breach.
    pub const MAX_VALID_FOR: u16 = 1_500;

    /// Returns whether an entry of this day still holds today.
    #[must_use]
    pub fn holds(&self, listed: Date, today: Date) -> bool {
        let end = listed.checked_add(i32::from(self.valid_for).days());
        end.is_ok_and(|end| today <= end)
    }

    /// Returns whether an exposure with this class still holds today. For a month, its last day counts.
    #[must_use]
    pub fn keeps(&self, class: &DataClass, today: Date) -> bool {
        Month::of_class(class).is_none_or(|month| self.holds(month.last_day(), today))
    }
}

/// The month in which an entry was listed. In an index file it is a class, `listed-YYYY-MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

/// What the class of a month begins with.
const LISTED: &str = "listed-";

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Date) -> Self {
        Self(day.first_of_month())
    }

    /// The month that a class stands for; `None` for a reason.
    #[must_use]
    pub fn of_class(class: &DataClass) -> Option<Self> {
        let month = class.as_str().strip_prefix(LISTED)?;
        let (year, month) = month.split_once('-')?;
        let is_written = year.len() == 4 && month.len() == 2;
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok();
        date.filter(|_| is_written).map(Self)
    }

    /// Returns the class that stands for the month.
    #[must_use]
    pub fn class(self) -> DataClass {
        let name = format!("{LISTED}{self}");
        // Cannot fail: the name has 14 characters, digits and hyphens.
        DataClass::try_from(name).unwrap_or(DataClass::known("listed"))
    }

    /// Returns the next month.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1.month()))
    }

    fn last_day(self) -> Date {
        self.0.last_of_month()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// Type of a catalogue entry.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum ListType {
    /// A leak; the same as without the member.
    Leak,
    Warning,
}

/// The members of a warning list among those of a breach; a leak has none of them.
#[derive(Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = WarningMembers))]
#[serde(default)]
pub(super) struct Members {
    /// `warning` for a warning list. Its entry is never shown as a leak, and its classes are reasons and months.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    list_type: Option<ListType>,
    /// Who publishes the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    publisher: Option<Localised>,
    /// Legal basis of the list.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    legal_basis: Option<Localised>,
    /// Where an entry is contested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, example = "https://example.kz/appeal")
    )]
    appeal: Option<String>,
    /// Days for which an entry holds after its date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(nullable = false, minimum = 1, maximum = 1_500)
    )]
    valid_for: Option<u16>,
}

pub(super) fn serialize<S: Serializer>(
    warning: &Option<Warning>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let members = warning.as_ref().map(|warning| Members {
        list_type: Some(ListType::Warning),
        publisher: Some(warning.publisher.clone()),
        legal_basis: Some(warning.legal_basis.clone()),
        appeal: Some(warning.appeal.clone()),
        valid_for: Some(warning.valid_for),
    });
    members.unwrap_or_default().serialize(serializer)
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Warning>, D::Error> {
    let members = Members::deserialize(deserializer)?;
    if members.list_type != Some(ListType::Warning) {
        return Ok(None);
    }
    match members {
        Members {
            publisher: Some(publisher),
            legal_basis: Some(legal_basis),
            appeal: Some(appeal),
            valid_for: Some(valid_for @ 1..=Warning::MAX_VALID_FOR),
            ..
        } if appeal.starts_with("https://") => Ok(Some(Warning {
            publisher,
            legal_basis,
            appeal,
            valid_for,
        })),
        _ => Err(de::Error::custom(
            "a warning has publisher, legal_basis, appeal and valid_for",
        )),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::breach::ClassSet;

    fn warning(valid_for: u16) -> Warning {
        let texts = || Localised {
            kk: "а".to_owned(),
            ru: "б".to_owned(),
            en: "c".to_owned(),
        };
        Warning {
            publisher: texts(),
            legal_basis: texts(),
            appeal: "https://example.kz/appeal".to_owned(),
            valid_for,
        }
    }

    #[test]
    fn an_entry_holds_to_the_day_and_its_class_to_the_end_of_its_month() {
        let warning = warning(30);
        assert!(warning.holds(date(2026, 11, 1), date(2026, 12, 1)));
        assert!(!warning.holds(date(2026, 11, 1), date(2026, 12, 2)));
        let class = Month::of(date(2026, 11, 1)).class();
        assert!(warning.keeps(&class, date(2026, 12, 30)));
        assert!(!warning.keeps(&class, date(2026, 12, 31)));
        assert!(warning.keeps(&DataClass::known("fraud-call"), date(2099, 1, 1)));
    }

    #[test]
    fn a_month_is_found_again_in_its_class() {
        let month = Month::of(date(2026, 2, 28));
        assert_eq!(month.class().as_str(), "listed-2026-02");
        assert_eq!(Month::of_class(&month.class()), Some(month));
        assert_eq!(month.next().to_string(), "2026-03");
        for other in ["listed-2026-13", "listed-26-02", "listed", "fraud-call"] {
            assert_eq!(Month::of_class(&DataClass::known(other)), None);
        }
    }

    #[test]
    fn all_months_that_may_hold_and_all_reasons_fit_into_a_breach() {
        assert!(REASONS.is_sorted());
        let months = usize::from(Warning::MAX_VALID_FOR) / 28 + 2;
        assert!(months + REASONS.len() <= ClassSet::CAPACITY);
    }

    #[derive(Serialize, Deserialize)]
    struct Entry {
        #[serde(flatten, with = "super")]
        warning: Option<Warning>,
    }

    #[test]
    fn a_leak_has_no_member_of_a_warning_and_half_a_warning_is_refused() {
        let written = |warning| serde_json::to_string(&Entry { warning }).expect("JSON");
        assert_eq!(written(None), "{}");
        let whole = written(Some(warning(30)));
        assert!(
            whole.starts_with(r#"{"type":"warning","publisher":{"#),
            "{whole}"
        );
        let read = |text: &str| serde_json::from_str::<Entry>(text).map(|entry| entry.warning);
        assert_eq!(read(&whole).ok(), Some(Some(warning(30))));
        assert_eq!(read(r#"{"type":"leak"}"#).ok(), Some(None));
        for broken in [
            whole.replace("30", "0"),
            whole.replace("30", "1501"),
            whole.replace("https", "javascript"),
            whole.replace("appeal\"", "appeals\""),
            whole.replace("warning\"", "rumour\""),
        ] {
            assert!(read(&broken).is_err(), "{broken}");
        }
    }
}
