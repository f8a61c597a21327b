//! How is a file in several volumes read as one?

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::PathBuf;

use super::BUFFER;
use crate::ingest::meter::{Meter, MeteredReader};

/// A file in one or several volumes, read as one; buffered, and the buffer outlives seeking within it.
pub(super) struct Volumes<'m, 'p> {
    begins: Vec<u64>,
    reader: BufReader<MeteredReader<'m, 'p, ConcatenatedFiles>>,
    at: u64,
    size: u64,
}

impl<'m, 'p> Volumes<'m, 'p> {
    /// Opens the volumes in the order in which they follow each other.
    pub(super) fn open(paths: &[PathBuf], meter: &'m Meter<'p>) -> io::Result<Self> {
        let files = ConcatenatedFiles::open(paths)?;
        let size = files.size;
        let begins = files.volumes.iter().map(|&(_, begin)| begin).collect();
        let reader = BufReader::with_capacity(BUFFER, MeteredReader::new(files, meter));
        Ok(Self {
            begins,
            reader,
            at: 0,
            size,
        })
    }

    /// Returns where each volume begins.
    pub(super) fn begins(&self) -> Vec<u64> {
        self.begins.clone()
    }
}

impl Read for Volumes<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for Volumes<'_, '_> {
    /// Directories of archives are read by many small seeks; only those that leave the buffer cost a read.
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let target = place(to, self.at, self.size)?;
        let signed = |place| i64::try_from(place).map_err(|_| io::ErrorKind::InvalidInput);
        self.reader
            .seek_relative(signed(target)? - signed(self.at)?)?;
        self.at = target;
        Ok(target)
    }
}

/// Returns where in a file of `size` bytes a seek from `at` leads.
fn place(to: SeekFrom, at: u64, size: u64) -> io::Result<u64> {
    let place = match to {
        SeekFrom::Start(place) => Some(place),
        SeekFrom::End(offset) => size.checked_add_signed(offset),
        SeekFrom::Current(offset) => at.checked_add_signed(offset),
    };
    place.ok_or_else(|| io::ErrorKind::InvalidInput.into())
}

/// Files, one after the other. Only one is open at a time: there may be more than the OS lets a process open.
pub(super) struct ConcatenatedFiles {
    /// Paths, each with the place where the volume begins.
    volumes: Vec<(PathBuf, u64)>,
    size: u64,
    at: u64,
    open: Option<(usize, File)>,
}

impl ConcatenatedFiles {
    pub(super) fn open(paths: &[PathBuf]) -> io::Result<Self> {
        let (mut volumes, mut size) = (Vec::with_capacity(paths.len()), 0);
        for path in paths {
            volumes.push((path.clone(), size));
            size += path.metadata()?.len();
        }
        Ok(Self {
            volumes,
            size,
            at: 0,
            open: None,
        })
    }

    /// Opens the volume after the current one.
    fn next(&self) -> usize {
        self.volumes.partition_point(|&(_, begin)| begin <= self.at)
    }

    /// Opens the volume of the current position, at that position.
    fn volume(&mut self) -> io::Result<&mut File> {
        let number = self.next() - 1;
        let (path, begin) = &self.volumes[number];
        let file = match self.open.take() {
            Some((open, file)) if open == number => file,
            _ => File::open(path)?,
        };
        let (_, file) = self.open.insert((number, file));
        file.seek(SeekFrom::Start(self.at - begin))?;
        Ok(file)
    }

    /// Returns the bytes left in the current volume.
    fn left_in_volume(&self) -> u64 {
        let end = self.volumes.get(self.next());
        end.map_or(self.size, |&(_, begin)| begin) - self.at
    }
}

impl Read for ConcatenatedFiles {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size {
            return Ok(0);
        }
        let left = usize::try_from(self.left_in_volume()).unwrap_or(usize::MAX);
        let most = buffer.len().min(left);
        let read = self.volume()?.read(&mut buffer[..most])?;
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for ConcatenatedFiles {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = place(to, self.at, self.size)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ingest::Progress;

    proptest! {
        #[test]
        fn volumes_read_like_one_file(
            parts in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 1..5),
            seeks in prop::collection::vec((0_u64..40, 1_usize..12), 0..8),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let whole = parts.concat();
            let mut paths = Vec::new();
            for (number, part) in parts.iter().enumerate() {
                paths.push(folder.path().join(number.to_string()));
                std::fs::write(&paths[number], part).unwrap();
            }
            let progress = Progress::default();
            let meter = Meter::new(&progress, whole.len() as u64);
            let mut volumes = Volumes::open(&paths, &meter).unwrap();
            for (place, length) in seeks {
                volumes.seek(SeekFrom::Start(place)).unwrap();
                let mut read = Vec::new();
                volumes.by_ref().take(length as u64).read_to_end(&mut read).unwrap();
                let begin = whole.len().min(place as usize);
                prop_assert_eq!(&read[..], &whole[begin..whole.len().min(begin + length)]);
            }
            prop_assert_eq!(volumes.seek(SeekFrom::End(0)).unwrap(), whole.len() as u64);
        }
    }
}
