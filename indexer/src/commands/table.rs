use std::fmt;

/// Rows of text in aligned columns; the first column to the left, the others, which hold numbers, to the right.
pub(super) struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(super) fn new(heads: [&str; COLUMNS]) -> Self {
        Self {
            rows: vec![heads.map(str::to_owned)],
        }
    }

    pub(super) fn row(&mut self, cells: [String; COLUMNS]) {
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
        let widths: Vec<usize> = (0..COLUMNS).map(width).collect();
        for row in &self.rows {
            let (first, others) = row.iter().zip(&widths).fold(
                (true, String::new()),
                |(first, line), (cell, &width)| {
                    let cell = if first {
                        format!("{cell:<width$}")
                    } else {
                        format!("  {cell:>width$}")
                    };
                    (false, line + &cell)
                },
            );
            debug_assert!(!first);
            writeln!(f, "{}", others.trim_end())?;
        }
        Ok(())
    }
}

/// A number with its thousands apart: 48,000,000.
pub(super) fn grouped(number: u64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
