//! Header and section table: the constants and codecs that FORMAT.md fixes.

use xxhash_rust::xxh3::xxh3_64;

use super::{Fault, FormatError, GenerationId, Hash, Section, Shape};
use crate::identifier::NORMALISATION_VERSION;
use crate::oprf::KeyId;

pub(super) const MAGIC: [u8; 8] = *b"TEKSERIX";
pub(super) const FORMAT_VERSION: u32 = 1;

const MAGIC_OFFSET: usize = 0;
const FORMAT_VERSION_OFFSET: usize = MAGIC_OFFSET + 8;
const NORMALISATION_VERSION_OFFSET: usize = FORMAT_VERSION_OFFSET + 4;
const FLAGS_OFFSET: usize = NORMALISATION_VERSION_OFFSET + 4;
const SECTION_COUNT_OFFSET: usize = FLAGS_OFFSET + 4;
const KEY_ID_OFFSET: usize = SECTION_COUNT_OFFSET + 4;
const GENERATION_OFFSET: usize = KEY_ID_OFFSET + KeyId::LENGTH;
const BUILT_AT_OFFSET: usize = GENERATION_OFFSET + GenerationId::LENGTH;
const ROWS_OFFSET: usize = BUILT_AT_OFFSET + 8;
const FILE_LENGTH_OFFSET: usize = ROWS_OFFSET + 8;
pub(super) const RANGE_BYTES_OFFSET: usize = FILE_LENGTH_OFFSET + 8;
const PREFIX_BITS_OFFSET: usize = RANGE_BYTES_OFFSET + 4;
const BUCKET_BITS_OFFSET: usize = PREFIX_BITS_OFFSET + 1;
const RESERVED_OFFSET: usize = BUCKET_BITS_OFFSET + 1;
pub(super) const ROOT_OFFSET: usize = RESERVED_OFFSET + 2;
const HEADER_CHECKSUM_OFFSET: usize = ROOT_OFFSET + 32;
const SECTION_TABLE_OFFSET: usize = HEADER_CHECKSUM_OFFSET + 8;

const SECTION_ENTRY_LENGTH: usize = 32;
const SECTION_TABLE_END: usize =
    SECTION_TABLE_OFFSET + Section::STORED.len() * SECTION_ENTRY_LENGTH;
/// Where the first section begins, and what every section's offset is a multiple of.
pub(super) const ALIGNMENT: u64 = 64;
/// The bytes before the first section.
pub(super) const HEAD_LENGTH: usize = SECTION_TABLE_END.next_multiple_of(ALIGNMENT as usize);
pub(super) const MAX_PREFIX_BITS: u8 = 24;
pub(super) const MAX_BUCKET_BITS: u8 = 16;
/// Row numbers are 32 bits wide in roaring bitmaps.
pub(super) const MAX_ROWS: u64 = u32::MAX as u64;
const SEALED: u32 = 1;
const BESIDE_SEALED: u32 = 2;

/// The fixed fields of an index file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether this is the sealed file of its generation.
    pub sealed: bool,
    /// Whether this is a public file with a sealed one beside it.
    pub beside_sealed: bool,
    /// The key that made the tags.
    pub key_id: KeyId,
    /// The generation.
    pub generation: GenerationId,
    /// When it was built, seconds since 1970 in UTC.
    pub built_at: i64,
    /// How many rows it has.
    pub rows: u64,
    /// How long every range response is, in bytes: the longest range and its Merkle path.
    pub range_bytes: u32,
    /// How tags are cut into prefix, bucket and rest.
    pub shape: Shape,
    /// The root of the Merkle tree over the ranges.
    pub root: Hash,
}

/// Where a section is, and its checksum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) offset: u64,
    pub(super) length: u64,
    pub(super) checksum: u64,
}

impl Extent {
    pub(super) const fn end(&self) -> u64 {
        self.offset.saturating_add(self.length)
    }
}

pub(super) type Extents = [Extent; Section::STORED.len()];

/// Header and section table as they stand at the beginning of a file.
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
    put(
        &mut head,
        FLAGS_OFFSET,
        &flags(header).to_le_bytes(),
    );
    put(
        &mut head,
        SECTION_COUNT_OFFSET,
        &(extents.len() as u32).to_le_bytes(),
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
    put(&mut head, ROOT_OFFSET, &header.root);
    for (section, extent) in Section::STORED.into_iter().zip(extents) {
        let offset = entry_offset(section);
        put(&mut head, offset, &u64::from(section.code()).to_le_bytes());
        put(&mut head, offset + 8, &extent.offset.to_le_bytes());
        put(&mut head, offset + 16, &extent.length.to_le_bytes());
        put(&mut head, offset + 24, &extent.checksum.to_le_bytes());
    }
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
    let extents = decode_table(head, data.len() as u64)?;
    check_numbers(&header, &extents)?;
    Ok((header, extents))
}

fn decode_header(head: &[u8; HEAD_LENGTH]) -> Result<Header, FormatError> {
    let fail = |offset, fault| FormatError::new(Section::Header, offset, fault);
    let flags = u32_at(head, FLAGS_OFFSET);
    at_most(u64::from(flags), u64::from(BESIDE_SEALED), "flags")
        .map_err(|fault| fail(FLAGS_OFFSET, fault))?;
    let rows = u64_at(head, ROWS_OFFSET);
    at_most(rows, MAX_ROWS, "rows").map_err(|fault| fail(ROWS_OFFSET, fault))?;
    let (prefix_bits, bucket_bits) = (head[PREFIX_BITS_OFFSET], head[BUCKET_BITS_OFFSET]);
    at_most(
        u64::from(prefix_bits),
        u64::from(MAX_PREFIX_BITS),
        "prefix bits",
    )
    .map_err(|fault| fail(PREFIX_BITS_OFFSET, fault))?;
    at_most(
        u64::from(bucket_bits),
        u64::from(MAX_BUCKET_BITS),
        "bucket bits",
    )
    .map_err(|fault| fail(BUCKET_BITS_OFFSET, fault))?;
    if head[RESERVED_OFFSET..ROOT_OFFSET] != [0, 0] {
        return Err(fail(
            RESERVED_OFFSET,
            Fault::NotZero {
                what: "reserved bytes",
            },
        ));
    }
    let generation = str::from_utf8(&head[GENERATION_OFFSET..BUILT_AT_OFFSET])
        .ok()
        .and_then(GenerationId::parse)
        .ok_or_else(|| {
            fail(
                GENERATION_OFFSET,
                Fault::Encoding {
                    what: "the generation",
                },
            )
        })?;
    Ok(Header {
        sealed: flags == SEALED,
        beside_sealed: flags == BESIDE_SEALED,
        key_id: KeyId(bytes_at(head, KEY_ID_OFFSET)),
        generation,
        built_at: i64::from_le_bytes(bytes_at(head, BUILT_AT_OFFSET)),
        rows,
        range_bytes: u32_at(head, RANGE_BYTES_OFFSET),
        shape: Shape::new(prefix_bits, bucket_bits),
        root: bytes_at(head, ROOT_OFFSET),
    })
}

fn decode_table(head: &[u8; HEAD_LENGTH], file_length: u64) -> Result<Extents, FormatError> {
    let header_must = |offset, what, expected, got| {
        equal(got, expected, what).map_err(|fault| FormatError::new(Section::Header, offset, fault))
    };
    let count = u64::from(u32_at(head, SECTION_COUNT_OFFSET));
    header_must(
        SECTION_COUNT_OFFSET,
        "number of sections",
        Section::STORED.len() as u64,
        count,
    )?;
    if head[SECTION_TABLE_END..].iter().any(|byte| *byte != 0) {
        let fault = Fault::NotZero { what: "padding" };
        return Err(FormatError::new(Section::Table, SECTION_TABLE_END, fault));
    }
    let mut extents = Extents::default();
    let mut expected_offset = HEAD_LENGTH as u64;
    for section in Section::STORED {
        let offset = entry_offset(section);
        let must = |field, what, expected, got| {
            equal(got, expected, what)
                .map_err(|fault| FormatError::new(Section::Table, offset + field, fault))
        };
        must(
            0,
            "section code",
            u64::from(section.code()),
            u64_at(head, offset),
        )?;
        must(
            8,
            "section offset",
            expected_offset,
            u64_at(head, offset + 8),
        )?;
        let extent = Extent {
            offset: expected_offset,
            length: u64_at(head, offset + 16),
            checksum: u64_at(head, offset + 24),
        };
        if extent.end() > file_length {
            let fault = Fault::Truncated {
                expected: extent.length,
                got: file_length.saturating_sub(extent.offset),
            };
            return Err(FormatError::new(
                section,
                file_length.saturating_sub(extent.offset),
                fault,
            ));
        }
        extents[section.place()] = extent;
        expected_offset = extent.end().next_multiple_of(ALIGNMENT);
    }
    header_must(
        FILE_LENGTH_OFFSET,
        "file length",
        extents[extents.len() - 1].end(),
        u64_at(head, FILE_LENGTH_OFFSET),
    )?;
    header_must(
        FILE_LENGTH_OFFSET,
        "file length",
        file_length,
        u64_at(head, FILE_LENGTH_OFFSET),
    )?;
    Ok(extents)
}

/// What header and table say must agree with each other.
fn check_numbers(header: &Header, extents: &Extents) -> Result<(), FormatError> {
    let fail = |offset| move |fault| FormatError::new(Section::Header, offset, fault);
    let (prefix_bits, bucket_bits) = (header.shape.prefix_bits(), header.shape.bucket_bits());
    let expected = Shape::for_prefix(header.rows, prefix_bits).bucket_bits();
    equal(u64::from(bucket_bits), u64::from(expected), "bucket bits")
        .map_err(fail(BUCKET_BITS_OFFSET))?;
    // Whoever pads responses to this length must be able to trust it before any range is read.
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

const fn entry_offset(section: Section) -> usize {
    SECTION_TABLE_OFFSET + section.place() * SECTION_ENTRY_LENGTH
}

pub(super) fn equal(got: u64, expected: u64, what: &'static str) -> Result<(), Fault> {
    if got == expected {
        Ok(())
    } else {
        Err(Fault::Mismatch {
            what,
            expected,
            got,
        })
    }
}

pub(super) fn at_most(got: u64, limit: u64, what: &'static str) -> Result<(), Fault> {
    if got <= limit {
        Ok(())
    } else {
        Err(Fault::TooLarge { what, limit, got })
    }
}

fn put(bytes: &mut [u8], offset: usize, field: &[u8]) {
    bytes[offset..offset + field.len()].copy_from_slice(field);
}

/// The `N` bytes at `offset`, which the caller has checked to be there.
pub(super) fn bytes_at<const N: usize>(bytes: &[u8], offset: usize) -> [u8; N] {
    let mut field = [0; N];
    field.copy_from_slice(&bytes[offset..offset + N]);
    field
}

pub(super) fn u16_at(bytes: &[u8], offset: usize) -> u16 {
    u16::from_le_bytes(bytes_at(bytes, offset))
}

pub(super) fn u32_at(bytes: &[u8], offset: usize) -> u32 {
    u32::from_le_bytes(bytes_at(bytes, offset))
}

pub(super) fn u64_at(bytes: &[u8], offset: usize) -> u64 {
    u64::from_le_bytes(bytes_at(bytes, offset))
}
