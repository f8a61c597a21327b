//! `cargo package-all`: Debian packages of both programs, with website, manual and completions, and what they are made of.

use tekser_tools::{package, workspace};

fn main() -> anyhow::Result<()> {
    let folder = package::run(&workspace::root()?)?;
    eprintln!("── all of it is in {}", folder.display());
    Ok(())
}
