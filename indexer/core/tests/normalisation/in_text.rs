//! No identifier comes out of a cell that a simpler reading does not find in its text, and none is lost that was put
//! there.
//!
//! The simpler reading ignores groups, labels and notes: it looks for the characters of the value, one after the other,
//! in the text without what may be within a value of its kind.

use exposure_index::identifier::{Identifier, Kind, clean, normalise_cell};
use proptest::prelude::*;

fn found(kind: Kind, cell: &str) -> (Vec<String>, bool) {
    let mut found = Vec::new();
    let outcome = normalise_cell(kind, cell, &mut found);
    let values = found
        .iter()
        .map(|found: &Identifier| found.value().to_owned());
    (values.collect(), outcome.is_ok())
}

/// The text without blanks, hyphens, dots and parentheses, but with one bar for all other characters that are not
/// digits.
fn digits_apart(text: &str) -> String {
    let within = |c: char| {
        matches!(
            c,
            ' ' | '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}'
        )
    };
    let kept = text.chars().filter(|&c| !within(c));
    kept.map(|c| if c.is_ascii_digit() { c } else { '|' })
        .collect()
}

/// The text as Latin capitals, without blanks and hyphens.
fn capitals(text: &str) -> String {
    let latin = |c: char| match c {
        'А' => 'A',
        'В' => 'B',
        'Е' => 'E',
        'К' => 'K',
        'М' => 'M',
        'Н' => 'H',
        'О' => 'O',
        'Р' => 'P',
        'С' => 'C',
        'Т' => 'T',
        'У' => 'Y',
        'Х' => 'X',
        c => c,
    };
    let kept = text.to_uppercase().chars().map(latin).collect::<String>();
    kept.replace([' ', '-'], "")
}

/// Whether the characters of a value are in a text.
fn stands_in(kind: Kind, value: &str, text: &str) -> bool {
    let text = clean(text);
    let digits = digits_apart(&text);
    match kind {
        // What is before the ten digits of country code 7 may be written in many ways; and a zero after others.
        Kind::Phone => {
            let national = value.strip_prefix("+7").unwrap_or(&value[4..]);
            digits.contains(national.trim_start_matches('0'))
        }
        // Leading zeros may be lost.
        Kind::Iin | Kind::Company | Kind::IdCard => digits.contains(value.trim_start_matches('0')),
        Kind::Card => digits.contains(value),
        Kind::Passport | Kind::Plate | Kind::Iban => capitals(&text).contains(value),
        // Domains of other scripts are in it otherwise.
        Kind::Email if value.contains("xn--") => {
            let local = value.split_inclusive('@').next();
            local.is_some_and(|local| text.to_lowercase().contains(local))
        }
        // Domains of other scripts, and links written so that nobody follows them.
        Kind::Site => {
            text.replace("[.]", ".")
                .replace("(.)", ".")
                .to_lowercase()
                .contains(value)
                || value.contains("xn--")
        }
        Kind::Handle => value
            .split_once('/')
            .is_some_and(|(_, name)| text.to_lowercase().contains(name.trim_start_matches('+'))),
        Kind::Wallet => text.contains(value) || text.to_lowercase().contains(value),
        Kind::Email | Kind::Login => text.to_lowercase().contains(value),
    }
}

/// Values that keep the rules, and things that look nearly so.
fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        "(8|7|\\+7|)[ (-]{0,2}709[ )-]{0,2}[0-9]{3}[ -]?[0-9]{2}[ -]?[0-9]{2}",
        "\\+(996|49|1|44)[ -]?[0-9]{2,4}[ -]?[0-9]{3,8}",
        "360323258530|510624280010|000101100016|222153322",
        "[0-9]{8,9}",
        "[NnHА]?[0-9]{7,8}",
        "KZ86125KZT5004100100|КZ86 125K ZТ50 0410 0100|KZ75125KZT1001300335",
        "4000000000000002|4000 0000 0000 0002|378282246310005",
        "[0-9]{3}[ -]?(ABC|АВС|xy)[ -]?[0-9]{2}|а[0-9]{3}вс",
        "[a-z0-9._+-]{1,8}@(example[.](kz|com|org)|mail[.]example[.]kz)",
        "940140000385|990140004654|БИН 940140000385|140090008",
        "(https://|www[.]|)(shop[.]|)example([.]|\\[[.]\\])(kz|com)(/a|:80|)|пример[.]қаз|com[.]kz",
        "@name_1|t[.]me/name_1|wa[.]me/77091234567|instagram[.]com/a",
        "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu|TA4Y62o6YC2Zsck9rZVGTvqW1AQ7X9zTnj|0xde709f2102306220921060314715629080e2fb77",
        "[0-9]{1,5}|[0-9]{1,2}[.][0-9]{1,2}[.](20)?[0-9]{2}|(19|20)[0-9]{2}",
        "мама|Anna|доб[.]?|вн|ИИН|тел[.]|WhatsApp|secret|и|and|x|БИН|паспорт",
    ]
}

fn separator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            "", " ", " ", "  ", ", ", ",", "; ", ";", "|", "/", " / ", "\n", "\t", "<br>", ":",
            ": ", ":::", " - ", "-", "--", "----", ".", "_", "(", ") ", "@", "=", "\"", "'", "\\n",
            " и ", "&", "#", "+",
        ][..],
    )
}

fn cell() -> impl Strategy<Value = String> {
    prop::collection::vec((fragment(), separator()), 1..5).prop_map(|parts| {
        parts
            .into_iter()
            .flat_map(|(text, separator)| [text, separator.to_owned()])
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn whatever_is_found_is_in_the_text(cell in cell()) {
        for kind in Kind::ALL {
            for value in found(kind, &cell).0 {
                prop_assert!(stands_in(kind, &value, &cell), "{} {} in {:?}", kind, value, cell);
            }
        }
    }

    #[test]
    fn what_is_not_found_whole_is_counted(cell in cell()) {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Login) {
            let (values, is_clean) = found(kind, &cell);
            prop_assert!(!values.is_empty() || !is_clean, "{} in {:?}", kind, cell);
        }
    }
}

/// Text between two values, or next to one, that is not part of it.
fn beside() -> impl Strategy<Value = &'static str> {
    prop::sample::select(
        &[
            ", ",
            ";",
            "; ",
            "|",
            " | ",
            "\n",
            "\t",
            " / ",
            "<br>",
            "<br />",
            ":::",
            " и ",
            " или ",
            " және ",
            " and ",
            " & ",
            " (мама), ",
            " мама ",
            "\\n",
            "\", \"",
            " – ",
            " 2020, ",
        ][..],
    )
}

fn phone() -> impl Strategy<Value = (String, String)> {
    let spelling = prop::sample::select(
        &[
            "8 709 aaa bb cc",
            "+7 (709) aaa-bb-cc",
            "8709aaabbcc",
            "8-709-aaa-bbcc",
            "(8709)aaabbcc",
            "+7709aaabbcc",
        ][..],
    );
    (spelling, 0..1000_u32, 0..100_u32, 0..100_u32).prop_map(|(spelling, a, b, c)| {
        let (a, b, c) = (format!("{a:03}"), format!("{b:02}"), format!("{c:02}"));
        (
            spelling
                .replace("aaa", &a)
                .replace("bb", &b)
                .replace("cc", &c),
            format!("+7709{a}{b}{c}"),
        )
    })
}

fn address() -> impl Strategy<Value = (String, String)> {
    "[a-z][a-z0-9]{0,6}[.+_]?[a-z0-9]{1,6}@(example[.]kz|mail[.]example[.](org|com))"
        .prop_map(|address| (address.clone(), address))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn every_number_and_address_is_found_whatever_is_between(
        (kind, planted) in prop_oneof![
            prop::collection::vec((phone(), beside()), 1..5).prop_map(|planted| (Kind::Phone, planted)),
            prop::collection::vec((address(), beside()), 1..5).prop_map(|planted| (Kind::Email, planted)),
        ],
    ) {
        let cell: String = planted.iter().flat_map(|((written, _), beside)| [written.as_str(), beside]).collect();
        let mut values: Vec<String> = planted.iter().map(|((_, value), _)| value.clone()).collect();
        values.dedup();
        prop_assert_eq!(found(kind, &cell), (values, true), "{:?}", cell);
    }
}
