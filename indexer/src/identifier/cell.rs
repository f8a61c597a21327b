use compact_str::CompactString;

use super::clean::clean;
use super::normalise::normalise_from;
use super::origin::Origin;
use super::{Identifier, IdentifierError, Kind, document, email, iin, phone};

/// Pushes every identifier in a dump's cell; a phone or e-mail cell may hold several, apart from each other by
/// `, ; |` or a line break, phones also by `/` between digits.
///
/// # Errors
/// The first part's fault, if one or more parts do not normalise; what did normalise has been pushed all the same.
pub fn normalise_cell(
    kind: Kind,
    cell: &str,
    found: &mut Vec<Identifier>,
) -> Result<(), IdentifierError> {
    if let Some(value) = common(kind, cell) {
        found.push(Identifier::normal(kind, value));
        return Ok(());
    }
    uncommon(kind, cell, found)
}

/// The value of a cell that is written as nearly all of its kind are, which is cheap to look for. It is the one that the
/// cell has [anyway](uncommon): a property test.
fn common(kind: Kind, cell: &str) -> Option<CompactString> {
    match kind {
        Kind::Iin => iin::common(cell),
        Kind::Phone => phone::common(cell),
        Kind::Email => email::common(cell),
        Kind::IdCard => document::common_id_card(cell),
        _ => None,
    }
}

fn uncommon(kind: Kind, cell: &str, found: &mut Vec<Identifier>) -> Result<(), IdentifierError> {
    if matches!(kind, Kind::Phone | Kind::Email) {
        return normalise_parts(kind, cell, found);
    }
    found.push(normalise_from(Origin::Dump, kind, cell)?);
    Ok(())
}

/// Pushes every identifier in a cell that may hold several.
fn normalise_parts(
    kind: Kind,
    cell: &str,
    found: &mut Vec<Identifier>,
) -> Result<(), IdentifierError> {
    let cleaned = clean(cell);
    let mut first_fault = None;
    let before = found.len();
    for_each_part(kind, &cleaned, |part| {
        if part.trim().is_empty() {
            return;
        }
        match normalise_from(Origin::Dump, kind, part) {
            Ok(identifier) => found.push(identifier),
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    });
    match first_fault {
        Some(fault) => Err(fault),
        None if found.len() == before => Err(IdentifierError::Empty),
        None => Ok(()),
    }
}

fn for_each_part(kind: Kind, cleaned: &str, mut take: impl FnMut(&str)) {
    let parts = cleaned.split(is_separator);
    match kind {
        Kind::Phone if phone::is_scientific(cleaned) => take(cleaned),
        Kind::Phone => parts.flat_map(split_at_slashes).for_each(take),
        _ => parts.for_each(take),
    }
}

const fn is_separator(c: char) -> bool {
    matches!(c, ',' | ';' | '|' | '\n' | '\r')
}

/// The numbers of `8 709 123 45 67 / 8 709 765 43 21`; a slash elsewhere belongs to its number.
fn split_at_slashes(text: &str) -> Vec<&str> {
    let mut numbers = Vec::new();
    let mut start = 0;
    for (place, _) in text.match_indices('/') {
        let (before, after) = (
            text[start..place].trim_end(),
            text[place + 1..].trim_start(),
        );
        let ends_number = before.ends_with(|c: char| c.is_ascii_digit() || c == ')');
        let begins_number = after.starts_with(|c: char| c.is_ascii_digit() || c == '+' || c == '(');
        if ends_number && begins_number {
            numbers.push(&text[start..place]);
            start = place + 1;
        }
    }
    numbers.push(&text[start..]);
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn values(kind: Kind, cell: &str) -> (Vec<String>, bool) {
        let mut found = Vec::new();
        let outcome = normalise_cell(kind, cell, &mut found);
        (
            found
                .iter()
                .map(|identifier| identifier.value().to_owned())
                .collect(),
            outcome.is_ok(),
        )
    }

    #[test]
    fn a_cell_gives_every_number_in_it() {
        let two = ["+77091234567".to_owned(), "+77097654321".to_owned()];
        for cell in [
            "8 709 123 45 67, +7 709 765 43 21",
            "87091234567;87097654321",
            "87091234567/87097654321",
            "(8709)1234567 / +77097654321",
            "87091234567\n|87097654321,",
        ] {
            assert_eq!(values(Kind::Phone, cell), (two.to_vec(), true), "{cell}");
        }
        assert_eq!(
            values(Kind::Phone, "7,7091234567E+10"),
            (two[..1].to_vec(), true)
        );
        assert_eq!(
            values(Kind::Email, "A@example.kz; b@example.kz").0,
            ["a@example.kz", "b@example.kz"]
        );
    }

    /// Cells as they are commonly written, and nearly so.
    fn nearly_common() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ ]{0,2}[+]{0,1}(00|)[78]{1,2}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{5,7}[ ()-]{0,2}",
            "[ \"]?[0-9]{6}[0-7][0-9]{4,6}(|[.]0| )",
            "[nN ]?[0-9]{8,10} ?",
            "[<\" ]?(mailto:)?([a-zA-Z0-9.+_-]|[éЖ!|,]){0,8}@?@([a-zA-Z0-9-]{0,6}[.]){0,3}(kz|КЗ|xn--80ao21a|[a-z0-9-]{1,3})[.> ]?",
            "[a-z]{63,66}@[a-z]{62,65}[.][a-z]{2}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_common_cell_gives_what_it_gives_anyway(cell in nearly_common()) {
            for kind in Kind::ALL {
                if let Some(value) = common(kind, &cell) {
                    let mut found = Vec::new();
                    prop_assert_eq!(uncommon(kind, &cell, &mut found), Ok(()));
                    prop_assert_eq!(found.len(), 1);
                    prop_assert_eq!(found[0].value(), value);
                }
            }
        }
    }

    #[test]
    fn numbers_of_digits_alone_are_common() {
        for (kind, cell) in [(Kind::Iin, "360323258530"), (Kind::IdCard, "012345678")] {
            assert_eq!(common(kind, cell).as_deref(), Some(cell));
            assert_eq!(common(kind, &cell[1..]), None);
            assert_eq!(common(kind, &format!("{}x", &cell[1..])), None);
        }
        assert_eq!(common(Kind::Iin, "360323258531"), None);
    }

    #[test]
    fn addresses_in_letters_digits_and_few_signs_are_common() {
        for cell in ["a@example.kz", "A.b_c-d+e1@Mail.example.COM"] {
            assert_eq!(
                common(Kind::Email, cell),
                Some(cell.to_lowercase().into()),
                "{cell}"
            );
        }
        for cell in [
            "a@@example.kz",
            ".a@example.kz",
            "a@example.kz.",
            "a@example",
            "a@xn--80ao21a.kz",
            "a",
            "",
        ] {
            assert_eq!(common(Kind::Email, cell), None, "{cell}");
        }
    }

    #[test]
    fn a_bad_part_is_told_and_does_not_cost_the_good_one() {
        assert_eq!(
            values(Kind::Phone, "87091234567, 12345"),
            (vec!["+77091234567".to_owned()], false)
        );
        assert_eq!(values(Kind::Phone, ", ;"), (vec![], false));
    }

    #[test]
    fn a_long_cell_gives_every_number_in_it() {
        let cell = "87091234567，".repeat(200);
        let (found, all_good) = values(Kind::Phone, &cell);
        assert_eq!((found.len(), all_good), (200, true));
    }

    #[test]
    fn a_hostile_cell_costs_no_more_than_it_is_long() {
        let cell = "8/".repeat(1 << 16);
        assert!(!values(Kind::Phone, &cell).1);
    }
}
