//! Does a word label the number after it as a telephone?

use super::prose::Prose;

/// Bytes before a number that are searched for its label, and maximum number of characters between the two.
const REACH: usize = 96;
const GAP: usize = 12;

/// Words for telephone, in small letters, in Kazakh, Russian and English; a `*` stands for any ending.
#[rustfmt::skip] // A word a line would hide which ones belong together.
const PHONE: [&str; 35] = [
    "тел", "телефон*", "тлф", "моб", "мобил*", "сот", "сотов*", "сотк*", "ұялы*", "уялы*", "ватсап*", "ватцап*",
    "вацап*", "вотсап*", "уатсап*", "вайбер*", "вибер*", "факс", "контакт*", "байланыс*",
    "хабарлас*", "қоңырау*", "звон*", "позвон*", "каспи*", "kaspi*", "tel", "telefon*", "phone*", "mob", "mobile*",
    "cell*", "whatsapp*", "viber", "msisdn",
];

/// Words for telephone unless they are part of another one, such as `order_number`.
const NUMBER: [&str; 5] = ["номер*", "нөмір*", "немір*", "nomer*", "number"];

/// Words for the IIN.
const IIN: [&str; 4] = ["иин", "жсн", "iin", "zhsn"];

/// Whether the word before `place` is one for telephone.
pub(super) fn stands_before(prose: &Prose, place: usize) -> bool {
    let before = prose.before(place, REACH);
    says_phone(before) || is_vcard(before)
}

/// Whether the last word of `text` is one for telephone or for an IIN.
pub(in crate::ingest) fn ends(text: &str) -> bool {
    says_phone(text) || IIN.contains(&&*last_word(text))
}

fn says_phone(before: &str) -> bool {
    let word = last_word(before);
    let whole = word.replace('_', "");
    let mut parts = word.split('_').chain([&*whole]);
    parts.any(|part| PHONE.iter().any(|wanted| is_called(part, wanted)))
        || NUMBER.iter().any(|wanted| is_called(&word, wanted))
        || is_abbreviation(before, &word)
}

fn is_called(word: &str, wanted: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(beginning) => word.starts_with(beginning),
        None => word == wanted,
    }
}

/// The last word of a text in small letters, without the number after it: `tel` of `Tel2: `. Where a capital begins
/// another word within it, `_` is before that.
fn last_word(text: &str) -> String {
    let gap = |c: char| !c.is_alphanumeric();
    let end = text.trim_end_matches(gap);
    if text[end.len()..].chars().count() > GAP {
        return String::new();
    }
    let end = end.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_in_word = |c: char| c.is_alphanumeric() || c == '_';
    let word = &end[end.trim_end_matches(is_in_word).len()..];
    let mut small = String::new();
    let mut before_is_small = false;
    for c in word.chars() {
        if before_is_small && c.is_uppercase() {
            small.push('_');
        }
        before_is_small = c.is_lowercase();
        small.extend(c.to_lowercase());
    }
    small
}

/// `т.` and `т:`
fn is_abbreviation(before: &str, word: &str) -> bool {
    matches!(word, "т" | "t") && before.trim_end().ends_with(['.', ':'])
}

/// The beginning of a line of a vCard: `TEL;TYPE=HOME:`.
fn is_vcard(before: &str) -> bool {
    let line = before.rsplit(['\n', '\r']).next().unwrap_or_default();
    let property = line.rsplit_once('.').map_or(line, |(_, property)| property);
    let begins = property
        .get(..3)
        .is_some_and(|begin| begin.eq_ignore_ascii_case("TEL"));
    begins && line.ends_with(':') && !line.contains([' ', '"'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_known_however_it_is_written() {
        for text in [
            "тел. ",
            "Тел.:",
            "телефон №",
            "моб: ",
            "Сот. тел ",
            "ұялы: ",
            "Ватсап - ",
            "WhatsApp (",
            "номер ",
            "нөмірі: ",
            "\"phone\": \"",
            "phone_number=",
            "clientPhone: ",
            "tel2: ",
            "т. ",
            "Телефон\n",
            "mobilePhone\":\"",
        ] {
            assert!(says_phone(text), "{text}");
        }
        for text in [
            "",
            "отель ",
            "сотрудник ",
            "заказ ",
            "т",
            "хотел ",
            "id: ",
            "телом",
            "тел. заказа ",
        ] {
            assert!(!says_phone(text), "{text}");
        }
        assert!(is_vcard("x\nTEL;TYPE=HOME:") && is_vcard("item1.TEL:") && !is_vcard("TEL is: "));
    }
}
