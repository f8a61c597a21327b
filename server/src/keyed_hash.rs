use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

/// HMAC-SHA-256 under a secret, ready for input.
pub(crate) fn keyed_hash(secret: &[u8; 32]) -> Hmac<Sha256> {
    // A block of 64 bytes, the secret padded with zeros, is what HMAC makes of a secret of 32.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(secret);
    Hmac::new((&*block).into())
}
