//! What does a record of a warning list say of its entry, and does the entry hold?

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
    /// It does not hold any more.
    LeftOut(LeftOut),
    /// What is needed of it cannot be read.
    Rejected(Reason),
}

/// What a column of a warning list says of the entry.
#[derive(Clone, Debug)]
pub(in crate::ingest) enum EntryCell {
    /// Why it is listed: reasons by what the dump writes for them.
    Reason(BTreeMap<String, ClassSet>),
    /// Since when it is listed.
    Listed,
    /// Since when it is listed no longer.
    Removed,
    /// The pattern of a STIX indicator.
    Pattern,
    /// What is listed, if another column says of which kind it is.
    Value,
    /// Of which kind the value is, by what the dump writes for that.
    Kind(BTreeMap<String, Kind>),
    /// The entry counts only if the cell says this.
    Only(String),
}

/// What a record has said of its entry so far.
#[derive(Default)]
pub(in crate::ingest) struct Entry {
    reasons: ClassSet,
    /// The day, or that there is one which cannot be read.
    listed: Option<Option<Date>>,
    removed: Option<Option<Date>>,
    value: Option<String>,
    kind: Option<Kind>,
    /// What patterns name.
    named: Vec<(Option<Kind>, String)>,
    /// Of a type, or with a pattern, that is not read.
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

    /// The values that the record names with their kinds, beside those of columns of one kind.
    pub(in crate::ingest) fn take_named(&mut self) -> Vec<(Option<Kind>, String)> {
        let kind = self.kind;
        let mut named = std::mem::take(&mut self.named);
        named.extend(self.value.take().map(|value| (kind, value)));
        named
    }

    /// Whether it is of a type, or has a pattern, that is not read.
    pub(in crate::ingest) const fn is_other(&self) -> bool {
        self.is_other
    }
}

/// Every class that an exposure of a warning list may have: the reasons, and the months of entries that hold. Sorted.
pub(in crate::ingest) fn classes(warning: &Warning) -> Vec<DataClass> {
    let mut classes: Vec<DataClass> = REASONS.iter().copied().map(DataClass::known).collect();
    let today = today();
    // A month more on either side: a build that is resumed keeps the day on which it began.
    let oldest = today.saturating_sub((i64::from(warning.valid_for) + 31).days());
    let mut month = Month::of(oldest);
    while month <= Month::of(today).next() && classes.len() < ClassSet::CAPACITY {
        classes.push(month.class());
        month = month.next();
    }
    classes.sort_unstable();
    classes
}

/// The day of now, in Greenwich.
pub(crate) fn today() -> Date {
    Timestamp::now().to_zoned(TimeZone::UTC).date()
}

/// By which rules the entries of a list hold.
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
        // It is tomorrow already somewhere.
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
