//! What may be shown of values? The form that most of them have.

/// Longest form that is shown, in characters.
const LONGEST: usize = 28;

/// Values with at most this many characters are fully masked.
const SHORTEST: usize = 4;

/// Number of values that must share a first or last character for it to be shown: then it is part of the form, like the
/// +7 of phone numbers, and nobody's in particular.
const SHARED: usize = 10;

/// Mask of a value of which nothing is shown.
pub(super) const HIDDEN: &str = "•••";

/// The commonest form of some values: digits as 9, letters as a, A, я, Я, of other characters in a row the first.
///
/// No value can be read from it. A first character is that of a value only if most values have it, ten at least.
pub(super) fn preview<'v>(values: impl Iterator<Item = &'v str> + Clone) -> String {
    let forms: Vec<String> = values.clone().map(form).collect();
    let Some(commonest) = commonest(&forms) else {
        return String::new();
    };
    if commonest == HIDDEN {
        return commonest.to_owned();
    }
    match shared_first(values) {
        Some(first) => first.to_string() + &commonest[first_length(commonest)..],
        None => commonest.to_owned(),
    }
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The value's form, which holds none of its letters and digits.
pub(super) fn form(value: &str) -> String {
    let value = value.trim();
    if value.chars().count() < SHORTEST {
        return HIDDEN.to_owned();
    }
    let mut form = String::new();
    let mut marked = false;
    for c in value.chars().take(LONGEST) {
        let kept = kept(c, marked);
        marked = !c.is_alphanumeric();
        form.push(kept);
    }
    if value.chars().nth(LONGEST).is_some() {
        form.push('…');
    }
    form
}

/// Returns the shown form of a character; of consecutive marks only the first is shown as it is.
fn kept(c: char, marked: bool) -> char {
    match c {
        '0'..='9' => '9',
        c if c.is_alphabetic() && c.is_ascii() => like(c, 'A', 'a'),
        c if c.is_alphabetic() => like(c, 'Я', 'я'),
        c if c.is_alphanumeric() => '9',
        _ if marked => '·',
        c if c.is_ascii_graphic() || c == ' ' || "№«»–—".contains(c) => c,
        _ => '·',
    }
}

fn like(c: char, capital: char, small: char) -> char {
    if c.is_uppercase() { capital } else { small }
}

fn commonest(forms: &[String]) -> Option<&str> {
    let mut sorted: Vec<&str> = forms.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    let runs = sorted.chunk_by(|one, other| one == other);
    runs.max_by_key(|run| run.len()).map(|run| run[0])
}

/// The first character that most values have, and ten at least.
fn shared_first<'v>(values: impl Iterator<Item = &'v str>) -> Option<char> {
    let firsts: Vec<char> = values
        .filter_map(|value| value.trim().chars().next())
        .collect();
    let mut sorted = firsts.clone();
    sorted.sort_unstable();
    let commonest = sorted
        .chunk_by(|one, other| one == other)
        .max_by_key(|run| run.len())?;
    let shared = commonest.len() >= SHARED && commonest.len() * 2 > firsts.len();
    let shown = commonest[0].is_alphanumeric() || commonest[0].is_ascii_punctuation();
    (shared && shown).then_some(commonest[0])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_is_shown_by_its_form() {
        for (value, shown) in [
            ("800101300000", "999999999999"),
            ("Aa1@example.kz", "Aa9@aaaaaaa.aa"),
            ("Әсем Қали", "Яяяя Яяяя"),
            ("+7 (709) 1", "+9 ·999)·9"),
            ("М", "•••"),
            ("abc", "•••"),
            ("a\u{1b}[0m", "a··9a"),
        ] {
            assert_eq!(form(value), shown);
        }
        assert_eq!(form(&"x".repeat(99)).chars().count(), LONGEST + 1);
    }

    #[test]
    fn a_first_character_is_shown_only_where_most_values_share_it() {
        let plates: Vec<String> = (100..120).map(|n| format!("N{n}45678")).collect();
        assert_eq!(preview(plates.iter().map(String::as_str)), "N99999999");
        let few = &plates[..5];
        assert_eq!(preview(few.iter().map(String::as_str)), "A99999999");
        assert_eq!(preview(std::iter::empty()), "");
    }

    proptest! {
        #[test]
        fn no_three_characters_in_a_row_are_those_of_a_value(
            // Letters and digits without those that stand for all others.
            values in prop::collection::vec("[b-zB-Zа-юА-Ю0-8 .,@()+'«»-]{0,40}", 1..30)
        ) {
            let shown: Vec<char> = preview(values.iter().map(String::as_str)).chars().collect();
            for value in &values {
                let value: Vec<char> = value.chars().collect();
                for part in value.windows(3) {
                    prop_assert!(!shown.windows(3).any(|window| window == part), "{part:?} in {shown:?}");
                }
            }
        }

        #[test]
        fn the_only_letter_or_digit_of_a_value_that_may_be_shown_is_a_shared_first_one(value in "[b-zB-Zа-юА-Ю0-8]{1,40}") {
            let same = vec![value.as_str(); 3];
            let shown = preview(same.into_iter());
            prop_assert!(!shown.chars().any(|c| value.contains(c)), "{shown}");
        }
    }
}
