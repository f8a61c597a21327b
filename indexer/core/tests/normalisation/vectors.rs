//! Files of cases that this library makes and the website holds to as well.

use std::fmt::Write as _;

use serde_json::Value;

/// The cases in a file, which is first written again with `cases` if `TEKSER_WRITE_VECTORS` names their number.
pub(super) fn held(file: &str, cases: impl Fn(usize) -> Vec<Value>) -> Vec<Value> {
    if let Ok(count) = std::env::var("TEKSER_WRITE_VECTORS") {
        write(file, &cases(count.parse().expect("a number of cases")));
    }
    let file = std::fs::read_to_string(file).expect("the vectors");
    let file: Value = serde_json::from_str(&file).expect("the vectors are JSON");
    file["cases"].as_array().expect("a list of cases").clone()
}

fn write(file: &str, cases: &[Value]) {
    let mut lines = String::from("{\"version\": 1, \"cases\": [\n");
    for (place, case) in cases.iter().enumerate() {
        let comma = if place == 0 { "" } else { ",\n" };
        write!(lines, "{comma}{case}").expect("a string takes all");
    }
    std::fs::write(file, lines + "\n]}\n").expect("the file is written");
}
