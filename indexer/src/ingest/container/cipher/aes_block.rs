use aes::cipher::{BlockDecrypt, BlockEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256, Block};

/// Block length, in bytes.
pub(in crate::ingest::container) const BLOCK: usize = 16;

/// AES with a key of any of its lengths.
pub(in crate::ingest::container) enum Aes {
    Of128(Box<Aes128>),
    Of192(Box<Aes192>),
    Of256(Box<Aes256>),
}

impl Aes {
    /// Returns `None` if AES has no keys of this length.
    pub(in crate::ingest::container) fn new(key: &[u8]) -> Option<Self> {
        Some(match key.len() {
            16 => Self::Of128(Box::new(Aes128::new_from_slice(key).ok()?)),
            24 => Self::Of192(Box::new(Aes192::new_from_slice(key).ok()?)),
            32 => Self::Of256(Box::new(Aes256::new_from_slice(key).ok()?)),
            _ => return None,
        })
    }

    pub(in crate::ingest::container) fn encrypt(&self, block: &mut [u8; BLOCK]) {
        let mut whole = Block::from(*block);
        match self {
            Self::Of128(aes) => aes.encrypt_block(&mut whole),
            Self::Of192(aes) => aes.encrypt_block(&mut whole),
            Self::Of256(aes) => aes.encrypt_block(&mut whole),
        }
        *block = whole.into();
    }

    pub(in crate::ingest::container) fn decrypt(&self, block: &mut [u8; BLOCK]) {
        let mut whole = Block::from(*block);
        match self {
            Self::Of128(aes) => aes.decrypt_block(&mut whole),
            Self::Of192(aes) => aes.decrypt_block(&mut whole),
            Self::Of256(aes) => aes.decrypt_block(&mut whole),
        }
        *block = whole.into();
    }

    /// Decrypts whole blocks in CBC mode; `before` is the ciphertext block before them, and then the last one. Leaves
    /// an incomplete block at the end unchanged.
    pub(in crate::ingest::container) fn decrypt_chain(
        &self,
        before: &mut [u8; BLOCK],
        bytes: &mut [u8],
    ) {
        let (blocks, _) = bytes.as_chunks_mut();
        for block in blocks {
            let encrypted = *block;
            self.decrypt(block);
            block
                .iter_mut()
                .zip(*before)
                .for_each(|(byte, other)| *byte ^= other);
            *before = encrypted;
        }
    }
}
