//! What does a column's name say?

use std::borrow::Cow;
use std::collections::BTreeMap;

use exposure_index::identifier::clean;

use super::meaning::Meaning;
use super::words::{WORDS, Words};
use super::{classes, mask};

/// Digits in a row that no name has, and that a person's data may: an identifier has seven at least.
const DIGITS_OF_DATA: usize = 7;

/// The weights, in nats, of what the words of a name say.
pub(super) fn weights(name: &str) -> BTreeMap<Meaning, f64> {
    let words = split(name);
    let mut taken = vec![false; words.len()];
    let mut weights = BTreeMap::new();
    for length in (1..=words.len()).rev() {
        for range in (0..=words.len() - length).map(|begin| begin..begin + length) {
            let found: Vec<&Words> = said_by(&words[range.clone()]).collect();
            if !found.is_empty() && !taken[range.clone()].contains(&true) {
                taken[range].fill(true);
                found.iter().for_each(|words| add(words, &mut weights));
            }
        }
    }
    weights
}

/// Among words with the same meaning, the clearest counts.
fn add(words: &Words, weights: &mut BTreeMap<Meaning, f64>) {
    if let Some(meaning) = words.meaning {
        let weight = weights.entry(meaning).or_default();
        *weight = words.weight.max(*weight);
    }
}

/// Returns whether some word of the name is known.
pub(super) fn is_known(name: &str) -> bool {
    let words = split(name);
    (1..=words.len()).any(|length| {
        words
            .windows(length)
            .any(|part| said_by(part).next().is_some())
    })
}

/// Returns whether a name may be personal data, as when a file without header was taken for one with a header, or JSON
/// has values for keys. Such names are not shown.
pub(super) fn may_be_data(name: &str) -> bool {
    let mut run = 0;
    name.contains('@')
        || name.split(['.', '[', ']']).any(is_person)
        || name.chars().any(|c| {
            run = match c {
                '0'..='9' => run + 1,
                ' ' | '-' | '(' | ')' | '.' | '+' => run,
                _ => 0,
            };
            run >= DIGITS_OF_DATA
        })
}

/// Returns whether it is the name of a person that no column could have.
fn is_person(name: &str) -> bool {
    classes::is_person(name) && !is_known(name)
}

/// Whether the name of a table or sheet may be personal data. SQL does not distinguish capitals from small letters.
pub(super) fn may_be_data_of_table(name: &str) -> bool {
    may_be_data(name) || is_person(&capitalised(name))
}

fn capitalised(name: &str) -> String {
    let mut before = ' ';
    let capital = |c: char| {
        let begins = before == ' ';
        before = if c == '_' { ' ' } else { c };
        match (begins, c) {
            (_, '_') => vec![' '],
            (true, c) => c.to_uppercase().collect(),
            (false, c) => vec![c],
        }
    };
    name.chars().flat_map(capital).collect()
}

/// Returns what may be shown of the name of a table or sheet: its form if it may be personal data.
pub(crate) fn shown(name: &str) -> Cow<'_, str> {
    match may_be_data_of_table(name) {
        true => Cow::Owned(mask::form(name)),
        false => Cow::Borrowed(name),
    }
}

/// The last words of a name that are among these.
pub(super) fn last_said(name: &str, among: &'static [Words]) -> Option<&'static Words> {
    let words = split(name);
    let said = |end: usize| {
        let mut parts = (0..end).map(|begin| &words[begin..end]);
        parts.find_map(|part| among.iter().find(|entry| entry.say(part)))
    };
    (1..=words.len()).rev().find_map(said)
}

/// Returns what may be shown of the path of a file that is passed over: parts that may be personal data are masked.
pub(crate) fn shown_path(path: &str) -> String {
    let parts = path.split('/').map(|part| match part.rsplit_once('.') {
        Some((stem, ending)) if may_be_data_of_table(stem) => {
            Cow::Owned(format!("{}.{ending}", mask::form(stem)))
        }
        None if may_be_data_of_table(part) => Cow::Owned(mask::form(part)),
        _ => Cow::Borrowed(part),
    });
    parts.collect::<Vec<_>>().join("/")
}

fn said_by(words: &[String]) -> impl Iterator<Item = &'static Words> {
    WORDS.iter().filter(|entry| entry.say(words))
}

impl Words {
    /// Whether one of its phrases consists of these words.
    fn say(&self, words: &[String]) -> bool {
        self.phrases.iter().any(|phrase| matches(phrase, words))
    }
}

fn matches(phrase: &str, words: &[String]) -> bool {
    let mut wanted = phrase.split(' ');
    let all = words.iter().all(|word| {
        wanted
            .next()
            .is_some_and(|wanted| match wanted.strip_suffix('*') {
                Some(beginning) => word.starts_with(beginning),
                None => word == wanted,
            })
    });
    all && wanted.next().is_none()
}

/// The words of a name in small letters: `Тел. моб.`, `phone_number2` and `clientPhoneNumber` have two, three and
/// three; digits are a word of their own.
fn split(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in clean(name).chars().take(256) {
        let begins = begins_word(before, c);
        if begins && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            let small = c.to_lowercase().map(|c| if c == 'ё' { 'е' } else { c });
            words
                .iter_mut()
                .last()
                .into_iter()
                .for_each(|word| word.extend(small.clone()));
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words.truncate(8);
    words
}

fn begins_word(before: char, c: char) -> bool {
    !c.is_alphanumeric()
        || before.is_lowercase() && c.is_uppercase()
        || before.is_alphabetic() && c.is_numeric()
        || before.is_numeric() && c.is_alphabetic()
}

#[cfg(test)]
mod tests {
    use exposure_index::identifier::Kind;

    use super::super::words::{CALLED_TEXT, TEXTS};
    use super::*;
    use Meaning::{Class, Identifier};

    fn clearest(name: &str) -> Option<Meaning> {
        let weights = weights(name);
        let clearest = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
        clearest.map(|(meaning, _)| meaning)
    }

    #[test]
    fn a_name_is_split_however_it_is_written() {
        for name in [
            "client_phone_number",
            "clientPhoneNumber",
            "Client Phone-Number",
            "client.phone.number",
        ] {
            assert_eq!(split(name), ["client", "phone", "number"], "{name}");
        }
        assert_eq!(split("Тел.2"), ["тел", "2"]);
        assert_eq!(split("MSISDN"), ["msisdn"]);
        assert_eq!(split("«№ Счёт»"), ["счет"]);
        assert_eq!(split("__"), Vec::<String>::new());
    }

    #[test]
    fn names_in_three_languages_say_what_a_column_holds() {
        for (meaning, names) in [
            (Identifier(Kind::Iin), ["ИИН", "ЖСН", "client_iin", "zhsn"]),
            (
                Identifier(Kind::Phone),
                ["Тел. моб.", "Ата-ана телефоны", "PhoneNumber2", "telefon"],
            ),
            (
                Identifier(Kind::Email),
                ["E-mail", "Электрондық пошта", "user_email", "pochta"],
            ),
            (
                Identifier(Kind::IdCard),
                [
                    "Жеке куәлік №",
                    "Удостоверение личности",
                    "ID card",
                    "udostoverenie",
                ],
            ),
            (
                Identifier(Kind::Card),
                ["Номер карты", "card_number", "Карта", "PAN"],
            ),
            (
                Identifier(Kind::Plate),
                [
                    "Гос. номер",
                    "Мемлекеттік нөмірі",
                    "licensePlate",
                    "gosnomer",
                ],
            ),
            (
                Class("names"),
                ["Ф.И.О.", "Аты-жөні", "firstName", "familiya"],
            ),
            (
                Class("dates-of-birth"),
                ["Дата рождения", "Туған күні", "birth_date", "DOB"],
            ),
            (
                Class("physical-addresses"),
                ["Адрес", "Мекенжайы", "homeAddress", "adres"],
            ),
            (
                Class("employers"),
                ["Место работы", "Жұмыс орны", "company_name", "Employer"],
            ),
            (
                Class("ip-addresses"),
                ["ip", "IP-адрес", "ip_address", "last_ip"],
            ),
        ] {
            for name in names {
                assert_eq!(clearest(name), Some(meaning), "{name}");
            }
        }
    }

    #[test]
    fn every_class_that_is_guessed_may_be_named() {
        let by_words = WORDS.iter().filter_map(|words| words.meaning);
        let of_texts = TEXTS.iter().filter_map(|words| words.meaning);
        let by_values = classes::CLASSES.iter().map(|test| Class(test.class));
        for meaning in by_words.chain(of_texts).chain(by_values) {
            assert!(
                meaning.class().is_some_and(|class| class.is_listed()),
                "{meaning}"
            );
        }
    }

    #[test]
    fn words_that_are_part_of_something_else_say_nothing() {
        for name in [
            "file_name",
            "№ заказа",
            "Номер договора",
            "order_id",
            "БИН",
            "телега",
            "x1",
        ] {
            assert_eq!(clearest(name), None, "{name}");
        }
    }

    #[test]
    fn every_phrase_is_written_as_names_are_split() {
        for phrase in WORDS
            .iter()
            .chain(TEXTS)
            .chain(CALLED_TEXT)
            .flat_map(|words| words.phrases)
        {
            assert_eq!(
                split(phrase).join(" "),
                phrase.trim_end_matches('*'),
                "{phrase}"
            );
        }
    }

    #[test]
    fn of_the_path_of_a_scan_its_form_is_shown() {
        assert_eq!(
            shown_path("scans/800101300000.jpg"),
            "scans/999999999999.jpg"
        );
        assert_eq!(
            shown_path("a/Панфильева Афина.png"),
            "a/Яяяяяяяяяя Яяяяя.png"
        );
        assert_eq!(shown_path("__MACOSX/._a.csv"), "__MACOSX/._a.csv");
        assert_eq!(shown_path("readme.txt"), "readme.txt");
    }

    #[test]
    fn names_that_may_be_data_are_known() {
        for data in [
            "8 (709) 123-45-67",
            "a@example.kz",
            "800101300000",
            "N12345678",
        ] {
            assert!(may_be_data(data), "{data}");
        }
        for name in ["ИИН", "phone_2", "2022-01", "column 123456"] {
            assert!(!may_be_data(name), "{name}");
        }
    }
}
