//! Index files to test with. Their tags are made-up numbers that stand for nobody.

use std::collections::BTreeMap;
use std::io::Cursor;

use exposure_index::breach::{ClassSet, DataClass, Localised, Metadata, Status};
use exposure_index::identifier::Kind;
use exposure_index::index::{
    BreachOrdinal, BreachStatistics, Catalogue, CatalogueEntry, Description, Exposure,
    GenerationId, Header, Identifiers, IndexWriter, Statistics,
};
use exposure_index::oprf::{KeyId, Tag};

pub(super) const GENERATION: &str = "20260102-030405-0a1b2c3d";

/// The content of an index file.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) sealed: bool,
    /// How many classes each breach has.
    pub(super) classes: Vec<usize>,
    pub(super) rows: BTreeMap<u64, (Kind, Vec<Exposure>)>,
    pub(super) range_rows: u32,
    pub(super) generation: &'static str,
    pub(super) built_at: i64,
}

impl Sample {
    /// `count` rows of all kinds over three breaches, the same at every call.
    pub(super) fn fixed(count: u64) -> Self {
        let rows = (0..count).map(|number| (scramble(number), row(scramble(number ^ 0x5eed))));
        Self::of(vec![2, 4, 8], rows.collect(), 16)
    }

    pub(super) fn of(
        classes: Vec<usize>,
        rows: BTreeMap<u64, (Kind, Vec<Exposure>)>,
        range_rows: u32,
    ) -> Self {
        Self {
            sealed: false,
            classes,
            rows,
            range_rows,
            generation: GENERATION,
            built_at: 1_767_323_045,
        }
    }

    pub(super) fn catalogue(&self) -> Catalogue {
        let entry = |(place, classes): (usize, &usize)| CatalogueEntry {
            metadata: self.metadata(place),
            classes: (0..*classes).map(class).collect(),
        };
        Catalogue {
            breaches: self.classes.iter().enumerate().map(entry).collect(),
        }
    }

    fn metadata(&self, place: usize) -> Metadata {
        let text = |language: &str| format!("Breach {place} in {language}");
        let localised = Localised {
            kk: text("Kazakh"),
            ru: text("Russian"),
            en: text("English"),
        };
        Metadata {
            id: format!("breach-{place:03}").try_into().expect("an id"),
            date: "2025-06".parse().expect("a date"),
            added: "2026-01-02".parse().expect("a date"),
            corrected: None,
            status: Status::Reported,
            sensitive: self.sealed,
            records: 1000,
            source: "https://example.kz/report".to_owned(),
            title: localised.clone(),
            summary: localised,
            warning: None,
        }
    }

    /// Counted from the rows here, not by the writer.
    pub(super) fn statistics(&self) -> Statistics {
        let counted = |breach: Option<usize>| {
            let mut counts = Identifiers::new();
            for (kind, exposures) in self.rows.values() {
                let holds = |place| exposures.iter().any(|it| usize::from(it.breach.0) == place);
                if breach.is_none_or(holds) {
                    *counts.entry(*kind).or_default() += 1;
                }
            }
            counts
        };
        let of_breach = |place: usize| BreachStatistics {
            rows: 1000,
            rejected_rows: 3,
            truncated_files: 0,
            identifiers: counted(Some(place)),
            recovered: Identifiers::new(),
            invalid_cells: Identifiers::from([(Kind::Phone, 2)]),
        };
        let ids = (0..self.classes.len()).map(|place| (self.metadata(place).id, of_breach(place)));
        Statistics {
            identifiers: counted(None),
            breaches: ids.collect(),
            both_files: self.sealed.then(|| counted(None)),
            recovered: Identifiers::new(),
            both_files_recovered: Identifiers::new(),
        }
    }

    pub(super) fn writer(&self) -> IndexWriter<Cursor<Vec<u8>>> {
        let description = Description {
            sealed: self.sealed,
            beside_sealed: false,
            key_id: KeyId([7; KeyId::LENGTH]),
            generation: GenerationId::parse(self.generation).expect("a generation"),
            built_at: self.built_at,
            rows: self.rows.len() as u64..=self.rows.len() as u64,
            range_rows: self.range_rows,
            catalogue: self.catalogue(),
        };
        IndexWriter::new(Cursor::new(Vec::new()), description)
            .expect("a description that can be met")
    }

    pub(super) fn write(&self) -> (Vec<u8>, Header) {
        let mut writer = self.writer();
        for (tag, (kind, exposures)) in &self.rows {
            writer
                .push(Tag(*tag), *kind, exposures)
                .expect("a good row");
        }
        let (out, header) = writer.finish(&self.statistics()).expect("a finished file");
        (out.into_inner(), header)
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        self.write().0
    }
}

pub(super) fn class(place: usize) -> DataClass {
    format!("class-{place:03}").try_into().expect("a class")
}

pub(super) fn exposure(breach: u16, classes: u64) -> Exposure {
    Exposure {
        breach: BreachOrdinal(breach),
        classes: ClassSet(classes),
    }
}

/// Kinds that the first programs knew, which wrote the fixture.
const FIRST_KINDS: usize = 9;

/// One of some twenty sets of exposures, and a kind, chosen by `random`.
fn row(random: u64) -> (Kind, Vec<Exposure>) {
    let classes = [
        1 + random % 3,
        1 + (random >> 8) % 2,
        0x80 | ((random >> 16) % 2),
    ];
    let present = 1 + (random >> 32) % 7;
    let exposures = (0..3)
        .filter(|breach| present >> breach & 1 == 1)
        .map(|breach| exposure(breach, classes[usize::from(breach)]));
    let kind = Kind::ALL[(random >> 40) as usize % FIRST_KINDS];
    (kind, exposures.collect())
}

/// SplitMix64: the same scattered numbers at every run.
fn scramble(number: u64) -> u64 {
    let mut word = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ word >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ word >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ word >> 31
}
