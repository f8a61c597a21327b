//! Who is in this list of accounts? Pairs of account and password, lines of stealers, which also have a page, and
//! blocks of labelled lines. Each line is read as it is written: lists are pasted together.

mod account;
mod block;
mod label;
mod line;
mod page;

use std::collections::BTreeMap;
use std::io::Read;

use crate::ingest::describe::columns::{Column, Columns};
use crate::ingest::describe::description::ColumnEntry;
use crate::ingest::describe::resolve::FileRules;
use crate::ingest::error::Failure;
use crate::ingest::record_builder::RecordBuilder;
use crate::ingest::tally::{Passage, Reason};
use crate::ingest::text::cells::text_of;
use crate::ingest::text::lines;
use crate::ingest::text::preamble::skip_lines;
use crate::ingest::text::window::Window;
use block::{Block, Step};

use exposure_index::identifier::Kind;
pub(in crate::ingest) use line::separator;

/// Bytes of a list that show whether it is written in blocks.
const HEAD: usize = 64 << 10;

/// Kinds that name accounts.
const ACCOUNTS: [Kind; 4] = [Kind::Email, Kind::Phone, Kind::Iin, Kind::Login];

/// The accounts and the password of one line or block.
#[derive(Debug, Default, PartialEq, Eq)]
struct Entry<'l> {
    /// Accounts, each once; an e-mail address is never part of the password.
    accounts: Vec<&'l str>,
    password: Option<&'l str>,
    /// Whether their page is present.
    has_page: bool,
}

/// The implicit columns of a combo list: each kind of account, and the password.
pub(in crate::ingest) fn columns() -> BTreeMap<String, ColumnEntry> {
    let account = |kind: Kind| {
        let entry = ColumnEntry {
            identifier: Some(kind),
            ..ColumnEntry::default()
        };
        (kind.to_string(), entry)
    };
    let password = ColumnEntry {
        password: true,
        ..ColumnEntry::default()
    };
    let accounts = ACCOUNTS.map(account).into_iter();
    accounts
        .chain([("password".to_owned(), password)])
        .collect()
}

/// Reads a list of accounts and passwords, one account per line or block of lines. A password is counted as leaked and
/// not read further.
pub(in crate::ingest) fn read(
    window: &mut Window<impl Read>,
    rules: &FileRules,
    builder: &mut RecordBuilder<'_>,
) -> Result<(), Failure> {
    skip_lines(window, rules.entry.skip.unwrap_or(0), builder)?;
    let stated = rules.entry.delimiter.map(|delimiter| delimiter.to_string());
    let has_header = rules.entry.header.unwrap_or(false);
    builder.has_header(has_header);
    let mut list = List {
        columns: &rules.columns,
        separator: stated.as_deref(),
        block: Block::new(is_in_blocks(window.peek(HEAD)?)),
        is_first: rules.entry.header.is_none(),
    };
    lines::each(window, has_header, builder, |number, text, builder| {
        list.line(number, text, builder)
    })?;
    list.end_block(builder)
}

/// Returns whether a list with this beginning is written in blocks, in which labels need no blank after them.
pub(in crate::ingest) fn is_in_blocks(head: &[u8]) -> bool {
    let head = &head[..head.len().min(HEAD)];
    let lines = head.split(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = lines
        .filter(|line| !line.trim_ascii().is_empty())
        .take(1_000);
    let (mut all, mut accounts, mut passwords, mut others) = (0, 0, 0, 0);
    for line in lines {
        all += 1;
        match label::labelled(&text_of(line), true) {
            Some((label::Label::Account, _)) => accounts += 1,
            Some((label::Label::Password, _)) => passwords += 1,
            Some(_) => others += 1,
            None => others += usize::from(label::is_rule(&text_of(line))),
        }
    }
    accounts > 0 && passwords > 0 && (accounts + passwords + others) * 2 > all
}

/// A list being read.
struct List<'r> {
    columns: &'r Columns,
    /// Separator after a login, if stated.
    separator: Option<&'r str>,
    block: Block,
    /// Whether the next line may name the fields.
    is_first: bool,
}

impl List<'_> {
    fn line(
        &mut self,
        number: u64,
        text: &[u8],
        builder: &mut RecordBuilder<'_>,
    ) -> Result<(), Failure> {
        let line = text_of(text);
        let line = line.trim_start_matches('\u{feff}');
        if std::mem::take(&mut self.is_first) && label::names_fields(line) {
            builder.pass_over(number, Passage::Preamble, text);
            return Ok(());
        }
        match self.block.step(number, line) {
            Step::Taken => Ok(()),
            Step::TakenIntoNext => {
                self.end_block(builder)?;
                self.block.take(number, line);
                Ok(())
            }
            Step::PassedOver { ends } => {
                if ends {
                    self.end_block(builder)?;
                }
                builder.pass_over(number, Passage::Comment, text);
                Ok(())
            }
            Step::NotLabelled => {
                self.end_block(builder)?;
                match line::entry(&line::unquoted(line), self.separator) {
                    Some(entry) => self.record(&entry, builder),
                    None => builder.reject_row(number, Reason::WrongColumnCount, text),
                }
            }
        }
    }

    fn end_block(&mut self, builder: &mut RecordBuilder<'_>) -> Result<(), Failure> {
        let block = self.block.end();
        match (block.entry(), block.page_alone()) {
            (Some(entry), _) => self.record(&entry, builder),
            (None, Some((line, page))) => {
                builder.pass_over(line, Passage::Comment, page.as_bytes());
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    fn record(&self, entry: &Entry<'_>, builder: &mut RecordBuilder<'_>) -> Result<(), Failure> {
        for account in &entry.accounts {
            let kind = account::kind(account);
            for column in self.columns.0.iter().filter(|column| is(column, kind)) {
                builder.cell(column, account);
            }
        }
        let passwords = self.columns.0.iter().filter(|column| column.is_password);
        for (column, password) in passwords.zip(entry.password) {
            builder.cell(column, password);
        }
        builder.end_record()
    }
}

fn is(column: &Column, kind: Kind) -> bool {
    column.identifier == Some(kind)
}

/// What a line shows about its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Seen {
    /// A line that begins with an address or a number, and continues with a password.
    Account,
    /// A page, an account and a password, or a line of a block.
    WithPage,
    Other,
}

/// Returns what a line shows about its list, which may be written in blocks.
pub(in crate::ingest) fn seen(line: &[u8], is_in_blocks: bool) -> Seen {
    let line = text_of(line);
    if label::labelled(&line, is_in_blocks).is_some() || label::is_rule(&line) {
        return Seen::WithPage;
    }
    let line = line::unquoted(&line);
    let entry = line::entry(&line, None).filter(|entry| entry.password.is_some());
    match entry {
        Some(entry) if entry.has_page => Seen::WithPage,
        Some(_) if separator(line.as_bytes()).is_some() => Seen::Account,
        _ => Seen::Other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::tests::{classes, read_folder};

    const ENTRY: &str = "path = \"a.csv\"\nformat = \"combo\"";

    /// The identifiers that are found, and the counts of rows and rejected rows.
    fn found(list: &str) -> (Vec<String>, u64, u64) {
        let (collected, tally) = read_folder(ENTRY, &[("a.csv", list.as_bytes())]);
        (collected.values(), tally.rows, tally.rejected_rows)
    }

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
    fn a_header_is_passed_over_where_one_is_stated_or_names_the_fields() {
        let entry = format!("{ENTRY}\nheader = true\ndelimiter = \";\"");
        let (collected, tally) = read_folder(&entry, &[("a.csv", b"x;y\nivan:1;x\n")]);
        assert_eq!(
            (collected.values(), tally.rows),
            (vec!["ivan:1".to_owned()], 1)
        );
        for header in ["login:password", "URL|Username|Password", "Почта;Пароль"] {
            let (collected, tally) = read_folder(
                ENTRY,
                &[("a.csv", format!("{header}\nivan_1:x\n").as_bytes())],
            );
            assert_eq!(collected.values(), ["ivan_1"], "{header}");
            assert_eq!(tally.passed_over[&Passage::Preamble].passages, 1);
        }
    }

    #[test]
    fn blocks_of_labelled_lines_are_read_by_whatever_program_they_were_written() {
        for list in [
            "URL: https://x.example.kz/\nUsername: a@example.kz\nPassword: p\nApplication: Chrome\n===============\n\
             URL: https://y.example.kz\nUsername: ivan_1\nPassword: q\nApplication: Chrome\n===============\n",
            "Soft: Chrome\nHost: https://x.example.kz\nLogin: a@example.kz\nPassword: p\n\n\
             Soft: Edge\nHost: https://y.example.kz\nLogin: ivan_1\nPassword: q\n",
            "SOFT:\tChrome\r\nURL:\thttps://x\r\nUSER:\ta@example.kz\r\nPASS:\tp\r\n\
             SOFT:\tChrome\r\nURL:\thttps://y\r\nUSER:\tivan_1\r\nPASS:\tq\r\n",
            "URL:https://x\nUsername:a@example.kz\nPassword:p\n\nURL:https://y\nUsername:ivan_1\nPassword:q\n",
            "Сайт: https://x\nЛогин: a@example.kz\nПароль: p\n\nСайт: https://y\nЛогин: ivan_1\nПароль: q\n",
            "Сілтеме: x\nПайдаланушы аты: a@example.kz\nҚұпия сөз: p\nСілтеме: y\nПайдаланушы аты: ivan_1\nҚұпия сөз: q\n",
            "==========\nURL               : https://x\nWeb Browser       : Chrome\nUser Name         : a@example.kz\n\
             Password          : p\nPassword Strength : Strong\nUser Name Field   : login\nPassword Field    : passwd\n==========\n\
             ==========\nURL               : https://y\nUser Name         : ivan_1\nPassword          : q\n==========\n",
            "URL: https://x Username: a@example.kz Password: p\nURL: https://y | Username: ivan_1 | Password: q\n",
            "1) URL - https://x\nLogin - a@example.kz\nPassword - p\n2) URL - https://y\nLogin - ivan_1\nPassword - q\n",
        ] {
            let (collected, tally) = read_folder(ENTRY, &[("a.csv", list.as_bytes())]);
            assert_eq!(collected.values(), ["a@example.kz", "ivan_1"], "{list}");
            assert_eq!(
                (tally.rows, tally.rejected_rows, tally.missed()),
                (2, 0, 0),
                "{list}"
            );
            let with_password = classes(ENTRY, &["usernames", "passwords"]);
            assert_eq!(collected.records[1].1, with_password, "{list}");
        }
    }

    #[test]
    fn other_lines_of_a_block_are_passed_over_and_counted() {
        let list =
            "URL: https://x\nUsername: ivan_1\nPassword: q\nName: a@example.kz\n\nURL: https://y\n";
        let (collected, tally) = read_folder(ENTRY, &[("a.csv", list.as_bytes())]);
        assert_eq!(collected.values(), ["ivan_1"]);
        assert_eq!((tally.rows, tally.missed()), (1, 1));
    }

    #[test]
    fn accounts_called_like_labels_are_accounts() {
        assert_eq!(
            found("ivan_1:x\nuser:123456\nlogin:qwerty\n").0,
            ["ivan_1", "user", "login"]
        );
    }

    #[test]
    fn separators_and_layouts_change_from_line_to_line() {
        let list = "[1] a1@example.kz:x\na2@example.kz;p:q\na3@example.kz|p;q\na4@example.kz\tx\na5@example.kz x y\n\
            https://x.example.kz/a:a6@example.kz:x\na7@example.kz:x:https://x.example.kz\na8@example.kz----x\n\
            URL: https://x\nLogin: a9@example.kz\nPassword: x\n";
        let expected: Vec<String> = (1..10).map(|n| format!("a{n}@example.kz")).collect();
        assert_eq!(found(list), (expected, 9, 0));
    }

    proptest! {
        #[test]
        fn an_address_is_found_wherever_it_is_and_is_in_no_login(
            separators in prop::collection::vec(prop::sample::select(vec![":", "|", ";", "\t", " : ", " | "]), 2),
            place in 0..3_usize,
            page in prop::sample::select(vec!["https://x.example.kz/login", "http://10.0.0.1:8080/a:b", "android://a-b_c==@kz.example.app/", "x.example.kz/a"]),
            password in "[a-zA-Z0-9!#$%*_]{1,12}",
        ) {
            let mut fields = vec!["user7@example.kz", &password];
            fields.insert(place, page);
            let line = format!("{}{}{}{}{}\n", fields[0], separators[0], fields[1], separators[1], fields[2]);
            let (found, rows, _) = found(&line);
            prop_assert_eq!(rows, 1);
            prop_assert!(found.contains(&"user7@example.kz".to_owned()), "{line}: {found:?}");
            prop_assert!(found.len() == 1, "{line}: {found:?}");
        }

        #[test]
        fn any_list_is_read_to_its_end(list in "([a-z]{1,3}|[:;|\t =@./\n-]|https://|URL: |Login: |Password:|87090000001){0,40}") {
            let lines = list.lines().filter(|line| !line.trim().is_empty()).count() as u64;
            let (_, rows, rejected) = found(&list);
            prop_assert!(rows <= lines && rejected <= rows);
        }
    }
}
