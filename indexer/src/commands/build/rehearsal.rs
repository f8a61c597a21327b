use std::collections::BTreeMap;

use bytesize::ByteSize;
use exposure_index::breach::BreachId;
use exposure_index::index::BreachStatistics;
use serde_json::{Value, json};

use super::super::making::{passages, passages_as_text};
use super::super::output;
use super::super::table::{Table, breach_table, grouped};
use crate::build::{BuildError, Rehearsal, Rehearsed};
use crate::ingest::{FileTally, Reading, word};

/// What a build would read, for machines.
pub(super) fn as_json(rehearsal: &Rehearsal) -> Value {
    let seconds = rehearsal.duration.as_secs_f64();
    let file = |file: &FileTally| {
        json!({
            "name": file.name,
            "read_as": file.readings,
            "rows": file.rows,
            "rejected_rows": file.rejected_rows,
            "short_rows": file.short_rows,
            "passed_over": passages(&file.passed_over),
        })
    };
    let breach = |(id, rehearsed): (&BreachId, &Rehearsed)| {
        let mut told = json!(statistics(rehearsed));
        told["files"] = rehearsed.tally.files.iter().map(file).collect();
        (id.to_string(), told)
    };
    let complaints: Vec<String> = rehearsal
        .complaints
        .iter()
        .map(BuildError::to_string)
        .collect();
    json!({
        "dry_run": true,
        "breaches": rehearsal.breaches.iter().map(breach).collect::<BTreeMap<_, _>>(),
        "complaints": complaints,
        "bytes": rehearsal.bytes,
        "rows": rows(rehearsal),
        "seconds": seconds,
    })
}

/// What a build would read, for people.
pub(super) fn as_text(rehearsal: &Rehearsal) -> String {
    let breaches = rehearsal.breaches.iter();
    let breaches = breaches.map(|(id, rehearsed)| (id.clone(), statistics(rehearsed)));
    let mut text = breach_table("identifiers met", &breaches.collect()).to_string();
    text.push_str(&format!("\n{}", file_table(rehearsal)));
    for (id, rehearsed) in &rehearsal.breaches {
        text.push_str(&passages_as_text(id, &rehearsed.tally.passed_over));
    }
    let seconds = rehearsal.duration.as_secs_f64().max(1e-6);
    text.push_str(&format!(
        "\nread {} and {} rows in {seconds:.1} s on one core: {:.0} MB/s, {} rows a second; nothing was written\n",
        ByteSize(rehearsal.bytes),
        grouped(rows(rehearsal)),
        rehearsal.bytes as f64 / 1e6 / seconds,
        grouped((rows(rehearsal) as f64 / seconds) as u64),
    ));
    for complaint in &rehearsal.complaints {
        text.push_str(&output::visible(&format!(
            "\na build would be refused: {complaint}\n"
        )));
    }
    text
}

fn file_table(rehearsal: &Rehearsal) -> Table<5> {
    let mut table = Table::new(["file", "read as", "rows", "rejected", "invalid cells"]);
    for (id, rehearsed) in &rehearsal.breaches {
        for file in &rehearsed.tally.files {
            let invalid = file.cells.values().map(|cells| cells.invalid).sum();
            table.row([
                output::visible(&format!("{id}/{}", file.name)),
                read_as(&file.readings),
                grouped(file.rows),
                grouped(file.rejected_rows),
                grouped(invalid),
            ]);
        }
    }
    table
}

/// The formats and encodings that were met.
fn read_as(readings: &[Reading]) -> String {
    let mut told: Vec<String> = readings.iter().map(read_as_one).collect();
    told.dedup();
    told.join(", ")
}

/// `csv utf-8 (12 lines in windows-1251, 3 damaged)`
fn read_as_one(reading: &Reading) -> String {
    let mut text = word(reading.format);
    if let Some(encoding) = reading.encoding {
        text.push_str(&format!(" {}", word(encoding)));
    }
    let others = reading.lines_in.iter();
    let mut odd: Vec<String> = others
        .map(|(encoding, lines)| format!("{} lines in {}", grouped(*lines), word(encoding)))
        .collect();
    if reading.damaged_lines > 0 {
        odd.push(format!("{} damaged", grouped(reading.damaged_lines)));
    }
    match odd.is_empty() {
        true => text,
        false => format!("{text} ({})", odd.join(", ")),
    }
}

fn rows(rehearsal: &Rehearsal) -> u64 {
    let tallies = rehearsal.breaches.values();
    tallies.map(|rehearsed| rehearsed.tally.rows).sum()
}

fn statistics(Rehearsed { tally, met }: &Rehearsed) -> BreachStatistics {
    let invalid = tally.cells.iter().filter(|(_, cells)| cells.invalid > 0);
    BreachStatistics {
        rows: tally.rows,
        rejected_rows: tally.rejected_rows,
        identifiers: met.clone(),
        truncated_files: tally.truncated,
        recovered: tally.recovered.clone(),
        invalid_cells: invalid
            .map(|(kind, cells)| (*kind, cells.invalid))
            .collect(),
    }
}
