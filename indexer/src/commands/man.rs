use clap::{Args, CommandFactory};
use exposure_index::manual::{FileNote, ManualRequest, Program};

use super::{CommandLine, output};

const PROGRAM: Program = Program {
    section: "1",
    exit: &[
        ("0", "Success."),
        (
            "1",
            "Refused or failed; standard error says why and what to do. The current generation is unchanged.",
        ),
        ("2", "The command line is wrong."),
        ("130", "Stopped by Ctrl-C."),
        ("143", "Stopped by SIGTERM."),
    ],
    files: &[
        FileNote {
            path: "BREACH_DIR/breach.toml",
            about: "Describes a breach: its metadata, its files and their columns. tekser-indexer inspect drafts it.",
            option: "max-rejects",
        },
        FileNote {
            path: "DIR/CURRENT",
            about: "Names the current generation of the index directory.",
            option: "index",
        },
        FileNote {
            path: "DIR/GENERATION/public.idx",
            about: "The index: tags and exposures, no identifier. FORMAT.md describes it.",
            option: "index",
        },
        FileNote {
            path: "URL/CURRENT, URL/GENERATION/SHA256SUMS",
            about: "In a store: the current generation, and digests of its files as sha256sum writes them.",
            option: "to",
        },
        FileNote {
            path: "DIR/GENERATION/sealed.idx",
            about: "The index of sensitive breaches, readable by its owner alone. A public server never opens it.",
            option: "index",
        },
        FileNote {
            path: "DIR/GENERATION/report.json, report.txt",
            about: "What was read and what was refused, by file, line and reason.",
            option: "index",
        },
        FileNote {
            path: "FILE of --key",
            about: "The key or a share of it, mode 0600. With it the index can be searched: keep them apart.",
            option: "key",
        },
        FileNote {
            path: "FILE of --offline-key",
            about: "The offline key, mode 0600. No server gets it, except one with --role owners.",
            option: "offline_key",
        },
    ],
    see_also: &[("tekser-server", "8"), ("age", "1"), ("minisign", "1")],
};

/// Show the manual: a page for each command.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer man | man -l -
  tekser-indexer man catalogue import | man -l -
  tekser-indexer man --output /usr/local/share/man/man1")]
pub(super) struct Man {
    #[command(flatten)]
    request: ManualRequest,
}

impl Man {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        let answer = self.request.answer(CommandLine::command(), &PROGRAM)?;
        Ok(output::data(answer)?)
    }
}
