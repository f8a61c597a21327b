use csv::{IntoInnerError, Terminator, WriterBuilder};
use data_encoding::BASE64;
use maud::{Markup, html};

use super::edition::Edition;

/// Placeholder of a figure that must not be published.
pub(super) const WITHHELD: &str = "*";

/// Figures in lines and columns. The first column, and those without numbers, hold names.
pub(super) struct Table {
    /// End of the name of its CSV file.
    pub(super) id: &'static str,
    pub(super) caption: &'static str,
    pub(super) heads: Vec<Head>,
    pub(super) lines: Vec<Vec<Cell>>,
}

/// The head of a column.
pub(super) struct Head {
    /// Name for readers.
    shown: &'static str,
    /// Name in CSV, the same in every language.
    key: String,
}

impl Head {
    pub(super) fn new(shown: &'static str, key: impl Into<String>) -> Self {
        Self {
            shown,
            key: key.into(),
        }
    }
}

/// Content of a field.
pub(super) enum Cell {
    /// A text for readers, and its form in CSV: an id, which no spreadsheet takes for a formula.
    Name {
        /// Text for readers.
        shown: String,
        /// Text in CSV.
        key: String,
    },
    /// A number; `None` if it must not be published.
    Count(Option<u64>),
    /// A share of one; `None` if it must not be published.
    Share(Option<f64>),
    /// No figure.
    Nothing,
}

impl Cell {
    pub(super) fn name(shown: impl Into<String>, key: &(impl ToString + ?Sized)) -> Self {
        Self::Name {
            shown: shown.into(),
            key: key.to_string(),
        }
    }

    fn shown(&self, edition: &Edition<'_>) -> String {
        let withheld = || WITHHELD.to_owned();
        match self {
            Self::Name { shown, .. } => shown.clone(),
            Self::Count(count) => count.map_or_else(withheld, |count| edition.count(count)),
            Self::Share(share) => share.map_or_else(withheld, |share| edition.share(share)),
            Self::Nothing => "–".to_owned(),
        }
    }

    fn key(&self) -> String {
        let withheld = || WITHHELD.to_owned();
        match self {
            Self::Name { key, .. } => key.clone(),
            Self::Count(count) => count.map_or_else(withheld, |count| count.to_string()),
            Self::Share(share) => share.map_or_else(withheld, |share| format!("{share:.6}")),
            Self::Nothing => String::new(),
        }
    }

    const fn class(&self) -> Option<&'static str> {
        match self {
            Self::Name { .. } => None,
            Self::Count(_) | Self::Share(_) | Self::Nothing => Some("number"),
        }
    }
}

impl Table {
    /// Returns the table and a link to its CSV, folded.
    pub(super) fn markup(&self, edition: &Edition<'_>) -> Markup {
        let texts = edition.texts;
        let file = format!("tekser-{}-{}.csv", edition.cover.generation, self.id);
        html! {
            details {
                summary { (texts.figures_behind) span.of { ": " (self.caption) } }
                div.scroll tabindex="0" role="group" aria-label=(self.caption) {
                    table {
                        caption { (self.caption) }
                        thead { tr { @for (place, head) in self.heads.iter().enumerate() {
                            th scope="col" class=[self.class(place)] { (head.shown) }
                        } } }
                        tbody { @for line in &self.lines { tr { @for (place, cell) in line.iter().enumerate() {
                            @if place == 0 {
                                th scope="row" { bdi { (cell.shown(edition)) } }
                            } @else {
                                td class=[cell.class()] { bdi { (cell.shown(edition)) } }
                            }
                        } } } }
                    }
                }
                p.download { a download=(file) href={ "data:text/csv;charset=utf-8;base64," (self.base64()) } {
                    (texts.download) span.of { ": " (self.caption) }
                } }
            }
        }
    }

    /// Returns the class of a column, by its first field.
    fn class(&self, column: usize) -> Option<&'static str> {
        let first = self.lines.first()?;
        first.get(column)?.class()
    }

    fn base64(&self) -> String {
        BASE64.encode(&self.csv().unwrap_or_default())
    }

    /// Writes it as comma-separated values (RFC 4180). Fails only if a line has another length than the header, which
    /// no table has.
    fn csv(&self) -> csv::Result<Vec<u8>> {
        let mut csv = WriterBuilder::new()
            .terminator(Terminator::CRLF)
            .from_writer(Vec::new());
        csv.write_record(self.heads.iter().map(|head| &head.key))?;
        for line in &self.lines {
            csv.write_record(line.iter().map(Cell::key))?;
        }
        Ok(csv.into_inner().map_err(IntoInnerError::into_error)?)
    }
}
