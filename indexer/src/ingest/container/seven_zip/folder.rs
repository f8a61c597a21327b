//! How is a folder of a 7z archive packed? Its coders and streams.

use super::key::AesSettings;
use super::tokens::Tokens;
use crate::ingest::Fault;
use crate::ingest::container::decoder::Method;

/// Maximum number of coders of a folder. One compresses; others encrypt, or filter programs.
const CODER_LIMIT: u64 = 4;

/// Maximum number of input streams of a coder; BCJ2 has four.
const STREAM_LIMIT: u64 = 8;

/// The methods' numbers, as in 7-Zip's `Methods.txt`.
mod method {
    pub(super) const STORED: &[u8] = &[0];
    pub(super) const LZMA2: &[u8] = &[0x21];
    pub(super) const LZMA: &[u8] = &[3, 1, 1];
    pub(super) const PPMD: &[u8] = &[3, 4, 1];
    pub(super) const DEFLATE: &[u8] = &[4, 1, 8];
    pub(super) const DEFLATE64: &[u8] = &[4, 1, 9];
    pub(super) const BZIP2: &[u8] = &[4, 2, 2];
    pub(super) const ZSTD: &[u8] = &[4, 0xF7, 0x11, 1];
    pub(super) const AES: &[u8] = &[6, 0xF1, 7, 1];
}

/// Members packed together: some bytes and how to unpack them.
pub(super) struct Folder {
    /// Offset of the packed bytes from the archive's start.
    pub(super) begin: u64,
    /// Number of packed bytes.
    pub(super) packed: u64,
    /// Steps that unpack them, in order.
    pub(super) steps: Result<Vec<Step>, Fault>,
    /// The sizes and checksums of the files that they unpack to.
    pub(super) parts: Vec<(u64, Option<u32>)>,
}

impl Folder {
    /// Returns whether a password is needed.
    pub(super) fn is_encrypted(&self) -> bool {
        let steps = self.steps.as_deref().unwrap_or_default();
        steps
            .iter()
            .any(|step| matches!(step, Step::Decrypt { .. }))
    }
}

/// The work of one coder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Unpack(Method),
    /// Decrypts to `size` bytes.
    Decrypt {
        aes: AesSettings,
        size: u64,
    },
}

/// A folder's coders, before their output sizes are known.
pub(super) struct Coders<'a> {
    coders: Vec<Coder<'a>>,
    /// Pairs of a coder and the one whose output it takes.
    pairs: Vec<(u64, u64)>,
    /// Number of packed input streams.
    pub(super) packed_streams: usize,
    /// The coder that takes in the packed stream, if there is one such stream.
    first: u64,
    simple: bool,
}

struct Coder<'a> {
    method: &'a [u8],
    properties: &'a [u8],
}

impl<'a> Coders<'a> {
    pub(super) fn read(tokens: &mut Tokens<'a>) -> Result<Self, Fault> {
        let count = tokens.number()?;
        if !(1..=CODER_LIMIT).contains(&count) {
            return Err(Fault::UnsupportedCompression);
        }
        let (mut coders, mut taken, mut simple) = (Vec::new(), 0, true);
        for _ in 0..count {
            let (coder, streams) = Coder::read(tokens)?;
            coders.push(coder);
            taken += streams;
            simple &= streams == 1;
        }
        let pairs = (1..count).map(|_| Ok((tokens.number()?, tokens.number()?)));
        let pairs: Vec<(u64, u64)> = pairs.collect::<Result<_, Fault>>()?;
        let packed_streams = taken.checked_sub(count - 1).ok_or(Fault::Damaged)?;
        let first = match packed_streams {
            0 => return Err(Fault::Damaged),
            1 => (0..taken).find(|stream| pairs.iter().all(|(taker, _)| taker != stream)),
            _ => (0..packed_streams)
                .map(|_| tokens.number())
                .collect::<Result<Vec<_>, _>>()?
                .first()
                .copied(),
        };
        Ok(Self {
            coders,
            pairs,
            packed_streams: usize::try_from(packed_streams).map_err(|_| Fault::Damaged)?,
            first: first.ok_or(Fault::Damaged)?,
            simple,
        })
    }

    pub(super) const fn count(&self) -> usize {
        self.coders.len()
    }

    /// Returns the coders in the order in which they unpack; each must occur once.
    fn order(&self) -> Result<Vec<usize>, Fault> {
        let mut order = Vec::new();
        let mut next = Some(self.first);
        while let Some(place) = next {
            let coder = usize::try_from(place).map_err(|_| Fault::Damaged)?;
            if coder >= self.coders.len() || order.contains(&coder) {
                return Err(Fault::Damaged);
            }
            order.push(coder);
            let pair = self.pairs.iter().find(|&&(_, giver)| giver == place);
            next = pair.map(|&(taker, _)| taker);
        }
        if order.len() == self.coders.len() {
            Ok(order)
        } else {
            Err(Fault::Damaged)
        }
    }

    /// Returns the output size of the last coder.
    pub(super) fn size(&self, sizes: &[u64]) -> Result<u64, Fault> {
        let given = |place: usize| self.pairs.iter().any(|&(_, giver)| giver == place as u64);
        let last = (0..sizes.len()).find(|&place| !given(place));
        last.map(|place| sizes[place]).ok_or(Fault::Damaged)
    }

    /// Returns the steps, given the output size of each coder.
    pub(super) fn steps(&self, sizes: &[u64]) -> Result<Vec<Step>, Fault> {
        if !self.simple {
            return Err(Fault::UnsupportedCompression);
        }
        let order = self.order()?;
        order
            .into_iter()
            .map(|place| self.coders[place].step(sizes[place]))
            .collect()
    }
}

impl<'a> Coder<'a> {
    /// Reads a coder and the number of its input streams.
    fn read(tokens: &mut Tokens<'a>) -> Result<(Self, u64), Fault> {
        let flags = tokens.byte()?;
        let method = tokens.bytes(u64::from(flags & 0x0F))?;
        let streams = if flags & 0x10 != 0 {
            let taken = tokens.number()?;
            // Coders with several output streams were abandoned before the format came into use.
            if tokens.number()? != 1 || taken > STREAM_LIMIT {
                return Err(Fault::UnsupportedCompression);
            }
            taken
        } else {
            1
        };
        let properties = if flags & 0x20 != 0 {
            let length = tokens.number()?;
            tokens.bytes(length)?
        } else {
            &[]
        };
        Ok((Self { method, properties }, streams))
    }

    fn step(&self, size: u64) -> Result<Step, Fault> {
        match self.method {
            method::AES => {
                AesSettings::parse(self.properties).map(|aes| Step::Decrypt { aes, size })
            }
            _ => self.method(size).map(Step::Unpack),
        }
    }

    fn method(&self, size: u64) -> Result<Method, Fault> {
        let number = |from: usize| {
            let bytes = self.properties.get(from..from + 4).ok_or(Fault::Damaged)?;
            bytes
                .try_into()
                .map(u32::from_le_bytes)
                .map_err(|_| Fault::Damaged)
        };
        let first = self.properties.first().copied().ok_or(Fault::Damaged);
        Ok(match self.method {
            method::STORED => Method::Stored,
            method::LZMA => Method::Lzma {
                properties: first?,
                dictionary: number(1)?,
                size,
            },
            method::LZMA2 => Method::Lzma2 {
                dictionary: lzma2_dictionary(first?)?,
            },
            method::PPMD => Method::Ppmd {
                order: u32::from(first?),
                memory: number(1)?,
            },
            method::DEFLATE => Method::Deflate,
            method::DEFLATE64 => Method::Deflate64,
            method::BZIP2 => Method::Bzip2,
            method::ZSTD => Method::Zstd,
            _ => return Err(Fault::UnsupportedCompression),
        })
    }
}

/// The size that a byte stands for: two or three times a power of two.
const fn lzma2_dictionary(property: u8) -> Result<u32, Fault> {
    match property {
        0..40 => Ok((2 | property as u32 & 1) << (property / 2 + 11)),
        40 => Ok(u32::MAX),
        _ => Err(Fault::Damaged),
    }
}
