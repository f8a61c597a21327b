//! Which kind does a text look like, valid or not?

use super::{Kind, is_hyphen, latin_capitals};

/// The kind that a cleaned text looks like.
pub(super) fn resembled(cleaned: &str) -> Option<Kind> {
    if cleaned.contains('@') {
        return Some(Kind::Email);
    }
    if is_like_wallet(cleaned) {
        return Some(Kind::Wallet);
    }
    let packed = latin_capitals(cleaned);
    if packed.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(resembled_by_digits(&packed));
    }
    if is_written_as_phone(cleaned) {
        return Some(Kind::Phone);
    }
    if is_like_account(&packed) {
        return Some(Kind::Iban);
    }
    match &runs(&packed)?[..] {
        [Run::Letters(1), Run::Digits(6..=10)] => Some(Kind::Passport),
        [Run::Digits(2..=3), Run::Letters(2..=4), Run::Digits(1..=3)]
        | [Run::Letters(1), Run::Digits(2..=4), Run::Letters(2..=3)] => Some(Kind::Plate),
        _ => None,
    }
}

/// Letters and digits that begin, and are about as long, as an address of a wallet.
fn is_like_wallet(cleaned: &str) -> bool {
    let lower = cleaned.to_ascii_lowercase();
    let begins = |begin: &str| lower.starts_with(begin) && (20..=90).contains(&lower.len());
    let has = |is: fn(&u8) -> bool| cleaned.bytes().any(|byte| is(&byte));
    let is_base58 = cleaned.starts_with(['1', '3', 'T'])
        && (25..=36).contains(&cleaned.len())
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit);
    let is_alphanumeric = cleaned.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_alphanumeric && (begins("0x") || begins("bc1") || is_base58)
}

/// Twelve digits are an IIN or a BIN, eleven a phone if they begin as one, nine an identity card, thirteen and more a card.
fn resembled_by_digits(digits: &str) -> Kind {
    match digits.len() {
        13.. if digits.starts_with("00") => Kind::Phone,
        13.. => Kind::Card,
        // The tens of a person's day of birth end at 3.
        12 if matches!(digits.as_bytes()[4], b'4'..=b'6') => Kind::Company,
        12 => Kind::Iin,
        11 if digits.starts_with(['7', '8']) => Kind::Phone,
        11 => Kind::Iin,
        8 | 9 => Kind::IdCard,
        _ => Kind::Phone,
    }
}

/// Two letters, two digits, and eleven to thirty of either.
fn is_like_account(packed: &str) -> bool {
    let is_of_account = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    let bytes = packed.as_bytes();
    let begins = matches!(
        bytes,
        [b'A'..=b'Z', b'A'..=b'Z', b'0'..=b'9', b'0'..=b'9', ..]
    );
    begins && (15..=34).contains(&bytes.len()) && bytes.iter().all(is_of_account)
}

/// How many Latin capitals or digits are in a row.
enum Run {
    Letters(usize),
    Digits(usize),
}

/// The runs of a text, if it consists of runs only.
fn runs(packed: &str) -> Option<Vec<Run>> {
    let is_digit = |byte: u8| byte.is_ascii_digit();
    let run = |run: &[u8]| match run {
        [first, ..] if is_digit(*first) => Some(Run::Digits(run.len())),
        _ => run
            .iter()
            .all(u8::is_ascii_uppercase)
            .then_some(Run::Letters(run.len())),
    };
    let runs = packed
        .as_bytes()
        .chunk_by(|a, b| is_digit(*a) == is_digit(*b));
    runs.map(run).collect()
}

/// Whether a cleaned text is digits and the signs among them, as telephone numbers are written. Phones are found in many other
/// texts, such as digits after a name. A label before the number and a note after it do not count.
pub(super) fn is_written_as_phone(cleaned: &str) -> bool {
    if is_scientific(cleaned) {
        return true;
    }
    let text: Vec<char> = cleaned.to_lowercase().chars().collect();
    let unlabelled = &text[label_length(&text)..];
    let number = &unlabelled[..unlabelled.len() - note_length(unlabelled)];
    let ends = |c: &&char| ".,;:!".contains(**c);
    let end = number.iter().rev().take_while(ends).count();
    match &number[..number.len() - end] {
        [] => number.first() == Some(&'.'),
        number => number.iter().all(|c| is_of_phone(*c)),
    }
}

fn is_of_phone(c: char) -> bool {
    c.is_ascii_digit() || c.is_whitespace() || "+()./~".contains(c) || is_hyphen(c)
}

/// `7.7091234567E10` or `7,7091234567e+10`.
fn is_scientific(cleaned: &str) -> bool {
    let Some((number, power)) = cleaned.split_once(['e', 'E']) else {
        return false;
    };
    let are_digits =
        |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let power = power.strip_prefix('+').unwrap_or(power);
    let (whole, fraction) = number.split_once(['.', ',']).unwrap_or((number, ""));
    whole.len() == 1
        && are_digits(whole)
        && are_digits(fraction)
        && power.len() == 2
        && are_digits(power)
}

/// Words before a number that a number may touch.
const LABELS: [&str; 5] = ["тел", "моб", "tel", "phone", "ph"];

/// How many characters of a text in lower case are a label that a number follows: words of letters, and dots, blanks and
/// colons after them.
fn label_length(text: &[char]) -> usize {
    let begins_number = |c: &char| c.is_whitespace() || c.is_ascii_digit() || "+(".contains(*c);
    let ends_word = |c: &char| c.is_whitespace() || ".:".contains(*c);
    let short = LABELS.iter().find_map(|label| {
        let length = label.chars().count();
        let is_there = text.len() >= length && label.chars().eq(text[..length].iter().copied());
        let dots = text[length.min(text.len())..]
            .iter()
            .take_while(|c| ".:".contains(**c));
        let length = length + dots.count();
        (is_there && text.get(length).is_some_and(begins_number)).then_some(length)
    });
    if let Some(length) = short {
        return length;
    }
    let is_letter = |c: &char| c.is_alphabetic();
    if !text.first().is_some_and(is_letter) {
        return 0;
    }
    let words = text
        .iter()
        .take_while(|c| is_letter(c) || c.is_whitespace() || **c == '.');
    let words = words.count();
    let colons = text[words..].iter().take_while(|c| ends_word(c)).count();
    let ends = |end: &usize| ends_word(&text[end - 1]) && text.get(*end).is_some_and(begins_number);
    (2..=words + colons).rev().find(ends).unwrap_or(0)
}

/// Words before the digits of an extension.
const EXTENSIONS: [&str; 5] = ["доб", "ext", "вн", "x", "#"];

/// How many characters at the end of a text are a note: an extension with its word, or words without digits.
fn note_length(text: &[char]) -> usize {
    let place = extension(text).or_else(|| words(text));
    place.map_or(0, |place| text.len() - place)
}

/// Where the final words begin, with a parenthesis before them, after which there are no digits and no @.
fn words(text: &[char]) -> Option<usize> {
    let is_digit = |c: &char| c.is_ascii_digit() || *c == '@';
    let begin = text.iter().rposition(is_digit).map_or(0, |place| place + 1);
    let word = begin + text[begin..].iter().position(|c| c.is_alphabetic())?;
    let before = without_blanks(&text[..word]);
    Some(without_blanks(before.strip_suffix(&['(']).unwrap_or(before)).len())
}

/// Where an extension begins: a comma, a word for it, and digits.
fn extension(text: &[char]) -> Option<usize> {
    let digits = text.iter().rev().take_while(|c| c.is_ascii_digit()).count();
    let before = without_blanks(&text[..text.len() - digits]);
    let before = before
        .strip_suffix(&['.'])
        .or(before.strip_suffix(&[':']))
        .unwrap_or(before);
    let word = EXTENSIONS.iter().find(|word| {
        let word: Vec<char> = word.chars().collect();
        digits > 0 && before.ends_with(&word)
    })?;
    let before = without_blanks(&before[..before.len() - word.chars().count()]);
    let before = before
        .strip_suffix(&[','])
        .or(before.strip_suffix(&[';']))
        .unwrap_or(before);
    Some(without_blanks(before).len())
}

fn without_blanks(text: &[char]) -> &[char] {
    let blanks = text.iter().rev().take_while(|c| c.is_whitespace()).count();
    &text[..text.len() - blanks]
}
