//! Which numbers are in this text? Groups of digits, the segments that groups form, and how numbers cover a segment.

use std::ops::Range;

use super::clean::is_hyphen;

/// Digits of the longest number of any kind: a card's.
const MOST_DIGITS: usize = 19;
/// Most digits of a note after a number, such as an extension or a year, and of a note after a word.
const NOTE: usize = 4;
const NAMED_NOTE: usize = 6;
/// Longest local part of an e-mail address, which digits may begin.
const LOCAL_PART: usize = 64;

/// Digits in a row, and what surrounds them.
#[derive(Clone, Copy)]
pub(super) struct Group<'t> {
    pub(super) digits: &'t str,
    /// Text between the previous digits and these, or at the beginning of the text.
    pub(super) before: &'t str,
    /// Text after these digits.
    after: &'t str,
    /// Whether these begin a segment, whatever is before them: the text begins here, or a date was left out.
    stands_apart: bool,
}

/// The groups of ASCII digits in a text.
pub(super) fn groups(text: &str) -> Vec<Group<'_>> {
    let mut groups = Vec::new();
    let (mut end, bytes) = (0, text.as_bytes());
    while let Some(gap) = bytes[end..].iter().position(u8::is_ascii_digit) {
        let start = end + gap;
        let digits = bytes[start..].iter().take_while(|b| b.is_ascii_digit());
        let before = end..start;
        end = start + digits.count();
        groups.push(Group {
            digits: &text[start..end],
            before: &text[before.clone()],
            after: &text[end..],
            stands_apart: before.start == 0,
        });
    }
    groups
}

impl<'t> Group<'t> {
    /// Whether a number cannot continue from the digits before to these. Blanks, hyphens, dots and parentheses may be
    /// within a number; everything else separates numbers.
    pub(super) fn begins_segment(&self) -> bool {
        self.stands_apart || !self.before.chars().all(is_within_number)
    }

    /// Whether a plus is before the digits.
    pub(super) fn has_plus(&self) -> bool {
        self.before
            .trim_end_matches(is_within_number)
            .ends_with('+')
    }

    /// Returns whether only blanks and hyphens separate these digits from the previous ones.
    pub(super) fn is_close_behind(&self) -> bool {
        self.before.chars().all(|c| c == ' ' || is_hyphen(c))
    }

    pub(super) fn opens_parenthesis(&self) -> bool {
        self.before.contains('(')
    }

    /// The letters that touch the digits, before them, and the `.`, `_` or `-` that may be between.
    pub(super) fn word_before(&self) -> (&'t str, &'t str) {
        let unsigned = self
            .before
            .strip_suffix(['.', '_', '-'])
            .unwrap_or(self.before);
        let rest = unsigned.trim_end_matches(char::is_alphabetic);
        (&unsigned[rest.len()..], &self.before[unsigned.len()..])
    }

    /// Whether letters, and nothing else, are between the digits before and these.
    pub(super) fn is_within_word(&self) -> bool {
        !self.before.is_empty() && self.before.chars().all(char::is_alphabetic)
    }

    pub(super) fn touches_letter_behind(&self) -> bool {
        self.after.starts_with(char::is_alphabetic)
    }

    /// Whether there is a letter between the digits before and these.
    pub(super) fn is_named(&self) -> bool {
        self.before.contains(char::is_alphabetic)
    }

    /// Whether a mark that may replace digits is right before or after these: `8 (709) 123-45-6_`.
    pub(super) fn touches_mask(&self) -> bool {
        self.before.ends_with(['*', '_']) || self.after.starts_with(['*', '_'])
    }

    /// Whether the digits are in the local part of an e-mail address. WhatsApp's addresses are phone numbers.
    pub(super) fn is_in_address(&self) -> bool {
        let is_local = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-+".contains(byte);
        let bytes = self.after.as_bytes();
        let local = bytes.iter().take(LOCAL_PART).take_while(|b| is_local(b));
        let rest = &bytes[local.count()..];
        rest.starts_with(b"@")
            && !rest.starts_with(b"@c.us")
            && !rest.starts_with(b"@s.whatsapp.net")
    }
}

/// Returns whether the character may be between the digits of one number.
const fn is_within_number(c: char) -> bool {
    matches!(c, ' ' | '.' | '(' | ')') || is_hyphen(c)
}

/// Returns the groups without those that are a date; `None` if there is no date.
pub(super) fn without_dates<'t>(groups: &[Group<'t>]) -> Option<Vec<Group<'t>>> {
    let (mut rest, mut place, mut after_date) = (Vec::new(), 0, false);
    while let Some(&group) = groups.get(place) {
        let date = date(&groups[place..]);
        if date == 0 {
            let stands_apart = group.stands_apart || after_date;
            rest.push(Group {
                stands_apart,
                ..group
            });
        }
        after_date = date > 0;
        place += date.max(1);
    }
    (rest.len() < groups.len()).then_some(rest)
}

/// How many groups the date has that these begin with: `01.02.2020`, `1/2/20`, `2020-02-01`, or a card's `12/25`.
fn date(groups: &[Group<'_>]) -> usize {
    let begins = groups
        .first()
        .is_some_and(|first| !first.before.ends_with(['.', '/', '-', '+']));
    let length = match groups {
        [a, b, c, ..] if begins && is_date([a, b, c]) => 3,
        [month, year, ..] if begins && is_month_of_year(month, year) => 2,
        _ => return 0,
    };
    let goes_on = groups
        .get(length)
        .is_some_and(|next| matches!(next.before, "." | "/" | "-"));
    if goes_on { 0 } else { length }
}

fn is_date([a, b, c]: [&Group<'_>; 3]) -> bool {
    let sign = b.before;
    let is_day = |group: &Group<'_>| is_between(group, 1..32);
    let is_month = |group: &Group<'_>| is_between(group, 1..13);
    let is_year = |group: &Group<'_>| match sign {
        // Two digits and hyphens are the end of a phone number as well.
        "-" => group.digits.len() == 4,
        _ => matches!(group.digits.len(), 2 | 4),
    };
    sign == c.before
        && matches!(sign, "." | "/" | "-")
        && (is_day(a) && is_month(b) && is_year(c)
            || a.digits.len() == 4 && is_month(b) && is_day(c))
}

fn is_month_of_year(month: &Group<'_>, year: &Group<'_>) -> bool {
    year.before == "/"
        && month.digits.len() == 2
        && is_between(month, 1..13)
        && matches!(year.digits.len(), 2 | 4)
}

fn is_between(group: &Group<'_>, range: Range<u32>) -> bool {
    group.digits.len() <= 2
        && group
            .digits
            .parse()
            .is_ok_and(|number| range.contains(&number))
}

/// The groups from one segment's beginning to the next one's.
pub(super) fn segments<'g, 't>(groups: &'g [Group<'t>]) -> impl Iterator<Item = &'g [Group<'t>]> {
    groups.chunk_by(|_, next| !next.begins_segment())
}

/// All digits of some groups.
pub(super) fn joined(groups: &[Group<'_>]) -> String {
    groups.iter().map(|group| group.digits).collect()
}

pub(super) fn count(groups: &[Group<'_>]) -> usize {
    groups.iter().map(|group| group.digits.len()).sum()
}

/// Whether digits outside all numbers are too few to be a number: an extension, a year, a house number.
pub(super) fn is_note(groups: &[Group<'_>]) -> bool {
    let most = match groups.first() {
        Some(first) if first.is_named() => NAMED_NOTE,
        _ => NOTE,
    };
    count(groups) <= most
}

/// The ways to read groups as numbers, and nothing else.
pub(super) enum Cover<T> {
    None,
    One(Vec<T>),
    Several,
}

/// The numbers that the groups consist of. `accept` returns the number that some groups form. Linear in the number of
/// groups.
pub(super) fn cover<'g, 't, T>(
    groups: &'g [Group<'t>],
    accept: impl Fn(&'g [Group<'t>]) -> Option<T>,
) -> Cover<T> {
    // How many ways lead to each place, up to two, and the last number of one of them.
    let mut ways = vec![0_u8; groups.len() + 1];
    let mut last: Vec<Option<(usize, T)>> = (0..=groups.len()).map(|_| None).collect();
    ways[0] = 1;
    for start in 0..groups.len() {
        if ways[start] == 0 {
            continue;
        }
        for end in start + 1..=groups.len() {
            let span = &groups[start..end];
            if count(span) > MOST_DIGITS {
                break;
            }
            if let Some(number) = accept(span) {
                ways[end] = ways[end].saturating_add(ways[start]).min(2);
                last[end] = Some((start, number));
            }
        }
    }
    match ways[groups.len()] {
        0 => return Cover::None,
        1 => {}
        _ => return Cover::Several,
    }
    let mut numbers = Vec::new();
    let mut end = groups.len();
    while let Some((start, number)) = last[end].take() {
        numbers.push(number);
        end = start;
    }
    numbers.reverse();
    Cover::One(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<Vec<&str>> {
        let groups = groups(text);
        let groups = without_dates(&groups).unwrap_or(groups);
        segments(&groups)
            .map(|segment| segment.iter().map(|group| group.digits).collect())
            .collect()
    }

    #[test]
    fn segments_end_where_no_number_continues() {
        assert_eq!(
            shape("тел. 8 (709) 123-45 доб. 67"),
            [vec!["8", "709", "123", "45"], vec!["67"]]
        );
        assert_eq!(shape("1\t2\n3, 4/5"), [["1"], ["2"], ["3"], ["4"], ["5"]]);
        assert_eq!(shape("мама"), Vec::<Vec<&str>>::new());
    }

    #[test]
    fn a_date_is_left_out_and_parts_what_is_around_it() {
        for dated in [
            "7 01.02.2020 8",
            "7 (1/2/20) 8",
            "7 2020-02-01 8",
            "7 12/25 8",
        ] {
            assert_eq!(shape(dated), [["7"], ["8"]], "{dated}");
        }
        for other in ["8.12.10.2020", "12.13.2020", "12-10-20", "12.10.2020.1"] {
            assert_eq!(shape(other).concat().len(), groups(other).len(), "{other}");
        }
    }

    #[test]
    fn a_segment_is_covered_in_no_way_or_in_one_or_in_several() {
        let cover_by = |text: &str, lengths: &[usize]| {
            let accept = |span: &[Group<'_>]| lengths.contains(&count(span)).then(|| joined(span));
            match cover(&groups(text), accept) {
                Cover::None => "none".to_owned(),
                Cover::One(numbers) => numbers.join(", "),
                Cover::Several => "several".to_owned(),
            }
        };
        assert_eq!(cover_by("12 34 56", &[2, 4]), "several");
        assert_eq!(cover_by("12 34 5", &[5]), "12345");
        assert_eq!(cover_by("12 34 5 1 2 3 4 6", &[5]), "12345, 12346");
        assert_eq!(cover_by("12 34", &[3]), "none");
    }
}
