use std::io::Write;
use std::path::Path;

use super::super::SynthError;
use super::super::classes::Class;
use super::super::kind::Kind;
use super::super::row::Row;
use super::super::sink::Sink;
use super::Dump;

/// What comes before the rows: a table that is of no interest, then the users.
const HEAD: &str = r"--
-- PostgreSQL database dump
--

SET client_encoding = 'UTF8';

COPY public.audit (id, message) FROM stdin;
1	COPY public.users (id, login) FROM stdin;
2	\N
\.

COPY public.users (id, login, email, phone, card, refund_account, full_name, delivery_address) FROM stdin;
";

/// A `pg_dump` of a marketplace's users.
struct Marketplace {
    sink: Sink,
    id: u64,
}

pub(super) fn create(path: &Path) -> Result<Box<dyn Dump>, SynthError> {
    let mut sink = Sink::create(path)?;
    sink.write_all(HEAD.as_bytes())?;
    Ok(Box::new(Marketplace { sink, id: 0 }))
}

impl Dump for Marketplace {
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError> {
        self.id += 1;
        let cells = [
            row.only(Kind::Login, 1000),
            row.one_of_two(Kind::Email, 990, 500),
            row.phones(950, 300),
            row.one_of_two(Kind::Card, 950, 850),
            row.one_of_two(Kind::Iban, 800, 800),
            row.text(Class::Names, 900, &row.person.name).to_owned(),
            address(row),
        ];
        write!(self.sink, "{}", self.id)?;
        for cell in &cells {
            let cell = if cell.is_empty() { r"\N" } else { cell };
            write!(self.sink, "\t{cell}")?;
        }
        Ok(self.sink.write_all(b"\n")?)
    }

    fn finish(mut self: Box<Self>) -> Result<(), SynthError> {
        self.sink
            .write_all(b"\\.\n\n--\n-- PostgreSQL database dump complete\n--\n")?;
        self.sink.finish()
    }
}

/// Some of several lines, as customers type them, with COPY's escapes.
fn address(row: &mut Row<'_>) -> String {
    let address = row.text(Class::PhysicalAddresses, 700, &row.person.address);
    match (address.is_empty(), row.dice.below(10)) {
        (false, 0) => format!(r"{address}\nкод 12\\34"),
        (false, 1) => format!(r"{address}\tподъезд 2"),
        _ => address.to_owned(),
    }
}
