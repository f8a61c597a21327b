//! Which dumps does the matrix of formats read? Invented people in every text format.

use exposure_index::identifier::Kind;

use super::people::{People, Person};
use crate::ingest::sheet::{ods, xlsx};

/// A dump and its content.
#[derive(Default)]
pub(super) struct Dump {
    pub(super) name: &'static str,
    pub(super) format: &'static str,
    /// The rest of its `[[file]]`.
    pub(super) entry: &'static str,
    /// With line feeds for line ends.
    pub(super) text: String,
    pub(super) rows: u64,
    pub(super) rejected: u64,
    pub(super) strict: Vec<(Kind, String)>,
    pub(super) recovered: Vec<(Kind, String)>,
}

const NAMED: &str = "columns.iin = { identifier = \"iin\" }\ncolumns.name = { class = \"names\" }\n\
    columns.phone = { identifier = \"phone\" }\ncolumns.email = { identifier = \"email\" }";

const IN_JSON: &str = "columns.iin = { identifier = \"iin\" }\ncolumns.\"to.phone\" = { identifier = \"phone\" }\n\
    columns.\"to.email\" = { identifier = \"email\" }";

const IN_DOCUMENT: &str = "columns.\"d.people[].iin\" = { identifier = \"iin\" }\n\
    columns.\"d.people[].to.phone\" = { identifier = \"phone\" }\ncolumns.\"d.people[].to.email\" = { identifier = \"email\" }";

const FIXED: &str = "columns.\"0..12\" = { identifier = \"iin\" }\ncolumns.\"13..25\" = { identifier = \"phone\" }\n\
    columns.\"26..50\" = { identifier = \"email\" }\ncolumns.\"50..\" = { class = \"names\" }";

const IN_SQL: &str = "table = \"people\"\ncolumns.iin = { identifier = \"iin\" }\ncolumns.phone = { identifier = \"phone\" }\n\
    columns.email = { identifier = \"email\" }";

impl Dump {
    /// A dump whose rows `whole` and `broken` write; a broken one follows on every fifth.
    fn of(
        people: &People,
        (name, format, entry): (&'static str, &'static str, &'static str),
        whole: impl Fn(&Person) -> String,
        broken: impl Fn(&Person) -> String,
    ) -> Self {
        let mut text = String::new();
        let mut broken_people = people.broken.iter();
        for (number, person) in people.whole.iter().enumerate() {
            text.push_str(&whole(person));
            if number % 5 == 2 {
                text.extend(broken_people.next().map(&broken));
            }
        }
        let found = |person: &Person| {
            let Person {
                iin, phone, email, ..
            } = person;
            [(Kind::Iin, iin), (Kind::Phone, phone), (Kind::Email, email)]
                .map(|(kind, value)| (kind, value.clone()))
        };
        Self {
            name,
            format,
            entry,
            text,
            rows: (people.whole.len() + people.broken.len()) as u64,
            rejected: people.broken.len() as u64,
            strict: people.whole.iter().flat_map(found).collect(),
            recovered: people.broken.iter().flat_map(found).collect(),
        }
    }

    fn between(self, head: &str, tail: &str) -> Self {
        let text = format!("{head}{}{tail}", self.text);
        Self { text, ..self }
    }

    /// The dump of a format in which no row is broken, made of whole rows.
    fn unbroken(self) -> Self {
        Self {
            rows: self.rows - self.rejected,
            rejected: 0,
            recovered: Vec::new(),
            ..self
        }
    }
}

/// Every format that is text.
pub(super) fn texts(people: &People) -> Vec<Dump> {
    let sql = [mysql, copy, sql_server, sqlite].map(|dump| dump(people));
    let others = [
        quoted_where_needed,
        quoted_always,
        never_quoted,
        lines_of_json,
        document,
        fixed,
        combo,
        prose,
    ];
    others
        .map(|dump| dump(people))
        .into_iter()
        .chain(sql)
        .collect()
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

fn quoted_where_needed(people: &People) -> Dump {
    let cell = |text: &str| match text.contains([';', '"', '\n']) {
        true => quoted(text),
        false => text.to_owned(),
    };
    let whole = |it: &Person| format!("{};{};{};{}\n", it.iin, cell(&it.name), it.phone, it.email);
    let broken = |it: &Person| {
        format!(
            "{};{};{};{};{};\n",
            it.iin,
            cell(&it.name),
            it.phone,
            it.email,
            "2022"
        )
    };
    Dump::of(people, ("csv ;", "csv", NAMED), whole, broken).between("iin;name;phone;email\n", "")
}

fn quoted_always(people: &People) -> Dump {
    let row = |it: &Person| {
        format!(
            "{},{},{},{}",
            quoted(&it.iin),
            quoted(&format!("{}\n", it.name)),
            quoted(&it.phone),
            quoted(&it.email)
        )
    };
    let broken = |it: &Person| {
        format!(
            "{},{}\n",
            quoted(&it.iin),
            quoted(&format!("{} {}", it.email, it.phone))
        )
    };
    let whole = |it: &Person| format!("{}\n", row(it));
    Dump::of(people, ("csv quoted", "csv", NAMED), whole, broken)
        .between("\"iin\",\"name\",\"phone\",\"email\"\n", "")
}

fn never_quoted(people: &People) -> Dump {
    let entry = "quote = false\nheader = false\ncolumns.0 = { identifier = \"iin\" }\n\
        columns.2 = { identifier = \"phone\" }\ncolumns.3 = { identifier = \"email\" }";
    let whole = |it: &Person| format!("{}\t{}\t{}\t{}\n", it.iin, it.name, it.phone, it.email);
    let broken = |it: &Person| format!("{}\t{}\t{}\n", it.iin, it.phone, it.email);
    Dump::of(people, ("tsv unquoted", "csv", entry), whole, broken)
}

fn object(it: &Person) -> String {
    let name = it.name.replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "{{\"iin\": \"{}\", \"name\": \"{name}\", \"to\": {{\"phone\": \"{}\", \"email\": [\"{}\"]}}}}",
        it.iin, it.phone, it.email
    )
}

fn lines_of_json(people: &People) -> Dump {
    let broken = |it: &Person| format!("{}\n", object(it).trim_end_matches('}'));
    Dump::of(
        people,
        ("jsonl", "jsonl", IN_JSON),
        |it| format!("{}\n", object(it)),
        broken,
    )
}

fn document(people: &People) -> Dump {
    let pretty = |it: &Person| {
        object(it)
            .replace("{\"", "{\n  \"")
            .replace(", \"", ",\n  \"")
    };
    let broken = |it: &Person| format!("{}\n", pretty(it).replace("\"iin\":", "\"iin\" \"x\""));
    let whole = |it: &Person| format!("{},\n", pretty(it));
    let dump = Dump::of(people, ("json", "json", IN_DOCUMENT), whole, broken);
    dump.between("{\"count\": 24, \"d\": {\"people\": [\n", "]}}\n")
}

fn fixed(people: &People) -> Dump {
    let whole = |it: &Person| {
        format!(
            "{:<13}{:<13}{:<24}{}\n",
            it.iin, it.phone, it.email, it.name
        )
    };
    Dump::of(people, ("fixed", "fixed", FIXED), whole, |_| String::new()).unbroken()
}

fn combo(people: &People) -> Dump {
    let whole = |it: &Person| format!("{};p:w\n{};p w\n{};\n", it.iin, it.phone, it.email);
    let broken = |it: &Person| {
        format!(
            "https://x.example.kz/?i={}&p={}&e={}\n",
            it.iin, it.phone, it.email
        )
    };
    let dump = Dump::of(people, ("combo", "combo", ""), whole, broken);
    let rows = dump.rejected + 3 * (dump.rows - dump.rejected);
    Dump { rows, ..dump }
}

fn prose(people: &People) -> Dump {
    let whole = |it: &Person| {
        let (area, number) = it.phone.split_at(5);
        format!(
            "[12.05.1836 10:30] {}: {}, <{}>\n\ntel. 8{} {number}.\n",
            it.name,
            it.iin,
            it.email,
            &area[2..]
        )
    };
    let dump = Dump::of(people, ("text", "text", ""), whole, |_| {
        "(nothing)\n".to_owned()
    })
    .unbroken();
    Dump {
        rows: dump.rows * 2,
        ..dump
    }
}

fn mysql(people: &People) -> Dump {
    let text = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let whole = |it: &Person| {
        format!(
            "({},{},{},{}),\n",
            text(&it.iin),
            text(&it.name),
            text(&it.phone),
            text(&it.email)
        )
    };
    let broken = |it: &Person| {
        format!(
            "({},{},{}),\n",
            text(&it.iin),
            text(&it.phone),
            text(&it.email)
        )
    };
    let head = "-- MySQL dump\nCREATE TABLE `people` (\n  `iin` text,\n  `name` text,\n  `phone` text,\n  `email` text\n);\n\
        INSERT INTO `other` VALUES ('x');\nINSERT INTO `people` VALUES\n";
    Dump::of(people, ("mysql", "sql", IN_SQL), whole, broken)
        .between(head, "(NULL,'','-',NULL);\n")
        .with_row()
}

fn copy(people: &People) -> Dump {
    let whole = |it: &Person| {
        format!(
            "{}\t{}\t{}\t{}\n",
            it.iin,
            it.name.replace('\\', "\\\\"),
            it.phone,
            it.email
        )
    };
    let broken = |it: &Person| format!("{}\t{}\t{}\n", it.iin, it.phone, it.email);
    let head =
        "-- PostgreSQL database dump\nCOPY public.people (iin, name, phone, email) FROM stdin;\n";
    Dump::of(people, ("postgresql", "sql", IN_SQL), whole, broken).between(head, "\\.\n")
}

fn standard(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn sql_server(people: &People) -> Dump {
    let insert = "INSERT [dbo].[people] ([iin], [name], [phone], [email]) VALUES";
    let whole = |it: &Person| {
        let (iin, name, email) = (&it.iin, standard(&it.name), standard(&it.email));
        format!(
            "{insert} (CAST({iin} AS Decimal(12, 0)), N{name}, N'{}', N{email})\nGO\n",
            it.phone
        )
    };
    let broken = |it: &Person| {
        format!(
            "{insert} (N'{}', N'{}', N'{}')\n",
            it.iin, it.phone, it.email
        )
    };
    Dump::of(people, ("sql server", "sql", IN_SQL), whole, broken)
        .between("USE [db]\nGO\n", "SET IDENTITY_INSERT [dbo].[people] OFF\n")
}

fn sqlite(people: &People) -> Dump {
    let value = |it: &Person| {
        format!(
            "'{}',{},'{}','{}'",
            it.iin,
            standard(&it.name),
            it.phone,
            it.email
        )
    };
    let whole = |it: &Person| format!("INSERT INTO \"people\" VALUES({});\n", value(it));
    let broken = |it: &Person| format!("INSERT INTO \"people\" VALUES({}'x');\n", value(it));
    let head = "PRAGMA foreign_keys=OFF;\nCREATE TABLE other(x);\nCREATE TABLE \"people\"(iin TEXT, name TEXT, phone TEXT, email TEXT);\n";
    Dump::of(people, ("sqlite", "sql", IN_SQL), whole, |it| {
        broken(it).replace("''x'", "' x 'y'")
    })
    .between(head, "COMMIT;\n")
}

impl Dump {
    /// Returns the dump with one more, empty row.
    fn with_row(self) -> Self {
        Self {
            rows: self.rows + 1,
            ..self
        }
    }
}

/// Every kind of spreadsheet.
pub(super) fn spreadsheets(people: &People) -> Vec<(Dump, Vec<u8>)> {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let cells = |it: &Person| {
        [
            escaped(&it.iin),
            escaped(&it.name),
            it.phone.clone(),
            it.email.clone(),
        ]
    };
    let sheet = |row: &dyn Fn(&[&str]) -> String| {
        let dump = Dump::of(
            people,
            ("", "", "sheet = \"Екі\"\n"),
            |it| row(&cells(it).each_ref().map(String::as_str)),
            |it| row(&[&it.iin, "", &it.phone, "x", &it.email]),
        );
        dump.between(&row(&["iin", "name", "phone", "email"]), "")
    };
    let entry = SHEET;
    let ods = sheet(&|cells| ods::tests::row(cells));
    let book = ods::tests::spreadsheet(&ods.text);
    let ods = Dump {
        name: "ods",
        format: "ods",
        entry,
        ..ods
    };
    let xlsx = sheet(&|cells| xlsx::tests::row(cells));
    let rows = xlsx::tests::workbook_of(&xlsx.text);
    let xlsx = Dump {
        name: "xlsx",
        format: "xlsx",
        entry,
        ..xlsx
    };
    vec![(ods, book), (xlsx, rows)]
}

const SHEET: &str = "sheet = \"Екі\"\ncolumns.iin = { identifier = \"iin\" }\ncolumns.phone = { identifier = \"phone\" }\n\
    columns.email = { identifier = \"email\" }";
