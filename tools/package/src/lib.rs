//! What is handed to an administrator? Debian packages, the bill of their materials and checksums of all of it.
//!
//! Two runs over the same commit, on the same machine, make the same bytes: whatever bears a time bears that of the
//! commit.

mod bill;
mod depends;
mod error;
mod subcommands;

pub use error::PackageError;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tekser_workspace::{build_website, cargo, target};

const PROGRAMS: [&str; 2] = ["tekser-indexer", "tekser-server"];
/// Shells, and the name that each wants the completions of a program to have.
const SHELLS: [(&str, &str, &str); 3] = [("bash", "", ""), ("zsh", "_", ""), ("fish", "", ".fish")];
/// The profile of what is handed out, and the folder in cargo's that it is built into.
const PROFILE: &str = "dist";
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// Makes everything that there is to hand out of the workspace at `root`, and returns the folder that it is in.
///
/// Installs the subcommands of cargo that it needs into cargo's target folder, if they are not installed.
///
/// # Errors
/// [`PackageError`] at the first step that fails, or if a tool is missing.
pub fn run(root: &Path) -> Result<PathBuf, PackageError> {
    depends::check_tools()?;
    subcommands::ensure(root)?;
    let epoch = epoch(root)?;
    let folder = target(root).join("package");
    begin_anew(&folder)?;
    say("the website");
    build_website(root, "")?;
    programs(root)?;
    papers(root, &epoch)?;
    for program in PROGRAMS {
        say(&format!("Debian package of {program}"));
        let arguments = [
            "deb",
            "--no-build",
            "--profile",
            PROFILE,
            "--package",
            program,
        ];
        let mut command = cargo(root, arguments.into_iter().chain(["--output"]));
        succeed(subcommands::found_by(command.arg(&folder), root).env(EPOCH, &epoch))?;
    }
    depends::check(&folder)?;
    say("the bill of materials");
    bill::of_programs(root, &folder, &epoch)?;
    bill::of_site(root, &folder)?;
    sums(&folder)?;
    Ok(folder)
}

/// Seconds since 1970: what the environment says, or the time of the last commit.
fn epoch(root: &Path) -> Result<String, PackageError> {
    if let Ok(epoch) = std::env::var(EPOCH) {
        return Ok(epoch);
    }
    let mut command = Command::new("git");
    let command = command.args(["log", "-1", "--format=%ct"]);
    let printed = output(command.current_dir(root))?;
    Ok(String::from_utf8_lossy(&printed).trim().to_owned())
}

/// What an earlier run left would be handed out with what this one makes.
fn begin_anew(folder: &Path) -> Result<(), PackageError> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(PackageError::file(folder))?;
    }
    fs::create_dir_all(folder).map_err(PackageError::file(folder))
}

fn programs(root: &Path) -> Result<(), PackageError> {
    say("the programs");
    let features = ["--features", "tekser-indexer/full,tekser-server/full"];
    let packages = PROGRAMS.iter().flat_map(|program| ["--package", program]);
    let arguments = ["build", "--profile", PROFILE, "--locked"].into_iter();
    succeed(&mut cargo(root, arguments.chain(features).chain(packages)))
}

/// Manual pages and completions, where the packages' lists of files look for them.
fn papers(root: &Path, epoch: &str) -> Result<(), PackageError> {
    say("manual and completions");
    let built = target(root).join(PROFILE);
    let folder = built.join("papers");
    begin_anew(&folder)?;
    for program in PROGRAMS {
        let path = built.join(program);
        let mut man = Command::new(&path);
        let pages = folder.join("man").join(program);
        output(man.args(["man", "--output"]).arg(pages).env(EPOCH, epoch))?;
        for (shell, before, behind) in SHELLS {
            let file = folder
                .join(shell)
                .join(format!("{before}{program}{behind}"));
            let script = output(Command::new(&path).args(["completions", shell]))?;
            write(&file, &script)?;
        }
    }
    Ok(())
}

fn sums(folder: &Path) -> Result<(), PackageError> {
    let entries = fs::read_dir(folder).map_err(PackageError::file(folder))?;
    let mut names: Vec<_> = entries
        .map(|entry| entry.map(|entry| entry.file_name()))
        .collect::<Result<_, _>>()
        .map_err(PackageError::file(folder))?;
    names.sort();
    let sums = output(Command::new("sha256sum").args(names).current_dir(folder))?;
    write(&folder.join("SHA256SUMS"), &sums)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), PackageError> {
    let folder = path.parent().unwrap_or(path);
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, bytes))
        .map_err(PackageError::file(path))
}

fn say(what: &str) {
    eprintln!("── {what}");
}

fn succeed(command: &mut Command) -> Result<(), PackageError> {
    let status = command.status().map_err(PackageError::start(command))?;
    if status.success() {
        Ok(())
    } else {
        Err(PackageError::failed(command))
    }
}

/// Returns what a command prints.
fn output(command: &mut Command) -> Result<Vec<u8>, PackageError> {
    let started = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let output = started.map_err(PackageError::start(command))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(PackageError::failed(command))
    }
}
