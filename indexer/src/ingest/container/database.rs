//! Is this file a database, and where is it read from? Databases are read page by page, in any order: from the file
//! itself if it is on the disk, and from memory if it comes out of a container.

use std::io::{self, Cursor};
use std::path::Path;

use super::{Content, Member, ReadSeek, Source, Unpacker};
use crate::ingest::error::Failure;

/// The program whose database a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Maker {
    Sqlite,
    /// Jet or ACE.
    Access,
    Cronos,
}

/// Magic numbers of the databases, and their offsets.
const MAGIC: [(usize, &[u8], Maker); 4] = [
    (0, b"SQLite format 3\0", Maker::Sqlite),
    (4, b"Standard Jet DB\0", Maker::Access),
    (4, b"Standard ACE DB\0", Maker::Access),
    (0, b"CroFile\0", Maker::Cronos),
];

impl Maker {
    /// Returns which program's database begins with `head`, if it is one.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let begins = |(place, magic, _): &&(usize, &[u8], Self)| {
            head.get(*place..)
                .is_some_and(|rest| rest.starts_with(magic))
        };
        MAGIC.iter().find(begins).map(|(_, _, maker)| *maker)
    }
}

/// The source of a database.
pub(in crate::ingest) enum Pages<'a> {
    /// The file itself, with other files that may belong to it.
    File {
        path: &'a Path,
        source: &'a mut dyn ReadSeek,
    },
    /// A file out of a container.
    Held(HeldDatabase),
}

/// A database in memory.
pub(in crate::ingest) struct HeldDatabase {
    pub(in crate::ingest) bytes: Cursor<Vec<u8>>,
    /// Files that belong to it, by name.
    pub(in crate::ingest) beside: Vec<(String, Vec<u8>)>,
}

impl HeldDatabase {
    /// Returns a database of one file.
    pub(in crate::ingest) const fn alone(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Cursor::new(bytes),
            beside: Vec::new(),
        }
    }
}

impl Pages<'_> {
    /// Returns the bytes, for a reader that seeks.
    pub(in crate::ingest) fn source(&mut self) -> &mut dyn ReadSeek {
        match self {
            Self::File { source, .. } => *source,
            Self::Held(held) => &mut held.bytes,
        }
    }

    /// Returns the number of bytes.
    pub(in crate::ingest) fn size(&mut self) -> io::Result<u64> {
        let source = self.source();
        let size = source.seek(io::SeekFrom::End(0))?;
        source.seek(io::SeekFrom::Start(0))?;
        Ok(size)
    }
}

impl Unpacker<'_, '_> {
    /// Hands on a database, if it is wanted.
    pub(super) fn database(
        &mut self,
        maker: Maker,
        source: Source<'_>,
        member: &Member,
    ) -> Result<(), Failure> {
        if !self.wants(member) {
            return self.pass_over(member);
        }
        let is_file = member.containers.is_empty() && member.number.is_none();
        let budget = self.budget;
        let (bytes, _held) = match (source, self.paths) {
            (Source::Seekable(source), [path]) if is_file => {
                let pages = Pages::File { path, source };
                return self.take(member, Content::Database(maker, pages));
            }
            (Source::Seekable(mut source), _) => budget.spool(&mut source)?,
            (Source::Stream(stream), _) => budget.spool(stream)?,
        };
        let pages = Pages::Held(HeldDatabase::alone(bytes));
        self.take(member, Content::Database(maker, pages))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_known_by_its_first_bytes() {
        assert_eq!(Maker::of(b"SQLite format 3\0\x10\0"), Some(Maker::Sqlite));
        assert_eq!(
            Maker::of(b"\0\x01\0\0Standard ACE DB\0"),
            Some(Maker::Access)
        );
        assert_eq!(Maker::of(b"CroFile\0\x22\x1101.02"), Some(Maker::Cronos));
        for text in [&b"SQLite format 3\n"[..], b"CroFile\n", b"", b"x"] {
            assert_eq!(Maker::of(text), None);
        }
    }
}
