//! Which parts of a file does a draft not describe? Comments that say so, and why.

use crate::inspect::name::{shown, shown_path};
use crate::inspect::passed_over::{PassedOverReason, named};
use crate::inspect::{Inspection, Part, quoted};

/// Returns comments on the parts of the file at `path` that have rows but no `[[file]]`.
pub(super) fn left_out(inspection: &Inspection, taken: &[&Part], path: &str) -> String {
    let left_out = inspection
        .parts
        .iter()
        .filter(|part| !taken.iter().any(|taken| std::ptr::eq(*taken, *part)));
    let named = |part: &Part| match name_of(part) {
        Some(name) => format!("{name} of {}", quoted(path)),
        None => quoted(path),
    };
    left_out
        .map(|part| {
            format!(
                "\n# Left out, since no column surely holds identifiers: {}\n",
                named(part)
            )
        })
        .collect()
}

/// What distinguishes a part from others of the file: its table, sheet, records or members. Masked, if it may be
/// personal data.
fn name_of(part: &Part) -> Option<String> {
    let layout = &part.layout;
    let name = layout.table.as_ref().or(layout.sheet.as_ref());
    match name.or(layout.records.as_ref()) {
        Some(name) => Some(quoted(&shown(name))),
        None => match part.members.as_slice() {
            [] => None,
            [member] => Some(quoted(&shown_path(member))),
            [first, others @ ..] => {
                let first = quoted(&shown_path(first));
                Some(format!("{first} and {} more members", others.len()))
            }
        },
    }
}

/// Returns comments on the parts of the file at `path` without rows.
pub(super) fn passed_over(inspection: &Inspection, path: &str) -> String {
    let line = |named: PassedOverReason| match named.members {
        Some(members) => format!(
            "\n# Passed over in {}: {members}: {}\n",
            quoted(path),
            named.reason
        ),
        None => format!("\n# Passed over: {}: {}\n", quoted(path), named.reason),
    };
    named(inspection).into_iter().map(line).collect()
}
