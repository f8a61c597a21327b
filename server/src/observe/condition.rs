//! Which conditions should hold, which do, since when, and why not? A state, not an event: visible at any time.
//!
//! One value for each condition that can fail while the server answers. It shows in `/metrics`, in
//! `/readyz`, and in one line of the log that is repeated as long as it lasts.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Registry, Unit};

/// A condition that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(
    not(all(feature = "redis", feature = "store")),
    expect(
        dead_code,
        reason = "without a store or shared limits nothing can be wrong with them"
    )
)]
pub(crate) enum Condition {
    /// The generation that `CURRENT` names is served.
    Generation,
    /// The current generation of the store is in the cache.
    Store,
    /// The password list on the disk is served.
    Passwords,
    /// The whole public log on the disk is served.
    Log,
    /// Limits are shared with the other evaluators.
    Limits,
    /// The certificate on the disk is in use, and valid.
    Certificate,
}

impl Condition {
    /// Returns its name in metrics and in `/readyz`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Generation => "generation",
            Self::Store => "store",
            Self::Passwords => "passwords",
            Self::Log => "log",
            Self::Limits => "limits",
            Self::Certificate => "certificate",
        }
    }

    /// Returns what the log says before the reason.
    const fn complaint(self) -> &'static str {
        match self {
            Self::Generation => "the new generation cannot be served, the old one is still served",
            Self::Store => {
                "nothing new can be fetched from the store; what was fetched last is served"
            }
            Self::Passwords => "the password list cannot be served",
            Self::Log => "the public log cannot be served, or not all of it",
            Self::Limits => "until Redis answers, limits are this server's alone",
            Self::Certificate => "the certificate on the disk is not in use, or not valid",
        }
    }

    /// Returns what the log says when the condition holds again.
    const fn relief(self) -> &'static str {
        match self {
            Self::Generation => "the generation that should be served is served",
            Self::Store => "the store answers, what it has is in the cache",
            Self::Passwords => "the passwords of the file are served",
            Self::Log => "the whole public log is served",
            Self::Limits => "Redis answers, limits are shared again",
            Self::Certificate => "the certificate on the disk is in use",
        }
    }
}

/// Time between two lines about one condition, if its reason changes or it comes and goes.
const CALM: Duration = Duration::from_secs(10);
/// Time between two lines that say the same.
const REMINDER: Duration = Duration::from_secs(600);

/// The conditions of this server, and whether it is about to stop.
#[derive(Default)]
pub(crate) struct Conditions {
    states: Mutex<BTreeMap<Condition, State>>,
    draining: AtomicBool,
    met: Family<Name, Gauge>,
    since: Family<Name, Gauge>,
    info: Family<Detail, Gauge>,
}

struct State {
    should: String,
    is: String,
    since: Timestamp,
    why_not: Option<String>,
    said: Option<LoggedLine>,
    is_asked: bool,
}

/// The last line of the log about a condition: the reason, or `None` if the line said that the condition holds again.
struct LoggedLine {
    at: Instant,
    reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Name {
    condition: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Detail {
    condition: &'static str,
    should: String,
    is: String,
}

impl Conditions {
    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register(
            "condition_met",
            "1 if the state is as it should be; /readyz at the admin address has the details",
            self.met.clone(),
        );
        registry.register_with_unit(
            "condition_since",
            "Unix time since when it has been so",
            Unit::Seconds,
            self.since.clone(),
        );
        registry.register(
            "condition_info",
            "What should be served, and what is",
            self.info.clone(),
        );
    }

    /// Records that the condition holds, with what is current.
    pub(crate) fn met(&self, condition: Condition, is: impl Into<String>) {
        let is = is.into();
        self.set(condition, is.clone(), is, None);
    }

    /// Records that the condition fails. `why_not` must hold nothing that a client sent; it is logged, and shown to the
    /// operator.
    pub(crate) fn unmet(
        &self,
        condition: Condition,
        should: impl Into<String>,
        is: impl Into<String>,
        why_not: impl Into<String>,
    ) {
        self.set(condition, should.into(), is.into(), Some(why_not.into()));
    }

    /// Returns whether the condition is known to hold.
    #[cfg(test)]
    fn is_met(&self, condition: Condition) -> bool {
        self.states()
            .get(&condition)
            .is_some_and(|state| state.why_not.is_none())
    }

    fn set(&self, condition: Condition, should: String, is: String, why_not: Option<String>) {
        let mut states = self.states();
        let before = states.remove(&condition);
        if let Some(before) = &before {
            self.info.remove(&before.detail(condition));
        }
        let since = before
            .as_ref()
            .filter(|before| before.why_not.is_some() == why_not.is_some())
            .map_or_else(Timestamp::now, |before| before.since);
        let is_asked = before.as_ref().is_some_and(|before| before.is_asked);
        let mut state = State {
            should,
            is,
            since,
            why_not,
            said: before.and_then(|before| before.said).filter(|_| !is_asked),
            is_asked: false,
        };
        self.show(condition, &state);
        state.say(condition, Instant::now());
        states.insert(condition, state);
    }

    fn show(&self, condition: Condition, state: &State) {
        let name = Name {
            condition: condition.name(),
        };
        self.met
            .get_or_create(&name)
            .set(state.why_not.is_none().into());
        self.since.get_or_create(&name).set(state.since.as_second());
        self.info.get_or_create(&state.detail(condition)).set(1);
    }

    /// Logs what is due: news, and old failures that last. Call it about every second.
    pub(crate) fn remind(&self) {
        let now = Instant::now();
        for (condition, state) in self.states().iter_mut() {
            state.say(*condition, now);
        }
    }

    /// Records that the operator asked, by SIGHUP: what is found next is logged again.
    pub(crate) fn ask(&self, condition: Condition) {
        if let Some(state) = self.states().get_mut(&condition) {
            state.is_asked = true;
        }
    }

    /// Records that the server is about to stop and should get no new requests.
    pub(crate) fn drain(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }

    /// Returns whether the server is about to stop.
    #[must_use]
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// Returns a line for each condition, for the operator: the reasons may name files.
    #[must_use]
    pub(crate) fn text(&self) -> String {
        let states = self.states();
        let lines = states.iter().map(|(condition, state)| {
            let name = condition.name();
            let State {
                should, is, since, ..
            } = state;
            match &state.why_not {
                None => format!("{name}: ok, {is}, since {since:.0}\n"),
                Some(reason) => {
                    format!(
                        "{name}: NOT OK, {is} instead of {should}, since {since:.0}: {reason}\n"
                    )
                }
            }
        });
        lines.collect()
    }

    /// Returns the failed conditions, each with its reason.
    #[must_use]
    pub(crate) fn complaints(&self) -> Vec<String> {
        let states = self.states();
        let complaints = states.iter().filter_map(|(condition, state)| {
            let reason = state.why_not.as_ref()?;
            Some(format!("{}: {reason}", condition.complaint()))
        });
        complaints.collect()
    }

    fn states(&self) -> MutexGuard<'_, BTreeMap<Condition, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn detail(&self, condition: Condition) -> Detail {
        Detail {
            condition: condition.name(),
            should: self.should.clone(),
            is: self.is.clone(),
        }
    }

    /// Logs the condition if a line is due.
    fn say(&mut self, condition: Condition, now: Instant) {
        if !self.is_due(now) {
            return;
        }
        let State {
            should, is, since, ..
        } = &*self;
        match &self.why_not {
            Some(reason) => {
                tracing::error!(%should, %is, %since, "{}: {reason}", condition.complaint());
            }
            None => tracing::info!(%is, "{}", condition.relief()),
        }
        self.said = Some(LoggedLine {
            at: now,
            reason: self.why_not.clone(),
        });
    }

    /// Returns whether a line is due. A condition that always held is not worth one. A first complaint is logged at
    /// once.
    fn is_due(&self, now: Instant) -> bool {
        let Some(said) = &self.said else {
            return self.why_not.is_some();
        };
        let silent = now.saturating_duration_since(said.at);
        match (&self.why_not, &said.reason) {
            (None, None) => false,
            // Recovery is logged at once: an operator may be waiting for it.
            (None, Some(_)) => true,
            (now, before) if now == before => silent >= REMINDER,
            _ => silent >= CALM,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(why_not: Option<&str>, said: Option<LoggedLine>) -> State {
        State {
            should: "b".to_owned(),
            is: "a".to_owned(),
            since: Timestamp::UNIX_EPOCH,
            why_not: why_not.map(ToOwned::to_owned),
            said,
            is_asked: false,
        }
    }

    #[test]
    fn a_complaint_is_said_at_once_and_repeated_at_a_bounded_rate() {
        let now = Instant::now();
        let said = |ago, reason: Option<&str>| {
            Some(LoggedLine {
                at: now - ago,
                reason: reason.map(ToOwned::to_owned),
            })
        };
        let second = Duration::from_secs(1);
        for (why_not, said, expected) in [
            (None, None, false),
            (Some("damaged"), None, true),
            (Some("damaged"), said(second, Some("damaged")), false),
            (Some("damaged"), said(REMINDER, Some("damaged")), true),
            (Some("gone"), said(second, Some("damaged")), false),
            (Some("gone"), said(CALM, Some("damaged")), true),
            (Some("damaged"), said(second, None), false),
            (Some("damaged"), said(CALM, None), true),
            (None, said(second, Some("damaged")), true),
            (None, said(REMINDER, None), false),
        ] {
            let state = state(why_not, said);
            assert_eq!(state.is_due(now), expected, "{why_not:?}");
        }
    }

    #[test]
    fn a_state_shows_what_should_be_what_is_since_when_and_why_not() {
        let conditions = Conditions::default();
        conditions.met(Condition::Generation, "a");
        let text = conditions.text();
        assert!(text.starts_with("generation: ok, a, since 20"), "{text}");
        conditions.unmet(Condition::Generation, "b", "a", "it is damaged");
        assert!(!conditions.is_met(Condition::Generation));
        let text = conditions.text();
        let expected = "generation: NOT OK, a instead of b, since 20";
        assert!(text.starts_with(expected), "{text}");
        assert!(text.ends_with("Z: it is damaged\n"), "{text}");
        conditions.met(Condition::Generation, "b");
        assert!(conditions.is_met(Condition::Generation));
    }

    #[test]
    fn a_request_repeats_what_was_said() {
        let conditions = Conditions::default();
        let said = |conditions: &Conditions| {
            let states = conditions.states();
            let said = states[&Condition::Log].said.as_ref();
            said.map(|said| said.at)
        };
        conditions.unmet(Condition::Log, "2", "1", "torn");
        let first = said(&conditions);
        conditions.unmet(Condition::Log, "2", "1", "torn");
        assert_eq!(said(&conditions), first);
        conditions.ask(Condition::Log);
        conditions.unmet(Condition::Log, "2", "1", "torn");
        assert_ne!(said(&conditions), first);
    }

    #[test]
    fn since_is_when_it_went_wrong_and_not_when_the_reason_changed() {
        let conditions = Conditions::default();
        conditions.unmet(Condition::Log, "2", "1", "torn");
        let since = |conditions: &Conditions| conditions.states()[&Condition::Log].since;
        let first = since(&conditions);
        conditions.unmet(Condition::Log, "2", "1", "gone");
        assert_eq!(since(&conditions), first);
    }
}
