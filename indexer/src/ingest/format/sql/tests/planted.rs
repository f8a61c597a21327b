//! An identifier planted anywhere in a dump is read, recovered, or its place is counted; and any dump is read in time
//! that is linear in its length.

use exposure_index::identifier::Kind;

use super::*;
use crate::ingest::Passage;

const STATEMENTS: [&str; 38] = [
    "-- it's a comment\n",
    "# it's a comment\n",
    "/* it's a comment */\n",
    "SET NAMES utf8;\n",
    "/*!40101 SET NAMES utf8 */;\n",
    "CREATE TABLE t (p text DEFAULT '-', q varchar(20), KEY k (p));\n",
    "ALTER TABLE t ADD CONSTRAINT c UNIQUE (p);\n",
    "INSERT INTO t VALUES ('87090000001','-'),('87090000002',NULL);\n",
    "INSERT INTO t (p, q) VALUES ('87090000001', '-') , (X'2D', 0x2D)\n, ('-', -- x\n '-');\n",
    "INSERT INTO t (q) VALUES (\"-\");\n",
    "INSERT INTO t VALUES ROW('-','-') AS n ON DUPLICATE KEY UPDATE p = '-';\n",
    "REPLACE INTO t (p, q) VALUES (NULL, CAST('-' AS char(9))), ('-' '', _utf8'-');\n",
    "INSERT INTO t SET p = '-', q = '-';\n",
    "INSERT INTO t (p, q) SELECT '-', '-' FROM dual UNION ALL SELECT '-', '-' FROM dual;\n",
    "INSERT INTO t (p, q) SELECT * FROM (VALUES ('-','-'), ('-','-')) v(p, q);\n",
    "INSERT INTO t SELECT * FROM u WHERE a = '-';\n",
    "INSERT ALL INTO t VALUES ('-','-') INTO t (q, p) VALUES ('-','-') SELECT 1 FROM dual;\n",
    "IF NOT EXISTS (SELECT 1 FROM t WHERE p = '-') INSERT INTO t (p, q) VALUES ('-','-');\n",
    "BEGIN\n INSERT INTO t (p) VALUES ('-');\nEND;\n/\n",
    "MERGE INTO t USING (SELECT '-' AS p, '-' AS q) s ON (t.p = s.p) WHEN NOT MATCHED THEN INSERT (p, q) VALUES (s.p, s.q);\n",
    "MERGE INTO t USING (VALUES ('-','-')) s (x, y) ON (t.p = s.x) WHEN NOT MATCHED THEN INSERT (p, q) VALUES (s.x, s.y);\n",
    "DELIMITER $$\nINSERT INTO t (p) VALUES ('-')$$\nCREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = '-'; END$$\nDELIMITER ;\n",
    "CREATE PROCEDURE x() BEGIN INSERT INTO t (p) VALUES ('-'); END;\n",
    "COPY t (p, q) FROM stdin;\n87090000001\t-\n\\N\t\\N\n\\.\n",
    "COPY t (p, q) FROM stdin WITH DELIMITER '|' NULL '';\n-|-\n|-\n\\.\n",
    "UPDATE t SET p = '-' WHERE q = '-';\n",
    "EXEC('INSERT INTO t (p) VALUES (''-'')');\n",
    "USE db;\n",
    "GO\n",
    "PROMPT it's\n",
    "\\echo it's\n",
    "Query OK, it's 1 row\n",
    "INSERT 0 1\n",
    "(1 row)\n",
    "('-','-'), ('-','-');\n",
    "LOAD DATA INFILE '-' INTO TABLE t;\n",
    "INSERT INTO t EXEC x '-';\n",
    "WITH v AS (VALUES ('-','-')) INSERT INTO t SELECT * FROM v;\n",
];

/// Texts put into dumps to break them.
const DAMAGE: [&str; 12] = [
    "'", "\"", "(", ")", ",", ";", "\\", "`", "/*", "\n", "--", "$$",
];

/// Length of a hostile dump, in bytes: long enough for time that is not linear to show.
const HOSTILE: usize = 1 << 17;

const PLANTED: &str = "+77091234567";

/// Every cell of the rows of `t` is read, so its content is read or invalid.
fn outcome_of_all(text: &str, dialect: Dialect) -> Option<(CollectingSink, Tally)> {
    let columns = phones(&["p", "q"]);
    let mut collected = CollectingSink::default();
    let breach = phone_breach();
    let mut builder = RecordBuilder::of(&breach, &ReadOptions::default(), &mut collected);
    let lexer = Lexer::new(Window::new(text.as_bytes()), dialect, &mut builder);
    match Dump::new(lexer, &mut Table::new(Some("t"), &columns)).read() {
        Err(failure) if failure.is_early_end() => {}
        // A refusal loses nothing.
        Err(Failure::Fault(_)) => return None,
        outcome => outcome.unwrap(),
    }
    let tally = builder.into_tally();
    Some((collected, tally))
}

/// Whether the planted number was read or recovered, or its place counted.
fn is_accounted_for(collected: &CollectingSink, tally: &Tally) -> bool {
    let found = |values: Vec<String>| values.iter().any(|value| value == PLANTED);
    let is_excluded = tally.passed_over.contains_key(&Passage::OtherTable);
    let invalid = tally
        .cells
        .get(&Kind::Phone)
        .map_or(0, |cells| cells.invalid);
    found(collected.values())
        || found(collected.recovered_values())
        || tally.missed() > 0
        || is_excluded
        // It is in a cell whose text it changes.
        || invalid > 0
}

/// A dump of these statements, damaged in places.
fn dump(statements: &[usize], damage: &[(prop::sample::Index, usize)]) -> String {
    let mut text: String = statements.iter().map(|&place| STATEMENTS[place]).collect();
    for (place, kind) in damage {
        text.insert_str(place.index(text.len() + 1), DAMAGE[*kind]);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_is_planted_anywhere_is_accounted_for(
        statements in prop::collection::vec(0..STATEMENTS.len(), 1..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..DAMAGE.len()), 0..3),
        place: prop::sample::Index,
    ) {
        let mut text = dump(&statements, &damage);
        text.insert_str(place.index(text.len() + 1), &format!(" {PLANTED} "));
        for dialect in [Mysql, Postgresql] {
            if let Some((collected, tally)) = outcome_of_all(&text, dialect) {
                prop_assert!(is_accounted_for(&collected, &tally), "{dialect:?} {text}\n{tally:?}");
            }
        }
    }

    #[test]
    fn no_value_is_read_that_is_not_written(
        statements in prop::collection::vec(0..STATEMENTS.len(), 1..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0..DAMAGE.len()), 0..4),
    ) {
        let text = dump(&statements, &damage);
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        for dialect in [Mysql, Postgresql] {
            let Some((collected, _)) = outcome_of_all(&text, dialect) else { continue };
            for value in collected.values().into_iter().chain(collected.recovered_values()) {
                // Damage may have cut the 8 off that it was dialled with.
                let written = value.trim_start_matches("+7");
                prop_assert!(digits.contains(written), "{dialect:?} {value} {text}");
            }
        }
    }
}

#[test]
fn every_place_of_every_statement_is_accounted_for() {
    for statement in STATEMENTS {
        let before = "CREATE TABLE t (p text, q text);\n";
        let text = format!("{before}{statement}INSERT INTO t VALUES ('-', '-');\n");
        for place in before.len()..=text.len() {
            let mut text = text.clone();
            text.insert_str(place, &format!(" {PLANTED} "));
            for dialect in [Mysql, Postgresql] {
                if let Some((collected, tally)) = outcome_of_all(&text, dialect) {
                    let accounted = is_accounted_for(&collected, &tally);
                    assert!(accounted, "{dialect:?} {text}\n{tally:?}");
                }
            }
        }
    }
}

#[test]
fn hostile_dumps_take_linear_time() {
    for piece in [
        "'",
        "\"",
        "`",
        "[",
        "(",
        ")",
        "(1,",
        "/*",
        "/*!50000 ",
        "$a$",
        "q'[",
        "U&'\\",
        "--",
        "#",
        "\\",
        "\n'",
        "it's\n",
        "[\n",
        "),(",
        ",(",
        ";",
        "x ",
        "x\n",
        "INSERT ",
        "INSERT INTO t VALUES ('",
        "INSERT INTO t VALUES (1,\n",
        "INSERT INTO t SELECT ",
        "INSERT INTO t SELECT * FROM (",
        "INSERT INTO t SELECT * FROM (SELECT a FROM (",
        "SELECT 'a' UNION ",
        "INSERT ALL INTO ",
        "INSERT INTO t SET a = ",
        "MERGE INTO t USING (",
        "MERGE ",
        "COPY ",
        "COPY t FROM stdin;\n",
        "CREATE TABLE t (",
        "CREATE PROCEDURE x AS ",
        "BEGIN ",
        "CASE ",
        "DELIMITER x\n",
        "EXEC('",
        "EXEC('INSERT [');",
        "ALTER TABLE t ADD ",
        "USE ",
        "WITH (",
        "VALUES (",
        "ROW ",
        "a.",
        "\u{0}",
    ] {
        for dialect in [Mysql, Postgresql] {
            let text = piece.repeat(HOSTILE / piece.len());
            let rows = format!("INSERT INTO t (p) VALUES {text}");
            for text in [text, rows] {
                // Excludes an overflow of the stack; with quadratic time the tests would not end.
                let _ = outcome_of(text.as_bytes(), dialect, Some("t"), true);
            }
        }
    }
}
