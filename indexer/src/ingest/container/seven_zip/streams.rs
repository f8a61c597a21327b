//! Where are the packed streams of a 7z archive, and how long are they?

use super::folder::{Coders, Folder};
use super::tokens::{
    CRC, END, FOLDER, FOLDERS, PACKED_STREAMS, PART_COUNTS, PARTS, SIZE, Tokens, UNPACKED_SIZES,
};
use crate::ingest::Fault;
use crate::ingest::container::MEMBER_LIMIT;

/// The streams packed in an archive, or in its header.
#[derive(Default)]
pub(super) struct Streams {
    pub(super) folders: Vec<Folder>,
}

/// Where packed streams begin, and how long they are.
type PackedStreams = Vec<(u64, u64)>;

impl Streams {
    pub(super) fn read(tokens: &mut Tokens<'_>) -> Result<Self, Fault> {
        let mut packed = PackedStreams::new();
        let mut folders = Vec::new();
        loop {
            match tokens.byte()? {
                END => return Ok(Self { folders }),
                PACKED_STREAMS => packed = packed_streams(tokens)?,
                FOLDERS => folders = read_folders(tokens, &packed)?,
                PARTS => read_parts(tokens, &mut folders)?,
                _ => return Err(Fault::Damaged),
            }
        }
    }
}

fn packed_streams(tokens: &mut Tokens<'_>) -> Result<PackedStreams, Fault> {
    let mut begin = tokens.number()?;
    let count = tokens.count()?;
    let mut packed = PackedStreams::new();
    loop {
        match tokens.byte()? {
            END => return Ok(packed),
            SIZE => {
                for _ in 0..count {
                    let length = tokens.number()?;
                    packed.push((begin, length));
                    begin = begin.checked_add(length).ok_or(Fault::Damaged)?;
                }
            }
            CRC => drop(tokens.checksums(count)?),
            _ => return Err(Fault::Damaged),
        }
    }
}

fn read_folders(tokens: &mut Tokens<'_>, packed: &PackedStreams) -> Result<Vec<Folder>, Fault> {
    tokens.expect(FOLDER)?;
    let count = tokens.count()?;
    // Whether they are stored elsewhere, which no archiver ever wrote.
    tokens.expect(0)?;
    let coders = (0..count).map(|_| Coders::read(tokens));
    let coders: Vec<Coders<'_>> = coders.collect::<Result<_, _>>()?;
    tokens.expect(UNPACKED_SIZES)?;
    let (mut folders, mut streams) = (Vec::new(), packed.iter());
    for coders in &coders {
        let (begin, packed) = *streams.next().ok_or(Fault::Damaged)?;
        // Further streams belong to unsupported coders.
        streams
            .by_ref()
            .take(coders.packed_streams - 1)
            .for_each(drop);
        folders.push(read_folder(tokens, coders, begin, packed)?);
    }
    if tokens.peek() == Some(CRC) {
        tokens.expect(CRC)?;
        for (folder, crc) in folders.iter_mut().zip(tokens.checksums(count)?) {
            folder.parts[0].1 = crc;
        }
    }
    tokens.expect(END)?;
    Ok(folders)
}

/// A folder, as one part until its parts are known.
fn read_folder(
    tokens: &mut Tokens<'_>,
    coders: &Coders<'_>,
    begin: u64,
    packed: u64,
) -> Result<Folder, Fault> {
    let sizes = (0..coders.count()).map(|_| tokens.number());
    let sizes: Vec<u64> = sizes.collect::<Result<_, _>>()?;
    Ok(Folder {
        begin,
        packed,
        steps: coders.steps(&sizes),
        parts: vec![(coders.size(&sizes)?, None)],
    })
}

fn read_parts(tokens: &mut Tokens<'_>, folders: &mut [Folder]) -> Result<(), Fault> {
    let mut counts = vec![1; folders.len()];
    if tokens.peek() == Some(PART_COUNTS) {
        tokens.expect(PART_COUNTS)?;
        for count in &mut counts {
            *count = tokens.count()?;
        }
    }
    let limit = MEMBER_LIMIT;
    if counts.iter().sum::<usize>() > limit {
        return Err(Fault::TooManyMembers { limit });
    }
    let sized = tokens.peek() == Some(SIZE);
    if sized {
        tokens.expect(SIZE)?;
    }
    for (folder, &count) in folders.iter_mut().zip(&counts) {
        divide(tokens, folder, count, sized)?;
    }
    if tokens.peek() == Some(CRC) {
        tokens.expect(CRC)?;
        let parts = folders.iter_mut().flat_map(|folder| &mut folder.parts);
        let mut unchecked: Vec<&mut Option<u32>> = parts
            .map(|(_, crc)| crc)
            .filter(|crc| crc.is_none())
            .collect();
        let checksums = tokens.checksums(unchecked.len())?;
        for (crc, stated) in unchecked.iter_mut().zip(checksums) {
            **crc = stated;
        }
    }
    tokens.expect(END)
}

/// Divides a folder into its parts, whose sizes are known except the last.
fn divide(
    tokens: &mut Tokens<'_>,
    folder: &mut Folder,
    count: usize,
    sized: bool,
) -> Result<(), Fault> {
    let mut left = folder.parts[0].0;
    match count {
        0 => folder.parts.clear(),
        1 => {}
        _ if !sized => return Err(Fault::Damaged),
        _ => {
            folder.parts.clear();
            for _ in 1..count {
                let size = tokens.number()?;
                left = left.checked_sub(size).ok_or(Fault::Damaged)?;
                folder.parts.push((size, None));
            }
            folder.parts.push((left, None));
        }
    }
    Ok(())
}
