use super::classes::Class;

/// The kinds of identifier that synthetic leaks hold, in the order in which truth lists them; the library has more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Individual identification number.
    Iin,
    /// Mobile number.
    Phone,
    /// E-mail address.
    Email,
    /// Identity card.
    IdCard,
    /// Passport.
    Passport,
    /// Bank account.
    Iban,
    /// Payment card.
    Card,
    /// Vehicle plate.
    Plate,
    /// User name.
    Login,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Iin,
        Self::Phone,
        Self::Email,
        Self::IdCard,
        Self::Passport,
        Self::Iban,
        Self::Card,
        Self::Plate,
        Self::Login,
    ];

    /// The kind's name in `breach.toml` and in truth.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Iin => "iin",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::IdCard => "id_card",
            Self::Passport => "passport",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::Plate => "plate",
            Self::Login => "login",
        }
    }

    /// The class that a column of such identifiers has.
    pub(super) fn class(self) -> Class {
        match self {
            Self::Iin | Self::IdCard => Class::GovernmentIssuedIds,
            Self::Phone => Class::PhoneNumbers,
            Self::Email => Class::EmailAddresses,
            Self::Passport => Class::PassportNumbers,
            Self::Iban => Class::BankAccountNumbers,
            Self::Card => Class::PaymentCards,
            Self::Plate => Class::VehiclePlates,
            Self::Login => Class::Usernames,
        }
    }
}

/// An identifier before it is written out: the `ordinal`-th of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Identifier {
    pub(super) kind: Kind,
    pub(super) ordinal: u64,
}
