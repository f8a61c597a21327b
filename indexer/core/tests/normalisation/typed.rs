//! What people type, made by chance: the website reads it as this library does. `normalise-typed.json` holds both to
//! it.
//!
//! `TEKSER_WRITE_VECTORS=COUNT` rewrites the file with COUNT cases, as a change of the rules requires.

use exposure_index::identifier::{Kind, normalise};
use serde_json::{Value, json};
use tekser_test_kit::Dice;

use super::vectors;

const FILE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../server/conformance/normalise-typed.json"
);

/// A value of some kind, mostly one that keeps the rules.
fn value(dice: &mut Dice) -> String {
    let digits = |dice: &mut Dice, count| dice.digits(count);
    match dice.below(22) {
        0 => dice
            .pick(&[
                "000101100016",
                "360323258530",
                "510624280010",
                "360323-258530",
                "3603 2325 8530",
            ])
            .to_owned(),
        1 => digits(dice, 12),
        2 => format!("8709{}", digits(dice, 7)),
        3 => format!(
            "+7 (709) {}-{}-{}",
            digits(dice, 3),
            digits(dice, 2),
            digits(dice, 2)
        ),
        4 => format!(
            "8 709 {} {} {}",
            digits(dice, 3),
            digits(dice, 2),
            digits(dice, 2)
        ),
        5 => format!("709 {} {}", digits(dice, 3), digits(dice, 4)),
        6 => {
            let plus = dice.pick(&["+", "00", "8-10-", ""]);
            let code = dice.pick(&["49 30 ", "996 555 ", "7 495 ", "44 (0)20 ", "1 ", "8 7172 "]);
            let length = 4 + dice.below(7);
            format!("{plus}{code}{}", digits(dice, length))
        }
        7 => digits(dice, 9),
        8 => format!(
            "{}{}",
            dice.pick(&["N", "n ", "Н", "№ N", "A"]),
            digits(dice, 8)
        ),
        9 => dice
            .pick(&[
                "KZ86125KZT5004100100",
                "kz86 125k zt50 0410 0100",
                "КZ86125КZТ5004100100",
                "KZ86125KZT5004100101",
            ])
            .to_owned(),
        10 => dice
            .pick(&[
                "4000000000000002",
                "4000 0000 0000 0002",
                "378282246310005",
                "4000000000000003",
            ])
            .to_owned(),
        11 => dice
            .pick(&["123ABC02", "123 авс 02", "а123вс", "123 AB 20", "12ABC02"])
            .to_owned(),
        12..=14 => {
            let local = dice.pick(&[
                "a",
                "User.Name",
                "o'neil",
                "x+tag",
                "a--b",
                "*x",
                "=a",
                "a b",
                "имя",
                "x=y",
                "prvs=1=a",
            ]);
            let domain = dice.pick(&[
                "example.kz",
                "Example.COM",
                "пример.қаз",
                "mail-1.example.org",
                "example",
                "example.kz1",
                "ex--ample.kz",
                "xn--e1afmkfd.kz",
            ]);
            format!("{local}@{domain}")
        }
        15 => {
            let scheme = dice.pick(&[
                "",
                "",
                "https://",
                "http://",
                "hxxps://",
                "HTTP://user@",
                "ftp://",
            ]);
            let host = dice.pick(&[
                "example.kz",
                "www.Example.com",
                "shop.example.com.kz",
                "пример.қаз",
                "example[.]kz",
                "name.github.io",
                "com.kz",
                "b.c.mm",
                "www.ck",
                "127.0.0.1",
                "example",
                "user.name",
                "example.kz1",
                "ex--ample.kz",
            ]);
            let rest = dice.pick(&["", "", "/", ".", ":8080", "/a?b=1#c", "?x", "/a b"]);
            format!("{scheme}{host}{rest}")
        }
        16 => format!(
            "{}{}",
            dice.pick(&["94014", "00015", "99126", "36134"]),
            digits(dice, 7)
        ),
        17 => dice
            .pick(&[
                "940140000385",
                "990140-004654",
                "9401 4000 0385",
                "000140090008",
                "940140000386",
            ])
            .to_owned(),
        18 => {
            let scheme = dice.pick(&["", "", "", "bitcoin:", "ethereum:"]);
            let address = dice.pick(&[
                "16L5yRNPTuciSgXGHqYwn9N6NeoKqopAu",
                "31nM1WuowNDzocNxPPW9NQWJEtwWpjfcLj",
                "TA4Y62o6YC2Zsck9rZVGTvqW1AQ7X9zTnj",
                "mfcHP2WMCVLsVZA8yrovmhMgxNFW9r98xw",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                "BC1SW50QGDZ25J",
                "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xde709f2102306220921060314715629080e2fb77",
                "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            ]);
            format!("{scheme}{address}{}", dice.pick(&["", "", "?amount=1"]))
        }
        19 | 20 => {
            let begin = dice.pick(&[
                "@",
                "t.me/",
                "https://t.me/s/",
                "tg://resolve?domain=",
                "telegram/",
                "https://www.instagram.com/",
                "wa.me/",
                "https://api.whatsapp.com/send?text=x&phone=",
                "whatsapp/+",
            ]);
            let name = dice.pick(&[
                "Name_1",
                "na.me",
                "abc",
                "77091234567",
                "+77091234567",
                "joinchat/x",
                "name/12",
            ]);
            format!("{begin}{name}{}", dice.pick(&["", "", "/", "?x=1"]))
        }
        _ => dice
            .pick(&[
                "user_1",
                "@User",
                "https://t.me/user",
                "имя.123",
                "t.me/+x",
                "ab",
            ])
            .to_owned(),
    }
}

const BEFORE: [&str; 34] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    " ",
    "«",
    "“",
    "=",
    "=\"",
    "'",
    "ИИН ",
    "ЖСН: ",
    "иин",
    "№ ",
    "№",
    "тел. ",
    "моб: ",
    "т.",
    "WhatsApp ",
    "E-mail: ",
    "mailto:",
    "Афина <",
    "почта=",
    "IBAN ",
    "уд. личности № ",
    "паспорт ",
    "карта ",
    "гос. номер ",
    "БИН ",
    "(1) ",
];
const BEHIND: [&str; 36] = [
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    " ",
    "»",
    "”",
    "\"",
    "'",
    ".0",
    ",0",
    ".",
    ">",
    " мама",
    " (Айша)",
    " (1204)",
    " вн 15",
    ", доб. 12",
    " ext 7",
    "x15",
    " #15",
    " 01.02.2020",
    " 12.10.20",
    " 12/25",
    ", 87091234567",
    " и 87097654321",
    " 8 709 123 45 67",
    "----secret",
    ":password",
    ";x",
    "_x",
    " 2020",
];

/// Signs that part or mislead.
const SIGNS: [&str; 40] = [
    " ", " ", "  ", "-", "--", "---", "–", ".", ",", ";", ":", "/", "//", "(", ")", "+", "@", "=",
    "'", "\"", "\\", "\\n", "_", "%40", "%2B", "%", "\t", "\u{a0}", "\u{200b}", "а", "Ж", "e", "N",
    "0", "7", "8", "1", "２", "№", "İ",
];

/// A value, what may be around it, and sometimes a sign in the middle.
pub(super) fn text(dice: &mut Dice) -> String {
    let value = value(dice);
    let mut text = format!("{}{value}{}", dice.pick(&BEFORE), dice.pick(&BEHIND));
    for _ in 0..dice.below(3) {
        let places: Vec<usize> = text.char_indices().map(|(place, _)| place).collect();
        let place = places[dice.below(places.len())];
        text.insert_str(place, dice.pick(&SIGNS));
    }
    text
}

fn outcome(kind: Kind, text: &str) -> Value {
    normalise(kind, text).map_or(Value::Null, |identifier| identifier.value().into())
}

/// The outcomes of each text, for the kinds that it is; all others are left out.
fn cases(count: usize) -> Vec<Value> {
    let mut dice = Dice::new(18);
    let case = |text: String| {
        let outcomes = Kind::ALL.map(|kind| (kind.name().to_owned(), outcome(kind, &text)));
        let found = outcomes.into_iter().filter(|(_, value)| !value.is_null());
        json!({ "input": text, "found": found.collect::<serde_json::Map<_, _>>() })
    };
    (0..count).map(|_| case(text(&mut dice))).collect()
}

#[test]
fn what_people_type_is_read_as_the_website_reads_it() {
    let held = vectors::held(FILE, cases);
    assert!(held.len() >= 1_000, "only {} cases", held.len());
    for (case, held) in cases(held.len()).iter().zip(&held) {
        assert_eq!(case, held);
    }
}
