//! Is every literal row of an SQL dump read or counted?

mod dialects;
mod forms;
mod planted;

use proptest::prelude::*;

use super::{Dump, Lexer, Table};
use crate::ingest::describe::columns::tests::phones;
use crate::ingest::describe::description::Dialect::{self, Mysql, Postgresql};
use crate::ingest::error::Failure;
use crate::ingest::record_builder::{NullSink, RecordBuilder};
use crate::ingest::tests::{CollectingSink, Trickle, phone_breach};
use crate::ingest::text::window::Window;
use crate::ingest::{Fault, RECORD_LIMIT, ReadOptions, Reason, Tally};
use std::io::Read;

fn outcome(
    source: impl Read,
    dialect: Dialect,
    table: Option<&str>,
) -> Result<(CollectingSink, Tally), Failure> {
    outcome_of(source, dialect, table, false)
}

fn outcome_of(
    source: impl Read,
    dialect: Dialect,
    table: Option<&str>,
    recovers: bool,
) -> Result<(CollectingSink, Tally), Failure> {
    let columns = phones(&["p"]);
    let mut collected = CollectingSink::default();
    let breach = phone_breach();
    let mut builder = RecordBuilder::of(
        &breach,
        &ReadOptions {
            recover: recovers,
            ..ReadOptions::default()
        },
        &mut collected,
    );
    let lexer = Lexer::new(Window::new(source), dialect, &mut builder);
    match Dump::new(lexer, &mut Table::new(table, &columns)).read() {
        // This checks what was read before; another test checks that it is reported.
        Err(failure) if failure.is_early_end() => builder.count_truncated(),
        outcome => outcome?,
    }
    let tally = builder.into_tally();
    Ok((collected, tally))
}

/// The numbers' last digits, rows and rejected rows.
fn found(text: &str, dialect: Dialect) -> (String, u64, u64) {
    let (collected, tally) = outcome(Trickle(text.as_bytes()), dialect, Some("t")).unwrap();
    let last = collected
        .values()
        .iter()
        .filter_map(|value| value.chars().last())
        .collect();
    (last, tally.rows, tally.rejected_rows)
}

fn fault(text: &str, table: Option<&str>) -> Option<Fault> {
    match outcome(text.as_bytes(), Postgresql, table) {
        Err(Failure::Fault(fault)) => Some(fault),
        _ => None,
    }
}

const CREATE: &str = "CREATE TABLE `t` (`id` int(10) DEFAULT (1,2), p text, PRIMARY KEY (`id`));\n";

fn mysql(rows: &str) -> (String, u64, u64) {
    found(&format!("{CREATE}INSERT INTO `t` VALUES {rows}"), Mysql)
}

#[test]
fn columns_come_from_the_insert_or_else_from_create_table() {
    assert_eq!(
        mysql("(1,'87090000001'),(2,'87090000002');"),
        ("12".to_owned(), 2, 0)
    );
    let own = format!("{CREATE}INSERT IGNORE INTO db.`t` (`p`,`x`) VALUES ('87090000003',1);");
    assert_eq!(found(&own, Mysql), ("3".to_owned(), 1, 0));
    let schema = "create table if not exists \"public\".\"t\" (\"p\" text not null);\
        INSERT INTO public.t OVERRIDING SYSTEM VALUE VALUES ('87090000004')";
    assert_eq!(found(schema, Postgresql), ("4".to_owned(), 1, 0));
    assert_eq!(
        found(
            "INSERT INTO [dbo].[t] ([p]) VALUES (N'87090000005')\nGO\n",
            Postgresql
        ),
        ("5".to_owned(), 1, 0)
    );
}

#[test]
fn a_value_may_be_written_in_many_ways() {
    for value in [
        "'8 709 000 00 01'",
        "87090000001",
        "87090000001.0",
        "_utf8mb4'87090000001'",
        "_binary '87090000001'",
        "X'3837303930303030303031'",
        "0x3837303930303030303031",
        "'8709' '0000001'",
        "/* one */ '87090000001' -- two\n",
        "\"87090000001\"",
    ] {
        assert_eq!(
            mysql(&format!("(1,{value});")),
            ("1".to_owned(), 1, 0),
            "{value}"
        );
    }
    for value in [
        "'87090000001'::text",
        "E'\\x38\\0677090000001'",
        "'87090000001'::character varying(20)",
        "$$87090000001$$",
        "$a$87090000001$a$",
    ] {
        let text = format!("INSERT INTO t (p, q) VALUES ({value}, NULL);");
        let expected = if value.starts_with('E') { 0 } else { 1 };
        assert_eq!(found(&text, Postgresql).0.len(), expected, "{value}");
    }
}

#[test]
fn empty_values_and_those_only_the_database_knows_are_not_identifiers() {
    for value in [
        "NULL",
        "''",
        "now()",
        "concat('87090000001', 1)",
        "TRUE",
        "-5",
        "1e-5",
        "'a' || 'b'",
        "DEFAULT",
    ] {
        assert_eq!(
            mysql(&format!("(1,{value});")),
            (String::new(), 1, 0),
            "{value}"
        );
    }
}

#[test]
fn escapes_follow_the_dialect() {
    assert_eq!(
        mysql(r"('it\'s; (','87090000001'),('\\','87090000002'),('''','87090000003');").0,
        "123"
    );
    let postgresql = r"INSERT INTO t (a, p) VALUES ('\','87090000001'),(E'\'','87090000002'),('''','87090000003');";
    assert_eq!(found(postgresql, Postgresql).0, "123");
}

#[test]
fn a_statement_in_a_string_or_comment_is_not_read() {
    let text = format!(
        "{CREATE}-- INSERT INTO t VALUES (1,'87090000001');\n# INSERT INTO t VALUES (1,'87090000001');\n\
         /* INSERT INTO t VALUES (1,'87090000001'); */;\n\
         INSERT INTO log VALUES (1,'\nINSERT INTO `t` VALUES (9,\\'87090000001\\');\n');\n\
         DELIMITER ;;\nCREATE TRIGGER x BEGIN\nINSERT INTO t VALUES (1,'87090000001');\nEND ;;\nDELIMITER ;\n\
         INSERT INTO `t` VALUES (2,'87090000002');"
    );
    assert_eq!(found(&text, Mysql), ("2".to_owned(), 1, 0));
    let nested = "/* /* */ INSERT INTO t (p) VALUES ('87090000001'); */ INSERT INTO t (p) VALUES ('87090000002');";
    assert_eq!(found(nested, Postgresql), ("2".to_owned(), 1, 0));
}

#[test]
fn copy_is_read_to_its_end_and_other_tables_are_passed_over() {
    let text = "\\restrict x\nCREATE TABLE public.t (id integer, p text);\n\
        COPY public.u (p) FROM stdin;\n87090000001\n\\.\n\
        COPY public.t (id, p) FROM stdin;\n1\t87090000002\n2\t\\N\n3\n4\t87090000003\n\\.\n\
        INSERT INTO t VALUES (5, '87090000004');";
    assert_eq!(found(text, Postgresql), ("234".to_owned(), 5, 1));
}

#[test]
fn a_broken_row_within_the_bound_costs_no_row_that_begins_on_another_line() {
    let rows = "(1,'87090000001'),\n(2,'87090000002,\n(3,'87090000003'),\n(4);\nINSERT INTO t VALUES (5,'87090000005'";
    assert_eq!(mysql(rows), ("13".to_owned(), 5, 3));
    let (_, tally) = outcome(
        format!("{CREATE}INSERT INTO t VALUES {rows}").as_bytes(),
        Mysql,
        None,
    )
    .ok()
    .unwrap();
    let rejects: Vec<_> = tally
        .rejects
        .iter()
        .map(|reject| (reject.line, reject.reason))
        .collect();
    assert_eq!(
        rejects,
        [
            (3, Reason::NotSql),
            (5, Reason::WrongColumnCount),
            (6, Reason::NotSql)
        ]
    );
}

#[test]
fn an_overlong_row_is_rejected_and_its_neighbours_kept() {
    let long = "x".repeat(RECORD_LIMIT + 1);
    let text =
        format!("{CREATE}INSERT INTO t VALUES (1,'87090000001'),(2,'{long}'),(3,'87090000003');");
    let (collected, tally) = outcome(text.as_bytes(), Mysql, None).ok().unwrap();
    assert_eq!(
        (collected.values().len(), tally.rejects[0].reason),
        (2, Reason::TooLong)
    );
}

#[test]
fn an_unclosed_quote_ends_where_a_statement_begins_after_the_bound() {
    let long = "x".repeat(RECORD_LIMIT + 1);
    let text = format!(
        "{CREATE}INSERT INTO t VALUES (1,'{long}\n);\nINSERT INTO t VALUES (2,'87090000002');"
    );
    let (collected, tally) = outcome(text.as_bytes(), Mysql, None).ok().unwrap();
    assert_eq!((collected.values().len(), tally.rejected_rows), (1, 1));
}

#[test]
fn a_broken_row_costs_no_row_after_it_on_its_line() {
    let rows = "(1,'87090000001'),(2,'O'Brien','87090000002'),(3,'87090000003');\n";
    assert_eq!(mysql(rows), ("13".to_owned(), 3, 1));
}

#[test]
fn a_parenthesis_left_open_costs_its_row_only() {
    let rows = "(1,concat(lower('87090000001'),\n(2,'87090000002'),\n(3,'87090000003');\nINSERT INTO `t` VALUES (4,'87090000004');";
    assert_eq!(mysql(rows), ("234".to_owned(), 4, 1));
    let many = "(2,'87090000002'),\n".repeat(RECORD_LIMIT / 16);
    let text = format!("{CREATE}INSERT INTO t VALUES (1,f(1,\n{many}(3,NULL);");
    let (collected, tally) = outcome(text.as_bytes(), Mysql, None).ok().unwrap();
    assert_eq!(
        (collected.values().len(), tally.rejected_rows),
        (RECORD_LIMIT / 16, 1)
    );
}

#[test]
fn rows_that_never_end_are_reported_instead_of_taking_forever() {
    let rows = "(1,[\n".repeat(RECORD_LIMIT / 8);
    let text = format!("INSERT INTO t (p) VALUES\n{rows}];\n");
    assert_eq!(fault(&text, None), Some(Fault::UnendedRows));
}

#[test]
fn rows_that_never_end_are_searched_line_by_line_and_those_that_do_are_read() {
    let broken = "(1,[\n".repeat(RECORD_LIMIT / 8);
    let text = format!(
        "INSERT INTO t (p) VALUES\n{broken}('87090000001'),\n(1,[87090000002\n3,'87090000003'\n('87090000004');\n\
         INSERT INTO t (p) VALUES ('87090000005');"
    );
    let (collected, tally) = outcome_of(text.as_bytes(), Postgresql, None, true)
        .ok()
        .unwrap();
    assert_eq!(
        collected.values(),
        ["+77090000001", "+77090000004", "+77090000005"]
    );
    assert_eq!(
        collected.recovered_values(),
        ["+77090000002", "+77090000003"]
    );
    assert_eq!(tally.rows, RECORD_LIMIT as u64 / 8 + 4);
}

#[test]
fn rejected_rows_are_searched_and_their_neighbours_are_not() {
    let text = format!(
        "{CREATE}INSERT INTO t VALUES (1,'87090000001'),(2,'O'Brien','+77090000002'),(3,'87090000003'),\n\
         (4,'87090000004','x'),\n(5,'+77090000005,\n87090000006\n(7,'87090000007');\n\
         INSERT INTO log VALUES ('+77090000008','\n+77090000009);"
    );
    let (collected, tally) = outcome_of(Trickle(text.as_bytes()), Mysql, Some("t"), true)
        .ok()
        .unwrap();
    assert_eq!(
        collected.values(),
        ["+77090000001", "+77090000003", "+77090000007"]
    );
    let recovered = [
        "+77090000002",
        "+77090000004",
        "+77090000005",
        "+77090000006",
    ];
    assert_eq!(collected.recovered_values(), recovered);
    assert_eq!(tally.recovered[&exposure_index::identifier::Kind::Phone], 4);
}

#[test]
fn a_dump_that_is_cut_off_is_reported_and_what_came_before_is_kept() {
    for tail in [
        "/* on and on",
        "INSERT INTO other (a) VALUES ($$on and on",
        "INSERT INTO other (a) VALUES ('on and on",
        "CREATE TABLE other (a int,",
        "COPY t (p) FROM stdin;\n",
        "COPY other (a) FROM stdin;\n1\n",
        "DELIMITER ;;\nCREATE TRIGGER",
    ] {
        let text = format!("INSERT INTO t (p) VALUES ('87090000001');\n{tail}");
        let (collected, tally) = outcome(text.as_bytes(), Postgresql, Some("t"))
            .ok()
            .unwrap();
        let reasons: Vec<_> = tally.rejects.iter().map(|reject| reject.reason).collect();
        assert_eq!(reasons, [Reason::CutOff], "{tail}");
        assert_eq!(collected.values().len(), 1, "{tail}");
        assert_eq!(tally.truncated, 1, "{tail}");
    }
    for tail in [
        "INSERT INTO t (p) VALU",
        "INSERT INTO t (p) VALUES",
        "INSERT INTO t (p) VALUES ('87090000002'),\n",
        "INSERT INTO t (p) VALUES ('87090000002', ",
        "INSERT INTO t (p) VALUES ('8709",
    ] {
        let (_, tally) = outcome(tail.as_bytes(), Postgresql, Some("t"))
            .ok()
            .unwrap();
        assert_eq!(tally.truncated, 1, "{tail}");
    }
}

#[test]
fn a_stray_quote_near_the_end_is_not_an_end() {
    for tail in [
        "INSERT INTO t (p) VALUES ('87090000002'),\n('x),\n('87090000003');\n",
        "INSERT INTO t (p) VALUES ('87090000002')",
        "INSERT INTO t (p) VALUES ('87090000002')\nGO\n",
    ] {
        let (_, tally) = outcome(tail.as_bytes(), Postgresql, Some("t"))
            .ok()
            .unwrap();
        assert_eq!(tally.truncated, 0, "{tail}");
    }
}

/// The text of the first token.
fn first_token(text: &str, dialect: Dialect) -> (Vec<u8>, String) {
    let mut nowhere = NullSink;
    let mut builder = RecordBuilder::new(&mut nowhere);
    let window = Window::new(Trickle(text.as_bytes()));
    let mut lexer = Lexer::new(window, dialect, &mut builder);
    lexer.next().unwrap();
    (lexer.text().to_vec(), lexer.name())
}

#[test]
fn each_dialect_has_its_own_escapes() {
    let (mysql, _) = first_token(r"'\f\v\_\%\Z\0\n'", Mysql);
    assert_eq!(mysql, b"fv\\_\\%\x1A\0\n");
    let (postgresql, _) = first_token(r"E'\f\v\u04B1\U0001F600\uD800\x41\101\n'", Postgresql);
    let expected = "\u{c}vұ\u{1F600}\u{FFFD}AA\n";
    assert_eq!(postgresql, expected.as_bytes());
}

#[test]
fn names_and_columns_without_end_are_bounded() {
    let (_, name) = first_token(&"x".repeat(RECORD_LIMIT), Mysql);
    assert_eq!(name.len(), 256);
    let (names, values) = (",q".repeat(5000), ",1".repeat(5000));
    let wide = format!("INSERT INTO t (p{names}) VALUES (87090000001{values});");
    assert_eq!(found(&wide, Postgresql), (String::new(), 1, 1));
    let parts = "INSERT INTO a.b.c.d.t (p) VALUES (87090000001); INSERT INTO b.c.t (p) VALUES (2);";
    assert_eq!(found(parts, Postgresql), (String::new(), 2, 1));
}

#[test]
fn definitions_of_other_tables_do_not_crowd_out_the_stated_one() {
    let others: String = (0..20_000)
        .map(|other| format!("CREATE TABLE x{other} (a int);\n"))
        .collect();
    let text = format!("{others}{CREATE}INSERT INTO t VALUES (1,'87090000001');");
    assert_eq!(found(&text, Mysql), ("1".to_owned(), 1, 0));
}

#[test]
fn two_definitions_that_differ_are_reported_and_not_chosen_from() {
    let with = |second: &str, rows: &str| {
        let text = format!(
            "CREATE TABLE a.t (x text, p text); CREATE TABLE b.t ({second}); INSERT INTO {rows} VALUES ('1','2');"
        );
        fault(&text, Some("t"))
    };
    assert_eq!(with("p text, x text", "t"), Some(Fault::AmbiguousTable));
    assert_eq!(with("x text, p text", "t"), None);
    assert_eq!(with("p text, x text", "b.t"), None);
    assert_eq!(with("p text, x text", "t (x, p)"), None);
}

#[test]
fn a_table_that_is_not_clear_is_refused() {
    let two = "INSERT INTO a (p) VALUES (1); INSERT INTO b (p) VALUES (1);";
    assert_eq!(fault(two, None), Some(Fault::SeveralTables));
    assert_eq!(fault(two, Some("B")), None);
    assert_eq!(
        fault(two, Some("c")),
        Some(Fault::MissingTable {
            table: "c".to_owned()
        })
    );
    assert_eq!(
        fault("INSERT INTO a VALUES (1);", None),
        Some(Fault::UnnamedColumns)
    );
    let column = Fault::MissingColumn {
        column: "p".to_owned(),
    };
    assert_eq!(fault("INSERT INTO a (q) VALUES (1);", None), Some(column));
    assert_eq!(
        fault("COPY a (p) FROM stdin WITH (FORMAT csv);\n1\n\\.\n", None),
        Some(Fault::CopyFormat)
    );
}

const PIECES: &str = r#"(INSERT INTO t |VALUES |\(p\)|\(|\)|,|;|'|\\|"|`|/\*|\*/|--|\n|\r|\$a\$|\$|COPY t FROM stdin;\n|\\\.|DELIMITER|x'|E'|0x41|é|[0-9]){0,30}"#;

proptest! {
    #[test]
    fn rows_are_the_same_wherever_the_stream_is_cut(text in PIECES) {
        for dialect in [Mysql, Postgresql] {
            let whole = outcome(text.as_bytes(), dialect, None);
            let cut = outcome(Trickle(text.as_bytes()), dialect, None);
            let summary = |outcome: Result<(CollectingSink, Tally), Failure>| match outcome {
                Ok((collected, tally)) => format!("{:?} {tally:?}", collected.values()),
                Err(failure) => format!("{failure:?}"),
            };
            prop_assert_eq!(summary(whole), summary(cut));
        }
    }

    #[test]
    fn any_bytes_are_read_to_their_end(bytes: Vec<u8>) {
        for dialect in [Mysql, Postgresql] {
            // Excludes panics where the window is cut: within a character, a quote or a comment.
            let _ = outcome(&bytes[..], dialect, None);
        }
    }
}
