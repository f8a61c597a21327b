//! Where does governor keep its cells? As in its own stores, but with a bound on the clients and a way to check a quota
//! without taking from it.

use std::convert::Infallible;

use governor::nanos::Nanos;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::state::{InMemoryState, NotKeyed, StateStore};

use super::ClientKey;

/// An operation on a quota.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Ask whether the quota would be enough.
    Ask,
    /// Take from the quota.
    Take,
}

/// The quotas of clients, or of networks. A quota that is not kept for lack of room counts as full whenever it is
/// asked.
pub(super) struct Clients {
    kept: DashMapStateStore<ClientKey>,
    most: usize,
}

/// An operation on a quota of [`Clients`].
pub(super) type ClientStep = (Step, ClientKey);

impl Clients {
    /// Makes room for `most` clients; one more per thread may slip in at the same moment.
    pub(super) fn new(most: usize) -> Self {
        Self {
            kept: DashMapStateStore::default(),
            most,
        }
    }

    fn has_no_room_for(&self, client: &ClientKey) -> bool {
        !self.kept.contains_key(client) && self.kept.len() >= self.most
    }
}

impl StateStore for Clients {
    type Key = ClientStep;

    fn measure_and_replace<T, F, E>(&self, key: &ClientStep, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match key {
            (Step::Ask, client) => match self.kept.get(client) {
                Some(state) => ask(&state, measure),
                None => measure(None).map(|(outcome, _)| outcome),
            },
            (Step::Take, client) if self.has_no_room_for(client) => {
                measure(None).map(|(outcome, _)| outcome)
            }
            (Step::Take, client) => self.kept.measure_and_replace(client, measure),
        }
    }
}

impl ShrinkableKeyedStateStore<ClientStep> for Clients {
    fn retain_recent(&self, drop_below: Nanos) {
        ShrinkableKeyedStateStore::retain_recent(&self.kept, drop_below);
    }

    fn shrink_to_fit(&self) {
        self.kept.shrink_to_fit();
    }

    fn len(&self) -> usize {
        self.kept.len()
    }

    fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// The quota of all clients together.
#[derive(Default)]
pub(super) struct Total(InMemoryState);

impl StateStore for Total {
    type Key = Step;

    fn measure_and_replace<T, F, E>(&self, step: &Step, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        match step {
            Step::Take => self.0.measure_and_replace(&NotKeyed::NonKey, measure),
            Step::Ask => ask(&self.0, measure),
        }
    }
}

/// Returns what `measure` says of the state without changing it: a store replaces its value only if it gets `Ok`.
fn ask<T, E>(
    state: &InMemoryState,
    measure: impl Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
) -> Result<T, E> {
    let untouched = state.measure_and_replace(&NotKeyed::NonKey, |arrival| {
        Err::<(Infallible, Nanos), _>(measure(arrival).map(|(outcome, _)| outcome))
    });
    match untouched {
        Err(outcome) => outcome,
        Ok(never) => match never {},
    }
}
