//! How does a password become the key of a 7z archive? By SHA-256 over many repetitions of it.

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::ingest::Fault;
use crate::ingest::container::cipher::aes_block::BLOCK;

/// Maximum power of two of rounds: 7-Zip writes 19, and accepts no more than this.
const POWER_LIMIT: u8 = 24;

/// The power that stands for no hashing.
const NO_ROUNDS: u8 = 0x3F;

const KEY: usize = 32;

/// A coder's parameters of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AesSettings {
    power: u8,
    salt: Vec<u8>,
    pub(super) iv: [u8; BLOCK],
}

impl AesSettings {
    pub(super) fn parse(properties: &[u8]) -> Result<Self, Fault> {
        let (&first, rest) = properties.split_first().ok_or(Fault::Damaged)?;
        let (salt, iv) = match first >> 6 {
            0 => (&[][..], &[][..]),
            more => {
                let (&second, rest) = rest.split_first().ok_or(Fault::Damaged)?;
                let salt = usize::from(more >> 1) + usize::from(second >> 4);
                let iv = usize::from(more & 1) + usize::from(second & 0x0F);
                let (salt, rest) = rest.split_at_checked(salt).ok_or(Fault::Damaged)?;
                (salt, rest.get(..iv).ok_or(Fault::Damaged)?)
            }
        };
        let power = first & 0x3F;
        if power > POWER_LIMIT && power != NO_ROUNDS || iv.len() > BLOCK {
            return Err(Fault::UnsupportedEncryption);
        }
        let mut whole = [0; BLOCK];
        whole[..iv.len()].copy_from_slice(iv);
        Ok(Self {
            power,
            salt: salt.to_vec(),
            iv: whole,
        })
    }

    fn key(&self, password: &str) -> Zeroizing<[u8; KEY]> {
        let units = password.encode_utf16().flat_map(u16::to_le_bytes);
        let password: Zeroizing<Vec<u8>> = Zeroizing::new(units.collect());
        let mut key = Zeroizing::new([0; KEY]);
        if self.power == NO_ROUNDS {
            let bytes = self.salt.iter().chain(password.iter());
            key.iter_mut()
                .zip(bytes)
                .for_each(|(byte, other)| *byte = *other);
            return key;
        }
        let mut round = Zeroizing::new([&self.salt[..], &password[..], &[0; 8]].concat());
        let counter = round.len() - 8;
        let mut hash = Sha256::new();
        for number in 0..1_u64 << self.power {
            round[counter..].copy_from_slice(&number.to_le_bytes());
            hash.update(&*round);
        }
        let mut made: [u8; KEY] = hash.finalize().into();
        key.copy_from_slice(&made);
        made.zeroize();
        key
    }
}

/// The keys derived so far: members packed separately share them.
#[derive(Default)]
pub(super) struct Keys {
    made: Vec<DerivedKey>,
}

/// A key and its inputs.
struct DerivedKey {
    power: u8,
    salt: Vec<u8>,
    password: Zeroizing<String>,
    key: Zeroizing<[u8; KEY]>,
}

impl Keys {
    /// Maximum number of remembered keys.
    const LIMIT: usize = 64;

    pub(super) fn of(
        &mut self,
        settings: &AesSettings,
        password: &Zeroizing<String>,
    ) -> Zeroizing<[u8; KEY]> {
        let is_known = |made: &&DerivedKey| {
            made.power == settings.power && made.salt == settings.salt && made.password == *password
        };
        if let Some(made) = self.made.iter().find(is_known) {
            return made.key.clone();
        }
        let key = settings.key(password);
        if self.made.len() < Self::LIMIT {
            self.made.push(DerivedKey {
                power: settings.power,
                salt: settings.salt.clone(),
                password: password.clone(),
                key: key.clone(),
            });
        }
        key
    }
}
