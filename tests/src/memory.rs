use std::fs;
use std::process::{Child, Output};
use std::time::Duration;

/// Waits for the end; returns the peak resident memory, in KiB.
///
/// # Panics
/// Panics if the child cannot be waited for.
#[must_use]
pub fn peak_memory(mut child: Child) -> (Output, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a state").is_none() {
        let status = fs::read_to_string(&status).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = kib.unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    (child.wait_with_output().expect("ended"), peak)
}
