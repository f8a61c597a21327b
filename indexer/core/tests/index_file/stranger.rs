//! A second reader and writer of index files, made from FORMAT.md alone: it shares no line with the library, so that
//! the page is known to suffice, and it can write the files that the library never would.

use std::collections::BTreeMap;

use roaring::RoaringBitmap;
use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

pub(super) const RANGES: usize = 0;
pub(super) const DIRECTORY: usize = 1;
pub(super) const MERKLE: usize = 2;
pub(super) const POSTINGS: usize = 3;
pub(super) const CATALOGUE: usize = 4;
pub(super) const STATISTICS: usize = 5;

/// Tag → numbers of the kinds it has a posting of, and (breach, classes).
pub(super) type Rows = BTreeMap<u64, (Vec<u16>, Vec<(u64, u64)>)>;

/// The unsigned little-endian number of `N` bytes at `offset`.
pub(super) fn number<const N: usize>(bytes: &[u8], offset: usize) -> u64 {
    let field = bytes[offset..offset + N].iter().rev();
    field.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

pub(super) fn put<const N: usize>(bytes: &mut [u8], offset: usize, value: u64) {
    bytes[offset..offset + N].copy_from_slice(&value.to_le_bytes()[..N]);
}

/// A file taken apart: the head, and the sections without the zeros between them.
#[derive(Clone)]
pub(super) struct File {
    pub(super) head: Vec<u8>,
    pub(super) sections: Vec<Vec<u8>>,
}

impl File {
    pub(super) fn read(file: &[u8]) -> Self {
        let section = |entry: usize| {
            let (offset, length) = extent(file, entry);
            file[offset..offset + length].to_vec()
        };
        Self {
            head: file[..384].to_vec(),
            sections: (0..6).map(section).collect(),
        }
    }

    /// The file with offsets, lengths and checksums that fit its sections.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut file = self.head.clone();
        for (entry, section) in self.sections.iter().enumerate() {
            file.resize(file.len().next_multiple_of(64), 0);
            let at = 136 + 32 * entry;
            let offset = file.len() as u64;
            put::<8>(&mut file, at + 8, offset);
            put::<8>(&mut file, at + 16, section.len() as u64);
            file.extend_from_slice(section);
        }
        let length = file.len() as u64;
        put::<8>(&mut file, 80, length);
        mend(&mut file);
        file
    }

    pub(super) fn prefix_bits(&self) -> usize {
        usize::from(self.head[92])
    }

    pub(super) fn ranges(&self) -> Vec<Range> {
        let start = |entry: usize| number::<8>(&self.sections[DIRECTORY], 12 * entry) as usize;
        let ranges = 0..1 << self.prefix_bits();
        ranges
            .map(|prefix| Range::read(&self.sections[RANGES][start(prefix)..start(prefix + 1)]))
            .collect()
    }

    /// Puts other ranges of as many rows in, with the offsets, the hashes and the length of responses that follow.
    pub(super) fn set_ranges(&mut self, ranges: &[Vec<u8>]) {
        let directory = &mut self.sections[DIRECTORY];
        let mut offset = 0;
        for (prefix, range) in ranges.iter().enumerate() {
            offset += range.len() as u64;
            put::<8>(directory, 12 * (prefix + 1), offset);
        }
        self.sections[RANGES] = ranges.concat();
        self.sections[MERKLE] = hashes(ranges).concat();
        let root = self.sections[MERKLE].last_chunk::<32>().expect("a root");
        self.head[96..128].copy_from_slice(root);
        let longest = ranges.iter().map(Vec::len).max().expect("a range");
        let response = (longest + 32 * self.prefix_bits()) as u64;
        put::<4>(&mut self.head, 88, response);
    }

    /// The posting of each holder: (1, kind) or (2, breach).
    pub(super) fn postings(&self) -> BTreeMap<(u16, u16), RoaringBitmap> {
        let section = &self.sections[POSTINGS];
        let entries = (0..number::<8>(section, 0) as usize).map(|entry| 8 + 24 * entry);
        let posting = |at: usize| {
            let start = number::<8>(section, at + 8) as usize;
            let body = &section[start..start + number::<8>(section, at + 16) as usize];
            let posting = RoaringBitmap::deserialize_from(body).expect("a roaring bitmap");
            assert_eq!(posting.len(), number::<4>(section, at + 4));
            let holder = (
                number::<2>(section, at) as u16,
                number::<2>(section, at + 2) as u16,
            );
            (holder, posting)
        };
        entries.map(posting).collect()
    }

    /// Puts other postings in, in the order given.
    pub(super) fn set_postings(&mut self, postings: &[((u16, u16), RoaringBitmap)]) {
        let mut section = (postings.len() as u64).to_le_bytes().to_vec();
        let mut bodies = Vec::new();
        for ((holder, number), posting) in postings {
            let start = (8 + 24 * postings.len() + bodies.len()) as u64;
            posting.serialize_into(&mut bodies).expect("memory");
            section.extend(holder.to_le_bytes());
            section.extend(number.to_le_bytes());
            section.extend((posting.len() as u32).to_le_bytes());
            section.extend(start.to_le_bytes());
            section.extend((posting.serialized_size() as u64).to_le_bytes());
        }
        section.extend(bodies);
        self.sections[POSTINGS] = section;
    }

    /// Puts other JSON into the catalogue or the statistics.
    pub(super) fn set_json(&mut self, section: usize, json: &[u8]) {
        self.sections[section] = zstd::encode_all(json, 1).expect("memory");
    }

    pub(super) fn json(&self, section: usize) -> serde_json::Value {
        let json = zstd::decode_all(&self.sections[section][..]).expect("a zstd frame");
        serde_json::from_slice(&json).expect("JSON")
    }

    /// Every row, read from the ranges and the postings of the kinds.
    pub(super) fn rows(&self) -> Rows {
        let postings = self.postings();
        let mut rows = Rows::new();
        for (prefix, range) in self.ranges().iter().enumerate() {
            for (tag, exposures) in range.tags(prefix as u64) {
                let row = rows.len() as u32;
                let kinds = (0..13).filter(|kind| {
                    let posting = postings.get(&(1, *kind));
                    posting.is_some_and(|posting| posting.contains(row))
                });
                rows.insert(tag, (kinds.collect(), exposures));
            }
        }
        rows
    }
}

/// Offset and length of the section at a place in the table.
pub(super) fn extent(file: &[u8], entry: usize) -> (usize, usize) {
    let at = 136 + 32 * entry;
    (
        number::<8>(file, at + 8) as usize,
        number::<8>(file, at + 16) as usize,
    )
}

/// Makes the checksums of sections and head fit again; those of sections that are outside the file are left.
pub(super) fn mend(file: &mut [u8]) {
    for entry in 0..6 {
        let (offset, length) = extent(file, entry);
        if let Some(section) = offset
            .checked_add(length)
            .and_then(|end| file.get(offset..end))
        {
            let checksum = xxh3_64(section);
            put::<8>(file, 136 + 32 * entry + 24, checksum);
        }
    }
    mend_head(file);
}

pub(super) fn mend_head(file: &mut [u8]) {
    put::<8>(file, 128, 0);
    let checksum = xxh3_64(&file[..384]);
    put::<8>(file, 128, checksum);
}

/// The Merkle tree, leaves first.
fn hashes(ranges: &[Vec<u8>]) -> Vec<[u8; 32]> {
    let mut level: Vec<[u8; 32]> = ranges
        .iter()
        .map(|range| {
            Sha256::new()
                .chain_update([0])
                .chain_update(range)
                .finalize()
                .into()
        })
        .collect();
    let mut all = level.clone();
    while level.len() > 1 {
        let node = |pair: &[[u8; 32]]| {
            Sha256::new()
                .chain_update([1])
                .chain_update(pair.concat())
                .finalize()
                .into()
        };
        level = level.chunks(2).map(node).collect();
        all.extend(&level);
    }
    all
}

/// A range taken apart.
#[derive(Clone)]
pub(super) struct Range {
    pub(super) prefix_bits: u8,
    pub(super) bucket_bits: u8,
    pub(super) ends: Vec<u64>,
    /// Rest and set of each row.
    pub(super) rows: Vec<(u64, u64)>,
    /// What is in the bits after the last row.
    pub(super) filling: bool,
    /// (breach, classes)
    pub(super) exposures: Vec<(u64, u64)>,
    pub(super) sets: Vec<Vec<u64>>,
}

impl Range {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let (rows, sets, exposures) = (
            number::<2>(bytes, 4),
            number::<2>(bytes, 6),
            number::<2>(bytes, 8),
        );
        let (prefix_bits, bucket_bits) = (bytes[10], bytes[11]);
        let buckets = 1 << bucket_bits;
        let rest_bits = 64 - usize::from(prefix_bits) - usize::from(bucket_bits);
        let mut bits = Bits(&bytes[16 + 2 * buckets..], 0);
        let rows: Vec<_> = (0..rows)
            .map(|_| (bits.take(rest_bits), bits.take(width(sets as usize))))
            .collect();
        let mut rest = &bits.0[bits.1.div_ceil(8)..];
        let exposures = (0..exposures)
            .map(|_| (varint(&mut rest), varint(&mut rest)))
            .collect();
        let mut rest = &bytes[number::<4>(bytes, 12) as usize..];
        let mut set = |_| {
            let size = varint(&mut rest);
            (0..size).map(|_| varint(&mut rest)).collect()
        };
        Self {
            prefix_bits,
            bucket_bits,
            ends: (0..buckets)
                .map(|bucket| number::<2>(bytes, 16 + 2 * bucket))
                .collect(),
            rows,
            filling: false,
            exposures,
            sets: (0..sets).map(&mut set).collect(),
        }
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = vec![0; 16];
        for end in &self.ends {
            bytes.extend(&end.to_le_bytes()[..2]);
        }
        let mut bits = Vec::new();
        for (rest, set) in &self.rows {
            bits.extend((0..self.rest_bits()).map(|bit| rest >> bit & 1 == 1));
            bits.extend((0..width(self.sets.len())).map(|bit| set >> bit & 1 == 1));
        }
        bits.resize(bits.len().next_multiple_of(8), self.filling);
        let byte = |bits: &[bool]| {
            bits.iter()
                .rev()
                .fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))
        };
        bytes.extend(bits.chunks(8).map(byte));
        for (breach, classes) in &self.exposures {
            write_varint(*breach, &mut bytes);
            write_varint(*classes, &mut bytes);
        }
        let sets_start = bytes.len() as u64;
        for set in &self.sets {
            write_varint(set.len() as u64, &mut bytes);
            set.iter()
                .for_each(|place| write_varint(*place, &mut bytes));
        }
        let length = bytes.len() as u64;
        put::<4>(&mut bytes, 0, length);
        put::<2>(&mut bytes, 4, self.rows.len() as u64);
        put::<2>(&mut bytes, 6, self.sets.len() as u64);
        put::<2>(&mut bytes, 8, self.exposures.len() as u64);
        bytes[10..12].copy_from_slice(&[self.prefix_bits, self.bucket_bits]);
        put::<4>(&mut bytes, 12, sets_start);
        bytes
    }

    fn rest_bits(&self) -> usize {
        64 - usize::from(self.prefix_bits) - usize::from(self.bucket_bits)
    }

    /// Every tag, and its (breach, classes).
    fn tags(&self, prefix: u64) -> impl Iterator<Item = (u64, Vec<(u64, u64)>)> {
        self.rows
            .iter()
            .enumerate()
            .map(move |(place, (rest, set))| {
                let bucket = self.ends.iter().filter(|end| **end <= place as u64).count();
                let leading = u128::from(prefix << self.bucket_bits | bucket as u64);
                let exposures = self.sets[*set as usize]
                    .iter()
                    .map(|place| self.exposures[*place as usize]);
                (
                    (leading << self.rest_bits()) as u64 | rest,
                    exposures.collect(),
                )
            })
    }
}

/// ⌈log₂ `sets`⌉
fn width(sets: usize) -> usize {
    sets.next_power_of_two().trailing_zeros() as usize
}

/// Bytes, and how many of their bits have been taken, the least significant of each byte first.
struct Bits<'a>(&'a [u8], usize);

impl Bits<'_> {
    fn take(&mut self, width: usize) -> u64 {
        let places = self.1..self.1 + width;
        self.1 += width;
        let bit = |place: usize| u64::from(self.0[place / 8] >> (place % 8) & 1);
        places
            .rev()
            .fold(0, |number, place| number << 1 | bit(place))
    }
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let length = 1 + bytes.iter().take_while(|byte| **byte >= 0x80).count();
    let (digits, rest) = bytes.split_at(length);
    *bytes = rest;
    digits
        .iter()
        .rev()
        .fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f))
}

fn write_varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
