//! What is the normal form of this value?

use std::borrow::Cow;

use compact_str::CompactString;

use super::clean::{MAX_INPUT, clean};
use super::origin::TypedBy;
use super::reading::Reading;
use super::{
    IdentifierError, Kind, NORMALISATION_VERSION, addresses, bank, company, document, handle, iin,
    link, login, numbers, phones, site, wallet, words,
};

/// A kind and a value in its normal form: what the index is asked for.
///
/// Has no `Debug` and no `Display`, so that none is printed by accident.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identifier {
    kind: Kind,
    // Most values are short: dumps hold millions, and each would be a piece of memory of its own.
    value: CompactString,
}

impl Identifier {
    /// An identifier whose value is in its normal form.
    pub(super) const fn normal(kind: Kind, value: CompactString) -> Self {
        Self { kind, value }
    }

    /// Returns the kind of the value.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The normalised value.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// Returns the registrable domain of a site that is a subdomain of it: the second identifier that a look-up asks
    /// for.
    #[must_use]
    pub fn registrable_domain(&self) -> Option<Self> {
        let domain = (self.kind == Kind::Site).then(|| link::registrable(&self.value))??;
        (domain != self.value).then(|| Self::normal(Kind::Site, domain.into()))
    }

    /// The input of the OPRF: `tekser:1:KIND:VALUE`, 1 being the version of the rules of normalisation.
    #[must_use]
    pub fn oprf_input(&self) -> Vec<u8> {
        let mut input = Vec::with_capacity(self.value.len() + 18);
        self.write_oprf_input(&mut input);
        input
    }

    /// Appends [`oprf_input`](Identifier::oprf_input) to `buffer`.
    pub fn write_oprf_input(&self, buffer: &mut Vec<u8>) {
        const VERSION: u8 = {
            assert!(NORMALISATION_VERSION < 10);
            let [digit, ..] = NORMALISATION_VERSION.to_le_bytes();
            b'0' + digit
        };
        buffer.extend_from_slice(b"tekser:");
        buffer.extend_from_slice(&[VERSION, b':']);
        buffer.extend_from_slice(self.kind.name().as_bytes());
        buffer.push(b':');
        buffer.extend_from_slice(self.value.as_bytes());
    }
}

/// The normal form of what a person typed as an identifier of this kind.
///
/// # Errors
/// The rule that the text broke.
pub fn normalise(kind: Kind, text: &str) -> Result<Identifier, IdentifierError> {
    if text.len() > MAX_INPUT {
        return Err(IdentifierError::TooLong);
    }
    let value = typed(kind, text)?;
    Ok(Identifier::normal(kind, value.into()))
}

fn typed(kind: Kind, text: &str) -> Result<String, IdentifierError> {
    let cleaned = nonempty(text)?;
    match kind {
        Kind::Email => addresses::typed(&cleaned),
        Kind::Login => login::normalise(&cleaned),
        Kind::Site => site::normalise(&cleaned),
        Kind::Wallet => wallet::normalise(&cleaned),
        Kind::Handle => handle::normalise(&cleaned),
        _ if is_list(&cleaned) => Err(IdentifierError::Form),
        _ => read(TypedBy::Person, kind, text).sole(IdentifierError::Form),
    }
}

/// Whether a text is several cells, or a number and something after it, such as a password.
fn is_list(cleaned: &str) -> bool {
    let ends_number = |pair: &[u8]| pair[0].is_ascii_digit() && pair[1] == b':';
    cleaned.contains(['|', ';', '\t', '\n', '\r']) || cleaned.as_bytes().windows(2).any(ends_number)
}

fn nonempty(text: &str) -> Result<Cow<'_, str>, IdentifierError> {
    let cleaned = clean(text);
    (!cleaned.is_empty())
        .then_some(cleaned)
        .ok_or(IdentifierError::Empty)
}

/// Returns what a text holds of a kind.
pub(super) fn read(origin: TypedBy, kind: Kind, text: &str) -> Reading {
    let cleaned = match nonempty(text) {
        Ok(cleaned) => cleaned,
        Err(fault) => return Reading::whole(Err(fault)),
    };
    let whole_or_numbers = |whole| Reading::of(whole, |fault| numbers::read(kind, &cleaned, fault));
    let whole_or_words = |whole| Reading::of(whole, |fault| words::read(kind, &cleaned, fault));
    match kind {
        Kind::Phone => phones::read(&cleaned, origin),
        Kind::Email => addresses::read(&cleaned),
        _ if text.len() > MAX_INPUT => Reading::whole(Err(IdentifierError::TooLong)),
        Kind::Iin => whole_or_numbers(iin::normalise(&cleaned, origin)),
        Kind::IdCard => whole_or_numbers(document::id_card(&cleaned, origin)),
        Kind::Card => whole_or_numbers(bank::card(&cleaned)),
        Kind::Passport => whole_or_words(document::passport(&cleaned)),
        Kind::Plate => whole_or_words(document::plate(&cleaned)),
        Kind::Iban => whole_or_words(bank::iban(&cleaned)),
        Kind::Company => whole_or_numbers(company::normalise(&cleaned, origin)),
        Kind::Site => Reading::whole(site::normalise(&cleaned)),
        Kind::Wallet => Reading::whole(wallet::normalise(&cleaned)),
        Kind::Handle => Reading::whole(handle::normalise(&cleaned)),
        // Any word may be a login, so texts are not searched for logins.
        Kind::Login => Reading::whole(login::normalise(&cleaned)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_kind() -> impl Strategy<Value = Kind> {
        prop::sample::select(&Kind::ALL[..])
    }

    /// Text that often is an identifier of some kind, and often nearly one.
    fn near_identifiers() -> impl Strategy<Value = String> {
        prop_oneof![
            "[0-9]{6}[0-6][0-9]{5}",
            "(\\+?[78]|00|)[ (-]{0,2}709[ )-]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}",
            "[a-zA-Z0-9.+'-]{1,12}@[a-zA-Z0-9.-]{1,12}\\.(kz|қаз|com\\.)",
            "[nN№ ]{0,2}[0-9]{7,9}",
            "[0-9]{3}[a-zA-ZАВСавс]{2,3}[0-9]{2}",
            "[0-9]\\.[0-9]{8,10}[eE]\\+?1[01]",
            "(https?://|hxxp://|)(www[.]|a@|){0,2}[a-zқ-]{1,6}(\\[[.]\\]|[.])(kz|қаз|com[.]kz|github[.]io|www[.]kz)[./:0-9]{0,3}",
            "[0-9]{2}(0[1-9]|1[0-2])[4-6][0-3][0-9]{6}",
            "(bitcoin:|)(0[xX][0-9a-fA-F]{40}|bc1[qp][a-z0-9]{38,60}|[13T][a-zA-Z0-9]{25,34})",
            "(@|t[.]me/|telegram/|instagram[.]com/|wa[.]me/7709)[a-zA-Z0-9_.]{1,9}[/?]?",
            "\\PC{0,24}",
        ]
    }

    proptest! {
        #[test]
        fn normalising_twice_is_normalising_once(kind in any_kind(), text in near_identifiers()) {
            if let Ok(once) = normalise(kind, &text) {
                let twice = normalise(kind, once.value()).map(|identifier| identifier.value().to_owned());
                prop_assert_eq!(twice, Ok(once.value().to_owned()));
            }
        }

        #[test]
        fn what_a_person_may_type_a_dump_may_hold(kind in any_kind(), text in near_identifiers()) {
            // A missing plus of a phone number is added only for values that people type.
            prop_assume!(kind != Kind::Phone);
            let typed = normalise(kind, &text);
            if let Ok(typed) = typed {
                let held = read(TypedBy::Dump, kind, &text);
                prop_assert!(held.is_clean());
                prop_assert_eq!(held.values, [typed.value()]);
            }
        }
    }

    #[test]
    fn a_megabyte_of_text_is_refused_before_it_is_cleaned() {
        let refused = normalise(Kind::Email, &"x".repeat(1 << 20)).err();
        assert_eq!(refused, Some(IdentifierError::TooLong));
    }
}
