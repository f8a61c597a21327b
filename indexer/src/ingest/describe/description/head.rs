//! What is known about a breach? The head of its `breach.toml`, in which facts that only a person knows may still be
//! missing.

use exposure_index::breach::{
    BreachId, DataClass, Localised, Metadata, PartialDate, REASONS, Status, Warning,
};
use toml::de::{DeTable, DeValue};

use super::PLACEHOLDER;
use super::keys::{HEAD, LANGUAGES, OF_WARNING, TEXTS, count, is_placeholder, is_warning, text};

/// The id of a draft without one whose folder has no name.
const NAMELESS: &str = "draft";

/// A key that only a person can fill in and that is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest) struct Open {
    /// The key: `date`, `title.kk`.
    pub(in crate::ingest) key: String,
    /// Its line, from 1; `None` if the key is missing.
    pub(in crate::ingest) line: Option<usize>,
}

/// Returns the metadata and the open keys. Open keys get values that cannot be mistaken for real ones, the year 0 or an
/// empty text; an open `sensitive` is true.
pub(super) fn read(head: &DeTable<'_>, source: &str) -> (Metadata, Vec<Open>) {
    let status = word(head, "status");
    let status = Status::ALL.into_iter().find(|it| Some(it.name()) == status);
    let warning = warning(head);
    let by_default = match warning {
        // A publisher answers for its list.
        Some(_) => Status::Confirmed,
        None => Status::Unverified,
    };
    let sensitive = head.get("sensitive").map(|value| value.get_ref().as_bool());
    let metadata = Metadata {
        id: BreachId::nearest(word(head, "id").unwrap_or(NAMELESS)),
        date: date(head, "date"),
        added: date(head, "added"),
        corrected: head.get("corrected").map(|_| date(head, "corrected")),
        status: status.unwrap_or(by_default),
        sensitive: sensitive.is_some_and(|sensitive| sensitive.unwrap_or(true)),
        records: value(head, "records").and_then(count).unwrap_or(0),
        source: word(head, "source").unwrap_or_default().to_owned(),
        title: texts(head, "title"),
        summary: texts(head, "summary"),
        warning,
    };
    (metadata, open(head, source))
}

/// Returns what a warning list says about itself; `None` for a leak.
fn warning(head: &DeTable<'_>) -> Option<Warning> {
    let valid_for = value(head, "valid_for").and_then(count);
    let valid_for = valid_for.and_then(|days| u16::try_from(days).ok());
    is_warning(head).then(|| Warning {
        publisher: texts(head, "publisher"),
        legal_basis: texts(head, "legal_basis"),
        appeal: word(head, "appeal").unwrap_or_default().to_owned(),
        // If open, no entry expires.
        valid_for: valid_for.unwrap_or(Warning::MAX_VALID_FOR),
    })
}

/// The reasons of entries of a warning list that have none of their own; any of them as long as that is open.
pub(super) fn reasons(head: &DeTable<'_>) -> Vec<DataClass> {
    if value(head, "reasons").is_some_and(is_placeholder) {
        return vec![DataClass::known(REASONS[0])];
    }
    let reasons = value(head, "reasons").and_then(DeValue::as_array);
    let reasons = reasons.into_iter().flat_map(|reasons| reasons.iter());
    let reasons = reasons.filter_map(|reason| text(reason.get_ref()));
    reasons
        .filter_map(|reason| DataClass::try_from(reason.to_owned()).ok())
        .collect()
}

/// Checks that no breach is corrected before it was added; an error has the place of the date.
pub(super) fn check_dates(head: &DeTable<'_>, metadata: &Metadata) -> Result<(), (usize, String)> {
    let corrected = metadata.corrected.as_ref().map(PartialDate::first_day);
    if corrected.is_none_or(|corrected| corrected >= metadata.added.first_day()) {
        return Ok(());
    }
    let start = head.get("corrected").map_or(0, |date| date.span().start);
    let message = "corrected is before added; write both to the day";
    Err((start, message.to_owned()))
}

fn value<'v, 'i>(table: &'v DeTable<'i>, key: &str) -> Option<&'v DeValue<'i>> {
    table.get(key).map(toml::Spanned::get_ref)
}

/// The text of a key, unless it is missing or open.
fn word<'v>(table: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    let value = value(table, key).filter(|value| !is_placeholder(value))?;
    text(value)
}

fn date(head: &DeTable<'_>, key: &str) -> PartialDate {
    let date = word(head, key).and_then(|date| date.parse().ok());
    date.unwrap_or_else(PartialDate::unknown)
}

fn texts(head: &DeTable<'_>, key: &str) -> Localised {
    let texts = value(head, key).and_then(DeValue::as_table);
    let [kk, ru, en] = ["kk", "ru", "en"].map(|language| {
        let text = texts.and_then(|texts| word(texts, language));
        text.unwrap_or_default().to_owned()
    });
    Localised { kk, ru, en }
}

/// Keys that a head may lack: by default a breach is a leak, and neither sensitive nor corrected.
const OPTIONAL: [&str; 4] = ["sensitive", "corrected", "type", "reasons"];
/// Further keys that a warning list may lack.
const OPTIONAL_OF_WARNING: [&str; 2] = ["status", "records"];

/// All keys that are still to be filled in: placeholders in the order of their lines, then missing keys. Files do not
/// belong to the head.
fn open(head: &DeTable<'_>, source: &str) -> Vec<Open> {
    let mut open = Vec::new();
    let is_warning = is_warning(head);
    let may_lack = |key: &str| {
        OPTIONAL.contains(&key)
            || !is_warning && OF_WARNING.contains(&key)
            || is_warning && OPTIONAL_OF_WARNING.contains(&key)
    };
    for key in HEAD.iter().map(|key| key.name).filter(|key| *key != "file") {
        if TEXTS.contains(&key) && (is_warning || !OF_WARNING.contains(&key)) {
            let texts = value(head, key).and_then(DeValue::as_table);
            for language in LANGUAGES.iter().map(|key| key.name) {
                let full = format!("{key}.{language}");
                open.extend(texts.map_or(missing(&full), |texts| {
                    if_open(texts, language, full, source)
                }));
            }
        } else if !may_lack(key) || head.get(key).is_some() {
            open.extend(if_open(head, key, key.to_owned(), source));
        }
    }
    open.sort_by_key(|open| open.line.unwrap_or(usize::MAX));
    open
}

fn missing(key: &str) -> Option<Open> {
    Some(Open {
        key: key.to_owned(),
        line: None,
    })
}

fn if_open(table: &DeTable<'_>, name: &str, key: String, source: &str) -> Option<Open> {
    match table.get(name) {
        None => missing(&key),
        Some(value) => is_placeholder(value.get_ref()).then(|| Open {
            key,
            line: Some(super::line(source, value.span().start)),
        }),
    }
}

/// The message about open keys, and the line of the first.
pub(super) fn refusal(open: &[Open]) -> Option<(usize, String)> {
    let (first, others) = open.split_first()?;
    let others: Vec<&str> = others.iter().map(|open| &*open.key).collect();
    let others = match others.as_slice() {
        [] => String::new(),
        others => format!(", and so are {}", others.join(", ")),
    };
    let says = match first.line {
        Some(_) => format!("it says {PLACEHOLDER}"),
        None => "it is missing".to_owned(),
    };
    let key = &first.key;
    let message = format!(
        "{key} is still to be filled in ({says}){others}: only a person knows that. build --dry-run and compare read the \
         dump without it"
    );
    Some((first.line.unwrap_or(1), message))
}
