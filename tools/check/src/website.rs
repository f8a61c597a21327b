//! What is checked in the website while Rust compiles? That it builds, and its tests that need no browser.

use std::io::{Write, stderr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Instant;

use tekser_workspace::install_website_packages;

use crate::steps::WEBSITE;
use crate::{CheckError, Step, passed};

/// The checks of the website, which run in parallel with those of Rust.
pub(crate) struct Website {
    thread: JoinHandle<Result<(), CheckError>>,
    failed: Arc<AtomicBool>,
}

impl Website {
    pub(crate) fn begin(root: &Path) -> Self {
        let (root, failed) = (root.to_owned(), Arc::new(AtomicBool::new(false)));
        let has_failed = Arc::clone(&failed);
        let thread = thread::spawn(move || {
            let checked = check(&root);
            has_failed.store(checked.is_err(), Ordering::Release);
            checked
        });
        Self { thread, failed }
    }

    /// Returns whether something has failed already; does not wait.
    pub(crate) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Waits for the end.
    pub(crate) fn finish(self) -> Result<(), CheckError> {
        let checked = self.thread.join();
        checked.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn check(root: &Path) -> Result<(), CheckError> {
    let begun = Instant::now();
    install_website_packages(root)?;
    passed("the website's packages", begun);
    WEBSITE.iter().try_for_each(|step| run_quietly(step, root))
}

/// Runs a step and shows what it printed when it has ended: meanwhile the terminal belongs to cargo.
fn run_quietly(step: &Step, root: &Path) -> Result<(), CheckError> {
    let begun = Instant::now();
    let output = step.command(root).output()?;
    let mut text = format!("── {}: {}\n", step.name, step.command_line()).into_bytes();
    text.extend([output.stdout, output.stderr].concat());
    // If nobody reads any more, the exit status still counts.
    let _ = stderr().lock().write_all(&text);
    if !output.status.success() {
        return Err(step.failed());
    }
    passed(step.name, begun);
    Ok(())
}
