//! What do two sides have in common? Compares a dump with an index, or two generations; builds nothing.

mod compare;
mod diff;

pub use compare::{Combination, Comparison, Known, Origins, Provenance, compare};
pub use diff::{BreachChange, BreachDifference, Difference, Sides, diff};
