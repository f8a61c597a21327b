//! Does the first row name the columns?

use exposure_index::identifier::Kind;

use super::{classes, dates, identifiers, name};
use crate::ingest::is_empty_cell;

/// Columns may be called by a year, and by no longer number.
const YEAR: usize = 4;

/// Whether the first of `rows` is a header.
///
/// If unsure, there is no header: a person's data taken for names of columns would be shown.
pub(super) fn is_header(rows: &[Vec<String>]) -> bool {
    let Some((first, rest)) = rows.split_first() else {
        return false;
    };
    let filled: Vec<&String> = first
        .iter()
        .filter(|cell| !cell.trim().is_empty())
        .collect();
    if filled.is_empty() || filled.iter().any(|cell| is_data(cell)) {
        return false;
    }
    let known = filled
        .iter()
        .filter(|cell| is_short(cell) && name::is_known(cell))
        .count();
    let votes = votes(first, rest);
    let recurs = recurring(first, rest);
    known > 0 && known * 3 >= filled.len() && recurs == 0
        || votes >= 2 && recurs == 0 && are_names(&filled)
}

/// Returns whether a cell can only be in a row of data.
fn is_data(cell: &str) -> bool {
    name::may_be_data(cell)
        || identifiers::is_taken(Kind::Email, cell)
        || dates::date(cell).is_some()
        || classes::is_person(cell) && !name::is_known(cell)
        || cell.trim().len() > YEAR && cell.trim().parse::<f64>().is_ok()
}

fn is_short(cell: &str) -> bool {
    cell.chars().count() <= 64
}

/// Returns the number of columns with digits in all other rows and none in the first.
fn votes(first: &[String], rest: &[Vec<String>]) -> usize {
    let has_digits = |cell: &str| cell.bytes().any(|byte| byte.is_ascii_digit());
    let is_counted = |place: usize| {
        let cells = rest
            .iter()
            .filter_map(|row| row.get(place))
            .filter(|cell| !cell.is_empty());
        let (all, digits) = cells.fold((0, 0), |(all, digits), cell| {
            (all + 1, digits + usize::from(has_digits(cell)))
        });
        all > 2 && digits * 10 >= all * 9
    };
    let texts = first
        .iter()
        .enumerate()
        .filter(|(_, cell)| !is_empty_cell(cell) && !has_digits(cell));
    texts.filter(|(place, _)| is_counted(*place)).count()
}

/// Returns the number of cells of the first row that occur again in their column, as names of columns do not.
fn recurring(first: &[String], rest: &[Vec<String>]) -> usize {
    let again = |(place, cell): &(usize, &String)| {
        !cell.is_empty() && rest.iter().any(|row| row.get(*place) == Some(cell))
    };
    first.iter().enumerate().filter(again).count()
}

/// Short words, each another, of which none looks like two names of a person.
fn are_names(cells: &[&String]) -> bool {
    let mut sorted: Vec<&str> = cells.iter().map(|cell| cell.as_str()).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let capitalised = |word: &str| word.chars().next().is_some_and(char::is_uppercase);
    let person = |cell: &&String| {
        cell.split_whitespace()
            .filter(|word| capitalised(word))
            .count()
            > 1
    };
    sorted.len() == cells.len()
        && cells.iter().all(|cell| is_short(cell))
        && !cells.iter().any(person)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_header(text: &str) -> bool {
        let row = |line: &str| line.split(';').map(str::to_owned).collect();
        is_header(&text.lines().map(row).collect::<Vec<_>>())
    }

    #[test]
    fn names_of_columns_are_recognised_from_data() {
        assert!(has_header("ИИН;ФИО\n1;А\n2;Б"));
        assert!(has_header("kx;ky;note\n1;5;а\n2;6;б\n3;7;в\n4;8;г"));
        assert!(has_header("№;Телефон;Тариф\n1;x;y"));
    }

    #[test]
    fn a_row_of_data_is_not_a_header() {
        for text in [
            "Афина Панфильева;87090000001\nСила Березин;87090000002",
            "a@example.kz:qwerty\nb@example.kz:123456",
            "Афина Панфильева;нет;нет\nСила Березин;1;2\nСила Волос;3;4\nАсан Ниязов;5;6",
            "Алматы;Тел\nАлматы;Тел\nАстана;x",
            "Сила Березин;Область Абай, город Семей\nАсан Ниязов;Алматы",
            "x;y\nz;w",
            "",
        ] {
            assert!(!has_header(text), "{text}");
        }
    }
}
