//! Differences between the programs that write dumps.

use super::*;
use crate::ingest::text::sniff;

#[test]
fn what_databases_write_around_values_is_taken_off() {
    for value in [
        "CAST(87090000001 AS Decimal(12, 0))",
        "CAST(N'87090000001' AS NVarChar(20))",
        "cast('87090000001' as varchar(20))",
        r"replace('x\n87090000001','\n',char(10))",
        r"replace(replace('x\r\n87090000001','\r',char(13)),'\n',char(10))",
        r"unistr('x\u000a87090000001')",
    ] {
        let text = format!("INSERT INTO t (p, q) VALUES ({value}, 1);");
        let (collected, tally) = outcome(text.as_bytes(), Postgresql, None).ok().unwrap();
        assert_eq!(collected.values(), ["+77090000001"], "{value}");
        assert_eq!((tally.rows, tally.rejected_rows), (1, 0), "{value}");
    }
    for value in [
        "CAST(now() AS date)",
        "CAST(lower('87090000001') AS text)",
        "replace(p,'x','87090000001')",
    ] {
        let text = format!("INSERT INTO t (p, q) VALUES ({value}, 1);");
        let (_, tally) = outcome(text.as_bytes(), Postgresql, None).ok().unwrap();
        assert_eq!((tally.rows, tally.rejected_rows), (1, 0), "{value}");
    }
}

/// The same two tables as four programs write them: `t` with two rows, and `u`, whose numbers are not to be read.
const DIALECTS: [(Dialect, &str); 4] = [
    (
        Mysql,
        "CREATE TABLE `u` (`p` text);\nINSERT INTO `u` VALUES ('87090000009');\n\
         CREATE TABLE `t` (\n  `n` varchar(9) DEFAULT NULL,\n  `p` text,\n  KEY `n` (`n`)\n) ENGINE=InnoDB;\n\
         LOCK TABLES `t` WRITE;\nINSERT INTO `t` VALUES ('O\\'B','87090000001'),('\\\\',_binary '87090000002');\nUNLOCK TABLES;\n",
    ),
    (
        Postgresql,
        "CREATE TABLE public.u (p text);\nCREATE TABLE public.t (n text, p text);\n\
         COPY public.u (p) FROM stdin;\n87090000009\n\\.\n\
         COPY public.t (n, p) FROM stdin;\nO'B\t87090000001\n\\\\\t87090000002\n\\.\n",
    ),
    (
        Postgresql,
        "CREATE TABLE [dbo].[u]([p] [nvarchar](20) NULL)\nGO\nINSERT [dbo].[u] ([p]) VALUES (N'87090000009')\nGO\n\
         INSERT [dbo].[t] ([n], [p]) VALUES (N'O''B', N'87090000001')\nGO\n\
         INSERT [dbo].[t] ([n], [p]) VALUES (N'\\', CAST(87090000002 AS Decimal(11, 0)))\nGO\n",
    ),
    (
        Postgresql,
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE u(p);\nINSERT INTO u VALUES('87090000009');\n\
         CREATE TABLE IF NOT EXISTS \"t\" (n TEXT, \"p\" TEXT);\nINSERT INTO \"t\" VALUES('O''B','87090000001');\n\
         INSERT INTO \"t\" VALUES(X'5c',87090000002);\nCOMMIT;\n",
    ),
];

#[test]
fn every_dialect_s_dump_of_many_tables_gives_the_rows_of_one() {
    for (dialect, text) in DIALECTS {
        assert_eq!(found(text, dialect), ("12".to_owned(), 2, 0), "{text}");
        let (other, _) = outcome(text.as_bytes(), dialect, Some("u")).ok().unwrap();
        assert_eq!(other.values(), ["+77090000009"], "{text}");
        assert_eq!(sniff::dialect(text.as_bytes()), dialect, "{text}");
    }
}

#[test]
fn a_table_is_found_with_and_without_its_schema_as_long_as_that_says_which() {
    let rows = |stated: &str, tables: &[&str]| {
        let insert = |table: &&str| format!("INSERT INTO {table} (p) VALUES ('87090000001');");
        let text: String = tables.iter().map(insert).collect();
        outcome(text.as_bytes(), Postgresql, Some(stated))
            .map(|(collected, _)| collected.values().len())
    };
    for (stated, tables) in [
        ("public.t", &["t"][..]),
        ("t", &["public.t"]),
        ("public.t", &["db.public.t"]),
        ("db.public.t", &["public.t"]),
        ("public.t", &["public.t", "other.t"]),
    ] {
        assert_eq!(rows(stated, tables).ok(), Some(1), "{stated} {tables:?}");
    }
    assert_eq!(rows("t", &["t", "public.t"]).ok(), Some(2));
    let several = rows("t", &["a.t", "b.t"]);
    assert!(matches!(several, Err(Failure::Fault(Fault::SeveralTables))));
}

/// A script as SQL Server Management Studio writes it, without semicolons.
const SCRIPT: &str = "USE [db]\nGO\nSET ANSI_NULLS ON\nGO\n\
    CREATE TABLE [dbo].[t](\n\t[id] [int] NOT NULL,\n\t[p] [nvarchar](20) NULL\n) ON [PRIMARY]\nGO\n\
    SET IDENTITY_INSERT [dbo].[t] ON \nINSERT [dbo].[t] ([id], [p]) VALUES (1, N'87090000001')\n\
    INSERT [dbo].[t] ([id], [p]) VALUES (2, CAST(N'x' AS nvarchar(20)))\nGO\n\
    INSERT [dbo].[t] VALUES (3, N'87090000003')\nSET IDENTITY_INSERT [dbo].[t] OFF\nGO\n\
    CREATE PROCEDURE [dbo].[add] AS\nBEGIN\nINSERT [dbo].[t] VALUES (4, N'87090000004')\nEND\nGO\n\
    INSERT [dbo].[t] VALUES (5, N'87090000005')\n";

#[test]
fn a_script_without_semicolons_is_read_and_its_procedures_are_not() {
    let expected = ("135".to_owned(), 4, 0);
    assert_eq!(found(SCRIPT, Postgresql), expected);
    assert_eq!(found(&SCRIPT.replace('\n', "\r\n"), Postgresql), expected);
}
