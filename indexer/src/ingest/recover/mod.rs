//! Which identifiers are on their own in this text, whatever it is? For rows that do not parse, and for free text.
//!
//! An identifier is taken only if its own form vouches for it. How often other text has that form by chance:
//!
//! | kind | requirement | taken by mistake |
//! |---|---|---|
//! | iin | twelve digits, check digit, the first six a date, the seventh 1 to 6 | 0.22 % of random twelve digits |
//! | phone | E.164 with its plus; or eleven digits that begin like a mobile number of Kazakhstan | 0.32 % of random
//! eleven digits |
//! | phone after a word for telephone | also ten digits that begin like a mobile number, and any number of Kazakhstan |
//! 1.6 % of ten-digit numbers that are not telephones |
//! | email | an address whose domain has a name at its end | words with an @ in them |
//! | iban | Kazakhstan's form and check digits | 1 % of texts of that length that begin with KZ |
//!
//! Numbers of companies (BIN) have an IIN's length and check digit, but no day in their first six digits. Phone
//! numbers without their plus are taken because leaks mostly write them so; ten digits without the 8 are a mobile
//! number of Kazakhstan in 1.6 % of all cases, and so need a word before them. The same is true of other countries'
//! numbers without plus. Cards, identity cards, passports, plates and logins have forms that other things share.
//!
//! Escapes of JSON, SQL, HTML and URLs are undone first. A text of any length is searched in pieces, each of which
//! is read with the text before and after it, so nothing is cut in two.

mod digits;
mod email;
mod escapes;
mod iban;
pub(super) mod label;
mod pieces;
mod prose;

use std::ops::Range;

use exposure_index::identifier::{Identifier, Kind, normalise};
use rustc_hash::FxHashSet;

pub(super) use pieces::{BEHIND, Part, PieceBuffer, cut, pieces};
use prose::Prose;

/// The kinds that are searched for.
pub(super) const KINDS: [Kind; 4] = [Kind::Iin, Kind::Phone, Kind::Email, Kind::Iban];

/// Adds to `found` every identifier that is on its own in `text`, each once in some 16 KiB of it. Time is linear in
/// its length.
pub(crate) fn search(text: &[u8], found: &mut Vec<Identifier>) {
    for part in pieces(text) {
        search_part(&part, found);
    }
}

/// Adds to `found` every identifier that begins in a part, each once; returns how often something looks like an e-mail
/// address but may not be one, or may be two.
pub(super) fn search_part(part: &Part<'_>, found: &mut Vec<Identifier>) -> usize {
    let prose = Prose::new(part);
    let mut search = Search {
        prose: &prose,
        spans: part.spans,
        taken: Vec::new(),
        labelled_end: None,
        known: FxHashSet::default(),
        refused: 0,
        found,
    };
    search.emails();
    search.ibans();
    // Sorted, so that a single check shows whether a digit is in the middle of an address or account.
    search.taken.sort_unstable_by_key(|taken| taken.start);
    search.numbers();
    search.refused
}

/// Whether any identifier is on its own in `row`.
pub(super) fn holds_any(row: &[u8]) -> bool {
    let mut found = Vec::new();
    search(row, &mut found);
    !found.is_empty()
}

/// A search in progress.
struct Search<'s> {
    prose: &'s Prose,
    /// Whether only identifiers that begin before the text and end in it are taken.
    spans: bool,
    /// Places of identifiers that may hold digits.
    taken: Vec<Range<usize>>,
    /// End of the last phone number that a label marked as one.
    labelled_end: Option<usize>,
    known: FxHashSet<Identifier>,
    /// Number of texts that look like an e-mail address and were not taken.
    refused: usize,
    found: &'s mut Vec<Identifier>,
}

impl Search<'_> {
    /// Takes `text` if it is an identifier of this kind; false if it is not. One that begins outside the searched part
    /// is left to the search of the part in which it begins.
    fn take(&mut self, kind: Kind, text: &str, place: Range<usize>) -> bool {
        let Ok(identifier) = normalise(kind, text) else {
            return false;
        };
        let (from, to) = (self.prose.from(), self.prose.to());
        let is_here = match self.spans {
            true => place.start < from && place.end > from,
            false => (from..to).contains(&place.start),
        };
        if is_here && self.known.insert(identifier.clone()) {
            self.found.push(identifier);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(row: &str) -> Vec<String> {
        let mut found = Vec::new();
        search(row.as_bytes(), &mut found);
        let shown = |found: &Identifier| format!("{} {}", found.kind(), found.value());
        let mut found: Vec<String> = found.iter().map(shown).collect();
        found.sort();
        found
    }

    #[test]
    fn a_broken_row_gives_identifiers_on_their_own() {
        let row = "360323258530;Афина;23.03.1836;\"ул. 2-я 303;(8709)8735961;8-709-637-3726;;2022;+7 709 770 84 04";
        assert_eq!(
            found(row),
            [
                "iin 360323258530",
                "phone +77096373726",
                "phone +77097708404",
                "phone +77098735961",
            ]
        );
        assert_eq!(
            found("{\"patient\": {\"iin\": \"510624280010\", \"mail\": \"A.b+c@Example.kz"),
            ["email a.b+c@example.kz", "iin 510624280010"]
        );
    }

    #[test]
    fn an_iin_needs_its_check_digit_and_a_date() {
        assert_eq!(found("iin=360323258530.0;"), ["iin 360323258530"]);
        assert_eq!(found("360323-258530"), ["iin 360323258530"]);
        assert_eq!(found("360323 258 530 8709 873 59 61").len(), 2);
        for other in [
            "360323258531",      // check digit
            "363303258530",      // month 33
            "1360323258530",     // thirteen digits
            "x360323258530",     // part of a word
            "360323258530@",     // part of an address
            "1.360323258530",    // a fraction
            "360323258530.25",   // a sum of money
            "3603 2325 8530 12", // digits go on
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn a_phone_number_is_known_by_its_plus_or_by_kazakhstan_s_mobile_prefixes() {
        for one in [
            "+77097708404",
            "тел+77097708404",
            "+7 (709) 770-84-04",
            "+8 709 770 84 04",
            "tel:87097708404",
            "77097708404.0",
            "0077097708404",
            "12.05.2021 8 709 7708404",
            "8(709)770-84-04, 15",
            "'\\n87097708404\\n'",
            "8\u{a0}709\u{a0}770\u{2011}84\u{2011}04",
        ] {
            assert_eq!(found(one), ["phone +77097708404"], "{one}");
        }
        assert_eq!(found("+442079460958"), ["phone +442079460958"]);
        for other in [
            "7097708404",
            "97097708404",
            "84957708404",
            "442079460958",
            "870977084041",
            "+1234567",
            "1 870 977 084 04",
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn an_address_is_cut_out_of_what_surrounds_it() {
        for one in [
            "<a.b@example.kz>",
            "mailto:a.b@example.kz?subject=x",
            "('x','a.b@example.kz')",
            "x|a.b@example.kz|1",
            "write to a.b@example.kz.",
            "email=A.B@EXAMPLE.KZ&x=1",
            "...a.b@example.kz-",
        ] {
            assert_eq!(found(one), ["email a.b@example.kz"], "{one}");
        }
        assert_eq!(found("a@b.example.қаз"), ["email a@b.example.xn--80ao21a"]);
        for other in [
            "a.b@example",
            "@example.kz",
            "a@b@example.kz",
            "O'a.b@example.kz",
            "почтаa.b@example.kz",
            "logo@2x.png",
            "a@10.0.0.1",
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn an_account_is_found_in_groups_and_its_digits_are_nothing_else() {
        for one in [
            "KZ86125KZT5004100100",
            "счёт KZ86 125K ZT50 0410 0100, x",
            "kz86-125k-zt50-0410-0100",
        ] {
            assert_eq!(found(one), ["iban KZ86125KZT5004100100"], "{one}");
        }
        for other in [
            "KZ87125KZT5004100100",
            "KZ86125KZT50041001000",
            "xKZ86125KZT5004100100",
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn each_identifier_of_a_row_is_found_once_however_many_there_are() {
        assert_eq!(found("87097708404;+77097708404").len(), 1);
        let many: String = (0..20_000)
            .map(|number| format!("+7709{number:07};"))
            .collect();
        assert_eq!(found(&many).len(), 20_000);
    }

    #[test]
    fn ten_digits_are_a_phone_number_after_a_word_for_telephone() {
        for one in [
            "тел. 7097708404",
            "телефон: 709 770 84 04",
            "моб.: 709-770-84-04",
            "ұялы нөмірі 7097708404",
            "WhatsApp 7097708404!",
            "{\"phone\":\"7097708404\"}",
            "{\"phone\":7097708404}",
            "номер\n7097708404",
            "TEL;TYPE=HOME:7097708404",
            "тел. 87097708404, 7097708404",
        ] {
            assert_eq!(found(one), ["phone +77097708404"], "{one}");
        }
        for other in [
            "заказ 7097708404",
            "тел. заказа 7097708404",
            "тел. 1097708404",
            "отель 7097708404",
            "тел. 87172123456 заказ 7097708404",
        ] {
            assert!(
                !found(other).contains(&"phone +77097708404".to_owned()),
                "{other}"
            );
        }
        assert_eq!(
            found("тел.: 709 770 84 04, 7097708405 и 709 7708406").len(),
            3
        );
        assert_eq!(found("тел. 8 (7172) 12-34-56"), ["phone +77172123456"]);
    }

    #[test]
    fn identifiers_are_found_in_all_quoting_around_them() {
        for one in [
            "\"a.b\\u0040example.kz\"",
            "\\\"mail\\\":\\\"a.b@example.kz\\\"",
            "a:1:{s:4:\"mail\";s:14:\"a.b@example.kz\";}",
            "a:1:{s:4:\\\"mail\\\";s:14:\\\"a.b@example.kz\\\";}",
            "a.b&#64;example.kz",
            "a.b&#x40;example.kz",
            "&lt;a.b@example.kz&gt;",
            "<a href=\"mailto:a.b@example.kz\">",
            "?mail=a.b%40example.kz&x=1",
            "'\\na.b@example.kz\\n'",
            "u003ca.b@example.kz",
            "a.b@example.kz----secret",
            "a.b@example.kz123",
            "a.b@example.kz.Следующее",
            "a.b@example.kzТелефон",
            "ａ.b＠example.kz".trim_start_matches('ａ'),
        ] {
            let expected = if one.starts_with('.') {
                "email b@example.kz"
            } else {
                "email a.b@example.kz"
            };
            assert_eq!(found(one), [expected], "{one}");
        }
        for one in [
            "\"\\u002b77097708404\"",
            "%2B77097708404",
            "i:87097708404;",
            "s:11:\"87097708404\"",
            "8&nbsp;709&nbsp;770&nbsp;84&nbsp;04",
            "8%20(709)%20770-84-04",
            "&quot;87097708404&quot;",
            "\\t87097708404\\r\\n",
        ] {
            assert_eq!(found(one), ["phone +77097708404"], "{one}");
        }
        for other in [
            "5%2870977084040",
            "a%40",
            "&#64;example.kz",
            "\\u0040example.kz",
        ] {
            assert_eq!(found(other), [""; 0], "{other}");
        }
    }

    /// Numbers of a linear congruential generator (Knuth's MMIX), the same every time.
    fn random() -> impl Iterator<Item = u64> {
        let step = |state: &u64| {
            let next = state.wrapping_mul(6_364_136_223_846_793_005);
            Some(next.wrapping_add(1_442_695_040_888_963_407))
        };
        std::iter::successors(Some(1800), step).map(|state| state >> 16)
    }

    #[test]
    fn random_digits_are_taken_as_seldom_as_is_said() {
        const TRIES: usize = 50_000;
        let share = |digits: usize| {
            let range = 10_u64.pow(digits as u32);
            let numbers = random().take(TRIES);
            let rows = numbers.map(|number| format!("x;{:0digits$};x", number % range));
            rows.filter(|row| !found(row).is_empty()).count() as f64 / TRIES as f64
        };
        let (iins, phones) = (share(12), share(11));
        assert!((0.001_7..0.002_7).contains(&iins), "{iins}");
        assert!((0.002_5..0.003_9).contains(&phones), "{phones}");
    }

    #[test]
    fn a_hostile_row_costs_no_more_than_it_is_long() {
        for piece in [
            "1 ", "a@", "KZ", "+7", "(8", "8-", "a.", "@", "12 ", "é", "\\n",
        ] {
            let row = piece.repeat((1 << 20) / piece.len());
            assert_eq!(found(&row), [""; 0], "{piece}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_planted_anywhere_in_a_text_of_any_length_is_found(
            filling in "([a-z]{1,9}|[а-я]{1,9}|[ ,.;:\"{}\\[\\]()-]|[0-9]{1,6}|\\\\n|%20|&amp;){1,40}",
            length in 0_usize..60_000,
            behind in 0_usize..1_000,
        ) {
            let filled = |length: usize| filling.chars().cycle().take(length).collect::<String>();
            for planted in ["+77097708404", "8 709 770 84 04", "a.b@example.kz", "360323258530", "KZ86125KZT5004100100"] {
                // A mark on each side, so that it is on its own.
                let text = format!("{}|{planted}|{}", filled(length), filled(behind));
                let one = found(planted).remove(0);
                prop_assert!(found(&text).contains(&one), "{planted} at {length}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_searched(row: Vec<u8>) {
            // Excludes panics where a candidate is cut within a letter, or is at the beginning or end of the row.
            search(&row, &mut Vec::new());
        }

        #[test]
        fn any_pieces_are_searched(row in "([+78]|709|[0-9]{1,12}|[ ()-]|\\.0|@|a\\.kz|KZ|é|№|\u{a0}|\\\\n){0,30}") {
            // Excludes the same panics where there are many candidates, side by side and within each other.
            search(row.as_bytes(), &mut Vec::new());
        }
    }
}
