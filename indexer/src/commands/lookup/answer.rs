//! How is an answer printed? As text, as a JSON object or as a row of CSV, never with the requested value.

use std::collections::BTreeSet;
use std::io::{self, Write};

use exposure_index::breach::{BreachId, DataClass, Month};
use exposure_index::identifier::{Doubt, Kind, Nearest};
use exposure_index::index::CatalogueEntry;
use serde::{Serialize, Serializer};

use crate::commands::options::identifiers::Unreadable;
use crate::commands::output;

/// The answer to one value.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum Answer<'a> {
    /// The value is an identifier.
    Found {
        kind: Kind,
        found: bool,
        exposures: Vec<LeakAnswer<'a>>,
        /// The warning lists that it is on, apart from the leaks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<WarningEntry<'a>>,
        /// Reasons to doubt the kind, or to suspect a slip.
        #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "names")]
        doubts: Vec<Doubt>,
        /// Other kinds that the value may be.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        or: Vec<Kind>,
    },
    /// The value is not an identifier.
    Refused {
        kind: Option<Kind>,
        /// The rule that it broke, in a word, for machines.
        error: String,
        /// The rule as a sentence.
        rule: String,
    },
}

/// A leak that an identifier is in.
#[derive(Serialize)]
pub(super) struct LeakAnswer<'a> {
    pub(super) breach: &'a BreachId,
    pub(super) classes: Vec<&'a DataClass>,
    #[serde(skip)]
    pub(super) entry: &'a CatalogueEntry,
}

/// A warning list that an identifier is on.
#[derive(Serialize)]
pub(super) struct WarningEntry<'a> {
    list: &'a BreachId,
    /// Month since which it is listed, `YYYY-MM`.
    since: Option<String>,
    reasons: Vec<&'a DataClass>,
    publisher: &'a str,
    appeal: &'a str,
}

impl<'a> WarningEntry<'a> {
    /// Returns the entry of an exposure, if it is one of a warning list.
    pub(super) fn of(answered: &LeakAnswer<'a>) -> Option<Self> {
        let warning = answered.entry.metadata.warning.as_ref()?;
        let months = answered.classes.iter().copied();
        let since = months.filter_map(Month::of_class).min();
        let mut reasons = answered.classes.clone();
        reasons.retain(|class| Month::of_class(class).is_none());
        Some(Self {
            list: answered.breach,
            since: since.map(|month| month.to_string()),
            reasons,
            publisher: &warning.publisher.en,
            appeal: &warning.appeal,
        })
    }

    fn print(&self, output: &mut impl Write) -> io::Result<()> {
        let reasons: Vec<&str> = self.reasons.iter().map(|reason| reason.as_str()).collect();
        writeln!(
            output,
            "   warning: on the list {} since {} by {}, reason {}; contest: {}",
            self.list,
            self.since.as_deref().unwrap_or("?"),
            output::visible(self.publisher),
            reasons.join(", "),
            output::visible(self.appeal)
        )
    }
}

fn names<S: Serializer>(doubts: &[Doubt], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(doubts.iter().map(|doubt| doubt.name()))
}

/// Columns of CSV.
const COLUMNS: [&str; 9] = [
    "line", "kind", "found", "leaks", "breaches", "classes", "doubts", "refused", "warnings",
];

/// Format of printed answers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Json,
    Csv,
}

impl Form {
    /// Prints the header, if the format has one.
    pub(super) fn print_head(self, output: &mut impl Write) -> anyhow::Result<()> {
        match self {
            Self::Csv => {
                Ok(output.write_all(output::csv_row(COLUMNS.map(str::to_owned))?.as_bytes())?)
            }
            Self::Text | Self::Json => Ok(()),
        }
    }

    /// Prints the answer to the value in a line of the input.
    pub(super) fn print(
        self,
        line: u64,
        answer: &Answer<'_>,
        output: &mut impl Write,
    ) -> anyhow::Result<()> {
        match self {
            Self::Text => answer.print(line, output)?,
            Self::Json => {
                serde_json::to_writer(&mut *output, answer).map_err(io::Error::from)?;
                writeln!(output)?;
            }
            Self::Csv => output.write_all(output::csv_row(answer.row(line))?.as_bytes())?,
        }
        Ok(())
    }
}

impl Answer<'_> {
    pub(super) fn refused(nearest: Nearest) -> Self {
        Self::Refused {
            kind: nearest.kind,
            error: nearest.fault.to_string(),
            rule: nearest.to_string(),
        }
    }

    pub(super) fn unreadable(unreadable: Unreadable) -> Self {
        Self::Refused {
            kind: None,
            error: unreadable.to_string(),
            rule: unreadable.rule().to_owned(),
        }
    }

    pub(super) const fn is_refused(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    fn print(&self, line: u64, output: &mut impl Write) -> io::Result<()> {
        let (kind, exposures, warnings, doubts, or) = match self {
            Self::Refused { kind, rule, .. } => {
                let kind = kind.map_or_else(String::new, |kind| format!("{kind}: "));
                return writeln!(output, "{line}. {kind}refused: {rule}");
            }
            Self::Found {
                kind,
                exposures,
                warnings,
                doubts,
                or,
                ..
            } => (kind, exposures, warnings, doubts, or),
        };
        match exposures.len() {
            0 => writeln!(output, "{line}. {kind}: in no leak of this index")?,
            leaks => writeln!(
                output,
                "{line}. {kind}: in {leaks} of the leaks of this index"
            )?,
        }
        for answered in exposures {
            answered.print(output)?;
        }
        for listed in warnings {
            listed.print(output)?;
        }
        for doubt in doubts {
            writeln!(output, "   doubtful: {doubt}")?;
        }
        for kind in or {
            writeln!(output, "   it may be a {kind}, too: ask with --kind {kind}")?;
        }
        Ok(())
    }

    fn row(&self, line: u64) -> [String; COLUMNS.len()] {
        let (kind, rest) = match self {
            Self::Refused { kind, rule, .. } => {
                let none = String::new;
                (
                    *kind,
                    [none(), none(), none(), none(), none(), rule.clone(), none()],
                )
            }
            Self::Found {
                kind,
                found,
                exposures,
                warnings,
                doubts,
                ..
            } => {
                let breaches = exposures.iter().map(|answered| answered.breach.as_str());
                let classes = exposures.iter().flat_map(|answered| &answered.classes);
                let classes: BTreeSet<&str> = classes.map(|class| class.as_str()).collect();
                let row = [
                    found.to_string(),
                    exposures.len().to_string(),
                    joined(breaches),
                    joined(classes),
                    joined(doubts.iter().map(|doubt| doubt.name())),
                    String::new(),
                    joined(warnings.iter().map(|listed| listed.list.as_str())),
                ];
                (Some(*kind), row)
            }
        };
        let [found, leaks, breaches, classes, doubts, refused, warnings] = rest;
        let kind = kind.map_or_else(String::new, |kind| kind.to_string());
        [
            line.to_string(),
            kind,
            found,
            leaks,
            breaches,
            classes,
            doubts,
            refused,
            warnings,
        ]
    }
}

/// Joins names without spaces in one cell.
fn joined<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<&str> = names.into_iter().collect();
    names.join(" ")
}

impl LeakAnswer<'_> {
    fn print(&self, output: &mut impl Write) -> io::Result<()> {
        let metadata = &self.entry.metadata;
        let classes: Vec<&str> = self.classes.iter().map(|class| class.as_str()).collect();
        let sealed = if metadata.sensitive { ", sealed" } else { "" };
        writeln!(
            output,
            "   {} ({}{sealed}): {}",
            self.breach,
            metadata.date,
            classes.join(", ")
        )
    }
}
