use std::path::Path;

use serde::Deserialize;
use serde_json::{Deserializer, Map, Value};

use super::delimiter::separation;
use crate::ingest::RECORD_LIMIT;
use crate::ingest::container::is_container_suffix;
use crate::ingest::description::Format;
use crate::ingest::separators::Stated;

/// What the lines of an SQL dump begin with that bring tables or rows.
const BRINGS_ROWS: [&str; 4] = ["INSERT INTO", "CREATE TABLE", "REPLACE INTO", "COPY "];

/// What the first line of an SQL dump begins with.
const BEGINS_SQL: [&str; 18] = [
    "--", "/*", "#", "\\", "INSERT", "REPLACE", "CREATE", "COPY", "SET", "DROP", "BEGIN", "START",
    "USE", "LOCK", "PRAGMA", "ALTER", "IF ", "GO",
];

/// The format of a text that begins with `head`: SQL and JSON by how they are written, whatever the file is called;
/// others by the first of `names` that tells one. At last, what a delimiter splits evenly is taken for values between
/// delimiters.
pub(in crate::ingest) fn format<'n>(
    names: impl IntoIterator<Item = &'n str>,
    head: &[u8],
) -> Option<Format> {
    by_content(head)
        .or_else(|| names.into_iter().find_map(by_name))
        .or_else(|| {
            separation(head, Stated::default())?
                .is_sure()
                .then_some(Format::Csv)
        })
}

/// The format that a file's name tells under the names of its containers.
fn by_name(name: &str) -> Option<Format> {
    let path = Path::new(name);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "json" => Some(Format::Json),
        "sql" => Some(Format::Sql),
        "xlsx" => Some(Format::Xlsx),
        "ods" => Some(Format::Ods),
        suffix if is_container_suffix(suffix) => by_name(path.file_stem()?.to_str()?),
        _ => None,
    }
}

fn by_content(head: &[u8]) -> Option<Format> {
    json(head).or_else(|| is_sql(head).then_some(Format::Sql))
}

/// Begins with a JSON object, which may stand in an array: one a line, or laid out otherwise.
fn json(head: &[u8]) -> Option<Format> {
    let text = head.trim_ascii_start();
    let array = text.strip_prefix(b"[");
    let object = array.unwrap_or(text).trim_ascii_start();
    if !object.starts_with(b"{") || !begins_object(object) {
        return None;
    }
    let first_line = object.split(|&byte| byte == b'\n').next()?;
    let is_line =
        array.is_none() && serde_json::from_slice::<Map<String, Value>>(first_line).is_ok();
    Some(if is_line { Format::Jsonl } else { Format::Json })
}

fn begins_object(text: &[u8]) -> bool {
    let mut values = Deserializer::from_slice(&text[..text.len().min(RECORD_LIMIT)]);
    Map::<String, Value>::deserialize(&mut values).is_ok()
}

fn is_sql(head: &[u8]) -> bool {
    let mut lines = head
        .split(|&byte| matches!(byte, b'\n' | b'\r'))
        .map(<[u8]>::trim_ascii_start)
        .filter(|line| !line.is_empty());
    let Some(first) = lines.next() else {
        return false;
    };
    begins_with_any(first, &BEGINS_SQL)
        && std::iter::once(first)
            .chain(lines)
            .any(|line| begins_with_any(line, &BRINGS_ROWS))
}

fn begins_with_any(line: &[u8], words: &[&str]) -> bool {
    words.iter().any(|word| {
        line.get(..word.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(word.as_bytes()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_told_by_the_name_under_the_containers() {
        assert_eq!(by_name("a.CSV.gz"), Some(Format::Csv));
        assert_eq!(by_name("a/b.tar.txt.zst.zip"), Some(Format::Csv));
        assert_eq!(by_name("a.ndjson"), Some(Format::Jsonl));
        assert_eq!(by_name("dump.sql.zst"), Some(Format::Sql));
        assert_eq!(by_name("csv"), None);
        assert_eq!(by_name("a.zip"), None);
    }

    #[test]
    fn what_is_written_like_json_or_sql_is_that_whatever_it_is_called() {
        let told = |text: &str| format(["a.csv"], text.as_bytes());
        assert_eq!(told("{\"a\": 1}\n{\"a\""), Some(Format::Jsonl));
        assert_eq!(told(" [\n {\"a\": [1]},"), Some(Format::Json));
        assert_eq!(told("{\n \"a\": 1\n}\n{"), Some(Format::Json));
        assert_eq!(told("-- x\n\ninsert into a values (1);"), Some(Format::Sql));
        assert_eq!(told("COPY a (b) FROM stdin;\n"), Some(Format::Sql));
        assert_eq!(told("{x};y\n"), Some(Format::Csv));
        assert_eq!(told("a;b\nINSERT INTO;c\n"), Some(Format::Csv));
    }

    #[test]
    fn a_file_whose_name_says_nothing_is_taken_for_columns_if_a_delimiter_splits_it() {
        assert_eq!(format(["dump"], b"a;b\nc;d\n"), Some(Format::Csv));
        assert_eq!(format(["dump", "x.tsv"], b"a\nb\n"), Some(Format::Csv));
        assert_eq!(format(["dump"], b"a word\nanother\n"), None);
    }
}
