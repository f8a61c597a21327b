//! What does the manual say? Pages for `man` and completions for shells, made from the command line itself, so that
//! they cannot become outdated.

mod error;
mod page;
mod remarks;
mod request;

pub use clap_complete::Shell;
pub use error::ManualError;
pub use page::{FileNote, Page, Program};
pub use request::ManualRequest;

use clap::Command;
use clap_complete::generate;
use jiff::Timestamp;

/// The pages of a program and of all of its subcommands, at any depth.
#[must_use]
pub fn pages(tree: Command, program: &Program) -> Vec<Page> {
    let date = date();
    let mut tree = tree.disable_help_subcommand(true);
    tree.build();
    let mut pages = Vec::new();
    collect(&tree, None, &mut |command, parent| {
        pages.push(Page::new(command, parent, program, &date));
    });
    pages
}

/// What a shell completes after the name of the program.
#[must_use]
pub fn completions(shell: Shell, mut tree: Command) -> String {
    let name = tree.get_name().to_owned();
    let mut script = Vec::new();
    generate(shell, &mut tree, name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

fn collect(
    command: &Command,
    parent: Option<&Command>,
    see: &mut impl FnMut(&Command, Option<&Command>),
) {
    see(command, parent);
    for child in command.get_subcommands() {
        collect(child, Some(command), see);
    }
}

/// The day that the pages bear: that of `SOURCE_DATE_EPOCH`, with which builds of packages are reproducible, or today.
fn date() -> String {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok();
    let fixed = epoch.and_then(|seconds| Timestamp::from_second(seconds.parse().ok()?).ok());
    fixed
        .unwrap_or_else(Timestamp::now)
        .strftime("%Y-%m-%d")
        .to_string()
}
