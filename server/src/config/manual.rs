use clap::CommandFactory;
use exposure_index::manual::{self, FileNote, ManualError, ManualRequest, Program, Shell};

use super::CommandLine;

const PROGRAM: Program = Program {
    section: "8",
    exit: &[
        ("0", "Stopped by a signal, or checked and found in order."),
        (
            "1",
            "Something could not be opened, or an address is not available; standard error says what to do.",
        ),
        (
            "2",
            "The command line or the file of settings is wrong, or settings contradict each other.",
        ),
    ],
    files: &[
        FileNote {
            path: "/etc/tekser/server.toml",
            about: "The settings that Debian's unit tekser-server.service starts with: lines such as listen = \"127.0.0.1:8080\", named as the options are.",
            option: "config",
        },
        FileNote {
            path: "/etc/tekser/tekser.key",
            about: "The key or share that the unit passes as a credential; owner root, mode 0600. A range server has \
                    none.",
            option: "key",
        },
        FileNote {
            path: "/var/lib/tekser/index",
            about: "The index directory of the unit. Copy a generation there first and its CURRENT last; the server notices.",
            option: "index",
        },
        FileNote {
            path: "/var/cache/tekser-server",
            about: "Generations fetched from a store; an index directory of this server alone. It may be emptied while \
                    the server is stopped.",
            option: "index-cache",
        },
        FileNote {
            path: "/var/lib/tekser-server/push.db",
            about: "Endpoints of browsers that get notices of new lists; owner the service, mode 0600. It needs no backup: browsers subscribe again.",
            option: "push-store",
        },
        FileNote {
            path: "/usr/share/tekser/site",
            about: "The website.",
            option: "site",
        },
        FileNote {
            path: "/usr/share/doc/tekser-server/",
            about: "OPERATING.md, PROTOCOL.md and THREATS.md; and in examples/ the configuration of nginx, Caddy, Prometheus, Grafana and Kubernetes.",
            option: "config",
        },
    ],
    see_also: &[
        ("tekser-indexer", "1"),
        ("systemd.exec", "5"),
        ("nginx", "8"),
    ],
};

/// Returns the requested page of the manual, or the names of the files that pages were written to.
///
/// # Errors
/// [`ManualError`] if there is no such page, or one cannot be written.
pub(crate) fn page(request: &ManualRequest) -> Result<String, ManualError> {
    request.answer(CommandLine::command(), &PROGRAM)
}

/// Returns the script with which a shell completes the server's command line.
#[must_use]
pub(crate) fn completions(shell: Shell) -> String {
    manual::completions(shell, CommandLine::command())
}
