//! Which runs of digits in a text are a person's number?

use std::ops::Range;

use exposure_index::identifier::Kind;

use super::{Search, label};

/// Most digits of an E.164 number, and the fewest that are taken for one.
const E164: Range<usize> = 8..16;

/// Digits of a number of Kazakhstan with its 7 or 8, and of an IIN.
const NATIONAL: usize = 11;
const WITHOUT_8: usize = 10;
const IIN: usize = 12;

/// Groupings of the eleven digits of a phone number where other numbers may be around it.
const GROUPINGS: [&[usize]; 8] = [
    &[1, 3, 3, 2, 2],
    &[1, 3, 3, 4],
    &[1, 3, 7],
    &[1, 3, 4, 3],
    &[1, 10],
    &[4, 3, 2, 2],
    &[4, 3, 4],
    &[4, 7],
];

/// Groupings of the ten digits of a mobile number without its 8 after a word for telephone.
const LABELLED: [&[usize]; 5] = [&[10], &[3, 7], &[3, 3, 4], &[3, 3, 2, 2], &[3, 4, 3]];

/// Maximum gap between two numbers of a list whose label says that they are telephones.
const LIST_GAP: usize = 16;
const LISTED: [&str; 4] = ["и", "или", "және", "немесе"];

/// Maximum number of groups that are combined.
const CHAIN_LIMIT: usize = 64;

/// Digits without anything between them.
#[derive(Clone)]
struct Group {
    place: Range<usize>,
    /// Whether a plus is before it.
    plus: bool,
    /// Whether nothing next to it makes it a part of something else.
    alone: bool,
}

impl Group {
    fn length(&self) -> usize {
        self.place.len()
    }
}

impl Search<'_> {
    /// Takes IINs and phone numbers.
    pub(super) fn numbers(&mut self) {
        let mut chain: Vec<Group> = Vec::new();
        let (mut from, mut passed) = (0, 0);
        while let Some(group) = self.group(from, &mut passed) {
            from = group.place.end;
            let linked = chain
                .last()
                .is_some_and(|last| self.are_linked(last, &group));
            if !linked || chain.len() == CHAIN_LIMIT {
                self.chain(&chain);
                chain.clear();
            }
            chain.push(group);
        }
        self.chain(&chain);
    }

    /// The next digits from a place on that belong to nothing found so far.
    fn group(&self, from: usize, passed: &mut usize) -> Option<Group> {
        let bytes = self.prose.bytes();
        let mut from = from;
        loop {
            let start = from + bytes[from..].iter().position(u8::is_ascii_digit)?;
            let length = bytes[start..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            let end = start + length;
            while self
                .taken
                .get(*passed)
                .is_some_and(|taken| taken.end <= start)
            {
                *passed += 1;
            }
            match self.taken.get(*passed) {
                Some(taken) if taken.start <= start => from = taken.end.max(end),
                _ => return Some(self.new_group(start..end)),
            }
        }
    }

    fn new_group(&self, place: Range<usize>) -> Group {
        let bytes = self.prose.bytes();
        let plus = bytes[..place.start].last() == Some(&b'+');
        // A word before the plus is a label, digits before it are a sum.
        let signed = plus
            && !bytes[..place.start - 1]
                .last()
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'+');
        let fraction = matches!(bytes[..place.start], [.., digit, b'.'] if digit.is_ascii_digit());
        let begins = self.prose.begins_word(place.start) && !fraction && plus == signed;
        Group {
            plus,
            alone: begins && self.ends_number(place.end),
            place,
        }
    }

    /// Digits may end at `end`: no fraction follows, unless a spreadsheet's `.0`.
    fn ends_number(&self, end: usize) -> bool {
        let byte = |offset| self.prose.byte(end + offset);
        match byte(0) {
            Some(b'@') => false,
            Some(b'.') if byte(1) == Some(b'0') => self.prose.ends_word(end + 2),
            Some(b'.') => !byte(1).is_some_and(|byte| byte.is_ascii_digit()),
            _ => self.prose.ends_word(end),
        }
    }

    /// Returns whether one to three spaces, hyphens and parentheses are between two groups.
    fn are_linked(&self, one: &Group, next: &Group) -> bool {
        let between = &self.prose.bytes()[one.place.end..next.place.start];
        (1..=3).contains(&between.len()) && between.iter().all(|byte| b" -()".contains(byte))
    }

    /// Takes the identifiers of a chain of linked groups: single groups first, then combinations between them.
    fn chain(&mut self, chain: &[Group]) {
        let mut rest = chain;
        while !rest.is_empty() {
            let single = rest.iter().position(|group| self.single(group));
            let before = single.unwrap_or(rest.len());
            self.joined(&rest[..before]);
            rest = rest.get(before + 1..).unwrap_or(&[]);
        }
    }

    /// Takes a group that is an identifier by itself.
    fn single(&mut self, group: &Group) -> bool {
        let digits = self.digits(std::slice::from_ref(group));
        let place = group.place.clone();
        group.alone
            && match digits.len() {
                _ if group.plus => self.international(&digits, place),
                NATIONAL => self.national(&digits, place),
                WITHOUT_8 => self.labelled(&digits, place),
                IIN => self.iin(&digits, place),
                13 => digits
                    .strip_prefix("00")
                    .is_some_and(|digits| self.national(digits, place)),
                _ => false,
            }
    }

    /// Takes the identifiers that several groups form together: phone numbers, and IINs between these.
    fn joined(&mut self, groups: &[Group]) {
        let (mut segment, mut start) = (0, 0);
        while start < groups.len() {
            let count = self.grouped_phone(&groups[start..], start == segment);
            if count > 0 {
                self.grouped_iin(&groups[segment..start]);
                segment = start + count;
            }
            start += count.max(1);
        }
        self.grouped_iin(&groups[segment..]);
    }

    /// Takes a phone number with which the groups begin; how many of them it has. `alone` if nothing is before them.
    fn grouped_phone(&mut self, groups: &[Group], alone: bool) -> usize {
        let reaches = |wanted: usize| {
            (1..=groups.len())
                .find(|&count| length(&groups[..count]) >= wanted)
                .filter(|&count| self.is_whole(&groups[..count], wanted))
        };
        let (national, without_8) = (reaches(NATIONAL), reaches(WITHOUT_8));
        let lengths = |count: usize| {
            groups[..count]
                .iter()
                .map(Group::length)
                .collect::<Vec<_>>()
        };
        if let Some(count) = national {
            let whole_chain = alone && count == groups.len();
            let known = groups[0].plus || whole_chain || GROUPINGS.contains(&&*lengths(count));
            let (digits, place) = (self.digits(&groups[..count]), place(&groups[..count]));
            let taken = known
                && match groups[0].plus && digits.starts_with('7') {
                    true => self.international(&digits, place),
                    false => self.national(&digits, place),
                };
            if taken {
                return count;
            }
        }
        match without_8 {
            Some(count) if LABELLED.contains(&&*lengths(count)) && !groups[0].plus => {
                let (digits, place) = (self.digits(&groups[..count]), place(&groups[..count]));
                if self.labelled(&digits, place) {
                    count
                } else {
                    0
                }
            }
            _ => 0,
        }
    }

    fn grouped_iin(&mut self, groups: &[Group]) {
        if groups.len() > 1 && self.is_whole(groups, IIN) && !groups[0].plus {
            let digits = self.digits(groups);
            self.iin(&digits, place(groups));
        }
    }

    /// Returns whether the groups have these lengths, and no letter is before, between or after them.
    fn is_whole(&self, groups: &[Group], digits: usize) -> bool {
        length(groups) == digits && groups.iter().all(|group| group.alone)
    }

    fn digits(&self, groups: &[Group]) -> String {
        let texts = groups.iter().take(NATIONAL + 2);
        texts
            .map(|group| self.prose.slice(group.place.start, group.place.end))
            .collect()
    }

    /// An E.164 number, or Kazakhstan's +8 for 8.
    fn international(&mut self, digits: &str, place: Range<usize>) -> bool {
        if digits.starts_with('8') && is_mobile(digits) {
            return self.national(digits, place);
        }
        E164.contains(&digits.len()) && self.phone(&format!("+{digits}"), place)
    }

    /// Eleven digits that begin like a mobile number of Kazakhstan; after a word for telephone, like any of its
    /// numbers.
    fn national(&mut self, digits: &str, place: Range<usize>) -> bool {
        let is_one = is_mobile(digits) || is_national(digits) && self.is_labelled(place.start);
        is_one && self.phone(&format!("+7{}", &digits[1..]), place)
    }

    /// Ten digits after a word for telephone that begin like a mobile number of Kazakhstan without its 8.
    fn labelled(&mut self, digits: &str, place: Range<usize>) -> bool {
        is_mobile(&format!("8{digits}"))
            && self.is_labelled(place.start)
            && self.phone(&format!("+7{digits}"), place)
    }

    fn phone(&mut self, number: &str, place: Range<usize>) -> bool {
        let end = place.end;
        let is_labelled = self.is_labelled(place.start);
        let taken = self.take(Kind::Phone, number, place);
        if taken && is_labelled {
            self.labelled_end = Some(end);
        }
        taken
    }

    /// A word for telephone is before `start`, or before the number before it in a list.
    fn is_labelled(&self, start: usize) -> bool {
        let behind = self.labelled_end.filter(|&end| end <= start);
        let between = behind.map(|end| self.prose.slice(end, start));
        let goes_on = |between: &str| {
            let word = between.trim_matches(|c: char| c.is_whitespace() || ",;/|&()".contains(c));
            between.len() <= LIST_GAP && (word.is_empty() || LISTED.contains(&word))
        };
        between.is_some_and(goes_on) || label::stands_before(self.prose, start)
    }

    fn iin(&mut self, digits: &str, place: Range<usize>) -> bool {
        begins_with_date(digits.as_bytes()) && self.take(Kind::Iin, digits, place)
    }
}

fn place(groups: &[Group]) -> Range<usize> {
    let start = groups.first().map_or(0, |group| group.place.start);
    start..groups.last().map_or(start, |group| group.place.end)
}

fn length(groups: &[Group]) -> usize {
    groups.iter().map(Group::length).sum()
}

/// The prefixes that Kazakhstan's numbering plan gives to mobile networks: 70x, 747, 771, 775 to 778.
fn is_mobile(digits: &str) -> bool {
    let network = matches!(
        digits.as_bytes(),
        [b'7' | b'8', b'7', b'0', ..]
            | [b'7' | b'8', b'7', b'4', b'7', ..]
            | [b'7' | b'8', b'7', b'7', b'1' | b'5'..=b'8', ..]
    );
    network && digits.len() == NATIONAL
}

/// Digits that a number of Kazakhstan has within the country.
fn is_national(digits: &str) -> bool {
    digits.len() == NATIONAL && matches!(digits.as_bytes(), [b'7' | b'8', b'7', ..])
}

/// The first six digits are a day of the century of the seventh.
fn begins_with_date(digits: &[u8]) -> bool {
    let digit = |place: usize| (digits[place] - b'0').cast_signed();
    let number = |place: usize| 10 * digit(place) + digit(place + 1);
    let century = match digits[6] {
        b'1' | b'2' => 1800,
        b'3' | b'4' => 1900,
        b'5' | b'6' => 2000,
        _ => return false,
    };
    jiff::civil::Date::new(century + i16::from(number(0)), number(2), number(4)).is_ok()
}
