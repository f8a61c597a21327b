//! The agile form, [MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15.

use data_encoding::BASE64;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::utf16;
use crate::ingest::Fault;
use crate::ingest::container::cipher::aes_block::{Aes, BLOCK};

/// Maximum number of rounds, as in the specification.
const ROUND_LIMIT: u32 = 10_000_000;

/// The longest salt and key that are read, in bytes.
const SALT_LIMIT: usize = 64;
const KEY_LIMIT: usize = 32;

/// Constants mixed into a password's hash, one per purpose.
const VERIFIER: [u8; 8] = [0xFE, 0xA7, 0xD2, 0x76, 0x3B, 0x4B, 0x9E, 0x79];
const VERIFIER_HASH: [u8; 8] = [0xD7, 0xAA, 0x0F, 0x6D, 0x30, 0x61, 0x34, 0x4E];
const KEY: [u8; 8] = [0x14, 0x6E, 0x0B, 0xE7, 0xAB, 0xAC, 0xD0, 0xD6];

/// Byte that pads a short hash to a key.
const FILLING: u8 = 0x36;

/// The hash function.
#[derive(Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "SHA1" | "SHA-1" => Self::Sha1,
            "SHA256" | "SHA-256" => Self::Sha256,
            "SHA384" | "SHA-384" => Self::Sha384,
            "SHA512" | "SHA-512" => Self::Sha512,
            _ => return None,
        })
    }

    fn of(self, first: &[u8], second: &[u8]) -> Zeroizing<Vec<u8>> {
        let bytes = match self {
            Self::Sha1 => Sha1::new()
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .to_vec(),
            Self::Sha256 => Sha256::new()
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .to_vec(),
            Self::Sha384 => Sha384::new()
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .to_vec(),
            Self::Sha512 => Sha512::new()
                .chain_update(first)
                .chain_update(second)
                .finalize()
                .to_vec(),
        };
        Zeroizing::new(bytes)
    }
}

/// Parameters of an encryption.
struct Cipher {
    hash: Hash,
    salt: Vec<u8>,
    key_length: usize,
}

/// The description of a document's encryption.
pub(super) struct Agile {
    document: Cipher,
    password: Cipher,
    rounds: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

impl Agile {
    pub(super) fn parse(xml: &[u8]) -> Result<Self, Fault> {
        let mut reader = quick_xml::Reader::from_reader(xml);
        reader.config_mut().expand_empty_elements = true;
        let (mut document, mut buffer) = (None, Vec::new());
        loop {
            buffer.clear();
            let event = reader
                .read_event_into(&mut buffer)
                .map_err(|_| Fault::Damaged)?;
            match event {
                Event::Start(start) if start.local_name().into_inner() == "keyData" => {
                    document = Some(Cipher::parse(&start)?);
                }
                Event::Start(start) if start.local_name().into_inner() == "encryptedKey" => {
                    return Self::of(&start, document.ok_or(Fault::Damaged)?);
                }
                Event::Eof => return Err(Fault::UnsupportedEncryption),
                _ => {}
            }
        }
    }

    fn of(start: &BytesStart<'_>, document: Cipher) -> Result<Self, Fault> {
        let rounds = text(start, "spinCount")?
            .parse()
            .ok()
            .filter(|rounds| *rounds <= ROUND_LIMIT);
        Ok(Self {
            document,
            password: Cipher::parse(start)?,
            rounds: rounds.ok_or(Fault::UnsupportedEncryption)?,
            verifier: bytes(start, "encryptedVerifierHashInput")?,
            verifier_hash: bytes(start, "encryptedVerifierHashValue")?,
            key: bytes(start, "encryptedKeyValue")?,
        })
    }

    /// The key of the document, if the password is right.
    pub(super) fn key(&self, password: &str) -> Option<Zeroizing<Vec<u8>>> {
        let cipher = &self.password;
        let mut hash = cipher.hash.of(&cipher.salt, &utf16(password));
        for round in 0..self.rounds {
            hash = cipher.hash.of(&round.to_le_bytes(), &hash);
        }
        let verifier = cipher.decrypt(&hash, VERIFIER, &self.verifier)?;
        let stated = cipher.decrypt(&hash, VERIFIER_HASH, &self.verifier_hash)?;
        let input = verifier.get(..cipher.salt.len().min(verifier.len()))?;
        let expected = cipher.hash.of(input, &[]);
        if stated.get(..expected.len())? != &expected[..] {
            return None;
        }
        let mut key = cipher.decrypt(&hash, KEY, &self.key)?;
        key.truncate(self.document.key_length);
        Some(key)
    }

    /// Returns the initialisation vector of a segment.
    pub(super) fn iv(&self, segment: u32) -> [u8; BLOCK] {
        let Cipher { hash, salt, .. } = &self.document;
        filled(&hash.of(salt, &segment.to_le_bytes()))
    }
}

impl Cipher {
    fn parse(start: &BytesStart<'_>) -> Result<Self, Fault> {
        let hash = Hash::named(&text(start, "hashAlgorithm")?);
        let bits: usize = text(start, "keyBits")?
            .parse()
            .map_err(|_| Fault::Damaged)?;
        let is_read = text(start, "cipherAlgorithm")? == "AES"
            && text(start, "cipherChaining")? == "ChainingModeCBC"
            && bits / 8 <= KEY_LIMIT;
        let salt = bytes(start, "saltValue")?;
        match hash.filter(|_| is_read && salt.len() <= SALT_LIMIT) {
            Some(hash) => Ok(Self {
                hash,
                salt,
                key_length: bits / 8,
            }),
            None => Err(Fault::UnsupportedEncryption),
        }
    }

    /// Decrypts a value that is encrypted for a purpose, with the hash of a password.
    fn decrypt(&self, hash: &[u8], purpose: [u8; 8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut key = self.hash.of(hash, &purpose);
        key.resize(self.key_length, FILLING);
        let aes = Aes::new(&key)?;
        let mut plain = Zeroizing::new(bytes.to_vec());
        aes.decrypt_chain(&mut filled(&self.salt), &mut plain);
        Some(plain)
    }
}

/// Returns the bytes cut or padded to a block.
fn filled(bytes: &[u8]) -> [u8; BLOCK] {
    let mut block = [FILLING; BLOCK];
    let length = bytes.len().min(BLOCK);
    block[..length].copy_from_slice(&bytes[..length]);
    block
}

fn text(start: &BytesStart<'_>, name: &str) -> Result<String, Fault> {
    let attribute = start.try_get_attribute(name).map_err(|_| Fault::Damaged)?;
    let attribute = attribute.ok_or(Fault::UnsupportedEncryption)?;
    Ok(attribute.value.to_string())
}

fn bytes(start: &BytesStart<'_>, name: &str) -> Result<Vec<u8>, Fault> {
    BASE64
        .decode(text(start, name)?.as_bytes())
        .map_err(|_| Fault::Damaged)
}
