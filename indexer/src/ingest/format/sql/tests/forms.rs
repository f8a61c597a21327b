//! Every form in which a statement brings rows, in the dialects that have it.

use super::*;
use crate::ingest::Passage;

/// `t` has the columns `n` and `p`, and these are rows of it with phone numbers that end in `last`.
fn check(dialect: Dialect, form: &str, last: &str) {
    let rows = last.len() as u64;
    let create = "CREATE TABLE t (n text, p text);\n";
    for create in [create, ""] {
        let named = form.contains("(n, p)") || form.contains("SET ") || form.contains("AS p");
        if create.is_empty() && !named {
            continue;
        }
        let text = format!("{create}{form}");
        assert_eq!(found(&text, dialect), (last.to_owned(), rows, 0), "{text}");
        // The text after it is read, too, on the same line and on others.
        for between in [
            "\n",
            "\n\n-- it's\n",
            "\n# it's\n",
            "\nPROMPT it's\n",
            "\nGO\n",
        ] {
            let text = format!("{text}{between}INSERT INTO t (p) VALUES ('87090000009');\n");
            let expected = (format!("{last}9"), rows + 1, 0);
            assert_eq!(found(&text, dialect), expected, "{text}");
        }
    }
}

#[test]
fn rows_of_every_form_of_insert_are_read() {
    for dialect in [Mysql, Postgresql] {
        for form in [
            "INSERT INTO t VALUES ROW('a','87090000001'), ROW ('b','87090000002');",
            "INSERT INTO t (n, p) VALUES ('a','87090000001') , ('b','87090000002')\n,\t('c', '87090000003');",
            "INSERT INTO TABLE t VALUES ('a','87090000001'), ('b','87090000002');",
            "INSERT OVERWRITE TABLE t PARTITION (d='2020') VALUES ('a','87090000001');",
            "INSERT INTO t PARTITION (p0) (n, p) VALUES ('a','87090000001');",
            "INSERT OR REPLACE INTO t (n, p) VALUES ('a','87090000001');",
            "INSERT OR IGNORE INTO t (n, p) VALUES ('a','87090000001');",
            "UPSERT INTO t (n, p) VALUES ('a','87090000001');",
            "upsert into t values ('a','87090000001'), ('b','87090000002');",
            "REPLACE t (n, p) VALUES ('a','87090000001');",
            "INSERT INTO t (t.n, t.p) VALUES ('a','87090000001'); -- (n, p)\n",
            "INSERT INTO t SET n = 'a', p = '87090000001';",
            "INSERT INTO t SET\n  `n` = 'a',\n  `p` = '87090000001';",
            "INSERT INTO t SET t.p := '87090000001', n = DEFAULT ON DUPLICATE KEY UPDATE n = 'b';",
            "INSERT INTO t (n, p) SELECT 'a', '87090000001';",
            "INSERT INTO t (n, p) SELECT 'a', '87090000001' UNION SELECT 'b', '87090000002';",
            "INSERT INTO t (n, p)\nSELECT 'a', '87090000001' FROM dual\nUNION ALL\nSELECT 'b' x, '87090000002' AS y FROM dual;",
            "INSERT INTO t (n, p) (SELECT 'a', '87090000001') UNION ALL (SELECT 'b', '87090000002');",
            "INSERT INTO t SELECT 'a', '87090000001' UNION ALL SELECT NULL, 87090000002;",
            "INSERT INTO t (n, p) SELECT 'a', '87090000001' FROM dual WHERE NOT EXISTS (SELECT 1 FROM t WHERE n = 'a');",
            "INSERT INTO t (n, p) SELECT * FROM (SELECT 'a', '87090000001') AS x WHERE NOT EXISTS (SELECT n FROM t) LIMIT 1;",
            "INSERT INTO t (n, p) SELECT * FROM (VALUES\n('a','87090000001'),\n('b','87090000002')\n) v(n, p);",
            "INSERT INTO t (n, p) SELECT v.b, v.a FROM (VALUES ('87090000001','a'), ('87090000002','b')) AS v (a, b);",
            "INSERT INTO t (n, p) SELECT b, a FROM (SELECT '87090000001' AS a, 'a' AS b UNION ALL SELECT '87090000002', 'b') x;",
            "INSERT INTO t (n, p) VALUES ('a','87090000001') ON CONFLICT (p) DO UPDATE SET n = 'b';",
            "INSERT INTO t (n, p) VALUES ('a','87090000001') RETURNING id;",
            "INSERT INTO t (n, p) VALUES ('a','87090000001') AS new ON DUPLICATE KEY UPDATE n = new.n;",
            "INSERT ALL\n  INTO t (n, p) VALUES ('a','87090000001')\n  INTO t (n, p) VALUES ('b','87090000002')\nSELECT 1 FROM DUAL;",
            "INSERT ALL INTO u (q) VALUES ('x') INTO t (n, p) VALUES ('a','87090000001') INTO u VALUES ('y') SELECT * FROM dual;",
            "INSERT FIRST WHEN 1 = 1 THEN INTO t (n, p) VALUES ('a','87090000001') ELSE INTO u (q) VALUES (1) SELECT * FROM dual;",
            "IF NOT EXISTS (SELECT 1 FROM t WHERE p = '87090000001')\n    INSERT INTO t (n, p) VALUES ('a','87090000001');",
            "BEGIN\n  INSERT INTO t (n, p) VALUES ('a','87090000001');\n  INSERT INTO t (n, p) VALUES ('b','87090000002');\nEND;\n/",
            "BEGIN INSERT INTO t (n, p) VALUES ('a','87090000001'); END;",
            "DECLARE x int; BEGIN x := 1; INSERT INTO t (n, p) VALUES ('a','87090000001'); COMMIT; END;\n/\n",
            "BEGIN TRY INSERT INTO t (n, p) VALUES ('a','87090000001') END TRY BEGIN CATCH END CATCH;",
            "SET IDENTITY_INSERT t ON INSERT INTO t (n, p) VALUES ('a','87090000001') SET IDENTITY_INSERT t OFF;",
            "SET IDENTITY_INSERT t ON INSERT t (n, p) VALUES ('a','87090000001')\nGO\n",
            "SET NAMES utf8; INSERT INTO t (n, p) VALUES ('a','87090000001'); INSERT INTO t (n, p) VALUES ('b','87090000002');",
            "INSERT INTO t (n, p) VALUES ('a','87090000001') INSERT INTO t (n, p) VALUES ('b','87090000002');",
            "EXPLAIN INSERT INTO t (n, p) VALUES ('a','87090000001');",
            "/*!50000 INSERT INTO t (n, p) VALUES ('a','87090000001') */;",
            "/*!50000 INSERT INTO t (n, p) VALUES ('a','87090000001'); */",
            "INSERT /*!40000 DELAYED */ INTO t (n, p) VALUES ('a','87090000001');",
            "DELIMITER $$\nINSERT INTO t (n, p) VALUES ('a','87090000001')$$\nINSERT INTO t (n, p) VALUES ('b','87090000002') $$\nDELIMITER ;",
            "DELIMITER //\nINSERT INTO t (n, p) VALUES ('a','87090000001')//\nDELIMITER ;",
            "DELIMITER ;;\nINSERT INTO t (n, p) VALUES ('a','87090000001');;\nDELIMITER ;",
            "INSERT INTO t (n, p) VALUES # it's\n('a','87090000001'), # 'x\n('b','87090000002');",
            "INSERT INTO t (n, p) VALUES\n-- it's\n('a', -- 'x\n'87090000001');",
            "MERGE INTO t USING (SELECT 'a' AS n, '87090000001' AS p FROM dual) s ON (t.p = s.p) WHEN NOT MATCHED THEN INSERT (n, p) VALUES (s.n, s.p);",
            "MERGE INTO t USING (VALUES ('87090000001','a'), ('87090000002','b')) AS s (x, y) ON t.p = s.x WHEN NOT MATCHED THEN INSERT (n, p) VALUES (s.y, s.x);",
            "MERGE t AS d USING (VALUES ('a','87090000001')) AS s (n, p) ON d.p = s.p WHEN MATCHED THEN UPDATE SET n = s.n;",
            "MERGE INTO t USING dual ON (p = '87090000001') WHEN NOT MATCHED THEN INSERT (n, p) VALUES ('a','87090000001');",
            "EXEC('INSERT INTO t (n, p) VALUES (''a'',''87090000001'')');",
            "EXEC sp_executesql N'INSERT INTO t (n, p) VALUES (''a'',''87090000001'')';",
            "BEGIN EXECUTE IMMEDIATE 'INSERT INTO t (n, p) VALUES (''a'',''87090000001'')'; END;\n/",
            "PREPARE s FROM 'INSERT INTO t (n, p) VALUES (''a'',''87090000001'')';",
        ] {
            let last: String = (1..=3)
                .map(|last| last.to_string())
                .filter(|last| form.contains(&format!("8709000000{last}")))
                .collect();
            check(dialect, form, &last);
        }
    }
    check(
        Postgresql,
        "DO $$ BEGIN INSERT INTO t (n, p) VALUES ('a','87090000001'); END $$;",
        "1",
    );
    check(
        Postgresql,
        "INSERT INTO t (n, p) SELECT TOP 1 'a', '87090000001';",
        "1",
    );
    check(
        Postgresql,
        "INSERT INTO t WITH (TABLOCK) (n, p) OUTPUT inserted.n, inserted.p VALUES ('a','87090000001');",
        "1",
    );
    check(
        Postgresql,
        "INSERT INTO [t] ([n], [p]) VALUES (N'a', N'87090000001') -- (n, p)\n",
        "1",
    );
}

#[test]
fn texts_are_written_in_many_ways() {
    for value in [
        "N'87090000001'",
        "E'87090000001'",
        "E'8709000000\\x31'",
        "U&'8709000000\\0031'",
        "\"87090000001\"",
        "q'[87090000001]'",
        "nq'{87090000001}'",
        "Q'!87090000001!'",
        "0x3837303930303030303031",
        "X'3837303930303030303031'",
        "TO_CLOB('87090000001')",
        "CONVERT(nvarchar(20), N'87090000001')",
        "UNHEX('3837303930303030303031')",
        "'87090' || '000001'",
        "N'87090' + N'000001'",
        "'8' || CHR(55) || '090000001'",
        "'87090000001'::character varying(20)",
        "cast('87090000001' as varchar(20))",
    ] {
        let text = format!("INSERT INTO t (n, p) VALUES (q'[it's]', {value});");
        assert_eq!(found(&text, Postgresql), ("1".to_owned(), 1, 0), "{text}");
    }
    for value in [
        "\"87090000001\"",
        "\"8709000000\\1\"",
        "'8709000000\\1'",
        "_utf8'87090000001'",
    ] {
        let text = format!("INSERT INTO t (n, p) VALUES ('it\\'s', {value});");
        assert_eq!(found(&text, Mysql), ("1".to_owned(), 1, 0), "{text}");
    }
}

#[test]
fn tables_are_created_in_many_ways_and_altered() {
    let rows = "INSERT INTO t VALUES ('a','87090000001');";
    for create in [
        "CREATE OR REPLACE TABLE t (n text, p text);",
        "CREATE TEMPORARY TABLE t (n text, p text);",
        "CREATE TABLE t ( # it's the first\n n text, -- it's\n p text /* it's */ ) COMMENT 'it''s';",
        "CREATE GLOBAL TEMPORARY TABLE t (n text, p text) ON COMMIT PRESERVE ROWS;",
        "CREATE UNLOGGED TABLE t (n text, p text);",
        "CREATE FOREIGN TABLE t (n text, p text) SERVER s;",
        "CREATE EXTERNAL TABLE IF NOT EXISTS t (n text, p text) STORED AS TEXTFILE;",
        "CREATE COLUMN TABLE t (n text, p text);",
        "CREATE TABLE t (key text, p text, KEY k (key), PRIMARY KEY (p));",
        "CREATE TABLE t (index int, p varchar(20), period FOR x);"
            .trim_end_matches(", period FOR x);"),
        "CREATE TABLE t (n text); ALTER TABLE t ADD COLUMN p text;",
        "CREATE TABLE t (n text); ALTER TABLE ONLY t ADD p varchar(20) NOT NULL;",
        "CREATE TABLE t (n text, x int, p text); ALTER TABLE t DROP COLUMN x, ADD CONSTRAINT c UNIQUE (n);",
        "CREATE TABLE t (n text, x text); ALTER TABLE t RENAME COLUMN x TO p;",
        "CREATE TABLE t (n text, x text); ALTER TABLE t CHANGE x p text;",
        "CREATE TABLE t (x int); ALTER TABLE t ADD n text, p text, DROP COLUMN x;",
        "CREATE TABLE t (x int, p text); ALTER TABLE t ADD COLUMN n varchar(20) NOT NULL AFTER x, DROP x;",
        "CREATE TABLE t (p text); ALTER TABLE t ADD (x varchar(9), y text), DROP COLUMN y; ALTER TABLE t DROP COLUMN p; ALTER TABLE t ADD p text;",
        "CREATE TABLE u (n text, p text); CREATE TABLE t LIKE u;",
        "CREATE TABLE s.u (n text, p text); CREATE TABLE s.t (LIKE s.u INCLUDING ALL);",
        "/*!40101 CREATE TABLE t (n text, p text) */;",
    ] {
        let closed = match create.matches('(').count() == create.matches(')').count() {
            true => create.to_owned(),
            false => format!("{create});"),
        };
        for dialect in [Mysql, Postgresql] {
            let text = format!("{closed}\n{rows}");
            assert_eq!(found(&text, dialect), ("1".to_owned(), 1, 0), "{text}");
        }
    }
}

#[test]
fn a_broken_row_costs_itself_alone_in_every_form() {
    for (form, dialect) in [
        (
            "INSERT INTO t (n, p) VALUES ('a','87090000001') , ('O'B','87090000002') ,\t('c','87090000003');",
            Mysql,
        ),
        (
            "INSERT INTO t (n, p) VALUES ('a','87090000001')\n, ('O'B','87090000002')\n\t, ('c','87090000003');",
            Postgresql,
        ),
        (
            "INSERT INTO t (n, p) VALUES ROW('a','87090000001'), ROW('O'B','87090000002'), ROW ('c','87090000003');",
            Mysql,
        ),
        (
            "INSERT ALL INTO t (n, p) VALUES ('a','87090000001') INTO t (n, p) VALUES ('O'B','87090000002') INTO t (n, p) VALUES ('c','87090000003') SELECT 1 FROM dual;",
            Postgresql,
        ),
        (
            "INSERT INTO t (n, p) SELECT 'a','87090000001' UNION ALL SELECT 'O'B','87090000002' UNION ALL SELECT 'c','87090000003';",
            Postgresql,
        ),
        (
            "INSERT INTO t (n, p)\nSELECT 'a','87090000001'\nUNION ALL\nSELECT 'O'B','87090000002'\nUNION ALL\nSELECT 'c','87090000003';",
            Mysql,
        ),
        (
            "INSERT INTO t (n, p) VALUES ('a','87090000001'); INSERT INTO t (n, p) VALUES ('O'B','87090000002'); INSERT INTO t (n, p) VALUES ('c','87090000003');",
            Postgresql,
        ),
        (
            "IF 1 = 1\n  INSERT INTO t (n, p) VALUES ('a','87090000001');\nIF 1 = 1\n  INSERT INTO t (n, p) VALUES ('O'B','87090000002');\nIF 1 = 1\n  INSERT INTO t (n, p) VALUES ('c','87090000003');",
            Postgresql,
        ),
        (
            "INSERT INTO t SET n = 'a', p = '87090000001';\nINSERT INTO t SET n = 'O'B', p = '87090000002';\nINSERT INTO t SET n = 'c', p = '87090000003';",
            Mysql,
        ),
        (
            "INSERT INTO t (n, p) VALUES ('a','87090000001')), ('b','87090000002'), x, ('c','87090000003');",
            Mysql,
        ),
    ] {
        let (last, rows, rejected) = found(form, dialect);
        assert!(last.contains('1') && last.contains('3'), "{last}: {form}");
        assert_eq!(rows - rejected, last.len() as u64, "{form}");
        assert!(rejected > 0, "{form}");
    }
}

#[test]
fn rows_in_a_form_that_is_not_read_are_counted_one_by_one_and_searched() {
    for form in [
        "WITH v AS (VALUES ('a','+77090000001'), ('b','+77090000002')) INSERT INTO t SELECT * FROM v;",
        "INSERT INTO t EXEC p N'+77090000001', N'+77090000002';",
        "INSERT INTO t SELECT n, '+77090000001', '+77090000002' FROM u;",
        "INSERT INTO t TABLE u; -- ('+77090000001'), ('+77090000002')\n",
        "MERGE INTO t USING (TABLE x '+77090000001', '+77090000002') s;",
    ] {
        let text = format!("{form}\nINSERT INTO t (p) VALUES ('87090000003');");
        let (collected, tally) = outcome_of(Trickle(text.as_bytes()), Postgresql, Some("t"), true)
            .ok()
            .unwrap();
        assert_eq!(collected.values(), ["+77090000003"], "{text}");
        let counted = collected.recovered_values().len() as u64 + tally.missed();
        assert_eq!(counted, 2, "{text} {tally:?}");
    }
    for elsewhere in [
        "LOAD DATA LOCAL INFILE 'x.csv' INTO TABLE t FIELDS TERMINATED BY ',';",
        "BULK INSERT t FROM 'x.csv';",
        "COPY t FROM '/x.dat';",
        "\\copy t from 'x.csv'\n",
        "INSERT INTO t SELECT * FROM u;",
    ] {
        let (_, rows, rejected) = found(elsewhere, Postgresql);
        assert_eq!((rows, rejected), (1, 1), "{elsewhere}");
    }
}

/// Returns the number of identifiers found in the text passed over, by its kind.
fn missed(text: &str, dialect: Dialect) -> Vec<(Passage, u64)> {
    let outcome = outcome_of(text.as_bytes(), dialect, Some("t"), true);
    let (_, tally) = outcome.unwrap_or_else(|failure| panic!("{failure:?}: {text}"));
    let found = tally
        .passed_over
        .iter()
        .map(|(passage, tally)| (*passage, tally.identifiers));
    found.filter(|(_, identifiers)| *identifiers > 0).collect()
}

#[test]
fn what_brings_no_rows_is_searched_and_counted() {
    let rows = "INSERT INTO t (p) VALUES ('87090000009');\n";
    for (other, passage) in [
        ("-- +77090000001\n", Passage::Comment),
        ("/* +77090000001 */", Passage::Comment),
        ("# +77090000001\n", Passage::Comment),
        ("PROMPT +77090000001\n", Passage::Comment),
        (
            "UPDATE t SET p = '+77090000001' WHERE n = 1;\n",
            Passage::Statement,
        ),
        (
            "DELETE FROM t WHERE p = '+77090000001';\n",
            Passage::Statement,
        ),
        (
            "COMMENT ON TABLE t IS '+77090000001';\n",
            Passage::Statement,
        ),
        (
            "CREATE TABLE u (p text DEFAULT '+77090000001');\n",
            Passage::Statement,
        ),
        ("\\echo +77090000001\n", Passage::Statement),
        ("It's +77090000001, isn't it\n", Passage::Statement),
        ("(3 rows) +77090000001\n", Passage::Footer),
        (
            "CREATE PROCEDURE f() BEGIN INSERT INTO t VALUES ('+77090000001'); END;\n",
            Passage::Procedure,
        ),
        (
            "CREATE FUNCTION f() RETURNS int AS $$ INSERT INTO t VALUES ('+77090000001'); $$ LANGUAGE sql;\n",
            Passage::Procedure,
        ),
    ] {
        for text in [format!("{other}{rows}"), format!("{rows}{other}")] {
            assert_eq!(missed(&text, Postgresql), [(passage, 1)], "{text}");
        }
    }
    let rows = "INSERT INTO t (p) VALUES ('87090000009', /* +77090000001 */ 1), -- +77090000002\n (1, 2);\n";
    assert_eq!(missed(rows, Mysql), [(Passage::Comment, 2)]);
    let other = "INSERT INTO t (p) VALUES (1);\nINSERT INTO u VALUES ('+77090000001');\nCOPY u (p) FROM stdin;\n+77090000002\n\\.\n";
    assert_eq!(missed(other, Postgresql), []);
}

#[test]
fn routines_insert_nothing_and_what_follows_them_is_read() {
    let rows = "INSERT INTO t (n, p) VALUES ('a','87090000001')";
    for (routine, dialect) in [
        (
            "DELIMITER ;;\nCREATE TRIGGER x BEFORE INSERT ON u FOR EACH ROW BEGIN {rows}; END ;;\nDELIMITER ;\n",
            Mysql,
        ),
        (
            "DELIMITER $$\nCREATE PROCEDURE x() BEGIN IF 1 THEN {rows}; END IF; END$$\nDELIMITER ;\n",
            Mysql,
        ),
        (
            "CREATE TRIGGER x BEFORE INSERT ON u FOR EACH ROW {rows};\n",
            Mysql,
        ),
        (
            "CREATE PROCEDURE x() BEGIN CASE 1 WHEN 1 THEN {rows}; END CASE; {rows}; END;\n",
            Mysql,
        ),
        (
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER x BEFORE INSERT ON u FOR EACH ROW BEGIN {rows}; END */;\n",
            Mysql,
        ),
        (
            "CREATE TRIGGER x AFTER INSERT ON u BEGIN {rows}; END;\n",
            Postgresql,
        ),
        (
            "CREATE FUNCTION x() RETURNS int AS $$ BEGIN {rows}; END $$ LANGUAGE plpgsql;\n",
            Postgresql,
        ),
        (
            "CREATE FUNCTION x() RETURNS int LANGUAGE sql BEGIN ATOMIC {rows}; SELECT 1; END;\n",
            Postgresql,
        ),
        (
            "CREATE RULE x AS ON INSERT TO u DO INSTEAD {rows};\n",
            Postgresql,
        ),
        (
            "CREATE OR REPLACE PROCEDURE x IS y NUMBER; BEGIN {rows}; END;\n/\n",
            Postgresql,
        ),
        (
            "CREATE OR REPLACE PACKAGE BODY x AS PROCEDURE a IS BEGIN {rows}; END; PROCEDURE b IS BEGIN {rows}; END b; END x;\n/\n",
            Postgresql,
        ),
        (
            "CREATE PROCEDURE [x] AS\nBEGIN\n{rows}\nEND\nGO\n",
            Postgresql,
        ),
        ("CREATE PROCEDURE x() SELECT n AS m FROM t;\n", Mysql),
        (
            "CREATE TRIGGER x BEFORE UPDATE ON u FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION f();\n",
            Postgresql,
        ),
        (
            "CREATE TYPE x AS ENUM ('a', 'b');\nCREATE VIEW v AS SELECT n AS m FROM t;\n",
            Postgresql,
        ),
        ("CREATE PROCEDURE [x] AS {rows}; {rows};\nGO\n", Postgresql),
        (
            "GRANT SELECT, INSERT ON t TO x;\nREVOKE INSERT ON t FROM x;\n",
            Postgresql,
        ),
    ] {
        let routine = routine.replace("{rows}", rows);
        let text = format!("{routine}INSERT INTO t (p) VALUES ('87090000009');");
        assert_eq!(found(&text, dialect), ("9".to_owned(), 1, 0), "{text}");
    }
}

#[test]
fn use_says_which_database_is_meant() {
    let text = "USE `a`;\nCREATE TABLE t (p text, x int);\nINSERT INTO t VALUES ('87090000001',1);\n\
        USE `b`;\nCREATE TABLE t (p text);\nINSERT INTO t VALUES ('87090000002');\n";
    for (stated, last) in [("a.t", "1"), ("B.t", "2")] {
        let (collected, _) = outcome(text.as_bytes(), Mysql, Some(stated)).ok().unwrap();
        assert!(collected.values().iter().all(|value| value.ends_with(last)));
        assert_eq!(collected.values().len(), 1);
    }
    assert_eq!(
        fault(&text.replace('`', "\""), Some("t")),
        Some(Fault::SeveralTables)
    );
    let script = "USE [a]\nGO\nINSERT [dbo].[t] ([p]) VALUES (N'87090000001')\nGO\nINSERT t ([p]) VALUES (N'87090000002')\n";
    for stated in ["t", "dbo.t", "a.dbo.t", "a.t"] {
        let rows = outcome(script.as_bytes(), Postgresql, Some(stated))
            .map(|(found, _)| found.values().len());
        assert_eq!(rows.ok(), Some(2), "{stated}");
    }
    let connected = "\\connect a\nCOPY public.t (p) FROM stdin;\n87090000001\n\\.\n\\connect b\nCOPY public.t (p) FROM stdin;\n87090000002\n\\.\n";
    let (collected, _) = outcome(connected.as_bytes(), Postgresql, Some("a.public.t"))
        .ok()
        .unwrap();
    assert_eq!(collected.values(), ["+77090000001"]);
}

#[test]
fn a_column_that_a_statement_leaves_out_is_null() {
    let text = "INSERT INTO t (p, q) VALUES ('87090000001', 1);\nINSERT INTO t (q) VALUES (2);\nINSERT INTO t (q, p) VALUES (3, '87090000003');";
    assert_eq!(found(text, Postgresql), ("13".to_owned(), 3, 0));
    let column = Some(Fault::MissingColumn {
        column: "p".to_owned(),
    });
    assert_eq!(
        fault(
            "INSERT INTO t (q) VALUES (1); INSERT INTO t (r) VALUES (1);",
            None
        ),
        column
    );
    assert_eq!(
        fault(
            "CREATE TABLE t (q text); INSERT INTO t (q) VALUES (1);",
            None
        ),
        column
    );
    assert_eq!(
        fault(
            "CREATE TABLE t (q text, p text); INSERT INTO t (q) VALUES (1);",
            None
        ),
        None
    );
}

#[test]
fn copy_states_the_delimiter_of_its_values() {
    for (options, rows) in [
        ("", "1\t87090000001\n\\N\t87090000002\n"),
        (" WITH DELIMITER '|'", "1|87090000001\n\\N|87090000002\n"),
        (
            " USING DELIMITERS ';' WITH NULL AS '-'",
            "1;87090000001\n-;87090000002\n",
        ),
        (
            " (DELIMITER ',', NULL '')",
            "1\\,2,87090000001\n,87090000002\n",
        ),
        (
            " WITH (FORMAT text, DELIMITER E'\\t')",
            "1\t87090000001\n2\t87090000002\n",
        ),
        (
            " WITH OIDS",
            "16384\t1\t87090000001\n16385\t2\t87090000002\n",
        ),
    ] {
        let options = options.to_owned();
        let text = format!("COPY t (n, p) FROM stdin{options};\n{rows}\\.\n");
        assert_eq!(found(&text, Postgresql), ("12".to_owned(), 2, 0), "{text}");
    }
    let command =
        "\\copy t (p) FROM stdin\n87090000001\n\\.\nINSERT INTO t (p) VALUES ('87090000002');";
    assert_eq!(found(command, Postgresql), ("12".to_owned(), 2, 0));
}

#[test]
fn rows_of_copy_that_are_cut_off_are_not_rows() {
    let cut = "COPY t (n, p) FROM stdin;\n1\t87090000001\n2\t8709000000";
    let (collected, tally) = outcome(cut.as_bytes(), Postgresql, Some("t")).ok().unwrap();
    assert_eq!(collected.values(), ["+77090000001"]);
    assert_eq!(
        (tally.rows, tally.rejected_rows, tally.truncated),
        (2, 1, 1)
    );
    let joined =
        "COPY t (n, p) FROM stdin;\n1\t87090000001\nINSERT INTO t (p) VALUES ('87090000002');\n";
    assert_eq!(found(joined, Postgresql), ("12".to_owned(), 3, 1));
    let other =
        "COPY u (n, p) FROM stdin;\n1\t87090000001\nINSERT INTO t (p) VALUES ('87090000002');\n";
    assert_eq!(found(other, Postgresql), ("2".to_owned(), 2, 1));
}
