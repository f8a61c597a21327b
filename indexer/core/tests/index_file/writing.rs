//! The writer refuses what would not be a good file.

use exposure_index::breach::ClassSet;
use exposure_index::identifier::Kind;
use exposure_index::index::{
    Catalogue, Description, Exposure, GenerationId, IndexWriter, WriteError,
};
use exposure_index::oprf::{KeyId, Tag};

use super::sample::{GENERATION, Sample, class, exposure};

fn begin(sealed: bool, rows: u64, range_rows: u32, catalogue: Catalogue) -> Result<(), WriteError> {
    let description = Description {
        sealed,
        beside_sealed: false,
        key_id: KeyId([0; KeyId::LENGTH]),
        generation: GenerationId::parse(GENERATION).expect("a generation"),
        built_at: 0,
        rows: rows..=rows,
        range_rows,
        catalogue,
    };
    IndexWriter::new(std::io::Cursor::new(Vec::new()), description).map(drop)
}

#[test]
fn a_description_that_cannot_be_met_is_refused() {
    let catalogue = || Sample::fixed(1).catalogue();
    assert!(begin(false, 1, 16, catalogue()).is_ok());
    assert!(matches!(
        begin(false, 1 << 32, 16, catalogue()),
        Err(WriteError::TooManyRows { .. })
    ));
    assert!(matches!(
        begin(false, 1, 15, catalogue()),
        Err(WriteError::RangeRows { got: 15 })
    ));
    assert!(matches!(
        begin(false, 1, 16_385, catalogue()),
        Err(WriteError::RangeRows { .. })
    ));
    assert!(matches!(
        begin(true, 1, 16, catalogue()),
        Err(WriteError::Catalogue(_))
    ));
    let mut unsorted = catalogue();
    unsorted.breaches.swap(0, 1);
    assert!(matches!(
        begin(false, 1, 16, unsorted),
        Err(WriteError::Catalogue(_))
    ));
    let mut many = catalogue();
    many.breaches[0].classes = (0..=ClassSet::CAPACITY).map(class).collect();
    assert!(matches!(
        begin(false, 1, 16, many),
        Err(WriteError::Catalogue(_))
    ));
}

fn push_two(tags: [u64; 2], exposures: &[Exposure]) -> Result<(), WriteError> {
    let mut writer = Sample::fixed(2).writer();
    writer.push(Tag(tags[0]), Kind::Iin, &[exposure(0, 1)])?;
    writer.push(Tag(tags[1]), Kind::Iin, exposures)
}

#[test]
fn rows_come_in_order_with_exposures_in_order() {
    let good = [exposure(0, 1), exposure(2, 1)];
    assert!(push_two([1, 2], &good).is_ok());
    assert!(matches!(push_two([2, 2], &good), Err(WriteError::Order)));
    assert!(matches!(push_two([2, 1], &good), Err(WriteError::Order)));
    for bad in [
        &[][..],
        &[exposure(1, 1), exposure(0, 1)],
        &[exposure(1, 1), exposure(1, 2)],
    ] {
        assert!(matches!(push_two([1, 2], bad), Err(WriteError::Exposures)));
    }
    assert!(matches!(
        push_two([1, 2], &[exposure(3, 1)]),
        Err(WriteError::UnknownBreach)
    ));
}

#[test]
fn as_many_rows_come_as_were_announced() {
    for (count, got) in [(2, 1), (2, 3)] {
        let mut writer = Sample::fixed(count).writer();
        for tag in 0..got {
            writer
                .push(Tag(tag), Kind::Iin, &[exposure(0, 1)])
                .expect("a good row");
        }
        let refusal = writer.finish(&Sample::fixed(count).statistics()).err();
        assert!(matches!(refusal, Some(WriteError::RowCount { got: it, .. }) if it == got));
    }
}

#[test]
fn a_range_that_cannot_number_its_exposures_is_refused() {
    let classes = 17;
    let rows = (1..=1_u64 << 16).map(|row| {
        (
            row << 40,
            (Kind::Iin, vec![exposure(0, row), exposure(1, row)]),
        )
    });
    let sample = Sample::of(vec![classes; 2], rows.take(40_000).collect(), 16_384);
    let mut writer = sample.writer();
    let refusal = sample
        .rows
        .iter()
        .find_map(|(tag, (kind, exposures))| writer.push(Tag(*tag), *kind, exposures).err());
    let refusal = refusal.or_else(|| writer.finish(&sample.statistics()).err());
    assert!(matches!(refusal, Some(WriteError::RangeTooFull)));
}
