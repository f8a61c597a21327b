use std::collections::BTreeMap;

use serde::Serialize;

use super::description::{Dialect, Format};
use crate::ingest::text::code_page::Encoding;

/// Maximum number of different layouts remembered per file: an archive may have countless members, but hardly more
/// than two layouts.
const MOST_READINGS: usize = 16;

/// The layout by which a file or its members were read: as stated in `breach.toml`, or else as sniffed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetectedLayout {
    /// Containers that it was in, the outermost first: `zip`, `gzip`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub containers: Vec<&'static str>,
    /// The format.
    pub format: Format,
    /// The encoding of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<Encoding>,
    /// The delimiter between values, in formats that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delimiter: Option<String>,
    /// The quote, if it is not `"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<char>,
    /// The escape character, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escape: Option<char>,
    /// Whether the first row was read as the names of the columns, in formats that may have such a row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub header: Option<bool>,
    /// The dialect of SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
    /// Members that were read so; 1 for a file that is not an archive.
    pub members: u64,
    /// Lines in a different encoding than the rest, by encoding.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub lines_in: BTreeMap<Encoding, u64>,
    /// Lines with bytes that are not characters of the encoding, or with NUL bytes.
    #[serde(skip_serializing_if = "is_zero")]
    pub damaged_lines: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl DetectedLayout {
    pub(in crate::ingest) const fn new(format: Format, encoding: Option<Encoding>) -> Self {
        Self {
            containers: Vec::new(),
            format,
            encoding,
            delimiter: None,
            quote: None,
            escape: None,
            header: None,
            dialect: None,
            members: 1,
            lines_in: BTreeMap::new(),
            damaged_lines: 0,
        }
    }

    /// Returns whether both have the same layout, whatever their counts.
    fn is_like(&self, other: &Self) -> bool {
        Self {
            members: self.members,
            lines_in: self.lines_in.clone(),
            damaged_lines: self.damaged_lines,
            ..other.clone()
        } == *self
    }

    fn add(&mut self, other: Self) {
        self.members += other.members;
        self.damaged_lines += other.damaged_lines;
        for (encoding, lines) in other.lines_in {
            *self.lines_in.entry(encoding).or_default() += lines;
        }
    }
}

/// Adds a layout to those of a file, unless it is already among them.
pub(in crate::ingest) fn add(readings: &mut Vec<DetectedLayout>, reading: DetectedLayout) {
    let alike = readings.iter().position(|other| other.is_like(&reading));
    match alike {
        Some(place) => readings[place].add(reading),
        None if readings.len() < MOST_READINGS => readings.push(reading),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_are_read_alike_are_counted_together() {
        let mut readings = Vec::new();
        for encoding in [Encoding::Utf8, Encoding::Kz1048, Encoding::Utf8] {
            add(
                &mut readings,
                DetectedLayout::new(Format::Csv, Some(encoding)),
            );
        }
        let members: Vec<u64> = readings.iter().map(|reading| reading.members).collect();
        assert_eq!(members, [2, 1]);
    }
}
