/// The complaint that was told last, so that it is not repeated at every look: it is told once, until it changes or is
/// over.
#[derive(Default)]
pub(super) struct Told(Option<String>);

impl Told {
    /// Whether a complaint is another than the one that was told last. It is taken for told from now on.
    pub(super) fn is_news(&mut self, complaint: &str) -> bool {
        let last = self.0.replace(complaint.to_owned());
        last.as_deref() != Some(complaint)
    }

    /// The complaint is over: if it comes again, it is news again.
    pub(super) fn clear(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_complaint_is_news_until_it_is_told_and_again_when_it_changed_or_was_over() {
        let mut told = Told::default();
        assert!(told.is_news("damaged"));
        assert!(!told.is_news("damaged"));
        assert!(told.is_news("gone"));
        assert!(told.is_news("damaged"));
        told.clear();
        assert!(told.is_news("damaged"));
        assert!(!told.is_news("damaged"));
    }
}
