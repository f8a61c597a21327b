//! How do programs write SQL?

use std::io::{self, Write};

use super::person::{Person, grouped};

type People<'p> = &'p mut dyn Iterator<Item = Person>;

/// Number of rows in an INSERT.
const ROWS: u64 = 500;

/// Two tables, the second without people.
pub(super) fn php_my_admin(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"-- phpMyAdmin SQL Dump\n-- version 5.2.1\n-- https://www.phpmyadmin.net/\n\n\
          SET SQL_MODE = \"NO_AUTO_VALUE_ON_ZERO\";\n/*!40101 SET NAMES utf8mb4 */;\n\n\
          CREATE TABLE `clients` (\n  `id` int(11) NOT NULL,\n  `fio` varchar(255) DEFAULT NULL,\n  \
          `iin` char(12) DEFAULT NULL,\n  `phone` varchar(32) DEFAULT NULL,\n  `email` varchar(255) DEFAULT NULL,\n  \
          `address` text,\n  `description` text\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n",
    )?;
    for (rows, person) in (0..).zip(people) {
        let before = match rows % ROWS {
            0 if rows == 0 => {
                "\nINSERT INTO `clients` (`id`, `fio`, `iin`, `phone`, `email`, `address`, `description`) VALUES\n"
            }
            0 => {
                ";\nINSERT INTO `clients` (`id`, `fio`, `iin`, `phone`, `email`, `address`, `description`) VALUES\n"
            }
            _ => ",\n",
        };
        let description = match person.number % 3 {
            _ if person.has_note() => {
                let other = grouped(&person.other_phone);
                format!("'доставка к подъезду, второй телефон {other}'")
            }
            0 => "NULL".to_owned(),
            _ => "'оплатил картой, скидка 5 %'".to_owned(),
        };
        let Person {
            number,
            name,
            iin,
            phone,
            email,
            address,
            ..
        } = &person;
        let id = number + 1;
        write!(
            out,
            "{before}({id}, '{name}', '{iin}', '{phone}', '{email}', '{address}', {description})"
        )?;
    }
    out.write_all(
        b";\n\nCREATE TABLE `settings` (`name` varchar(64), `value` text);\n\
          INSERT INTO `settings` (`name`, `value`) VALUES ('currency', 'KZT'), ('theme', 'dark');\n\
          ALTER TABLE `clients`\n  ADD PRIMARY KEY (`id`);\nCOMMIT;\n",
    )
}

/// One table by `COPY`.
pub(super) fn pg_dump(people: People<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(
        b"--\n-- PostgreSQL database dump\n--\n\nSET client_encoding = 'UTF8';\n\n\
          CREATE TABLE public.clients (\n    id bigint NOT NULL,\n    full_name text,\n    iin character(12),\n    \
          phone text,\n    email text,\n    id_card text,\n    birth_date date\n);\n\n\
          COPY public.clients (id, full_name, iin, phone, email, id_card, birth_date) FROM stdin;\n",
    )?;
    for person in people {
        let (id, born) = (person.number + 1, person.birth_date());
        let (day, month, year) = (&born[..2], &born[3..5], &born[6..]);
        let Person {
            name,
            iin,
            phone,
            email,
            id_card,
            ..
        } = &person;
        writeln!(
            out,
            "{id}\t{name}\t{iin}\t{phone}\t{email}\t{id_card}\t{year}-{month}-{day}"
        )?;
    }
    out.write_all(b"\\.\n\n--\n-- PostgreSQL database dump complete\n--\n")
}
