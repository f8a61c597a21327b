use hmac::{Hmac, KeyInit};
use sha2::Sha256;
use zeroize::Zeroizing;

/// Returns HMAC-SHA-256 under a secret, ready for input.
pub(crate) fn keyed_hash(secret: &[u8; 32]) -> Hmac<Sha256> {
    // HMAC pads a secret of 32 bytes with zeros to a block of 64.
    let mut block = Zeroizing::new([0; 64]);
    block[..32].copy_from_slice(secret);
    Hmac::new((&*block).into())
}
