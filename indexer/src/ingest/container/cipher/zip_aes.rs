//! AES in ZIP archives, as WinZip specified it (AE-1 and AE-2): a key from PBKDF2, counter mode, and a
//! MAC at the member's end.

use std::io::{self, Read, Seek, SeekFrom};

use hmac::digest::KeyInit;
use hmac::{Hmac, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

use super::aes_block::{Aes, BLOCK};

/// Rounds of PBKDF2.
const ROUNDS: u32 = 1_000;

/// The length of the verifier, which shows whether a password may fit, and of the MAC.
const VERIFIER: usize = 2;
const MAC: usize = 10;

/// Bytes checked at a time.
const CHUNK: usize = 64 << 10;

/// The length of the key for a strength of 1, 2 or 3.
pub(in crate::ingest::container) const fn key_length(strength: u8) -> Option<usize> {
    match strength {
        1 => Some(16),
        2 => Some(24),
        3 => Some(32),
        _ => None,
    }
}

/// A decrypted member whose MAC is valid.
pub(in crate::ingest::container) struct ZipAes<R> {
    inner: io::Take<R>,
    aes: Aes,
    counter: u128,
    mask: [u8; BLOCK],
    /// Bytes of the mask that are used up.
    used: usize,
}

/// The outcome of opening a member.
pub(in crate::ingest::container) enum OpenOutcome<R> {
    Plain(ZipAes<R>),
    WrongPassword,
    Damaged,
}

impl<R: Read + Seek> ZipAes<R> {
    /// Opens the member of `packed` bytes at the position of `inner`. All of it is read to check the MAC before any of
    /// it is returned.
    pub(in crate::ingest::container) fn open(
        mut inner: R,
        packed: u64,
        key_length: usize,
        password: &str,
    ) -> io::Result<OpenOutcome<R>> {
        let mut salt = vec![0; key_length / 2];
        let mut verifier = [0; VERIFIER];
        let Some(length) = packed.checked_sub((salt.len() + VERIFIER + MAC) as u64) else {
            return Ok(OpenOutcome::Damaged);
        };
        inner.read_exact(&mut salt)?;
        inner.read_exact(&mut verifier)?;
        let keys = keys(password, &salt, 2 * key_length + VERIFIER);
        let (key, rest) = keys.split_at(key_length);
        let (mac_key, fitting) = rest.split_at(key_length);
        if fitting != verifier {
            return Ok(OpenOutcome::WrongPassword);
        }
        let begin = inner.stream_position()?;
        if !is_authentic(&mut inner, length, mac_key)? {
            return Ok(OpenOutcome::Damaged);
        }
        inner.seek(SeekFrom::Start(begin))?;
        let Some(aes) = Aes::new(key) else {
            return Ok(OpenOutcome::Damaged);
        };
        Ok(OpenOutcome::Plain(Self {
            inner: inner.take(length),
            aes,
            counter: 0,
            mask: [0; BLOCK],
            used: BLOCK,
        }))
    }
}

/// Returns whether the MAC after `length` bytes is valid.
fn is_authentic(source: &mut impl Read, length: u64, key: &[u8]) -> io::Result<bool> {
    // Cannot fail: a MAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha1>::new_from_slice(key) else {
        return Ok(false);
    };
    let mut left = length;
    let mut chunk = vec![0; CHUNK];
    while left > 0 {
        let wanted = usize::try_from(left).unwrap_or(usize::MAX).min(CHUNK);
        source.read_exact(&mut chunk[..wanted])?;
        mac.update(&chunk[..wanted]);
        left -= wanted as u64;
    }
    let mut stated = [0; MAC];
    source.read_exact(&mut stated)?;
    Ok(mac.verify_truncated_left(&stated).is_ok())
}

/// PBKDF2 (RFC 8018) with HMAC-SHA1.
fn keys(password: &str, salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut keys = Zeroizing::new(Vec::with_capacity(length + 20));
    let Ok(empty) = Hmac::<Sha1>::new_from_slice(password.as_bytes()) else {
        return keys;
    };
    for number in 1_u32.. {
        if keys.len() >= length {
            break;
        }
        let mut block = empty
            .clone()
            .chain_update(salt)
            .chain_update(number.to_be_bytes());
        let mut hash = block.finalize().into_bytes();
        let mut mixed = hash;
        for _ in 1..ROUNDS {
            block = empty.clone().chain_update(hash);
            hash = block.finalize().into_bytes();
            mixed
                .iter_mut()
                .zip(hash)
                .for_each(|(byte, other)| *byte ^= other);
        }
        keys.extend_from_slice(&mixed);
    }
    keys.truncate(length);
    keys
}

impl<R: Read> Read for ZipAes<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in &mut buffer[..read] {
            if self.used == BLOCK {
                self.counter += 1;
                self.mask = self.counter.to_le_bytes();
                self.aes.encrypt(&mut self.mask);
                self.used = 0;
            }
            *byte ^= self.mask[self.used];
            self.used += 1;
        }
        Ok(read)
    }
}
