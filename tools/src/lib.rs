//! Demo, synthetic dumps, benchmarks and the one test command of the project.
