use super::IdentifierError;

/// What a text holds of one kind: the values in the order of the text, and the rule that the first part broke
/// that looks like a value and is not.
#[derive(Default)]
pub(super) struct Reading {
    pub(super) values: Vec<String>,
    pub(super) fault: Option<IdentifierError>,
}

impl Reading {
    /// A text that is one value and nothing else, or none.
    pub(super) fn whole(outcome: Result<String, IdentifierError>) -> Self {
        Self {
            fault: outcome.as_ref().err().copied(),
            values: outcome.into_iter().collect(),
        }
    }

    /// Returns the one value that a text is, or the reading of its `parts`, which get the fault of the whole text.
    pub(super) fn of(
        whole: Result<String, IdentifierError>,
        parts: impl FnOnce(IdentifierError) -> Self,
    ) -> Self {
        match whole {
            Ok(value) => Self::whole(Ok(value)),
            Err(fault) => parts(fault),
        }
    }

    /// Adds a value, unless it repeats the last one, as in a link whose text is its address.
    pub(super) fn take(&mut self, value: String) {
        if self.values.last() != Some(&value) {
            self.values.push(value);
        }
    }

    pub(super) fn refuse(&mut self, fault: IdentifierError) {
        self.fault.get_or_insert(fault);
    }

    /// Whether there are values, and nothing else that looks like one.
    pub(super) const fn is_clean(&self) -> bool {
        self.fault.is_none() && !self.values.is_empty()
    }

    /// The value of a text that holds one and nothing else; `otherwise` is the fault of one that holds several or none.
    pub(super) fn sole(self, otherwise: IdentifierError) -> Result<String, IdentifierError> {
        let fault = self.fault.unwrap_or(otherwise);
        match <[String; 1]>::try_from(self.values) {
            Ok([value]) if self.fault.is_none() => Ok(value),
            _ => Err(fault),
        }
    }
}
