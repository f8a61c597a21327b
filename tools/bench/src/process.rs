use std::fs;
use std::process::{Child, Output};
use std::thread;
use std::time::Duration;

/// Output and peak resident memory of a program.
pub(super) struct Measurement {
    pub(super) output: Output,
    /// Peak memory, in bytes; `None` if the system does not report it.
    pub(super) peak_memory: Option<u64>,
}

/// Waits for a program and checks its memory until it ends. The kernel keeps the high-water mark, so checking five
/// times per second misses only what happens in the last fifth.
pub(super) fn watch(child: Child) -> std::io::Result<Measurement> {
    let status = format!("/proc/{}/status", child.id());
    let waiting = thread::spawn(move || child.wait_with_output());
    let mut peak_memory = None;
    while !waiting.is_finished() {
        peak_memory = high_water_mark(&status).max(peak_memory);
        thread::sleep(Duration::from_millis(200));
    }
    let output = waiting
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok(Measurement {
        output,
        peak_memory,
    })
}

/// Returns `VmHWM` of proc(5), in bytes.
fn high_water_mark(status: &str) -> Option<u64> {
    let text = fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim()
        .strip_suffix("kB")?
        .trim()
        .parse::<u64>()
        .ok()
        .map(|kib| kib * 1024)
}
