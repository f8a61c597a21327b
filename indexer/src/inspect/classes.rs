//! Does this cell hold data of a class? For the classes that values alone show.

use std::net::IpAddr;

use super::dates::{are_spread, date};
use super::evidence::Test;

/// A class that values show, with its test.
pub(super) struct ClassTest {
    /// The class.
    pub(super) class: &'static str,
    /// Test of its cells.
    pub(super) test: Test,
    /// Whether a cell passes.
    pub(super) passes: fn(&str) -> bool,
    /// Whether a cell could be of the class at all, where the column's name says so.
    pub(super) likely: fn(&str) -> bool,
}

const fn recognised_by(
    class: &'static str,
    passing: f64,
    chance: f64,
    limit: f64,
    passes: fn(&str) -> bool,
    likely: fn(&str) -> bool,
) -> ClassTest {
    let test = Test {
        passing,
        chance,
        limit,
    };
    ClassTest {
        class,
        test,
        passes,
        likely,
    }
}

/// The class of companies' names, whose values do not show whose employers they are.
pub(super) const EMPLOYERS: &str = "employers";

/// The class of passwords, which are never shown.
pub(super) const PASSWORDS: &str = "passwords";

/// Every class that values show. Chances are of cells with other short texts; limits say what else could look the
/// same. Companies are as likely to be banks, for example, as employers.
pub(super) const CLASSES: [ClassTest; 8] = [
    recognised_by("names", 0.6, 0.03, 6.0, is_person, is_letters),
    recognised_by(
        "physical-addresses",
        0.6,
        0.01,
        6.0,
        is_address,
        has_letters,
    ),
    recognised_by(EMPLOYERS, 0.5, 0.01, 1.4, is_company, has_letters),
    recognised_by("genders", 0.9, 0.01, 6.0, is_gender, is_short),
    recognised_by(
        "ip-addresses",
        0.9,
        0.001,
        7.0,
        is_ip_address,
        is_ip_address,
    ),
    recognised_by("health-data", 0.9, 0.005, 4.0, is_icd_10, has_letters),
    recognised_by(
        PASSWORDS,
        0.9,
        0.01,
        2.5,
        is_password_hash,
        is_password_like,
    ),
    recognised_by(
        "browser-user-agent-details",
        0.8,
        0.001,
        7.0,
        is_user_agent,
        has_letters,
    ),
];

/// Returns the weight of a column of dates for birth dates, in nats: positive if they are spread like those, else
/// negative.
pub(super) fn birth_dates<'c>(cells: impl Iterator<Item = &'c str> + Clone) -> f64 {
    let all = cells.clone().count();
    let mut years: Vec<u16> = cells.filter_map(|cell| Some(date(cell)?.year)).collect();
    let test = Test {
        passing: 0.95,
        chance: 0.02,
        limit: 4.0,
    };
    let weight = test.weight(years.len(), all);
    if all < 10 || are_spread(&mut years) {
        weight
    } else {
        weight.min(-1.0)
    }
}

fn has_letters(cell: &str) -> bool {
    cell.contains(char::is_alphabetic)
}

fn is_letters(cell: &str) -> bool {
    has_letters(cell) && !cell.contains(|c: char| c.is_numeric() || c == '@')
}

fn is_short(cell: &str) -> bool {
    cell.chars().count() <= 12
}

/// Suffixes of surnames and patronymics.
const NAME_ENDINGS: [&str; 44] = [
    "ов", "ова", "ев", "ева", "ёв", "ёва", "ин", "ина", "ын", "ына", "ский", "ская", "цкий",
    "цкая", "енко", "ович", "евич", "ич", "овна", "евна", "ична", "ұлы", "улы", "қызы", "кызы",
    "бек", "бай", "баев", "ov", "ova", "ev", "eva", "in", "ina", "sky", "skiy", "skaya", "enko",
    "ovich", "evich", "ovna", "evna", "uly", "kyzy",
];

/// Two to four words, Capitalised or CAPITALS, one of which ends like a surname or patronymic.
pub(super) fn is_person(cell: &str) -> bool {
    let words: Vec<&str> = cell.split_whitespace().collect();
    (2..=4).contains(&words.len())
        && words.iter().all(|word| is_name(word))
        && words.iter().any(|word| has_name_ending(word))
        && !is_company(cell)
        && !is_address(cell)
}

/// A word of letters that begins with a capital, possibly with a hyphen in it; қызы and ұлы are written small.
fn is_name(word: &str) -> bool {
    let letters = |c: char| c.is_alphabetic() || "-'’.".contains(c);
    let capital = word.chars().next().is_some_and(char::is_uppercase);
    word.chars().all(letters) && (capital || ["ұлы", "қызы", "улы", "кызы", "оглы"].contains(&word))
}

fn has_name_ending(word: &str) -> bool {
    let word = word.to_lowercase();
    let ends = |ending: &&str| word.len() > ending.len() + 2 && word.ends_with(*ending);
    NAME_ENDINGS.iter().any(ends) || ["ұлы", "қызы", "улы", "кызы"].contains(&&*word)
}

/// Words for streets, houses and places in addresses; with a full stop if they would be too short otherwise.
const ADDRESS_WORDS: [&str; 66] = [
    "ул",
    "улица",
    "пр.",
    "пр-т",
    "проспект",
    "пер",
    "переулок",
    "мкр",
    "мкрн",
    "микрорайон",
    "бульвар",
    "б-р",
    "шоссе",
    "пл.",
    "площадь",
    "аллея",
    "проезд",
    "тупик",
    "наб.",
    "набережная",
    "дом",
    "д.",
    "кв",
    "квартира",
    "корп",
    "корпус",
    "обл",
    "область",
    "р-н",
    "г.",
    "с.",
    "пос",
    "поселок",
    "село",
    "аул",
    "подъезд",
    "домофон",
    "көшесі",
    "көш.",
    "даңғылы",
    "орамы",
    "ықшамаудан",
    "ықшамауданы",
    "шағынаудан",
    "шағынауданы",
    "мөлтекауданы",
    "тұйығы",
    "желекжолы",
    "жағалауы",
    "алаңы",
    "үй",
    "пәтер",
    "облысы",
    "ауданы",
    "ауылы",
    "қ.",
    "ush",
    "ul.",
    "street",
    "st.",
    "avenue",
    "ave",
    "road",
    "apt",
    "koshesi",
    "dangyly",
];

/// At least two words, one of them of addresses.
fn is_address(cell: &str) -> bool {
    let cell = cell.to_lowercase();
    let words = || {
        cell.split([' ', ',', ';', '\n'])
            .filter(|word| !word.is_empty())
    };
    let of_addresses = |word: &str| {
        ADDRESS_WORDS.contains(&word) || ADDRESS_WORDS.contains(&word.trim_end_matches(['.', ':']))
    };
    words().count() > 1 && words().any(of_addresses)
}

/// Legal forms and types of companies in their names.
const COMPANY_WORDS: [&str; 30] = [
    "ТОО", "АО", "ООО", "ЗАО", "ОАО", "ПАО", "ИП", "КХ", "ЖШС", "АҚ", "ЖК", "ШҚ", "ГКП", "РГП",
    "ГУ", "КГУ", "КГП", "КММ", "РММ", "МКК", "ҚҚ", "LLP", "LLC", "JSC", "Ltd", "Ltd.", "Inc",
    "Inc.", "GmbH", "TOO",
];

fn is_company(cell: &str) -> bool {
    let words = || cell.split([' ', ',', '"', '«', '»']);
    words().count() > 1 && words().any(|word| COMPANY_WORDS.contains(&word))
}

fn is_gender(cell: &str) -> bool {
    const GENDERS: [&str; 18] = [
        "м",
        "ж",
        "m",
        "f",
        "муж",
        "жен",
        "муж.",
        "жен.",
        "мужской",
        "женский",
        "мужчина",
        "женщина",
        "male",
        "female",
        "ер",
        "әйел",
        "е",
        "ә",
    ];
    GENDERS.contains(&cell.to_lowercase().as_str())
}

fn is_ip_address(cell: &str) -> bool {
    cell.parse::<IpAddr>().is_ok()
}

/// A diagnosis by its code of ICD-10, as `J06.9`.
fn is_icd_10(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let digits = |from: usize| bytes[from..].iter().all(u8::is_ascii_digit);
    match bytes.len() {
        3 => bytes[0].is_ascii_uppercase() && digits(1),
        5 | 6 => {
            bytes[0].is_ascii_uppercase() && bytes[3] == b'.' && is_icd_10(&cell[..3]) && digits(4)
        }
        _ => false,
    }
}

/// The forms that hashes of passwords have. Bare hexadecimal digits may be something else's hash.
fn is_password_hash(cell: &str) -> bool {
    let hexadecimal = cell.bytes().all(|byte| byte.is_ascii_hexdigit());
    let letters = cell.bytes().any(|byte| byte.is_ascii_alphabetic());
    let marked = [
        "$1$", "$2a$", "$2b$", "$2y$", "$5$", "$6$", "$argon2", "$P$", "{SHA}", "{SSHA}", "pbkdf2",
    ];
    matches!(cell.len(), 32 | 40 | 64 | 128) && hexadecimal && letters
        || marked.iter().any(|mark| cell.starts_with(mark))
}

fn is_user_agent(cell: &str) -> bool {
    cell.starts_with("Mozilla/") || cell.starts_with("Opera/") || cell.starts_with("Dalvik/")
}

/// Could the cell be a password: not long, without white space?
pub(super) fn is_password_like(cell: &str) -> bool {
    (3..=64).contains(&cell.chars().count()) && !cell.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_pass_the_test_of_their_class_and_no_other() {
        for (class, cells) in [
            (
                "names",
                [
                    "Афина Панфильева",
                    "ӘБДІКӘРІМ ӘУЕЗ ҚЫЗЫ",
                    "Aigerim Kasymova",
                ],
            ),
            (
                "physical-addresses",
                [
                    "ул. Новые Сады 2-я 303",
                    "көшесі Сандықтас 303",
                    "12 Main Street, apt 5",
                ],
            ),
            (EMPLOYERS, ["ТОО «Ромашка»", "ЖШС «Әлем»", "Example LLP"]),
            ("genders", ["М", "әйел", "Female"]),
            ("ip-addresses", ["192.0.2.1", "2001:db8::1", "198.51.100.7"]),
            ("health-data", ["J06.9", "I10", "E11.65"]),
            (
                PASSWORDS,
                ["d41d8cd98f00b204e9800998ecf8427e", "$2y$10$abc", "{SSHA}x"],
            ),
        ] {
            for cell in cells {
                for test in &CLASSES {
                    assert_eq!(
                        (test.passes)(cell),
                        test.class == class,
                        "{cell}: {}",
                        test.class
                    );
                }
            }
        }
    }

    #[test]
    fn other_texts_pass_no_test() {
        for cell in [
            "",
            "Алматы",
            "Нур-Султан",
            "12345",
            "9 «А»",
            "1.2.3",
            "qwerty",
            "Тариф Бизнес 500",
        ] {
            assert!(CLASSES.iter().all(|test| !(test.passes)(cell)), "{cell}");
        }
    }

    #[test]
    fn dates_of_events_are_not_birth_dates() {
        let births: Vec<String> = (1820..1880).map(|year| format!("01.02.{year}")).collect();
        let visits: Vec<String> = (10..60)
            .map(|day| format!("2021-03-{:02}", day % 28 + 1))
            .collect();
        assert!(birth_dates(births.iter().map(String::as_str)) > 2.0);
        assert!(birth_dates(visits.iter().map(String::as_str)) < 0.0);
    }
}
