//! How are files packed, and workbooks written?

use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};
use sevenz_rust2::{ArchiveEntry, ArchiveWriter};

use super::super::SynthError;
use super::person::{Person, people};

/// Number of tables in an archive.
const PARTS: u64 = 4;

/// Clients with a title above them, employees without one, and a list of cities.
pub(super) fn workbook(
    people: &mut dyn Iterator<Item = Person>,
    path: &Path,
) -> Result<(), SynthError> {
    let mut clients = Worksheet::new();
    clients.set_name("Клиенты")?;
    clients.write(0, 0, "Отчёт по клиентам")?;
    clients.write_row(2, 0, ["ФИО", "ИИН", "Телефон", "Эл. почта"])?;
    let mut staff = Worksheet::new();
    staff.set_name("Сотрудники")?;
    staff.write_row(0, 0, ["Фамилия и имя", "Должность", "Моб. тел.", "E-mail"])?;
    let (mut of_clients, mut of_staff) = (3, 1);
    for person in people {
        let Person {
            name,
            iin,
            phone,
            email,
            ..
        } = &person;
        if is_of_staff(&person) {
            staff.write_row(of_staff, 0, [name, "менеджер", phone, email])?;
            of_staff += 1;
        } else {
            clients.write_row(of_clients, 0, [name, iin, phone, email])?;
            of_clients += 1;
        }
    }
    let mut cities = Worksheet::new();
    cities.set_name("Справочник")?;
    cities.write_row(0, 0, ["Код", "Город"])?;
    cities.write_row(1, 0, ["75", "Алматы"])?;
    cities.write_row(2, 0, ["71", "Астана"])?;
    let mut workbook = Workbook::new();
    let created = ExcelDateTime::from_ymd(2025, 12, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    for sheet in [clients, staff, cities] {
        workbook.push_worksheet(sheet);
    }
    Ok(workbook.save(path)?)
}

/// Returns whether a person is an employee.
pub(super) const fn is_of_staff(person: &Person) -> bool {
    person.number % 5 == 4
}

/// Packed tables in an archive in an archive, next to a note and what macOS adds.
pub(super) fn seven_zip(seed: u64, rows: u64, path: &Path) -> Result<(), SynthError> {
    let mut inner = tar::Builder::new(Vec::new());
    add(&mut inner, "readme.txt", b"full base, 2025\n")?;
    for part in 0..PARTS {
        let people = people(seed, rows).filter(|person| person.number % PARTS == part);
        let name = format!("data/part-{part}.csv.gz");
        add(&mut inner, &name, &table(people)?)?;
        add(
            &mut inner,
            &format!("__MACOSX/data/._part-{part}.csv.gz"),
            b"\0\x05\x16\x07",
        )?;
    }
    let inner = inner.into_inner()?;
    let mut archive = ArchiveWriter::create(path).map_err(io::Error::other)?;
    let entry = ArchiveEntry::new_file("data.tar");
    let pushed = archive.push_archive_entry(entry, Some(&inner[..]));
    pushed.map_err(io::Error::other)?;
    archive.finish()?;
    Ok(())
}

fn add(archive: &mut tar::Builder<Vec<u8>>, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes.len() as u64);
    header.set_mode(0o644);
    archive.append_data(&mut header, name, bytes)
}

fn table(people: impl Iterator<Item = Person>) -> io::Result<Vec<u8>> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(b"iin,full_name,phone,email\n")?;
    for Person {
        iin,
        name,
        phone,
        email,
        ..
    } in people
    {
        writeln!(out, "{iin},{name},{phone},{email}")?;
    }
    out.finish()
}
