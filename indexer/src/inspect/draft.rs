//! Drafts a `breach.toml`: recognised parts are ready to build from; facts that only a person knows are lines to fill
//! in.

mod left_out;
mod list;
mod paths;
mod text;

use std::collections::BTreeMap;
use std::path::Path;

use exposure_index::breach::{BreachId, PartialDate};
use exposure_index::identifier::clean;

use super::guess::{Column, Guess};
use super::name::shown_path;
use super::{InspectError, Inspection, LOOKED_AT, Meaning, Part, name};
use crate::ingest::survey::MEMBERS;
use crate::ingest::{Format, PLACEHOLDER, word};
use paths::{members, pattern, relative};
pub(crate) use text::quoted;

/// Share of values, in percent, that must be of their kind for a build to accept them, by default.
const MOSTLY: u8 = 95;

/// Drafts a `breach.toml` for `folder`, which contains the inspected files.
///
/// Facts that only a person knows are `TODO`, which every publishing command refuses by line and key, and a dry run
/// accepts: a placeholder that could pass for an answer would end up in the catalogue. A guess with less than an even
/// chance is a comment.
///
/// # Errors
/// If a file is not in the folder or has a name that is not UTF-8.
pub fn draft(
    inspections: &[Inspection],
    folder: &Path,
    today: &PartialDate,
) -> Result<String, InspectError> {
    let scope = Scope::of(inspections);
    let mut draft = head(scope, folder, today);
    for group in groups(inspections, scope, folder)? {
        draft.push_str(&file(&group, scope, folder));
    }
    for inspection in inspections {
        let path = shown_path(&relative(&inspection.path, folder)?);
        let taken = worth_indexing(inspection, scope);
        draft.push_str(&left_out::left_out(inspection, &taken, &path));
        draft.push_str(&left_out::passed_over(inspection, &path));
    }
    Ok(draft)
}

/// The parts in a draft.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scope {
    /// The parts with identifiers.
    Holding,
    /// The parts of a warning list, if nothing else holds identifiers.
    Feeds,
    /// The widest part of each file, as something to edit, if none holds identifiers.
    Widest,
}

impl Scope {
    fn of(inspections: &[Inspection]) -> Self {
        let parts = || inspections.iter().flat_map(|inspection| &inspection.parts);
        match parts().any(Part::has_identifier) {
            _ if list::is_list(parts()) => Self::Feeds,
            true => Self::Holding,
            false => Self::Widest,
        }
    }
}

fn head(scope: Scope, folder: &Path, today: &PartialDate) -> String {
    let name = folder.canonicalize().ok();
    let name = name
        .as_deref()
        .and_then(Path::file_name)
        .and_then(|name| name.to_str());
    let id = name.and_then(|name| BreachId::try_from(name.to_owned()).ok());
    let id = id.map_or(PLACEHOLDER.to_owned(), |id| id.to_string());
    let mebibytes = LOOKED_AT >> 20;
    format!(
        "# Drafted by `tekser-indexer inspect` from the first {mebibytes} MiB of each file. Read it before you build.\n\
         # `build` refuses it as long as a value is {PLACEHOLDER}; `build --dry-run` and `compare` do not.\n\n\
         id = {id:?}              # a short name of a-z, 0-9, . and -\n{}",
        match scope {
            Scope::Feeds => list::about(today),
            Scope::Holding | Scope::Widest => about(today),
        }
    )
}

/// Returns the keys of a leak that only a person knows.
fn about(today: &PartialDate) -> String {
    format!(
        "date = \"TODO\"            # when the data were taken: YYYY, YYYY-MM or YYYY-MM-DD\n\
         added = \"{today}\"\n\
         status = \"TODO\"          # confirmed, reported, unverified or fabricated\n\
         sensitive = \"TODO\"       # false; or true: only in the sealed file, which no public server opens\n\
         records = \"TODO\"         # a number: how many were claimed\n\
         source = \"TODO\"          # https://…, where people can read about it\n\n\
         [title]\nkk = \"TODO\"\nru = \"TODO\"\nen = \"TODO\"\n\n\
         [summary]                # a sentence or two on what happened\nkk = \"TODO\"\nru = \"TODO\"\nen = \"TODO\"\n"
    )
}

/// Files that one `[[file]]` describes, and their common layout.
struct Group<'i> {
    paths: Vec<String>,
    /// Patterns for the members of archives; a `[[file]]` is drafted for each.
    members: Vec<Option<String>>,
    part: &'i Part,
    inspection: &'i Inspection,
}

/// The parts worth indexing, grouped across files if they are written alike.
fn groups<'i>(
    inspections: &'i [Inspection],
    scope: Scope,
    folder: &Path,
) -> Result<Vec<Group<'i>>, InspectError> {
    let mut groups: Vec<Group<'i>> = Vec::new();
    for inspection in inspections {
        let path = relative(&inspection.path, folder)?;
        for part in worth_indexing(inspection, scope) {
            let members = member_patterns(inspection, part);
            let alike = |group: &&mut Group<'_>| {
                !group.paths.contains(&path)
                    && group.part.is_written_like(part)
                    && group.members == members
            };
            match groups.iter_mut().find(alike) {
                Some(group) => {
                    group.paths.push(path.clone());
                    if part.proposals() > group.part.proposals() {
                        group.part = part;
                    }
                }
                None => groups.push(Group {
                    paths: vec![path.clone()],
                    members,
                    part,
                    inspection,
                }),
            }
        }
    }
    Ok(groups)
}

/// The parts of a file that are drafted.
fn worth_indexing(inspection: &Inspection, scope: Scope) -> Vec<&Part> {
    let parts = inspection.parts.iter();
    match scope {
        Scope::Holding => parts.filter(|part| part.has_identifier()).collect(),
        Scope::Feeds => parts.filter(|part| part.is_feed()).collect(),
        Scope::Widest => {
            let widest = parts.max_by_key(|part| part.columns.len());
            widest.into_iter().collect()
        }
    }
}

/// Patterns for the members of an archive that have a part; none is needed if every member has it.
fn member_patterns(inspection: &Inspection, part: &Part) -> Vec<Option<String>> {
    let of_parts = inspection.parts.iter().flat_map(|part| &part.members);
    let others: Vec<&String> = of_parts
        .chain(
            inspection
                .passed_over
                .iter()
                .filter_map(|passed| passed.member.as_ref()),
        )
        .filter(|other| !part.members.contains(other))
        .collect();
    match others.is_empty() {
        true => vec![None],
        false => members(&part.members, &others)
            .into_iter()
            .map(Some)
            .collect(),
    }
}

/// The `[[file]]` of a group; one for each file, if no pattern matches exactly these.
fn file(group: &Group<'_>, scope: Scope, folder: &Path) -> String {
    let patterns = match pattern(&group.paths, folder) {
        Some(pattern) => vec![pattern],
        None => group
            .paths
            .iter()
            .map(|path| glob::Pattern::escape(path))
            .collect(),
    };
    let mut files = String::new();
    for pattern in &patterns {
        for member in &group.members {
            let member = member.as_deref().map(quoted);
            files.push_str(&format!(
                "\n{}[[file]]\npath = {}\n{}{}{}{}{}",
                notes(group),
                quoted(pattern),
                member.map_or(String::new(), |member| format!("member = {member}\n")),
                layout(group.part),
                not_shown(group.part),
                classes(group.part),
                columns(group.part, scope)
            ));
        }
    }
    files
}

fn notes(group: &Group<'_>) -> String {
    let mut notes = String::new();
    if let Some(container) = group.inspection.container {
        notes.push_str(&format!(
            "# Packed with {container}, which is opened on the fly.\n"
        ));
    }
    let sampled = group.inspection.parts.iter().map(|part| part.members.len());
    if sampled.sum::<usize>() >= MEMBERS {
        notes.push_str(&format!(
            "# Only the first {MEMBERS} members of the archive were inspected: check whether the others are like these.\n"
        ));
    }
    if let Some(records) = &group.part.layout.records
        && !name::may_be_data(records)
    {
        notes.push_str(&format!(
            "# Each element of {} is a record. The rest is searched and counted, but not read.\n",
            quoted(records)
        ));
    }
    notes
}

/// Returns a comment on a key to write by hand, since its value may be personal data.
fn not_shown(part: &Part) -> String {
    let layout = &part.layout;
    let names = [("table", &layout.table), ("sheet", &layout.sheet)];
    let hidden = names
        .into_iter()
        .filter(|(_, name)| name.as_deref().is_some_and(name::may_be_data_of_table));
    hidden
        .map(|(key, _)| {
            format!(
                "# Add {key} = \"…\" yourself: its name may be personal data and is not shown.\n"
            )
        })
        .collect()
}

/// Returns the classes that leak with every identifier of free text, or a line to fill in.
fn classes(part: &Part) -> String {
    let classes = &part.layout.classes;
    match classes.is_empty() {
        _ if part.layout.format != Format::Text => String::new(),
        false => format!("classes = {classes:?}  # leaked with every identifier in it\n"),
        true => "# classes = [\"private-messages\"]  # if it is a chat: what leaked with every identifier in it; \
                 inspect --help lists the classes\n"
            .to_owned(),
    }
}

fn layout(part: &Part) -> String {
    let layout = &part.layout;
    let mut lines = vec![("format", quoted(&word(layout.format)))];
    let is_shown = |name: &&str| !name::may_be_data_of_table(name);
    let text = |text: &Option<String>| text.as_deref().filter(is_shown).map(quoted);
    let skip = (part.skip > 0).then(|| part.skip.to_string());
    let optional = [
        (
            "encoding",
            layout.encoding.map(|encoding| quoted(&word(encoding))),
        ),
        ("skip", skip),
        ("delimiter", text(&layout.delimiter)),
        ("quote", quote(layout.quote)),
        (
            "escape",
            layout.escape.map(|escape| quoted(&escape.to_string())),
        ),
        ("header", part.header.map(|header| header.to_string())),
        (
            "dialect",
            layout.dialect.map(|dialect| quoted(&word(dialect))),
        ),
        ("table", text(&layout.table)),
        ("sheet", text(&layout.sheet)),
    ];
    lines.extend(
        optional
            .into_iter()
            .filter_map(|(key, value)| Some((key, value?))),
    );
    lines
        .iter()
        .map(|(key, value)| format!("{key} = {value}\n"))
        .collect()
}

/// The quote, unless it is the usual one.
fn quote(quote: Option<char>) -> Option<String> {
    match quote {
        Some('"') => None,
        Some(other) => Some(quoted(&other.to_string())),
        None => Some("false".to_owned()),
    }
}

fn columns(part: &Part, scope: Scope) -> String {
    if part.layout.format.is_without_columns() {
        return String::new();
    }
    let mut text = "\n[file.columns]\n".to_owned();
    for column in once_each(&part.columns) {
        text.push_str(&match scope {
            Scope::Feeds => list::line(column),
            Scope::Holding | Scope::Widest => line(column),
        });
    }
    text
}

/// The columns, of those whose names `build` takes for the same the surest.
fn once_each(columns: &[Column]) -> Vec<&Column> {
    let sureness = |column: &Column| column.guess.as_ref().map_or(0, |guess| guess.percent);
    let mut surest: BTreeMap<String, usize> = BTreeMap::new();
    for (place, column) in columns.iter().enumerate() {
        let kept = surest
            .entry(clean(&column.name).to_lowercase())
            .or_insert(place);
        if sureness(column) > sureness(&columns[*kept]) {
            *kept = place;
        }
    }
    let mut places: Vec<usize> = surest.into_values().collect();
    places.sort_unstable();
    places.into_iter().map(|place| &columns[place]).collect()
}

fn line(column: &Column) -> String {
    if !column.nameable {
        return "# A column whose name may be personal data is left out.\n".to_owned();
    }
    let name = quoted(&column.name);
    match (&column.guess, column.proposed()) {
        (_, Some(guess)) => format!("{name} = {}  # {}\n", guess.meaning.entry(), because(guess)),
        (Some(guess), None) => format!(
            "# {name} = {}  # uncertain, {}: {}\n",
            guess.meaning.entry(),
            because(guess),
            advice(guess.meaning)
        ),
        (None, None) => {
            format!("# {name} = {{ class = \"…\" }}  # unknown: neither name nor values show it\n")
        }
    }
}

fn because(guess: &Guess) -> String {
    let because = format!("{} %, by {}", guess.percent, guess.basis());
    match guess.taken {
        Some(taken) if taken < MOSTLY => format!("{because}; only {taken} % of its values fit"),
        _ => because,
    }
}

fn advice(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::Class(super::classes::EMPLOYERS) => {
            "names of companies, perhaps of employers; if so, remove the #"
        }
        _ => "if so, remove the #",
    }
}
