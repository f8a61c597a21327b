use std::fs;
use std::path::Path;

use hibp_verifier::{BreachChecker, RECORD_SIZE};
use rayon::slice::ParallelSliceMut;
use sha1::{Digest, Sha1};
use tempfile::TempDir;

use crate::files::bytes_below;
use crate::table::rows::Rows;
use crate::table::store::{Store, StoreContent};

/// Number of leading bits of a SHA-1 that name its files.
const PREFIX_BITS: u32 = 20;

/// Have I Been Pwned's passwords as the crate `hibp-verifier` keeps them: a file for each of 2²⁰ prefixes, opened and
/// read in each look-up. The tags' hexadecimal digits are the passwords. The files are in memory, where opening them
/// costs least, and so many of them are made and removed in seconds.
pub(in crate::table) struct Hibp(TempDir);

/// Where Linux has files that are in memory.
const MEMORY: &str = "/dev/shm";

impl Store for Hibp {
    const NAME: &'static str = "hibp-verifier, files in memory";
    const CONTENT: StoreContent = StoreContent::Membership;

    fn make(rows: &Rows, _folder: &Path) -> anyhow::Result<Self> {
        let mut hashes: Vec<[u8; 8]> = Vec::with_capacity(rows.0.rows as usize);
        rows.each(|pair| {
            let hash: [u8; 20] = Sha1::digest(password(pair.tag)).into();
            hashes.extend(hash.first_chunk().copied());
            Ok(())
        })?;
        hashes.par_sort_unstable();
        let folder = tempfile::tempdir_in(MEMORY)?;
        let mut rest = &hashes[..];
        for prefix in 0..1_u64 << PREFIX_BITS {
            let of_prefix = rest.partition_point(|hash| leading(hash) <= prefix);
            let (here, after) = rest.split_at(of_prefix);
            // Of the third byte the first half is in the file's name, too.
            let records: Vec<[u8; RECORD_SIZE]> = here
                .iter()
                .filter_map(|hash| hash.last_chunk().copied())
                .collect();
            fs::write(
                folder.path().join(format!("{prefix:05X}.bin")),
                records.as_flattened(),
            )?;
            rest = after;
        }
        Ok(Self(folder))
    }

    fn bytes(&self, _folder: &Path) -> anyhow::Result<u64> {
        bytes_below(self.0.path())
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let is_there = BreachChecker::new(self.0.path()).is_breached(&password(tag))?;
        Ok(is_there.then_some(0))
    }
}

fn password(tag: u64) -> String {
    format!("{tag:016x}")
}

const fn leading(hash: &[u8; 8]) -> u64 {
    u64::from_be_bytes(*hash) >> (64 - PREFIX_BITS)
}
