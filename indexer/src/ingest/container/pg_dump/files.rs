//! Where in a multi-file dump are the rows of a table, and how are they unpacked?

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

use lz4_flex::frame::FrameDecoder;

use super::super::Packing;
use super::super::budget::{Budget, Permit, ZSTD_WINDOW};
use super::super::streams::Streams;
use super::DAMAGED;
use super::contents::{Contents, Head, Pack, Place};
use super::names::{self, is_rows};
use super::script::Rows;
use crate::ingest::Fault;
use crate::ingest::error::Failure;

/// The files of a dump, one after the other.
pub(super) trait Files: Read {
    /// Moves on to the next file, and returns its name.
    fn next(&mut self) -> io::Result<Option<String>>;

    /// Returns the names of all files to come, if known.
    fn names(&self) -> Option<Vec<&str>>;
}

/// The table of contents in the first file.
pub(super) fn contents_of(files: &mut impl Files) -> Result<Contents, Failure> {
    files.next()?;
    let mut file = io::BufReader::new(&mut *files);
    let head = Head::read(&mut file)?;
    let contents = Contents::read(&mut file, &head)?;
    if file.read(&mut [0])? > 0 {
        return Err(DAMAGED.into());
    }
    if let Some(names) = files.names() {
        check_names(&contents, head.packing, &names)?;
    }
    Ok(contents)
}

/// Refuses a dump of which a file is missing.
fn check_names(contents: &Contents, packing: Pack, names: &[&str]) -> Result<(), Fault> {
    let is_there = |file: &str| names.iter().any(|name| names::unpacked(name) == file);
    let ending = match packing {
        Pack::Plain => "",
        Pack::Zlib => ".gz",
        Pack::Lz4 => ".lz4",
        Pack::Zstd => ".zst",
    };
    match contents.files().find(|file| !is_there(file)) {
        Some(file) => Err(Fault::MissingSibling {
            name: format!("{file}{ending}"),
        }),
        None => Ok(()),
    }
}

/// The rows in the files that follow the table of contents.
pub(super) struct FileRows<'b, F> {
    contents: Contents,
    files: Rc<RefCell<F>>,
    budget: &'b Budget<'b, 'b>,
    present: Option<UnpackedFile<'b>>,
}

impl<'b, F: Files + 'b> FileRows<'b, F> {
    pub(super) fn new(contents: Contents, files: F, budget: &'b Budget<'b, 'b>) -> Self {
        Self {
            contents,
            files: Rc::new(RefCell::new(files)),
            budget,
            present: None,
        }
    }

    /// Ends the dump, which is complete only if the rows of every table have been read.
    fn end(&self) -> io::Result<Option<String>> {
        match self.contents.is_complete() {
            true => Ok(None),
            false => Err(io::Error::other(DAMAGED)),
        }
    }
}

impl<'b, F: Files + 'b> Rows for FileRows<'b, F> {
    const HAVE_A_MARK: bool = true;

    fn next(&mut self) -> io::Result<Option<String>> {
        self.present = None;
        loop {
            let Some(name) = self.files.borrow_mut().next()? else {
                return self.end();
            };
            let place = Place::File(names::unpacked(&name).to_owned());
            if let Some(statement) = self.contents.begin(&place) {
                let file = SharedFile(Rc::clone(&self.files));
                self.present = Some(UnpackedFile::new(&name, file, self.budget)?);
                return Ok(Some(statement));
            }
            if is_rows(&name) {
                return Err(io::Error::other(Fault::BadDatabase {
                    what: "the dump of PostgreSQL has a file of rows that its toc.dat does not list",
                }));
            }
        }
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(present) = &mut self.present else {
            return Ok(0);
        };
        let read = present.reader.read(buffer)?;
        // A decoder need not read past its own end.
        if read == 0 && !buffer.is_empty() && self.files.borrow_mut().read(&mut [0])? > 0 {
            return Err(io::Error::other(DAMAGED));
        }
        Ok(read)
    }
}

/// The current file, for a decoder to own.
struct SharedFile<F>(Rc<RefCell<F>>);

impl<F: Read> Read for SharedFile<F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.borrow_mut().read(buffer)
    }
}

/// An unpacked file, and the memory that was reserved for it.
struct UnpackedFile<'b> {
    reader: Box<dyn Read + 'b>,
    _held: Permit<'b>,
}

impl<'b> UnpackedFile<'b> {
    fn new(name: &str, file: impl Read + 'b, budget: &'b Budget<'b, 'b>) -> io::Result<Self> {
        let (reader, memory): (Box<dyn Read + 'b>, u64) = match name.rsplit_once('.') {
            Some((_, "gz")) => (Box::new(Streams::new(Packing::Gzip, file)?), 0),
            Some((_, "zst")) => (Box::new(Streams::new(Packing::Zstd, file)?), ZSTD_WINDOW),
            Some((_, "lz4")) => (Box::new(FrameDecoder::new(file)), 0),
            _ => (Box::new(file), 0),
        };
        let held = budget.hold(memory).map_err(io::Error::other)?;
        Ok(Self {
            reader,
            _held: held,
        })
    }
}
