//! What can be done to an index? Each operation makes a new generation, or shows what it would be.

pub(crate) mod derive;
pub(crate) mod erase;
pub(crate) mod from_dumps;
pub(crate) mod rehearsal;
