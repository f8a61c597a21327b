use std::fmt;

use serde::Serialize;

use super::store::{Store, StoreContent};
use super::stores::{Fst, Lmdb, SortedArray};
use crate::comparison::{Comparison, Figures};

/// Figures of the stores of one size, ours first.
#[derive(Clone, Debug, Serialize)]
pub struct TableFigures {
    /// Tags in each.
    pub rows: u64,
    /// The stores, one by one.
    pub stores: Vec<StoreFigures>,
}

/// Figures of one store.
#[derive(Clone, Debug, Serialize)]
pub struct StoreFigures {
    /// Name of the store.
    pub name: &'static str,
    /// What it returns for a tag.
    pub content: StoreContent,
    /// Seconds to make it, rows in order.
    pub build_seconds: f64,
    /// Bytes of its files, or of memory.
    pub bytes: u64,
    /// Nanoseconds to find an existing tag, warm.
    pub hit_nanoseconds: f64,
    /// Nanoseconds to find it and read its exposures, warm.
    pub found_nanoseconds: f64,
    /// Nanoseconds to miss a tag, warm.
    pub miss_nanoseconds: f64,
    /// Microseconds to read the exposures of a tag with nothing of the files in memory, if the store has files.
    pub cold_microseconds: Option<f64>,
}

/// Returns the factor by which a look-up should be faster than [`SLOWER`] among `rows` rows.
const AIM: f64 = 4.0;
const AIMED_AT: u64 = 64_000_000;
const SLOWER: [&str; 3] = [Lmdb::NAME, Fst::NAME, SortedArray::NAME];

impl Figures for TableFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let Some((ours, others)) = self.stores.split_first() else {
            return Vec::new();
        };
        let millions = self.rows as f64 / 1e6;
        let what = format!("look-up of a tag, {millions} million rows");
        let found = || Comparison::less(&what, "ns", ours.hit_nanoseconds);
        let beside = |other: &StoreFigures| {
            let has_aim = self.rows >= AIMED_AT && SLOWER.contains(&other.name);
            found().beside(other.name, other.hit_nanoseconds, has_aim.then_some(AIM))
        };
        let each = self.rows as f64;
        let all = format!("size of {millions} million tags");
        let bytes = |other: &StoreFigures| {
            let size = Comparison::less(&all, "bytes a tag", ours.bytes as f64 / each);
            size.beside(other.name, other.bytes as f64 / each, None)
        };
        let to_reach = found().beside_aim(300.0);
        let looked_up = others.iter().map(beside);
        looked_up
            .chain(others.iter().map(bytes))
            .chain([to_reach])
            .collect()
    }
}

impl fmt::Display for TableFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let million = self.rows as f64 / 1e6;
        writeln!(
            f,
            "| {million} million tags | returns | made in, s | bytes a tag | found, ns | with its exposures, ns | missed, ns | cold, µs |\n|---|---|--:|--:|--:|--:|--:|--:|"
        )?;
        for store in &self.stores {
            let cold = store
                .cold_microseconds
                .map_or("in memory".to_owned(), |cold| format!("{cold:.0}"));
            writeln!(
                f,
                "| {} | {} | {:.1} | {:.1} | {:.0} | {:.0} | {:.0} | {cold} |",
                store.name,
                match store.content {
                    StoreContent::Exposures => "exposures",
                    StoreContent::Membership => "membership",
                },
                store.build_seconds,
                store.bytes as f64 / self.rows as f64,
                store.hit_nanoseconds,
                store.found_nanoseconds,
                store.miss_nanoseconds,
            )?;
        }
        Ok(())
    }
}
