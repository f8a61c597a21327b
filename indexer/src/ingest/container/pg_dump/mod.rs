//! Dumps of PostgreSQL in the formats that `pg_restore` reads, converted to its SQL script as far as
//! rows are concerned: tables, and the text of COPY or INSERT.
//!
//! | format | a head and a table of contents, and |
//! |---|---|
//! | custom (`pg_dump -Fc`) | then blocks of rows, each compressed separately |
//! | directory (`-Fd`) | in `toc.dat`; files of rows next to it, each compressed separately |
//! | tar (`-Ft`) | the same files in a tape archive, after `toc.dat` |
//!
//! Each is read from its beginning to its end. A dump whose data were left out, or that ends before all tables had
//! theirs, is refused.

mod blocks;
mod contents;
mod files;
mod folder;
mod names;
mod script;
mod tape;
#[cfg(test)]
mod tests;

use std::io::{BufReader, Read};
use std::path::Path;

use super::budget::ZSTD_WINDOW;
use super::{Member, Packing, ReadSeek, Source, Unpacker};
use crate::ingest::Fault;
use crate::ingest::error::Failure;
use blocks::Blocks;
use contents::{Contents, Head, Pack};
use files::{FileRows, Files, contents_of};
use folder::Volumes;
use script::{Rows, Script};
use tape::Tape;

pub(super) use folder::{Folder, part};
pub(super) use names::{CONTENTS, is_other, is_rows};
pub(super) use tape::{HEAD as TAPE_HEAD, is_tape};

/// Magic number of dumps.
const MAGIC: &[u8; 5] = b"PGDMP";

/// Offset of the format after it, and the numbers of the supported ones.
const FORMAT: usize = 10;
const CUSTOM: u8 = 1;
const TAR: u8 = 3;
const DIRECTORY: u8 = 5;

const DAMAGED: Fault = Fault::BadDatabase {
    what: "the dump of PostgreSQL is damaged",
};

/// The layout of a dump's rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    /// After the table of contents.
    OneFile,
    /// In separate files.
    Files,
}

impl Layout {
    /// Returns the layout of a dump that begins with `head`, if it is one.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let format = head.get(FORMAT).filter(|_| head.starts_with(MAGIC))?;
        match *format {
            CUSTOM => Some(Self::OneFile),
            TAR | DIRECTORY => Some(Self::Files),
            _ => None,
        }
    }
}

impl Unpacker<'_, '_> {
    /// Continues with the script of a single-file dump.
    pub(super) fn pg_dump(&mut self, stream: &mut dyn Read, inner: &Member) -> Result<(), Failure> {
        let mut dump = BufReader::new(stream);
        let head = Head::read(&mut dump)?;
        if head.layout == Layout::Files {
            return Err(Fault::Foreign {
                name: "the table of contents of a PostgreSQL dump in the directory format, without its other files",
                advice: "keep it as toc.dat in one folder with them, or make SQL of the dump with \
                         `pg_restore -f dump.sql`",
            }
            .into());
        }
        let _held = self.budget.hold(match head.packing {
            Pack::Zstd => ZSTD_WINDOW,
            _ => 0,
        })?;
        let contents = Contents::read(&mut dump, &head)?;
        let definitions = contents.definitions.clone();
        self.script(&definitions, Blocks::new(head, contents, dump), inner)
    }

    /// Continues with the script of a dump in the directory format, whose files are the volumes of `source`.
    pub(super) fn dump_on_disk(
        &mut self,
        source: &mut dyn ReadSeek,
        member: &Member,
    ) -> Result<(), Failure> {
        let files = Volumes::open(
            source,
            self.paths.iter().map(|path| file_name(path)),
            self.volumes,
        )?;
        self.dump_of_files(files, &member.out_of(Packing::PgDump))
    }

    /// Continues with the script of a dump in the tar format.
    pub(super) fn dump_on_tape(
        &mut self,
        stream: &mut dyn Read,
        inner: &Member,
    ) -> Result<(), Failure> {
        self.dump_of_files(Tape::new(stream), inner)
    }

    /// Continues with the script of a dump of these files, the first with the table of contents.
    fn dump_of_files(&mut self, mut files: impl Files, inner: &Member) -> Result<(), Failure> {
        let contents = contents_of(&mut files)?;
        let definitions = contents.definitions.clone();
        self.script(
            &definitions,
            FileRows::new(contents, files, self.budget),
            inner,
        )
    }

    fn script(
        &mut self,
        definitions: &str,
        rows: impl Rows,
        inner: &Member,
    ) -> Result<(), Failure> {
        let mut script = self.budget.counted(Script::new(definitions, rows));
        self.open(Source::Stream(&mut script), inner)
    }
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}
