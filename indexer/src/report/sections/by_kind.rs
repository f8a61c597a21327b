use std::collections::BTreeSet;

use exposure_index::identifier::Kind;

use crate::analysis::Counts;
use crate::report::edition::Edition;
use crate::report::table::{Cell, Head, Table};

/// A table whose lines are counts of identifiers by kind.
pub(super) struct ByKind<'a> {
    pub(super) id: &'static str,
    pub(super) caption: &'static str,
    /// Heads of the columns before the counts.
    pub(super) heads: Vec<Head>,
    /// For each line, the fields before the counts, and the counts.
    pub(super) lines: Vec<(Vec<Cell>, &'a Counts)>,
}

impl ByKind<'_> {
    /// Returns the table, with a column for all kinds and one for each kind that any line has.
    pub(super) fn table(self, edition: &Edition<'_>) -> Table {
        let texts = edition.texts;
        let present = self
            .lines
            .iter()
            .flat_map(|(_, counts)| counts.kinds.keys());
        let kinds: BTreeSet<Kind> = present.copied().collect();
        let mut heads = self.heads;
        heads.push(Head::new(texts.heads.identifiers, "identifiers"));
        let of_kind = |kind: &Kind| Head::new((texts.kind)(*kind), kind.name());
        heads.extend(kinds.iter().map(of_kind));
        let lines = self.lines.into_iter().map(|(mut line, counts)| {
            line.push(Cell::Count(counts.all));
            // A missing kind is zero, not withheld.
            let of_kind = |kind| counts.kinds.get(kind).copied().unwrap_or(Some(0));
            line.extend(kinds.iter().map(|kind| Cell::Count(of_kind(kind))));
            line
        });
        Table {
            id: self.id,
            caption: self.caption,
            heads,
            lines: lines.collect(),
        }
    }
}
