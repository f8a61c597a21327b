use std::fmt;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use super::proc::machine_ticks;

const LOOK: Duration = Duration::from_millis(300);
const PATIENCE: Duration = Duration::from_secs(15);
const BUSY: f64 = 0.1;

/// Load of the machine by other programs, checked before every turn.
#[derive(Default)]
pub(super) struct Quiet {
    busy: Vec<f64>,
}

impl Quiet {
    /// Waits until the machine is nearly idle, but not for ever.
    pub(super) fn wait(&mut self) {
        let begun = Instant::now();
        loop {
            let busy = busy();
            if busy < BUSY || begun.elapsed() > PATIENCE {
                self.busy.push(busy);
                return;
            }
        }
    }
}

impl fmt::Display for Quiet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let worst = self.busy.iter().copied().fold(0.0, f64::max);
        write!(
            f,
            "busy with other work before a turn: {:.0} % of all cores in the median, {:.0} % at worst; load average after all: {}",
            100.0 * super::median(self.busy.iter().copied()),
            100.0 * worst,
            fs::read_to_string("/proc/loadavg")
                .unwrap_or_default()
                .trim()
        )
    }
}

/// Returns the busy share of the cores' time, over a short while.
fn busy() -> f64 {
    let before = machine_ticks().unwrap_or_default();
    thread::sleep(LOOK);
    let after = machine_ticks().unwrap_or_default();
    let (worked, all) = (after.0 - before.0, after.1 - before.1);
    worked as f64 / all.max(1) as f64
}
