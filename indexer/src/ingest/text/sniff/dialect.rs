use memchr::memmem;

use crate::ingest::describe::description::Dialect;

/// Bytes of a dump that show its dialect.
const DIALECT_HEAD: usize = 64 << 10;

/// Texts that only the programs of MySQL and MariaDB write.
const MYSQL: [&str; 4] = ["MySQL dump", "MariaDB dump", "phpMyAdmin", "UNLOCK TABLES"];

/// Texts of the programs of databases in which a backslash is literal: PostgreSQL, SQL Server, Oracle, SQLite.
const STANDARD: [&str; 12] = [
    "PostgreSQL database dump",
    "FROM stdin",
    "pg_catalog",
    "standard_conforming_strings",
    "PRAGMA ",
    "sqlite_sequence",
    "IDENTITY_INSERT",
    "[dbo].",
    "SET ANSI_NULLS",
    "SET DEFINE OFF",
    "REM INSERTING",
    "from dual",
];

/// Texts in dumps of MySQL, or of others that escape quotes like it.
const LIKE_MYSQL: [&str; 3] = ["ENGINE=", "`", "STORED AS"];

/// Returns the dialect of a dump that begins with `head`; without a sign of either, standard SQL.
pub(in crate::ingest) fn dialect(head: &[u8]) -> Dialect {
    let beginning = &head[..head.len().min(DIALECT_HEAD)];
    let holds = |sign: &&str| memmem::find(beginning, sign.as_bytes()).is_some();
    if MYSQL.iter().any(holds) {
        return Dialect::Mysql;
    }
    if STANDARD.iter().any(holds) {
        return Dialect::Postgresql;
    }
    if LIKE_MYSQL.iter().any(holds) || escapes_quotes(head) {
        Dialect::Mysql
    } else {
        Dialect::Postgresql
    }
}

/// Has a backslash and quote within a text, as in `'O\'Brien'`. In standard SQL they end a text, and no letter or digit
/// can follow one, unless it is written `E'…'`.
fn escapes_quotes(head: &[u8]) -> bool {
    memmem::find_iter(head, b"\\'")
        .filter(|&place| !is_in_escape_string(&head[..place]))
        .filter_map(|place| head.get(place + 2))
        .any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii())
}

/// The last quote before is that of an `E'`.
fn is_in_escape_string(before: &[u8]) -> bool {
    let quote = memchr::memrchr(b'\'', before).unwrap_or(0);
    match before[..quote] {
        [.., byte, b'E' | b'e'] => !byte.is_ascii_alphanumeric(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialect_is_recognised_by_the_dump_s_own_words() {
        assert_eq!(dialect(b"-- MySQL dump 10.13"), Dialect::Mysql);
        assert_eq!(dialect(b"INSERT INTO `a` VALUES"), Dialect::Mysql);
        assert_eq!(
            dialect(b"-- PostgreSQL database dump\n-- `x`"),
            Dialect::Postgresql
        );
        assert_eq!(dialect(b"INSERT INTO a VALUES"), Dialect::Postgresql);
    }

    #[test]
    fn a_quote_escaped_within_a_word_shows_mysql() {
        assert_eq!(
            dialect(br"INSERT INTO a VALUES ('O\'Brien')"),
            Dialect::Mysql
        );
        assert_eq!(
            dialect(r"INSERT INTO a VALUES ('Ж\'ұ')".as_bytes()),
            Dialect::Mysql
        );
        assert_eq!(
            dialect(br"INSERT INTO a VALUES (E'O\'Brien')"),
            Dialect::Postgresql
        );
        let path = br"INSERT INTO a VALUES ('C:\','x'),('D:\')";
        assert_eq!(dialect(path), Dialect::Postgresql);
    }
}
