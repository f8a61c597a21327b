use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Fingerprint;
use crate::identifier::Identifier;
use crate::oprf::SecretKey;

/// Purpose of the subkey.
const PURPOSE: &str = "pairs of identifiers, version 1";
/// Prefix of the MAC's input.
const DOMAIN: &[u8] = b"tekser pair, version 1:";

/// Makes fingerprints. Its key follows from that of the pseudorandom function.
pub struct PairKey {
    mac: Hmac<Sha256>,
    input: Zeroizing<Vec<u8>>,
}

impl PairKey {
    /// The key of pairs that belongs to a key of tags.
    #[must_use]
    pub fn of(key: &SecretKey) -> Self {
        // Padded to HMAC's block with zeros, as in RFC 2104.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*key.subkey(PURPOSE));
        Self {
            mac: Hmac::<Sha256>::new((&*block).into()),
            input: Zeroizing::default(),
        }
    }

    /// The fingerprint of two identifiers in the order of their [kind](super::PairKind::kinds). No value holds the line
    /// feed between them.
    pub fn fingerprint(&mut self, one: &Identifier, other: &Identifier) -> Fingerprint {
        self.input.clear();
        self.input.extend_from_slice(DOMAIN);
        one.write_oprf_input(&mut self.input);
        self.input.push(b'\n');
        other.write_oprf_input(&mut self.input);
        let mac = self.mac.clone().chain_update(&*self.input).finalize();
        let mut first = [0; Fingerprint::LENGTH];
        first.copy_from_slice(&mac.into_bytes()[..Fingerprint::LENGTH]);
        Fingerprint::from_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identifier::{Kind, normalise};

    #[test]
    fn a_pair_has_one_fingerprint_for_each_key() {
        let key = |seed: u8| {
            let key = SecretKey::derive(&[seed; 32], b"pairs").expect("a key");
            PairKey::of(&key)
        };
        let identifier = |kind, text| normalise(kind, text).expect("an identifier");
        let phone = identifier(Kind::Phone, "8 709 123 45 67");
        let same = identifier(Kind::Phone, "+77091234567");
        let other = identifier(Kind::Phone, "+77091234568");
        let email = identifier(Kind::Email, "person@example.kz");
        let print = key(1).fingerprint(&phone, &email);
        assert!(print == key(1).fingerprint(&same, &email));
        assert!(print != key(1).fingerprint(&other, &email));
        assert!(print != key(2).fingerprint(&phone, &email));
        assert!(Fingerprint::from_bytes(print.to_bytes()) == print);
        assert!(Fingerprint::from_bits(print.bits()) == print);
    }
}
