use std::fs;
use std::process::Command;

use super::cores;

/// Date, machine and versions, a line each.
pub(super) fn describe() -> String {
    let lines = [
        ("date", told("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        ("processor", processor()),
        ("cores", cores().to_string()),
        ("kernel", told("uname", &["-sr"])),
        ("Rust", told("rustc", &["--version"])),
        ("nginx", told("nginx", &["-v"])),
        ("wrk", told("wrk", &["-v"])),
    ];
    lines
        .into_iter()
        .map(|(what, value)| format!("{what}: {value}  \n"))
        .collect()
}

fn processor() -> String {
    let told = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = told
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("unknown");
    model.trim_start_matches([' ', '\t', ':']).to_owned()
}

/// The first line that a program prints, on whichever stream.
fn told(program: &str, arguments: &[&str]) -> String {
    let Ok(output) = Command::new(program).args(arguments).output() else {
        return "not installed".to_owned();
    };
    let text = [output.stdout, output.stderr].concat();
    let text = String::from_utf8_lossy(&text);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
