use std::path::Path;

use super::delimiter::separation;
use super::sql;
use crate::ingest::container::is_container_suffix;
use crate::ingest::describe::description::Format;
use crate::ingest::format::json::value::{Parser, Value};
use crate::ingest::text::separators::StatedSeparators;

/// Beginnings of vCards, directories (LDIF), letters and 1C's exchange with banks.
const BEGINS_TEXT: [&str; 10] = [
    "BEGIN:VCARD",
    "BEGIN:VCALENDAR",
    "dn: ",
    "dn:: ",
    "version: 1",
    "1CClientBankExchange",
    "Return-Path:",
    "Delivered-To:",
    "Received: ",
    "MIME-Version:",
];

/// The format of a text that begins with `head`: SQL and JSON by how they are written, whatever the file's name;
/// others by the first of `names` that shows one. Finally, a text that a delimiter splits evenly is taken for values
/// between delimiters.
pub(in crate::ingest) fn format<'n>(
    names: impl IntoIterator<Item = &'n str>,
    head: &[u8],
) -> Option<Format> {
    by_content(head)
        .or_else(|| names.into_iter().find_map(by_name))
        .or_else(|| {
            separation(head, StatedSeparators::default())?
                .is_sure()
                .then_some(Format::Csv)
        })
}

/// The format that a file's name shows under the names of its containers.
fn by_name(name: &str) -> Option<Format> {
    let path = Path::new(name);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "json" => Some(Format::Json),
        "sql" => Some(Format::Sql),
        "xlsx" => Some(Format::Xlsx),
        "xlsb" => Some(Format::Xlsb),
        "ods" => Some(Format::Ods),
        "vcf" | "ldif" | "eml" | "mbox" => Some(Format::Text),
        suffix if is_container_suffix(suffix) => by_name(path.file_stem()?.to_str()?),
        _ => None,
    }
}

fn by_content(head: &[u8]) -> Option<Format> {
    json(head)
        .or_else(|| sql::is_sql(head).then_some(Format::Sql))
        .or_else(|| is_written(head).then_some(Format::Text))
        .or_else(|| is_xml(head).then_some(Format::Xml))
}

/// Returns whether it is a phone book, a directory, a letter or an exchange with a bank: lines of `key: value`, which
/// are not columns.
fn is_written(head: &[u8]) -> bool {
    let head = head.trim_ascii_start();
    BEGINS_TEXT.iter().any(|words| {
        head.get(..words.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(words.as_bytes()))
    })
}

/// Returns whether it begins like XML, whatever it contains.
fn is_xml(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    head.trim_ascii_start().starts_with(b"<?xml")
}

/// Begins with a JSON object, which may be in an array and after comments: one per line, or in another layout.
fn json(head: &[u8]) -> Option<Format> {
    let text = String::from_utf8_lossy(head);
    let mut parser = Parser::of_head(&text);
    parser.skip_brackets();
    let before = text[..parser.position()].trim_start();
    let object = &text[parser.position()..];
    let is_object = object.starts_with('{')
        && matches!(parser.next(), Ok(Some(Value::Object(members))) if !members.is_empty());
    if !is_object {
        return None;
    }
    let line = Parser::new(object.lines().next()?).next();
    let is_line = before.is_empty() && matches!(line, Ok(Some(Value::Object(_))));
    Some(if is_line { Format::Jsonl } else { Format::Json })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_recognised_by_the_name_under_the_containers() {
        assert_eq!(by_name("a.CSV.gz"), Some(Format::Csv));
        assert_eq!(by_name("a/b.tar.txt.zst.zip"), Some(Format::Csv));
        assert_eq!(by_name("a.ndjson"), Some(Format::Jsonl));
        assert_eq!(by_name("dump.sql.zst"), Some(Format::Sql));
        assert_eq!(by_name("csv"), None);
        assert_eq!(by_name("a.zip"), None);
    }

    #[test]
    fn what_is_written_like_json_or_sql_is_that_whatever_it_is_called() {
        let guess = |text: &str| format(["a.csv"], text.as_bytes());
        assert_eq!(guess("{\"a\": 1}\n{\"a\""), Some(Format::Jsonl));
        assert_eq!(guess(" [\n {\"a\": [1]},"), Some(Format::Json));
        assert_eq!(guess("{\n \"a\": 1\n}\n{"), Some(Format::Json));
        assert_eq!(guess("/** x */\n// y\n[{\"a\": NaN,},"), Some(Format::Json));
        assert_eq!(guess("{\"a\": [{\"b\": 1}, {\"b"), Some(Format::Json));
        assert_eq!(
            guess("-- x\n\ninsert into a values (1);"),
            Some(Format::Sql)
        );
        assert_eq!(guess("COPY a (b) FROM stdin;\n"), Some(Format::Sql));
        assert_eq!(guess("{x};y\n"), Some(Format::Csv));
        assert_eq!(guess("a;b\nINSERT INTO t (c);d\n"), Some(Format::Csv));
    }

    #[test]
    fn lines_of_keys_and_values_are_free_text() {
        for text in [
            "BEGIN:VCARD\nTEL:1;2\nN:1;2\n",
            "dn: cn=a,b=c\n",
            "1CClientBankExchange\nA=1\n",
        ] {
            assert_eq!(
                format(["a.csv"], text.as_bytes()),
                Some(Format::Text),
                "{text}"
            );
        }
        assert_eq!(format(["a.vcf"], b"a;b\nc;d\n"), Some(Format::Text));
    }

    #[test]
    fn a_file_whose_name_says_nothing_is_taken_for_columns_if_a_delimiter_splits_it() {
        assert_eq!(format(["dump"], b"a;b\nc;d\n"), Some(Format::Csv));
        assert_eq!(format(["dump", "x.tsv"], b"a\nb\n"), Some(Format::Csv));
        assert_eq!(format(["dump"], b"a word\nanother\n"), None);
    }
}
