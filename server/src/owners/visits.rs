//! Which browser is this? What the server remembers of it, in memory alone, by a random number in its cookie.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use exposure_index::messages::{decode, encode};
use sha2::{Digest, Sha256};

/// The number in a cookie: 256 random bits. It has no `Debug`.
pub(super) struct VisitId([u8; 32]);

impl VisitId {
    /// The number that a cookie holds, if it is one of ours in form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        decode(text).map(Self)
    }

    /// As a cookie holds it: 43 characters.
    pub(super) fn to_text(&self) -> String {
        encode(&self.0)
    }

    /// Under this it is kept, so that comparing takes no longer for a better guess.
    fn name(&self) -> Name {
        Sha256::digest(self.0).into()
    }
}

type Name = [u8; 32];

struct Visit<T> {
    value: T,
    begun: Instant,
    used: Instant,
}

/// What is remembered of browsers: a bounded number of visits, which end by themselves, and with the process.
pub(super) struct Visits<T> {
    visits: Mutex<HashMap<Name, Visit<T>>>,
    idle: Duration,
    longest: Duration,
    most: usize,
}

impl<T> Visits<T> {
    /// Visits that end after so much time without a request, and after so much in all. When there are `most`, a new one ends
    /// that which has been idle longest.
    pub(super) fn new(idle: Duration, longest: Duration, most: usize) -> Self {
        Self {
            visits: Mutex::default(),
            idle,
            longest,
            most,
        }
    }

    /// Begins a visit under a number that never was.
    ///
    /// # Errors
    /// If the operating system's random number generator fails.
    pub(super) fn begin(&self, value: T, now: Instant) -> Result<VisitId, getrandom::Error> {
        let mut number = [0; 32];
        getrandom::fill(&mut number)?;
        let id = VisitId(number);
        let mut visits = self.lock();
        if visits.len() >= self.most {
            self.make_room(&mut visits, now);
        }
        let visit = Visit {
            value,
            begun: now,
            used: now,
        };
        visits.insert(id.name(), visit);
        Ok(id)
    }

    /// What `act` makes of a visit that has not ended.
    pub(super) fn with<R>(
        &self,
        id: &VisitId,
        now: Instant,
        act: impl FnOnce(&mut T) -> R,
    ) -> Option<R> {
        let mut visits = self.lock();
        let visit = visits.get_mut(&id.name())?;
        if self.has_ended(visit, now) {
            visits.remove(&id.name());
            return None;
        }
        visit.used = now;
        Some(act(&mut visit.value))
    }

    /// Ends a visit, and returns what was remembered if it had not ended yet.
    pub(super) fn end(&self, id: &VisitId, now: Instant) -> Option<T> {
        let visit = self.lock().remove(&id.name())?;
        (!self.has_ended(&visit, now)).then_some(visit.value)
    }

    /// Forgets what has ended. To be called every minute or so.
    pub(super) fn sweep(&self, now: Instant) {
        self.lock().retain(|_, visit| !self.has_ended(visit, now));
    }

    fn make_room(&self, visits: &mut HashMap<Name, Visit<T>>, now: Instant) {
        visits.retain(|_, visit| !self.has_ended(visit, now));
        if visits.len() >= self.most {
            let idlest = visits.iter().min_by_key(|(_, visit)| visit.used);
            if let Some(name) = idlest.map(|(name, _)| *name) {
                visits.remove(&name);
            }
        }
    }

    fn has_ended(&self, visit: &Visit<T>, now: Instant) -> bool {
        now.duration_since(visit.used) >= self.idle
            || now.duration_since(visit.begun) >= self.longest
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Name, Visit<T>>> {
        self.visits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const IDLE: Duration = Duration::from_secs(300);
    const LONGEST: Duration = Duration::from_secs(900);

    #[test]
    fn a_visit_ends_when_it_is_idle_and_in_any_case() {
        let visits = Visits::new(IDLE, LONGEST, 10);
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let idle = visits.begin(1, begun).expect("a visit");
        assert_eq!(visits.with(&idle, at(299), |value| *value), Some(1));
        assert_eq!(visits.with(&idle, at(599), |value| *value), None);
        let busy = visits.begin(2, begun).expect("a visit");
        for seconds in (0..900).step_by(100) {
            assert_eq!(visits.with(&busy, at(seconds), |value| *value), Some(2));
        }
        assert_eq!(visits.with(&busy, at(900), |value| *value), None);
        assert_eq!(visits.end(&busy, at(0)), None, "an ended visit stays ended");
    }

    #[test]
    fn the_number_of_visits_is_bounded_and_the_idlest_goes_first() {
        let visits = Visits::new(IDLE, LONGEST, 2);
        let begun = Instant::now();
        let at = |seconds| begun + Duration::from_secs(seconds);
        let first = visits.begin(1, at(0)).expect("a visit");
        let second = visits.begin(2, at(1)).expect("a visit");
        assert!(visits.with(&first, at(2), |_| ()).is_some());
        let third = visits.begin(3, at(3)).expect("a visit");
        assert!(visits.with(&second, at(4), |_| ()).is_none());
        assert!(visits.with(&first, at(4), |_| ()).is_some());
        assert!(visits.with(&third, at(4), |_| ()).is_some());
        visits.sweep(at(900));
        assert!(visits.lock().is_empty());
    }

    #[test]
    fn only_a_number_in_its_one_spelling_is_a_cookie_of_ours() {
        let visits = Visits::new(IDLE, LONGEST, 2);
        let id = visits.begin(1, Instant::now()).expect("a visit");
        let text = id.to_text();
        assert_eq!(text.len(), 43);
        assert!(VisitId::parse(&text).is_some_and(|parsed| parsed.0 == id.0));
        for wrong in [
            "",
            &text[1..],
            &format!("{text}A"),
            &format!("{text}="),
            &" ".repeat(43),
        ] {
            assert!(VisitId::parse(wrong).is_none(), "{wrong:?}");
        }
    }

    proptest! {
        /// However visits interleave, each number leads to what was begun under it or to nothing.
        #[test]
        fn no_visit_is_anothers(steps in prop::collection::vec((0_usize..6, 0_u8..4, 0_u64..400), 1..80)) {
            let visits = Visits::new(IDLE, LONGEST, 4);
            let (mut now, mut numbers) = (Instant::now(), Vec::new());
            for (number, (which, what, seconds)) in steps.into_iter().enumerate() {
                now += Duration::from_secs(seconds);
                let chosen = numbers.get(which % numbers.len().max(1));
                match (what, chosen) {
                    (0, _) | (_, None) => numbers.push((visits.begin(number, now).expect("a visit"), number)),
                    (1, Some((id, own))) => prop_assert!(visits.end(id, now).is_none_or(|value| value == *own)),
                    (_, Some((id, own))) => prop_assert!(visits.with(id, now, |value| *value).is_none_or(|value| value == *own)),
                }
                prop_assert!(visits.lock().len() <= 4);
            }
        }
    }
}
