//! Is this text SQL, whatever its file's name?

/// First words of statements, one of which begins an SQL dump.
const VERBS: [&str; 52] = [
    "INSERT",
    "REPLACE",
    "UPSERT",
    "MERGE",
    "CREATE",
    "COPY",
    "SET",
    "DROP",
    "BEGIN",
    "START",
    "USE",
    "LOCK",
    "UNLOCK",
    "PRAGMA",
    "ALTER",
    "IF",
    "GO",
    "TRUNCATE",
    "DELETE",
    "UPDATE",
    "SELECT",
    "DECLARE",
    "WITH",
    "DO",
    "EXEC",
    "EXECUTE",
    "CALL",
    "GRANT",
    "REVOKE",
    "COMMIT",
    "ROLLBACK",
    "SAVEPOINT",
    "COMMENT",
    "ANALYZE",
    "VACUUM",
    "FLUSH",
    "LOAD",
    "BULK",
    "DELIMITER",
    "DISABLE",
    "ENABLE",
    "PRINT",
    "PROMPT",
    "REM",
    "REMARK",
    "SPOOL",
    "WHENEVER",
    "CONNECT",
    "ACCEPT",
    "DEFINE",
    "EXPLAIN",
    "END",
];

/// Other beginnings of an SQL dump: comments and commands for clients.
const SIGNS: [&[u8]; 7] = [
    b"--",
    b"/*",
    b"#",
    b"\\",
    b":setvar",
    b":on error",
    b".mode",
];

/// Words that may be between INSERT and the table.
const BEFORE_TABLE: [&str; 7] = [
    "INTO",
    "IGNORE",
    "OR",
    "REPLACE",
    "TABLE",
    "OVERWRITE",
    "DELAYED",
];

/// Number of statements that suffice if the first line is not SQL.
const ENOUGH: usize = 2;

/// The text begins like an SQL dump and brings tables or rows, or most of its lines do.
pub(super) fn is_sql(head: &[u8]) -> bool {
    let mut statements = head
        .split(|&byte| matches!(byte, b'\n' | b'\r' | b';'))
        .map(<[u8]>::trim_ascii_start)
        .filter(|line| !line.is_empty())
        .peekable();
    let begins_so = statements.peek().is_some_and(|first| begins_sql(first));
    if begins_so {
        return statements.any(brings_rows);
    }
    let lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let (mut all, mut bringing) = (0_usize, 0);
    for line in lines.filter(|line| !line.is_empty()) {
        all += 1;
        bringing += usize::from(brings_rows(line));
    }
    bringing >= ENOUGH && bringing * 2 > all
}

fn begins_sql(line: &[u8]) -> bool {
    let (word, _) = leading_word(line);
    let is_verb = VERBS.iter().any(|verb| is(word, verb));
    let stands_alone = line.get(word.len()).is_none_or(u8::is_ascii_whitespace);
    let is_sign = |sign: &&[u8]| {
        line.get(..sign.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(sign))
    };
    is_verb && stands_alone || SIGNS.iter().any(is_sign)
}

/// The line begins with a statement about rows or tables, as far as it has that.
fn brings_rows(line: &[u8]) -> bool {
    let (verb, rest) = leading_word(line);
    match () {
        () if is(verb, "INSERT") || is(verb, "REPLACE") || is(verb, "UPSERT") => inserts(rest),
        () if is(verb, "MERGE") => is(leading_word(rest).0, "INTO"),
        () if is(verb, "COPY") => contains_word(rest, "FROM"),
        () if is(verb, "CREATE") => contains_word(rest, "TABLE"),
        () => false,
    }
}

/// `INTO table (…`, `INTO table VALUES …` and the like.
fn inserts(mut rest: &[u8]) -> bool {
    let mut words = 0;
    loop {
        let (word, behind) = leading_word(rest);
        if is(word, "ALL") || is(word, "FIRST") {
            return true;
        }
        if !BEFORE_TABLE.iter().any(|other| is(word, other)) {
            break;
        }
        words += 1;
        rest = behind;
    }
    let behind = behind_name(rest);
    let (next, _) = leading_word(behind);
    let goes_on = [
        "VALUES",
        "VALUE",
        "SELECT",
        "SET",
        "WITH",
        "AS",
        "PARTITION",
    ];
    rest.len() > behind.len()
        && (behind.starts_with(b"(")
            || behind.is_empty() && words > 0
            || goes_on.iter().any(|other| is(next, other)))
}

/// Returns the text after a name, possibly with schema and in quotes.
fn behind_name(text: &[u8]) -> &[u8] {
    let is_name = |byte: &u8| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_.`\"[]#$@".contains(byte)
    };
    let length = text.iter().take_while(|&byte| is_name(byte)).count();
    text[length..].trim_ascii_start()
}

fn contains_word(text: &[u8], wanted: &str) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    text.split(|byte| !is_part(byte))
        .any(|word| is(word, wanted))
}

fn leading_word(text: &[u8]) -> (&[u8], &[u8]) {
    let is_part = |byte: &u8| byte.is_ascii_alphabetic() || *byte == b'_';
    let length = text.iter().take_while(|&byte| is_part(byte)).count();
    let (word, rest) = text.split_at(length);
    match rest.first() {
        Some(byte) if byte.is_ascii_whitespace() => (word, rest.trim_ascii_start()),
        _ => (word, rest),
    }
}

fn is(word: &[u8], other: &str) -> bool {
    word.eq_ignore_ascii_case(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dump_is_known_by_its_statements() {
        for text in [
            "-- x\n\ninsert into a values (1);",
            "TRUNCATE TABLE a;\nINSERT INTO a (b) VALUES (1);",
            "REM INSERTING into A\nSET DEFINE OFF;\nInsert into A (B) values (1);",
            "delete from a where 1=1;\n\nINSERT INTO a\n(b) VALUES (1);",
            "SET NAMES utf8; INSERT IGNORE INTO `a`.`b` VALUES (1);",
            "INSERT ALL\n INTO a VALUES (1)\nSELECT 1 FROM dual;",
            "\\connect x\nCREATE UNLOGGED TABLE a (b int);",
            "COPY a (b) FROM stdin;\n1\n",
            "Warning: a password can be seen\nINSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);",
            "USE [a]\nGO\nINSERT [dbo].[a] ([b]) VALUES (1)",
        ] {
            assert!(is_sql(text.as_bytes()), "{text}");
        }
        for text in [
            "a;b\nINSERT INTO;c\n",
            "update;delete\n1;2\n",
            "Select your country\nKZ\n",
            "set,value\nCREATE,a TABLE\n",
            "# list\na:b\n",
            "insert into the slot\n",
            "a\nINSERT INTO t VALUES (1);\nb\nc\n",
            "",
        ] {
            assert!(!is_sql(text.as_bytes()), "{text}");
        }
    }
}
