//! What does the kernel know about a process? proc(5).

use std::fs;

use anyhow::Context;

/// Returns the CPU seconds, user and system, that a process and its living children have used.
pub(super) fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let own = Stat::read(pid).context("a process has ended")?;
    let children = stats().filter(|stat| stat.parent == pid);
    let ticks: u64 = children.map(|stat| stat.ticks).sum::<u64>() + own.ticks;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Returns a line of `/proc/PID/status` that ends in kB, in bytes.
pub(super) fn status(pid: u32, field: &str) -> anyhow::Result<u64> {
    let text = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let kib = text
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))
        .and_then(|value| value.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    Ok(kib.with_context(|| format!("the system does not report {field}"))? * 1024)
}

/// Returns the ticks that all cores have spent, working and in total.
pub(super) fn machine_ticks() -> Option<(u64, u64)> {
    let text = fs::read_to_string("/proc/stat").ok()?;
    let line = text.lines().next()?.strip_prefix("cpu ")?;
    let ticks: Vec<u64> = line.split_whitespace().flat_map(str::parse).collect();
    // user nice system idle iowait irq softirq steal; what follows is counted in user already.
    let all = ticks.iter().take(8).sum();
    let idle: u64 = ticks.get(3..5)?.iter().sum();
    Some((all - idle, all))
}

struct Stat {
    parent: u32,
    ticks: u64,
}

impl Stat {
    fn read(pid: u32) -> Option<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The program's name, in parentheses, may hold anything.
        let (_, fields) = text.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split(' ').collect();
        let number = |place: usize| fields.get(place)?.parse::<u64>().ok();
        Some(Self {
            parent: u32::try_from(number(1)?).ok()?,
            ticks: number(11)? + number(12)?,
        })
    }
}

fn stats() -> impl Iterator<Item = Stat> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Stat::read(entry.file_name().to_str()?.parse().ok()?))
}
