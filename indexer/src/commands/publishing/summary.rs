//! What did a build do? The summary for people and machines.

use std::collections::BTreeMap;

use bytesize::ByteSize;
use exposure_index::breach::BreachId;
use exposure_index::identifier::Kind;
use exposure_index::index::BreachStatistics;
use serde_json::{Value, json};

use super::review::Review;
use crate::builder::{Activation, Summary};
use crate::commands::output;
use crate::commands::output::table::{breach_table, grouped, plural};
use crate::ingest::{Passage, PassageTally, Reject};

/// Summarises a build, for machines.
pub(super) fn as_json(summary: &Summary, force: Activation, review: Option<&Review>) -> Value {
    let mut json = json!({
        "generation": summary.generation.as_str(),
        "current": force == Activation::AtOnce,
        "review": review.map(|review| review.as_json(summary.generation)),
        "root": data_encoding::HEXLOWER.encode(&summary.root),
        "report_digest": summary.report.to_string(),
        "identifiers": summary.identifiers,
        "recovered": summary.recovered,
        "breaches": summary.breaches,
        "rejects": summary.rejects.iter().map(|(id, rejects)| (id.as_str(), places(rejects))).collect::<BTreeMap<_, _>>(),
        "passed_over": summary.passed_over.iter().map(|(id, passed_over)| (id.as_str(), passages(passed_over))).collect::<BTreeMap<_, _>>(),
        "met": summary.met,
        "evaluated": summary.evaluated,
        "forgotten": summary.forgotten,
        "temporary_bytes": summary.temporary_bytes,
        "index_bytes": summary.index_bytes,
        "pair_bytes": summary.pair_bytes,
        "resumed": summary.resumed,
        "seconds": summary.duration.as_secs_f64(),
    });
    // Only an index with warning lists has these.
    for (key, value) in [
        ("left_out", json!(filled(&summary.left_out))),
        ("refused", json!(filled(&summary.allowed))),
        ("expired", json!(summary.expired)),
    ] {
        if value != json!({}) && value != json!(0) {
            json[key] = value;
        }
    }
    json
}

/// Returns the breaches whose map is not empty.
fn filled<K: Ord>(
    counts: &BTreeMap<BreachId, BTreeMap<K, u64>>,
) -> BTreeMap<&BreachId, &BTreeMap<K, u64>> {
    let counts = counts.iter();
    counts.filter(|(_, counts)| !counts.is_empty()).collect()
}

/// Lists the entries of warning lists that are not in the generation, with reasons.
fn left_out(summary: &Summary) -> String {
    let mut text = String::new();
    for (id, counts) in filled(&summary.left_out) {
        for (why, count) in counts {
            text.push_str(&format!("\nleft out of {id}: {} {why}\n", entries(*count)));
        }
    }
    for (id, counts) in filled(&summary.allowed) {
        for (list, count) in counts {
            text.push_str(&format!(
                "\nrefused from {id}: {} that the allow list {list} names\n",
                entries(*count)
            ));
        }
    }
    if summary.expired > 0 {
        let expired = entries(summary.expired);
        text.push_str(&format!(
            "\nexpired since they were built: {expired} of warning lists\n"
        ));
    }
    text
}

fn entries(count: u64) -> String {
    match count {
        1 => "1 entry".to_owned(),
        count => format!("{} entries", grouped(count)),
    }
}

/// Returns the places of the first rejected rows of a breach, with reasons.
fn places(rejects: &[Reject]) -> Vec<String> {
    rejects.iter().map(Reject::to_string).collect()
}

/// Returns the amount of text that was passed over, by sort.
pub(in crate::commands) fn passages(
    passed_over: &BTreeMap<Passage, PassageTally>,
) -> BTreeMap<Passage, Value> {
    let counts = |tally: &PassageTally| {
        json!({
            "passages": tally.passages,
            "bytes": tally.bytes,
            "identifiers": tally.identifiers,
        })
    };
    passed_over
        .iter()
        .map(|(passage, tally)| (*passage, counts(tally)))
        .collect()
}

/// Prints the amount of text of a breach that was passed over, a line for each sort.
fn passages_as_text(id: &BreachId, passed_over: &BTreeMap<Passage, PassageTally>) -> String {
    match passed_over.is_empty() {
        true => String::new(),
        false => format!(
            "\npassed over in {id}:\n{}",
            passages_as_lines("", passed_over)
        ),
    }
}

/// Prints a line for each sort of text that was passed over, beginning with `words`.
pub(in crate::commands) fn passages_as_lines(
    words: &str,
    passed_over: &BTreeMap<Passage, PassageTally>,
) -> String {
    let line = |(passage, tally): (&Passage, &PassageTally)| {
        let found = match tally.identifiers {
            0 => String::new(),
            found => format!(", {} in them", plural(found, "identifier")),
        };
        let (passages, bytes) = (plural(tally.passages, "time"), ByteSize(tally.bytes));
        format!("  {words}{passage}: {passages}, {bytes}{found}\n")
    };
    passed_over.iter().map(line).collect()
}

/// Summarises a build, for people.
pub(super) fn as_text(summary: &Summary, force: Activation, review: Option<&Review>) -> String {
    let mut text = breach_table("identifiers", &summary.breaches).to_string();
    text.push_str(&rejects(summary));
    for (id, passed_over) in &summary.passed_over {
        text.push_str(&passages_as_text(id, passed_over));
    }
    text.push_str(&left_out(summary));
    text.push_str(&truncated(summary));
    let kinds = |kind: Kind| {
        summary
            .identifiers
            .get(&kind)
            .map(|count| format!("{kind} {}", grouped(*count)))
    };
    let kinds: Vec<String> = Kind::ALL.into_iter().filter_map(kinds).collect();
    let identifiers: u64 = summary.identifiers.values().sum();
    let recovered: u64 = summary.recovered.values().sum();
    let seconds = summary.duration.as_secs_f64();
    text.push_str(&format!(
        "\nidentifiers  {} ({})\nrecovered    {} more, from rejected rows\n{}index        {}, {:.2} bytes per identifier\n{}\
         generation   {}, {}, after {seconds:.1} s\n\
         report       report.txt and report.json next to it, digest {}\n",
        grouped(identifiers),
        kinds.join(", "),
        grouped(recovered),
        evaluated(summary),
        ByteSize(summary.index_bytes),
        summary.index_bytes as f64 / (identifiers + recovered).max(1) as f64,
        summary.pair_bytes.map_or_else(String::new, |bytes| format!(
            "pairs        {} next to it\n",
            ByteSize(bytes)
        )),
        summary.generation,
        match force {
            Activation::AtOnce => "now current",
            Activation::Later => "awaiting publication by tekser-indexer publish",
        },
        summary.report,
    ));
    text.extend(review.map(Review::as_text));
    text
}

/// Prints the cost of evaluation, if dumps were read.
fn evaluated(summary: &Summary) -> String {
    if summary.met == 0 {
        return String::new();
    }
    let rate = summary.evaluated as f64 / summary.duration.as_secs_f64();
    format!(
        "evaluated    {} of {} met, {} per second\n",
        grouped(summary.evaluated),
        grouped(summary.met),
        grouped(rate as u64),
    )
}

/// Prints which breaches are not whole.
fn truncated(summary: &Summary) -> String {
    let files = |(id, breach): (&BreachId, &BreachStatistics)| match breach.truncated_files {
        0 => None,
        1 => Some(format!(
            "\nincomplete   a file of {id} ended early: people in the rest of it are not found\n"
        )),
        files => Some(format!(
            "\nincomplete   {files} files of {id} ended early: people in the rest of them are not found\n"
        )),
    };
    summary.breaches.iter().filter_map(files).collect()
}

/// Prints the places of the first rejected rows of each breach.
fn rejects(summary: &Summary) -> String {
    let mut text = String::new();
    for (id, rejects) in summary
        .rejects
        .iter()
        .filter(|(_, rejects)| !rejects.is_empty())
    {
        text.push_str(&format!("\nfirst rejected rows of {id}:\n"));
        for reject in rejects.iter().take(5) {
            text.push_str(&format!("  {}\n", output::visible(&reject.to_string())));
        }
    }
    text
}
