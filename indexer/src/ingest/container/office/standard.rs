//! The standard form, [MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9.

use sha1::{Digest, Sha1};
use zeroize::Zeroizing;

use super::utf16;
use crate::ingest::Fault;
use crate::ingest::container::cipher::aes_block::{Aes, BLOCK};

/// Rounds of hashing.
const ROUNDS: u32 = 50_000;

/// Maximum length of a header, in bytes.
const HEADER_LIMIT: usize = 4_096;

/// The numbers of AES with keys of 128, 192 and 256 bits, and of SHA-1.
const AES: std::ops::RangeInclusive<u32> = 0x660E..=0x6610;
const SHA1: [u32; 2] = [0, 0x8004];

/// The length of SHA-1's hash.
const HASH: usize = 20;

/// The description of a document's encryption.
pub(super) struct Standard {
    key_length: usize,
    salt: [u8; BLOCK],
    verifier: [u8; BLOCK],
    verifier_hash: [u8; 2 * BLOCK],
}

impl Standard {
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let (&size, rest) = bytes.split_first_chunk().ok_or(Fault::Damaged)?;
        let size = u32::from_le_bytes(size) as usize;
        let (header, verifier) = rest
            .split_at_checked(size)
            .filter(|_| size <= HEADER_LIMIT)
            .ok_or(Fault::Damaged)?;
        let (cipher, hash, bits) = (long(header, 8)?, long(header, 12)?, long(header, 16)?);
        if !AES.contains(&cipher) || !SHA1.contains(&hash) || bits > 256 {
            return Err(Fault::UnsupportedEncryption);
        }
        Ok(Self {
            key_length: bits as usize / 8,
            salt: part(verifier, 4)?,
            verifier: part(verifier, 20)?,
            verifier_hash: part(verifier, 40)?,
        })
    }

    /// The key of the document, if the password is right.
    pub(super) fn key(&self, password: &str) -> Option<Zeroizing<Vec<u8>>> {
        let mut hash = sha1(&self.salt, &utf16(password));
        for round in 0..ROUNDS {
            hash = sha1(&round.to_le_bytes(), &*hash);
        }
        let hash = sha1(&*hash, &0_u32.to_le_bytes());
        let mut key =
            Zeroizing::new([&derived(&hash, 0x36)[..], &derived(&hash, 0x5C)[..]].concat());
        key.truncate(self.key_length);
        let aes = Aes::new(&key)?;
        let (mut verifier, mut stated) = (self.verifier, self.verifier_hash);
        aes.decrypt(&mut verifier);
        let (blocks, _) = stated.as_chunks_mut();
        blocks.iter_mut().for_each(|block| aes.decrypt(block));
        (stated[..HASH] == *sha1(&verifier, &[])).then_some(key)
    }
}

fn sha1(first: &[u8], second: &[u8]) -> Zeroizing<[u8; HASH]> {
    Zeroizing::new(
        Sha1::new()
            .chain_update(first)
            .chain_update(second)
            .finalize()
            .into(),
    )
}

/// Half of a key.
fn derived(hash: &[u8; HASH], filling: u8) -> Zeroizing<[u8; HASH]> {
    let mut block = Zeroizing::new([filling; 64]);
    block
        .iter_mut()
        .zip(hash)
        .for_each(|(byte, other)| *byte ^= other);
    sha1(&*block, &[])
}

fn part<const LENGTH: usize>(bytes: &[u8], at: usize) -> Result<[u8; LENGTH], Fault> {
    let rest = bytes.get(at..).unwrap_or_default();
    rest.first_chunk().copied().ok_or(Fault::Damaged)
}

fn long(bytes: &[u8], at: usize) -> Result<u32, Fault> {
    part(bytes, at).map(u32::from_le_bytes)
}
