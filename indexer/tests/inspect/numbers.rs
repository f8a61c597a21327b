//! Numbers of which it is known by construction what they are, from a fixed seed.

/// Numbers that look random.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound` (SplitMix64).
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % bound
    }

    pub(crate) fn digits(&mut self, count: usize) -> String {
        (0..count)
            .map(|_| char::from(b'0' + self.below(10) as u8))
            .collect()
    }

    pub(crate) fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len() as u64) as usize]
    }

    /// The IIN of a person born in the 1800s.
    pub(crate) fn iin(&mut self) -> String {
        loop {
            let (year, month, day) = (self.below(100), 1 + self.below(12), 1 + self.below(28));
            let first = format!(
                "{year:02}{month:02}{day:02}{}{}",
                1 + self.below(2),
                self.digits(4)
            );
            if let Some(check) = check_digit(&first) {
                return format!("{first}{check}");
            }
        }
    }

    /// The number of a company, which has the same check digit.
    pub(crate) fn bin(&mut self) -> String {
        loop {
            let (year, month) = (self.below(24), 1 + self.below(12));
            let first = format!("{year:02}{month:02}{}{}", 4 + self.below(3), self.digits(6));
            if let Some(check) = check_digit(&first) {
                return format!("{first}{check}");
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

fn check_digit(first: &str) -> Option<u32> {
    let digits: Vec<u32> = first.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum = |shift: u32| -> u32 {
        let weight = |place: usize| (place as u32 + shift) % 11 + 1;
        digits
            .iter()
            .enumerate()
            .map(|(place, digit)| digit * weight(place))
            .sum::<u32>()
            % 11
    };
    match (sum(0), sum(2)) {
        (10, 10) => None,
        (10, second) => Some(second),
        (first, _) => Some(first),
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
