//! When is it an endpoint's turn? Turns are spread over hours, with pauses for push services that ask for them.

use std::time::Duration;

use hmac::Mac;
use jiff::Timestamp;

use super::store::Round;
use crate::keyed_hash::keyed_hash;

/// Time after its last turn for which a round continues, for endpoints that could not be reached.
const OVERTIME: Duration = Duration::from_secs(86_400);
/// The first pause after a push service refused, and the longest.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(900)];

/// An order of endpoints that depends only on a secret of this round, which is stored nowhere.
pub(crate) struct Shuffle([u8; 32]);

impl Shuffle {
    pub(crate) fn new() -> Result<Self, getrandom::Error> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret)?;
        Ok(Self(secret))
    }

    /// Returns the turn of the endpoint with this number: any of 2³², with equal probability.
    pub(crate) fn turn(&self, id: i64) -> u32 {
        let mut hash = keyed_hash(&self.0);
        hash.update(&id.to_le_bytes());
        let hash = hash.finalize().into_bytes();
        u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]])
    }
}

/// Spread of the messages of a round.
#[derive(Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) spread: Duration,
}

impl Pace {
    /// Returns the last turn that has come.
    pub(crate) fn turn(self, round: Round, now: Timestamp) -> u32 {
        let part = elapsed(round, now).as_secs_f64() / self.spread.as_secs_f64();
        // A cast from f64 saturates; 0/0 is 0.
        match self.spread.is_zero() {
            true => u32::MAX,
            false => (part * f64::from(u32::MAX)) as u32,
        }
    }

    /// Returns the maximum number of messages per second: twice the average, so that the backlog of a stopped server
    /// does not come all at once.
    pub(crate) fn a_second(self, round: Round) -> usize {
        let seconds = self.spread.as_secs_f64();
        match self.spread.is_zero() {
            true => usize::MAX,
            false => (2.0 * round.total as f64 / seconds).ceil() as usize,
        }
    }

    /// Returns whether the round is over.
    pub(crate) fn is_over(self, round: Round, now: Timestamp) -> bool {
        elapsed(round, now) > self.spread + OVERTIME
    }
}

/// Returns the time since the round began; zero if the clock was put back.
fn elapsed(round: Round, now: Timestamp) -> Duration {
    Duration::try_from(now.duration_since(round.begun)).unwrap_or_default()
}

/// End of a push service's pause.
#[derive(Clone, Copy, Default)]
pub(crate) struct BackOff {
    pause: Duration,
    until: Option<Timestamp>,
}

impl BackOff {
    pub(crate) fn may_send(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    /// Records that the push service asks for a pause, of this length if it named one; else each is twice as long as
    /// the last.
    pub(crate) fn pause(&mut self, asked: Option<Duration>, now: Timestamp) {
        let [first, longest] = PAUSES;
        self.pause = (self.pause * 2).clamp(first, longest);
        let pause = asked.map_or(self.pause, |asked| asked.max(first));
        self.until = Some(now + pause);
    }

    /// Records that the push service takes messages.
    pub(crate) fn end(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).expect("a time")
    }

    fn round(total: u64) -> Round {
        let begun = at(0);
        Round { begun, total }
    }

    const HOURS: Pace = Pace {
        spread: Duration::from_secs(4 * 3600),
    };

    #[test]
    fn turns_come_evenly_over_the_time_and_then_all_have_come() {
        let turn = |second| HOURS.turn(round(1), at(second));
        assert_eq!(turn(0), 0);
        assert!(turn(3600).abs_diff(1 << 30) < 10 && turn(7200).abs_diff(1 << 31) < 10);
        assert_eq!([turn(14_400), turn(1_000_000)], [u32::MAX; 2]);
        assert_eq!(turn(-5), 0, "a clock that was put back");
        let spread = Duration::ZERO;
        assert_eq!(Pace { spread }.turn(round(1), at(0)), u32::MAX);
    }

    #[test]
    fn what_a_stopped_server_owes_does_not_come_at_once() {
        assert_eq!(HOURS.a_second(round(144_000)), 20);
        assert_eq!(HOURS.a_second(round(1)), 1);
    }

    #[test]
    fn a_round_ends_a_day_after_the_last_turn() {
        assert!(!HOURS.is_over(round(1), at(14_400 + 86_400)));
        assert!(HOURS.is_over(round(1), at(14_401 + 86_400)));
    }

    #[test]
    fn the_order_is_another_in_each_round_and_even() {
        let orders = [(); 2].map(|()| Shuffle::new().expect("randomness"));
        let turns = |order: &Shuffle| (0..4000).map(|id| order.turn(id)).collect::<Vec<_>>();
        let [one, other] = [turns(&orders[0]), turns(&orders[1])];
        assert_ne!(one, other);
        assert_eq!(one, turns(&orders[0]));
        for quarter in 0..4 {
            let count = one.iter().filter(|turn| *turn >> 30 == quarter).count();
            assert!((850..1150).contains(&count), "{count} in quarter {quarter}");
        }
    }

    #[test]
    fn pauses_grow_unless_the_service_says_how_long() {
        let mut service = BackOff::default();
        assert!(service.may_send(at(0)));
        for pause in [5, 10, 20] {
            service.pause(None, at(0));
            assert!(!service.may_send(at(pause - 1)) && service.may_send(at(pause)));
        }
        service.pause(Some(Duration::from_secs(3600)), at(0));
        assert!(!service.may_send(at(3599)) && service.may_send(at(3600)));
        service.end();
        service.pause(Some(Duration::ZERO), at(0));
        assert!(!service.may_send(at(4)), "never without a pause");
    }
}
