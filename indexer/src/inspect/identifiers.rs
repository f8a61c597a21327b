//! Does this cell hold an identifier? Two tests for each kind: that it normalises, and that it looks as only such
//! identifiers look, which is asked for where no name of a column speaks.

use exposure_index::identifier::{Identifier, Kind, clean, normalise_cell};

use super::evidence::Test;

/// Returns the test for a column whose name says this kind: cells normalise.
pub(super) const fn named_test(kind: Kind) -> Test {
    let (passing, chance) = match kind {
        // Companies' numbers have the same check digit, and no birth date; so the stricter test is required here, too.
        Kind::Iin => (0.8, 0.003),
        Kind::Phone => (0.85, 0.3),
        Kind::Email | Kind::Iban => (0.85, 0.001),
        Kind::IdCard => (0.85, 0.3),
        Kind::Passport | Kind::Card => (0.85, 0.1),
        Kind::Plate => (0.8, 0.01),
        Kind::Company => (0.85, 0.002),
        Kind::Site => (0.85, 0.05),
        Kind::Wallet | Kind::Handle => (0.85, 0.001),
        Kind::Login => (0.9, 0.6),
    };
    Test {
        passing,
        chance,
        limit: 2.0,
    }
}

/// Returns the test for a column of this kind whose name shows nothing, if anything distinguishes its cells.
///
/// Chances are those of random digits or letters of the same length: an IIN's check digit 0.099 (10⁄11 · 1⁄10 in the
/// first round, 1⁄11 · 10⁄11 · 1⁄10 in the second), its seventh digit 0.7, its month 0.12, its day 0.31, together
/// 0.003; Luhn 0.1 and a first digit that issuers have 0.5; an ID card's leading zero 0.1; and so on. A limit says what
/// else could look the same: any zero-padded number, for ID cards.
pub(super) const fn unnamed_test(kind: Kind) -> Option<Test> {
    let (passing, chance, limit) = match kind {
        Kind::Iin => (0.9, 0.003, 9.0),
        Kind::Phone => (0.9, 0.05, 6.0),
        Kind::Email => (0.9, 0.0005, 12.0),
        Kind::IdCard => (0.95, 0.1, 2.9),
        Kind::Passport => (0.9, 0.01, 4.5),
        Kind::Iban => (0.9, 0.0001, 12.0),
        Kind::Card => (0.9, 0.05, 7.0),
        Kind::Plate => (0.85, 0.002, 7.0),
        // Any word could be a login. The others are in leaks as well, as classes: a warning list names its columns.
        Kind::Login | Kind::Site | Kind::Company | Kind::Wallet | Kind::Handle => return None,
    };
    Some(Test {
        passing,
        chance,
        limit,
    })
}

/// Whether the cell passes the [`named_test`].
pub(super) fn normalises(kind: Kind, cell: &str) -> bool {
    match kind {
        Kind::Iin => stands_out(kind, cell),
        _ => normalised(kind, cell).is_some(),
    }
}

/// Whether a build would take the cell.
pub(super) fn is_taken(kind: Kind, cell: &str) -> bool {
    normalised(kind, cell).is_some()
}

/// Whether the cell passes the [`unnamed_test`].
pub(super) fn stands_out(kind: Kind, cell: &str) -> bool {
    let Some(found) = normalised(kind, cell) else {
        return false;
    };
    found.iter().all(|identifier| match kind {
        Kind::Iin => has_birth_date(identifier.value()),
        Kind::Phone => is_certain_phone(identifier.value(), cell),
        // Any number of eight digits could be one whose zero was lost.
        Kind::IdCard => identifier.value().starts_with('0') && digits(cell) > 8,
        Kind::Passport => identifier.value().starts_with('N'),
        Kind::Card => is_issued(identifier.value()),
        Kind::Plate => has_region(identifier.value()),
        Kind::Email | Kind::Iban | Kind::Company | Kind::Wallet | Kind::Handle => true,
        Kind::Login | Kind::Site => false,
    })
}

/// Whether the cell is an identifier, and nothing else, of a kind that stands out.
pub(super) fn is_whole(cell: &str) -> bool {
    Kind::ALL.iter().any(|kind| stands_out(*kind, cell))
}

fn normalised(kind: Kind, cell: &str) -> Option<Vec<Identifier>> {
    let mut found = Vec::new();
    normalise_cell(kind, cell, &mut found).ok().map(|()| found)
}

fn digits(cell: &str) -> usize {
    cell.bytes().filter(u8::is_ascii_digit).count()
}

/// The month and day that an IIN begins with, which the law no longer requires and nearly all have. A company's number
/// has 4 to 6 where the day begins.
fn has_birth_date(iin: &str) -> bool {
    let number = |from: usize| iin.get(from..from + 2)?.parse::<u8>().ok();
    number(2).is_some_and(|month| (1..=12).contains(&month))
        && number(4).is_some_and(|day| (1..=31).contains(&day))
}

/// A number of Kazakhstan or a Russian mobile one; of others, one that is written as telephone numbers are. Random ten
/// digits are a possible number, too.
fn is_certain_phone(number: &str, cell: &str) -> bool {
    number.starts_with("+77") || number.starts_with("+79") || is_written_as_phone(cell)
}

fn is_written_as_phone(cell: &str) -> bool {
    let cleaned = clean(cell);
    let groups = cleaned
        .split(|c: char| !c.is_ascii_digit())
        .filter(|group| !group.is_empty());
    cleaned.starts_with('+') || cleaned.contains('(') && groups.count() > 2
}

/// Lengths and first digits that cards have (ISO/IEC 7812; the lists of the schemes). Numbers of devices and SIM cards
/// pass Luhn as well, and have others.
fn is_issued(card: &str) -> bool {
    let begins = |any: &[&str]| any.iter().any(|prefix| card.starts_with(prefix));
    match card.len() {
        15 => begins(&["34", "37"]),
        16 => begins(&["2", "3", "4", "5", "6", "9"]),
        18 | 19 => begins(&["4", "5", "6"]),
        _ => false,
    }
}

/// The region that plates of the form in use since 2012 end with, 01 to 20; older ones have a letter first.
fn has_region(plate: &str) -> bool {
    let region = plate
        .get(plate.len() - 2..)
        .and_then(|end| end.parse::<u8>().ok());
    region.is_none_or(|region| (1..=20).contains(&region))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_identifiers_by_chance_do_not_stand_out() {
        for (kind, chance, likely) in [
            (Kind::Phone, "1600000000", "7091234567"),
            (Kind::IdCard, "912345678", "012345678"),
            (Kind::IdCard, "20200131", "012345678"),
            (Kind::Passport, "A1234567", "N12345678"),
            (Kind::Card, "356938035643809", "4000005945354406"),
            (Kind::Plate, "791ABC77", "791ABC07"),
        ] {
            assert!(is_taken(kind, chance), "{kind} {chance}");
            assert!(!stands_out(kind, chance), "{kind} {chance}");
            assert!(stands_out(kind, likely), "{kind} {likely}");
        }
    }

    #[test]
    fn a_company_s_number_is_taken_for_no_person_s() {
        let with_check_digit = |number: &str| {
            (0..10)
                .map(|digit| format!("{number}{digit}"))
                .find(|number| is_taken(Kind::Iin, number))
        };
        let company = with_check_digit("18414000123").unwrap();
        assert!(!stands_out(Kind::Iin, &company));
        assert!(!normalises(Kind::Iin, &company));
    }
}
