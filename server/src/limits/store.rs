//! Where governor keeps its cells: as its own stores do, but with a bound on the clients, and a way to look at the
//! total without taking from it.

use std::convert::Infallible;

use governor::nanos::Nanos;
use governor::state::keyed::{DashMapStateStore, ShrinkableKeyedStateStore};
use governor::state::{InMemoryState, NotKeyed, StateStore};

use super::ClientKey;

/// The clients' quotas. One that is not kept for want of room is taken for whole, whenever it is asked.
pub(super) struct Clients {
    kept: DashMapStateStore<ClientKey>,
    most: usize,
}

impl Clients {
    /// Room for `most` clients; as many more as there are threads may slip in at the same moment.
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
    type Key = ClientKey;

    fn measure_and_replace<T, F, E>(&self, client: &ClientKey, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        if self.has_no_room_for(client) {
            return measure(None).map(|(outcome, _)| outcome);
        }
        self.kept.measure_and_replace(client, measure)
    }
}

impl ShrinkableKeyedStateStore<ClientKey> for Clients {
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

/// What is done with the [`Total`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// Would it suffice?
    Ask,
    /// Take from it.
    Take,
}

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

/// What `measure` says of the state, which stays as it is: a store replaces its value only where it is told `Ok`.
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
