//! The fixed fields at the beginning of an index file.

use xxhash_rust::xxh3::xxh3_64;

use super::layout::{
    BESIDE_SEALED, BUCKET_BITS_OFFSET, BUILT_AT_OFFSET, FILE_LENGTH_OFFSET, FLAGS_OFFSET,
    FORMAT_VERSION, FORMAT_VERSION_OFFSET, GENERATION_OFFSET, HEAD_LENGTH, HEADER_CHECKSUM_OFFSET,
    KEY_ID_OFFSET, MAGIC, MAGIC_OFFSET, MAX_BUCKET_BITS, MAX_PREFIX_BITS, MAX_RANGE_ROWS, MAX_ROWS,
    MIN_RANGE_ROWS, NORMALISATION_VERSION_OFFSET, PREFIX_BITS_OFFSET, RANGE_BYTES_OFFSET,
    RANGE_ROWS_OFFSET, ROOT_OFFSET, ROWS_OFFSET, SEALED, SECTION_COUNT, SECTION_COUNT_OFFSET,
    at_least, at_most, bytes_at, equal, put, u16_at, u32_at, u64_at,
};
use super::section_table::{self, Extents};
use super::{Fault, FormatError, GenerationId, Hash, Section, Shape};
use crate::identifier::NORMALISATION_VERSION;
use crate::oprf::KeyId;

/// The fixed fields of an index file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the sealed file of its generation.
    pub sealed: bool,
    /// Whether this is a public file that has a sealed one.
    pub beside_sealed: bool,
    /// The key that made the tags.
    pub key_id: KeyId,
    /// The generation.
    pub generation: GenerationId,
    /// Build time, in seconds since 1970, UTC.
    pub built_at: i64,
    /// Number of rows.
    pub rows: u64,
    /// Length of every range response, in bytes: the longest range and its Merkle path.
    pub range_bytes: u32,
    /// Requested minimum of rows per range, on average; with the number of rows it decides the shape.
    pub range_rows: u32,
    /// Shape of the tags: prefix, bucket and rest.
    pub shape: Shape,
    /// The root of the Merkle tree over the ranges.
    pub root: Hash,
}

/// Header and section table as they are at the beginning of a file.
pub(super) fn encode_head(header: &Header, extents: &Extents) -> [u8; HEAD_LENGTH] {
    let mut head = [0; HEAD_LENGTH];
    let file_length = extents[extents.len() - 1].end();
    put(&mut head, MAGIC_OFFSET, &MAGIC);
    put(
        &mut head,
        FORMAT_VERSION_OFFSET,
        &FORMAT_VERSION.to_le_bytes(),
    );
    put(
        &mut head,
        NORMALISATION_VERSION_OFFSET,
        &NORMALISATION_VERSION.to_le_bytes(),
    );
    put(&mut head, FLAGS_OFFSET, &flags(header).to_le_bytes());
    put(
        &mut head,
        SECTION_COUNT_OFFSET,
        &SECTION_COUNT.to_le_bytes(),
    );
    put(&mut head, KEY_ID_OFFSET, &header.key_id.0);
    put(&mut head, GENERATION_OFFSET, header.generation.as_bytes());
    put(&mut head, BUILT_AT_OFFSET, &header.built_at.to_le_bytes());
    put(&mut head, ROWS_OFFSET, &header.rows.to_le_bytes());
    put(&mut head, FILE_LENGTH_OFFSET, &file_length.to_le_bytes());
    put(
        &mut head,
        RANGE_BYTES_OFFSET,
        &header.range_bytes.to_le_bytes(),
    );
    put(&mut head, PREFIX_BITS_OFFSET, &[header.shape.prefix_bits()]);
    put(&mut head, BUCKET_BITS_OFFSET, &[header.shape.bucket_bits()]);
    #[expect(clippy::cast_possible_truncation, reason = "at most `MAX_RANGE_ROWS`")]
    let range_rows = header.range_rows as u16;
    put(&mut head, RANGE_ROWS_OFFSET, &range_rows.to_le_bytes());
    put(&mut head, ROOT_OFFSET, &header.root);
    section_table::encode(extents, &mut head);
    let checksum = head_checksum(&head);
    put(&mut head, HEADER_CHECKSUM_OFFSET, &checksum.to_le_bytes());
    head
}

const fn flags(header: &Header) -> u32 {
    match (header.sealed, header.beside_sealed) {
        (true, _) => SEALED,
        (false, true) => BESIDE_SEALED,
        (false, false) => 0,
    }
}

/// Reads and checks header and section table of the file that `data` is. O(sections).
pub(super) fn decode_head(data: &[u8]) -> Result<(Header, Extents), FormatError> {
    decode_head_of(data, data.len() as u64)
}

/// Checks header and section table of a file of which only the first [`HEAD_LENGTH`] bytes are available: whether
/// it can be an index of this length.
///
/// # Errors
/// [`FormatError`] with the first rule that is broken.
pub fn check_head(beginning: &[u8], file_length: u64) -> Result<Header, FormatError> {
    decode_head_of(beginning, file_length).map(|(header, _)| header)
}

fn decode_head_of(data: &[u8], file_length: u64) -> Result<(Header, Extents), FormatError> {
    let fail = |offset, fault| Err(FormatError::new(Section::Header, offset, fault));
    if !data.starts_with(&MAGIC) {
        return fail(MAGIC_OFFSET, Fault::Magic);
    }
    let Some(head) = data.first_chunk::<HEAD_LENGTH>() else {
        let (expected, got) = (HEAD_LENGTH as u64, data.len() as u64);
        return fail(data.len(), Fault::Truncated { expected, got });
    };
    check_version(
        head,
        FORMAT_VERSION_OFFSET,
        "format version",
        FORMAT_VERSION,
    )?;
    if u64_at(head, HEADER_CHECKSUM_OFFSET) != head_checksum(head) {
        return fail(HEADER_CHECKSUM_OFFSET, Fault::Checksum);
    }
    check_version(
        head,
        NORMALISATION_VERSION_OFFSET,
        "normalisation version",
        NORMALISATION_VERSION,
    )?;
    let header = decode_header(head)?;
    let extents = section_table::decode(head, file_length)?;
    check_table(head, &extents, file_length)?;
    check_numbers(&header, &extents)?;
    Ok((header, extents))
}

fn decode_header(head: &[u8; HEAD_LENGTH]) -> Result<Header, FormatError> {
    let bounded = |offset, value, most, what| {
        at_most(value, most, what).map_err(|fault| in_header(offset, fault))
    };
    let flags = u32_at(head, FLAGS_OFFSET);
    bounded(FLAGS_OFFSET, flags.into(), BESIDE_SEALED.into(), "flags")?;
    let sections = u64::from(u32_at(head, SECTION_COUNT_OFFSET));
    equal(sections, Section::STORED.len() as u64, "number of sections")
        .map_err(|fault| in_header(SECTION_COUNT_OFFSET, fault))?;
    let rows = u64_at(head, ROWS_OFFSET);
    bounded(ROWS_OFFSET, rows, MAX_ROWS, "rows")?;
    let (prefix_bits, bucket_bits) = (head[PREFIX_BITS_OFFSET], head[BUCKET_BITS_OFFSET]);
    let (most_prefix, most_bucket) = (MAX_PREFIX_BITS.into(), MAX_BUCKET_BITS.into());
    bounded(
        PREFIX_BITS_OFFSET,
        prefix_bits.into(),
        most_prefix,
        "prefix bits",
    )?;
    bounded(
        BUCKET_BITS_OFFSET,
        bucket_bits.into(),
        most_bucket,
        "bucket bits",
    )?;
    let range_rows = u32::from(u16_at(head, RANGE_ROWS_OFFSET));
    at_least(range_rows.into(), MIN_RANGE_ROWS.into(), "rows per range")
        .map_err(|fault| in_header(RANGE_ROWS_OFFSET, fault))?;
    bounded(
        RANGE_ROWS_OFFSET,
        range_rows.into(),
        MAX_RANGE_ROWS.into(),
        "rows per range",
    )?;
    let generation = decode_generation(head)?;
    Ok(Header {
        sealed: flags == SEALED,
        beside_sealed: flags == BESIDE_SEALED,
        key_id: KeyId(bytes_at(head, KEY_ID_OFFSET)),
        generation,
        built_at: i64::from_le_bytes(bytes_at(head, BUILT_AT_OFFSET)),
        rows,
        range_bytes: u32_at(head, RANGE_BYTES_OFFSET),
        range_rows,
        shape: Shape::new(prefix_bits, bucket_bits),
        root: bytes_at(head, ROOT_OFFSET),
    })
}

fn decode_generation(head: &[u8; HEAD_LENGTH]) -> Result<GenerationId, FormatError> {
    let what = "the generation";
    str::from_utf8(&head[GENERATION_OFFSET..BUILT_AT_OFFSET])
        .ok()
        .and_then(GenerationId::parse)
        .ok_or_else(|| in_header(GENERATION_OFFSET, Fault::Encoding { what }))
}

fn in_header(offset: usize, fault: Fault) -> FormatError {
    FormatError::new(Section::Header, offset, fault)
}

/// The header's own account of the sections and of the file's length.
fn check_table(
    head: &[u8; HEAD_LENGTH],
    extents: &Extents,
    file_length: u64,
) -> Result<(), FormatError> {
    let must = |got, expected, what| {
        let fail = |fault| FormatError::new(Section::Header, FILE_LENGTH_OFFSET, fault);
        equal(got, expected, what).map_err(fail)
    };
    let stated = u64_at(head, FILE_LENGTH_OFFSET);
    must(stated, extents[extents.len() - 1].end(), "file length")?;
    must(stated, file_length, "file length")
}

/// Checks that header and table agree with each other.
fn check_numbers(header: &Header, extents: &Extents) -> Result<(), FormatError> {
    let fail = |offset| move |fault| FormatError::new(Section::Header, offset, fault);
    let (prefix_bits, bucket_bits) = (header.shape.prefix_bits(), header.shape.bucket_bits());
    let expected = Shape::for_rows(header.rows, header.range_rows);
    let must = |got: u8, expected: u8, what| equal(u64::from(got), u64::from(expected), what);
    must(prefix_bits, expected.prefix_bits(), "prefix bits").map_err(fail(PREFIX_BITS_OFFSET))?;
    must(bucket_bits, expected.bucket_bits(), "bucket bits").map_err(fail(BUCKET_BITS_OFFSET))?;
    // Code that pads responses to this length must be able to trust it before any range is read.
    let path = 32 * u64::from(prefix_bits);
    let most = extents[Section::Ranges.place()].length.saturating_add(path);
    at_most(u64::from(header.range_bytes), most, "range bytes").map_err(fail(RANGE_BYTES_OFFSET))
}

fn check_version(
    head: &[u8],
    offset: usize,
    what: &'static str,
    known: u32,
) -> Result<(), FormatError> {
    let got = u32_at(head, offset);
    if got == known {
        return Ok(());
    }
    Err(FormatError::new(
        Section::Header,
        offset,
        Fault::Version { what, known, got },
    ))
}

/// XXH3 of everything before the first section but the checksum itself.
fn head_checksum(head: &[u8; HEAD_LENGTH]) -> u64 {
    let mut covered = *head;
    put(&mut covered, HEADER_CHECKSUM_OFFSET, &[0; 8]);
    xxh3_64(&covered)
}
