/// The rule of normalisation that a value broke. It never carries the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum IdentifierError {
    /// The value is empty after cleaning.
    #[error("empty")]
    Empty,
    /// More than 1,024 bytes.
    #[error("too long")]
    TooLong,
    /// A character this kind cannot have.
    #[error("characters")]
    Characters,
    /// The wrong number of digits or characters.
    #[error("length")]
    Length,
    /// The digits and letters are not in the places of this kind.
    #[error("form")]
    Form,
    /// The check digit, the Luhn sum or the IBAN's check number does not fit.
    #[error("check digit")]
    CheckDigit,
    /// An IIN whose seventh digit is not 0 to 6.
    #[error("seventh digit")]
    SeventhDigit,
    /// The value is not a telephone number, or has a length that its country does not have.
    #[error("not a possible number")]
    NotPossible,
    /// A number in scientific notation that lost more than one digit.
    #[error("digits lost in scientific notation")]
    DigitsLost,
    /// The part of an e-mail address before the @.
    #[error("local part")]
    LocalPart,
    /// The part of an e-mail address after the @.
    #[error("domain")]
    Domain,
    /// A link to a profile, whose site is shared by all users.
    #[error("profile")]
    Profile,
    /// An IBAN of another country.
    #[error("country")]
    Country,
}
