//! Which phone numbers are in this cell? Complete numbers, whatever is written around them.
//!
//! Letters and signs end a number; they never become digits. The rest is a note (a name, an
//! extension, a date, a year) or, if it has too many digits for one, refused.

use super::IdentifierError;
use super::digits::{Cover, Group, count, cover, groups, is_note, joined, segments, without_dates};
use super::origin::TypedBy;
use super::percent;
use super::phone::dialled;
use super::reading::Reading;
use super::spreadsheet::as_number;

/// Digits of a number of Kazakhstan or Russia without a prefix, with 8 or 7 before it, and with both.
const BARE: usize = 10;
const PREFIXED: usize = 11;
const TWICE_PREFIXED: usize = 12;
/// Digits of the longest number with a country code before it (E.164), and a prefix for calls abroad (8-10).
const LONGEST: usize = 15 + 3;
/// Fewest digits of a number with a country code that other digits are after.
const SHORTEST_PART: usize = 8;

/// Every phone number in a cleaned text.
pub(super) fn read(cleaned: &str, origin: TypedBy) -> Reading {
    let text = match as_number(cleaned, 1) {
        Ok(text) => text,
        Err(fault) => return Reading::whole(Err(fault)),
    };
    let text = percent::decoded(&text);
    let all = groups(&text);
    let mut reading = match without_dates(&all) {
        None => Phones::new(origin, true).read(&all),
        Some(rest) => {
            let undated = Phones::new(origin, true).read(&rest);
            // A date can be the end of a number that begins with a prefix: +7 (7172) 12.10.20.
            let dated = || Some(Phones::new(origin, false).read(&all)).filter(Reading::is_clean);
            match undated.is_clean() {
                true => undated,
                false => dated().unwrap_or(undated),
            }
        }
    };
    if reading.values.is_empty() {
        reading.refuse(IdentifierError::NotPossible);
    }
    reading
}

/// The reading of a text's numbers, segment by segment.
struct Phones {
    origin: TypedBy,
    /// Whether ten digits without any prefix are taken.
    takes_bare: bool,
    reading: Reading,
    /// Whether the last digits so far are in no number.
    is_behind_rest: bool,
}

impl Phones {
    const fn new(origin: TypedBy, takes_bare: bool) -> Self {
        Self {
            origin,
            takes_bare,
            reading: Reading {
                values: Vec::new(),
                fault: None,
            },
            is_behind_rest: false,
        }
    }

    fn read(mut self, groups: &[Group<'_>]) -> Reading {
        for segment in segments(groups) {
            self.segment(segment);
        }
        self.reading
    }

    fn segment(&mut self, segment: &[Group<'_>]) {
        let (Some(first), Some(last)) = (segment.first(), segment.last()) else {
            return;
        };
        // As in KZ86125KZT5004100100, or in an e-mail address.
        if self.is_behind_rest && first.is_within_word() || last.is_in_address() {
            return self.leave(segment);
        }
        let domestic = match is_international(first, segment) {
            true => self.international(segment),
            false => segment,
        };
        self.domestic(domestic);
    }

    /// Takes the number after a plus or another prefix for calls abroad, and returns the rest. Lengths differ
    /// from country to country: a shorter number than the whole is taken only if no other is possible.
    fn international<'g, 't>(&mut self, segment: &'g [Group<'t>]) -> &'g [Group<'t>] {
        let own = &segment[..end_of_number(segment, |span| self.abroad(span).is_some())];
        match self
            .abroad(own)
            .map(|number| (own.len(), number))
            .or_else(|| self.only_part(own))
        {
            Some((length, number)) => {
                self.take(number);
                &segment[length..]
            }
            None => {
                self.leave(segment);
                &[]
            }
        }
    }

    /// The number that some groups begin with, and how many it takes, if there is only one.
    fn only_part(&self, groups: &[Group<'_>]) -> Option<(usize, String)> {
        let mut numbers = (1..groups.len())
            .filter(|&length| count(&groups[..length]) >= SHORTEST_PART)
            .filter_map(|length| Some((length, self.abroad(&groups[..length])?)));
        let number = numbers.next();
        number.filter(|_| numbers.next().is_none())
    }

    fn abroad(&self, span: &[Group<'_>]) -> Option<String> {
        if count(span) > LONGEST {
            return None;
        }
        let digits = joined(span);
        let has_plus = span.first().is_some_and(Group::has_plus);
        match digits.strip_prefix("00") {
            Some(digits) if !has_plus => dialled(digits, true, self.origin),
            _ => dialled(&digits, has_plus, self.origin),
        }
    }

    /// Takes the numbers of a segment that has no prefix for calls abroad: all of it consists of them, in
    /// one way, or some stand out.
    fn domestic(&mut self, segment: &[Group<'_>]) {
        match cover(segment, |span| self.national(span)) {
            Cover::One(numbers) => numbers.into_iter().for_each(|number| self.take(number)),
            Cover::Several => self.leave(segment),
            Cover::None => self.some_of(segment),
        }
    }

    /// Takes the numbers of a segment that stand out from its other digits.
    fn some_of(&mut self, segment: &[Group<'_>]) {
        let (mut rest, mut left, mut begins) = (segment, 0, true);
        while left < rest.len() {
            match self.standing_out(&rest[left..], begins) {
                Some((length, number)) => {
                    self.leave(&rest[..left]);
                    self.take(number);
                    rest = &rest[left + length..];
                    (left, begins) = (0, true);
                }
                None => {
                    left += 1;
                    begins = rest
                        .get(left)
                        .is_some_and(|next| is_behind_list_mark(next.before));
                }
            }
        }
        self.leave(rest);
    }

    fn national(&self, span: &[Group<'_>]) -> Option<String> {
        let length = count(span);
        let may_be = match length {
            BARE => self.takes_bare && !span.iter().any(Group::touches_mask),
            PREFIXED => true,
            TWICE_PREFIXED => joined(span).starts_with("78"),
            _ => false,
        };
        let number = |span: &[Group<'_>]| dialled(&joined(span), false, self.origin);
        let is_whole = |part: &[Group<'_>]| count(part) >= BARE && number(part).is_some();
        if !may_be || end_of_number(span, is_whole) < span.len() {
            return None;
        }
        number(span)
    }

    /// The number that some groups begin with, if it is set off from the digits after it, and from those before it
    /// unless it `begins` a segment: by being written in one, by its prefix, or by the parentheses around those.
    fn standing_out(&self, groups: &[Group<'_>], begins: bool) -> Option<(usize, String)> {
        let stands_out = |length: usize| {
            let span = &groups[..length];
            let ends = groups.get(length).is_none_or(Group::opens_parenthesis);
            let has_prefix = count(span) > BARE;
            let is_mobile = span[0].digits.starts_with(['7', '9']);
            match length {
                1 => has_prefix || is_mobile || begins && ends,
                _ => begins && (has_prefix || ends),
            }
        };
        (1..=groups.len().min(TWICE_PREFIXED))
            .rev()
            .filter(|&length| stands_out(length))
            .find_map(|length| Some((length, self.national(&groups[..length])?)))
    }

    fn take(&mut self, number: String) {
        self.reading.take(number);
        self.is_behind_rest = false;
    }

    /// Leaves out digits that are in no number.
    fn leave(&mut self, groups: &[Group<'_>]) {
        if groups.is_empty() {
            return;
        }
        self.is_behind_rest = true;
        if !is_note(groups) {
            self.reading.refuse(IdentifierError::NotPossible);
        }
    }
}

/// A plus, `00` or `8-10`.
fn is_international(first: &Group<'_>, segment: &[Group<'_>]) -> bool {
    let digits = first.digits;
    let is_eight_ten = digits == "8" && segment.get(1).is_some_and(|next| next.digits == "10");
    first.has_plus() || digits.starts_with("00") || digits.starts_with("810") || is_eight_ten
}

/// Returns whether the text before digits ends like `1) ` or `1. `.
fn is_behind_list_mark(before: &str) -> bool {
    before.starts_with(')') || before.starts_with(". ")
}

/// How many groups a number has that begins with these, at most: a parenthesis after a whole number opens a note.
fn end_of_number(groups: &[Group<'_>], is_whole: impl Fn(&[Group<'_>]) -> bool) -> usize {
    let ends = |&place: &usize| groups[place].opens_parenthesis() && is_whole(&groups[..place]);
    (1..groups.len()).find(ends).unwrap_or(groups.len())
}
