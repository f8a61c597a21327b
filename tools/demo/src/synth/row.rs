use super::classes::{Class, Classes};
use super::dice::Dice;
use super::kind::{Identifier, Kind};
use super::persons::Person;
use super::spaces::Spaces;
use super::spelling;

/// Cells of identifiers that do not normalise, and cells left empty, of 1000.
const SPOILT: u32 = 10;
const EMPTY: u32 = 10;

/// What an index must learn from one row.
#[derive(Default)]
pub(super) struct Record {
    pub(super) identifiers: Vec<Identifier>,
    pub(super) classes: Classes,
    pub(super) rejected: bool,
}

/// A row being written: every cell that it hands out is noted in its [`Record`].
pub(super) struct Row<'a> {
    pub(super) person: &'a Person,
    pub(super) dice: Dice,
    spaces: &'a Spaces,
    record: Record,
}

impl<'a> Row<'a> {
    pub(super) fn new(spaces: &'a Spaces, person: &'a Person, dice: Dice) -> Self {
        Self {
            person,
            dice,
            spaces,
            record: Record::default(),
        }
    }

    /// Takes the row for spoilt: it will not parse, so nothing can be learnt from it.
    pub(super) fn reject(&mut self) {
        self.record.rejected = true;
    }

    pub(super) fn into_record(self) -> Record {
        if self.record.rejected {
            return Record {
                rejected: true,
                ..Record::default()
            };
        }
        self.record
    }

    /// A cell that is there in `per_mille` of 1000 cases and identifies nobody.
    pub(super) fn text<'t>(&mut self, class: Class, per_mille: u32, text: &'t str) -> &'t str {
        if !self.dice.chance(per_mille) {
            return "";
        }
        self.record.classes.add(class);
        text
    }

    /// The person's birth date, `DD.MM.YYYY`, whether or not a cell shows their IIN.
    pub(super) fn birth_date(&self) -> String {
        let iin = self.spaces.value(self.person.only(Kind::Iin));
        format!("{}.{}.18{}", &iin[4..6], &iin[2..4], &iin[..2])
    }

    /// A cell with what the person has one of.
    pub(super) fn only(&mut self, kind: Kind, per_mille: u32) -> String {
        self.identifier(self.person.only(kind), per_mille)
    }

    /// A cell with what the person has two of; the second in `second` of 1000 cases.
    pub(super) fn one_of_two(&mut self, kind: Kind, per_mille: u32, second: u32) -> String {
        let second = self.dice.chance(second);
        self.identifier(self.person.one_of_two(kind, second), per_mille)
    }

    /// A cell with the person's own mobile number or the household's other one.
    pub(super) fn phone(&mut self, own: bool, per_mille: u32) -> String {
        match self.person.phone(self.spaces, own) {
            Some(identifier) => self.identifier(identifier, per_mille),
            None => String::new(),
        }
    }

    /// A cell with the person's number and, in `second` of 1000 cases, the household's other one after it.
    pub(super) fn phones(&mut self, per_mille: u32, second: u32) -> String {
        let own = self.phone(true, per_mille);
        let other = self.phone(false, second);
        match (own.is_empty(), other.is_empty()) {
            (false, false) => format!("{own}{}{other}", self.dice.pick(&[", ", "; ", ","])),
            _ => own + &other,
        }
    }

    /// A cell with the person's mobile number as a spreadsheet shows long numbers, one in ten times.
    pub(super) fn phone_from_spreadsheet(&mut self, per_mille: u32) -> String {
        let Some(identifier) = self.person.phone(self.spaces, true) else {
            return String::new();
        };
        let cell = self.identifier(identifier, per_mille);
        if self.noted(identifier) && self.dice.chance(100) {
            return spelling::scientific(&self.spaces.value(identifier), &mut self.dice);
        }
        cell
    }

    fn noted(&self, identifier: Identifier) -> bool {
        self.record.identifiers.contains(&identifier)
    }

    fn identifier(&mut self, identifier: Identifier, per_mille: u32) -> String {
        let fate = self.dice.below(1000);
        if fate < EMPTY || !self.dice.chance(per_mille) {
            return String::new();
        }
        self.record.classes.add(identifier.kind.class());
        let value = self.spaces.value(identifier);
        if fate < EMPTY + SPOILT && !matches!(identifier.kind, Kind::Login) {
            return spelling::spoilt(identifier.kind, &value);
        }
        self.record.identifiers.push(identifier);
        spelling::in_dump(identifier.kind, &value, &mut self.dice)
    }
}

/// How some programs export that there is nothing.
pub(super) fn dash_if_empty(cell: &str) -> String {
    if cell.is_empty() {
        "-".to_owned()
    } else {
        cell.to_owned()
    }
}
