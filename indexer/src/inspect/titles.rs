//! Which rows are above the table?

use super::header::is_header;

/// Maximum number of rows above a table.
const MOST: usize = 64;

/// The beginning of a table.
pub(super) struct Begin {
    /// Number of rows above it.
    pub(super) titles: usize,
    /// Whether its first row names the columns.
    pub(super) has_header: bool,
    /// Names of numbered columns, from the last rows above it.
    pub(super) hints: Vec<String>,
}

impl Begin {
    const fn new(titles: usize, has_header: bool) -> Self {
        Self {
            titles,
            has_header,
            hints: Vec::new(),
        }
    }
}

/// Returns where the table in some rows begins: with its header, below rows that fill fewer cells; or else after
/// comments. Whether it has one may be known.
pub(super) fn begin(rows: &[Vec<String>], has_header: Option<bool>) -> Begin {
    let titles = titles(rows);
    match has_header {
        None => guessed(rows, titles),
        Some(true) => Begin::new(if titles < rows.len() { titles } else { 0 }, true),
        Some(false) => without_header(rows, titles),
    }
}

fn guessed(rows: &[Vec<String>], titles: usize) -> Begin {
    let has_header = |place: &usize| is_header(&rows[*place..]);
    let header = (0..=titles)
        .rev()
        .filter(|place| *place < rows.len())
        .find(has_header);
    match header.map(|place| last_of_header(rows, place)) {
        // Columns without a name can be named by numbers only, and then all are.
        Some(titles) if !names_all(&rows[titles..]) => Begin {
            hints: hints(&rows[..=titles]),
            ..Begin::new(titles + 1, false)
        },
        Some(titles) => Begin::new(titles, true),
        None => without_header(rows, titles),
    }
}

/// The last row of a header: the next one where that names columns for which this one has no name.
fn last_of_header(rows: &[Vec<String>], place: usize) -> usize {
    let below = rows.get(place + 1..).unwrap_or_default();
    match !names_all(&rows[place..]) && is_header(below) {
        true => place + 1,
        false => place,
    }
}

/// The table after the comments.
fn without_header(rows: &[Vec<String>], titles: usize) -> Begin {
    let comments = rows.iter().take(titles).take_while(|row| is_comment(row));
    Begin::new(comments.count(), false)
}

/// Returns the names in a header, and for missing ones the texts above, as with merged cells of a sheet.
fn hints(rows: &[Vec<String>]) -> Vec<String> {
    let Some((header, above)) = rows.split_last() else {
        return Vec::new();
    };
    let above = above.last().filter(|above| filled(above) > 1);
    let width = header.len().max(above.map_or(0, Vec::len));
    let cell = |row: &'_ [String], place: usize| row.get(place).cloned().unwrap_or_default();
    let hint = |place: usize| match cell(header, place) {
        name if name.trim().is_empty() => above.map_or(name, |above| cell(above, place)),
        name => name,
    };
    (0..width).map(hint).collect()
}

/// Returns the number of first rows that may be titles.
fn titles(rows: &[Vec<String>]) -> usize {
    let typical = typical(rows);
    let is_title = |row: &&Vec<String>| filled(row) * 3 <= typical * 2 || is_comment(row);
    rows.iter().take(MOST).take_while(is_title).count()
}

/// Number of columns without a name that make a header ambiguous; a single one is mostly a row's number.
const NAMELESS: usize = 2;

/// Whether the first row has a name for every column that most rows fill, except at most one.
fn names_all(rows: &[Vec<String>]) -> bool {
    let Some((header, rows)) = rows.split_first() else {
        return true;
    };
    let is_filled = |cell: &String| !cell.trim().is_empty();
    let named = header
        .iter()
        .rposition(is_filled)
        .map_or(0, |last| last + 1);
    let fill_more = rows
        .iter()
        .filter(|row| row.iter().skip(named).any(is_filled));
    let fills = |place: usize| {
        rows.iter()
            .filter(move |row| row.get(place).is_some_and(is_filled))
    };
    let is_nameless =
        |place: &usize| !is_filled(&header[*place]) && fills(*place).count() * 2 > rows.len();
    let nameless = (0..named).filter(is_nameless).count();
    nameless < NAMELESS && fill_more.count() * 2 <= rows.len()
}

fn is_comment(row: &[String]) -> bool {
    row.first()
        .is_some_and(|cell| cell.trim_start().starts_with(['#', '%']) || cell.starts_with("--"))
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|cell| !cell.trim().is_empty()).count()
}

/// Returns the number of cells that most rows fill.
fn typical(rows: &[Vec<String>]) -> usize {
    let mut counts: Vec<usize> = rows.iter().map(|row| filled(row)).collect();
    counts.sort_unstable();
    counts.get(counts.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guess(text: &str) -> (usize, bool) {
        let row = |line: &str| line.split(';').map(str::to_owned).collect();
        let begin = begin(&text.lines().map(row).collect::<Vec<_>>(), None);
        (begin.titles, begin.has_header)
    }

    const ROWS: &str = "1;Сила;87090000001;x\n2;Ия;87090000002;y\n3;Нил;87090000003;z\n";

    #[test]
    fn titles_and_comments_are_above_the_header() {
        let header = "№;Имя;Телефон;Тариф\n";
        for (above, titles) in [
            ("", 0),
            ("Список клиентов на 01.03.2024\nФилиал: Астана\n", 2),
            ("Отчёт;;;\n;;;\n01.03.2024;;;\n", 3),
            ("# exported\n# rows: 3\n", 2),
            ("Филиал:;Астана\n", 1),
        ] {
            assert_eq!(
                guess(&format!("{above}{header}{ROWS}")),
                (titles, true),
                "{above}"
            );
        }
    }

    #[test]
    fn a_header_with_too_few_names_is_above_the_rows() {
        assert_eq!(guess(&format!("№;Имя;Телефон\n{ROWS}")), (1, false));
        assert_eq!(
            guess("№;Телефон\n1;87090000001;\n2;87090000002;\n"),
            (0, true)
        );
    }

    #[test]
    fn a_header_of_two_rows_is_above_the_rows_and_its_names_are_hints() {
        let two = "Список;на 01.02.2026\n№;Контрагент;Контакты;\n;;ИИН;Телефон\n";
        let rows = "1;Сила;360323258530;87090000001\n2;Ия;360323258531;87090000002\n3;Нил;360323258532;87090000003\n";
        let text = format!("{two}{rows}");
        let row = |line: &str| line.split(';').map(str::to_owned).collect();
        let begin = begin(&text.lines().map(row).collect::<Vec<_>>(), None);
        assert_eq!((begin.titles, begin.has_header), (3, false));
        assert_eq!(begin.hints, ["№", "Контрагент", "ИИН", "Телефон"]);
        // A single column without a name is a program's row numbers.
        assert_eq!(
            guess(";Имя;Телефон\n0;Сила;87090000001\n1;Ия;87090000002\n"),
            (0, true)
        );
    }

    #[test]
    fn what_is_known_of_the_header_is_not_guessed() {
        let rows = |text: &str| -> Vec<Vec<String>> {
            let row = |line: &str| line.split(';').map(str::to_owned).collect();
            text.lines().map(row).collect()
        };
        let odd = rows("Список\nx;y;z;w\n1;2;3;4\n5;6;7;8\n");
        let with = begin(&odd, Some(true));
        assert_eq!((with.titles, with.has_header), (1, true));
        let named = rows(&format!("№;Имя;Телефон;Тариф\n{ROWS}"));
        let without = begin(&named, Some(false));
        assert_eq!((without.titles, without.has_header), (0, false));
        let blank = begin(&rows(""), Some(true));
        assert_eq!((blank.titles, blank.has_header), (0, true));
    }

    #[test]
    fn rows_of_data_are_not_titles() {
        assert_eq!(guess(ROWS), (0, false));
        assert_eq!(guess(&format!("87090000009\n{ROWS}")), (0, false));
        assert_eq!(guess(&format!("# exported\n{ROWS}")), (1, false));
        assert_eq!(guess(""), (0, false));
    }
}
