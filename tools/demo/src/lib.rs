//! What does the project do? A demo, with synthetic dumps of any size about people who do not exist.

pub mod demo;
pub mod synth;
