//! Which identifiers can an invented person have?

use super::kind::{Identifier, Kind};
use super::permutation::Permutation;

/// Days of the months outside leap years; nobody here is born on a 29 February.
const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS: u64 = 365;
const YEARS: u64 = 100;
/// Serial numbers come in pairs of which one surely has a check digit, see [`iin`].
const SERIALS: u64 = 5_000;
/// Mobile numbers that no operator has: +7 709 and seven digits.
const MOBILES: u64 = 10_000_000;
const REGIONS: u64 = 20;
const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE_36: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
const BANKS: [&str; 6] = ["125", "150", "307", "646", "722", "833"];
const DOMAINS: [&str; 6] = [
    "example.kz",
    "example.com",
    "example.org",
    "mail.example.kz",
    "mail.example.org",
    "post.example.net",
];
const MAILBOXES: [&str; 16] = [
    "aigerim", "aidos", "asel", "bolat", "dana", "damir", "erlan", "gulnara", "inkar", "irina",
    "madi", "marat", "nurlan", "olga", "timur", "zhanar",
];
const NICKNAMES: [&str; 8] = ["", "ak", "bek", "dala", "kok", "qyran", "tau", "zhel"];

/// The value space of every kind: which value the n-th identifier of the kind has under this seed.
pub(super) struct Spaces([Permutation; 9]);

impl Spaces {
    pub(super) fn new(seed: u64) -> Self {
        Self(Kind::ALL.map(|kind| {
            let (purpose, size) = extent(kind);
            Permutation::new(seed, *purpose, size)
        }))
    }

    /// How many different values the kind has.
    pub(super) fn size(&self, kind: Kind) -> u64 {
        self.0[kind as usize].size()
    }

    /// The identifier's normalised value; different for every ordinal below the size of the kind.
    pub(super) fn value(&self, identifier: Identifier) -> String {
        let place = self.0[identifier.kind as usize].apply(identifier.ordinal);
        match identifier.kind {
            Kind::Iin => iin(place),
            Kind::Phone => "+7709".to_owned() + &written::<7>(place, 10),
            Kind::Email => email(place),
            Kind::IdCard => written::<9>(place, 10),
            Kind::Passport => "N".to_owned() + &written::<8>(place, 10),
            Kind::Iban => iban(place),
            Kind::Card => card(place),
            Kind::Plate => plate(place),
            Kind::Login => login(place),
        }
    }
}

fn extent(kind: Kind) -> (&'static [u8; 8], u64) {
    match kind {
        Kind::Iin => (b"iin.....", YEARS * DAYS * 2 * SERIALS),
        Kind::Phone => (b"phone...", MOBILES),
        Kind::Email => (b"email...", 10_u64.pow(9)),
        Kind::IdCard => (b"id_card.", 10_u64.pow(9)),
        Kind::Passport => (b"passport", 10_u64.pow(8)),
        Kind::Iban => (b"iban....", 36_u64.pow(8)),
        Kind::Card => (b"card....", 10_u64.pow(9)),
        Kind::Plate => (b"plate...", 999 * 26 * 26 * 26 * REGIONS),
        Kind::Login => (b"login...", 36_u64.pow(6)),
    }
}

/// A person born in the 1800s: `YYMMDD`, 1 or 2, a serial, the check digit.
///
/// If a serial number has no check digit, its odd neighbour does: the last digit of the serial does not count in
/// the first sum (its weight is 11), and counts twice in the second.
fn iin(place: u64) -> String {
    let (place, pair) = (place / SERIALS, place % SERIALS);
    let (place, sex) = (place / 2, place % 2 + 1);
    let (year, day) = (place / DAYS, place % DAYS);
    let (month, day) = month_and_day(day);
    let birth = (year * 100 + month) * 100 + day;
    with_check_digit(|odd| written::<11>((birth * 10 + sex) * 10_000 + 2 * pair + odd, 10))
}

/// A check digit after eleven digits, of which `begun` makes those of an even serial number with 0 and of its odd
/// neighbour with 1.
pub(super) fn with_check_digit(begun: impl Fn(u64) -> String) -> String {
    let mut digits = begun(0);
    let mut check = iin_check_digit(&digits);
    if check.is_none() {
        digits = begun(1);
        check = iin_check_digit(&digits);
    }
    digits.extend(check.and_then(|digit| char::from_digit(digit, 10)));
    digits
}

fn month_and_day(mut day: u64) -> (u64, u64) {
    for (month, length) in (1..).zip(MONTHS) {
        if day < length {
            return (month, day + 1);
        }
        day -= length;
    }
    (12, 31)
}

/// The twelfth digit for the first eleven, if they can have one.
fn iin_check_digit(digits: &str) -> Option<u32> {
    const FIRST: [u32; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
    const SECOND: [u32; 11] = [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2];
    let sum = |weights: [u32; 11]| -> u32 {
        let products = digits
            .bytes()
            .zip(weights)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight);
        products.sum::<u32>() % 11
    };
    [FIRST, SECOND].map(sum).into_iter().find(|rest| *rest < 10)
}

/// The number alone distinguishes two addresses; name and domain are decoration.
fn email(place: u64) -> String {
    let (mailbox, domain) = (choose(&MAILBOXES, place), choose(&DOMAINS, place / 16));
    format!("{mailbox}{place}@{domain}")
}

fn iban(place: u64) -> String {
    let bank = choose(&BANKS, place);
    let tail = place.wrapping_mul(7_919) >> 3;
    let account = (written::<8>(place, 36) + &written::<5>(tail, 36)).to_uppercase();
    let remainder = format!("{bank}{account}KZ00")
        .bytes()
        .fold(0, |rest, letter| match letter {
            b'0'..=b'9' => (rest * 10 + u64::from(letter - b'0')) % 97,
            _ => (rest * 100 + u64::from(letter - b'A') + 10) % 97,
        });
    format!("KZ{:02}{bank}{account}", 98 - remainder)
}

fn card(place: u64) -> String {
    let begun = written::<15>(400_000 * 10_u64.pow(9) + place, 10);
    let doubled = |digit: u32| if digit > 4 { 2 * digit - 9 } else { 2 * digit };
    let luhn: u32 = begun
        .bytes()
        .enumerate()
        .map(|(at, digit)| (at, u32::from(digit - b'0')))
        .map(|(at, digit)| if at % 2 == 0 { doubled(digit) } else { digit })
        .sum();
    format!("{begun}{}", (10 - luhn % 10) % 10)
}

fn plate(place: u64) -> String {
    let (place, region) = (place / REGIONS, place % REGIONS + 1);
    let (place, number) = (place / 999, place % 999 + 1);
    let letter = |place: u64| char::from(*choose(LETTERS, place));
    let series = [place / 676, place / 26, place].map(letter);
    format!(
        "{number:03}{}{region:02}",
        series.iter().collect::<String>()
    )
}

/// The last six characters alone distinguish two logins.
fn login(place: u64) -> String {
    format!(
        "{}{}",
        choose(&NICKNAMES, place / 36),
        written::<6>(place, 36)
    )
}

/// The last `N` digits of a number. Values are written by the hundred million, and this is much faster than `format!`.
pub(super) fn written<const N: usize>(mut number: u64, radix: u64) -> String {
    let mut places = ['0'; N];
    for place in places.iter_mut().rev() {
        *place = char::from(*choose(BASE_36, number % radix));
        number /= radix;
    }
    let mut digits = String::with_capacity(N + 1);
    digits.extend(places);
    digits
}

fn choose<T>(choices: &[T], number: u64) -> &T {
    let place = number % choices.len() as u64;
    &choices[usize::try_from(place).unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_ordinal_of_a_kind_has_a_value_of_its_own() {
        let spaces = Spaces::new(1);
        for kind in Kind::ALL {
            let value = |ordinal| spaces.value(Identifier { kind, ordinal });
            let values: HashSet<String> = (0..20_000).map(value).collect();
            assert_eq!(values.len(), 20_000, "{kind:?}");
        }
    }

    #[test]
    fn an_iin_is_twelve_digits_of_the_nineteenth_century() {
        let spaces = Spaces::new(1);
        for ordinal in 0..20_000 {
            let iin = spaces.value(Identifier {
                kind: Kind::Iin,
                ordinal,
            });
            assert_eq!(iin.len(), 12);
            assert!(matches!(iin.as_bytes()[6], b'1' | b'2'));
        }
    }

    #[test]
    fn check_digits_are_those_of_known_examples() {
        assert_eq!(iin_check_digit("00010110001"), Some(6));
        assert_eq!(iin_check_digit("99010120164"), None);
        assert_eq!(iin_check_digit("99010120165"), Some(1));
        assert_eq!(card(0), "4000000000000002");
    }

    #[test]
    fn an_iban_leaves_one_modulo_97() {
        let spaces = Spaces::new(1);
        for ordinal in 0..1_000 {
            let iban = spaces.value(Identifier {
                kind: Kind::Iban,
                ordinal,
            });
            let turned = format!("{}{}", &iban[4..], &iban[..4]);
            let digits: String = turned
                .chars()
                .filter_map(|c| c.to_digit(36))
                .map(|d| d.to_string())
                .collect();
            let rest = digits
                .bytes()
                .fold(0, |rest, digit| (rest * 10 + u32::from(digit - b'0')) % 97);
            assert_eq!((iban.len(), rest), (20, 1));
        }
    }
}
