//! How fast are analyses of an index, compared with SQLite?

mod question;
mod sqlite;

use std::fmt;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, ensure};
use exposure_index::breach::ClassSet;
use exposure_index::identifier::Kind;
use exposure_index::index::{BreachOrdinal, Exposure};
use serde::Serialize;

use self::question::{QUESTIONS, Question};
use self::sqlite::Sqlite;
use super::comparison::{Comparison, Figures};
use super::random_index::{RANGE_ROWS, RandomIndex, current_bytes};

/// As many as in DESIGN's figure.
const BREACHES: u16 = 20;

/// Times of the same questions.
#[derive(Clone, Debug, Serialize)]
pub struct AnalysisFigures {
    /// Number of identifiers in the index.
    pub rows: u64,
    /// Number of breaches.
    pub breaches: u16,
    /// Bytes of the index.
    pub index_bytes: u64,
    /// Bytes of SQLite's file.
    pub sqlite_bytes: u64,
    /// The questions, one by one.
    pub answers: Vec<AnswerFigures>,
}

/// Times of one question.
#[derive(Clone, Debug, Serialize)]
pub struct AnswerFigures {
    /// The command.
    pub command: String,
    /// Seconds from the start of the program to its end.
    pub ours: f64,
    /// Seconds of SQLite in a process that has the database open.
    pub sqlite: f64,
}

/// Makes an index of `rows` rows with random tags and an SQLite database of the same rows in `folder`, which is emptied
/// first and removed at the end; asks both, once to read the files and then `rounds` times, and takes each one's best.
///
/// # Errors
/// Fails if something cannot be written, the program fails, or the two do not answer the same.
pub fn measure_analysis(
    indexer: &Path,
    folder: &Path,
    rows: u64,
    rounds: u32,
) -> anyhow::Result<AnalysisFigures> {
    let index = RandomIndex {
        rows,
        range_rows: RANGE_ROWS,
        breaches: BREACHES,
        classes: &["email-addresses", "phone-numbers"],
        row,
    };
    index.write(folder)?;
    let sqlite = Sqlite::of(&index, &folder.join("sqlite"))?;
    let both = Both {
        indexer,
        index: &folder.join("index"),
        sqlite: &sqlite,
    };
    let answers = QUESTIONS.iter().map(|question| both.ask(question, rounds));
    let figures = AnalysisFigures {
        rows,
        breaches: BREACHES,
        index_bytes: current_bytes(folder)?,
        sqlite_bytes: sqlite.bytes()?,
        answers: answers.collect::<anyhow::Result<_>>()?,
    };
    drop(sqlite);
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

impl Figures for AnalysisFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let asked = |answer: &AnswerFigures| {
            let seconds = Comparison::less(format!("`{}`", answer.command), "s", answer.ours);
            seconds.beside("SQLite", answer.sqlite, None)
        };
        let overlap = self
            .answers
            .iter()
            .find(|answer| answer.command == "overlap");
        let to_reach = overlap.map(|overlap| {
            let what = format!("`overlap` of {} leaks", self.breaches);
            Comparison::less(what, "s", overlap.ours).beside_aim(1.0)
        });
        self.answers.iter().map(asked).chain(to_reach).collect()
    }
}

impl fmt::Display for AnalysisFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| asked of {} identifiers in {} breaches | seconds | SQLite, seconds | SQLite ÷ ours |\n|---|--:|--:|--:|",
            self.rows, self.breaches
        )?;
        for answer in &self.answers {
            writeln!(
                f,
                "| `{}` | {:.3} | {:.2} | {:.0} |",
                answer.command,
                answer.ours,
                answer.sqlite,
                answer.sqlite / answer.ours
            )?;
        }
        let megabytes = |bytes: u64| bytes as f64 / 1e6;
        writeln!(
            f,
            "| MB of the file | {:.0} | {:.0} | {:.1} |",
            megabytes(self.index_bytes),
            megabytes(self.sqlite_bytes),
            self.sqlite_bytes as f64 / self.index_bytes as f64
        )
    }
}

/// The index and the database.
struct Both<'a> {
    indexer: &'a Path,
    index: &'a Path,
    sqlite: &'a Sqlite,
}

impl Both<'_> {
    fn ask(&self, question: &Question, rounds: u32) -> anyhow::Result<AnswerFigures> {
        let (mut ours, mut sqlite) = (f64::INFINITY, f64::INFINITY);
        for round in 0..=rounds {
            let begun = Instant::now();
            let answer = self.json_of(question)?;
            let seconds = begun.elapsed().as_secs_f64();
            let answer = (question.counts)(&answer).context("not the JSON of the command")?;
            let begun = Instant::now();
            let counted = self.sqlite.counts(question.sql)?;
            let sqlite_seconds = begun.elapsed().as_secs_f64();
            ensure!(
                answer == counted,
                "the answers of {} differ",
                question.name()
            );
            if round > 0 {
                ours = ours.min(seconds);
                sqlite = sqlite.min(sqlite_seconds);
            }
        }
        Ok(AnswerFigures {
            command: question.name(),
            ours,
            sqlite,
        })
    }

    /// Returns the JSON that the command prints.
    fn json_of(&self, question: &Question) -> anyhow::Result<serde_json::Value> {
        let (command, arguments) = question.command.split_first().context("a command")?;
        let output = Command::new(self.indexer)
            .args([command, "--json", "--index"])
            .arg(self.index)
            .args(arguments)
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {}", self.indexer.display()))?;
        ensure!(output.status.success(), "{} failed", question.name());
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// Makes a row of one of three kinds, in one breach five times of eight, else in two, three or four; more often in the
/// first, since some leaks are large and many are small.
fn row(random: u64, exposures: &mut Vec<Exposure>) -> Kind {
    let count = [1, 1, 1, 1, 1, 2, 3, 4][(random >> 8) as usize % 8];
    let breaches = u64::from(BREACHES);
    let mut breach = ((random >> 12) % breaches).min((random >> 20) % breaches);
    for _ in 0..count {
        exposures.push(Exposure {
            breach: BreachOrdinal(breach as u16),
            classes: ClassSet(1 + (random >> (24 + breach)) % 3),
        });
        breach += 1 + (random >> (28 + breach)) % 4;
        if breach >= breaches {
            break;
        }
    }
    Kind::ALL[(random >> 48) as usize % 3]
}
