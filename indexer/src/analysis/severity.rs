//! How much harm can be done with what leaked together?

use exposure_index::breach::{ClassSet, DataClass};
use roaring::{MultiOps, RoaringBitmap};

use super::{AnalysisError, BreachPlace, Corpus};

/// Level of harm that can be done with what leaked together with an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Severity {
    /// A stranger can pose as the person, or get at their accounts or money.
    Critical,
    /// A stranger can apply for a loan, or put the person under pressure.
    High,
    /// The person can be called or written to by a stranger who knows who they are.
    Medium,
    /// What leaked is useful only together with something else.
    Low,
}

impl Severity {
    /// Every level, the gravest first.
    pub(crate) const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// Returns the name in JSON and CSV.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

/// A rule: at least one class of each group.
type Rule = &'static [&'static [&'static str]];

const IDENTITY: &[&str] = &["government-issued-ids", "passport-numbers"];
const ACCESS: &[&str] = &["electronic-signatures", "passwords"];
const MONEY: &[&str] = &["bank-account-numbers", "payment-cards"];
const CONTACT: &[&str] = &["email-addresses", "phone-numbers"];
const PRIVATE: &[&str] = &[
    "credit-status",
    "family-members",
    "health-data",
    "income-levels",
];
const NAMES: &[&str] = &["names"];
const PHONES: &[&str] = &["phone-numbers"];
const PLACE_OR_BIRTH: &[&str] = &["dates-of-birth", "physical-addresses"];

/// Rules of the levels, any of which is enough. What matches none is [`Severity::Low`].
const RULES: [(Severity, Rule); 8] = [
    // A loan takes IIN or document and name; the other two answer the questions of a bank that calls back. Against
    // it the state has the voluntary refusal of loans.
    (
        Severity::Critical,
        &[IDENTITY, NAMES, PHONES, PLACE_OR_BIRTH],
    ),
    // Signing in as the person, or signing for them: new keys do not cancel old ones.
    (
        Severity::Critical,
        &[
            ACCESS,
            &[
                "email-addresses",
                "government-issued-ids",
                "phone-numbers",
                "usernames",
            ],
        ],
    ),
    // Calls in the bank's name, with the number of the card at hand: "your money is in danger".
    (Severity::Critical, &[MONEY, NAMES, PHONES]),
    (Severity::High, &[IDENTITY, NAMES]),
    // Pressure and blackmail.
    (
        Severity::High,
        &[
            PRIVATE,
            &["government-issued-ids", "names", "phone-numbers"],
        ],
    ),
    (Severity::High, &[ACCESS]),
    (Severity::High, &[MONEY]),
    // Calls and letters that know whom they are for.
    (
        Severity::Medium,
        &[
            CONTACT,
            &["dates-of-birth", "employers", "names", "physical-addresses"],
        ],
    ),
];

/// The rows of each level, twice: by what leaked together in one breach, and by what all breaches hold together.
pub(super) struct BySeverity {
    /// By the most severe single breach.
    pub(super) in_one: Vec<(Severity, RoaringBitmap)>,
    /// By all breaches joined, as an owner of every dump could.
    pub(super) joined: Vec<(Severity, RoaringBitmap)>,
}

impl BySeverity {
    /// Reads all rows of a corpus; rows that are only in warning lists have no level.
    pub(super) fn of<D: AsRef<[u8]> + Sync>(corpus: &Corpus<'_, D>) -> Result<Self, AnalysisError> {
        let classes = rule_classes();
        // Bits from 0 on for the rules, after them for the classes.
        let places = corpus.class_places(&classes);
        let label = |breach: BreachPlace, of_row: ClassSet| {
            let has = |class: &str| {
                let known = classes.iter().position(|one| one.as_str() == class);
                let place = known.and_then(|known| places[breach.index()][known]);
                place.is_some_and(|place| of_row.0 >> place & 1 == 1)
            };
            let fulfilled = RULES.iter().map(|(_, rule)| fulfils(rule, has));
            let present = classes.iter().map(|class| has(class.as_str()));
            fulfilled
                .chain(present)
                .enumerate()
                .fold(0, |bits, (bit, is_so)| bits | u64::from(is_so) << bit)
        };
        let mut of_rules = corpus.rows_by_label(RULES.len() + classes.len(), label)?;
        let of_classes = of_rules.split_off(RULES.len());
        let of_class = |class: &str| {
            let known = classes.iter().position(|one| one.as_str() == class);
            known.map_or(RoaringBitmap::new(), |known| of_classes[known].clone())
        };
        let joined = RULES.iter().map(|(_, rule)| {
            let groups = rule
                .iter()
                .map(|group| group.iter().map(|class| of_class(class)).union());
            groups.intersection()
        });
        let joined: Vec<RoaringBitmap> = joined.collect();
        let rows = corpus.rows_of_leaks()?;
        Ok(Self {
            in_one: exclusive(&of_rules, rows.clone()),
            joined: exclusive(&joined, rows),
        })
    }
}

fn fulfils(rule: Rule, has: impl Fn(&str) -> bool) -> bool {
    rule.iter()
        .all(|group| group.iter().any(|class| has(class)))
}

/// Returns the classes that rules name, each once.
fn rule_classes() -> Vec<DataClass> {
    let named = RULES
        .iter()
        .flat_map(|(_, rule)| rule.iter().copied().flatten());
    let mut classes: Vec<DataClass> = named.map(|class| DataClass::known(class)).collect();
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Returns, from the rows that match each rule, those of each level that have no higher one.
fn exclusive(of_rules: &[RoaringBitmap], all: RoaringBitmap) -> Vec<(Severity, RoaringBitmap)> {
    let mut left = all;
    let levels = Severity::ALL.into_iter().map(|level| {
        if level == Severity::Low {
            return (level, left.clone());
        }
        let rules = RULES
            .iter()
            .zip(of_rules)
            .filter(|((of, _), _)| *of == level);
        let rows = rules.map(|(_, rows)| rows).union() & &left;
        left -= &rows;
        (level, rows)
    });
    levels.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(classes: &[&str]) -> Severity {
        let fulfilled = RULES
            .iter()
            .find(|(_, rule)| fulfils(rule, |class| classes.contains(&class)));
        fulfilled.map_or(Severity::Low, |(level, _)| *level)
    }

    #[test]
    fn what_leaks_together_makes_the_level() {
        for (classes, expected) in [
            (
                &[
                    "government-issued-ids",
                    "names",
                    "phone-numbers",
                    "physical-addresses",
                ][..],
                Severity::Critical,
            ),
            (&["email-addresses", "passwords"], Severity::Critical),
            (
                &["names", "payment-cards", "phone-numbers"],
                Severity::Critical,
            ),
            (
                &["government-issued-ids", "names", "phone-numbers"],
                Severity::High,
            ),
            (&["health-data", "names"], Severity::High),
            (&["passwords"], Severity::High),
            (&["names", "phone-numbers"], Severity::Medium),
            (&["phone-numbers"], Severity::Low),
            (&["names", "physical-addresses"], Severity::Low),
        ] {
            assert_eq!(level(classes), expected, "{classes:?}");
        }
    }

    #[test]
    fn graver_rules_come_first() {
        assert!(RULES.is_sorted_by_key(|(level, _)| *level));
    }
}
