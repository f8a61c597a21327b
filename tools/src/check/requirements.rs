use std::path::Path;
use std::process::{Command, Stdio};

use super::CheckError;
use crate::cargo::cargo;
use crate::npm::node_is_there;

/// What a fresh toolchain may lack, and the cargo command that shows whether it does.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];
/// Where Debian puts the browser.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Makes sure that the toolchain is whole, Node.js is there, and so is the browser, which is installed if it is
/// missing and we may.
pub(super) fn ensure(root: &Path) -> Result<(), CheckError> {
    for (component, subcommand) in COMPONENTS {
        let mut command = cargo(root, [subcommand, "--version"]);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        if !quiet.status()?.success() {
            return Err(CheckError::Component { component });
        }
    }
    node_is_there()?;
    ensure_browser()
}

fn ensure_browser() -> Result<(), CheckError> {
    if Path::new(CHROMIUM).exists() {
        return Ok(());
    }
    eprintln!("── installing Chromium for the browser tests");
    let installed = apt_get(&["update"]) && apt_get(&["install", "--yes", "chromium"]);
    if installed && Path::new(CHROMIUM).exists() {
        Ok(())
    } else {
        Err(CheckError::Browser)
    }
}

/// Fails where there is no Debian, or we are not root.
fn apt_get(arguments: &[&str]) -> bool {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
