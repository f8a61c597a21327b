use exposure_index::breach::BreachId;

/// Why the given breaches do not fit those of the index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BreachListError {
    /// A breach to add is already in the index.
    #[error("{breach} is already in the index: replace it with tekser-indexer update")]
    AlreadyThere {
        /// Id of the breach.
        breach: BreachId,
    },
    /// A breach to remove or replace is not in the index.
    #[error("{breach} is not in the index: tekser-indexer stats lists those that are")]
    NotThere {
        /// Id of the breach.
        breach: BreachId,
    },
    /// Breaches of the index are not among the dumps that it is built from again.
    #[error(
        "{}: in the index, but not among the dumps, so the index under the new key would lack them. Name their \
         folders, or drop them with --allow-missing",
        listed(.breaches)
    )]
    MissingDumps {
        /// Ids of the breaches.
        breaches: Vec<BreachId>,
    },
    /// There are more breaches than an index can number.
    #[error("{got} breaches are more than one index can hold (65,535)")]
    TooManyBreaches {
        /// The number of breaches.
        got: usize,
    },
}

fn listed(breaches: &[BreachId]) -> String {
    let ids: Vec<&str> = breaches.iter().map(BreachId::as_str).collect();
    ids.join(", ")
}
