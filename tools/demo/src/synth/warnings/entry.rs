use jiff::ToSpan as _;
use jiff::civil::Date;

use super::super::dice::Dice;
use super::WarningPlan;
use super::feed::{Feed, VALID_FOR};
use super::value::ListedValue;

/// Entries of 1000 that are too old, and that are removed by their publisher.
const EXPIRED: u32 = 80;
const REMOVED: u32 = 60;
/// Values of 1000 that the allow list names.
const ALLOWED: u32 = 50;
/// Days by which an entry is older or younger than would make a difference.
const MARGIN: u32 = 10;

/// An entry of a list, as in the truth.
pub(super) struct Entry {
    pub(super) listed: ListedValue,
    /// Of the list's reasons, the place of this entry's.
    pub(super) reason: usize,
    pub(super) reason_name: &'static str,
    pub(super) since: Date,
    /// Since when it is removed, if it is.
    pub(super) until: Option<Date>,
    /// Returns whether an index has it.
    pub(super) holds: bool,
    pub(super) is_allowed: bool,
}

impl Entry {
    /// The `number`-th entry of a list. Each tenth is of the same value as the one before it of its kind.
    pub(super) fn new(plan: &WarningPlan, feed: &Feed, number: u64) -> Self {
        let kinds = feed.kinds.len() as u64;
        let place = usize::try_from(number % kinds).unwrap_or(0);
        let (kind, ordinal) = (feed.kinds[place], number / kinds);
        let listed = ListedValue {
            kind,
            ordinal: ordinal - u64::from(ordinal % 10 == 9),
        };
        let mut dice = Dice::new(plan.seed, feed.purpose, number);
        let fate = dice.below(1000);
        let is_expired = fate < EXPIRED;
        let is_removed = !is_expired && fate < EXPIRED + REMOVED;
        let reason = dice.below(feed.reasons.len() as u32) as usize;
        let is_allowed = is_allowed(plan.seed, listed);
        Self {
            listed,
            reason,
            reason_name: feed.reasons[reason],
            since: days_before(plan.day, age(is_expired, &mut dice)),
            until: is_removed.then(|| days_before(plan.day, 1)),
            holds: !is_expired && !is_removed && !is_allowed,
            is_allowed,
        }
    }
}

fn age(is_expired: bool, dice: &mut Dice) -> u32 {
    match is_expired {
        true => VALID_FOR + MARGIN + dice.below(100),
        false => 2 + dice.below(VALID_FOR - MARGIN),
    }
}

/// The same for every entry of a value.
fn is_allowed(seed: u64, listed: ListedValue) -> bool {
    let subject = listed.ordinal * 16 + listed.kind as u64;
    Dice::new(seed, *b"allowed.", subject).chance(ALLOWED)
}

pub(super) fn days_before(day: Date, days: u32) -> Date {
    day.saturating_sub(i64::from(days).days())
}
