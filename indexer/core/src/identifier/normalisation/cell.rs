//! Which identifiers does a cell of a dump hold?

use compact_str::CompactString;

use super::normalise::read;
use super::origin::TypedBy;
use super::{Identifier, IdentifierError, Kind, document, email, iin, phone};

/// Pushes every identifier of a kind in a dump's cell. A cell may hold several, with labels, notes and signs around and
/// between them.
///
/// # Errors
/// The fault of the first part that looks like an identifier of this kind and is not; the valid ones have been pushed
/// anyway.
pub fn normalise_cell(
    kind: Kind,
    cell: &str,
    found: &mut Vec<Identifier>,
) -> Result<(), IdentifierError> {
    if let Some(identifier) = common_identifier(kind, cell) {
        found.push(identifier);
        return Ok(());
    }
    uncommon(kind, cell, found)
}

/// The identifier of a dump's cell in the usual spelling of its kind, which is cheap to find: the same that
/// [`normalise_cell`] finds. `None` says nothing about the cell.
#[must_use]
pub fn common_identifier(kind: Kind, cell: &str) -> Option<Identifier> {
    common(kind, cell).map(|value| Identifier::normal(kind, value))
}

/// The value of a cell in the usual spelling of its kind. A property test shows that it is the value that
/// [`uncommon`] finds.
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
    let reading = read(TypedBy::Dump, kind, cell);
    let values = reading.values.into_iter();
    found.extend(values.map(|value| Identifier::normal(kind, value.into())));
    reading.fault.map_or(Ok(()), Err)
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
            "87091234567 87097654321",
            "8 709 123 45 67 8 709 765 43 21",
            "709 123 45 67 709 765 43 21",
            "8 709 123 45 67  8 709 765 43 21",
            "87091234567\t87097654321",
            "8-709-123-45-67 – 8-709-765-43-21",
            "87091234567 и 87097654321",
            "87091234567 және 87097654321",
            "87091234567и87097654321",
            "+77091234567 & +77097654321",
            "87091234567<br />87097654321",
            "87091234567:::87097654321",
            "87091234567\\n87097654321",
            "[\"87091234567\", \"87097654321\"]",
            "[77091234567.0, 77097654321.0]",
            "8 709 123 45 67 Anna, 8 709 765 43 21 Oleg",
            "8 709 123 45 67 (мама) 8 709 765 43 21 (папа)",
            "моб. 87091234567 WhatsApp 87097654321",
            "tel:%2B77091234567;tel:%2B77097654321",
            "77091234567@c.us, 77097654321@s.whatsapp.net",
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

    #[test]
    fn a_note_is_not_part_of_a_number() {
        for cell in [
            "8 709 123 45 67 mama",
            "8 709 123 45 67 call me 24",
            "87091234567 (Айша)",
            "87091234567 (1204)",
            "8 709 123 45 67 (2021)",
            "709 123 45 67 (2021)",
            "8 709 123 45 67 вн 15",
            "8 709 123 45 67 вн.204",
            "8 709 123 45 67, доб. 123456",
            "87091234567 ішкі 305",
            "+77091234567;ext=12",
            "8 709 123 45 67 x15",
            "8 709 123 45 67 #15",
            "8 709 123 45 67*15",
            "8 709 123 45 67 15",
            "87091234567 01.02.2020",
            "8 709 123 45 67 01.02.2020",
            "709 123 45 67 2020-02-01",
            "8 709 123 45 67 (от 5.11.19)",
            "01.02.2020 8 709 123 45 67",
            "01.02.2020 10:30 87091234567",
            "1) 8 709 123 45 67",
            "2. 8 709 123 45 67",
            "Tele2 87091234567",
            "т8 709 123 45 67",
            "https://wa.me/77091234567",
            "+7 8 709 123 45 67",
            "8 (7 09) 123-45-67",
        ] {
            assert_eq!(
                values(Kind::Phone, cell),
                (vec!["+77091234567".to_owned()], true),
                "{cell}"
            );
        }
        assert_eq!(
            values(Kind::Phone, "+7 (7172) 12.10.20").0,
            ["+77172121020"]
        );
        assert_eq!(
            values(Kind::Phone, "+996 555 123456 2020").0,
            ["+996555123456"]
        );
        assert_eq!(
            values(Kind::Phone, "+44 (0)20 7946 0958").0,
            ["+442079460958"]
        );
        assert_eq!(
            values(Kind::Phone, "+49 30 1234567 (2020)").0,
            ["+49301234567"]
        );
    }

    #[test]
    fn what_only_contains_the_digits_of_a_number_is_refused() {
        for cell in [
            "8 709 123 45 678",
            "709 123 45 67 8901",
            "1 709 123 45 67 8",
            "380 44 123 45 67",
            "KZ86125KZT5004100100",
            "4000 0000 0000 0002",
            "360323258530",
            "12-34-56/78-90",
            "12.05.2020 10:30",
            "8 7O9 123 45 67",
            "8 800 FLOWERS",
            "8 (709) 123-45-6_",
            "**7091234567",
            "87091234567@example.kz",
            "770 712 34 56 7 709 123 45 67",
            "8 8",
            "мама",
        ] {
            assert_eq!(values(Kind::Phone, cell), (vec![], false), "{cell}");
        }
    }

    #[test]
    fn zeros_that_a_spreadsheet_dropped_are_put_back() {
        for (kind, cell, value) in [
            (Kind::Iin, "222153322", "000222153322"),
            (Kind::Iin, "1122049317.0", "001122049317"),
            (Kind::Iin, "2.22153322E8", "000222153322"),
            (Kind::IdCard, "12345678", "012345678"),
            (Kind::IdCard, "1.2345678E7", "012345678"),
            (Kind::IdCard, "=\"012345678\"", "012345678"),
            (Kind::Card, "4000000101918532.0", "4000000101918532"),
            (Kind::Card, "4.000000103185577E+15", "4000000103185577"),
        ] {
            assert_eq!(values(kind, cell), (vec![value.to_owned()], true), "{cell}");
        }
        for (kind, cell) in [
            (Kind::Iin, "101100016"),
            (Kind::Iin, "22153322"),
            (Kind::IdCard, "1234567"),
            (Kind::IdCard, "N12345678"),
            (Kind::Card, "4.00000010318557E+15"),
        ] {
            assert_eq!(values(kind, cell), (vec![], false), "{cell}");
        }
    }

    /// Cells as they are commonly written, and nearly so.
    fn nearly_common() -> impl Strategy<Value = String> {
        prop_oneof![
            "[ ]{0,2}[+]{0,1}(00|)[78]{1,2}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{5,7}[ ()-]{0,2}",
            "[ \"]?[0-9]{6}[0-7][0-9]{4,6}(|[.]0| )",
            "[- ]?[0-9]{0,2}[- ]{0,2}[0-9]{4}[- ]?[0-9]{4,6}[- ]?",
            "0{0,4}[- ]?0{5,9}",
            "[№nN ]{0,3}[0-9]{8,10} ?",
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
            assert_eq!(common(kind, &cell[3..]), None);
            assert_eq!(common(kind, &format!("{}x", &cell[1..])), None);
            assert_eq!(common(kind, &cell.replace(|_| true, "0")), None);
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
    fn a_bad_part_is_reported_and_does_not_cost_the_good_one() {
        assert_eq!(
            values(Kind::Phone, "87091234567, 12345"),
            (vec!["+77091234567".to_owned()], false)
        );
        assert_eq!(values(Kind::Phone, ", ;"), (vec![], false));
    }

    #[test]
    fn a_long_cell_gives_every_number_in_it() {
        let cell = "87091234567，87097654321，".repeat(100);
        let (found, all_good) = values(Kind::Phone, &cell);
        assert_eq!((found.len(), all_good), (200, true));
    }

    #[test]
    fn a_hostile_cell_costs_no_more_than_it_is_long() {
        let cell = "8/".repeat(1 << 16);
        assert!(!values(Kind::Phone, &cell).1);
    }
}
