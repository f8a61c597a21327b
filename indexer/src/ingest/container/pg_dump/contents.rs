//! What does the head of a dump say, and what is in the dump? The layout is that of archive versions 1.10 to 1.16,
//! which PostgreSQL has written since 8.4.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::blocks::Chunks;
use super::{DAMAGED, Layout};
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// Supported versions, as major times 256 plus minor.
const OLDEST: u16 = 0x010A;
const NEWEST: u16 = 0x0110;

/// Versions that introduced fields.
const SECTIONS: u16 = 0x010B;
const ACCESS_METHODS: u16 = 0x010E;
const PACK_METHOD: u16 = 0x010F;
const KINDS: u16 = 0x0110;

/// Limits on the entries of a table of contents, and on the length of a text and of all texts, in bytes.
const ENTRY_LIMIT: i64 = 1 << 20;
const TEXT_LIMIT: u64 = 64 << 20;

/// Compression of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pack {
    Plain,
    Zlib,
    Lz4,
    Zstd,
}

/// The head of a dump, before its table of contents.
pub(super) struct Head {
    version: u16,
    int: usize,
    offset: usize,
    pub(super) layout: Layout,
    pub(super) packing: Pack,
}

impl Head {
    pub(super) fn read(dump: &mut impl Read) -> Result<Self, Failure> {
        let mut fixed = [0; 11];
        dump.read_exact(&mut fixed)?;
        let [_, _, _, _, _, major, minor, _, int, offset, _] = fixed;
        let version = u16::from_be_bytes([major, minor]);
        let layout = Layout::of(&fixed).filter(|_| (OLDEST..=NEWEST).contains(&version));
        let layout = layout.ok_or(Fault::Foreign {
            name: "a dump of PostgreSQL of another version",
            advice: "make SQL of it with the `pg_restore -f dump.sql` of that version",
        })?;
        if !(1..=8).contains(&int) || !(1..=8).contains(&offset) {
            return Err(DAMAGED.into());
        }
        let mut head = Self {
            version,
            int: usize::from(int),
            offset: usize::from(offset),
            layout,
            packing: Pack::Plain,
        };
        head.packing = head.pack(dump)?;
        // Creation time.
        for _ in 0..7 {
            head.int(dump)?;
        }
        let mut left = TEXT_LIMIT;
        // The database, and the versions of the server and of pg_dump.
        for _ in 0..3 {
            head.text(dump, &mut left)?;
        }
        Ok(head)
    }

    fn pack(&self, dump: &mut impl Read) -> Result<Pack, Failure> {
        if self.version < PACK_METHOD {
            // The level of zlib, -1 if unset.
            return Ok(match self.int(dump)? {
                0 => Pack::Plain,
                _ => Pack::Zlib,
            });
        }
        let mut method = [0];
        dump.read_exact(&mut method)?;
        match method[0] {
            0 => Ok(Pack::Plain),
            1 => Ok(Pack::Zlib),
            2 => Ok(Pack::Lz4),
            3 => Ok(Pack::Zstd),
            _ => Err(Fault::UnsupportedCompression.into()),
        }
    }

    /// Reads a number: its sign, and its bytes, little-endian.
    pub(super) fn int(&self, dump: &mut impl Read) -> io::Result<i64> {
        let mut bytes = [0; 9];
        dump.read_exact(&mut bytes[..=self.int])?;
        let mut value = [0; 8];
        value[..self.int].copy_from_slice(&bytes[1..=self.int]);
        let value = i64::from_le_bytes(value) & i64::MAX;
        Ok(if bytes[0] == 0 { value } else { -value })
    }

    /// Reads a text after its length; `None` if that is negative. `left` bytes remain for all texts together.
    fn text(&self, dump: &mut impl Read, left: &mut u64) -> Result<Option<String>, Failure> {
        let Ok(length) = u64::try_from(self.int(dump)?) else {
            return Ok(None);
        };
        *left = left.checked_sub(length).ok_or(DAMAGED)?;
        let mut bytes = Vec::new();
        dump.take(length).read_to_end(&mut bytes)?;
        match bytes.len() as u64 == length {
            true => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            false => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
        }
    }

    /// Returns where the rows of the entry `number` are: the name of a file, or their place in this one, if any.
    fn place(&self, dump: &mut impl Read, number: i64, left: &mut u64) -> Result<Place, Failure> {
        if self.layout == Layout::Files {
            return Ok(Place::File(self.text(dump, left)?.unwrap_or_default()));
        }
        let mut place = [0; 9];
        dump.read_exact(&mut place[..=self.offset])?;
        Ok(Place::Block(number))
    }

    /// The pieces of the data that follow.
    pub(super) const fn chunks<R: Read>(&self, dump: R) -> Chunks<R> {
        Chunks::new(dump, self.int)
    }
}

/// The place of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// The block of this number.
    Block(i64),
    /// The file of this name, possibly with the suffix of its packing.
    File(String),
}

/// The table of contents, as far as it concerns rows.
pub(super) struct Contents {
    /// The statements that create tables.
    pub(super) definitions: String,
    /// The statements before the rows of tables that are still to come.
    rows: BTreeMap<Place, String>,
}

impl Contents {
    pub(super) fn read(dump: &mut impl Read, head: &Head) -> Result<Self, Failure> {
        let count = head.int(dump)?;
        if !(0..=ENTRY_LIMIT).contains(&count) {
            return Err(DAMAGED.into());
        }
        let mut contents = Self {
            definitions: String::new(),
            rows: BTreeMap::new(),
        };
        let mut left = TEXT_LIMIT;
        for _ in 0..count {
            contents.entry(dump, head, &mut left)?;
        }
        Ok(contents)
    }

    fn entry(&mut self, dump: &mut impl Read, head: &Head, left: &mut u64) -> Result<(), Failure> {
        let number = head.int(dump)?;
        let has_data = head.int(dump)? != 0;
        let mut text = || head.text(dump, left);
        let (_, _, _, kind) = (text()?, text()?, text()?, text()?);
        if head.version >= SECTIONS {
            head.int(dump)?;
        }
        let mut text = || head.text(dump, left);
        let (definition, _, copy) = (text()?, text()?, text()?);
        // Schema, tablespace, access method.
        let places = if head.version >= ACCESS_METHODS { 3 } else { 2 };
        for _ in 0..places {
            text()?;
        }
        if head.version >= KINDS {
            head.int(dump)?;
        }
        // The owner, whether rows have numbers, and the dependencies.
        head.text(dump, left)?;
        head.text(dump, left)?;
        while head.text(dump, left)?.is_some() {}
        let place = head.place(dump, number, left)?;
        match kind.as_deref() {
            Some("TABLE" | "ENCODING") => self.definitions += &definition.unwrap_or_default(),
            Some("TABLE DATA") if has_data => self.add_rows(place, copy.unwrap_or_default())?,
            _ => {}
        }
        Ok(())
    }

    /// Adds the place of a table's rows, which no other table may have.
    fn add_rows(&mut self, place: Place, statement: String) -> Result<(), Fault> {
        match self.rows.insert(place, statement) {
            None => Ok(()),
            Some(_) => Err(DAMAGED),
        }
    }

    /// Takes the statement before the rows in a place; `None` if no table has its rows there, or they have been read.
    pub(super) fn begin(&mut self, place: &Place) -> Option<String> {
        self.rows.remove(place)
    }

    /// Returns whether the rows of every table have been read.
    pub(super) fn is_complete(&self) -> bool {
        self.rows.is_empty()
    }

    /// Returns the names of the files with the rows of tables, without the suffix of their packing.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.rows.keys().filter_map(|place| match place {
            Place::File(name) => Some(name.as_str()),
            Place::Block(_) => None,
        })
    }
}
