//! What does Redis do in one step, so that no other evaluator's request can overtake it half-way?

use std::sync::LazyLock;

use redis::Script;

/// Takes elements from all quotas of a client, or from none.
pub(crate) static TAKE: LazyLock<Script> = LazyLock::new(|| Script::new(include_str!("take.lua")));

/// Uses the solution of a challenge, if it is not used up.
pub(crate) static SPEND: LazyLock<Script> =
    LazyLock::new(|| Script::new(include_str!("spend.lua")));
