//! Demo, synthetic dumps, benchmarks and the one test command of the project.

pub mod bench;
pub mod cargo;
pub mod check;
pub mod demo;
pub mod npm;
pub mod synth;
pub mod workspace;
