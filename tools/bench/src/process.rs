use std::fs;
use std::process::{Child, Output};
use std::thread;
use std::time::Duration;

/// What a program printed and the most memory it had resident.
pub(super) struct Measurement {
    pub(super) output: Output,
    /// Bytes; `None` where the system does not say.
    pub(super) peak_memory: Option<u64>,
}

/// Waits for a program and looks at its memory until it ends. The kernel keeps the high-water mark, so looking five
/// times a second misses only what comes in the last fifth.
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

/// `VmHWM` of proc(5), in bytes.
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
