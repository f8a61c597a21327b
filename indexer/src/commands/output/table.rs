use std::collections::BTreeMap;
use std::fmt;

use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;
use exposure_index::index::BreachStatistics;

/// A table of text in aligned columns; the first column to the left, the others to the right if they hold numbers.
pub(in crate::commands) struct Table<const COLUMNS: usize> {
    of_text: bool,
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    /// Makes a table whose columns, from the second on, hold numbers.
    pub(in crate::commands) fn new(heads: [&str; COLUMNS]) -> Self {
        Self {
            of_text: false,
            rows: vec![heads.map(str::to_owned)],
        }
    }

    /// Makes a table whose columns all hold text.
    pub(in crate::commands) fn of_text(heads: [&str; COLUMNS]) -> Self {
        Self {
            of_text: true,
            ..Self::new(heads)
        }
    }

    pub(in crate::commands) fn row(&mut self, cells: [String; COLUMNS]) {
        self.rows.push(cells);
    }
}

impl<const COLUMNS: usize> fmt::Display for Table<COLUMNS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            self.rows
                .iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: [usize; COLUMNS] = std::array::from_fn(width);
        for row in &self.rows {
            let mut line = format!("{:<1$}", row[0], widths[0]);
            for (cell, width) in row.iter().zip(widths).skip(1) {
                line.push_str(&match self.of_text {
                    true => format!("  {cell:<width$}"),
                    false => format!("  {cell:>width$}"),
                });
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Tabulates what was read of each breach; `identifiers` selects the count of identifiers.
pub(in crate::commands) fn breach_table(
    identifiers: &str,
    breaches: &BTreeMap<BreachId, BreachStatistics>,
) -> Table<6> {
    let sum = |counts: &BTreeMap<Kind, u64>| grouped(counts.values().sum());
    let mut table = Table::new([
        "breach",
        "rows",
        "rejected",
        "invalid cells",
        identifiers,
        "recovered",
    ]);
    for (id, breach) in breaches {
        table.row([
            id.to_string(),
            grouped(breach.rows),
            grouped(breach.rejected_rows),
            sum(&breach.invalid_cells),
            sum(&breach.identifiers),
            sum(&breach.recovered),
        ]);
    }
    table
}

/// Writes a number with separated thousands: 48,000,000.
pub(in crate::commands) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Writes a number with its noun, which has a regular plural: `1 row`, `1,487 rows`.
pub(in crate::commands) fn plural(number: u64, one: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {one}{ending}", grouped(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_something_is_singular() {
        assert_eq!(plural(1, "row"), "1 row");
        assert_eq!(plural(0, "row"), "0 rows");
        assert_eq!(plural(1_487, "file"), "1,487 files");
    }

    #[test]
    fn thousands_stand_apart() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (48_000_000, "48,000,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn columns_are_aligned() {
        let mut table = Table::new(["breach", "rows"]);
        table.row(["combo-2021".to_owned(), "7".to_owned()]);
        assert_eq!(table.to_string(), "breach      rows\ncombo-2021     7\n");
    }
}
