use std::fs::File;
use std::io;
use std::path::Path;

use memmap2::Mmap;

/// Maps an index file into memory.
///
/// # Errors
/// The OS error.
pub fn map(path: &Path) -> io::Result<Mmap> {
    let file = File::open(path)?;
    map_file(&file)
}

/// The only unsafe code of this project.
#[allow(unsafe_code)]
fn map_file(file: &File) -> io::Result<Mmap> {
    // SAFETY: the bytes must not change while they are mapped. Index files are written under another name, made
    // read-only, renamed into place and never opened for writing again; a user who may write to the index directory can
    // break this and is trusted not to. The reader takes every number from the map once and checks it before use.
    unsafe { Mmap::map(file) }
}
