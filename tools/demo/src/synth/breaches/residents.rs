use std::io::Write;
use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

/// A spreadsheet's export: byte-order mark, semicolons, quoted addresses, some with a semicolon of their own.
struct Residents(Sink);

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    let mut sink = Sink::create(path)?;
    sink.write_all(
        "\u{feff}ИИН;ФИО;Дата рождения;Адрес;Тел. моб.;Тел. дом.;Тел. раб.;Год\r\n".as_bytes(),
    )?;
    Ok(Box::new(Residents(sink)))
}

impl Dump for Residents {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let born = row.birth_date();
        let iin = row.only(Kind::Iin, 990);
        let name = row.text(Class::Names, 1000, &row.person.name);
        let born = row.text(Class::DatesOfBirth, 980, &born);
        let address = address(row);
        let own = row.phone(true, 970);
        let home = row.phone(false, 600);
        let work = row.phone(true, 150);
        let begun = format!("{iin};{name};{born};{address}");
        match row.dice.below(1000) {
            0..6 => {
                row.reject();
                write!(self.0, "{begun};{own};{home};{work};2022;лишнее;x\r\n")?;
            }
            6..12 => {
                row.reject();
                write!(self.0, "{begun};{own}\r\n")?;
            }
            _ => write!(self.0, "{begun};{own};{home};{work};2022\r\n")?,
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        self.0.finish()
    }
}

fn address(row: &mut Row<'_>) -> String {
    let address = row.text(Class::PhysicalAddresses, 900, &row.person.address);
    match (address.is_empty(), row.dice.below(5)) {
        (true, 0) => "-".to_owned(),
        (true, _) => String::new(),
        (false, 0) => format!("\"{address}; домофон 12\""),
        (false, 1) => format!("\"{address} «Дом \"\"у парка\"\"»\""),
        (false, 2) => format!("{address}, кв. 5"),
        (false, _) => address.to_owned(),
    }
}
