//! Windows-1251 or KZ-1048? By the letters that differ: their weight of evidence is Σ ln(share in Kazakh ÷ share in the
//! likeliest other language).

use crate::ingest::text::code_page::Encoding;

/// How much likelier KZ-1048 is beforehand than another language's Windows-1251: these dumps come from Kazakhstan.
const PRIOR: f64 = 20.0;

/// How many times likelier one must be than the other to be recognised.
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

/// Which of the two a text is in, if that is sure.
pub(super) fn which(text: &[u8]) -> Option<Encoding> {
    let letters = distinctive_letters(text);
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

/// How often each byte is in a word, of those that distinguish one language from another.
fn distinctive_letters(head: &[u8]) -> [u64; 256] {
    let mut is_distinctive = [false; 256];
    for (byte, _) in OTHERS.into_iter().chain([KAZAKH]).flatten() {
        is_distinctive[usize::from(*byte)] = true;
    }
    let is_letter = |byte: Option<&u8>| {
        byte.is_some_and(|&byte| byte >= 0xC0 || is_distinctive[usize::from(byte)])
    };
    let mut counts = [0; 256];
    for (place, &byte) in head.iter().enumerate() {
        let before = place.checked_sub(1).and_then(|place| head.get(place));
        if is_distinctive[usize::from(byte)]
            && (is_letter(before) || is_letter(head.get(place + 1)))
        {
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
