use std::sync::{Mutex, PoisonError};

use data_encoding::HEXLOWER;
use hmac::Mac;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::ClientKey;
use crate::keyed_hash::keyed_hash;

const SECONDS_A_DAY: i64 = 86_400;

/// Names for clients in the log line that is written when a limit trips: the same client has the same name until
/// midnight UTC.
///
/// A name is HMAC-SHA-256 under a random key of this process, cut to 32 bits. The key is replaced each day and the old
/// one zeroed, so that nobody, the operator included, can test later which address a line was about. While the key
/// lives, a reader of this process's memory can; such a reader sees the addresses anyway.
pub(crate) struct Pseudonyms(Mutex<Option<Key>>);

struct Key {
    day: i64,
    secret: Zeroizing<[u8; 32]>,
}

impl Pseudonyms {
    /// Makes names; the key is made when the first name is asked for.
    #[must_use]
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Returns the client's name today, 8 hexadecimal digits, or `unnamed` if the operating system fails to give a
    /// random key.
    #[must_use]
    pub(crate) fn name(&self, client: &ClientKey) -> String {
        self.name_on(today(), client)
            .unwrap_or_else(|| "unnamed".to_owned())
    }

    /// Forgets yesterday's key. [`Pseudonyms::name`] does so too, but a process whose limits no longer trip calls only
    /// this.
    pub(crate) fn sweep(&self) {
        self.forget_before(today());
    }

    fn forget_before(&self, day: i64) {
        let mut key = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Not only older ones: if the clock was put back, the name must not outlive the day either.
        key.take_if(|key| key.day != day);
    }

    fn name_on(&self, day: i64, client: &ClientKey) -> Option<String> {
        self.forget_before(day);
        let mut key = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if key.is_none() {
            *key = Key::random(day);
        }
        key.as_ref().map(|key| key.name(client))
    }
}

impl Default for Pseudonyms {
    fn default() -> Self {
        Self::new()
    }
}

impl Key {
    fn random(day: i64) -> Option<Self> {
        let mut secret = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *secret).ok()?;
        Some(Self { day, secret })
    }

    fn name(&self, client: &ClientKey) -> String {
        let mac = keyed_hash(&self.secret)
            .chain_update(client.encode())
            .finalize();
        HEXLOWER.encode(&mac.into_bytes()[..4])
    }
}

/// Returns the days since 1970, in UTC.
pub(super) fn today() -> i64 {
    Timestamp::now().as_second().div_euclid(SECONDS_A_DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(text: &str) -> ClientKey {
        ClientKey::of(text.parse().unwrap())
    }

    #[test]
    fn a_name_is_eight_digits_that_last_the_day() {
        let (pseudonyms, one) = (Pseudonyms::new(), client("192.0.2.1"));
        let name = pseudonyms.name_on(1, &one);
        assert_eq!(name.as_ref().map(String::len), Some(8));
        assert_eq!(name, pseudonyms.name_on(1, &one));
        assert_ne!(name, pseudonyms.name_on(1, &client("192.0.2.2")));
    }

    #[test]
    fn no_name_comes_back_on_another_day() {
        let (pseudonyms, one) = (Pseudonyms::new(), client("192.0.2.1"));
        let first = pseudonyms.name_on(1, &one);
        assert_ne!(first, pseudonyms.name_on(2, &one));
        assert_ne!(
            first,
            pseudonyms.name_on(1, &one),
            "not even if the clock is put back"
        );
    }

    #[test]
    fn two_processes_name_differently() {
        let one = client("192.0.2.1");
        assert_ne!(
            Pseudonyms::new().name_on(1, &one),
            Pseudonyms::new().name_on(1, &one)
        );
    }

    #[test]
    fn sweeping_forgets_the_key_of_yesterday() {
        let pseudonyms = Pseudonyms::new();
        pseudonyms.name_on(1, &client("192.0.2.1")).unwrap();
        pseudonyms.forget_before(1);
        assert!(pseudonyms.0.lock().unwrap().is_some());
        pseudonyms.forget_before(2);
        assert!(pseudonyms.0.lock().unwrap().is_none());
    }

    #[test]
    fn the_name_is_the_head_of_an_hmac() {
        let key = Key {
            day: 0,
            secret: Zeroizing::new([7; 32]),
        };
        assert_eq!(key.name(&client("192.0.2.1")), "cf13dbaf");
    }
}
