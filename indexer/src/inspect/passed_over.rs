//! How are parts without rows reported?

use super::name::shown_path;
use super::{Inspection, quoted};

/// Maximum number of members named per reason; an archive may have thousands of pictures.
const NAMED: usize = 8;

/// The parts passed over for one reason.
pub(crate) struct PassedOverReason {
    /// The members by name, the first of many; `None` for the file itself.
    pub(crate) members: Option<String>,
    /// The reason, as a message.
    pub(crate) reason: String,
}

/// Returns the parts of a file that were passed over, by reason. Names that may be personal data are not shown.
pub(crate) fn named(inspection: &Inspection) -> Vec<PassedOverReason> {
    let mut by_reason: Vec<(&str, Vec<&str>)> = Vec::new();
    for passed in &inspection.passed_over {
        let member = passed.member.as_deref();
        match by_reason
            .iter_mut()
            .find(|(reason, _)| *reason == passed.reason)
        {
            Some((_, members)) => members.extend(member),
            None => by_reason.push((&passed.reason, member.into_iter().collect())),
        }
    }
    let named = |(reason, members): (&str, Vec<&str>)| PassedOverReason {
        members: (!members.is_empty()).then(|| listed(&members)),
        reason: reason.to_owned(),
    };
    by_reason.into_iter().map(named).collect()
}

/// `"a.png", "b.png" and 3 more`
fn listed(members: &[&str]) -> String {
    let names = members.iter().take(NAMED);
    let names: Vec<String> = names.map(|name| quoted(&shown_path(name))).collect();
    let names = names.join(", ");
    match members.len().saturating_sub(NAMED) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::inspect::PassedOver;

    #[test]
    fn the_members_that_are_passed_over_for_one_reason_are_named_together() {
        let picture = |number: usize| PassedOver {
            member: Some(format!("{number}.png")),
            reason: "a picture".to_owned(),
        };
        let mut passed_over: Vec<PassedOver> = (0..NAMED + 2).map(picture).collect();
        passed_over.push(PassedOver {
            member: Some("800101300000.pdf".to_owned()),
            reason: "a PDF document".to_owned(),
        });
        let inspection = Inspection {
            path: PathBuf::new(),
            container: None,
            parts: Vec::new(),
            passed_over,
        };
        let named = named(&inspection);
        let members: Vec<_> = named
            .iter()
            .filter_map(|named| named.members.as_deref())
            .collect();
        assert!(
            members[0].starts_with("\"0.png\", \"1.png\", ") && members[0].ends_with(" and 2 more")
        );
        assert_eq!(members[1], "\"999999999999.pdf\"");
    }
}
