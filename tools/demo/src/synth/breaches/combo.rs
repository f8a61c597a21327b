use std::io::Write;
use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::names::PASSWORDS;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

/// Addresses and passwords of unknown origin, without a header.
struct Combo(Sink);

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    Ok(Box::new(Combo(Sink::create(path)?)))
}

impl Dump for Combo {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let password = row.dice.pick(&PASSWORDS);
        let email = row.one_of_two(Kind::Email, 1000, 300);
        let password = row.text(Class::Passwords, 900, password);
        Ok(writeln!(self.0, "{email}:{password}")?)
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        self.0.finish()
    }
}
