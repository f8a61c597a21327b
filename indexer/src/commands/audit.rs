use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use clap::Args;
use exposure_index::audit::{AuditLine, Pseudonyms, Requester, each_line, owner_name};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::options::OfflineKeyOption;
use super::options::identifiers::{self, refuse_arguments};
use super::output;
use super::output::table::grouped;

/// Check an audit, and show which of its lines are about a person.
///
/// Every line is checked: each has the hash of the line before. With --contains a line that was copied elsewhere is
/// compared as well, which shows whether the file was rewritten since.
///
/// With --issuer, names of people are read from standard input, one per line, as the identity provider has them (sub):
/// never from arguments, which every user of the machine can see. The lines about each of them are shown. That takes
/// the offline key under which the lines were written. Lines under another key cannot be distinguished from lines about
/// other people.
#[derive(Args)]
#[command(after_help = "\
Examples:
  tekser-indexer audit --audit audit.log
  tekser-indexer audit --audit audit.log --contains last-line
  tekser-indexer audit --audit audit.log --offline-key offline.key \\
    --issuer https://login.example.kz/realms/citizens < names.txt

Names are never printed. With --json there is one object; with --issuer one for each name, in order:
  {\"person\":1,\"lines\":[{\"number\":17,\"at\":\"2026-12-01T09:30:00Z\",\"generation\":\"…\",\"asked\":2}]}
and a last one with the number of lines about other people: {\"about_others\":40}

Exit status: 0 every line is valid, 1 a line is not or the command failed.")]
pub(super) struct AuditCommand {
    /// File of the audit.
    #[arg(long, value_name = "FILE", env = "TEKSER_AUDIT")]
    audit: PathBuf,
    /// File with a line that was copied from this audit, which must still be in it.
    #[arg(long, value_name = "FILE")]
    contains: Option<PathBuf>,
    /// Identity provider that vouches for these people, exactly as its tokens name it (iss).
    #[arg(long, value_name = "URL")]
    issuer: Option<String>,
    #[command(flatten)]
    offline_key: OfflineKeyOption,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Taken so that it can be refused without being repeated: the message may end up in a log.
    #[arg(hide = true)]
    arguments: Vec<OsString>,
}

impl AuditCommand {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        refuse_arguments(&self.arguments, "audit");
        let copied = self.contains.as_deref().map(copied_line).transpose()?;
        let mut people = self.people()?;
        let mut counts = Counts::default();
        let mut is_there = copied.is_none();
        each_line(&self.audit, |line| {
            is_there |= copied.as_ref() == Some(&line);
            counts.add(&line);
            if let Some(people) = &mut people {
                people.take(line);
            }
        })?;
        ensure!(
            is_there,
            "the line in {} is not in {}: the audit was rewritten since the line was copied",
            self.contains.as_deref().unwrap_or(Path::new("")).display(),
            self.audit.display()
        );
        match people {
            Some(people) => people.print(self.json),
            None => counts.print(self.json),
        }
    }

    /// The people who are asked for, if any are.
    fn people(&self) -> anyhow::Result<Option<People>> {
        let Some(issuer) = &self.issuer else {
            return Ok(None);
        };
        let offline_key = self.offline_key.load()?;
        let offline_key = offline_key.context(
            "--issuer needs --offline-key FILE, by which the lines of a person are found",
        )?;
        let mut names = Vec::new();
        identifiers::each_line("the provider's name (sub) of a person", |number, name| {
            let name = name.map_err(|fault| anyhow::anyhow!("line {number}: {}", fault.rule()))?;
            ensure!(!name.is_empty(), "line {number} of the input is empty");
            names.push(owner_name(issuer, name));
            Ok(())
        })?;
        Ok(Some(People::new(Pseudonyms::new(&offline_key), names)))
    }
}

/// The line in a file.
fn copied_line(path: &Path) -> anyhow::Result<AuditLine> {
    let text = fs::read_to_string(path);
    let text = text.with_context(|| format!("{} cannot be read", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} holds no line of an audit", path.display()))
}

/// How many lines there are.
#[derive(Default)]
struct Counts {
    staff: u64,
    owners: u64,
}

impl Counts {
    fn add(&mut self, line: &AuditLine) {
        match line.by {
            Requester::Staff { .. } => self.staff += 1,
            Requester::Owner { .. } => self.owners += 1,
        }
    }

    fn print(&self, is_json: bool) -> anyhow::Result<()> {
        let Self { staff, owners } = *self;
        let lines = staff + owners;
        if is_json {
            let counts = json!({"intact": true, "lines": lines, "staff": staff, "owners": owners});
            return Ok(output::line(counts)?);
        }
        Ok(output::line(format_args!(
            "{} lines, each bound to the one before: {} look-ups by staff, {} answers to owners",
            grouped(lines),
            grouped(staff),
            grouped(owners)
        ))?)
    }
}

/// The people who are asked for, with the lines about each.
struct People {
    pseudonyms: Pseudonyms,
    names: Vec<String>,
    /// Whose pseudonym this is, in each period of which there is a line.
    periods: HashMap<String, HashMap<String, usize>>,
    lines: BTreeMap<usize, Vec<AuditLine>>,
    about_others: u64,
}

impl People {
    fn new(pseudonyms: Pseudonyms, names: Vec<String>) -> Self {
        Self {
            pseudonyms,
            names,
            periods: HashMap::new(),
            lines: BTreeMap::new(),
            about_others: 0,
        }
    }

    /// Keeps a line that is about one of them. A line of staff has no pseudonym.
    fn take(&mut self, line: AuditLine) {
        let Requester::Owner { pseudonym } = &line.by else {
            return;
        };
        match self.whose(pseudonym, &line.at) {
            Some(place) => self.lines.entry(place).or_default().push(line),
            None => self.about_others += 1,
        }
    }

    fn whose(&mut self, pseudonym: &str, at: &str) -> Option<usize> {
        // Cannot fail: every line was checked.
        let at: Timestamp = at.parse().ok()?;
        let (pseudonyms, names) = (&self.pseudonyms, &self.names);
        let of_period = self.periods.entry(Pseudonyms::period(at));
        let of_period = of_period.or_insert_with(|| {
            let numbered = names.iter().enumerate();
            numbered
                .map(|(place, name)| (pseudonyms.of(name, at), place))
                .collect()
        });
        of_period.get(pseudonym).copied()
    }

    fn print(&self, is_json: bool) -> anyhow::Result<()> {
        for place in 0..self.names.len() {
            let lines = self.lines.get(&place).map_or(&[][..], Vec::as_slice);
            if is_json {
                let lines: Vec<Value> = lines.iter().map(as_json).collect();
                output::line(json!({"person": place + 1, "lines": lines}))?;
                continue;
            }
            output::line(format_args!(
                "{}. {} lines",
                place + 1,
                grouped(lines.len() as u64)
            ))?;
            for AuditLine {
                number,
                at,
                generation,
                asked,
                ..
            } in lines
            {
                output::line(format_args!(
                    "   line {number}, {at}: {asked} identifiers, generation {generation}"
                ))?;
            }
        }
        if is_json {
            return Ok(output::line(json!({"about_others": self.about_others}))?);
        }
        Ok(output::line(format_args!(
            "{} lines are about other people, or were written under another offline key",
            grouped(self.about_others)
        ))?)
    }
}

fn as_json(line: &AuditLine) -> Value {
    json!({"number": line.number, "at": line.at, "generation": line.generation, "asked": line.asked})
}
