//! The draft of a warning list.

use exposure_index::breach::PartialDate;

use super::{line as line_of_leak, quoted};
use crate::inspect::{Column, Part};

/// Returns whether all parts that can be looked up are those of a warning list.
pub(super) fn is_list<'p>(parts: impl Iterator<Item = &'p Part>) -> bool {
    let mut holding = parts.filter(|part| part.is_feed() || part.has_identifier());
    holding.next().is_some_and(Part::is_feed) && holding.all(Part::is_feed)
}

/// Returns the keys of a warning list that only a person knows.
pub(super) fn about(today: &PartialDate) -> String {
    let texts = "kk = \"TODO\"\nru = \"TODO\"\nen = \"TODO\"\n";
    format!(
        "type = \"warning\"         # it looks like a list of what its publisher warns of; if it is a leak, remove the line\n\
         date = \"TODO\"            # of the list: entries without a date of their own have this one\n\
         added = \"{today}\"\n\
         source = \"TODO\"          # https://…, where people can read about it\n\
         appeal = \"TODO\"          # https://…, where an entry is contested\n\
         valid_for = \"TODO\"       # a number of days, at most 1500: how long an entry holds\n\
         reasons = \"TODO\"         # [\"phishing-site\"]: of entries that have no reason of their own; the guide lists them\n\n\
         [title]\n{texts}\n\
         [summary]                # a sentence or two on what is listed\n{texts}\n\
         [publisher]              # who answers for it\n{texts}\n\
         [legal_basis]            # by which law it is published\n{texts}"
    )
}

pub(super) fn line(column: &Column) -> String {
    let name = quoted(&column.name);
    match column.of_feed {
        _ if !column.nameable => line_of_leak(column),
        Some(said) => said.entry().map_or(String::new(), |entry| {
            format!("{name} = {entry}  # {}\n", said.says())
        }),
        None if is_identifier(column) => line_of_leak(column),
        None => format!(
            "# {name} = {{ reason = {{ \"…\" = \"phishing-site\" }} }}  # only if it says why an entry is listed\n"
        ),
    }
}

fn is_identifier(column: &Column) -> bool {
    column
        .proposed()
        .is_some_and(|guess| guess.meaning.is_indexed())
}
