//! Which solutions have been used, and for what?

use std::collections::HashMap;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest, Sha256};

/// The beginning of a challenge's signature, or of the SHA-256 of a body. 128 bits: challenges cannot be made to
/// collide without the secret, and two bodies that do cost 2⁶⁴ hashes, to save one solution.
type Short = [u8; 16];

/// Maximum number of times that a request may be sent with one solution: as often as a patient client retries. More
/// would let a client who has worked once use up the quotas of others.
pub(super) const USES: u8 = 4;

/// The use of a solution, and how often.
#[derive(Clone, Copy)]
struct Use {
    body: Short,
    times: u8,
}

/// What is known about a solution, for a body, before it is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Past {
    /// The solution was right, for this body, which may come again.
    Good,
    /// The solution may not be used: it was wrong, for another body, or came too often.
    Used,
}

/// Solutions that have been used, and for which body, until their challenges expire.
///
/// Two maps take turns: when the younger is as old as a challenge can get, the older one is dropped, so every entry
/// stays at least that long. The same happens when the younger is full. Then entries of challenges that have not
/// expired may go, and those solutions count once more. To gain from that, a client must pay for as many solutions as
/// fit in one map within their lifetime; what it gains is bounded by the quotas, which count every request. Refusing
/// everybody while the maps are full would be worse.
///
/// An entry takes 33 bytes, so a map with its free places up to 77 bytes for each: 80 MB for a million
/// in both, and as much for wrong solutions.
pub(super) struct SpentSolutions {
    halves: Mutex<Halves>,
    /// Challenges whose solutions were wrong, kept apart: they cost nothing, and must not displace solutions that were
    /// paid for.
    burnt: Mutex<Halves>,
    /// Minimum time that an entry is kept, in seconds.
    lifetime: u64,
    /// Maximum number of entries in one map.
    most: usize,
}

#[derive(Default)]
struct Halves {
    young: HashMap<Short, Use>,
    old: HashMap<Short, Use>,
    /// Time when `young` was begun, in Unix seconds.
    since: u64,
}

impl SpentSolutions {
    /// Starts with nothing spent; keeps `most` entries of each sort, each for `lifetime` seconds.
    pub(super) fn new(lifetime: u64, most: usize) -> Self {
        Self {
            halves: Mutex::default(),
            burnt: Mutex::default(),
            lifetime,
            most: (most / 2).max(1),
        }
    }

    /// Uses the solution of the challenge with this signature for a body, at `now` in Unix seconds. Returns whether it
    /// may: it has not been used, or for the same body and fewer than four times. O(1) under a lock; the body is hashed
    /// before.
    pub(super) fn claim(&self, signature: &Short, body: &[u8], now: u64) -> bool {
        if self.is_burnt(signature) {
            return false;
        }
        let body = shortened(&Sha256::digest(body).into());
        let mut halves = locked(&self.halves);
        halves.rotate(now, self.lifetime, self.most);
        let Halves { young, old, .. } = &mut *halves;
        let first = Use { body, times: 0 };
        let used = match old.get_mut(signature) {
            Some(used) => used,
            None => young.entry(*signature).or_insert(first),
        };
        let may = used.body == body && used.times < USES;
        used.times += u8::from(may);
        may
    }

    /// Returns what is known about the solution of the challenge with this signature; `None` if none came yet.
    pub(super) fn past(&self, signature: &Short, body: &[u8]) -> Option<Past> {
        if self.is_burnt(signature) {
            return Some(Past::Used);
        }
        let body = shortened(&Sha256::digest(body).into());
        let halves = locked(&self.halves);
        let used = halves.get(signature)?;
        let may = used.body == body && used.times < USES;
        Some(if may { Past::Good } else { Past::Used })
    }

    /// Uses up a challenge because its solution was wrong, so that no client gets many solutions verified for one
    /// challenge.
    pub(super) fn burn(&self, signature: &Short, now: u64) {
        let mut burnt = locked(&self.burnt);
        burnt.rotate(now, self.lifetime, self.most);
        let used_up = Use {
            body: Short::default(),
            times: USES,
        };
        burnt.young.insert(*signature, used_up);
    }

    fn is_burnt(&self, signature: &Short) -> bool {
        locked(&self.burnt).get(signature).is_some()
    }

    /// Frees what has expired, even without requests.
    pub(super) fn sweep(&self, now: u64) {
        for halves in [&self.halves, &self.burnt] {
            locked(halves).rotate(now, self.lifetime, self.most);
        }
    }

    pub(super) fn len(&self) -> usize {
        let both = [&self.halves, &self.burnt];
        both.map(|halves| locked(halves).len()).iter().sum()
    }
}

fn locked(halves: &Mutex<Halves>) -> MutexGuard<'_, Halves> {
    halves.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Halves {
    fn get(&self, signature: &Short) -> Option<&Use> {
        let used = self.old.get(signature);
        used.or_else(|| self.young.get(signature))
    }

    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    /// Rotates the maps if it is time. If the clock is put back, entries are kept longer, never shorter.
    fn rotate(&mut self, now: u64, lifetime: u64, most: usize) {
        let age = now.saturating_sub(self.since);
        if age > lifetime || self.young.len() >= most {
            self.old = mem::take(&mut self.young);
            self.since = now;
        }
        if age > 2 * lifetime {
            self.old = HashMap::new();
        }
    }
}

/// Returns the first half of a SHA-256 digest or HMAC.
pub(super) fn shortened(digest: &[u8; 32]) -> Short {
    let mut short = Short::default();
    short.copy_from_slice(&digest[..16]);
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LIFETIME: u64 = 300;
    const NOON: u64 = 1_800_000_000;

    fn signature(number: u32) -> Short {
        shortened(&Sha256::digest(number.to_le_bytes()).into())
    }

    #[test]
    fn a_solution_counts_for_one_body_which_may_come_four_times() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        assert!(spent.claim(&signature(1), b"one", NOON));
        assert!(!spent.claim(&signature(1), b"other", NOON + 1));
        assert!(spent.claim(&signature(1), b"one", NOON + 2));
        assert!(spent.claim(&signature(2), b"other", NOON + 2));
        assert!(spent.claim(&signature(1), b"one", NOON + 3));
        assert!(spent.claim(&signature(1), b"one", NOON + 4));
        assert!(!spent.claim(&signature(1), b"one", NOON + 5));
    }

    #[test]
    fn wrong_solutions_make_no_right_one_forgotten() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        assert!(spent.claim(&signature(0), b"one", NOON));
        for number in 1..1000 {
            spent.burn(&signature(number), NOON);
        }
        assert!(!spent.claim(&signature(0), b"other", NOON));
    }

    #[test]
    fn a_challenge_whose_solution_was_wrong_is_used_up() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        assert_eq!(spent.past(&signature(1), b"one"), None);
        spent.burn(&signature(1), NOON);
        for body in [&b"one"[..], b""] {
            assert_eq!(spent.past(&signature(1), body), Some(Past::Used));
            assert!(!spent.claim(&signature(1), body, NOON));
        }
    }

    #[test]
    fn a_solution_that_was_right_is_known_for_its_body_as_long_as_it_may_come_again() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        for _ in 0..USES {
            assert!(spent.claim(&signature(1), b"one", NOON));
            assert_eq!(spent.past(&signature(1), b"other"), Some(Past::Used));
        }
        assert_eq!(spent.past(&signature(1), b"one"), Some(Past::Used));
        assert!(spent.claim(&signature(2), b"one", NOON));
        assert_eq!(spent.past(&signature(2), b"one"), Some(Past::Good));
    }

    #[test]
    fn entries_are_kept_for_their_lifetime_and_forgotten_after_two() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        spent.claim(&signature(1), b"one", NOON);
        assert!(!spent.claim(&signature(1), b"other", NOON + LIFETIME));
        spent.sweep(NOON + LIFETIME + 1);
        assert_eq!(spent.len(), 1);
        spent.sweep(NOON + 2 * LIFETIME + 2);
        assert_eq!(spent.len(), 0);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_half_goes_first() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        for number in 0..10_000 {
            assert!(spent.claim(&signature(number), b"one", NOON));
            assert!(spent.len() <= 100, "{} entries", spent.len());
        }
        assert!(!spent.claim(&signature(9999), b"other", NOON));
        assert!(!spent.claim(&signature(9950), b"other", NOON));
    }

    #[test]
    fn a_clock_put_back_frees_nothing() {
        let spent = SpentSolutions::new(LIFETIME, 100);
        spent.claim(&signature(1), b"one", NOON);
        spent.claim(&signature(2), b"one", NOON - 10_000);
        assert!(!spent.claim(&signature(1), b"other", NOON));
    }

    #[test]
    fn of_two_bodies_at_the_same_moment_one_wins() {
        let spent = SpentSolutions::new(LIFETIME, 1000);
        let spent = &spent;
        for number in 0..200 {
            let wins: usize = std::thread::scope(|scope| {
                let claims = [b"a", b"b", b"c"]
                    .map(|body| scope.spawn(move || spent.claim(&signature(number), body, NOON)));
                claims
                    .into_iter()
                    .map(|claim| usize::from(claim.join().unwrap()))
                    .sum()
            });
            assert_eq!(wins, 1);
        }
    }

    proptest! {
        #[test]
        fn within_a_lifetime_no_solution_counts_for_two_bodies(claims in proptest::collection::vec((0..20_u32, 0..3_u8, 0..40_u64), 1..200)) {
            let spent = SpentSolutions::new(LIFETIME, 1000);
            let mut used = HashMap::new();
            let mut now = NOON;
            for (number, body, pause) in claims {
                now += pause;
                let (first, at, times) = used.entry(number).or_insert((body, now, 0));
                if now - *at <= LIFETIME {
                    let may = body == *first && *times < USES;
                    *times += u8::from(may);
                    prop_assert_eq!(spent.claim(&signature(number), &[body], now), may);
                }
            }
        }
    }
}
