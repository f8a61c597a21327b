//! Which identifiers may a text be, and which is it nearest to if it is not one?

use super::doubt::{self, Doubt};
use super::fault::{Fault, Nearest};
use super::label::{self, LabelledText};
use super::likeness::{is_written_as_phone, resembled};
use super::link::{Link, link};
use super::misreading::misreading;
use super::{Identifier, IdentifierError, Kind, clean, normalise};

/// Maximum number of characters of a text that are read.
const MAX_INPUT: usize = 1024;

/// The kinds from the one that random text fits least to the one that it fits most: an IBAN has two check digits and a
/// country, an IIN's check digit lets every tenth number pass, nine digits are an identity card's without any check. A
/// BIN is an IIN as well, but no person is born on a day from 40 to 63.
///
/// The phone is before the card, since a number of thirteen digits and more is a possible phone only if it is written
/// with an international prefix (00, 8-10), with which no card begins. A login may be anything: it is read only where
/// nothing else fits, and always with a doubt, but for passports and plates, which people do take for logins.
const ORDER: [Kind; 10] = [
    Kind::Email,
    Kind::Wallet,
    Kind::Iban,
    Kind::Company,
    Kind::Iin,
    Kind::Phone,
    Kind::Card,
    Kind::IdCard,
    Kind::Passport,
    Kind::Plate,
];

/// Prefix of the value of a WhatsApp account.
const WHATSAPP: &str = "whatsapp/";

/// One way to understand what a person typed.
pub struct Reading {
    /// The identifier in this reading.
    pub identifier: Identifier,
    /// Reasons to doubt this reading, although it keeps the rules of its kind.
    pub doubts: Vec<Doubt>,
}

/// The ways to read a text, the likeliest first; if there are none, what it is nearest to.
#[derive(Default)]
pub struct Recognition {
    /// The readings. An empty text has none, and nothing is near it.
    pub candidates: Vec<Reading>,
    /// What a text without readings most looks like, and what is wrong with it.
    pub nearest: Option<Nearest>,
}

impl Recognition {
    const fn candidates(candidates: Vec<Reading>) -> Self {
        Self {
            candidates,
            nearest: None,
        }
    }

    const fn nearest(nearest: Option<Nearest>) -> Self {
        Self {
            candidates: Vec::new(),
            nearest,
        }
    }
}

/// The ways to read a text whose kind is not known. Only its first 1,024 characters are read; time is linear in
/// their number.
///
/// ```
/// use exposure_index::identifier::{Kind, recognise};
///
/// let recognised = recognise("ИИН 000101 100016");
/// assert_eq!(recognised.candidates[0].identifier.kind(), Kind::Iin);
/// let nearest = recognise("00010110001").nearest.expect("a length that no IIN has");
/// assert_eq!(nearest.to_string(), "an IIN has 12 digits");
/// ```
#[must_use]
pub fn recognise(text: &str) -> Recognition {
    let end = text.char_indices().nth(MAX_INPUT);
    let typed = without_sentence_end(&text[..end.map_or(text.len(), |(end, _)| end)]);
    let cleaned = clean(typed);
    match label::labelled(&cleaned) {
        _ if cleaned.is_empty() => Recognition::default(),
        Some(labelled) => recognise_labelled(&labelled, typed, &cleaned),
        None => recognise_bare(typed, &cleaned),
    }
}

/// A label decides, but many call an identity card a passport.
fn recognise_labelled(labelled: &LabelledText, typed: &str, cleaned: &str) -> Recognition {
    let candidates = match labelled.kind {
        Kind::Passport | Kind::IdCard => readings(&[Kind::IdCard, Kind::Passport], typed),
        kind => readings(&[kind], typed),
    };
    match candidates.is_empty() {
        true => Recognition::nearest(Some(nearest_to_labelled(labelled, cleaned))),
        false => Recognition::candidates(candidates),
    }
}

fn recognise_bare(typed: &str, cleaned: &str) -> Recognition {
    match link(cleaned) {
        Some(Link::Marked) => return recognise_link(typed),
        Some(Link::Host) => {
            return Recognition::candidates(readings(&[Kind::Site, Kind::Login], typed));
        }
        None => {}
    }
    let mut kinds = ORDER.to_vec();
    kinds.retain(|kind| *kind != Kind::Phone || is_written_as_phone(cleaned));
    let mut candidates = readings(&kinds, typed);
    let likeness = resembled(cleaned);
    let may_be_login = matches!(likeness, Some(Kind::Passport | Kind::Plate));
    if !candidates.is_empty() {
        if may_be_login {
            candidates.extend(readings(&[Kind::Login], typed));
        }
        return Recognition::candidates(candidates);
    }
    if let Some(login) = label::login(cleaned) {
        let mut candidates = readings(&[Kind::Login], login);
        candidates.extend(readings(&[Kind::Handle], typed));
        return Recognition::candidates(candidates);
    }
    if let Some(misread) = misreading(cleaned, likeness) {
        return Recognition::nearest(Some(misread));
    }
    if likeness.is_none() || may_be_login {
        let logins = readings(&[Kind::Login], typed);
        if !logins.is_empty() {
            return Recognition::candidates(logins);
        }
    }
    Recognition::nearest(nearest_to(likeness.unwrap_or(Kind::Login), typed))
}

/// A profile may be meant as the login or the number in it; any other link is a site.
fn recognise_link(typed: &str) -> Recognition {
    let candidates = readings(&[Kind::Handle, Kind::Site], typed);
    let Some(first) = candidates.first() else {
        return Recognition::nearest(Some(nearest_to_link(typed)));
    };
    let profile = first.identifier.value();
    let is_in_profile = |reading: &Reading| {
        first.identifier.kind() == Kind::Handle && profile.ends_with(reading.identifier.value())
    };
    let others = match profile.starts_with(WHATSAPP) {
        true => Kind::Phone,
        false => Kind::Login,
    };
    let mut others = readings(&[others], typed);
    others.retain(is_in_profile);
    Recognition::candidates(candidates.into_iter().chain(others).collect())
}

fn nearest_to_link(typed: &str) -> Nearest {
    match normalise(Kind::Site, typed).err() {
        Some(error) if error != IdentifierError::Profile => Nearest::of(Kind::Site, error.into()),
        _ => Nearest::of(Kind::Handle, IdentifierError::Form.into()),
    }
}

/// The reading as a kind that the caller names; a login is then not doubtful.
///
/// # Errors
/// The rule that the text broke.
pub fn reading_as(kind: Kind, text: &str) -> Result<Reading, Nearest> {
    let typed = match kind {
        Kind::Login => text,
        _ => without_sentence_end(text),
    };
    let refused = |error| Nearest::of(kind, fault(kind, error, &clean(typed)));
    let mut reading = reading(kind, typed).map_err(refused)?;
    reading.doubts.retain(|doubt| *doubt != Doubt::Login);
    Ok(reading)
}

fn reading(kind: Kind, typed: &str) -> Result<Reading, IdentifierError> {
    let identifier = normalise(kind, typed)?;
    Ok(Reading {
        doubts: doubt::about(&identifier, &clean(typed)),
        identifier,
    })
}

fn readings(kinds: &[Kind], typed: &str) -> Vec<Reading> {
    let readings = kinds.iter().map(|kind| reading(*kind, typed));
    readings.filter_map(Result::ok).collect()
}

fn nearest_to(kind: Kind, typed: &str) -> Option<Nearest> {
    let error = normalise(kind, typed).err()?;
    let cleaned = clean(typed);
    Some(Nearest::of(kind, fault(kind, error, &cleaned)))
}

/// What is wrong with a text that a label assigns to a kind.
fn nearest_to_labelled(LabelledText { kind, rest }: &LabelledText, cleaned: &str) -> Nearest {
    let misread = misreading(cleaned, Some(*kind)).or_else(|| misreading(rest, None));
    misread
        .or_else(|| nearest_to(*kind, rest))
        .unwrap_or(Nearest::of(*kind, IdentifierError::Form.into()))
}

/// The rule that a cleaned text broke. A telephone number without its code has a fault of its own.
fn fault(kind: Kind, error: IdentifierError, cleaned: &str) -> Fault {
    match error {
        IdentifierError::NotPossible if kind == Kind::Phone && is_local(cleaned) => {
            Fault::LocalOnly
        }
        error => error.into(),
    }
}

/// A subscriber's number within a city has five to seven digits.
fn is_local(cleaned: &str) -> bool {
    let is_of_number = |c: char| c.is_ascii_digit() || " ()-".contains(c);
    let digits = cleaned.bytes().filter(u8::is_ascii_digit).count();
    (5..=7).contains(&digits) && cleaned.chars().all(is_of_number)
}

/// Returns the text without the end of the sentence or line that a value was copied from.
fn without_sentence_end(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || ".,;:!?".contains(c);
    match text.trim_end_matches(ends) {
        "" => text,
        shorter => shorter,
    }
}
