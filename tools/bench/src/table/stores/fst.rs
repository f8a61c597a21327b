use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use exposure_index::index::map;
use fst::{Map, MapBuilder};
use memmap2::Mmap;

use crate::table::rows::Rows;
use crate::table::store::{OnDisk, Store};

const FILE: &str = "tags.fst";

/// A finite state transducer by the crate `fst`, mapped.
pub(in crate::table) struct Fst(Map<Mmap>);

impl Store for Fst {
    const NAME: &'static str = "fst";

    fn make(rows: &Rows, folder: &Path) -> anyhow::Result<Self> {
        let file = File::create_new(folder.join(FILE))?;
        let mut builder = MapBuilder::new(BufWriter::with_capacity(1 << 20, file))?;
        rows.each(|pair| {
            builder.insert(pair.tag.to_be_bytes(), u64::from(pair.exposures))?;
            Ok(())
        })?;
        builder.into_inner()?.into_inner()?;
        Self::open(folder)
    }

    fn exposures(&mut self, tag: u64) -> anyhow::Result<Option<u16>> {
        let value = self.0.get(tag.to_be_bytes());
        Ok(value.map(u16::try_from).transpose()?)
    }
}

impl OnDisk for Fst {
    fn open(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(Map::new(map(&folder.join(FILE))?)?))
    }
}
