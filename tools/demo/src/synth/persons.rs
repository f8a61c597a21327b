use super::dice::Dice;
use super::kind::{Identifier, Kind};
use super::names::{GIVEN, STREETS, SURNAMES};
use super::spaces::Spaces;

/// Number of ordinals that a household has for its members.
const MEMBERS: u64 = 4;
/// Number of mobile numbers of a household.
const NUMBERS: u64 = 2;

/// Number of ordinals of a kind that `households` households can use, from 0 on.
pub(super) fn ordinals(kind: Kind, households: u64) -> u64 {
    match kind {
        Kind::Phone => NUMBERS * households,
        Kind::Email | Kind::Iban | Kind::Card => 2 * MEMBERS * households,
        _ => MEMBERS * households,
    }
}

/// Persons who live together. Nothing that identifies is shared beyond a household, so that truth about it is
/// complete as soon as its last member's rows are written.
pub(super) struct Household {
    number: u64,
    members: u64,
    street: &'static str,
    house: u32,
}

impl Household {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let mut dice = Dice::new(seed, *b"househld", number);
        Self {
            number,
            members: u64::from(dice.below(4)) + 1,
            street: dice.pick(&STREETS),
            house: dice.below(1400) + 1,
        }
    }

    /// Its members, one to four.
    pub(super) fn persons(&self, seed: u64) -> impl Iterator<Item = Person> {
        (0..self.members).map(move |member| Person::new(seed, self, member))
    }
}

/// An invented person; everything about them follows from the seed and their number.
pub(super) struct Person {
    /// Different for everybody, below four times the number of households.
    pub(super) number: u64,
    pub(super) name: String,
    pub(super) address: String,
    /// Whether more than usual has leaked about them: breaches overlap in the same people.
    pub(super) exposed: bool,
    household: u64,
    own_number: u64,
}

impl Person {
    fn new(seed: u64, household: &Household, member: u64) -> Self {
        let number = household.number * MEMBERS + member;
        let mut dice = Dice::new(seed, *b"person..", number);
        Self {
            number,
            name: format!("{} {}", dice.pick(&GIVEN), dice.pick(&SURNAMES)),
            address: format!("{} {}", household.street, household.house),
            exposed: dice.chance(300),
            household: household.number,
            // Adults have a number each, children one of their parents'.
            own_number: if member < NUMBERS {
                member
            } else {
                u64::from(dice.below(2))
            },
        }
    }

    /// What they have one of: IIN, ID card, passport, plate, login.
    pub(super) fn only(&self, kind: Kind) -> Identifier {
        Identifier {
            kind,
            ordinal: self.number,
        }
    }

    /// One of two that they have: addresses, accounts, cards.
    pub(super) fn one_of_two(&self, kind: Kind, second: bool) -> Identifier {
        Identifier {
            kind,
            ordinal: 2 * self.number + u64::from(second),
        }
    }

    /// Their own mobile number or the household's other one; none if all numbers of the block are given away.
    pub(super) fn phone(&self, spaces: &Spaces, own: bool) -> Option<Identifier> {
        let which = if own {
            self.own_number
        } else {
            NUMBERS - 1 - self.own_number
        };
        let ordinal = self.household * NUMBERS + which;
        let identifier = Identifier {
            kind: Kind::Phone,
            ordinal,
        };
        (ordinal < spaces.size(Kind::Phone)).then_some(identifier)
    }
}
