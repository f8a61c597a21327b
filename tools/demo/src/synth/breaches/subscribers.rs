use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::encode;
use super::super::kind::Kind;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

/// A spreadsheet saved as "Unicode text": UTF-16, tabs, phone numbers in scientific notation.
struct Subscribers(Sink);

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    let mut sink = Sink::create(path)?;
    encode::utf_16le("\u{feff}MSISDN\tIIN\tFULL_NAME\tPLATE\r\n", &mut sink)?;
    Ok(Box::new(Subscribers(sink)))
}

impl Dump for Subscribers {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let phone = row.phone_from_spreadsheet(1000);
        let iin = row.only(Kind::Iin, 1000);
        let name = row.text(Class::Names, 1000, &row.person.name);
        let plate = row.only(Kind::Plate, 900);
        let line = if row.dice.chance(5) {
            row.reject();
            format!("{phone}\t{iin}\t{name}\r\n")
        } else {
            format!("{phone}\t{iin}\t{name}\t{plate}\r\n")
        };
        Ok(encode::utf_16le(&line, &mut self.0)?)
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        self.0.finish()
    }
}
