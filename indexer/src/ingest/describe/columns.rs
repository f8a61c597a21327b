//! What does each column of a file hold, as `breach.toml` says?

use std::collections::BTreeMap;

use exposure_index::breach::{ClassSet, DataClass};
use exposure_index::identifier::{Identifier, Kind, clean, common_identifier};

use super::description::ColumnEntry;
use crate::ingest::warning::EntryCell;
use crate::ingest::{Fault, empty};

/// A column that `breach.toml` names.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Column {
    /// Name in `breach.toml`.
    pub(in crate::ingest) name: String,
    /// Place among the columns of its `[[file]]`.
    pub(in crate::ingest) number: usize,
    pub(in crate::ingest) identifier: Option<Kind>,
    pub(in crate::ingest) is_password: bool,
    /// Whether it holds free text.
    pub(in crate::ingest) is_text: bool,
    /// Its meaning for the entries of a warning list.
    pub(in crate::ingest) of_entry: Option<EntryCell>,
    /// The declared and the implied class, as places in the breach's list.
    pub(in crate::ingest) classes: ClassSet,
}

/// The columns of one `[[file]]`.
#[derive(Clone, Debug)]
pub(in crate::ingest) struct Columns(pub(in crate::ingest) Vec<Column>);

/// A column and its place in a record, from 0.
pub(in crate::ingest) type PlacedColumn<'a> = (usize, &'a Column);

impl Column {
    /// Returns the identifier of a cell of this column in the usual spelling.
    pub(in crate::ingest) fn common_identifier(&self, text: &str) -> Option<Identifier> {
        let kind = self.identifier.filter(|_| !self.is_password)?;
        common_identifier(kind, text)
    }

    /// Returns whether a cell of this column is empty. A password may be any word; zeros alone are not a number.
    pub(in crate::ingest) fn says_nothing(&self, text: &str) -> bool {
        if self.is_password {
            return empty::is_empty(text);
        }
        let is_number = self.identifier.is_some_and(|kind| kind != Kind::Login);
        empty::is_filler(text) || is_number && empty::is_zero(text)
    }
}

impl Columns {
    /// `classes` is the breach's sorted list, which holds every class of `entries`.
    pub(in crate::ingest) fn new(
        entries: &BTreeMap<String, ColumnEntry>,
        classes: &[DataClass],
    ) -> Self {
        let place = |class: DataClass| classes.binary_search(&class).ok();
        let column = |(number, (name, entry)): (usize, (&String, &ColumnEntry))| Column {
            name: name.clone(),
            number,
            identifier: entry.identifier,
            is_password: entry.password,
            is_text: entry.text,
            of_entry: entry.of_entry(|class| place(class.clone())),
            classes: entry
                .classes()
                .filter_map(place)
                .fold(ClassSet::default(), ClassSet::with),
        };
        Self(entries.iter().enumerate().map(column).collect())
    }

    /// Returns the columns with everything but passwords ignored. `None` if there are no passwords.
    pub(in crate::ingest) fn passwords_alone(&self) -> Option<Self> {
        let unnamed = |column: &Column| Column {
            identifier: None,
            is_text: false,
            of_entry: None,
            ..column.clone()
        };
        let has_passwords = self.0.iter().any(|column| column.is_password);
        has_passwords.then(|| Self(self.0.iter().map(unnamed).collect()))
    }

    /// Returns whether every column is named by a number, as in a file without header.
    pub(in crate::ingest) fn are_numbered(&self) -> bool {
        self.0.iter().all(|column| number(column).is_some())
    }

    /// Places each column in a record of `width` columns by its number.
    pub(in crate::ingest) fn by_number(
        &self,
        width: usize,
    ) -> Result<Vec<PlacedColumn<'_>>, Fault> {
        let place = |column| match number(column) {
            Some(number) if number < width => Ok((number, column)),
            _ => Err(missing(column)),
        };
        self.0.iter().map(place).collect()
    }

    /// Places each column under `header`, ignoring case. A name that occurs twice in the header stands for both.
    pub(in crate::ingest) fn by_name(
        &self,
        header: &[String],
    ) -> Result<Vec<PlacedColumn<'_>>, Fault> {
        let placed = self.among(header);
        let is_placed =
            |column: &&Column| placed.iter().any(|(_, other)| other.name == column.name);
        match self.0.iter().find(|column| !is_placed(column)) {
            Some(column) => Err(missing(column)),
            None => Ok(placed),
        }
    }

    /// Places each column under `header`, where columns may be missing.
    pub(in crate::ingest) fn among(&self, header: &[String]) -> Vec<PlacedColumn<'_>> {
        let header: Vec<String> = header.iter().map(|name| folded(name)).collect();
        let mut placed = Vec::new();
        for column in &self.0 {
            let name = folded(&column.name);
            let alike = header
                .iter()
                .enumerate()
                .filter(|(_, other)| **other == name);
            placed.extend(alike.map(|(place, _)| (place, column)));
        }
        placed
    }
}

fn number(column: &Column) -> Option<usize> {
    let digits = column.name.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| column.name.parse().ok())?
}

fn folded(name: &str) -> String {
    clean(name).to_lowercase()
}

fn missing(column: &Column) -> Fault {
    Fault::MissingColumn {
        column: column.name.clone(),
    }
}

#[cfg(test)]
pub(in crate::ingest) mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn what_is_an_identifier_by_its_form_says_something(
            cell in "0{8,13}|[+]?[078]{1,3}0{7,10}|[0-9]{9}|[0-9]{12}|[-+(0. ]{1,8}|n[au@.]{1,3}[a-z]{0,2}[.]?[a-z]{0,2}|\\PC{0,8}",
        ) {
            for kind in Kind::ALL {
                let column = Column {
                    name: String::new(),
                    identifier: Some(kind),
                    number: 0,
                    is_password: false,
                    is_text: false,
                    of_entry: None,
                    classes: ClassSet::default(),
                };
                if column.common_identifier(&cell).is_some() {
                    prop_assert!(!column.says_nothing(&cell));
                }
            }
        }
    }

    /// Columns of which each holds phone numbers.
    pub(in crate::ingest) fn phones(names: &[&str]) -> Columns {
        let entry = ColumnEntry {
            identifier: Some(Kind::Phone),
            ..ColumnEntry::default()
        };
        let entries = names
            .iter()
            .map(|name| ((*name).to_owned(), entry.clone()))
            .collect();
        Columns::new(&entries, &[Kind::Phone.implied_class()])
    }

    fn places(placed: Result<Vec<PlacedColumn<'_>>, Fault>) -> Result<Vec<usize>, Fault> {
        placed.map(|placed| placed.into_iter().map(|(place, _)| place).collect())
    }

    #[test]
    fn a_column_is_found_by_its_cleaned_name_and_every_time_it_occurs() {
        let header = [
            "№ тел".to_owned(),
            " \"ТЕЛ.\u{200B}\" ".to_owned(),
            "тел.".to_owned(),
        ];
        assert_eq!(places(phones(&["Тел."]).by_name(&header)), Ok(vec![1, 2]));
    }

    #[test]
    fn a_missing_column_is_reported_as_breach_toml_writes_it() {
        let expected = Fault::MissingColumn {
            column: "Тел. моб.".to_owned(),
        };
        let header = ["77090000001".to_owned()];
        assert_eq!(
            places(phones(&["Тел. моб."]).by_name(&header)),
            Err(expected)
        );
        assert!(phones(&["0", "3"]).by_number(3).is_err());
        assert_eq!(places(phones(&["0", "2"]).by_number(3)), Ok(vec![0, 2]));
    }

    #[test]
    fn only_digits_number_a_column() {
        assert!(phones(&["0", "12"]).are_numbered());
        assert!(!phones(&["0", "+1"]).are_numbered());
        assert!(!phones(&[""]).are_numbered());
    }
}
