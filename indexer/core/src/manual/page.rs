//! What is on a page of the manual?

use clap::{Arg, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::remarks::Remarks;

/// What a program's manual says beyond its command line.
#[derive(Clone, Copy)]
pub struct Program {
    /// The manual's section: "1" for commands, "8" for what an administrator runs.
    pub section: &'static str,
    /// Exit statuses and what they mean.
    pub exit: &'static [(&'static str, &'static str)],
    /// The files that the program reads and writes.
    pub files: &'static [FileNote],
    /// Pages about other things: name and section.
    pub see_also: &'static [(&'static str, &'static str)],
}

/// A file and what it is for.
#[derive(Clone, Copy)]
pub struct FileNote {
    /// Name of the file, with placeholders as in the options.
    pub path: &'static str,
    /// Purpose of the file.
    pub about: &'static str,
    /// Option that uses it: commands without that option do not mention the file.
    pub option: &'static str,
}

/// A page of the manual.
pub struct Page {
    name: String,
    section: &'static str,
    text: String,
}

impl Page {
    /// The page of a command of a tree that has been built.
    pub(super) fn new(
        command: &Command,
        parent: Option<&Command>,
        program: &Program,
        date: &str,
    ) -> Self {
        let name = display_name(command).to_owned();
        let mut roff = Roff::new();
        write_exit(&mut roff, program);
        write_environment(&mut roff, command);
        write_files(&mut roff, command, parent, program);
        if let Some(text) = command.get_after_help() {
            Remarks::of(&text.to_string()).write(&mut roff);
        }
        write_see_also(&mut roff, command, parent, program);
        Self {
            name,
            section: program.section,
            text: begin(command, program, date) + without_preamble(&roff.render()),
        }
    }

    /// The command with hyphens between its words.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of its file, as `man` looks for it.
    #[must_use]
    pub fn file_name(&self) -> String {
        format!("{}.{}", self.name, self.section)
    }

    /// Its source, for `man -l` and other programs that read roff.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns [`text`](Page::text) as an owned string.
    #[must_use]
    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

fn display_name(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

/// Title, name, synopsis, description, options and subcommands.
fn begin(command: &Command, program: &Program, date: &str) -> String {
    let usage = command.clone().render_usage().to_string();
    let bare = command
        .clone()
        .override_usage(usage.trim_start_matches("Usage: ").to_owned())
        .after_help(None)
        .version(None)
        .subcommand_help_heading("COMMANDS");
    let page = Man::new(bare)
        .section(program.section)
        .date(date)
        .source(concat!("tekser ", env!("CARGO_PKG_VERSION")))
        .manual("Tekser");
    let mut text = Vec::new();
    // Writing to memory does not fail.
    let _ = page.render(&mut text);
    // A blank line between two breaks is one break too many for those who check pages.
    String::from_utf8_lossy(&text).replace("\n.br\n\n.br\n", "\n.sp\n")
}

/// Each document begins with the same definition, which a page needs once.
fn without_preamble(text: &str) -> &str {
    text.strip_prefix(&Roff::new().render()).unwrap_or(text)
}

fn write_exit(roff: &mut Roff, program: &Program) {
    roff.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in program.exit {
        write_entry(roff, status, meaning);
    }
}

fn write_environment(roff: &mut Roff, command: &Command) {
    let variables: Vec<_> = command
        .get_arguments()
        .filter_map(|argument| Some((argument.get_env()?.to_string_lossy(), argument)))
        .collect();
    if variables.is_empty() {
        return;
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (variable, argument) in variables {
        write_entry(roff, &variable, &stands_for(argument));
    }
}

fn stands_for(argument: &Arg) -> String {
    let option = argument.get_long().unwrap_or_default();
    let several = argument
        .get_value_delimiter()
        .map_or_else(String::new, |delimiter| {
            format!(" Several values have {delimiter} between them.")
        });
    format!("Stands for --{option} where that is not given.{several}")
}

fn write_files(roff: &mut Roff, command: &Command, parent: Option<&Command>, program: &Program) {
    let has = |option| {
        let mut options = command.get_arguments().filter_map(Arg::get_long);
        options.any(|long| long == option)
    };
    let is_listed = |file: &&FileNote| parent.is_none() || has(file.option);
    let files: Vec<_> = program.files.iter().filter(is_listed).collect();
    if files.is_empty() {
        return;
    }
    roff.control("SH", ["FILES"]);
    for file in files {
        write_entry(roff, file.path, file.about);
    }
}

fn write_see_also(roff: &mut Roff, command: &Command, parent: Option<&Command>, program: &Program) {
    let children = command
        .get_subcommands()
        .filter(|child| !child.is_hide_set());
    let related = parent.into_iter().chain(children);
    let own = related.map(|related| (display_name(related), program.section));
    let pages: Vec<_> = own.chain(program.see_also.iter().copied()).collect();
    roff.control("SH", ["SEE ALSO"]);
    for (number, (name, section)) in (1..).zip(&pages) {
        let end = if number == pages.len() { "" } else { "," };
        roff.text([bold(*name), roman(format!("({section}){end}"))]);
    }
}

fn write_entry(roff: &mut Roff, term: &str, meaning: &str) {
    roff.control("TP", []);
    roff.text([bold(term)]);
    roff.text([roman(meaning)]);
}
