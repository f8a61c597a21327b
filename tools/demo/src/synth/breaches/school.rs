use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::row::Row;
use super::Dump;

/// Rows kept in memory until the workbook is written, which is all that a workbook allows.
pub(super) const CAPACITY: u64 = 50_000;

/// A workbook in which some numbers are numbers, not text.
struct School {
    path: PathBuf,
    sheet: Worksheet,
    row: u32,
}

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    let mut sheet = Worksheet::new();
    sheet.set_name("Тізім")?;
    sheet.write_row(0, 0, ["Оқушы", "ЖСН", "Ата-ана телефоны"])?;
    Ok(Box::new(School {
        path: path.to_owned(),
        sheet,
        row: 0,
    }))
}

impl Dump for School {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        self.row += 1;
        let name = row.text(Class::Names, 1000, &row.person.name);
        let iin = row.only(Kind::Iin, 1000);
        let phone = row.phone(true, 970);
        self.sheet.write(self.row, 0, name)?;
        if row.dice.chance(200) {
            write_number(&mut self.sheet, self.row, 1, &iin)?;
            write_number(&mut self.sheet, self.row, 2, &phone)?;
        } else {
            self.sheet.write(self.row, 1, &iin)?;
            self.sheet.write(self.row, 2, &phone)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>) -> Result<(), SynthError> {
        let mut workbook = Workbook::new();
        // Without a date of its own the workbook would bear today's, and the bytes would differ.
        let created = ExcelDateTime::from_ymd(2025, 12, 1)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        workbook.push_worksheet(self.sheet);
        Ok(workbook.save(&self.path)?)
    }
}

/// Writes the cell as a number if that loses nothing: digits alone, none of the leading ones a zero.
fn write_number(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &str,
) -> Result<(), SynthError> {
    let digits = cell.bytes().all(|letter| letter.is_ascii_digit()) && !cell.starts_with('0');
    match cell.parse::<f64>() {
        Ok(number) if digits => sheet.write(row, column, number)?,
        _ => sheet.write(row, column, cell)?,
    };
    Ok(())
}
