use compact_str::CompactString;
use rlibphonenumber::{NumberLengthType, PhoneNumber, PhoneNumberFormat, Region};

use super::origin::TypedBy;

/// Digits of the longest common spelling, `007` before the ten.
const MOST_DIGITS: usize = 13;

/// Digits of a number of Kazakhstan without anything before them.
const TEN: usize = 10;

/// Maximum length of a text, in bytes; longer ones may exceed what the library takes.
const LONGEST: usize = 32;

/// A number of Kazakhstan in one of the spellings that nearly all of them have, without asking the library, which takes
/// fifty times as long: ten digits that begin with 7, after `+7`, `8`, `7`, `007`, `+8` or nothing, with spaces,
/// hyphens and parentheses among them. A property test checks that the library agrees.
pub(super) fn common(cleaned: &str) -> Option<CompactString> {
    if cleaned.len() > LONGEST {
        return None;
    }
    let mut digits = [0; MOST_DIGITS];
    let mut count = 0;
    let (has_plus, rest) = match cleaned.strip_prefix('+') {
        Some(rest) => (true, rest),
        None => (false, cleaned),
    };
    for byte in rest.bytes() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte;
                count += 1;
            }
            // Parentheses after a whole number hold a note.
            b'(' if count >= TEN => return None,
            b' ' | b'-' | b'(' | b')' => {}
            _ => return None,
        }
    }
    let national = match (&digits[..count], has_plus) {
        ([b'7', b'7', ..], _) | ([b'8', b'7', ..], false) if count == 11 => &digits[1..11],
        ([b'8', b'7', ..], true) if count == 11 && rest.starts_with('8') => &digits[1..11],
        ([b'0', b'0', b'7', b'7', ..], false) if count == 13 && rest.starts_with("00") => {
            &digits[3..13]
        }
        ([b'7', ..], false) if count == 10 => &digits[..10],
        _ => return None,
    };
    let mut number = CompactString::const_new("+7");
    number.push_str(str::from_utf8(national).ok()?);
    Some(number)
}

/// Returns the E.164 form of digits that libphonenumber considers possible (not merely local) when dialled in
/// Kazakhstan, after a plus if they are `international`.
///
/// Validity is not checked: prefixes change faster than the library's tables. But country code 7 has ten digits after
/// it: the fourteen that the library also considers possible are ten and an extension.
///
/// A text that a person typed is also read with the plus that may be missing, as in `7 495 123 45 67`: the library sees
/// through that for Kazakhstan's own numbers only and takes others for eleven digits after the country code.
pub(super) fn dialled(digits: &str, international: bool, origin: TypedBy) -> Option<String> {
    if !international {
        let typed = origin == TypedBy::Person && digits.len() == 11 && digits.starts_with('7');
        return possible(digits).or_else(|| typed.then(|| possible(&format!("+{digits}")))?);
    }
    match digits.strip_prefix('8') {
        Some(national) if national.len() == 10 => possible(digits),
        _ => possible(&format!("+{digits}")),
    }
}

fn possible(dialled: &str) -> Option<String> {
    let number = PhoneNumber::parse(dialled, Some(Region::KZ)).ok()?;
    if number.is_possible_with_reason() != Ok(NumberLengthType::IsPossible) {
        return None;
    }
    let number = number.format_as(PhoneNumberFormat::E164).into_owned();
    (!number.starts_with("+7") || number.len() == "+77091234567".len()).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::identifier::normalisation::phones;

    /// Digits and signs in any order, and numbers as they are written.
    fn spellings() -> impl Strategy<Value = String> {
        prop_oneof![
            "[+(]{0,2}(00|)[78]{0,3}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{3}[ ()-]{0,2}[0-9]{2}[ ()-]{0,2}[0-9]{2}[ ()-]{0,2}",
            "[+]?[0-9]{9,13}",
            "[+]?(7|8|77|87|007)[0-9]{8,10}",
            "[+0-9 ()-]{8,24}",
            "[+0-9 ().,/;#x*-]{8,24}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn a_common_spelling_is_what_the_library_makes_of_it(text in spellings()) {
            let cleaned = crate::identifier::clean(&text);
            if let Some(number) = common(&cleaned) {
                for origin in [TypedBy::Dump, TypedBy::Person] {
                    let reading = phones::read(&cleaned, origin);
                    prop_assert!(reading.is_clean());
                    prop_assert_eq!(reading.values, [number.to_string()]);
                }
            }
        }
    }

    #[test]
    fn every_common_spelling_is_known() {
        for text in [
            "+77091234567",
            "87091234567",
            "77091234567",
            "7091234567",
            "+7 709 123 45 67",
            "8 (709) 123-45-67",
            "(8709)1234567",
            "8-709-123-4567",
            "7 709 1234567",
            "0077091234567",
            "+87091234567",
        ] {
            assert_eq!(common(text).as_deref(), Some("+77091234567"), "{text}");
        }
        for text in [
            "+7091234567",
            "9161234567",
            "77091234567.0",
            "0-077091234567",
            "7 709 123 456 (7)",
            "",
        ] {
            assert_eq!(common(text), None, "{text}");
        }
    }
}
