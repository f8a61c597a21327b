//! How are numbers and dates written? As on the website, see `server/web/src/site/format`.

use exposure_index::breach::PartialDate;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Language;

const NO_BREAK_SPACE: char = '\u{a0}';
const NARROW_NO_BREAK_SPACE: char = '\u{202f}';

const KAZAKH_MONTHS: [&str; 12] = [
    "қаңтар",
    "ақпан",
    "наурыз",
    "сәуір",
    "мамыр",
    "маусым",
    "шілде",
    "тамыз",
    "қыркүйек",
    "қазан",
    "қараша",
    "желтоқсан",
];
const RUSSIAN_MONTHS: [&str; 12] = [
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
];
/// Months in the genitive, as after a day.
const RUSSIAN_MONTHS_OF: [&str; 12] = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// Writes a number with separated thousands: `48 000 000`, in English `48,000,000`.
pub(super) fn count(language: Language, count: u64) -> String {
    let separator = match language {
        Language::En => ',',
        Language::Kk | Language::Ru => NARROW_NO_BREAK_SPACE,
    };
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// Writes a share in per cent, to one decimal place. A share that is not quite 0 or 100 is not rounded to it.
pub(super) fn share(language: Language, share: f64) -> String {
    let tenths = (share * 1000.0).round();
    let (sign, tenths) = match share {
        share if share > 0.0 && tenths < 1.0 => ("< ", 1.0),
        share if share < 1.0 && tenths >= 1000.0 => ("> ", 999.0),
        _ => ("", tenths),
    };
    let number = format!("{:.1}", tenths / 10.0);
    match language {
        Language::En => format!("{sign}{number}%"),
        Language::Kk | Language::Ru => {
            let number = number.replace('.', ",");
            format!("{sign}{number}{NO_BREAK_SPACE}%")
        }
    }
    .replace(' ', &NO_BREAK_SPACE.to_string())
}

/// Writes a date as precisely as it is known.
pub(super) fn date(language: Language, date: &PartialDate) -> String {
    let parts: Vec<usize> = date
        .as_str()
        .split('-')
        .filter_map(|part| part.parse().ok())
        .collect();
    match parts[..] {
        [year, month, day] => full_date(language, year, month, day),
        [year, month] => month_of_year(language, year, month),
        _ => match language {
            Language::Kk => format!("{date} ж."),
            Language::Ru | Language::En => date.to_string(),
        },
    }
}

/// Writes the day, in UTC, of a moment in seconds since 1970.
pub(super) fn day(language: Language, seconds: i64) -> String {
    let moment = Timestamp::from_second(seconds).unwrap_or_default();
    let day: Date = moment.to_zoned(TimeZone::UTC).date();
    let number = |part: i8| usize::try_from(part).unwrap_or_default();
    let year = usize::try_from(day.year()).unwrap_or_default();
    full_date(language, year, number(day.month()), number(day.day()))
}

fn month_of_year(language: Language, year: usize, month: usize) -> String {
    match language {
        Language::Kk => format!("{year} ж. {}", KAZAKH_MONTHS[month - 1]),
        Language::Ru => format!("{} {year} г.", RUSSIAN_MONTHS[month - 1]),
        Language::En => format!("{} {year}", ENGLISH_MONTHS[month - 1]),
    }
}

fn full_date(language: Language, year: usize, month: usize, day: usize) -> String {
    match language {
        Language::Kk => format!("{year} ж. {day} {}", KAZAKH_MONTHS[month - 1]),
        Language::Ru => format!("{day} {} {year} г.", RUSSIAN_MONTHS_OF[month - 1]),
        Language::En => format!("{} {day}, {year}", ENGLISH_MONTHS[month - 1]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_writes_them() {
        for (language, text) in [
            (Language::Kk, "16\u{202f}300\u{202f}000"),
            (Language::Ru, "16\u{202f}300\u{202f}000"),
            (Language::En, "16,300,000"),
        ] {
            assert_eq!(count(language, 16_300_000), text);
            assert_eq!(count(language, 999), "999");
        }
    }

    #[test]
    fn a_share_is_nothing_or_everything_only_if_it_is() {
        for (of, text) in [
            (0.0, "0,0\u{a0}%"),
            (0.000_01, "<\u{a0}0,1\u{a0}%"),
            (0.1234, "12,3\u{a0}%"),
            (0.999_999, ">\u{a0}99,9\u{a0}%"),
            (1.0, "100,0\u{a0}%"),
        ] {
            assert_eq!(share(Language::Ru, of), text);
        }
        assert_eq!(share(Language::En, 0.5), "50.0%");
    }

    #[test]
    fn dates_are_as_precise_as_they_are_known() {
        for (known, [kk, ru, en]) in [
            ("2025", ["2025 ж.", "2025", "2025"]),
            ("2025-06", ["2025 ж. маусым", "июнь 2025 г.", "June 2025"]),
            (
                "2024-02-29",
                [
                    "2024 ж. 29 ақпан",
                    "29 февраля 2024 г.",
                    "February 29, 2024",
                ],
            ),
        ] {
            let known: PartialDate = known.parse().expect("a date");
            assert_eq!(
                Language::ALL.map(|language| date(language, &known)),
                [kk, ru, en]
            );
        }
        assert_eq!(day(Language::Ru, 0), "1 января 1970 г.");
    }
}
