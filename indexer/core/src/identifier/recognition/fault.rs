use std::fmt;

use super::{IdentifierError, Kind};

/// Why a text is not an identifier: the rule of normalisation that it broke, or what it is instead. It never carries the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A rule of normalisation.
    #[error(transparent)]
    Rule(#[from] IdentifierError),
    /// Five to seven digits: a telephone number without the code of its city or operator.
    #[error("local only")]
    LocalOnly,
    /// The number of an organisation, a BIN, which breaks the rules of an IIN.
    #[error("business")]
    Business,
    /// A person's name.
    #[error("name")]
    Name,
    /// A link to a page or a profile.
    #[error("link")]
    Link,
    /// An e-mail address without @, or with the sign in words.
    #[error("at sign")]
    AtSign,
    /// A number with a letter among its digits.
    #[error("letters")]
    Letters,
    /// More values than one, and where one ends is unknown.
    #[error("many")]
    Many,
}

/// What a text that is not an identifier most looks like, and what is wrong with it. `Display` says the rule in a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// The kind that it looks like or was said to be, if any.
    pub kind: Option<Kind>,
    /// What is wrong.
    pub fault: Fault,
}

impl Nearest {
    /// What is said of a text in which there is nothing.
    pub const EMPTY: Self = Self {
        kind: None,
        fault: Fault::Rule(IdentifierError::Empty),
    };

    pub(super) const fn of(kind: Kind, fault: Fault) -> Self {
        let kind = Some(kind);
        Self { kind, fault }
    }

    pub(super) const fn unlike_any(fault: Fault) -> Self {
        Self { kind: None, fault }
    }
}

impl fmt::Display for Nearest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fault {
            Fault::Rule(rule) => rule_of(self.kind, rule),
            Fault::LocalOnly => "the code of the city or operator is missing",
            Fault::Business => {
                "a BIN, the number of an organisation; an IIN begins with a date of birth"
            }
            Fault::Name => "a name; only numbers, e-mail addresses and logins are looked up",
            Fault::Link => "a link; only the login, address or number in it is looked up",
            Fault::AtSign => "an e-mail address without its @",
            Fault::Letters => "a letter is among the digits",
            Fault::Many => "more digits than any number has: one value a line",
        })
    }
}

/// The rule that was broken, in words.
const fn rule_of(kind: Option<Kind>, rule: IdentifierError) -> &'static str {
    match (rule, kind) {
        (IdentifierError::Empty, _) => "nothing but blanks and quotes",
        (IdentifierError::TooLong, _) => "longer than 1,024 bytes",
        (IdentifierError::CheckDigit, Some(Kind::Iban)) => {
            "its two check digits do not fit: a typing mistake"
        }
        (IdentifierError::CheckDigit, _) => "its check digit does not fit: a typing mistake",
        (IdentifierError::SeventhDigit, _) => "the seventh digit of an IIN is 0 to 6",
        (IdentifierError::NotPossible, _) => {
            "no telephone number has this form; one of Kazakhstan has ten digits behind +7 or 8"
        }
        (IdentifierError::DigitsLost, _) => {
            "in scientific notation with digits lost: the whole number is needed"
        }
        (IdentifierError::LocalPart, _) => "the part of the address before the @ is malformed",
        (IdentifierError::Domain, _) => "the part of the address behind the @ is malformed",
        (IdentifierError::Country, _) => {
            "an account of another country: those of Kazakhstan begin with KZ"
        }
        (
            IdentifierError::Characters | IdentifierError::Length | IdentifierError::Form,
            Some(kind),
        ) => form(kind),
        (IdentifierError::Characters | IdentifierError::Length | IdentifierError::Form, None) => {
            "no kind of identifier has this form"
        }
    }
}

/// How identifiers of a kind are written.
const fn form(kind: Kind) -> &'static str {
    match kind {
        Kind::Iin => "an IIN has 12 digits",
        Kind::Phone => "a telephone number has digits, and a plus before them at most",
        Kind::Email => "an e-mail address is a name, an @ and a domain",
        Kind::IdCard => "the number of an identity card has 9 digits",
        Kind::Passport => "the number of a passport is a letter and 7 or 8 digits",
        Kind::Iban => "an account is KZ and 18 more digits and letters",
        Kind::Card => "the number of a card has 13 to 19 digits",
        Kind::Plate => "a plate is 000 AA 00, 000 AAA 00, A 000 AA or A 000 AAA",
        Kind::Login => "a login has 3 to 64 characters and no blanks",
    }
}
