//! How is an invented table written? Formats, encodings, quotes.

use std::io::{BufWriter, Write};
use std::path::Path;

use super::classes::Class;
use super::dice::Dice;
use super::kind::Kind;
use super::persons::Household;
use super::row::Row;
use super::spaces::Spaces;
use super::{SynthError, sink};

/// Number of rows in an INSERT.
const ROWS_AN_INSERT: u64 = 200;

/// Form in which a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Semicolons between values, a header.
    Csv,
    /// An object a line.
    Jsonl,
    /// A MySQL dump with many rows an INSERT.
    Sql,
}

impl TableFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Jsonl, Self::Sql];

    /// The name in `breach.toml`, which is also the end of the file's.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Jsonl => "jsonl",
            Self::Sql => "sql",
        }
    }
}

/// The columns of a table, in the order of its values: one of everything that residents' dumps hold.
pub const TABLE_COLUMNS: [&str; 8] = [
    "iin", "name", "born", "address", "mobile", "home", "email", "id_card",
];

/// Writes one table of people, in as many rows as `bytes` take, and returns their number. The same seed gives the same
/// rows in every format.
///
/// # Errors
/// Fails if the file cannot be written.
pub fn write_table(
    format: TableFormat,
    seed: u64,
    bytes: u64,
    path: &Path,
) -> Result<u64, SynthError> {
    let spaces = Spaces::new(seed);
    let mut table = Table {
        out: BufWriter::with_capacity(1 << 20, sink::create(path)?),
        format,
        rows: 0,
        bytes: 0,
    };
    table.begin()?;
    for household in (0..).map(|number| Household::new(seed, number)) {
        for person in household.persons(seed) {
            let dice = Dice::new(seed, *b"table...", person.number);
            let values = values(&mut Row::new(&spaces, &person, dice));
            table.row(&values)?;
        }
        if table.bytes >= bytes {
            break;
        }
    }
    table.finish()
}

fn values(row: &mut Row<'_>) -> [String; TABLE_COLUMNS.len()] {
    let (name, address, born) = (
        row.person.name.clone(),
        row.person.address.clone(),
        row.birth_date(),
    );
    [
        row.only(Kind::Iin, 990),
        row.text(Class::Names, 1000, &name).to_owned(),
        row.text(Class::DatesOfBirth, 980, &born).to_owned(),
        row.text(Class::PhysicalAddresses, 900, &address).to_owned(),
        row.phone(true, 970),
        row.phone(false, 600),
        row.one_of_two(Kind::Email, 500, 100),
        row.only(Kind::IdCard, 700),
    ]
}

struct Table<W> {
    out: W,
    format: TableFormat,
    rows: u64,
    bytes: u64,
}

impl<W: Write> Table<W> {
    fn begin(&mut self) -> Result<(), SynthError> {
        match self.format {
            TableFormat::Csv => self.write(&format!("{}\n", TABLE_COLUMNS.join(";"))),
            TableFormat::Jsonl => Ok(()),
            TableFormat::Sql => {
                let columns = TABLE_COLUMNS.map(|name| format!("`{name}` text"));
                let columns = columns.join(", ");
                self.write(&format!(
                    "-- MySQL dump 10.13\nCREATE TABLE `people` ({columns}) ENGINE=InnoDB;\n"
                ))
            }
        }
    }

    fn row(&mut self, values: &[String]) -> Result<(), SynthError> {
        let text = match self.format {
            TableFormat::Csv => format!("{}\n", values.join(";")),
            TableFormat::Jsonl => format!("{{{}}}\n", members(values)?),
            TableFormat::Sql => {
                let values: Vec<String> = values.iter().map(|value| quoted(value)).collect();
                let before = match self.rows % ROWS_AN_INSERT {
                    0 if self.rows == 0 => "INSERT INTO `people` VALUES\n",
                    0 => ";\nINSERT INTO `people` VALUES\n",
                    _ => ",\n",
                };
                format!("{before}({})", values.join(","))
            }
        };
        self.rows += 1;
        self.write(&text)
    }

    fn finish(mut self) -> Result<u64, SynthError> {
        if self.format == TableFormat::Sql {
            self.write(";\n")?;
        }
        self.out.flush()?;
        Ok(self.rows)
    }

    fn write(&mut self, text: &str) -> Result<(), SynthError> {
        self.bytes += text.len() as u64;
        Ok(self.out.write_all(text.as_bytes())?)
    }
}

fn members(values: &[String]) -> Result<String, SynthError> {
    let members = TABLE_COLUMNS.iter().zip(values).map(|(name, value)| {
        let value = serde_json::to_string(value).map_err(std::io::Error::from)?;
        Ok(format!("\"{name}\":{value}"))
    });
    let members: Vec<String> = members.collect::<Result<_, SynthError>>()?;
    Ok(members.join(","))
}

fn quoted(value: &str) -> String {
    if value.is_empty() {
        return "NULL".to_owned();
    }
    format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'"))
}
