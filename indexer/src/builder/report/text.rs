//! What went into a generation? The report for people.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;

use super::compared::{BreachReport, Cells, FileReport, PassedOver, Place, RejectedRows, Settings};
use super::{Build, ReportJson};
use crate::builder::history::History;
use crate::ingest::{DetectedLayout, Passage};

/// Writes the report for people.
pub(super) fn as_text(report: &ReportJson<'_>) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_all(&mut text, report);
    text
}

fn write_all(out: &mut String, report: &ReportJson<'_>) -> fmt::Result {
    let (build, compared) = (&report.build, &report.compared);
    writeln!(out, "Generation {}", build.generation)?;
    writeln!(out, "\nThe same dumps, key and settings give the same:")?;
    writeln!(out, "  report digest  {}", report.digest)?;
    writeln!(out, "  root           {}", compared.root)?;
    if let Some(root) = &compared.sealed_root {
        writeln!(out, "  sealed root    {root}")?;
    }
    writeln!(out, "  key id         {}", compared.key_id)?;
    writeln!(out, "  normalisation  version {}", compared.normalisation)?;
    write_settings(out, &compared.settings)?;
    let different: u64 = compared.identifiers.values().sum();
    writeln!(
        out,
        "  identifiers    {different} different, met {} times",
        compared.met
    )?;
    write_build(out, build)?;
    compared
        .breaches
        .iter()
        .try_for_each(|breach| write_breach(out, breach))
}

fn write_settings(out: &mut String, settings: &Settings) -> fmt::Result {
    write!(
        out,
        "  settings       rows per range {}",
        settings.range_rows
    )?;
    if let Some(reading) = &settings.reading {
        let yes = |is_so| if is_so { "yes" } else { "no" };
        write!(
            out,
            ", rejected rows searched: {}, truncated files allowed: {}",
            yes(reading.recover),
            yes(reading.allow_truncated)
        )?;
        if let Some(day) = reading.as_of {
            write!(out, ", entries of warning lists hold on {day}")?;
        }
        for list in &reading.allow {
            write!(
                out,
                "\n  allow list     {}, XXH3-128 {}, {} identifiers, {} other entries",
                list.name, list.xxh3_128, list.identifiers, list.others
            )?;
        }
    }
    writeln!(out)
}

fn write_build(out: &mut String, build: &Build<'_>) -> fmt::Result {
    writeln!(out, "\nThis build:")?;
    writeln!(out, "  program        {}", build.program)?;
    write_made(out, build.history)?;
    if build.expired > 0 {
        writeln!(
            out,
            "  expired        {} entries of warning lists",
            build.expired
        )?;
    }
    write!(out, "  time           {} to {}", build.begun, build.ended)?;
    let Some(reading) = &build.reading else {
        return writeln!(out);
    };
    writeln!(out, ", resumed {} times", reading.resumed)?;
    writeln!(
        out,
        "  evaluated      {}, {} more were known by then",
        reading.evaluated, reading.reused
    )?;
    writeln!(
        out,
        "  limit          {} of rows and cells may be unreadable",
        reading.max_rejects
    )
}

/// Writes what the generation was made from.
fn write_made(out: &mut String, history: &History) -> fmt::Result {
    writeln!(out, "  made by        {}", history.by)?;
    for (what, origins) in [
        ("  from         ", history.base.as_slice()),
        ("  merged       ", &history.merged),
    ] {
        for origin in origins {
            writeln!(out, "{what}  {}, root {}", origin.generation, origin.root)?;
        }
    }
    for (what, ids) in [
        ("  read         ", &history.read),
        ("  left out     ", &history.left_out),
        ("  metadata     ", &history.renewed),
    ] {
        if !ids.is_empty() {
            let ids: Vec<&str> = ids.iter().map(BreachId::as_str).collect();
            writeln!(out, "{what}  {}", ids.join(", "))?;
        }
    }
    writeln!(
        out,
        "  erased         {} identifiers, in no answer",
        history.erased
    )
}

fn write_breach(out: &mut String, breach: &BreachReport<'_>) -> fmt::Result {
    let sealed = if breach.sensitive { " (sensitive)" } else { "" };
    writeln!(out, "\n{}{sealed}", breach.id)?;
    write!(
        out,
        "  {} rows, {} of them rejected",
        breach.rows, breach.rejected_rows
    )?;
    match breach.description_sha256 {
        Some(description) => writeln!(out, "; breach.toml has SHA-256 {description}")?,
        None => writeln!(out, "; not read this time")?,
    }
    write_counts(out, "  different identifiers", &breach.identifiers)?;
    write_counts(out, "  others, in rejected rows alone", &breach.recovered)?;
    breach
        .files
        .iter()
        .flatten()
        .try_for_each(|file| write_file(out, file))
}

/// Writes a line of counts per kind, if there are any.
fn write_counts(out: &mut String, what: &str, counts: &BTreeMap<Kind, u64>) -> fmt::Result {
    if counts.is_empty() {
        return Ok(());
    }
    let kinds = counts.iter();
    let kinds: Vec<String> = kinds
        .map(|(kind, count)| format!("{kind} {count}"))
        .collect();
    writeln!(out, "{what}: {}", kinds.join(", "))
}

fn write_file(out: &mut String, file: &FileReport<'_>) -> fmt::Result {
    // A name comes from the maker of the dump: no control character of it reaches a terminal.
    writeln!(out, "  {}", file.name.escape_debug())?;
    write!(out, "    {} bytes", file.bytes)?;
    if let Some(fingerprint) = file.xxh3_128 {
        write!(out, ", XXH3-128 {fingerprint}")?;
    }
    writeln!(out)?;
    if let Some(digest) = file.sha256 {
        writeln!(out, "    SHA-256 {digest}")?;
    }
    for reading in file.read_as {
        writeln!(out, "    read as {}", described(reading))?;
    }
    if file.truncated {
        writeln!(out, "    ended early: there was more of it")?;
    }
    write_rows(out, file)?;
    write_entries(out, file)?;
    for (passage, passed_over) in &file.passed_over {
        write_passed_over(out, *passage, passed_over)?;
    }
    Ok(())
}

fn write_rows(out: &mut String, file: &FileReport<'_>) -> fmt::Result {
    writeln!(
        out,
        "    {} rows, {} of them rejected",
        file.rows, file.rejected_rows
    )?;
    for rejected in &file.rejected {
        write_rejected(out, rejected)?;
    }
    if file.short_rows > 0 {
        writeln!(
            out,
            "    {} rows end before their last columns, which were taken for empty",
            file.short_rows
        )?;
    }
    if file.deleted_rows > 0 {
        writeln!(
            out,
            "    {} rows are marked as deleted, and were read like the others",
            file.deleted_rows
        )?;
    }
    for (kind, cells) in &file.cells {
        write_cells(out, *kind, cells)?;
    }
    write_counts(out, "    recovered from rejected rows", file.recovered)
}

/// Writes which entries of a warning list were not taken.
fn write_entries(out: &mut String, file: &FileReport<'_>) -> fmt::Result {
    for (why, entries) in file.left_out {
        writeln!(out, "    left out: {entries} entries {why}")?;
    }
    for (list, entries) in file.allowed {
        writeln!(
            out,
            "    refused: {entries} entries that the allow list {list} names"
        )?;
    }
    Ok(())
}

fn write_passed_over(out: &mut String, passage: Passage, tally: &PassedOver) -> fmt::Result {
    let places: Vec<String> = tally.listed.iter().map(place).collect();
    write!(
        out,
        "    passed over: {passage}, {} times, {} bytes, {} identifiers in them: line {}",
        tally.passages,
        tally.bytes,
        tally.identifiers,
        places.join(", ")
    )?;
    match tally.passages - tally.listed.len() as u64 {
        0 => writeln!(out),
        more => writeln!(out, " and {more} more"),
    }
}

fn write_rejected(out: &mut String, rejected: &RejectedRows) -> fmt::Result {
    let places: Vec<String> = rejected.listed.iter().map(place).collect();
    let places = places.join(", ");
    write!(
        out,
        "      {} ({}): line {places}",
        rejected.reason, rejected.rows
    )?;
    match rejected.not_listed {
        0 => writeln!(out),
        more => writeln!(out, " and {more} more"),
    }
}

fn place(place: &Place) -> String {
    match place.member {
        Some(member) => format!("{} of member {member}", place.line),
        None => place.line.to_string(),
    }
}

fn write_cells(out: &mut String, kind: Kind, cells: &Cells) -> fmt::Result {
    write!(out, "    {kind}: {} cells", cells.filled)?;
    if cells.invalid > 0 {
        let rules = cells.rules.iter();
        let rules: Vec<String> = rules
            .map(|(rule, count)| format!("{rule} {count}"))
            .collect();
        write!(out, ", {} invalid ({})", cells.invalid, rules.join(", "))?;
    }
    writeln!(out)
}

/// Describes how something was read, in the words of `breach.toml`.
fn described(reading: &DetectedLayout) -> String {
    let words = serde_json::to_value(reading).unwrap_or_default();
    let words = words.as_object().into_iter().flatten();
    let words: Vec<String> = words
        .filter(|(word, value)| *word != "members" || **value != 1)
        .map(|(word, value)| format!("{word} {value}"))
        .collect();
    words.join(", ")
}
