use std::fmt;

/// Figures as comma-separated values (RFC 4180), with a header.
///
/// Cells are names of the project's own making and numbers; titles of breaches, which could begin with what a spreadsheet
/// takes for a formula, do not belong here.
pub struct Csv(String);

impl Csv {
    /// A table with this header.
    pub fn new(header: &[&str]) -> Self {
        let mut csv = Self(String::new());
        csv.row(header.iter().map(ToString::to_string));
        csv
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        for (place, cell) in cells.into_iter().enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.cell(&cell);
        }
        self.0.push_str("\r\n");
    }

    fn cell(&mut self, cell: &str) {
        if cell.contains([',', '"', '\r', '\n']) {
            self.0.push('"');
            self.0.push_str(&cell.replace('"', "\"\""));
            self.0.push('"');
        } else {
            self.0.push_str(cell);
        }
    }
}

impl fmt::Display for Csv {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_end_a_cell_is_quoted() {
        let mut csv = Csv::new(&["a", "b"]);
        csv.row(["1,5".to_owned(), "say \"x\"".to_owned()]);
        assert_eq!(csv.to_string(), "a,b\r\n\"1,5\",\"say \"\"x\"\"\"\r\n");
    }
}
