//! What does a dry run print? What was read of each file and column, what was passed over, and why a build would be
//! refused.

use std::collections::BTreeMap;
use std::time::Duration;

use bytesize::ByteSize;
use exposure_index::breach::BreachId;
use exposure_index::identifier::{IdentifierError, Kind};
use exposure_index::index::BreachStatistics;
use indicatif::HumanDuration;
use serde_json::{Value, json};

use crate::builder::{BreachRehearsal, Rehearsal};
use crate::commands::output;
use crate::commands::output::table::{Table, breach_table, grouped, plural};
use crate::commands::publishing::{passages, passages_as_lines};
use crate::ingest::{CellTally, ColumnTally, DetectedLayout, FileTally, word};

/// The result of a dry run, as it is printed.
pub(super) struct DryRun<'r> {
    pub(super) rehearsal: &'r Rehearsal,
    /// Reasons to refuse a build.
    pub(super) complaints: Vec<String>,
    /// Maximum time of a build.
    pub(super) build_time: Duration,
}

impl DryRun<'_> {
    /// Shows what a build would read, for machines.
    pub(super) fn as_json(&self) -> Value {
        let rehearsal = self.rehearsal;
        let breach = |(id, rehearsed): (&BreachId, &BreachRehearsal)| {
            let mut breach = json!(statistics(rehearsed));
            breach["files"] = rehearsed.tally.files.iter().map(file_json).collect();
            breach["to_fill_in"] = json!(rehearsed.open);
            (id.to_string(), breach)
        };
        json!({
            "dry_run": true,
            "breaches": rehearsal.breaches.iter().map(breach).collect::<BTreeMap<_, _>>(),
            "complaints": self.complaints,
            "bytes": rehearsal.bytes,
            "rows": rows(rehearsal),
            "seconds": rehearsal.duration.as_secs_f64(),
            "build_seconds": self.build_time.as_secs_f64(),
        })
    }

    /// Shows what a build would read, for people.
    pub(super) fn as_text(&self) -> String {
        let breaches = self.rehearsal.breaches.iter();
        let breaches = breaches.map(|(id, rehearsed)| (id.clone(), statistics(rehearsed)));
        let mut text = breach_table("identifiers met", &breaches.collect()).to_string();
        for (id, rehearsed) in &self.rehearsal.breaches {
            for file in &rehearsed.tally.files {
                text.push_str(&file_text(id, file));
            }
        }
        text.push_str(&self.cost());
        for (id, rehearsed) in &self.rehearsal.breaches {
            if !rehearsed.open.is_empty() {
                let open = rehearsed.open.join(", ");
                text.push_str(&format!("{id} is to be filled in before a build: {open}\n"));
            }
        }
        for complaint in &self.complaints {
            let complaint = output::visible(&format!("a build would be refused: {complaint}"));
            text.push_str(&format!("\n{complaint}\n"));
        }
        text
    }

    fn cost(&self) -> String {
        let rehearsal = self.rehearsal;
        let seconds = rehearsal.duration.as_secs_f64().max(1e-6);
        format!(
            "\nread {} and {} in {seconds:.1} s on one core: {:.0} MB/s, {} rows per second; nothing was written\n\
             a build would take at most {} on this machine\n",
            ByteSize(rehearsal.bytes),
            plural(rows(rehearsal), "row"),
            rehearsal.bytes as f64 / 1e6 / seconds,
            grouped((rows(rehearsal) as f64 / seconds) as u64),
            HumanDuration(self.build_time.max(Duration::from_secs(1))),
        )
    }
}

fn file_json(file: &FileTally) -> Value {
    let rejects = file.rejects.iter();
    let rejects = rejects.map(|(reason, tally)| (reason.to_string(), tally.rows));
    json!({
        "name": file.name,
        "part": file.part,
        "members": file.members,
        "read_as": file.readings,
        "rows": file.rows,
        "rejected_rows": file.rejected_rows,
        "rejected": rejects.collect::<BTreeMap<_, _>>(),
        "short_rows": file.short_rows,
        "deleted_rows": file.deleted_rows,
        "columns": file.columns.iter().map(column_json).collect::<Vec<_>>(),
        "cells": file.cells.iter().map(|(kind, cells)| (*kind, cells_json(cells))).collect::<BTreeMap<_, _>>(),
        "passed_over": passages(&file.passed_over),
    })
}

fn column_json(column: &ColumnTally) -> Value {
    let mut cells = cells_json(&column.cells);
    cells["name"] = json!(column.name);
    cells["identifier"] = json!(column.identifier);
    cells["empty"] = json!(column.empty);
    if column.is_text {
        cells["found"] = json!(column.found);
    }
    cells
}

fn cells_json(cells: &CellTally) -> Value {
    let faults = cells.faults.iter();
    let faults = faults.map(|(fault, count)| (fault.to_string(), count));
    json!({
        "filled": cells.filled,
        "normalised": cells.filled - cells.invalid,
        "refused": faults.collect::<BTreeMap<_, _>>(),
    })
}

/// Describes how a file was read: layout, number of rows and columns.
fn file_text(id: &BreachId, file: &FileTally) -> String {
    let name = output::visible(&format!("{id}/{}", file.title()));
    let read_as = read_as(&file.readings);
    let mut text = format!("\n{name}: {read_as}, {}", plural(file.rows, "row"));
    for (reason, tally) in &file.rejects {
        text.push_str(&format!(", {} rejected: {reason}", grouped(tally.rows)));
        if let Some(first) = tally.places.first() {
            text.push_str(&format!(", first in line {}", first.line));
        }
    }
    text.push('\n');
    text.push_str(&members(&file.members));
    if !file.columns.is_empty() || !file.cells.is_empty() {
        text.push_str(&column_table(file).to_string());
    }
    text.push_str(&found_in_texts(file));
    text.push_str(&refused(file));
    text.push_str(&passages_as_lines("passed over: ", &file.passed_over));
    text
}

/// Returns a line for each column or, if columns have no names, for each kind of identifier.
fn column_table(file: &FileTally) -> Table<6> {
    let mut table = Table::new(["column", "holds", "cells", "empty", "normalised", "refused"]);
    let mut row = |name: &str, holds: &str, kind: Option<Kind>, empty: u64, cells: &CellTally| {
        let normalised = cells.filled - cells.invalid;
        table.row([
            format!("  {}", output::visible(name)),
            holds.to_owned(),
            grouped(cells.filled + empty),
            grouped(empty),
            kind.map_or("-".to_owned(), |_| grouped(normalised)),
            kind.map_or("-".to_owned(), |_| grouped(cells.invalid)),
        ]);
    };
    for column in &file.columns {
        let (kind, cells) = (column.identifier, &column.cells);
        let holds = if column.is_text { "text" } else { "-" };
        let holds = kind.map_or(holds, Kind::name);
        row(&column.name, holds, kind, column.empty, cells);
    }
    if file.columns.is_empty() {
        for (kind, cells) in &file.cells {
            row("found", kind.name(), Some(*kind), 0, cells);
        }
    }
    table
}

/// Lists the members of an archive that were read, consecutive ones as `3-7`, which shows which `[[file]]` read which.
fn members(numbers: &[usize]) -> String {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => ranges.push((number, number)),
        }
    }
    let ranges = ranges.iter().map(|&(first, last)| match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    });
    let ranges: Vec<String> = ranges.collect();
    match ranges.is_empty() {
        true => String::new(),
        false => format!("  members that were read: {}\n", ranges.join(", ")),
    }
}

/// Describes what was found in columns of free text.
fn found_in_texts(file: &FileTally) -> String {
    let texts = file.columns.iter().filter(|column| column.is_text);
    let line = |column: &ColumnTally| {
        let kinds = column.found.iter();
        let kinds = kinds.map(|(kind, count)| format!("{kind} ({})", grouped(*count)));
        let kinds: Vec<String> = kinds.collect();
        let found = match kinds.is_empty() {
            true => "no identifier".to_owned(),
            false => kinds.join(", "),
        };
        format!("  found in {}: {found}\n", output::visible(&column.name))
    };
    texts.map(line).collect()
}

/// Lists the rules that refused cells broke, column by column.
fn refused(file: &FileTally) -> String {
    let of_columns = file.columns.iter().filter_map(|column| {
        let name = output::visible(&column.name);
        Some((name, column.identifier?, &column.cells.faults))
    });
    let line = |(name, kind, faults): (String, Kind, &BTreeMap<IdentifierError, u64>)| {
        let rules = faults.iter();
        let rules =
            rules.map(|(fault, count)| format!("{} ({})", fault.rule(kind), grouped(*count)));
        let rules: Vec<String> = rules.collect();
        (!rules.is_empty()).then(|| format!("  refused in {name}: {}\n", rules.join("; ")))
    };
    of_columns.filter_map(line).collect()
}

/// Lists the formats and encodings that were met.
fn read_as(readings: &[DetectedLayout]) -> String {
    let mut ways: Vec<String> = readings.iter().map(read_as_one).collect();
    ways.dedup();
    match ways.is_empty() {
        true => "nothing read".to_owned(),
        false => ways.join(", "),
    }
}

/// `csv utf-8 (12 lines in windows-1251, 3 damaged)`
fn read_as_one(reading: &DetectedLayout) -> String {
    let mut text = word(reading.format);
    if let Some(encoding) = reading.encoding {
        text.push_str(&format!(" {}", word(encoding)));
    }
    let others = reading.lines_in.iter();
    let mut odd: Vec<String> = others
        .map(|(encoding, lines)| format!("{} in {}", plural(*lines, "line"), word(encoding)))
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

fn statistics(BreachRehearsal { tally, met, .. }: &BreachRehearsal) -> BreachStatistics {
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
