//! Which of these names was meant? The nearest to one that is misspelt or in another alphabet.

use exposure_index::identifier::clean;

/// Longest name that is compared, in characters.
const LONGEST: usize = 64;

/// Fewest letters of a name that is part of another.
const FEWEST: usize = 4;

/// One letter in this many may be wrong.
const LETTERS_FOR_ONE: usize = 3;

/// Cyrillic letters in Latin ones, as in names of columns: `ИИН` is `IIN`.
#[rustfmt::skip] // A letter a line would hide the alphabet.
const LATIN: [(char, &str); 42] = [
    ('а', "a"), ('ә', "a"), ('б', "b"), ('в', "v"), ('г', "g"), ('ғ', "g"), ('д', "d"), ('е', "e"), ('ё', "e"),
    ('ж', "zh"), ('з', "z"), ('и', "i"), ('й', "i"), ('і', "i"), ('к', "k"), ('қ', "k"), ('л', "l"), ('м', "m"),
    ('н', "n"), ('ң', "n"), ('о', "o"), ('ө', "o"), ('п', "p"), ('р', "r"), ('с', "s"), ('т', "t"), ('у', "u"),
    ('ұ', "u"), ('ү', "u"), ('ф', "f"), ('х', "h"), ('һ', "h"), ('ц', "ts"), ('ч', "ch"), ('ш', "sh"), ('щ', "sh"),
    ('ъ', ""), ('ы', "y"), ('ь', ""), ('э', "e"), ('ю', "yu"), ('я', "ya"),
];

/// Returns the one of `names` that is nearest to `written`, if one is near: it differs in case, signs, alphabet and one
/// letter in three at most, or one contains the other.
///
/// Time: O(n) in the names, each compared up to 64 characters.
pub(crate) fn nearest<'n>(
    written: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let wanted = folded(written);
    let near = names.into_iter().filter_map(|name| {
        let folded = folded(name);
        let apart = distance(&wanted, &folded);
        let allowed = wanted.len().max(folded.len()) / LETTERS_FOR_ONE;
        let is_near = apart <= allowed || is_part(&wanted, &folded);
        (is_near && !folded.is_empty()).then_some((apart, name))
    });
    near.min_by_key(|(apart, _)| *apart).map(|(_, name)| name)
}

/// Returns whether one contains the other, unless it is too short to mean anything.
fn is_part(one: &[char], other: &[char]) -> bool {
    let (short, long) = match one.len() < other.len() {
        true => (one, other),
        false => (other, one),
    };
    short.len() >= FEWEST && long.windows(short.len()).any(|part| part == short)
}

/// The end of a message: the name that may be meant, if there is one.
pub(crate) fn did_you_mean(nearest: Option<&str>) -> String {
    nearest.map_or(String::new(), |name| format!("; did you mean {name:?}?"))
}

/// Letters and digits in small Latin letters.
fn folded(name: &str) -> Vec<char> {
    let cleaned = clean(name).to_lowercase();
    let letters = cleaned
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(LONGEST);
    let mut folded = Vec::new();
    for letter in letters {
        match LATIN.iter().find(|(cyrillic, _)| *cyrillic == letter) {
            Some((_, latin)) => folded.extend(latin.chars()),
            None => folded.push(letter),
        }
    }
    folded
}

/// Returns the number of letters to insert, delete, replace or swap with the next one (optimal string alignment).
fn distance(one: &[char], other: &[char]) -> usize {
    let mut rows = [
        Vec::new(),
        Vec::new(),
        (0..=other.len()).collect::<Vec<_>>(),
    ];
    for (place, letter) in one.iter().enumerate() {
        rows.rotate_left(1);
        let [older, old, row] = &mut rows;
        row.clear();
        row.push(place + 1);
        for (column, other_letter) in other.iter().enumerate() {
            let replaced = old[column] + usize::from(letter != other_letter);
            let moved = (old[column + 1] + 1).min(row[column] + 1);
            let is_exchanged = place > 0
                && column > 0
                && one[place - 1] == *other_letter
                && other[column - 1] == *letter;
            let exchanged = if is_exchanged {
                older[column - 1] + 1
            } else {
                usize::MAX
            };
            row.push(replaced.min(moved).min(exchanged));
        }
    }
    rows[2][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_that_is_written_wrongly_or_in_other_letters() {
        let columns = ["ИИН", "Тел. моб.", "ФИО", "phone_number", "E-mail"];
        for (written, meant) in [
            ("IIN", "ИИН"),
            ("иин ", "ИИН"),
            ("Тел моб", "Тел. моб."),
            ("phone_numbre", "phone_number"),
            ("PhoneNumber", "phone_number"),
            ("client phone number", "phone_number"),
            ("email", "E-mail"),
        ] {
            assert_eq!(nearest(written, columns), Some(meant), "{written}");
        }
        for other in ["address", "", "x", "Дата рождения"] {
            assert_eq!(nearest(other, columns), None, "{other}");
        }
        assert_eq!(nearest("a", [""]), None);
    }

    #[test]
    fn of_several_near_ones_the_nearest_is_meant() {
        assert_eq!(nearest("phone2", ["phone1", "phone2 "]), Some("phone2 "));
        assert_eq!(nearest("cvs", ["xls", "csv", "ods"]), Some("csv"));
        assert_eq!(did_you_mean(Some("csv")), "; did you mean \"csv\"?");
        assert_eq!(did_you_mean(None), "");
    }
}
