//! Which Cyrillic code page is this text in?
//!
//! Every code page decodes the same bytes to different letters: «Алия» in one is «юКХЪ» or «Рысь» in another.
//! The code page is chosen in which the letters are as frequent as in Russian and Kazakh, and in which words are
//! written small, CAPITAL or Capitalised. Windows-1251 and KZ-1048 differ in sixteen letters of Kazakh,
//! by which they are distinguished.

mod kazakh;

use std::sync::LazyLock;

use crate::ingest::text::code_page::Encoding;

/// Letters in words that are needed to recognise the code page of a file, and of a line in a file that is not in one.
const FEWEST_LETTERS: usize = 16;
const FEWEST_LETTERS_OF_LINE: usize = 4;

/// Logarithm of the factor by which the likeliest code page must exceed any other.
const MARGIN: f64 = 3.0;

/// The least mean of the logarithms of its letters' shares that a text may have.
const LEAST_MEAN: f64 = -4.6;

/// The logarithm of the share of two letters in a row that hardly ever follow each other: a small one and a capital.
const TORN: f64 = -5.0;

/// Maximum number of letters in ten that are next to a Latin one: «Müller» has no Cyrillic letter.
const AMONG_LATIN_IN_TEN: usize = 3;

/// The code pages, and how much likelier each is beforehand: the logarithm. What DOS and old Macs write in capitals is
/// the same, and so is what Windows and old Macs write in small letters.
const PAGES: [(Encoding, f64); 5] = [
    (Encoding::Windows1251, 0.0),
    (Encoding::Ibm866, -1.0),
    (Encoding::Koi8U, -2.0),
    (Encoding::Iso8859_5, -5.0),
    (Encoding::MacCyrillic, -6.0),
];

/// Letters of Russian and Kazakh in a thousand of texts of both, and those of their neighbours.
const SHARES: [(&str, f64); 12] = [
    ("а", 110.0),
    ("еион", 65.0),
    ("тсрл", 48.0),
    ("вкмы", 33.0),
    ("дпу", 26.0),
    ("ябгьз", 16.0),
    ("іқчйх", 11.0),
    ("жшғңәюө", 7.0),
    ("ұүцщэф", 4.0),
    ("ёъһ", 0.6),
    ("јњљћђџѓќѕґєїў", 1.5),
    ("№«»–—\u{a0}", 3.0),
];

/// The share in a thousand of any other sign, of one that draws lines, and of what is not a character.
const OTHER_SIGN: f64 = 0.3;
const LINE_SIGN: f64 = 1.0;
const NO_CHARACTER: f64 = 0.02;

/// The meaning of a byte beyond ASCII in a code page.
#[derive(Clone, Copy)]
struct Letter {
    /// The logarithm of its share.
    share: f64,
    case: Case,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    None,
    Small,
    Capital,
}

/// The letters of the bytes from 80 on, page by page.
#[expect(clippy::cast_possible_truncation, reason = "there are 128")]
static LETTERS: LazyLock<[[Letter; 128]; PAGES.len()]> = LazyLock::new(|| {
    PAGES.map(|(page, _)| std::array::from_fn(|byte| letter(page, byte as u8 + 0x80)))
});

fn letter(page: Encoding, byte: u8) -> Letter {
    let in_page = likelier(page, byte);
    // The sixteen letters of KZ-1048 are others in Windows-1251: the likelier one counts.
    match page {
        Encoding::Windows1251 => {
            let kazakh = likelier(Encoding::Kz1048, byte);
            if kazakh.share > in_page.share {
                kazakh
            } else {
                in_page
            }
        }
        _ => in_page,
    }
}

fn likelier(page: Encoding, byte: u8) -> Letter {
    let mut text = Vec::new();
    page.decode(&[byte], &mut text);
    let c = String::from_utf8_lossy(&text).chars().next();
    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
    let small = c.to_lowercase().next().unwrap_or(c);
    let known = SHARES.iter().find(|(letters, _)| letters.contains(small));
    let share = match (known, c) {
        (Some((_, share)), _) => *share,
        (None, '\u{2500}'..='\u{259f}') => LINE_SIGN,
        (None, char::REPLACEMENT_CHARACTER | '\u{80}'..='\u{9f}') => NO_CHARACTER,
        (None, _) => OTHER_SIGN,
    };
    let case = match c {
        c if c.is_lowercase() => Case::Small,
        c if c.is_uppercase() => Case::Capital,
        _ => Case::None,
    };
    Letter {
        share: (share / 1000.0).ln(),
        case,
    }
}

/// The code page of a text that begins with `head`, if that is sure.
pub(in crate::ingest) fn encoding(head: &[u8]) -> Option<Encoding> {
    page(head, FEWEST_LETTERS)
}

/// The likeliest code page of a line.
pub(in crate::ingest) fn of_line(line: &[u8]) -> Option<Encoding> {
    page(line, FEWEST_LETTERS_OF_LINE).or_else(|| {
        let is_kazakh_or_not = Score::of(line, 0).is_text(FEWEST_LETTERS_OF_LINE);
        (is_kazakh_or_not && likeliest(line)? == 0).then_some(Encoding::Windows1251)
    })
}

fn page(text: &[u8], fewest: usize) -> Option<Encoding> {
    let place = likeliest(text)?;
    if !Score::of(text, place).is_text(fewest) {
        return None;
    }
    match PAGES[place].0 {
        Encoding::Windows1251 => kazakh::which(text),
        Encoding::Koi8U => Some(which_koi8(text)),
        page => Some(page),
    }
}

/// The place of the code page that is clearly likelier than the others.
fn likeliest(text: &[u8]) -> Option<usize> {
    let scores: [f64; PAGES.len()] = std::array::from_fn(|place| {
        let (_, prior) = PAGES[place];
        Score::of(text, place).sum + prior
    });
    let places = 0..PAGES.len();
    let best = places
        .clone()
        .max_by(|&a, &b| scores[a].total_cmp(&scores[b]))?;
    let is_clear = |place: usize| place == best || scores[best] - scores[place] >= MARGIN;
    places.clone().all(is_clear).then_some(best)
}

/// The score of a text in a code page.
#[derive(Default)]
struct Score {
    /// The logarithm of how likely its bytes beyond ASCII are.
    sum: f64,
    bytes: usize,
    letters: usize,
    /// Letters next to a Latin one.
    among_latin: usize,
    /// Letters in words that begin with a small letter and continue with a capital, or the like.
    torn: usize,
}

impl Score {
    fn of(text: &[u8], page: usize) -> Self {
        let letters = &LETTERS[page];
        let mut score = Self::default();
        // The byte before, and the case of the two letters before.
        let (mut before, mut cases) = (b' ', [Case::None; 2]);
        for (place, &byte) in text.iter().enumerate() {
            let next = text.get(place + 1).copied().unwrap_or(b' ');
            let letter = match byte.checked_sub(0x80) {
                // Lines are drawn by one byte over and over.
                Some(_) if byte == before && byte == next => None,
                Some(place) => letters.get(usize::from(place)),
                None => None,
            };
            let case = letter.map_or(Case::None, |letter| letter.case);
            if let Some(letter) = letter {
                let is_among_latin = before.is_ascii_alphabetic() || next.is_ascii_alphabetic();
                score.add(letter, is_among_latin, cases);
            }
            before = byte;
            cases = [cases[1], case];
        }
        score
    }

    fn add(&mut self, letter: &Letter, is_among_latin: bool, before: [Case; 2]) {
        use Case::{Capital, Small};
        self.sum += letter.share;
        self.bytes += 1;
        if letter.case == Case::None {
            return;
        }
        self.letters += 1;
        self.among_latin += usize::from(is_among_latin);
        let is_torn = matches!(
            (before, letter.case),
            ([_, Small], Capital) | ([Capital, Capital], Small)
        );
        if is_torn {
            self.torn += 1;
            self.sum += TORN;
        }
    }

    /// Returns whether this is a text with at least `fewest` letters.
    fn is_text(&self, fewest: usize) -> bool {
        self.letters >= fewest
            && self.torn * 10 <= self.letters
            && self.letters * 10 >= self.bytes * 6
            && self.among_latin * 10 <= self.letters * AMONG_LATIN_IN_TEN
            && self.sum >= LEAST_MEAN * self.bytes as f64
    }
}

/// KOI8-U has Ukrainian letters where KOI8-R draws lines.
fn which_koi8(text: &[u8]) -> Encoding {
    const UKRAINIAN: [u8; 8] = [0xA4, 0xA6, 0xA7, 0xAD, 0xB4, 0xB6, 0xB7, 0xBD];
    let is_in_word =
        |three: &[u8]| UKRAINIAN.contains(&three[1]) && (three[0] >= 0xC0 || three[2] >= 0xC0);
    match text.windows(3).any(is_in_word) {
        true => Encoding::Koi8U,
        false => Encoding::Koi8R,
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1251, WINDOWS_1252};

    use super::*;
    use crate::ingest::text::kz1048;

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
    fn every_code_page_is_recognised_whatever_the_case() {
        for page in [
            Encoding::Windows1251,
            Encoding::Ibm866,
            Encoding::Koi8R,
            Encoding::Iso8859_5,
            Encoding::MacCyrillic,
        ] {
            for text in [
                RUSSIAN.to_owned(),
                RUSSIAN.to_lowercase(),
                RUSSIAN.to_uppercase(),
            ] {
                let raw = page.decoder().encode(&text).0;
                let guess = encoding(&raw);
                // Old Macs write capitals as DOS does, and nearly all small letters as Windows does.
                match (page, text == RUSSIAN) {
                    (Encoding::MacCyrillic, false) => assert_ne!(guess, Some(Encoding::Koi8R)),
                    _ => assert_eq!(guess, Some(page), "{text}"),
                }
            }
        }
    }

    #[test]
    fn other_encodings_are_not_recognised() {
        let german = "Müller;Straße 7\nGöring;Äußere Größe 8\nSüß;Übergröße, höflich\n".repeat(3);
        assert_eq!(encoding(&WINDOWS_1252.encode(&german).0), None);
    }

    #[test]
    fn too_few_letters_tell_nothing() {
        assert_eq!(encoding(&WINDOWS_1251.encode("Афина;1\n").0), None);
    }
}
