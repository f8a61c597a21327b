//! Which keys does `breach.toml` have, and which values may they have?

use exposure_index::breach::{BreachId, CLASSES, DataClass, PartialDate, REASONS, Status, Warning};
use exposure_index::identifier::Kind;
use jiff::Timestamp;
use toml::de::{DeTable, DeValue};

use super::{Dialect, Encoding, Format, MemberPattern, PLACEHOLDER, Share, word};
use crate::ingest::did_you_mean;
use crate::ingest::nearest;
use crate::ingest::text::separators::Delimiter;

const DAY: i64 = 86_400;

/// A fault and its byte offset in the text.
pub(super) struct Complaint {
    pub(super) start: usize,
    pub(super) message: String,
}

/// A key and its allowed values.
pub(super) struct Key {
    pub(super) name: &'static str,
    /// The expectation, as the end of a sentence.
    is: &'static str,
    fits: fn(&DeValue<'_>) -> bool,
    /// The nearest allowed word, if the value is one of a list.
    nearest: fn(&str) -> Option<String>,
}

const fn key(name: &'static str, is: &'static str, fits: fn(&DeValue<'_>) -> bool) -> Key {
    Key {
        name,
        is,
        fits,
        nearest: |_| None,
    }
}

const fn word_of(
    name: &'static str,
    is: &'static str,
    fits: fn(&DeValue<'_>) -> bool,
    nearest: fn(&str) -> Option<String>,
) -> Key {
    Key {
        name,
        is,
        fits,
        nearest,
    }
}

const DATE: &str = "a date in quotes, YYYY, YYYY-MM or YYYY-MM-DD, that is not in the future";
const IN_LANGUAGES: &str = "a table of texts in three languages: kk, ru and en";
const BOOLEAN: &str = "true or false, without quotes";
const TEXT: &str = "a text in quotes";

/// The keys above every `[[file]]`.
pub(super) static HEAD: [Key; 17] = [
    key(
        "id",
        "a short name of 1 to 64 characters a-z, 0-9, . and -, such as \"residents-2025\"",
        |value| text(value).is_some_and(|text| BreachId::try_from(text.to_owned()).is_ok()),
    ),
    key("date", DATE, is_date),
    key("added", DATE, is_date),
    key("corrected", DATE, is_date),
    word_of(
        "status",
        "one of confirmed, reported, unverified and fabricated",
        |value| {
            Status::ALL
                .iter()
                .any(|status| text(value) == Some(status.name()))
        },
        |text| near(text, &Status::ALL.map(|status| status.name().to_owned())),
    ),
    key("sensitive", BOOLEAN, is_boolean),
    key(
        "records",
        "a number without quotes, such as 16300000: how many were claimed",
        |value| count(value).is_some(),
    ),
    key(
        "source",
        "an address that begins with https://, where people can read about it",
        |value| text(value).is_some_and(is_address),
    ),
    key("title", IN_LANGUAGES, is_table),
    key("summary", IN_LANGUAGES, is_table),
    key(
        "type",
        "\"leak\", or \"warning\" for a warning list",
        |value| [Some("leak"), Some(WARNING)].contains(&text(value)),
    ),
    key("publisher", IN_LANGUAGES, is_table),
    key("legal_basis", IN_LANGUAGES, is_table),
    key(
        "appeal",
        "an address that begins with https://, where an entry of a warning list is contested",
        |value| text(value).is_some_and(|text| text.starts_with("https://") && is_address(text)),
    ),
    key("reasons", REASONS_LISTED, is_reasons),
    key(
        "valid_for",
        "a number of days without quotes, from 1 to 1500: how long an entry of a warning list holds",
        |value| {
            count(value).is_some_and(|days| (1..=Warning::MAX_VALID_FOR.into()).contains(&days))
        },
    ),
    key(
        "file",
        "written [[file]], in two brackets: there may be several",
        is_list,
    ),
];

/// The keys with a text in each language.
pub(super) const TEXTS: [&str; 4] = ["title", "summary", "publisher", "legal_basis"];

/// The `type` of a warning list.
const WARNING: &str = "warning";

/// The keys of warning lists, which no leak has.
pub(super) const OF_WARNING: [&str; 4] = ["publisher", "legal_basis", "appeal", "valid_for"];

/// Whether a head is a warning list's.
pub(super) fn is_warning(head: &DeTable<'_>) -> bool {
    let list_type = head.get("type");
    list_type.and_then(|value| text(value.get_ref())) == Some(WARNING)
}

const REASONS_LISTED: &str = "a list in quotes, each of financial-pyramid, fraud-call, fraud-wallet, mule-account, \
     phishing-site, spoofed-number, unlicensed-crypto-exchange and unlicensed-lender";

/// The keys of the texts in three languages.
pub(super) static LANGUAGES: [Key; 3] = [
    key("kk", TEXT, is_text),
    key("ru", TEXT, is_text),
    key("en", TEXT, is_text),
];

/// The keys of a `[[file]]`.
static FILE: [Key; 15] = [
    key(
        "path",
        "a path in quotes, which may be a glob, or the paths of a file's volumes in a list",
        is_path,
    ),
    key(
        "member",
        "a pattern for members of archives in quotes, such as \"*.csv\"",
        |value| text(value).is_some_and(|text| MemberPattern::try_from(text.to_owned()).is_ok()),
    ),
    word_of(
        "format",
        "one of csv, jsonl, json, sql, dbf, xml, html, spreadsheetml, xlsx, xlsb, xls, ods, sqlite, access, cronos, bson, fixed, combo and text",
        |value| Format::ALL.iter().any(|format| is_word(value, format)),
        |text| near(text, &Format::ALL.map(word)),
    ),
    key(
        "delimiter",
        "one to eight bytes in quotes, such as \";\", \"\\t\" or \"~|~\", without quote and line end",
        |value| text(value).is_some_and(|text| Delimiter::of(text).is_some()),
    ),
    word_of(
        "encoding",
        "one of utf-8, utf-16le, utf-16be, windows-1251, kz-1048, ibm866, koi8-r, koi8-u, iso-8859-5 and mac-cyrillic",
        |value| text(value).is_some_and(|text| text.parse::<Encoding>().is_ok()),
        |text| near(text, &Encoding::ALL.map(word)),
    ),
    key("header", BOOLEAN, is_boolean),
    key(
        "skip",
        "a number of lines without quotes, such as 2",
        |value| count(value).is_some(),
    ),
    key("quote", MARK, is_mark),
    key("escape", MARK, is_mark),
    word_of(
        "dialect",
        "mysql or postgresql",
        |value| Dialect::ALL.iter().any(|dialect| is_word(value, dialect)),
        |text| near(text, &Dialect::ALL.map(word)),
    ),
    key("table", TEXT, is_text),
    key("sheet", TEXT, is_text),
    key(
        "max_rejects",
        "a share in quotes, such as \"20%\"",
        |value| text(value).is_some_and(|text| text.parse::<Share>().is_ok()),
    ),
    key(
        "classes",
        "a list of data classes in quotes, each of those that tekser-indexer inspect --help lists",
        is_classes,
    ),
    key("columns", "a table, [file.columns]", |value| {
        value.is_table()
    }),
];

const MARK: &str =
    "one character in quotes that is an ASCII sign, neither letter nor digit; or false";

/// The keys of a column.
static COLUMN: [Key; 11] = [
    word_of(
        "identifier",
        "one of iin, phone, email, id_card, passport, iban, card, plate, login, site, company, wallet and handle",
        |value| text(value).is_some_and(|text| text.parse::<Kind>().is_ok()),
        |text| near(text, &Kind::ALL.map(|kind| kind.name().to_owned())),
    ),
    word_of(
        "class",
        "one of the data classes that tekser-indexer inspect --help lists",
        |value| text(value).is_some_and(|text| CLASSES.contains(&text)),
        |text| {
            let other = DataClass::by_other_name(text).map(str::to_owned);
            other.or_else(|| nearest(text, CLASSES.iter().copied()).map(str::to_owned))
        },
    ),
    key("password", BOOLEAN, is_boolean),
    key("text", BOOLEAN, is_boolean),
    key(
        "reason",
        "a table of reasons by what the file writes for them, such as { \"P1\" = \"phishing-site\" }",
        is_reason_table,
    ),
    key("listed", BOOLEAN, is_boolean),
    key("removed", BOOLEAN, is_boolean),
    key("stix_pattern", BOOLEAN, is_boolean),
    key("value", BOOLEAN, is_boolean),
    key(
        "kind",
        "a table of kinds by what the file writes for them, such as { \"btc\" = \"wallet\" }",
        is_kind_table,
    ),
    key("only", TEXT, is_text),
];

/// Returns the first fault of a `breach.toml`.
pub(super) fn check(document: &DeTable<'_>) -> Option<Complaint> {
    let mut complaints = Complaints::default();
    complaints.table(&HEAD, "breach.toml", document);
    complaints.of_type(document);
    for name in TEXTS {
        if let Some(texts) = document
            .get(name)
            .and_then(|texts| texts.get_ref().as_table())
        {
            complaints.table(&LANGUAGES, &format!("[{name}]"), texts);
        }
    }
    let files = document
        .get("file")
        .and_then(|files| files.get_ref().as_array());
    for file in files.into_iter().flat_map(|files| files.iter()) {
        match file.get_ref().as_table() {
            Some(table) => complaints.file(table, file.span().start),
            None => complaints.add(file.span().start, "[[file]] is a table".to_owned()),
        }
    }
    complaints
        .0
        .into_iter()
        .min_by_key(|complaint| complaint.start)
}

#[derive(Default)]
struct Complaints(Vec<Complaint>);

impl Complaints {
    fn add(&mut self, start: usize, message: String) {
        self.0.push(Complaint { start, message });
    }

    /// A leak has no key of a warning list, and a warning list is not sensitive.
    fn of_type(&mut self, head: &DeTable<'_>) {
        let is_warning = is_warning(head);
        for (name, value) in head {
            let name_of: &str = name.get_ref();
            if !is_warning && (OF_WARNING.contains(&name_of) || name_of == "reasons") {
                let message = format!("`{name_of}` is a key of a warning list, type = \"warning\"");
                self.add(name.span().start, message);
            }
            if is_warning && name_of == "sensitive" && value.get_ref().as_bool() != Some(false) {
                let message = "a warning list cannot be sensitive: nobody could look it up";
                self.add(name.span().start, message.to_owned());
            }
        }
    }

    fn file(&mut self, file: &DeTable<'_>, start: usize) {
        self.table(&FILE, "[[file]]", file);
        if file.get("path").is_none() {
            self.add(start, "a [[file]] has no path".to_owned());
        }
        let columns = file
            .get("columns")
            .and_then(|columns| columns.get_ref().as_table());
        for (name, column) in columns.into_iter().flatten() {
            match column.get_ref().as_table() {
                Some(entry) => self.table(&COLUMN, &format!("column {:?}", name.get_ref()), entry),
                None => self.add(name.span().start, no_column(name.get_ref())),
            }
        }
    }

    /// Checks the keys of a table. Placeholders are allowed.
    fn table(&mut self, keys: &[Key], place: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let known = keys.iter().find(|key| key.name == name.get_ref());
            match known {
                None => self.add(name.span().start, unknown(keys, name.get_ref(), place)),
                Some(key) if !key.allows(value.get_ref()) => {
                    let message = key.misfit(value.get_ref(), place);
                    self.add(name.span().start, message);
                }
                Some(_) => {}
            }
        }
    }
}

impl Key {
    fn allows(&self, value: &DeValue<'_>) -> bool {
        (self.fits)(value) || self.may_be_open() && is_placeholder(value)
    }

    /// Returns whether only a person can know its value.
    fn may_be_open(&self) -> bool {
        let of_people = HEAD.iter().chain(&LANGUAGES);
        let mut names = of_people.map(|key| key.name).filter(|name| *name != "file");
        names.any(|name| name == self.name)
    }

    fn misfit(&self, value: &DeValue<'_>, place: &str) -> String {
        let nearest = text(value).and_then(self.nearest);
        let (name, is) = (self.name, self.is);
        let place = match place {
            "breach.toml" => String::new(),
            place => format!(" of {place}"),
        };
        format!(
            "`{name}`{place} is {is}{}",
            did_you_mean(nearest.as_deref())
        )
    }
}

fn unknown(keys: &[Key], name: &str, place: &str) -> String {
    let names: Vec<&str> = keys.iter().map(|key| key.name).collect();
    let nearest = nearest(name, names.iter().copied());
    let keys = match nearest {
        Some(_) => did_you_mean(nearest),
        None => format!("; its keys are {}", names.join(", ")),
    };
    format!("unknown key `{name}` in {place}{keys}")
}

/// The message about a column that is not described by a table.
fn no_column(name: &str) -> String {
    let hint = match FILE.iter().any(|key| key.name == name) {
        true => "; if it is a key of [[file]], write it above [file.columns]",
        false => "",
    };
    format!(
        "column {name:?} is {{ identifier = \"…\" }}, {{ class = \"…\" }} or {{ password = true }}{hint}"
    )
}

fn near(written: &str, words: &[String]) -> Option<String> {
    nearest(written, words.iter().map(String::as_str)).map(str::to_owned)
}

/// Returns whether a value is the placeholder that `inspect` drafts for values that only a person knows.
pub(super) fn is_placeholder(value: &DeValue<'_>) -> bool {
    text(value) == Some(PLACEHOLDER)
}

fn is_word(value: &DeValue<'_>, wanted: impl serde::Serialize) -> bool {
    text(value).is_some_and(|text| text == word(wanted))
}

pub(super) fn text<'v>(value: &'v DeValue<'_>) -> Option<&'v str> {
    value.as_str()
}

fn is_boolean(value: &DeValue<'_>) -> bool {
    value.is_bool()
}

fn is_table(value: &DeValue<'_>) -> bool {
    value.is_table()
}

fn is_list(value: &DeValue<'_>) -> bool {
    value.is_array()
}

fn is_classes(value: &DeValue<'_>) -> bool {
    let is_class = |value: &DeValue<'_>| text(value).is_some_and(|text| CLASSES.contains(&text));
    let classes = value.as_array();
    classes.is_some_and(|classes| classes.iter().all(|class| is_class(class.get_ref())))
}

fn is_reason(value: &DeValue<'_>) -> bool {
    text(value).is_some_and(|text| REASONS.contains(&text))
}

fn is_reasons(value: &DeValue<'_>) -> bool {
    let reasons = value.as_array();
    reasons.is_some_and(|all| !all.is_empty() && all.iter().all(|one| is_reason(one.get_ref())))
}

fn is_reason_table(value: &DeValue<'_>) -> bool {
    let reasons = value.as_table();
    reasons
        .is_some_and(|all| !all.is_empty() && all.iter().all(|(_, one)| is_reason(one.get_ref())))
}

fn is_kind_table(value: &DeValue<'_>) -> bool {
    let is_kind =
        |value: &DeValue<'_>| text(value).is_some_and(|text| text.parse::<Kind>().is_ok());
    let kinds = value.as_table();
    kinds.is_some_and(|all| !all.is_empty() && all.iter().all(|(_, one)| is_kind(one.get_ref())))
}

fn is_text(value: &DeValue<'_>) -> bool {
    text(value).is_some_and(|text| !text.trim().is_empty())
}

/// A number that is not negative.
pub(super) fn count(value: &DeValue<'_>) -> Option<u64> {
    let number = value.as_integer()?;
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// A date that is not later than tomorrow: somewhere it is tomorrow already.
fn is_date(value: &DeValue<'_>) -> bool {
    let date = text(value).and_then(|text| text.parse::<PartialDate>().ok());
    let tomorrow = Timestamp::from_second(Timestamp::now().as_second() + DAY);
    match (date, tomorrow) {
        (Some(date), Ok(tomorrow)) => date.first_moment() <= tomorrow.to_string(),
        (date, Err(_)) => date.is_some(),
        (None, Ok(_)) => false,
    }
}

fn is_address(text: &str) -> bool {
    let host = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| host.starts_with(char::is_alphanumeric) && !host.contains(' '))
}

fn is_path(value: &DeValue<'_>) -> bool {
    let is_path = |value: &DeValue<'_>| text(value).is_some_and(|text| !text.is_empty());
    let volumes = value.as_array();
    let are_paths = volumes.is_some_and(|all| all.iter().all(|one| is_path(one.get_ref())));
    is_path(value) || are_paths && volumes.is_some_and(|all| !all.is_empty())
}

fn is_mark(value: &DeValue<'_>) -> bool {
    let is_sign = |text: &str| {
        let bytes = text.as_bytes();
        matches!(bytes, [byte] if byte.is_ascii_punctuation())
    };
    value.is_bool() || text(value).is_some_and(is_sign)
}

#[cfg(test)]
mod tests {
    use super::super::FileEntry;
    use super::*;

    #[test]
    fn all_allowed_words_are_listed() {
        let said = |keys: &[Key], name: &str, words: Vec<String>| {
            let key = keys.iter().find(|key| key.name == name).unwrap();
            for word in words {
                assert!(key.is.contains(&word), "{name}: {word}");
            }
        };
        said(&FILE, "format", Format::ALL.map(word).to_vec());
        said(&FILE, "encoding", Encoding::ALL.map(word).to_vec());
        said(&FILE, "dialect", Dialect::ALL.map(word).to_vec());
        said(
            &COLUMN,
            "identifier",
            Kind::ALL.map(|kind| kind.to_string()).to_vec(),
        );
        let reasons = REASONS.iter().map(|reason| (*reason).to_owned());
        said(&HEAD, "reasons", reasons.collect());
        said(
            &HEAD,
            "status",
            Status::ALL.map(|status| status.to_string()).to_vec(),
        );
    }

    #[test]
    fn every_key_that_is_known_is_read() {
        let text = "path = \"a\"\nmember = \"*\"\nformat = \"csv\"\ndelimiter = \";\"\nencoding = \"utf-8\"\n\
                    header = true\nskip = 1\nquote = false\nescape = false\ndialect = \"mysql\"\ntable = \"t\"\n\
                    sheet = \"s\"\nmax_rejects = \"5%\"\nclasses = []\n[columns]\n";
        for key in &FILE {
            assert!(text.contains(key.name), "{}", key.name);
        }
        assert!(toml::from_str::<FileEntry>(text).is_ok());
    }
}
