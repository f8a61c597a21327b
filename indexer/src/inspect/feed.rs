//! Is this a warning list? Feeds of publishers: bundles of STIX, events of MISP, lists of sites, companies, wallets or
//! accounts with the days on which entries were inserted and removed.

use exposure_index::identifier::{Kind, clean, normalise};

use super::classes::PASSWORDS;
use super::guess::{Column, Guess};
use super::meaning::Meaning;
use super::{Part, identifiers};
use crate::ingest::{NOWHERE, day};

/// Fewest values that show what a column of a feed holds.
const FEWEST: usize = 3;
/// The share of them, in percent, that must be of a kind.
const MOSTLY: usize = 90;
/// Names of columns with the day from which an entry is listed, without capitals and signs.
const SINCE: [&str; 11] = [
    "added",
    "dateadded",
    "firstseen",
    "inserted",
    "insertdate",
    "listed",
    "since",
    "timestamp",
    "validfrom",
    "датавнесения",
    "дата",
];
/// Names of columns with the day on which it was removed.
const UNTIL: [&str; 8] = [
    "deletedate",
    "deleted",
    "removed",
    "removedate",
    "until",
    "validuntil",
    "датаисключения",
    "исключен",
];
/// Kinds that only warning lists have, the surest ones first.
const OF_LISTS: [Kind; 4] = [Kind::Wallet, Kind::Handle, Kind::Company, Kind::Site];
/// Kinds of leaks that warning lists have as well.
const OF_BOTH: [Kind; 4] = [Kind::Phone, Kind::Email, Kind::Iban, Kind::Card];

/// The meaning of a column for an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FeedColumn {
    /// Identifiers of a kind that only warning lists have.
    Kind(Kind),
    /// Patterns of STIX.
    Pattern,
    /// The value of a MISP attribute.
    Value,
    /// The type of a MISP attribute.
    Type,
    /// Whether a MISP attribute is for detection.
    Detection,
    /// The day from which it is listed.
    Since,
    /// The day on which it was removed.
    Until,
    /// The address to which a hosts file redirects it.
    Nowhere,
}

impl FeedColumn {
    /// Returns the meaning of a column of this name with these values.
    pub(super) fn of(name: &str, values: &[&str]) -> Option<Self> {
        let by_values = || match values.is_empty() || !values.iter().all(|value| is_nowhere(value))
        {
            true => kind(values).map(Self::Kind),
            false => Some(Self::Nowhere),
        };
        Self::by_name(name, values).or_else(by_values)
    }

    /// Returns whether only such columns have this name.
    pub(super) const fn is_named(self) -> bool {
        !matches!(self, Self::Kind(_) | Self::Nowhere)
    }

    fn by_name(name: &str, values: &[&str]) -> Option<Self> {
        let attribute = name.strip_suffix("value").or(name.strip_suffix("type"));
        let attribute = attribute.or(name.strip_suffix("to_ids"));
        let last = name.rsplit('.').next().unwrap_or(name);
        let are_days = values.iter().all(|value| day(value).is_some());
        if attribute.is_some_and(|path| path.ends_with("Attribute[].")) {
            return Some(match last {
                "value" => Self::Value,
                "type" => Self::Type,
                _ => Self::Detection,
            });
        }
        match bare(last).as_str() {
            "pattern" if !values.is_empty() && values.iter().all(|value| is_pattern(value)) => {
                Some(Self::Pattern)
            }
            last if are_days && !values.is_empty() && SINCE.contains(&last) => Some(Self::Since),
            last if are_days && UNTIL.contains(&last) => Some(Self::Until),
            _ => None,
        }
    }

    /// Returns its entry in `breach.toml`; `None` if it needs none.
    pub(crate) fn entry(self) -> Option<String> {
        Some(match self {
            Self::Nowhere => return None,
            Self::Kind(kind) => format!("{{ identifier = \"{kind}\" }}"),
            Self::Pattern => "{ stix_pattern = true }".to_owned(),
            Self::Value => "{ value = true }".to_owned(),
            Self::Type => "{ kind = { \"domain\" = \"site\", \"hostname\" = \"site\", \"url\" = \"site\", \
                           \"email-src\" = \"email\", \"email-dst\" = \"email\", \"phone-number\" = \"phone\", \
                           \"btc\" = \"wallet\", \"iban\" = \"iban\", \"cc-number\" = \"card\" } }"
                .to_owned(),
            Self::Detection => "{ only = \"true\" }".to_owned(),
            Self::Since => "{ listed = true }".to_owned(),
            Self::Until => "{ removed = true }".to_owned(),
        })
    }

    /// Returns the meaning in a few words.
    pub(crate) const fn says(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.name(),
            Self::Pattern => "pattern of STIX",
            Self::Value => "what is listed",
            Self::Type => "of which kind it is",
            Self::Detection => "whether it counts",
            Self::Since => "since when",
            Self::Until => "until when",
            Self::Nowhere => "nowhere",
        }
    }
}

impl Part {
    /// Returns whether it is a warning list: it names what only such lists name, and nothing about a person. Telephone
    /// numbers, addresses and accounts may be of persons, unless each has a day from which it is listed.
    pub(crate) fn is_feed(&self) -> bool {
        let has = |wanted: FeedColumn| self.says(|column| column == wanted);
        let names_values = has(FeedColumn::Pattern)
            || has(FeedColumn::Value) && has(FeedColumn::Type)
            || self.says(|column| matches!(column, FeedColumn::Kind(_)));
        let may_be_of_persons = self.columns.iter().any(is_of_both);
        names_values
            && self.columns.iter().all(is_of_a_list)
            && (has(FeedColumn::Since) || !may_be_of_persons)
    }

    fn says(&self, is_meant: impl Fn(FeedColumn) -> bool) -> bool {
        let mut said = self.columns.iter().filter_map(|column| column.of_feed);
        said.any(is_meant)
    }
}

/// Whether a column could be one of a warning list.
fn is_of_a_list(column: &Column) -> bool {
    let is_harmless = |guess: &Guess| match guess.meaning {
        Meaning::Identifier(kind) => OF_BOTH.contains(&kind),
        // Words of a name that have another meaning with such values.
        Meaning::Class(class) => class != PASSWORDS && !guess.by_values,
        Meaning::Text(_) => false,
    };
    column.of_feed.is_some() || column.proposed().is_none_or(is_harmless)
}

/// Whether a column has identifiers that leaks have as well.
fn is_of_both(column: &Column) -> bool {
    column.of_feed.is_none()
        && column
            .proposed()
            .is_some_and(|guess| guess.meaning.is_indexed())
}

/// The kind that nearly all values are of.
fn kind(values: &[&str]) -> Option<Kind> {
    let mostly = |kind: &Kind| {
        let is_one = |value: &&&str| is_listable(*kind, value);
        let of_kind = values.iter().filter(is_one).count();
        of_kind >= FEWEST && of_kind * 100 >= values.len() * MOSTLY
    };
    OF_LISTS.into_iter().find(mostly)
}

/// Whether a value is of a kind and looks like nothing else.
fn is_listable(kind: Kind, value: &str) -> bool {
    let value = clean(value);
    match kind {
        // `@name` is a login as well.
        Kind::Handle => value.contains('/') && normalise(kind, &value).is_ok(),
        Kind::Company => identifiers::is_taken(kind, &value) && value.len() >= 12,
        _ => normalise(kind, &value).is_ok(),
    }
}

/// Returns the number of comments that a hosts file begins with; `None` if it is not one.
pub(super) fn comments_of_hosts_file(rows: &[Vec<String>]) -> Option<usize> {
    let first = rows
        .iter()
        .map(|row| row.first().map_or("", String::as_str));
    let is_comment = |cell: &&str| cell.starts_with('#');
    let comments = first.clone().take_while(is_comment).count();
    let entries = first.skip(comments).filter(|cell| is_nowhere(cell)).count();
    (entries >= FEWEST && entries * 100 >= (rows.len() - comments) * MOSTLY).then_some(comments)
}

fn is_nowhere(value: &str) -> bool {
    NOWHERE.contains(&value)
}

fn is_pattern(value: &str) -> bool {
    value.starts_with('[') && value.contains('=')
}

/// Letters alone, small ones.
fn bare(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphabetic());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_a_list_is_known_by_its_values_or_by_name_and_values() {
        let days = ["2026-11-30T08:00:00Z", "2026-11-29", "30.11.2026"];
        let of = FeedColumn::of;
        assert_eq!(of("objects[].valid_from", &days), Some(FeedColumn::Since));
        assert_eq!(of("DeleteDate", &[]), Some(FeedColumn::Until));
        assert_eq!(of("DeleteDate", &["x"]), None);
        assert_eq!(of("birth", &days), None);
        let pattern = ["[url:value = 'https://example.kz/']"];
        assert_eq!(of("objects[].pattern", &pattern), Some(FeedColumn::Pattern));
        let attribute = |name: &str| of(&format!("Event.Attribute[].{name}"), &["1"]);
        assert_eq!(attribute("value"), Some(FeedColumn::Value));
        assert_eq!(attribute("to_ids"), Some(FeedColumn::Detection));
        for (kind, values) in [
            (
                Kind::Site,
                ["a.example.kz", "https://b.example.kz/x", "c.example.org"],
            ),
            (
                Kind::Handle,
                [
                    "t.me/name_1",
                    "https://instagram.com/name",
                    "https://t.me/name_2",
                ],
            ),
            (
                Kind::Company,
                ["940140000385", "990140004654", "940140000385"],
            ),
        ] {
            assert_eq!(of("0", &values), Some(FeedColumn::Kind(kind)));
        }
        for values in [
            ["@name_1", "@name_2", "@name_3"],
            ["a@example.kz", "b@example.kz", "c@example.kz"],
            ["yes", "no", "yes"],
        ] {
            assert_eq!(of("0", &values), None, "{values:?}");
        }
    }
}
