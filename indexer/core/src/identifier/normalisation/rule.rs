use super::{IdentifierError, Kind};

impl IdentifierError {
    /// The rule that a value of this kind broke, as a sentence without its full stop.
    ///
    /// ```
    /// use exposure_index::identifier::{IdentifierError, Kind};
    ///
    /// assert_eq!(IdentifierError::Length.rule(Kind::Iin), "an IIN has 12 digits");
    /// ```
    #[must_use]
    pub const fn rule(self, kind: Kind) -> &'static str {
        match self {
            Self::Empty => "nothing is left of it without blanks and quotes",
            Self::TooLong => "it is longer than 1,024 bytes",
            Self::DigitsLost => {
                "a spreadsheet wrote it as 7.7E+10 and lost more than its last digit"
            }
            Self::SeventhDigit => "the seventh digit of an IIN is 0 to 6",
            Self::NotPossible => "no country has telephone numbers of this length",
            Self::LocalPart => {
                "what is before the @ of an e-mail address is 1 to 64 letters, digits and some signs"
            }
            Self::Domain if matches!(kind, Kind::Site) => {
                "nobody can register such a domain, or it is written in a way that no domain is"
            }
            Self::Domain => {
                "what is after the @ of an e-mail address is a domain such as example.kz"
            }
            Self::Profile => "a link to a profile is an account, not a site",
            Self::Country => "an IBAN of Kazakhstan begins with KZ",
            Self::CheckDigit => check_digit(kind),
            Self::Characters | Self::Length | Self::Form => form(kind),
        }
    }
}

const fn check_digit(kind: Kind) -> &'static str {
    match kind {
        Kind::Iin => "the last digit of an IIN is computed from the others, and differs here",
        Kind::Card => {
            "the last digit of a card's number is computed from the others, and differs here"
        }
        Kind::Company => "the last digit of a BIN is computed from the others, and differs here",
        Kind::Wallet => "the address of a wallet has a checksum, which does not fit here",
        _ => "the check digits follow from the others, and do not here",
    }
}

const fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Iin => "an IIN has 12 digits",
        Kind::Phone => "a telephone number has digits, spaces, hyphens and brackets",
        Kind::Email => "an e-mail address is written name@example.kz",
        Kind::IdCard => "the number of an identity card has 9 digits",
        Kind::Passport => "the number of a passport is a letter and 7 or 8 digits",
        Kind::Iban => "an IBAN of Kazakhstan is KZ, two digits, and 16 digits and letters",
        Kind::Card => "the number of a card has 13 to 19 digits",
        Kind::Plate => "a plate is written 123ABC02, 123AB02, A123BC or A123BCD",
        Kind::Site => "a site is written example.kz or https://example.kz/page",
        Kind::Company => "a BIN has 12 digits: year, month, 4 to 6, 0 to 3, and six more",
        Kind::Wallet => "a wallet is an address of Bitcoin, Ethereum or TRON",
        Kind::Handle => {
            "an account is written @name, t.me/name, instagram.com/name or wa.me/number"
        }
        Kind::Login => "a login has 3 to 64 characters and no blank",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::normalise;

    #[test]
    fn a_refused_value_is_answered_by_the_rule_of_its_kind() {
        for (kind, value, said) in [
            (Kind::Iin, "8001013", "12 digits"),
            (Kind::Iin, "800101900000", "seventh digit"),
            (Kind::IdCard, "12345", "9 digits"),
            (Kind::Passport, "N1", "7 or 8 digits"),
            (Kind::Card, "4111111111111112", "last digit"),
            (Kind::Iban, "DE02120300000000202051", "KZ"),
            (Kind::Email, "nobody", "name@example.kz"),
            (Kind::Login, "ab", "3 to 64"),
            (Kind::Plate, "ZZZ", "123ABC02"),
            (Kind::Site, "com.kz", "register"),
            (Kind::Site, "t.me/name", "account"),
            (Kind::Company, "360323258530", "4 to 6"),
            (Kind::Wallet, "0x12", "Ethereum"),
            (Kind::Handle, "nobody", "@name"),
        ] {
            let refused = normalise(kind, value).err().unwrap();
            let rule = refused.rule(kind);
            assert!(
                rule.contains(said) && !rule.contains(value),
                "{kind}: {rule}"
            );
        }
    }
}
