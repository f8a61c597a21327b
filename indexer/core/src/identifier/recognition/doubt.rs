//! What makes a valid reading doubtful?

use std::fmt;

use super::slips::is_doubtful_domain;
use super::{Identifier, Kind, has_known_suffix};

/// A reason to doubt a reading that keeps all rules of its kind. `Display` is a sentence that never contains
/// the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Doubt {
    /// A telephone number of another country, or with a code that is not in use in Kazakhstan.
    Prefix,
    /// Ten digits that may be eleven with one missing: 7 777 … and 777 ….
    TenDigits,
    /// Twelve digits in the form of an organisation's number: a BIN.
    Business,
    /// An IIN whose first six digits are not a date.
    BirthDate,
    /// A card of a length or a first digit that hardly any bank issues.
    Card,
    /// An identity card whose number does not begin with zero, as Kazakhstan's do.
    IdCard,
    /// A passport that is not N and eight digits, as Kazakhstan's are.
    Passport,
    /// A plate of a region that does not exist.
    Region,
    /// The domain of an address is nearly, but not quite, one that many people use, or ends in an unusual way; that of
    /// a site ends in no public suffix that is known.
    Domain,
    /// The text is of no other kind, and a login may be anything.
    Login,
}

impl Doubt {
    /// The name used in JSON and CSV.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::TenDigits => "ten-digits",
            Self::Business => "business",
            Self::BirthDate => "birth-date",
            Self::Card => "card",
            Self::IdCard => "id-card",
            Self::Passport => "passport",
            Self::Region => "region",
            Self::Domain => "domain",
            Self::Login => "login",
        }
    }
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prefix => "its code is not one of Kazakhstan's",
            Self::TenDigits => "ten digits: one may be missing",
            Self::Business => "it looks like a BIN, the number of an organisation",
            Self::BirthDate => "its first six digits are not a date",
            Self::Card => "hardly any bank issues a card of this length or beginning",
            Self::IdCard => "numbers of identity cards begin with 0",
            Self::Passport => "passports of Kazakhstan are a Latin N and eight digits",
            Self::Region => "plates end in a region from 01 to 20",
            Self::Domain => "its domain may be mistyped",
            Self::Login => "it is of no other kind",
        })
    }
}

/// Returns all reasons against reading a cleaned text as this identifier.
pub(super) fn about(identifier: &Identifier, cleaned: &str) -> Vec<Doubt> {
    let value = identifier.value();
    let when = |is_so: bool, doubt| is_so.then_some(doubt);
    let doubt = match identifier.kind() {
        Kind::Iin => about_iin(value),
        Kind::Phone => about_phone(value, cleaned),
        Kind::Email => when(is_doubtful_domain(value), Doubt::Domain),
        Kind::IdCard => when(!value.starts_with('0'), Doubt::IdCard),
        Kind::Passport => when(!is_usual_passport(value), Doubt::Passport),
        Kind::Iban | Kind::Company | Kind::Wallet | Kind::Handle => None,
        Kind::Card => when(!is_usual_card(value), Doubt::Card),
        Kind::Plate => when(!is_of_region(value), Doubt::Region),
        Kind::Site => when(!has_known_suffix(value), Doubt::Domain),
        Kind::Login => Some(Doubt::Login),
    };
    doubt.into_iter().collect()
}

/// Days of each month, 29 for February.
const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

fn about_iin(value: &str) -> Option<Doubt> {
    if matches!(value.as_bytes().get(4), Some(b'4'..=b'6')) {
        return Some(Doubt::Business);
    }
    let number = |range| {
        value
            .get(range)
            .and_then(|digits: &str| digits.parse::<u8>().ok())
    };
    let (month, day) = (number(2..4).unwrap_or(0), number(4..6).unwrap_or(0));
    let days = DAYS.get(usize::from(month).wrapping_sub(1)).copied();
    let is_date = day >= 1 && day <= days.unwrap_or(0);
    (!is_date).then_some(Doubt::BirthDate)
}

fn about_phone(value: &str, cleaned: &str) -> Option<Doubt> {
    let code = value
        .strip_prefix("+7")
        .and_then(|national| national.get(..3));
    if !code.is_some_and(is_usual_code) {
        return Some(Doubt::Prefix);
    }
    let digits: String = cleaned.chars().filter(char::is_ascii_digit).collect();
    let may_lack_one = digits.len() == 10 && digits.starts_with('7') && is_usual_code(&digits[1..]);
    may_lack_one.then_some(Doubt::TenDigits)
}

/// Codes of operators and cities in use: 70x and 747, 771, 775 to 778 (mobile), 71x, 72x and 736 (cities), 750, 751,
/// 760 to
/// 764 (other networks). Number blocks without an operator, from which tests take theirs, are among 70x.
fn is_usual_code(digits: &str) -> bool {
    matches!(
        digits.as_bytes(),
        [b'7', b'0'..=b'2', b'0'..=b'9', ..]
            | [b'7', b'3', b'6', ..]
            | [b'7', b'4', b'7', ..]
            | [b'7', b'5', b'0' | b'1', ..]
            | [b'7', b'6', b'0'..=b'4', ..]
            | [b'7', b'7', b'1' | b'5'..=b'8', ..]
    )
}

/// Visa, Mastercard, Mir and their like have sixteen digits, American Express fifteen, UnionPay up to nineteen.
fn is_usual_card(value: &str) -> bool {
    matches!(
        (value.as_bytes(), value.len()),
        ([b'2' | b'4'..=b'6' | b'8' | b'9', ..], 16)
            | ([b'3', b'4' | b'7', ..], 15)
            | ([b'6', b'2', ..], 17..=19)
    )
}

fn is_usual_passport(value: &str) -> bool {
    value.starts_with('N') && value.len() == 9
}

/// Plates of today's form end in the number of a region; older ones end in letters.
fn is_of_region(value: &str) -> bool {
    let end = value.len().saturating_sub(2);
    let region = value
        .get(end..)
        .and_then(|region| region.parse::<u8>().ok());
    region.is_none_or(|region| (1..=20).contains(&region))
}
