//! What does a record of a warning list say about its entry, and is the entry valid?

use std::collections::BTreeMap;

use exposure_index::breach::{ClassSet, DataClass, Metadata, Month, PartialDate, REASONS, Warning};
use exposure_index::identifier::{Identifier, Kind, clean};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

use super::AllowLists;
use super::date::day;
use super::pattern;
use crate::ingest::tally::{LeftOut, Reason};

/// Why an entry has no classes.
pub(in crate::ingest) enum Refusal {
    /// The entry is no longer valid.
    LeftOut(LeftOut),
    /// A required part of the entry cannot be read.
    Rejected(Reason),
}

/// The meaning of a column of a warning list for the entry.
#[derive(Clone, Debug)]
pub(in crate::ingest) enum EntryCell {
    /// Why it is listed: reasons by the dump's values for them.
    Reason(BTreeMap<String, ClassSet>),
    /// The date from which it is listed.
    Listed,
    /// The date on which it was removed.
    Removed,
    /// The pattern of a STIX indicator.
    Pattern,
    /// The listed value, if another column names its kind.
    Value,
    /// The kind of the value, by the dump's values for kinds.
    Kind(BTreeMap<String, Kind>),
    /// The entry counts only if the cell has this value.
    Only(String),
}

/// The entry of a record, as read so far.
#[derive(Default)]
pub(in crate::ingest) struct Entry {
    reasons: ClassSet,
    /// The day, or a mark that it cannot be read.
    listed: Option<Option<Date>>,
    removed: Option<Option<Date>>,
    value: Option<String>,
    kind: Option<Kind>,
    /// Values named by patterns.
    named: Vec<(Option<Kind>, String)>,
    /// Whether it is of a type, or has a pattern, that is not supported.
    is_other: bool,
}

impl Entry {
    /// Takes a cell that is not empty.
    pub(in crate::ingest) fn take(&mut self, cell: &EntryCell, text: &str) {
        match cell {
            EntryCell::Listed => self.listed = Some(day(text)),
            EntryCell::Removed => self.removed = Some(day(text)),
            EntryCell::Reason(reasons) => {
                let reason = reasons.get(&*clean(text)).copied();
                self.reasons = self.reasons.union(reason.unwrap_or_default());
            }
            EntryCell::Value => self.value = Some(text.to_owned()),
            EntryCell::Kind(kinds) => self.kind = kinds.get(&*clean(text)).copied(),
            EntryCell::Only(word) => self.is_other |= clean(text) != *word,
            EntryCell::Pattern => match pattern::named(text) {
                Some(named) => self.named.extend(named),
                None => self.is_other = true,
            },
        }
    }

    /// The values that the record names with their kinds, in addition to columns of one kind.
    pub(in crate::ingest) fn take_named(&mut self) -> Vec<(Option<Kind>, String)> {
        let kind = self.kind;
        let mut named = std::mem::take(&mut self.named);
        named.extend(self.value.take().map(|value| (kind, value)));
        named
    }

    /// Returns whether it is of a type, or has a pattern, that is not supported.
    pub(in crate::ingest) const fn is_other(&self) -> bool {
        self.is_other
    }
}

/// Every class that an exposure of a warning list may have: the reasons, and the months of entries that hold. Sorted.
pub(in crate::ingest) fn classes(warning: &Warning) -> Vec<DataClass> {
    let mut classes: Vec<DataClass> = REASONS.iter().copied().map(DataClass::known).collect();
    let today = today();
    // One more month on either side: a resumed build keeps the day on which it began.
    let oldest = today.saturating_sub((i64::from(warning.valid_for) + 31).days());
    let mut month = Month::of(oldest);
    while month <= Month::of(today).next() && classes.len() < ClassSet::CAPACITY {
        classes.push(month.class());
        month = month.next();
    }
    classes.sort_unstable();
    classes
}

/// The current day, UTC.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// The rules for the validity of a list's entries.
pub(in crate::ingest) struct ListRules {
    warning: Warning,
    today: Date,
    /// The date of entries without one of their own: the list's.
    date: Option<Date>,
    /// The reasons of entries without one of their own.
    reasons: ClassSet,
    months: BTreeMap<Month, usize>,
    allow: AllowLists,
}

impl ListRules {
    /// The rules of a breach with these classes, if it is a warning list.
    pub(in crate::ingest) fn of(
        metadata: &Metadata,
        (classes, reasons): (&[DataClass], ClassSet),
        (as_of, allow): (Option<Date>, &AllowLists),
    ) -> Option<Self> {
        let warning = metadata.warning.clone()?;
        let months = classes.iter().enumerate();
        let months = months.filter_map(|(place, class)| Some((Month::of_class(class)?, place)));
        Some(Self {
            warning,
            today: as_of.unwrap_or_else(today),
            date: match metadata.date == PartialDate::unknown() {
                // Of a draft, which only a dry run reads.
                true => Some(as_of.unwrap_or_else(today)),
                false => metadata.date.first_day().parse().ok(),
            },
            reasons,
            months: months.collect(),
            allow: allow.clone(),
        })
    }

    /// The classes of the exposures of an entry, or why it is left out.
    pub(in crate::ingest) fn classes_of(&self, entry: &Entry) -> Result<ClassSet, Refusal> {
        match entry.removed {
            Some(Some(day)) if day > self.today => {}
            Some(Some(_)) => return Err(Refusal::LeftOut(LeftOut::Removed)),
            Some(None) => return Err(Refusal::Rejected(Reason::Undated)),
            None => {}
        }
        let listed = entry
            .listed
            .unwrap_or(self.date)
            .ok_or(Refusal::Rejected(Reason::Undated))?;
        // Somewhere it is tomorrow already.
        if listed > self.today.saturating_add(1.day()) {
            return Err(Refusal::Rejected(Reason::Undated));
        }
        if !self.warning.holds(listed, self.today) {
            return Err(Refusal::LeftOut(LeftOut::Expired));
        }
        let reasons = match entry.reasons {
            ClassSet(0) => self.reasons,
            reasons => reasons,
        };
        if reasons == ClassSet::default() {
            return Err(Refusal::Rejected(Reason::Unreasoned));
        }
        let month = self.months.get(&Month::of(listed)).copied();
        Ok(reasons.with(month.ok_or(Refusal::Rejected(Reason::Undated))?))
    }

    /// The allow list that names an identifier.
    pub(in crate::ingest) fn allowed_by(&self, identifier: &Identifier) -> Option<&str> {
        self.allow.naming(identifier)
    }
}
