//! How does a message reach one browser, unread on the way? RFC 8291: ECDH with the browser's key, one record of
//! RFC 8188.

use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hmac::{HMAC_SHA256, Key, sign};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

/// An uncompressed point of P-256.
pub(super) const POINT: usize = 65;
/// The authentication secret of a subscription.
pub(super) const AUTH: usize = 16;
const SALT: usize = 16;
/// Record size, RFC 8188 §2.1: the whole message is one record, which is shorter.
const RECORD_SIZE: u32 = 4096;
/// The delimiter of the last record, RFC 8188 §2.
const LAST_RECORD: u8 = 2;

/// The keys that a message is encrypted to.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct BrowserKeys {
    /// The browser's public key.
    pub(super) p256dh: [u8; POINT],
    /// Its authentication secret.
    pub(super) auth: [u8; AUTH],
}

/// No message could be encrypted: the browser's key is not a point of the curve, or the system's randomness failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message cannot be encrypted to this key")]
pub(super) struct EncryptionError;

impl From<ring::error::Unspecified> for EncryptionError {
    fn from(_: ring::error::Unspecified) -> Self {
        Self
    }
}

/// Makes the body of a push message. Messages of one length have bodies of one length. About 0.1 ms.
///
/// # Errors
/// [`EncryptionError`] if `browser` has no valid key.
pub(super) fn encrypt(message: &[u8], browser: &BrowserKeys) -> Result<Vec<u8>, EncryptionError> {
    let random = SystemRandom::new();
    let mut salt = [0; SALT];
    random.fill(&mut salt)?;
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &random)?;
    let own_point = own.compute_public_key()?;
    let own_point: [u8; POINT] = own_point.as_ref().try_into().map_err(|_| EncryptionError)?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, browser.p256dh);
    agree_ephemeral(own, &theirs, |secret| {
        seal(message, browser, secret, &own_point, &salt)
    })?
}

/// Returns whether messages can be encrypted to this key: whether it is a point of the curve.
pub(super) fn is_point(p256dh: &[u8; POINT]) -> bool {
    let browser = BrowserKeys {
        p256dh: *p256dh,
        auth: [0; AUTH],
    };
    encrypt(b"", &browser).is_ok()
}

/// RFC 8291 §3.4 with the secret of ECDH, then RFC 8188 §2.
fn seal(
    message: &[u8],
    browser: &BrowserKeys,
    secret: &[u8],
    own_point: &[u8; POINT],
    salt: &[u8; SALT],
) -> Result<Vec<u8>, EncryptionError> {
    let info = [b"WebPush: info\0", &browser.p256dh[..], &own_point[..]].concat();
    let input = expand(&extract(&browser.auth, secret), &info);
    let pseudorandom = extract(salt, &*input);
    let key = expand(&pseudorandom, b"Content-Encoding: aes128gcm\0");
    let nonce = expand(&pseudorandom, b"Content-Encoding: nonce\0");
    let nonce = Nonce::try_assume_unique_for_key(&nonce[..12])?;
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key[..16])?);
    let mut record = [message, &[LAST_RECORD]].concat();
    key.seal_in_place_append_tag(nonce, Aad::empty(), &mut record)?;
    let mut body = Vec::with_capacity(SALT + 5 + POINT + record.len());
    body.extend_from_slice(salt);
    body.extend_from_slice(&RECORD_SIZE.to_be_bytes());
    body.push(POINT as u8);
    body.extend_from_slice(own_point);
    body.extend_from_slice(&record);
    Ok(body)
}

/// HKDF-Extract, RFC 5869 §2.2.
fn extract(salt: &[u8], input: &[u8]) -> Key {
    let pseudorandom = sign(&Key::new(HMAC_SHA256, salt), input);
    Key::new(HMAC_SHA256, pseudorandom.as_ref())
}

/// The first block of HKDF-Expand, RFC 5869 §2.3, which is as long as anything here needs.
fn expand(pseudorandom: &Key, info: &[u8]) -> Zeroizing<[u8; 32]> {
    let block = sign(pseudorandom, &[info, &[1]].concat());
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(block.as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use exposure_index::messages::decode;
    use p256::ecdh::diffie_hellman;
    use p256::{PublicKey, SecretKey};

    use super::super::browser::Browser;
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        decode(text).expect("base64url")
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_vector_of_rfc_8291_is_reproduced() {
        let own =
            SecretKey::from_slice(&bytes::<32>("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
                .expect("a key");
        let own_point = bytes::<POINT>(
            "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
        );
        let browser = BrowserKeys {
            p256dh: bytes(
                "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            ),
            auth: bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        };
        let theirs = PublicKey::from_sec1_bytes(&browser.p256dh).expect("a point");
        let secret = diffie_hellman(own.to_nonzero_scalar(), theirs.as_affine());
        let body = seal(
            b"When I grow up, I want to be a watermelon",
            &browser,
            secret.raw_secret_bytes(),
            &own_point,
            &bytes("DGv6ra1nlYgDCS1FRnbzlw"),
        );
        let expected = bytes::<144>(concat!(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml",
            "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT",
            "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        ));
        assert_eq!(body.expect("a body"), expected);
    }

    #[test]
    fn a_browser_reads_what_was_encrypted_to_it_and_no_other_does() {
        let (browser, other) = (Browser::new(1), Browser::new(2));
        let body = encrypt(b"message", &browser.keys()).expect("a body");
        assert_eq!(browser.decrypt(&body).as_deref(), Some(&b"message"[..]));
        assert_eq!(other.decrypt(&body), None);
    }

    #[test]
    fn two_messages_differ_in_every_part_and_have_one_length() {
        let browser = Browser::new(1);
        let [one, two] = [(); 2].map(|()| encrypt(b"message", &browser.keys()).expect("a body"));
        assert_eq!(one.len(), two.len());
        assert_ne!(one[..SALT], two[..SALT]);
        assert_ne!(one[SALT + 5..][..POINT], two[SALT + 5..][..POINT]);
        assert_ne!(one[SALT + 5 + POINT..], two[SALT + 5 + POINT..]);
    }

    #[test]
    fn what_is_not_a_point_of_the_curve_is_recognised() {
        let point = Browser::new(1).keys().p256dh;
        assert!(is_point(&point));
        let (mut off, mut compressed) = (point, point);
        off[64] ^= 1;
        compressed[0] = 2;
        assert!(!is_point(&off) && !is_point(&compressed) && !is_point(&[0; POINT]));
    }
}
