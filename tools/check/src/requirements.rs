use std::path::Path;
use std::process::{Command, Stdio};

use tekser_workspace::{cargo, check_node};

use super::CheckError;

/// Parts that a fresh toolchain may lack, and the cargo command that shows whether it does.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];

/// A program that tests need, with its package in Debian.
struct Installation {
    package: &'static str,
    program: &'static str,
    tests: &'static str,
}

const INSTALLATIONS: [Installation; 4] = [
    Installation {
        package: "chromium",
        program: "/usr/bin/chromium",
        tests: "the browser tests",
    },
    Installation {
        package: "nginx",
        program: "/usr/sbin/nginx",
        tests: "the tests behind a proxy",
    },
    Installation {
        package: "redis-server",
        program: "/usr/bin/redis-server",
        tests: "the tests of shared limits",
    },
    Installation {
        package: "prometheus",
        program: "/usr/bin/promtool",
        tests: "the tests of alerts",
    },
];

/// Checks that the toolchain is whole, and that Node.js and the programs that tests need exist; these are
/// installed if they are missing and permissions allow it.
pub(super) fn ensure(root: &Path) -> Result<(), CheckError> {
    for (component, subcommand) in COMPONENTS {
        let mut command = cargo(root, [subcommand, "--version"]);
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null());
        if !quiet.status()?.success() {
            return Err(CheckError::Component { component });
        }
    }
    check_node()?;
    INSTALLATIONS.iter().try_for_each(Installation::ensure)
}

impl Installation {
    fn ensure(&self) -> Result<(), CheckError> {
        if self.is_there() {
            return Ok(());
        }
        eprintln!("── installing {} for {}", self.package, self.tests);
        let installed = apt_get(&["update"]) && apt_get(&["install", "--yes", self.package]);
        if installed && self.is_there() {
            return Ok(());
        }
        let Self {
            package,
            program,
            tests,
        } = *self;
        Err(CheckError::Installation {
            program,
            tests,
            package,
        })
    }

    fn is_there(&self) -> bool {
        Path::new(self.program).exists()
    }
}

/// Installs a package. Fails unless this is Debian and we are root.
fn apt_get(arguments: &[&str]) -> bool {
    let status = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}
