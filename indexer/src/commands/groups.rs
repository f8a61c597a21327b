//! Which commands belong together? `--help` lists them by purpose.

use std::fmt::Write as _;

use clap::Command;

/// Headings, and the commands under them.
const GROUPS: [(&str, &[&str]); 6] = [
    (
        "Keys",
        &["keygen", "key", "reshare", "rekey", "release-keygen"],
    ),
    (
        "Build",
        &[
            "inspect",
            "build",
            "add",
            "update",
            "remove",
            "merge",
            "erase",
            "catalogue",
            "passwords",
        ],
    ),
    (
        "Ask",
        &["lookup", "audit", "stats", "verify", "generations", "diff"],
    ),
    ("Investigate", &["compare", "overlap", "query", "report"]),
    (
        "Publish",
        &[
            "sign", "log", "publish", "rollback", "prune", "push", "export", "digest",
        ],
    ),
    ("This program", &["completions", "man", HELP]),
];

/// The command that clap adds by itself, later than the help is composed.
const HELP: &str = "help";
const ABOUT_HELP: &str = "Print this message or the help of a command";

/// Lists the commands of the command line in groups.
pub(super) fn grouped(command: Command) -> Command {
    let headings = command.get_styles().get_header();
    let mut template =
        String::from("{before-help}{about-with-newline}\n{usage-heading} {usage}\n\n");
    for (heading, names) in GROUPS {
        // Cannot fail: the text is in memory.
        let _ = writeln!(template, "{headings}{heading}:{headings:#}");
        template.extend(names.iter().map(|name| line(&command, name)));
        template.push('\n');
    }
    let _ = write!(
        template,
        "{headings}Options:{headings:#}\n{{options}}{{after-help}}"
    );
    command.help_template(template)
}

/// Returns a command with its summary.
fn line(command: &Command, name: &str) -> String {
    let names = command.get_styles().get_literal();
    let about = command
        .find_subcommand(name)
        .and_then(Command::get_about)
        .map_or_else(|| ABOUT_HELP.to_owned(), ToString::to_string);
    format!("  {names}{name:14}{names:#}  {about}\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory;

    use super::*;
    use crate::commands::CommandLine;

    /// Characters of the longest summary, so that a line fits a terminal of 100 columns.
    const LONGEST: usize = 80;

    #[test]
    fn every_command_is_in_exactly_one_group() {
        let listed: Vec<&str> = GROUPS
            .iter()
            .flat_map(|(_, names)| *names)
            .copied()
            .collect();
        let command = CommandLine::command();
        let there = command.get_subcommands().map(Command::get_name);
        let there: BTreeSet<&str> = there.chain([HELP]).collect();
        assert_eq!(listed.len(), there.len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>(), there);
    }

    #[test]
    fn a_summary_fits_a_line() {
        let command = CommandLine::command();
        for sub in command.get_subcommands() {
            let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
            let name = sub.get_name();
            assert!(about.chars().count() <= LONGEST, "{name}: {about}");
            assert!(about.starts_with(char::is_uppercase), "{name}: {about}");
        }
    }
}
