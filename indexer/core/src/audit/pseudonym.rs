//! Which lines of an audit are about one person? Pseudonyms that only the holder of the offline key can make.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::oprf::OfflineKey;

/// What the subkey of pseudonyms is for.
const PURPOSE: &str = "pseudonyms of owners, version 1";
/// Bytes of a pseudonym.
const PSEUDONYM: usize = 16;

/// Makes the pseudonyms of people who are shown sealed rows of their own. It has no `Debug`.
pub struct Pseudonyms {
    secret: Zeroizing<[u8; 64]>,
}

impl Pseudonyms {
    /// Those that follow from an offline key. Under another offline key, everybody has other pseudonyms.
    #[must_use]
    pub fn new(offline: &OfflineKey) -> Self {
        let secret = offline.subkey(PURPOSE);
        Self { secret }
    }

    /// The time in which a person keeps a pseudonym: the calendar month (UTC), as `2026-12`.
    #[must_use]
    pub fn period(at: Timestamp) -> String {
        at.strftime("%Y-%m").to_string()
    }

    /// The pseudonym of a person, as [`owner_name`] names them, in the [period](Self::period) of a time: lines of a month
    /// can be counted for each person, and without the offline key nobody follows a person into the next.
    #[must_use]
    pub fn of(&self, name: &str, at: Timestamp) -> String {
        let mac = Hmac::<Sha256>::new((&*self.secret).into());
        let mac = mac.chain_update(Self::period(at)).chain_update(name);
        HEXLOWER.encode(&mac.finalize().into_bytes()[..PSEUDONYM])
    }
}

/// The name of a person: the identity provider's, as its tokens have it (`iss`), and the person's there (`sub`).
#[must_use]
pub fn owner_name(issuer: &str, subject: &str) -> String {
    // A character that neither can hold is between them: no two people have one name.
    format!("{issuer}\0{subject}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pseudonym_is_one_persons_for_one_month_under_one_key() {
        let [one, two] = [(); 2].map(|()| Pseudonyms::new(&OfflineKey::generate().unwrap()));
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let person = owner_name("https://login.example", "1");
        let december = one.of(&person, at("2026-12-01T00:00:00Z"));
        assert_eq!(december.len(), 2 * PSEUDONYM);
        assert_eq!(december, one.of(&person, at("2026-12-31T23:59:59Z")));
        let another = owner_name("https://login.example", "2");
        for different in [
            one.of(&person, at("2027-01-01T00:00:00Z")),
            one.of(&another, at("2026-12-01T00:00:00Z")),
            two.of(&person, at("2026-12-01T00:00:00Z")),
        ] {
            assert_ne!(december, different);
        }
    }
}
