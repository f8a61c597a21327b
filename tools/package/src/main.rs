//! `cargo package-all`: everything that is handed to an administrator.

use tekser_package::run;
use tekser_workspace::root;

fn main() -> anyhow::Result<()> {
    let folder = run(&root()?)?;
    eprintln!("── everything is in {}", folder.display());
    Ok(())
}
