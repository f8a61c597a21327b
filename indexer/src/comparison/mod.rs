//! What do two sides have in common? A dump held against an index, or two generations: nothing is built.

mod compare;
mod diff;

pub use compare::{Combination, Comparison, Known, Origins, Provenance, compare};
pub use diff::{BreachChange, BreachDifference, Difference, Sides, diff};
