//! Does a text begin with a label, the name of its kind: `ИИН: 000101100016`, `ник @name`?

use super::Kind;

/// A text that begins with a label, the name of its kind.
pub(super) struct LabelledText {
    pub(super) kind: Kind,
    /// The text after the label, in lower case.
    pub(super) rest: String,
}

/// Labels of the kinds in three languages, as people write them in front of a value.
const NAMES: [(Kind, &[&str]); 9] = [
    (Kind::Iin, &["иин", "жсн", "iin"]),
    (Kind::Company, &["бин", "бсн", "bin"]),
    (
        Kind::Phone,
        &[
            "телефоны",
            "телефон",
            "тел",
            "мобильный",
            "моб",
            "ұялы",
            "phone",
            "tel",
            "mobile",
            "whatsapp",
            "whats app",
            "ватсап",
        ],
    ),
    (
        Kind::Email,
        &["email", "e-mail", "пошта", "почта", "мейл", "имейл"],
    ),
    (
        Kind::IdCard,
        &[
            "удостоверение личности",
            "удостоверение",
            "удл",
            "удв",
            "жеке куәлік",
            "id card",
            "id-card",
            "idcard",
            "id карта",
            "id-карта",
            "idкарта",
            "id",
        ],
    ),
    (Kind::Passport, &["паспорт", "төлқұжат", "passport"]),
    (
        Kind::Iban,
        &["iban", "ибан", "счет", "счёт", "шот", "account"],
    ),
    (Kind::Card, &["картасы", "карта", "card"]),
    (
        Kind::Plate,
        &["гос номер", "госномер", "автономер", "авто", "plate"],
    ),
];

/// `уд. личности` in its spellings: a beginning, dots and blanks, and the end.
const CARD_BEGINS: [&str; 3] = ["удл", "удв", "уд"];
const CARD_ENDS: &str = "личности";

/// The number of digits that may follow a label without a blank.
const DIGITS: usize = 8;

/// The kind that the text names; `None` where the name may be part of the value, as in `tel.name@example.kz`.
pub(super) fn labelled(cleaned: &str) -> Option<LabelledText> {
    let text = cleaned.to_lowercase();
    let starts = starts(&text);
    let find = |(kind, names): &(Kind, &[&str])| {
        let rest = starts
            .iter()
            .find_map(|start| behind(*kind, names, start))?;
        Some((*kind, rest))
    };
    let (kind, rest) = NAMES.iter().find_map(find)?;
    let is_address = kind != Kind::Email && cleaned.contains('@');
    (!is_address).then(|| LabelledText {
        kind,
        rest: rest.to_owned(),
    })
}

/// Where a label may begin: at the beginning, or after words, as in `мой ИИН 000101100016`; the last place first.
fn starts(text: &str) -> Vec<&str> {
    let mut starts = vec![text];
    for (place, c) in text.char_indices() {
        if c.is_whitespace() {
            starts.push(&text[place + c.len_utf8()..]);
        } else if !c.is_alphabetic() {
            break;
        }
    }
    starts.reverse();
    starts
}

/// The text after the name of the kind that it begins with.
fn behind<'t>(kind: Kind, names: &[&str], text: &'t str) -> Option<&'t str> {
    let card = || (kind == Kind::IdCard).then(|| behind_card(text))?;
    let named = names.iter().filter_map(|name| text.strip_prefix(name));
    named.chain(card()).find_map(behind_separators)
}

fn behind_card(text: &str) -> Option<&str> {
    let begins = CARD_BEGINS
        .iter()
        .filter_map(|begin| text.strip_prefix(begin));
    let mut ends = begins.filter_map(|rest| {
        let end = rest.trim_start_matches(['.', ' ']);
        (end.len() < rest.len()).then(|| end.strip_prefix(CARD_ENDS))?
    });
    ends.next()
}

/// The text after the blanks and signs that end a label, or after a label that eight digits follow directly.
fn behind_separators(text: &str) -> Option<&str> {
    let rest = text.trim_start_matches(|c: char| c.is_whitespace() || ".:#=".contains(c));
    let digits = text.bytes().take(DIGITS).filter(u8::is_ascii_digit).count();
    (rest.len() < text.len() || digits == DIGITS).then_some(rest)
}

/// Words before a login that is written without @.
const LOGIN: [&str; 16] = [
    "логин",
    "ник",
    "login",
    "nick",
    "nickname",
    "user",
    "username",
    "tg",
    "telegram",
    "телеграм",
    "телеграмм",
    "insta",
    "instagram",
    "инста",
    "инстаграм",
    "инстаграмм",
];

/// The login in a text that marks it as one: `@name`, perhaps with words in front, or a name after the word for it:
/// `ник @name`, `логин: name`.
pub(super) fn login(cleaned: &str) -> Option<&str> {
    behind_at(cleaned).or_else(|| behind_word(cleaned))
}

fn behind_at(cleaned: &str) -> Option<&str> {
    let (words, name) = cleaned.rsplit_once('@')?;
    let is_of_words = |c: char| c.is_alphabetic() || is_blank_or_colon(c);
    let are_words = words.is_empty()
        || words.starts_with(char::is_alphabetic)
            && words.ends_with(is_blank_or_colon)
            && words.chars().all(is_of_words);
    (are_words && is_name(name)).then_some(name)
}

fn behind_word(cleaned: &str) -> Option<&str> {
    let (word, rest) = cleaned.split_at(cleaned.find(is_blank_or_colon)?);
    let word = word.to_lowercase();
    let is_label = LOGIN.contains(&word.as_str());
    let rest = rest.trim_start_matches(is_blank_or_colon);
    let name = rest.strip_prefix('@').unwrap_or(rest);
    (is_label && is_name(name)).then_some(name)
}

const fn is_blank_or_colon(c: char) -> bool {
    c == ':' || c.is_whitespace()
}

fn is_name(text: &str) -> bool {
    let ends = |c: char| c.is_whitespace() || "@/:".contains(c);
    (3..=64).contains(&text.chars().count()) && !text.contains(ends)
}
