//! How do programs write tables?

use std::io::{self, Write};

use serde_json::json;

use super::line_in_code_page;
use super::person::{Person, grouped};

type People<'p> = &'p mut dyn Iterator<Item = Person>;

/// Number of rows on a page of SQL*Plus.
const PAGE: u64 = 50;

/// A title, a header and rows with money in them.
pub(super) fn excel(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    line_in_code_page(out, "sep=;")?;
    line_in_code_page(out, "Клиенты банка на 01.03.2025;;;;;;")?;
    line_in_code_page(out, "№;Ф.И.О.;ИИН;Телефон;E-mail;Счёт;Остаток")?;
    for person in people {
        let balance = person.dice.clone().below(900_000);
        let cells = [
            (person.number + 1).to_string(),
            person.name.clone(),
            person.iin.trim_start_matches('0').to_owned(),
            grouped(&person.phone),
            person.email.clone(),
            person.iban.clone(),
            format!("\"{balance},50\""),
        ];
        line_in_code_page(out, &cells.join(";"))?;
    }
    Ok(())
}

/// Pages of columns, and at last how many rows there were.
pub(super) fn spool(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "SQL> select fio, iin, phone, email from clients;\n")?;
    let mut rows = 0;
    for person in people {
        if rows % PAGE == 0 {
            let (long, short, mail) = ("-".repeat(30), "-".repeat(12), "-".repeat(40));
            writeln!(
                out,
                "\n{:<30} {:<12} {:<12} {:<40}",
                "FIO", "IIN", "PHONE", "EMAIL"
            )?;
            writeln!(out, "{long} {short} {short} {mail}")?;
        }
        let Person {
            name,
            iin,
            phone,
            email,
            ..
        } = &person;
        let spaces = " ".repeat(30_usize.saturating_sub(name.chars().count()));
        writeln!(out, "{name}{spaces} {iin} 8{:<11} {email:<40}", &phone[2..])?;
        rows += 1;
    }
    writeln!(out, "\n{rows} rows selected.\n\nSQL> spool off")
}

/// Tabs between values, backslashes before tabs and line ends within them, `\N` for nothing.
pub(super) fn outfile(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for person in people {
        let id = person.number + 1;
        let note = match id % 4 {
            _ if person.has_note() => {
                format!("звонить после обеда: {}", grouped(&person.other_phone))
            }
            0 => "\\N".to_owned(),
            1 => "первая строка\\\nвторая,\\\tс табуляцией".to_owned(),
            _ => "постоянный клиент".to_owned(),
        };
        let Person {
            name,
            iin,
            phone,
            email,
            ..
        } = &person;
        writeln!(out, "{id}\t{name}\t{iin}\t{phone}\t{email}\t{note}")?;
    }
    Ok(())
}

/// A document a line, in which a number is a number, a long one, or a text.
pub(super) fn mongo(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for mut person in people {
        let digits = &person.phone[1..];
        let phone = match person.dice.below(3) {
            0 => json!(digits.parse::<u64>().unwrap_or_default()),
            1 => json!({ "$numberLong": digits }),
            _ => json!(person.phone),
        };
        let document = json!({
            "_id": { "$oid": format!("{:024x}", person.number) },
            "profile": { "fullName": person.name, "iin": person.iin },
            "contacts": { "phones": [phone], "email": person.email },
            "created": { "$date": "2024-11-02T10:00:00Z" },
        });
        writeln!(out, "{document}")?;
    }
    Ok(())
}
