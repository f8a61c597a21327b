use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The beginnings of commands within sentences.
const PROGRAMS: [&str; 19] = [
    "age",
    "apt-get",
    "cargo",
    "cp",
    "curl",
    "grep",
    "journalctl",
    "man",
    "mv",
    "rsync",
    "shred",
    "smartctl",
    "swapoff",
    "systemctl",
    "systemd-analyze",
    "tar",
    "tekser-indexer",
    "tekser-server",
    "truncate",
];

/// The place of a block of commands: its heading, and the number of blocks before it there.
pub(super) type Place = (&'static str, usize);

/// The commands of `server/OPERATING.md`.
pub(super) struct Manual {
    /// The lines of each block, without comment lines; a continued line is one line.
    pub(super) blocks: BTreeMap<(String, usize), Vec<String>>,
    /// The commands within sentences and tables.
    pub(super) inline: Vec<String>,
}

impl Manual {
    pub(super) fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/OPERATING.md");
        let text = fs::read_to_string(path).expect("the manual");
        let mut manual = Self {
            blocks: BTreeMap::new(),
            inline: Vec::new(),
        };
        let (mut heading, mut block) = (String::new(), None::<(bool, String)>);
        for line in text.lines() {
            if let Some(language) = line.strip_prefix("```") {
                block = match block {
                    None => Some((language == "sh", String::new())),
                    Some((true, lines)) => {
                        manual.add(&heading, &lines);
                        None
                    }
                    Some(_) => None,
                };
            } else if let Some((_, lines)) = &mut block {
                lines.push_str(line);
                lines.push('\n');
            } else {
                if line.starts_with('#') {
                    heading = line.trim_start_matches(['#', ' ']).to_owned();
                }
                manual.inline.extend(commands_in(line));
            }
        }
        manual
    }

    fn add(&mut self, heading: &str, lines: &str) {
        let above = |(other, _): &&(String, usize)| other == heading;
        let place = self.blocks.keys().filter(above).count();
        let joined = lines.replace("\\\n", " ");
        let commands = joined.lines().map(str::trim);
        let commands = commands.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let commands = commands.map(ToOwned::to_owned).collect();
        self.blocks.insert((heading.to_owned(), place), commands);
    }

    /// The lines of a block that can be run here.
    pub(super) fn lines(&self, (heading, place): Place) -> Vec<String> {
        let block = self.blocks.get(&(heading.to_owned(), place));
        let lines = block.unwrap_or_else(|| panic!("no block {place} under {heading}"));
        let here = |line: &&String| super::reason_not_to_run(line).is_none();
        lines.iter().filter(here).cloned().collect()
    }

    /// A command within a sentence, word for word.
    pub(super) fn inline<'a>(&self, command: &'a str) -> &'a str {
        assert!(self.inline.iter().any(|one| one == command), "{command}");
        command
    }
}

/// Texts between back-quotes that begin with a program's name.
fn commands_in(line: &str) -> Vec<String> {
    let quoted = line.split('`').skip(1).step_by(2);
    let is_command = |text: &&str| {
        let program = text.split_once(' ').map(|(program, _)| program);
        program.is_some_and(|program| PROGRAMS.contains(&program))
    };
    // A table escapes the pipe.
    let commands = quoted.filter(is_command);
    commands.map(|text| text.replace("\\|", "|")).collect()
}
