use std::io::Write;
use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

/// Rows of one INSERT statement.
const ROWS: u64 = 400;

/// What comes before the rows: a table that is of no interest, with a statement in a string, then the voters.
const HEAD: &str = r"-- MySQL dump 10.13
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `log`;
CREATE TABLE `log` (`id` int, `msg` text);
INSERT INTO `log` VALUES (1,'INSERT INTO `voters` VALUES (9,\'x\');');
CREATE TABLE `voters` (
  `id` int NOT NULL AUTO_INCREMENT,
  `iin` varchar(12) DEFAULT NULL,
  `fio` varchar(255),
  `doc_no` varchar(20),
  `address` text,
  `gender` char(1),
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
LOCK TABLES `voters` WRITE;
";

/// A `mysqldump` with many rows in each INSERT and strings escaped in several ways.
struct Voters {
    sink: Sink,
    rows: u64,
}

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    let mut sink = Sink::create(path)?;
    sink.write_all(HEAD.as_bytes())?;
    Ok(Box::new(Voters { sink, rows: 0 }))
}

impl Dump for Voters {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        let before = match (self.rows, self.rows % ROWS) {
            (0, _) => "INSERT INTO `voters` VALUES ",
            (_, 0) => ";\nINSERT INTO `voters` VALUES ",
            _ => ",",
        };
        self.rows += 1;
        let iin = quoted(&row.only(Kind::Iin, 1000));
        let name = quoted(row.text(Class::Names, 1000, &row.person.name));
        let document = quoted(&row.only(Kind::IdCard, 900));
        let address = quoted(&address(row));
        let gender = row.dice.pick(&["М", "Ж"]);
        let gender = quoted(row.text(Class::Genders, 600, gender));
        let id = self.rows;
        Ok(write!(
            self.sink,
            "{before}({id},{iin},{name},{document},{address},{gender})"
        )?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), SynthError> {
        let end = if self.rows > 0 { ";\n" } else { "" };
        writeln!(self.sink, "{end}UNLOCK TABLES;")?;
        self.sink.finish()
    }
}

fn quoted(cell: &str) -> String {
    if cell.is_empty() {
        "NULL".to_owned()
    } else {
        format!("'{cell}'")
    }
}

/// With what has to be escaped, escaped: `\'` or `''`, `\n`, `\\`.
fn address(row: &mut Row<'_>) -> String {
    let address = row.text(Class::PhysicalAddresses, 980, &row.person.address);
    match (address.is_empty(), row.dice.below(8)) {
        (false, 0) => format!(r"{address} \'А\'"),
        (false, 1) => format!("{address} ''А''"),
        (false, 2) => format!(r"{address}\n(уч. 17)"),
        (false, 3) => format!(r"{address}\\2"),
        _ => address.to_owned(),
    }
}
