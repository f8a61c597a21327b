//! How is written what has no columns?

use std::io::{self, Write};

use super::line_in_code_page;
use super::person::{Person, grouped};

type People<'p> = &'p mut dyn Iterator<Item = Person>;

/// Number of lines of a chat per line with a number.
const LINES: usize = 3;

/// Sections of keys and values, which name the payer.
pub(super) fn bank_exchange(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for line in [
        "1CClientBankExchange",
        "ВерсияФормата=1.02",
        "Кодировка=Windows",
        "Отправитель=Бухгалтерия предприятия",
    ] {
        line_in_code_page(out, line)?;
    }
    for person in people {
        let amount = person.dice.clone().below(900_000);
        let Person {
            number,
            name,
            iin,
            phone,
            iban,
            ..
        } = &person;
        for line in [
            "СекцияДокумент=Платежное поручение".to_owned(),
            format!("Номер={}", number + 1),
            format!("Сумма={amount}.00"),
            format!("ПлательщикСчет={iban}"),
            format!("Плательщик=ИИН {iin} {name}"),
            format!("НазначениеПлатежа=Оплата по счету, тел. {phone}"),
            "КонецДокумента".to_owned(),
        ] {
            line_in_code_page(out, &line)?;
        }
    }
    line_in_code_page(out, "КонецФайла")
}

/// Lines of people who talk, one in three of which has a telephone number or an address.
pub(super) fn chat(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    const SMALL_TALK: [&str; 4] = [
        "Добрый день!",
        "Когда будет доставка?",
        "Спасибо, ждём",
        "ок",
    ];
    for mut person in people {
        let (time, name) = (person.time(), person.name.clone());
        writeln!(
            out,
            "[12.03.2025, {time}] {name}: мой номер {}, почта {}",
            grouped(&person.phone),
            person.email
        )?;
        for _ in 1..LINES {
            let words = person.dice.pick(&SMALL_TALK);
            writeln!(out, "[12.03.2025, {time}] {name}: {words}")?;
        }
    }
    Ok(())
}

/// Accounts and passwords from several lists, which separate them in their own ways.
pub(super) fn combo(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for mut person in people {
        let separator = person.dice.pick(&[":", ":", ":", ";", "|"]);
        writeln!(out, "{}{separator}{}", person.email, person.password)?;
    }
    Ok(())
}

/// A page, an account and its password a line.
pub(super) fn stealer_lines(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for mut person in people {
        let page = person.dice.pick(&[
            "https://egov.example.kz/login",
            "https://shop.example.org:8443/a",
        ]);
        writeln!(out, "{page}:{}:{}", person.account(), person.password)?;
    }
    Ok(())
}

/// A block of lines for each account.
pub(super) fn stealer_blocks(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    for person in people {
        writeln!(
            out,
            "URL: https://mail.example.kz/\nUsername: {}\nPassword: {}\nApplication: Google_[Chrome]_Default\n\
             ===============",
            person.account(),
            person.password
        )?;
    }
    Ok(())
}
