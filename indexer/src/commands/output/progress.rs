//! How is progress shown on the terminal?

use std::io::IsTerminal;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use exposure_index::progress::Progress;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};

use super::table::grouped;
use crate::builder::{BuildProgress, ResumePoint, Snapshot, Stage};
use crate::commands::output;

const REDRAW: Duration = Duration::from_millis(200);
/// Time between two lines in the log of an unattended run.
const LOG_INTERVAL: Duration = Duration::from_secs(30);

/// Shows the progress of a build on standard error while `work` runs: a bar on a terminal, else a line every half
/// minute.
pub(in crate::commands) fn watch<T>(progress: &BuildProgress, work: impl FnOnce() -> T) -> T {
    let (finished, still_working) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let mut display = Display::new();
            while still_working.recv_timeout(REDRAW) == Err(RecvTimeoutError::Timeout) {
                display.show(progress.snapshot());
            }
            display.report_resume(progress.snapshot());
            display.bar.finish_and_clear();
        });
        let outcome = work();
        drop(finished);
        outcome
    })
}

/// A progress bar on a terminal, until it is dropped. Nothing is shown before the work begins,
/// nor if standard error is not a terminal.
pub(in crate::commands) struct Bar {
    progress: Arc<Progress>,
    display: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    pub(in crate::commands) fn of_rows(what: &'static str) -> Self {
        let template = "{msg:16} {bar:32} {percent:>3} %  {human_pos} rows, {eta} left";
        Self::new(what, template)
    }

    #[cfg(feature = "store")]
    pub(in crate::commands) fn of_bytes(what: &'static str) -> Self {
        let template = "{msg:16} {bar:32} {percent:>3} %  {bytes}, {eta} left";
        Self::new(what, template)
    }

    fn new(what: &'static str, template: &str) -> Self {
        let progress = Arc::<Progress>::default();
        let shown = Arc::clone(&progress);
        let bar = ProgressBar::new(0).with_message(what);
        bar.set_style(style(template));
        let (finished, still_working) = channel::<()>();
        let display = thread::spawn(move || {
            while still_working.recv_timeout(REDRAW) == Err(RecvTimeoutError::Timeout) {
                if shown.total() > 0 {
                    bar.set_length(shown.total());
                    bar.set_position(shown.done());
                }
            }
            bar.finish_and_clear();
        });
        Self {
            progress,
            display: Some((finished, display)),
        }
    }
}

impl Deref for Bar {
    type Target = Progress;

    fn deref(&self) -> &Progress {
        &self.progress
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if let Some((finished, display)) = self.display.take() {
            drop(finished);
            // A failed display has been reported, and must not change the work's outcome.
            let _ = display.join();
        }
    }
}

/// Counts the lines of standard input and shows their number: on a terminal, if no data goes to it, or
/// in a line every half minute.
pub(in crate::commands) struct LineCounter {
    bar: ProgressBar,
    what: &'static str,
    lines: u64,
    logged: Instant,
}

impl LineCounter {
    pub(in crate::commands) fn new(what: &'static str) -> Self {
        let bar = match std::io::stdout().is_terminal() {
            true => ProgressBar::hidden(),
            false => ProgressBar::new_spinner(),
        };
        bar.set_style(style("{spinner} {msg}  {human_pos} lines, {per_sec}"));
        bar.set_message(what);
        Self {
            bar,
            what,
            lines: 0,
            logged: Instant::now(),
        }
    }

    pub(in crate::commands) fn advance(&mut self) {
        self.lines += 1;
        self.bar.inc(1);
        if self.logged.elapsed() >= LOG_INTERVAL {
            self.logged = Instant::now();
            if !std::io::stderr().is_terminal() {
                let lines = grouped(self.lines);
                output::message(format_args!("{} {lines} lines", self.what));
            }
        }
    }

    /// Ends the display. Returns the number of lines.
    pub(in crate::commands) fn finish(self) -> u64 {
        self.bar.finish_and_clear();
        self.lines
    }
}

struct Display {
    bar: ProgressBar,
    begun: Instant,
    stage: Stage,
    stage_begun: Instant,
    /// Time when the last line was written in this stage.
    logged: Option<Instant>,
    on_terminal: bool,
    /// Whether the point where the build is resumed was printed.
    is_resume_reported: bool,
}

impl Display {
    fn new() -> Self {
        let bar = ProgressBar::new(0);
        bar.set_style(style("{prefix:16} {bar:32} {percent:>3} %  {msg}"));
        let now = Instant::now();
        let on_terminal = std::io::stderr().is_terminal();
        Self {
            bar,
            begun: now,
            stage: Stage::Reading,
            stage_begun: now,
            logged: None,
            on_terminal,
            is_resume_reported: false,
        }
    }

    /// Prints once where a build is resumed.
    fn report_resume(&mut self, snapshot: Snapshot) {
        let Some(point) = snapshot.resumed.filter(|_| !self.is_resume_reported) else {
            return;
        };
        self.is_resume_reported = true;
        self.bar.suspend(|| output::message(resumed(point)));
    }

    fn show(&mut self, snapshot: Snapshot) {
        if snapshot.stage != self.stage {
            self.stage = snapshot.stage;
            self.stage_begun = Instant::now();
            self.logged = None;
        }
        self.report_resume(snapshot);
        let message = self.message(snapshot);
        self.bar.set_prefix(stage_name(snapshot.stage));
        self.bar.set_length(snapshot.total);
        self.bar.set_position(snapshot.done);
        let is_due = self
            .logged
            .is_none_or(|logged| logged.elapsed() >= LOG_INTERVAL);
        if !self.on_terminal && is_due {
            self.logged = Some(Instant::now());
            let percent = 100.0 * snapshot.done as f64 / snapshot.total.max(1) as f64;
            output::message(format_args!(
                "{} {percent:.0} %, {message}",
                stage_name(snapshot.stage)
            ));
        }
        self.bar.set_message(message);
    }

    fn message(&self, snapshot: Snapshot) -> String {
        let left = time_left(self.stage_begun.elapsed(), snapshot);
        let left = left.map_or(String::new(), |left| {
            format!(", {} left", HumanDuration(left))
        });
        match snapshot.stage {
            // The first identifiers are counted when a batch of them is full.
            Stage::Reading if snapshot.identifiers == 0 => format!("no batch is full yet{left}"),
            Stage::Reading if is_done_before(snapshot) => {
                format!(
                    "{} identifiers, evaluated before{left}",
                    grouped(snapshot.identifiers)
                )
            }
            Stage::Reading if snapshot.evaluated == 0 => {
                format!("{} identifiers{left}", grouped(snapshot.identifiers))
            }
            Stage::Reading => {
                let rate = snapshot.evaluated as f64 / self.begun.elapsed().as_secs_f64().max(0.1);
                format!(
                    "{} identifiers, {} evaluated per second{left}",
                    grouped(snapshot.identifiers),
                    grouped(rate as u64)
                )
            }
            Stage::ReadingPasswords => {
                format!("{} passwords{left}", grouped(snapshot.identifiers))
            }
            Stage::Counting | Stage::Writing | Stage::CountingPasswords => {
                format!("{} entries{left}", grouped(snapshot.done))
            }
        }
    }
}

/// Describes where a build is resumed.
fn resumed(point: ResumePoint) -> String {
    let files = match point.files {
        0 => String::new(),
        1 => " and 1 whole file".to_owned(),
        files => format!(" and {} whole files", grouped(files as u64)),
    };
    format!(
        "resuming generation {} after {} identifiers{files}: up to there the dumps are read again and not evaluated",
        point.generation,
        grouped(point.identifiers)
    )
}

/// Returns whether a resumed build still reads what it evaluated before.
fn is_done_before(snapshot: Snapshot) -> bool {
    let done = snapshot.resumed.map_or(0, |point| point.identifiers);
    snapshot.identifiers < done
}

fn stage_name(stage: Stage) -> &'static str {
    match stage {
        Stage::Reading => "reading dumps",
        Stage::Counting => "counting rows",
        Stage::Writing => "writing index",
        Stage::ReadingPasswords => "reading dumps",
        Stage::CountingPasswords => "counting",
    }
}

/// Estimates the time for the rest of the stage at the pace so far.
fn time_left(elapsed: Duration, snapshot: Snapshot) -> Option<Duration> {
    let left = snapshot.total.checked_sub(snapshot.done)? as f64;
    (snapshot.done > 0 && elapsed >= Duration::from_secs(2))
        .then(|| Duration::from_secs_f64(elapsed.as_secs_f64() * left / snapshot.done as f64))
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
