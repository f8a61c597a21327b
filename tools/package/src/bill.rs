//! What are the programs and the website made of? CycloneDX's bills of materials.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tekser_workspace::{cargo, npm};

use super::{EPOCH, PROGRAMS, PackageError, output, subcommands, succeed, write};

const MEMBERS: [&str; 9] = [
    "indexer",
    "indexer/core",
    "server",
    "tests",
    "tools/bench",
    "tools/check",
    "tools/demo",
    "tools/package",
    "tools/workspace",
];
/// What `cargo cyclonedx` appends to the name of each program of the workspace, into the folder of its package.
const WRITTEN: &str = "_bin.cdx.json";

/// A bill for each program that is handed out.
pub(super) fn of_programs(root: &Path, folder: &Path, epoch: &str) -> Result<(), PackageError> {
    let form = ["--format", "json", "--spec-version", "1.5", "--quiet"];
    let contents = ["--describe", "binaries", "--no-build-deps"];
    let arguments = ["cyclonedx"].into_iter().chain(form).chain(contents);
    succeed(subcommands::found_by(&mut cargo(root, arguments), root).env(EPOCH, epoch))?;
    for member in MEMBERS {
        let member = root.join(member);
        for entry in fs::read_dir(&member).map_err(PackageError::file(&member))? {
            take(
                &entry.map_err(PackageError::file(&member))?.path(),
                root,
                folder,
            )?;
        }
    }
    Ok(())
}

/// Moves a bill to the folder, without the name of the folder that the project is in. Bills of other programs are
/// removed.
fn take(path: &Path, root: &Path, folder: &Path) -> Result<(), PackageError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let Some(program) = name.and_then(|name| name.strip_suffix(WRITTEN)) else {
        return Ok(());
    };
    if PROGRAMS.contains(&program) {
        let bill = fs::read_to_string(path).map_err(PackageError::file(path))?;
        let bill = bill.replace(&root.display().to_string(), "");
        write(&folder.join(format!("{program}.cdx.json")), bill.as_bytes())?;
    }
    fs::remove_file(path).map_err(PackageError::file(path))
}

/// A bill for what browsers are sent, without the number and the time by which no two of npm's would be alike.
pub(super) fn of_site(root: &Path, folder: &Path) -> Result<(), PackageError> {
    let arguments = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev"];
    let mut bill: Value = serde_json::from_slice(&output(&mut npm(root, arguments))?)?;
    if let Some(bill) = bill.as_object_mut() {
        bill.remove("serialNumber");
    }
    if let Some(metadata) = bill["metadata"].as_object_mut() {
        metadata.remove("timestamp");
    }
    let text = serde_json::to_string_pretty(&bill)?;
    write(&folder.join("tekser-site.cdx.json"), text.as_bytes())
}
