use std::fmt;
use std::fs;
use std::process::Command;

use serde::Serialize;

/// The machine that was measured.
#[derive(Serialize)]
pub struct Machine {
    date: String,
    processor: String,
    cores: usize,
    memory_gib: u64,
    kernel: String,
    rust: String,
}

impl Machine {
    pub(super) fn look() -> Self {
        Self {
            date: output_of("date", &["-u", "+%Y-%m-%d %H:%M UTC"]),
            processor: line_of("/proc/cpuinfo", "model name"),
            cores: cores(),
            memory_gib: memory_gib(),
            kernel: output_of("uname", &["-sr"]),
            rust: output_of("rustc", &["--version"]),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}; {}, {} cores, {} GiB; {}; {}",
            self.date, self.processor, self.cores, self.memory_gib, self.kernel, self.rust
        )
    }
}

/// Returns the cores of this machine, which is also the number of threads of each side.
pub(super) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

fn memory_gib() -> u64 {
    let total = line_of("/proc/meminfo", "MemTotal");
    let kib: u64 = total.trim_end_matches(" kB").parse().unwrap_or_default();
    kib.div_ceil(1 << 20)
}

/// Returns what follows a name and a colon in the first such line of a file.
fn line_of(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or("unknown")
        .trim_start_matches([' ', '\t', ':'])
        .to_owned()
}

/// Returns the first line that a program prints, on either stream.
pub(super) fn output_of(program: &str, arguments: &[&str]) -> String {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        return "not installed".to_owned();
    };
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
