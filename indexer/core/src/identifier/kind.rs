//! What kinds of identifier are there, and what are they called in a file, on the command line and in the index?

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::breach::DataClass;

/// The kind of thing that an identifier is a number or name *of*.
///
/// The order is part of the index format: a kind's [`code`](Kind::code) is its place in [`Kind::ALL`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Individual identification number (ЖСН/ИИН), twelve digits.
    Iin,
    /// Telephone number, E.164.
    Phone,
    /// E-mail address.
    Email,
    /// Number of an identity card, nine digits.
    IdCard,
    /// Number of a passport.
    Passport,
    /// Kazakhstan's International Bank Account Number.
    Iban,
    /// Payment card number.
    Card,
    /// Vehicle registration plate.
    Plate,
    /// Login name.
    Login,
    /// Host of a website.
    Site,
    /// Business identification number (БСН/БИН) of an organisation, twelve digits.
    Company,
    /// Address of a wallet: Bitcoin, Ethereum or TRON.
    Wallet,
    /// Account of Telegram, Instagram or WhatsApp.
    Handle,
}

impl Kind {
    /// Every kind, in the order of their codes.
    pub const ALL: [Self; 13] = [
        Self::Iin,
        Self::Phone,
        Self::Email,
        Self::IdCard,
        Self::Passport,
        Self::Iban,
        Self::Card,
        Self::Plate,
        Self::Login,
        Self::Site,
        Self::Company,
        Self::Wallet,
        Self::Handle,
    ];

    /// The name used in `breach.toml`, on the command line and in the OPRF input.
    #[must_use]
    pub const fn name(self) -> &'static str {
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
            Self::Site => "site",
            Self::Company => "company",
            Self::Wallet => "wallet",
            Self::Handle => "handle",
        }
    }

    /// The number that stands for this kind in the index file.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind whose [`code`](Kind::code) this is.
    #[must_use]
    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The data class a column of this kind exposes, whatever else it is declared to hold.
    #[must_use]
    pub fn implied_class(self) -> DataClass {
        DataClass::known(match self {
            Self::Iin | Self::IdCard => "government-issued-ids",
            Self::Passport => "passport-numbers",
            Self::Phone => "phone-numbers",
            Self::Email => "email-addresses",
            Self::Iban => "bank-account-numbers",
            Self::Card => "payment-cards",
            Self::Plate => "vehicle-plates",
            Self::Login => "usernames",
            Self::Site => "user-website-urls",
            Self::Company => "company-names",
            Self::Wallet => "cryptocurrency-wallet-addresses",
            Self::Handle => "social-media-profiles",
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A word that does not name a [`Kind`]. The word itself is not kept: it may be personal data.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown kind of identifier; the kinds are {}",
    Kind::ALL.map(Kind::name).join(", ")
)]
pub struct UnknownKind;

impl FromStr for Kind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, UnknownKind> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or(UnknownKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed() {
        let refused = serde_json::from_str::<Kind>("\"nothing\"").expect_err("not a kind");
        let listed = Kind::ALL.map(|kind| format!("`{kind}`")).join(", ");
        let expected = format!("expected one of {listed} at");
        assert!(refused.to_string().contains(&expected), "{refused}");
    }

    #[test]
    fn a_kind_is_found_again_by_its_name_and_by_its_code() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(Kind::from_code(kind.code()), Some(kind));
            assert_eq!(
                serde_json::to_string(&kind).ok(),
                Some(format!("\"{kind}\""))
            );
        }
        assert_eq!(Kind::from_code(13), None);
        assert_eq!("IIN".parse::<Kind>(), Err(UnknownKind));
    }
}
