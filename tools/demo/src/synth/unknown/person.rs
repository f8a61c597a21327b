use super::super::dice::Dice;
use super::super::kind::Kind;
use super::super::persons::Household;
use super::super::spaces::Spaces;

/// Words that passwords are made of.
const WORDS: [&str; 6] = ["almaty", "Qazaq", "sunkar", "Barys", "dala", "kokpar"];

/// What is written about an invented person, each value as people mostly write it.
pub(super) struct Person {
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) address: String,
    pub(super) iin: String,
    /// With its plus.
    pub(super) phone: String,
    /// Value of another person in the household, which notes about some people hold.
    pub(super) other_phone: String,
    pub(super) email: String,
    pub(super) login: String,
    pub(super) iban: String,
    pub(super) id_card: String,
    pub(super) password: String,
    pub(super) dice: Dice,
}

impl Person {
    /// Whether they log in with their e-mail address.
    pub(super) const fn uses_email(&self) -> bool {
        self.number.is_multiple_of(2)
    }

    /// What they log in with.
    pub(super) fn account(&self) -> &str {
        match self.uses_email() {
            true => &self.email,
            false => &self.login,
        }
    }

    /// Whether a note about them holds the other telephone number.
    pub(super) const fn has_note(&self) -> bool {
        self.number % 3 == 1
    }

    /// `DD.MM.YYYY`
    pub(super) fn birth_date(&self) -> String {
        format!(
            "{}.{}.18{}",
            &self.iin[4..6],
            &self.iin[2..4],
            &self.iin[..2]
        )
    }

    /// A time of day in which everybody does something once.
    pub(super) fn time(&self) -> String {
        let (minutes, seconds) = (self.number / 60, self.number % 60);
        format!("{:02}:{:02}:{seconds:02}", minutes / 60 % 24, minutes % 60)
    }
}

/// `8 709 000 00 01`
pub(super) fn grouped(phone: &str) -> String {
    let digits = &phone[2..];
    format!(
        "8 {} {} {} {}",
        &digits[..3],
        &digits[3..6],
        &digits[6..8],
        &digits[8..]
    )
}

/// Makes `count` people, who all have a telephone.
pub(super) fn people(seed: u64, count: u64) -> Box<dyn Iterator<Item = Person>> {
    let spaces = Spaces::new(seed);
    let households = (0..).map(move |number| Household::new(seed, number));
    let persons = households.flat_map(move |household| household.persons(seed).collect::<Vec<_>>());
    let person = move |person: super::super::persons::Person| {
        let mut dice = Dice::new(seed, *b"unknown.", person.number);
        let only = |kind: Kind| spaces.value(person.only(kind));
        let first = |kind: Kind| spaces.value(person.one_of_two(kind, false));
        Some(Person {
            number: person.number,
            iin: only(Kind::Iin),
            phone: spaces.value(person.phone(&spaces, true)?),
            other_phone: spaces.value(person.phone(&spaces, false)?),
            email: first(Kind::Email),
            login: only(Kind::Login),
            iban: first(Kind::Iban),
            id_card: only(Kind::IdCard),
            password: format!("{}{}", dice.pick(&WORDS), dice.below(10_000)),
            name: person.name,
            address: person.address,
            dice,
        })
    };
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    Box::new(persons.filter_map(person).take(count))
}
