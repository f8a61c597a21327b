//! Demo, synthetic dumps, benchmarks, packages and the one test command of the project.

#[cfg(feature = "programs")]
pub mod bench;
pub mod cargo;
pub mod check;
#[cfg(feature = "programs")]
pub mod demo;
pub mod npm;
#[cfg(feature = "packages")]
pub mod package;
#[cfg(feature = "programs")]
pub mod synth;
pub mod workspace;
