use std::collections::BTreeMap;
use std::io::Read;

use super::columns::{Column, Columns};
use super::description::{ColumnEntry, Delimiter};
use super::error::Failure;
use super::intake::Intake;
use super::lines;
use super::recover;
use super::resolve::FileRules;
use super::tally::Reason;
use super::window::Window;
use crate::identifier::{Kind, normalise};

/// What may stand between account and password.
const SEPARATORS: &[u8] = b":;|\t ";

/// How much of a list tells its separator, in bytes.
const HEAD: usize = 64 << 10;

/// What accounts are named by.
const ACCOUNTS: [Kind; 4] = [Kind::Email, Kind::Phone, Kind::Iin, Kind::Login];

/// The columns that a combo list has without any being named: each kind of account, and the password.
pub(super) fn columns() -> BTreeMap<String, ColumnEntry> {
    let account = |kind: Kind| {
        let entry = ColumnEntry {
            identifier: Some(kind),
            class: None,
            password: false,
        };
        (kind.to_string(), entry)
    };
    let password = ColumnEntry {
        identifier: None,
        class: None,
        password: true,
    };
    let accounts = ACCOUNTS.map(account).into_iter();
    accounts
        .chain([("password".to_owned(), password)])
        .collect()
}

/// Reads a list of accounts and passwords, an account a line. A password is counted as leaked and looked at no further.
pub(super) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    intake: &mut Intake<'_>,
) -> Result<(), Failure> {
    let separator = match rules.entry.delimiter {
        Some(Delimiter(separator)) => separator,
        None => separator(window.peek(HEAD)?),
    };
    let has_header = rules.entry.header.unwrap_or(false);
    intake.has_header(has_header);
    lines::each(
        window,
        has_header,
        intake,
        |number, text, intake| match split(text, separator) {
            Some((account, password)) => {
                record(account, password, &rules.columns, intake);
                intake.end_record()
            }
            None => intake.reject_row(number, Reason::WrongColumnCount, text),
        },
    )
}

/// Account and password; the password may hold the separator, too.
fn split(line: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let place = memchr::memchr(separator, line)?;
    (place > 0).then(|| (&line[..place], &line[place + 1..]))
}

/// Whether a line begins with an address or number, and goes on with a password.
pub(super) fn begins_with_number_or_address(line: &[u8], separator: u8) -> bool {
    let account = split(line, separator).map(|(account, _)| String::from_utf8_lossy(account));
    account.is_some_and(|account| kind(&account) != Kind::Login)
}

fn record(account: &[u8], password: &[u8], columns: &Columns, intake: &mut Intake<'_>) {
    let account = String::from_utf8_lossy(account);
    let kind = kind(&account);
    for column in &columns.0 {
        match column.identifier {
            None => intake.cell(column, &String::from_utf8_lossy(password)),
            Some(_) if is(column, kind) => intake.cell(column, &account),
            Some(_) => {}
        }
    }
}

fn is(column: &Column, kind: Kind) -> bool {
    column.identifier == Some(kind)
}

/// What an account is named by: what certainly is an address or number, or else a login.
fn kind(account: &str) -> Kind {
    let is = |kind: Kind| normalise(kind, account).is_ok();
    if account.contains('@') && is(Kind::Email) {
        return Kind::Email;
    }
    // Ten digits are a phone number's here more likely than a login's.
    let ten = account.len() == 10 && account.bytes().all(|byte| byte.is_ascii_digit());
    let number = if ten {
        format!("8{account}")
    } else {
        account.to_owned()
    };
    let mut found = Vec::new();
    recover::search(number.as_bytes(), &mut found);
    match found.as_slice() {
        [one] if matches!(one.kind(), Kind::Iin | Kind::Phone) && is(one.kind()) => one.kind(),
        _ => Kind::Login,
    }
}

/// The separator before which the most lines have an address or number, or else before which the most have anything.
pub(super) fn separator(head: &[u8]) -> u8 {
    let lines: Vec<&[u8]> = head
        .split(|byte| matches!(byte, b'\n' | b'\r'))
        .take(1000)
        .collect();
    let score = |separator: u8| {
        let accounts = lines
            .iter()
            .filter_map(|line| Some(split(line, separator)?.0));
        let known = accounts
            .clone()
            .filter(|account| kind(&String::from_utf8_lossy(account)) != Kind::Login);
        (known.count(), accounts.count())
    };
    let best = SEPARATORS
        .iter()
        .rev()
        .copied()
        .max_by_key(|separator| score(*separator));
    best.unwrap_or(b':')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::{classes, read_folder};

    const ENTRY: &str = "path = \"a.csv\"\nformat = \"combo\"";

    #[test]
    fn each_line_s_account_is_known_by_its_form() {
        let list = "a@example.kz:secret\n+7 709 000 00 01:x:y\n87090000002:z\n7090000003:z\n360323258530:p\nIvan_1:\nx\n\n:q\n";
        let (collected, tally) = read_folder(ENTRY, &[("a.csv", list.as_bytes())]);
        assert_eq!(
            collected.values(),
            [
                "a@example.kz",
                "+77090000001",
                "+77090000002",
                "+77090000003",
                "360323258530",
                "ivan_1"
            ]
        );
        assert_eq!((tally.rows, tally.rejected_rows), (8, 2));
        let with_password = classes(ENTRY, &["email-addresses", "passwords"]);
        assert_eq!(collected.records[0].1, with_password);
        assert_eq!(collected.records[5].1, classes(ENTRY, &["usernames"]));
    }

    #[test]
    fn the_separator_is_the_one_behind_the_accounts() {
        assert_eq!(separator(b"a@example.kz:p;w\nb@example.kz:x|y\n"), b':');
        assert_eq!(separator(b"a@example.kz;p:w\nb@example.kz;x:y\n"), b';');
        assert_eq!(separator(b"+77090000001|a\nb@example.kz|c"), b'|');
        assert_eq!(separator(b"ivan\tx:\nolga\ty"), b'\t');
        assert_eq!(separator(b"a@example.kz p w\nivan q"), b' ');
        assert_eq!(separator(b""), b':');
    }

    #[test]
    fn a_header_is_passed_over_where_one_is_stated() {
        let entry = format!("{ENTRY}\nheader = true\ndelimiter = \";\"");
        let (collected, tally) = read_folder(&entry, &[("a.csv", b"login;password\nivan:1;x\n")]);
        assert_eq!(
            (collected.values(), tally.rows),
            (vec!["ivan:1".to_owned()], 1)
        );
    }
}
