//! What would a browser do? A simulated one, and what RFC 8291 lets it read: with the crate `p256`, not with the code
//! that encrypts.

use p256::SecretKey;
use p256::ecdh::diffie_hellman;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};

use super::encryption::{AUTH, BrowserKeys, POINT};

/// Keys of a browser, derived from its number.
pub(crate) struct Browser {
    secret: SecretKey,
    auth: [u8; AUTH],
}

/// Number of bytes of HKDF's output.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

impl Browser {
    pub(crate) fn new(number: u32) -> Self {
        let mut scalar = [7; 32];
        scalar[28..].copy_from_slice(&number.to_be_bytes());
        let mut auth = [9; AUTH];
        auth[12..].copy_from_slice(&number.to_be_bytes());
        Self {
            secret: SecretKey::from_slice(&scalar).expect("a scalar"),
            auth,
        }
    }

    pub(crate) fn keys(&self) -> BrowserKeys {
        let point = self.secret.public_key().to_encoded_point(false);
        BrowserKeys {
            p256dh: point.as_bytes().try_into().expect("an uncompressed point"),
            auth: self.auth,
        }
    }

    /// Decrypts a body that was encrypted to this browser.
    pub(crate) fn decrypt(&self, body: &[u8]) -> Option<Vec<u8>> {
        let (salt, rest) = body.split_at_checked(16)?;
        let (record_size, rest) = rest.split_at_checked(4)?;
        let (length, rest) = rest.split_first()?;
        let (sender, record) = rest.split_at_checked(usize::from(*length))?;
        let record_size = u32::from_be_bytes(record_size.try_into().ok()?) as usize;
        if sender.len() != POINT || record.len() > record_size {
            return None;
        }
        let theirs = p256::PublicKey::from_sec1_bytes(sender).ok()?;
        let secret = diffie_hellman(self.secret.to_nonzero_scalar(), theirs.as_affine());
        let info = [b"WebPush: info\0", &self.keys().p256dh[..], sender].concat();
        let shared = Salt::new(HKDF_SHA256, &self.auth).extract(secret.raw_secret_bytes());
        let input = derived(&shared, &info, 32);
        let pseudorandom = Salt::new(HKDF_SHA256, salt).extract(&input);
        let key = derived(&pseudorandom, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = derived(&pseudorandom, b"Content-Encoding: nonce\0", 12);
        let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(&nonce).ok()?;
        let mut record = record.to_vec();
        let opened = key.open_in_place(nonce, Aad::empty(), &mut record).ok()?;
        let end = opened.iter().rposition(|byte| *byte != 0)?;
        (opened[end] == 2).then(|| opened[..end].to_vec())
    }
}

fn derived(key: &Prk, info: &[u8], length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    let info = [info];
    let output = key.expand(&info, Length(length)).expect("a short output");
    output.fill(&mut bytes).expect("as many bytes");
    bytes
}
