use std::path::Path;
use std::str;

use memchr::memmem;

use super::description::{Dialect, Encoding, Format};
use super::{Fault, encoding};

/// How much of a file is looked at to tell what `breach.toml` leaves out, in bytes.
pub(super) const HEAD: usize = 1 << 20;

/// How much of a dump's beginning tells whose SQL it is, in bytes.
const DIALECT_HEAD: usize = 64 << 10;

/// The format that a file's name tells under the names of its containers.
pub(super) fn format(name: &str) -> Option<Format> {
    let path = Path::new(name);
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "gz" | "zst" | "zip" => format(path.file_stem()?.to_str()?),
        "csv" | "tsv" | "txt" => Some(Format::Csv),
        "jsonl" | "ndjson" => Some(Format::Jsonl),
        "json" => Some(Format::Json),
        "sql" => Some(Format::Sql),
        "xlsx" => Some(Format::Xlsx),
        "xls" => Some(Format::Xls),
        "ods" => Some(Format::Ods),
        _ => None,
    }
}

/// The encoding of a file that begins with `head`: by its byte-order mark, or UTF-8 if it is that.
pub(super) fn encoding(head: &[u8]) -> Result<Encoding, Fault> {
    encoding::marked(head)
        .or_else(|| is_utf8(head).then_some(Encoding::Utf8))
        .ok_or(Fault::UnknownEncoding)
}

/// Text without NUL bytes, which UTF-16 of Latin letters would have; the last character may be cut off.
fn is_utf8(head: &[u8]) -> bool {
    let whole = match str::from_utf8(head) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    };
    whole && memchr::memchr(0, head).is_none()
}

/// Whose SQL a dump that begins with `head` is. Without a sign of either it is taken for standard SQL.
pub(super) fn dialect(head: &[u8]) -> Dialect {
    let beginning = &head[..head.len().min(DIALECT_HEAD)];
    let holds = |sign: &&str| memmem::find(beginning, sign.as_bytes()).is_some();
    let postgresql = ["PostgreSQL database dump", "FROM stdin", "pg_catalog"];
    let mysql = ["MySQL dump", "MariaDB dump", "phpMyAdmin", "ENGINE=", "`"];
    if postgresql.iter().any(&holds) {
        return Dialect::Postgresql;
    }
    if mysql.iter().any(holds) || escapes_quotes(head) {
        Dialect::Mysql
    } else {
        Dialect::Postgresql
    }
}

/// Has a backslash and quote within a text, as in `'O\'Brien'`. In standard SQL they end a text, and no letter or digit
/// can follow one.
fn escapes_quotes(head: &[u8]) -> bool {
    memmem::find_iter(head, b"\\'")
        .filter_map(|place| head.get(place + 2))
        .any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_format_is_told_by_the_name_under_the_containers() {
        assert_eq!(format("a.CSV.gz"), Some(Format::Csv));
        assert_eq!(format("a/b.tar.txt.zst.zip"), Some(Format::Csv));
        assert_eq!(format("a.ndjson"), Some(Format::Jsonl));
        assert_eq!(format("dump.sql.zst"), Some(Format::Sql));
        assert_eq!(format("csv"), None);
        assert_eq!(format("a.zip"), None);
    }

    #[test]
    fn the_encoding_is_told_by_the_mark_or_by_being_utf_8() {
        assert_eq!(encoding(b"\xFF\xFEa\0"), Ok(Encoding::Utf16Le));
        assert_eq!(encoding(b"\xFE\xFF\0a"), Ok(Encoding::Utf16Be));
        assert_eq!(encoding("Қ".as_bytes()), Ok(Encoding::Utf8));
        assert_eq!(encoding(&"aҚ".as_bytes()[..2]), Ok(Encoding::Utf8));
        assert_eq!(
            encoding(b"\xC0\xF4\xE8\xED\xE0"),
            Err(Fault::UnknownEncoding)
        );
        assert_eq!(encoding(b"a\0b\0"), Err(Fault::UnknownEncoding));
    }

    #[test]
    fn the_dialect_is_told_by_the_dump_s_own_words() {
        assert_eq!(dialect(b"-- MySQL dump 10.13"), Dialect::Mysql);
        assert_eq!(dialect(b"INSERT INTO `a` VALUES"), Dialect::Mysql);
        assert_eq!(
            dialect(b"-- PostgreSQL database dump\n-- `x`"),
            Dialect::Postgresql
        );
        assert_eq!(dialect(b"INSERT INTO a VALUES"), Dialect::Postgresql);
    }

    #[test]
    fn a_quote_escaped_within_a_word_tells_mysql() {
        assert_eq!(
            dialect(br"INSERT INTO a VALUES ('O\'Brien')"),
            Dialect::Mysql
        );
        assert_eq!(
            dialect(r"INSERT INTO a VALUES ('Ж\'ұ')".as_bytes()),
            Dialect::Mysql
        );
        let path = br"INSERT INTO a VALUES ('C:\','x'),('D:\')";
        assert_eq!(dialect(path), Dialect::Postgresql);
    }
}
