//! Numbers of which it is known by construction what they are, from a fixed seed.

use std::ops::{Deref, DerefMut};

use tekser_test_kit::with_check_digit;

/// Dice that throw identifiers and what looks like some.
pub(crate) struct Dice(tekser_test_kit::Dice);

impl Deref for Dice {
    type Target = tekser_test_kit::Dice;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Dice {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.0
    }
}

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(tekser_test_kit::Dice::new(seed))
    }

    /// The number of a company, which has the same check digit.
    pub(crate) fn bin(&mut self) -> String {
        loop {
            let (year, month) = (self.below(24), 1 + self.below(12));
            let first = format!("{year:02}{month:02}{}{}", 4 + self.below(3), self.digits(6));
            if let Some(bin) = with_check_digit(&first) {
                return bin;
            }
        }
    }

    pub(crate) fn mobile(&mut self) -> String {
        format!("709{}", self.digits(7))
    }

    pub(crate) fn email(&mut self) -> String {
        let name: String = (0..6)
            .map(|_| char::from(b'a' + self.below(26) as u8))
            .collect();
        format!(
            "{name}{}@{}",
            self.below(99),
            self.pick(&["example.kz", "mail.example.org"])
        )
    }

    /// A card's number, which fits Luhn.
    pub(crate) fn card(&mut self) -> String {
        let first = format!("4000{}", self.digits(11));
        let fits = |digit: &char| luhn(&format!("{first}{digit}"));
        let check = ('0'..='9').find(fits).expect("a digit that fits");
        format!("{first}{check}")
    }

    /// A number as long as a card's, which may fit Luhn by chance.
    pub(crate) fn sixteen_digits(&mut self) -> String {
        format!("4{}", self.digits(15))
    }

    pub(crate) fn person(&mut self) -> String {
        let names = [
            "Айгерім",
            "Афина",
            "Болат",
            "Сила",
            "Жанар",
            "Тарас",
            "Құралай",
            "Юния",
        ];
        let surnames = [
            "Қасымова",
            "Панфильева",
            "Ниязов",
            "Березин",
            "Шакирова",
            "Волос",
            "Ахметұлы",
            "Орманбек",
        ];
        format!("{} {}", self.pick(&names), self.pick(&surnames))
    }

    pub(crate) fn birth_date(&mut self) -> String {
        format!(
            "{:02}.{:02}.18{:02}",
            1 + self.below(28),
            1 + self.below(12),
            self.below(100)
        )
    }
}

fn luhn(number: &str) -> bool {
    let digits = number.chars().rev().filter_map(|c| c.to_digit(10));
    let sum: u32 = digits
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit > 4 => digit * 2 - 9,
            (_, digit) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}
