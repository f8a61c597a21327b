use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::WINDOWS_1251;

use crate::ingest::description::Encoding;
use crate::ingest::kz1048;

/// Letters in words that are needed to tell anything.
const FEWEST_LETTERS: usize = 16;

/// How much likelier KZ-1048 is beforehand than another language's Windows-1251: these dumps come from Kazakhstan.
const PRIOR: f64 = 20.0;

/// How many times likelier one must be than the other to be told.
const SURE: f64 = 20.0;

/// A letter's share where it is not known to occur.
const RARE: f64 = 0.0005;

/// A language's letters among the bytes that KZ-1048 and Windows-1251 read differently, and among those that only
/// Serbian and Macedonian need: their shares, rounded, as in plain text.
type Shares = &'static [(u8, f64)];

/// Қ қ Ғ ғ Ң ң Ә ә Ұ ұ Ө ө Ү ү Һ һ in KZ-1048.
const KAZAKH: Shares = &[
    (0x8D, 0.04),
    (0x9D, 0.29),
    (0xAA, 0.01),
    (0xBA, 0.17),
    (0xBD, 0.001),
    (0xBE, 0.12),
    (0xA3, 0.02),
    (0xBC, 0.09),
    (0xA1, 0.01),
    (0xA2, 0.08),
    (0xA5, 0.01),
    (0xB4, 0.07),
    (0xAF, 0.01),
    (0xBF, 0.08),
    (0x8E, 0.001),
    (0x9E, 0.003),
];

/// Ї ї Є є ґ in Windows-1251.
const UKRAINIAN: Shares = &[
    (0xAF, 0.01),
    (0xBF, 0.55),
    (0xAA, 0.03),
    (0xBA, 0.4),
    (0xB4, 0.01),
];

/// Ў ў in Windows-1251.
const BELARUSIAN: Shares = &[(0xA1, 0.02), (0xA2, 0.98)];

/// Ј ј њ ћ љ ђ џ Ћ in Windows-1251.
const SERBIAN: Shares = &[
    (0xA3, 0.03),
    (0xBC, 0.6),
    (0x9C, 0.1),
    (0x9E, 0.1),
    (0x9A, 0.08),
    (0x90, 0.04),
    (0x9F, 0.01),
    (0x8E, 0.01),
];

/// Ј ј ќ њ ѓ љ џ ѕ in Windows-1251.
const MACEDONIAN: Shares = &[
    (0xA3, 0.03),
    (0xBC, 0.65),
    (0x9D, 0.1),
    (0x9C, 0.06),
    (0x83, 0.06),
    (0x9A, 0.04),
    (0x9F, 0.02),
    (0xBE, 0.02),
];

const OTHERS: [Shares; 4] = [UKRAINIAN, BELARUSIAN, SERBIAN, MACEDONIAN];

/// Windows-1251 or KZ-1048, if `head` surely is one of them.
///
/// That it is either is told by `chardetng`, which knows the other Cyrillic encodings, and by the case of its words:
/// read in a wrong encoding, «Алия» becomes «юКХЪ» or the like. Which of the two is told by the letters that differ:
/// their weight of evidence is Σ ln(share in Kazakh ÷ share in the likeliest other language).
pub(super) fn encoding(head: &[u8]) -> Option<Encoding> {
    if !has_cased_words(head) || !is_windows_1251(head) {
        return None;
    }
    let letters = telling_letters(head);
    if letters.iter().all(|&count| count == 0) {
        return Some(Encoding::Windows1251);
    }
    let other = OTHERS
        .map(|shares| likelihood(&letters, shares))
        .into_iter()
        .fold(f64::NEG_INFINITY, f64::max);
    let weight = likelihood(&letters, KAZAKH) - other + PRIOR.ln();
    if weight > SURE.ln() {
        Some(Encoding::Kz1048)
    } else if weight < -SURE.ln() {
        Some(Encoding::Windows1251)
    } else {
        None
    }
}

/// Nine in ten letters beyond ASCII stand in words that are written small, CAPITAL or Capitalised.
fn has_cased_words(head: &[u8]) -> bool {
    let mut text = Vec::new();
    kz1048::decode(head, &mut text);
    let text = String::from_utf8_lossy(&text);
    let (mut all, mut cased) = (0, 0);
    for word in text.split(|c: char| !c.is_alphabetic() || c.is_ascii()) {
        let letters = word.chars().count();
        if letters > 1 {
            all += letters;
            cased += if is_cased(word) { letters } else { 0 };
        }
    }
    all >= FEWEST_LETTERS && cased * 10 >= all * 9
}

fn is_cased(word: &str) -> bool {
    let mut letters = word.chars();
    let begins_large = letters.next().is_some_and(char::is_uppercase);
    letters.clone().all(char::is_lowercase) || begins_large && letters.all(char::is_uppercase)
}

fn is_windows_1251(head: &[u8]) -> bool {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The detector knows no KZ-1048 and is shown each Kazakh letter as the Russian one next to it.
    let russian: Vec<u8> = head.iter().map(|&byte| russian_letter(byte)).collect();
    detector.feed(&russian, true);
    detector.guess(Some(b"kz"), Utf8Detection::Deny) == WINDOWS_1251
}

/// The letter that is written for a Kazakh one where there is none, such as к for қ.
const fn russian_letter(byte: u8) -> u8 {
    match byte {
        0x8D => 0xCA,
        0x9D => 0xEA,
        0x8E => 0xD5,
        0x9E => 0xF5,
        0xAA => 0xC3,
        0xBA => 0xE3,
        0xBD => 0xCD,
        0xBE => 0xED,
        0xA3 => 0xC0,
        0xBC => 0xE0,
        0xA5 => 0xCE,
        0xB4 => 0xEE,
        0xA1 | 0xAF => 0xD3,
        0xA2 | 0xBF => 0xF3,
        0xB2 => 0xC8,
        0xB3 => 0xE8,
        _ => byte,
    }
}

/// How often each byte stands in a word, of those that tell one language from another.
fn telling_letters(head: &[u8]) -> [u64; 256] {
    let mut tells = [false; 256];
    for (byte, _) in OTHERS.into_iter().chain([KAZAKH]).flatten() {
        tells[usize::from(*byte)] = true;
    }
    let is_letter =
        |byte: Option<&u8>| byte.is_some_and(|&byte| byte >= 0xC0 || tells[usize::from(byte)]);
    let mut counts = [0; 256];
    for (place, &byte) in head.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| head.get(place));
        if tells[usize::from(byte)] && (is_letter(before) || is_letter(head.get(place + 1))) {
            counts[usize::from(byte)] += 1;
        }
    }
    counts
}

/// The logarithm of how likely the letters are in a language with such shares.
fn likelihood(letters: &[u64; 256], shares: Shares) -> f64 {
    let share = |byte: usize| {
        let known = shares
            .iter()
            .find(|(letter, _)| usize::from(*letter) == byte);
        known.map_or(RARE, |(_, share)| *share)
    };
    let counted = letters.iter().enumerate().filter(|(_, count)| **count > 0);
    counted
        .map(|(byte, &count)| count as f64 * share(byte).ln())
        .sum()
}

#[cfg(test)]
mod tests {
    use encoding_rs::{IBM866, ISO_8859_5, KOI8_R, WINDOWS_1252, X_MAC_CYRILLIC};

    use super::*;

    const RUSSIAN: &str = "Афина Панфильева;ул. Новые Сады 12\nГеласий Волос;проспект Абая 7\n";

    const KAZAKH_TEXT: &str =
        "Ақбала Құрманов;көшесі Сандықтас 303\nБүбі Ғабитқызы;Жеңіс даңғылы 8\n";

    fn kz1048_of(text: &str) -> Vec<u8> {
        let byte = |letter: char| {
            (0..=u8::MAX).find(|&byte| {
                let mut decoded = Vec::new();
                kz1048::decode(&[byte], &mut decoded);
                decoded == letter.to_string().as_bytes()
            })
        };
        text.chars().map(|letter| byte(letter).unwrap()).collect()
    }

    #[test]
    fn kazakh_letters_tell_kz_1048() {
        assert_eq!(encoding(&kz1048_of(KAZAKH_TEXT)), Some(Encoding::Kz1048));
        let capitals = kz1048_of(&KAZAKH_TEXT.to_uppercase());
        assert_eq!(encoding(&capitals), Some(Encoding::Kz1048));
    }

    #[test]
    fn russian_without_kazakh_letters_is_windows_1251() {
        let raw = WINDOWS_1251.encode(RUSSIAN).0;
        assert_eq!(encoding(&raw), Some(Encoding::Windows1251));
    }

    #[test]
    fn other_languages_letters_of_windows_1251_are_not_taken_for_kazakh_ones() {
        for text in [
            "Ђорђе Његош;Улица Јована Јовановића 7, Љубљанска ћошка, мајка и дјеца, њихови људи",
            "Ѓорѓи Јованов;улица Куќа 7, најдобриот ѕид, ќерка, меѓу луѓето, својата земја, јас",
            "Євген Їжак;вулиця Українська 7, її подруга є вчителькою, мої друзі, свої країни",
            "Воўк Ўладзіслаў;вуліца Слаўная 7, быў, яўрэй, траўня, аўторак, праўда, воўна",
        ] {
            let raw = WINDOWS_1251.encode(text).0;
            assert_eq!(encoding(&raw), Some(Encoding::Windows1251), "{text}");
        }
    }

    #[test]
    fn other_encodings_are_not_told() {
        for other in [KOI8_R, IBM866, ISO_8859_5, X_MAC_CYRILLIC] {
            let raw = other.encode(RUSSIAN).0;
            assert_eq!(encoding(&raw), None, "{}", other.name());
        }
        let german = "Müller;Straße 7\nGöring;Äußere Größe 8\nSüß;Übergröße, höflich\n".repeat(3);
        assert_eq!(encoding(&WINDOWS_1252.encode(&german).0), None);
    }

    #[test]
    fn too_few_letters_tell_nothing() {
        assert_eq!(encoding(&WINDOWS_1251.encode("Афина;1\n").0), None);
    }
}
