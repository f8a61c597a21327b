//! `cargo demo`: compiles the demo and the programs that it shows, all in one go, and starts it.
//!
//! This program has no dependencies, so that it runs seconds after `git clone`: what follows shows cargo's progress, and
//! the website's packages are installed meanwhile.

use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::thread;
use std::time::Instant;

use tekser_workspace::{cargo, check_node, install_website_packages, root, target};

/// Without it the demo serves the website.
const INDEXER_ONLY: &str = "--indexer-only";
/// With one of them it only prints.
const ONLY_PRINTS: [&str; 4] = ["--help", "-h", "--version", "-V"];

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    match start(&arguments) {
        Ok(never) => match never {},
        Err(why) => {
            eprintln!("cargo demo: {why}");
            ExitCode::FAILURE
        }
    }
}

/// A value that cannot exist: the demo takes this process over.
enum Never {}

fn start(arguments: &[OsString]) -> Result<Never, String> {
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let opens_website = !has(INDEXER_ONLY) && !ONLY_PRINTS.into_iter().any(has);
    let root = root().map_err(|error| error.to_string())?;
    if opens_website {
        // At once, and not after minutes of compiling.
        check_node().map_err(|error| format!("{error}; without it there is {INDEXER_ONLY}"))?;
    }
    let packages = opens_website.then(|| {
        let root = root.clone();
        thread::spawn(move || install_website_packages(&root))
    });
    compile(&root, opens_website)?;
    if let Some(packages) = packages {
        let installed = packages.join().map_err(|_| "npm was not run".to_owned())?;
        installed.map_err(|error| error.to_string())?;
    }
    let program = target(&root).join("release/tekser-demo");
    let error = Command::new(&program).args(arguments).exec();
    Err(format!("cannot run {}: {error}", program.display()))
}

/// One call of cargo for everything: called for each program alone it would compile their libraries with other features
/// each time.
fn compile(root: &Path, with_server: bool) -> Result<(), String> {
    let programs = ["-p", "tekser-demo", "-p", "tekser-indexer"];
    let server = ["-p", "tekser-server"].into_iter().filter(|_| with_server);
    let words = ["build", "--release", "--bins"];
    println!("Compiling: the first time some minutes, then seconds");
    let begun = Instant::now();
    let status = cargo(root, words.into_iter().chain(programs).chain(server)).status();
    if !status
        .map_err(|error| format!("cannot run cargo: {error}"))?
        .success()
    {
        return Err("something does not compile; the compiler's message is above".to_owned());
    }
    println!("  {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
