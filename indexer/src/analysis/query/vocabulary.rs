use std::collections::BTreeSet;

use exposure_index::breach::{BreachId, DataClass, PartialDate, Status};

use super::expression::BreachType;
use super::lexer::{PREFIXES, is_sign, is_word};
use super::{Problem, Term};
use crate::analysis::CorpusBreach;

/// The names that terms can use: the breaches of a corpus and their classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    breaches: BTreeSet<BreachId>,
    classes: BTreeSet<DataClass>,
}

impl Vocabulary {
    /// Makes the vocabulary of these breaches.
    #[must_use]
    pub(crate) fn of(breaches: &[CorpusBreach]) -> Self {
        let entries = || breaches.iter().map(|breach| &breach.entry);
        Self::of_names(
            entries().map(|entry| entry.metadata.id.clone()),
            entries().flat_map(|entry| entry.classes.iter().cloned()),
        )
    }

    /// Makes the vocabulary of breaches and classes of these names.
    pub(super) fn of_names(
        breaches: impl Iterator<Item = BreachId>,
        classes: impl Iterator<Item = DataClass>,
    ) -> Self {
        Self {
            breaches: breaches.collect(),
            classes: classes.collect(),
        }
    }

    /// Returns the term that a word stands for, or the number of its valid characters and the problem after them.
    pub(super) fn term(&self, word: &str) -> Result<Term, (usize, Problem)> {
        if let Some((prefix, value)) = word.split_once(':') {
            let term = match prefix {
                "breach" => self.breach(value),
                "kind" => value
                    .parse()
                    .map(Term::Kind)
                    .map_err(|_| Problem::UnknownKind),
                "class" => self.class(value),
                "status" => status(value),
                "type" => breach_type(value),
                _ => {
                    let prefixes = "breach:, kind:, class:, status: or type:";
                    return Err((0, Problem::Expected(prefixes)));
                }
            };
            return term.map_err(|problem| (prefix.len() + 1, problem));
        }
        match word {
            "all" => Ok(Term::All),
            "sensitive" => Ok(Term::Sensitive),
            _ => self.breach(word).map_err(|problem| (0, problem)),
        }
    }

    fn breach(&self, word: &str) -> Result<Term, Problem> {
        let id = BreachId::try_from(word.to_owned());
        match id {
            Ok(id) if self.breaches.contains(&id) => Ok(Term::Breach(id)),
            _ if word.ends_with('-') => Err(Problem::HangingHyphen),
            _ => Err(Problem::UnknownBreach),
        }
    }

    fn class(&self, word: &str) -> Result<Term, Problem> {
        let class = DataClass::try_from(word.to_owned());
        match class {
            Ok(class) if self.classes.contains(&class) => Ok(Term::Class(class)),
            _ => Err(Problem::UnknownClass(
                self.classes.iter().map(ToString::to_string).collect(),
            )),
        }
    }

    /// Returns the text with a dot for each character that belongs to no sign and no known word.
    pub(super) fn shown(&self, text: &str) -> String {
        let mut shown = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(length.max(first.len_utf8()));
            rest = behind;
            shown.push_str(&self.shown_word(word));
        }
        shown
    }

    fn shown_word(&self, word: &str) -> String {
        let is_sign = word.chars().all(is_sign);
        if is_sign || word == "date" || is_date(word) || self.term(word).is_ok() {
            return word.to_owned();
        }
        let prefix = PREFIXES
            .into_iter()
            .find(|prefix| word.starts_with(prefix))
            .unwrap_or("");
        let hidden = word[prefix.len()..].chars().map(|_| '·');
        prefix.chars().chain(hidden).collect()
    }
}

fn status(word: &str) -> Result<Term, Problem> {
    let status = Status::ALL.into_iter().find(|status| status.name() == word);
    status.map(Term::Status).ok_or(Problem::UnknownStatus)
}

fn breach_type(word: &str) -> Result<Term, Problem> {
    let mut types = BreachType::ALL.into_iter();
    let named = types.find(|breach_type| breach_type.name() == word);
    named.map(Term::Type).ok_or(Problem::UnknownType)
}

fn is_date(word: &str) -> bool {
    word.parse::<PartialDate>().is_ok()
}
