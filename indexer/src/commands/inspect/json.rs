//! How are findings and draft printed as JSON?

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::inspect::{Column, Inspection, LOOKED_AT, Meaning, Part, PassedOver, shown, shown_path};

pub(super) fn as_json(
    inspections: &[Inspection],
    passed_over: &[(PathBuf, &'static str)],
    draft: &str,
) -> Value {
    let passed_over = passed_over.iter().map(|(path, reason)| {
        json!({ "path": shown_path(&path.display().to_string()), "reason": reason })
    });
    let file = |inspection: &Inspection| {
        json!({
            "path": inspection.path.display().to_string(),
            "container": inspection.container,
            "parts": inspection.parts.iter().map(part_json).collect::<Vec<_>>(),
            "passed_over": inspection.passed_over.iter().map(passed_over_json).collect::<Vec<_>>(),
        })
    };
    json!({
        "looked_at_bytes": LOOKED_AT,
        "files": inspections.iter().map(file).collect::<Vec<_>>(),
        "passed_over": passed_over.collect::<Vec<_>>(),
        "draft": draft,
    })
}

fn passed_over_json(passed: &PassedOver) -> Value {
    json!({ "member": passed.member.as_deref().map(shown_path), "reason": passed.reason })
}

fn part_json(part: &Part) -> Value {
    let layout = &part.layout;
    json!({
        "format": layout.format,
        "encoding": layout.encoding,
        "delimiter": layout.delimiter,
        "quote": layout.quote,
        "escape": layout.escape,
        "skip": part.skip,
        "header": part.header,
        "dialect": layout.dialect,
        "table": layout.table.as_deref().map(shown),
        "sheet": layout.sheet.as_deref().map(shown),
        "rows": part.rows,
        "whole": part.whole,
        "records": layout.records,
        "members": part.members,
        "columns": part.columns.iter().map(column_json).collect::<Vec<_>>(),
    })
}

fn column_json(column: &Column) -> Value {
    let guess = column.guess.as_ref().map(|guess| {
        let (identifier, class) = match guess.meaning {
            Meaning::Identifier(kind) => (Some(kind), None),
            Meaning::Class(class) => (None, Some(class)),
            Meaning::Text(class) => (None, class),
        };
        json!({
            "identifier": identifier,
            "class": class,
            "text": matches!(guess.meaning, Meaning::Text(_)),
            "percent": guess.percent,
            "by_name": guess.by_name,
            "by_values": guess.by_values,
            "taken_percent": guess.taken,
        })
    });
    json!({
        "name": column.name,
        "nameable": column.nameable,
        "proposed": column.proposed().is_some(),
        "guess": guess,
        "filled": column.filled,
        "preview": column.preview,
    })
}
