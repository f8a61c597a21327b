//! Which columns and paths are drafted as free text, and which never are?

use std::fmt::Write;

use toml::{Table, Value};

use super::numbers::Dice;
use super::{Dump, drafted};

/// Notes, some of which hold a telephone number or an address.
fn note(dice: &mut Dice, number: usize) -> String {
    match number % 4 {
        0 => format!("перезвонить мужу 8 709 {} после шести", dice.digits(7)),
        1 => format!("почта жены: {}", dice.email()),
        2 => "оплачено".to_owned(),
        _ => "клиент просит не звонить".to_owned(),
    }
}

/// A table under these names, whose last column holds what `last` says.
fn table(names: &str, mut last: impl FnMut(&mut Dice, usize) -> String) -> Dump {
    let mut dice = Dice::new(31);
    let mut text = format!("{names}\n");
    for number in 0..120 {
        let (iin, last) = (dice.iin(), last(&mut dice, number));
        writeln!(text, "{number};{iin};{last}").expect("memory");
    }
    Dump::new("x.csv", text)
}

fn column<'t>(entry: &'t Table, name: &str) -> Option<&'t Table> {
    entry["columns"].as_table()?.get(name)?.as_table()
}

fn is_text(entry: &Table, name: &str) -> bool {
    let text = column(entry, name).and_then(|column| column.get("text"));
    text.and_then(Value::as_bool) == Some(true)
}

fn class<'t>(entry: &'t Table, name: &str) -> Option<&'t str> {
    column(entry, name)?.get("class")?.as_str()
}

#[test]
fn notes_with_identifiers_in_them_are_drafted_as_text_with_the_class_that_the_name_says() {
    for (name, expected) in [
        ("Примечание", None),
        ("Комментарий", Some("comments")),
        ("sms_text", Some("sms-messages")),
        ("Диагноз", Some("health-data")),
        ("контакт", None),
    ] {
        let entry = table(&format!("№;ИИН;{name}"), note).entry();
        assert!(is_text(&entry, name), "{name}");
        assert_eq!(class(&entry, name), expected, "{name}");
    }
}

#[test]
fn columns_of_names_addresses_passwords_and_identifiers_are_never_text() {
    type Cell = fn(&mut Dice, usize) -> String;
    let cells: [(&str, Cell); 5] = [
        ("ФИО", |dice, _| {
            format!("{} 8709{}", dice.person(), dice.digits(7))
        }),
        ("Адрес", |dice, number| {
            format!(
                "город Семей, улица Абая {number}, телефон 8709{}",
                dice.digits(7)
            )
        }),
        ("password", |dice, _| format!("my dear {}", dice.email())),
        ("Телефон", |dice, number| match number % 10 {
            0 => format!("звонить только вечером 8709{}", dice.digits(7)),
            _ => format!("8709{}", dice.digits(7)),
        }),
        ("Телефон", |dice, _| {
            format!("моб. тел. 8709{}", dice.digits(7))
        }),
    ];
    for (name, cell) in cells {
        let entry = table(&format!("№;ИИН;{name}"), cell).entry();
        assert!(!is_text(&entry, name), "{name}");
    }
}

#[test]
fn text_without_identifiers_is_not_drafted_as_text() {
    let entry = table("№;ИИН;Примечание", |_, number| {
        format!("заказ номер {number} оплачен картой")
    })
    .entry();
    assert!(!is_text(&entry, "Примечание"));
}

#[test]
fn messages_of_telegram_are_text() {
    let mut dice = Dice::new(32);
    let messages: Vec<serde_json::Value> = (0..60)
        .map(|number| {
            let text = match number % 5 {
                0 => serde_json::json!(["мой номер ", { "type": "phone", "text": format!("+7{}", dice.mobile()) }, { "type": "bold", "text": "Важно" }]),
                1 => serde_json::json!(format!("пишите на почту {}, жду", dice.email())),
                _ => serde_json::json!("Добрый день"),
            };
            serde_json::json!({ "id": number, "type": "message", "from": "Дина", "text": text })
        })
        .collect();
    let chats = serde_json::json!({ "chats": { "list": [{ "name": "x", "id": 1, "messages": messages }] } });
    let entry = Dump::new("result.json", chats.to_string()).entry();
    for path in [
        "chats.list[].messages[].text",
        "chats.list[].messages[].text[].text",
    ] {
        assert!(is_text(&entry, path), "{entry:?}");
        assert_eq!(class(&entry, path), Some("private-messages"));
    }
}

#[test]
fn a_description_in_sql_is_text() {
    let mut dice = Dice::new(33);
    let mut text = "CREATE TABLE `orders` (`id` int, `iin` text, `description` text);\n".to_owned();
    for number in 0..60 {
        let (iin, description) = (dice.iin(), note(&mut dice, number));
        writeln!(
            text,
            "INSERT INTO `orders` VALUES ({number}, '{iin}', '{description}');"
        )
        .expect("memory");
    }
    let dump = Dump::new("x.sql", text);
    let entry = drafted(&[dump.inspection()], dump.folder.path()).remove(0);
    assert!(is_text(&entry, "description"), "{entry:?}");
}

#[test]
fn classes_of_a_text_are_drafted_where_its_form_shows_them() {
    for (name, text, class) in [
        (
            "x.vcf",
            "BEGIN:VCARD\nFN:x\nTEL:+77090000001\nEND:VCARD\n",
            Some("address-book-contacts"),
        ),
        (
            "x.eml",
            "Received: x\nMIME-Version: 1.0\nTo: a@example.kz\n\nhello\n",
            Some("email-messages"),
        ),
        ("x", "who is it?\ncall 8 709 000 00 01, please\n", None),
    ] {
        let entry = Dump::new(name, text).entry();
        assert_eq!(entry["format"].as_str(), Some("text"), "{name}");
        let classes = entry.get("classes").and_then(Value::as_array);
        let first = classes.and_then(|classes| classes.first()?.as_str());
        assert_eq!(first, class, "{name}");
    }
}
