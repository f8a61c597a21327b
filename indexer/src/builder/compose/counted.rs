use exposure_index::index::Identifiers;

/// Different identifiers: those in some accepted row, and those only in rejected rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct IdentifierCounts {
    pub(crate) strict: Identifiers,
    pub(crate) recovered: Identifiers,
}

impl IdentifierCounts {
    /// Separates the recovered ones from all.
    pub(crate) fn apart(mut all: Identifiers, recovered: Identifiers) -> Self {
        for (kind, count) in &recovered {
            if let Some(all) = all.get_mut(kind) {
                *all -= count;
            }
        }
        all.retain(|_, count| *count > 0);
        Self {
            strict: all,
            recovered,
        }
    }
}
