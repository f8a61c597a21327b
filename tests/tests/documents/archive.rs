//! What came by e-mail? Files of people who do not exist.

use std::fs;
use std::io::Write;
use std::path::Path;

use encoding_rs::{UTF_16LE, WINDOWS_1251};
use serde_json::{Value, json};
use tekser_test_kit::Dice;
use tekser_tests::leaks;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const CLIENTS: usize = 400;
const NAMES: [&str; 4] = ["Абаев Олжас", "Ким Дина", "Иванов Петр", "Сергеева Алия"];

/// Puts what came by e-mail into a folder: `found.zip` with a list of clients, an export of Elasticsearch and one of
/// Telegram. Nobody in them exists.
pub(super) fn put_into(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    let mut dice = Dice::new(2026);
    let file = fs::File::create(folder.join("found.zip")).expect("a file");
    let mut archive = ZipWriter::new(file);
    let clients = clients(&mut dice);
    let (clients, ..) = WINDOWS_1251.encode(&clients);
    let members: [(&str, &[u8]); 2] = [
        ("Выгрузка/clients.csv", &clients),
        ("readme.txt", b"selling, write to telegram\r\n"),
    ];
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        archive.start_file(name, options).expect("a member");
        archive.write_all(bytes).expect("a member");
    }
    archive.finish().expect("an archive");
    fs::write(folder.join("orders.json"), orders(&mut dice)).expect("a file");
    fs::write(folder.join("result.json"), chats(&mut dice).to_string()).expect("a file");
}

/// A list as clubs export it: two lines of title, notes with telephone numbers in them, a few mistyped IINs, a row that
/// was cut.
fn clients(dice: &mut Dice) -> String {
    let mut text = "Выгрузка клиентов фитнес-клуба\r\nна 12.01.2026\r\n".to_owned();
    text += "№;ФИО;ИИН;Мобильный;E-mail;Код;Примечание\r\n";
    for client in 1..=CLIENTS {
        let note = match dice.below(4) {
            0 => "оплачено".to_owned(),
            1 => format!("перезвонить мужу {}", phone(dice)),
            _ => String::new(),
        };
        let mut iin = dice.iin();
        if client % 90 == 5 {
            let last = iin.pop().and_then(|digit| digit.to_digit(10));
            iin += &((last.expect("a digit") + 1) % 10).to_string();
        }
        let (name, mobile, code) = (dice.pick(&NAMES), dice.below(10_000_000), dice.digits(9));
        let row = format!(
            "{client};{name};{iin};8 (709) {mobile:07};client{client}@example.kz;{code};{note}"
        );
        let end = if client == 48 {
            row.len() - note.len() - 11
        } else {
            row.len()
        };
        text += &format!("{}\r\n", &row[..end]);
    }
    text
}

/// An index of Elasticsearch as `elasticdump` writes it.
fn orders(dice: &mut Dice) -> String {
    let order = |number: usize| {
        let source = json!({
            "customer": { "iin": dice.iin(), "name": dice.pick(&NAMES) },
            "phone": phone(dice),
            "email": format!("buyer{number}@example.kz"),
            "total": dice.below(90_000),
        });
        let order = json!({ "_index": "orders", "_id": number.to_string(), "_source": source });
        format!("{order}\n")
    };
    (1..=40).map(order).collect()
}

/// The chats and contacts of an account as Telegram's program exports them.
fn chats(dice: &mut Dice) -> Value {
    let mut message = |number: usize| {
        let text = match number % 8 {
            0 | 4 => json!(["мой номер ", { "type": "phone", "text": phone(dice) }, " звоните"]),
            3 => json!(format!(
                "ИИН {}, почта guest{number}@example.kz",
                dice.iin()
            )),
            _ => json!("Добрый день"),
        };
        json!({ "id": number, "type": "message", "from": "Дина", "text": text })
    };
    let messages: Vec<Value> = (1..=40).map(&mut message).collect();
    let contact =
        |_| json!({ "first_name": "Олжас", "last_name": "А", "phone_number": phone(dice) });
    let contacts: Vec<Value> = (0..12).map(contact).collect();
    json!({
        "about": "Here is the data you requested.",
        "contacts": { "list": contacts },
        "chats": { "list": [{ "name": "Работа", "id": 77, "messages": messages }] },
    })
}

/// Puts a dump into a folder that is assembled of earlier leaks, and partly new: IINs with telephone numbers.
pub(super) fn put_unknown_dump_into(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    let leak = |path: &str| fs::read(leaks().join("breaches").join(path)).expect("a leak");
    let residents = String::from_utf8(leak("residents-2025/residents.csv")).expect("UTF-8");
    let subscribers = leak("subscribers-2022/abonents.tsv");
    let (subscribers, ..) = UTF_16LE.decode(&subscribers);
    let residents = residents.lines().skip(1);
    let residents = residents.filter_map(|line| fields(line, ';', 0, 4));
    let subscribers = subscribers.lines().skip(1);
    let subscribers = subscribers.filter_map(|line| fields(line, '\t', 1, 0));
    let known = residents.take(600).chain(subscribers.take(280));
    let mut dice = Dice::new(2027);
    let new = (0..120).map(|_| format!("{};{}\n", dice.iin(), phone(&mut dice)));
    let rows: String = known.chain(new).collect();
    fs::write(folder.join("base.csv"), format!("iin;phone\n{rows}")).expect("a file");
}

/// Two fields of a row, if it has them and no quotes.
fn fields(line: &str, delimiter: char, iin: usize, phone: usize) -> Option<String> {
    let fields: Vec<&str> = line.split(delimiter).collect();
    let (iin, phone) = (fields.get(iin)?, fields.get(phone)?);
    let is_plain = !line.contains('"') && !iin.is_empty() && !phone.is_empty();
    is_plain.then(|| format!("{iin};{phone}\n"))
}

fn phone(dice: &mut Dice) -> String {
    format!("+7709{}", dice.digits(7))
}
