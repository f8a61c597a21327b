//! `cargo check-all`: every check and every test of the project, stopping at the first failure.

use tekser_tools::{check, workspace};

fn main() -> anyhow::Result<()> {
    let taken = check::run(&check::STEPS, &workspace::root()?)?;
    eprintln!("── everything passed in {:.1} s", taken.as_secs_f64());
    Ok(())
}
