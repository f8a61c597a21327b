use std::fmt;

/// A part of an index file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Section {
    /// The fixed fields at the beginning.
    Header,
    /// The places of the sections.
    Table,
    /// The rows, as they go over the wire.
    Ranges,
    /// The map from a prefix to its range and first row number.
    Directory,
    /// The hashes that prove ranges against the root.
    Merkle,
    /// Roaring bitmaps over row numbers.
    Postings,
    /// The breaches' metadata.
    Catalogue,
    /// What the build counted.
    Statistics,
}

impl Section {
    /// The sections that are in the table, in the order of the file.
    pub(super) const STORED: [Self; 6] = [
        Self::Ranges,
        Self::Directory,
        Self::Merkle,
        Self::Postings,
        Self::Catalogue,
        Self::Statistics,
    ];

    /// The section's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Table => "section table",
            Self::Ranges => "ranges",
            Self::Directory => "directory",
            Self::Merkle => "merkle",
            Self::Postings => "postings",
            Self::Catalogue => "catalogue",
            Self::Statistics => "statistics",
        }
    }

    /// Its number in the table; the place in [`Section::STORED`] plus one.
    pub(super) const fn code(self) -> u32 {
        match self {
            Self::Header | Self::Table => 0,
            Self::Ranges => 1,
            Self::Directory => 2,
            Self::Merkle => 3,
            Self::Postings => 4,
            Self::Catalogue => 5,
            Self::Statistics => 6,
        }
    }

    /// Its place in [`Section::STORED`].
    pub(super) const fn place(self) -> usize {
        self.code().saturating_sub(1) as usize
    }
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
