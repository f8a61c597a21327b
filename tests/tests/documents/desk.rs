//! Where are a guide's commands run? A folder in which one is followed from beginning to end.

use std::cell::RefCell;
use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use snapbox::filter::NormalizeToExpected;
use snapbox::{Data, IntoData};
use tekser_tests::{Workspace, free_port, indexer, leaks, server, wait_until};

use super::document::{Block, Document};
use super::tokens::Tokens;

/// The address that documents show for a server on the reader's machine.
const ADDRESS: &str = "127.0.0.1:8080";

/// The folder that documents show for the reader's own.
const FOLDER: &str = "/srv/leaks";
/// A folder in which a guide is followed, command by command.
pub(super) struct Desk {
    workspace: Workspace,
    tokens: RefCell<Tokens>,
    running: RefCell<Vec<Child>>,
    address: String,
}

/// A command of a transcript and what it prints.
struct Step<'a> {
    /// The lines of the command, without prompts.
    command: String,
    /// The lines of the document from the prompt on.
    prompt: &'a [String],
    shown: &'a [String],
}

impl Desk {
    pub(super) fn new() -> Self {
        Self {
            workspace: Workspace::without_key(),
            tokens: RefCell::default(),
            running: RefCell::default(),
            address: format!("127.0.0.1:{}", free_port()),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.workspace.path().join(name)
    }

    /// Puts some of the small leaks into `breaches/`.
    pub(super) fn add_leaks(&self, names: &[&str]) {
        for name in names {
            let folder = self.path("breaches").join(name);
            fs::create_dir_all(&folder).expect("a folder");
            for file in fs::read_dir(leaks().join("breaches").join(name)).expect("a leak") {
                let file = file.expect("a file");
                fs::copy(file.path(), folder.join(file.file_name())).expect("a copy");
            }
        }
    }

    /// Writes the files of a document and runs its transcripts, and returns what differs. If `TRYCMD` is `overwrite`,
    /// the document is rewritten.
    pub(super) fn follow(&self, document: &Document) -> Vec<String> {
        let mut lines: Vec<String> = document.text.lines().map(ToOwned::to_owned).collect();
        let mut mistakes = Vec::new();
        // From the end of the document a block's lines are where they were, whatever replaced those below it.
        let mut rewritten = Vec::new();
        for block in &document.blocks {
            match (block.language.as_str(), &block.file) {
                ("console", _) => {
                    let now = self.run(block, &mut mistakes);
                    rewritten.push((block.line..block.line + block.lines.len(), now));
                }
                (_, Some(file)) => self.write(file, &block.lines),
                _ => {}
            }
        }
        if std::env::var("TRYCMD").is_ok_and(|what| what == "overwrite") {
            for (place, now) in rewritten.into_iter().rev() {
                lines.splice(place, now);
            }
            fs::write(&document.path, lines.join("\n") + "\n").expect("a document");
            mistakes.clear();
        }
        mistakes
    }

    fn write(&self, file: &str, lines: &[String]) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, self.meant(&lines.join("\n")) + "\n").expect("a file");
    }

    /// Runs the steps of a transcript; its lines as they ought to be.
    fn run(&self, block: &Block, mistakes: &mut Vec<String>) -> Vec<String> {
        let mut now = Vec::new();
        for step in steps(&block.lines) {
            let printed = self.printed(&step.command, step.shown);
            let shown = step.shown.join("\n");
            if printed != shown {
                let command = &step.command;
                mistakes.push(format!(
                    "$ {command}\n── shown:\n{shown}\n── printed:\n{printed}\n"
                ));
            }
            now.extend_from_slice(step.prompt);
            now.extend(printed.lines().map(ToOwned::to_owned));
        }
        now
    }

    /// Returns what a command prints, with the document's values where they differ from run to run.
    fn printed(&self, command: &str, shown: &[String]) -> String {
        let command = self.meant(command);
        if let Some(server) = command.strip_suffix('&') {
            self.start(server);
            return String::new();
        }
        let output = self.shell(&command).stdin(Stdio::null()).output();
        let output = output.expect("bash");
        let mut printed = String::from_utf8(output.stdout).expect("UTF-8");
        if let Some(code) = output.status.code().filter(|code| *code != 0) {
            printed += &format!("[exit status {code}]\n");
        }
        let printed = self.steady(&printed);
        let mut tokens = self.tokens.borrow_mut();
        for (one, other) in shown.iter().zip(printed.lines()) {
            tokens.learn(one, other);
        }
        let printed = tokens.shown(&printed).into_data();
        let expected: Data = shown.join("\n").into_data();
        let printed = NormalizeToExpected::new()
            .redact()
            .normalize(printed, &expected);
        printed.render().expect("text")
    }

    /// Returns what was printed, without progress, and with the folder and the address of the documents.
    fn steady(&self, printed: &str) -> String {
        let lines = printed.lines().filter(|line| !is_progress(line));
        let text = lines.collect::<Vec<_>>().join("\n");
        let folder = self.workspace.path().display().to_string();
        text.replace(&folder, FOLDER)
            .replace(&self.address, ADDRESS)
    }

    /// Starts what is to run during the following commands, and waits until it listens.
    fn start(&self, command: &str) {
        let mut shell = self.shell(&format!("exec {command}"));
        let child = shell
            .stdout(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("bash");
        self.running.borrow_mut().push(child);
        let port = self
            .address
            .rsplit(':')
            .next()
            .and_then(|port| port.parse().ok());
        let port: u16 = port.expect("a port");
        wait_until(command, || {
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
        });
    }

    /// Text of the document as it is meant at this desk.
    fn meant(&self, text: &str) -> String {
        let text = self.tokens.borrow().meant(text);
        text.replace(ADDRESS, &self.address)
    }

    /// Commands in a shell of their own, whose messages go where its data go.
    fn shell(&self, commands: &str) -> Command {
        let mut command = Command::new("bash");
        let folders = [indexer(), server()].map(|program| program.parent().map(Path::to_owned));
        let before = std::env::var_os("PATH").unwrap_or_default();
        let folders = folders.into_iter().flatten();
        let path = std::env::join_paths(folders.chain(std::env::split_paths(&before)));
        command
            .args(["-c", &format!("exec 2>&1; umask 077\n{commands}")])
            .current_dir(self.workspace.path())
            .env("PATH", path.expect("a search path"))
            .env("LC_ALL", "C.UTF-8")
            .env("COLUMNS", "100");
        for (name, _) in std::env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| name.starts_with("TEKSER_"))
            {
                command.env_remove(name);
            }
        }
        command
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        for child in self.running.get_mut() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// Whether a line says how far a command is, as `reading dumps 46 %, 1,000 identifiers` does; a slow machine prints
/// more.
fn is_progress(line: &str) -> bool {
    let Some((before, after)) = line.split_once(" %, ") else {
        return false;
    };
    let percent = before.rsplit(' ').next().unwrap_or_default();
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number(percent) && after.starts_with(|letter: char| letter.is_ascii_digit())
}

/// The commands of a transcript: lines after `$ `, which those after `> ` continue.
fn steps(lines: &[String]) -> Vec<Step<'_>> {
    let starts: Vec<usize> = (0..lines.len())
        .filter(|place| lines[*place].starts_with("$ "))
        .collect();
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    let step = |(start, end): (usize, usize)| {
        let rest = lines[start + 1..end].iter();
        let continued = rest.take_while(|line| line.starts_with("> ")).count();
        let (prompt, shown) = lines[start..end].split_at(1 + continued);
        let command: Vec<&str> = prompt.iter().map(|line| &line[2..]).collect();
        Step {
            command: command.join("\n"),
            prompt,
            shown,
        }
    };
    starts.iter().copied().zip(ends).map(step).collect()
}
