use super::clean::clean;
use super::normalise::normalise_from;
use super::origin::Origin;
use super::{Identifier, IdentifierError, Kind, phone};

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
    // Nearly every cell of phones, and looking is cheap. A space around the number changes nothing.
    if let Some(number) = (kind == Kind::Phone).then(|| phone::common(cell)).flatten() {
        found.push(Identifier::normal(kind, number));
        return Ok(());
    }
    if !matches!(kind, Kind::Phone | Kind::Email) {
        found.push(normalise_from(Origin::Dump, kind, cell)?);
        return Ok(());
    }
    normalise_parts(kind, cell, found)
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
    for part in parts(kind, &cleaned)
        .into_iter()
        .filter(|part| !part.trim().is_empty())
    {
        match normalise_from(Origin::Dump, kind, part) {
            Ok(identifier) => found.push(identifier),
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    match first_fault {
        Some(fault) => Err(fault),
        None if found.len() == before => Err(IdentifierError::Empty),
        None => Ok(()),
    }
}

fn parts(kind: Kind, cleaned: &str) -> Vec<&str> {
    match kind {
        Kind::Phone if phone::is_scientific(cleaned) => vec![cleaned],
        Kind::Phone => cleaned
            .split(is_separator)
            .flat_map(split_at_slashes)
            .collect(),
        _ => cleaned.split(is_separator).collect(),
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

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn a_cell_of_a_common_spelling_gives_what_its_parts_give(
            cell in "[ ]{0,2}[+]{0,1}(00|)[78]{1,2}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{5,7}[ ()-]{0,2}",
        ) {
            if let Some(number) = phone::common(&cell) {
                let mut found = Vec::new();
                let outcome = normalise_parts(Kind::Phone, &cell, &mut found);
                prop_assert_eq!(outcome, Ok(()));
                prop_assert_eq!(found.len(), 1);
                prop_assert_eq!(found[0].value(), number);
            }
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
