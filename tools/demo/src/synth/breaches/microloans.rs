use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::names::EMPLOYERS;
use super::super::row::Row;
use super::super::sink::Sink;
use super::super::{encode, row};
use super::Dump;

/// Loan applications without a header, in the Kazakh code page; two phone numbers in one cell.
struct Microloans(Sink);

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    Ok(Box::new(Microloans(Sink::create(path)?)))
}

impl Dump for Microloans {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let employer = row.dice.pick(&EMPLOYERS);
        let cells = [
            row.text(Class::Names, 1000, &row.person.name).to_owned(),
            row.phones(1000, 700),
            row.one_of_two(Kind::Email, 1000, 0),
            row.only(Kind::IdCard, 1000),
            row.text(Class::PhysicalAddresses, 950, &row.person.address)
                .to_owned(),
            row.one_of_two(Kind::Iban, 980, 0),
            row.one_of_two(Kind::Card, 960, 0),
            row::dash_if_empty(row.text(Class::Employers, 300, employer)),
            row.only(Kind::Iin, 990),
            row.only(Kind::Plate, 700),
        ];
        Ok(encode::kz_1048(
            &format!("{}\n", cells.join("|")),
            &mut self.0,
        )?)
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        self.0.finish()
    }
}
