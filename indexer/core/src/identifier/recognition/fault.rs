use std::fmt;

use super::{IdentifierError, Kind};

/// Why a text is not an identifier: the rule of normalisation that it broke, or what it is instead. Never contains the
/// text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// A rule of normalisation.
    #[error(transparent)]
    Rule(#[from] IdentifierError),
    /// Five to seven digits: a telephone number without the code of its city or operator.
    #[error("local only")]
    LocalOnly,
    /// A person's name.
    #[error("name")]
    Name,
    /// An e-mail address without @, or with the sign in words.
    #[error("at sign")]
    AtSign,
    /// A number with a letter among its digits.
    #[error("letters")]
    Letters,
    /// More than one value, without a clear end of the first.
    #[error("many")]
    Many,
}

/// What a text that is not an identifier most looks like, and what is wrong with it. `Display` says the rule in a
/// sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nearest {
    /// Kind that the text resembles or was said to be, if any.
    pub kind: Option<Kind>,
    /// The fault.
    pub fault: Fault,
}

impl Nearest {
    /// The answer for an empty text.
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
            Fault::Rule(rule) => match (rule, self.kind) {
                (rule, Some(kind)) => rule.rule(kind),
                (IdentifierError::Empty | IdentifierError::TooLong, None) => rule.rule(Kind::Login),
                (_, None) => "no kind of identifier has this form",
            },
            Fault::LocalOnly => "the code of the city or operator is missing",
            Fault::Name => "a name; only numbers, addresses and logins are looked up",
            Fault::AtSign => "an e-mail address without its @",
            Fault::Letters => "a letter is among the digits",
            Fault::Many => "more digits than any number has: one value per line",
        })
    }
}
