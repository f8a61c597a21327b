use super::classes::PASSWORDS;
use super::evidence::probabilities;
use super::feed::FeedColumn;
use super::meaning::Meaning::{self, Class, Identifier};
use super::weigh::{WeightedMeaning, weigh};
use super::{free_text, identifiers, mask, name};

/// Minimum probability, in percent, of a proposed guess; others are left for a person to decide.
const PROPOSED: u8 = 50;

/// What is known about a column.
pub struct Column {
    /// Name in `breach.toml`: a name, dotted path or number from 0. Possible data are masked.
    pub name: String,
    /// Whether [`name`](Column::name) can be shown and written; if not, it holds only the name's form.
    pub nameable: bool,
    /// The likeliest meaning, if any is likely at all.
    pub guess: Option<Guess>,
    /// Number of inspected rows that have a value.
    pub filled: usize,
    /// The form of its values, see `mask`.
    pub preview: String,
    /// Its meaning, if the file is a warning list.
    pub(crate) of_feed: Option<FeedColumn>,
}

/// A possible meaning of a column, and its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// Possible meaning.
    pub meaning: Meaning,
    /// Probability, in percent; never 100.
    pub percent: u8,
    /// Whether the column's name supports it.
    pub by_name: bool,
    /// Whether the values support it.
    pub by_values: bool,
    /// For identifiers, the share of values that a build would take, in percent.
    pub taken: Option<u8>,
}

impl Column {
    /// The guess, if it is likelier than not.
    #[must_use]
    pub fn proposed(&self) -> Option<&Guess> {
        self.guess
            .as_ref()
            .filter(|guess| self.nameable && guess.is_proposed())
    }
}

impl Guess {
    /// Whether it is likelier than not.
    pub(super) const fn is_proposed(&self) -> bool {
        self.percent >= PROPOSED
    }

    /// Returns the basis of the guess in a few words.
    #[must_use]
    pub const fn basis(&self) -> &'static str {
        match (self.by_name, self.by_values) {
            (true, true) => "name and values",
            (true, false) => "name",
            (false, _) => "values",
        }
    }
}

/// A name and the cells that are not empty.
pub(super) struct Cells<'c> {
    pub(super) name: Option<&'c str>,
    pub(super) values: Vec<&'c str>,
}

/// Returns what is known about a column that `breach.toml` would call `name`.
pub(super) fn column(name: &str, cells: &Cells<'_>) -> Column {
    let likeliest = guess(cells);
    let guess = free_text::guess(cells.name, &cells.values, likeliest.as_ref()).or(likeliest);
    let secret = guess
        .as_ref()
        .is_some_and(|guess| guess.meaning == Class(PASSWORDS));
    let preview = if secret {
        mask::HIDDEN.to_owned()
    } else {
        mask::preview(cells.values.iter().copied())
    };
    let of_feed = FeedColumn::of(name, &cells.values);
    let nameable = match of_feed.is_some_and(FeedColumn::is_named) {
        // The column's own name is a known word; its parents may be a person's.
        true => !name
            .rsplit_once('.')
            .is_some_and(|(parent, _)| name::may_be_data(parent)),
        false => !name::may_be_data(name),
    };
    let name = if nameable {
        name.to_owned()
    } else {
        mask::form(name)
    };
    Column {
        name,
        nameable,
        guess,
        filled: cells.values.len(),
        preview,
        of_feed,
    }
}

/// The likeliest meaning of a column by its name and values, if either says anything for it.
fn guess(cells: &Cells<'_>) -> Option<Guess> {
    let weighed = weigh(cells);
    let totals: Vec<f64> = weighed.iter().map(WeightedMeaning::total).collect();
    let (best, probability) = weighed
        .iter()
        .zip(probabilities(&totals))
        .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    let (by_name, by_values) = (best.name > 0.0, best.values > 0.0);
    (by_name || by_values).then(|| Guess {
        meaning: best.meaning,
        percent: (probability * 100.0).round().clamp(0.0, 99.0) as u8,
        by_name,
        by_values,
        taken: taken(best.meaning, &cells.values),
    })
}

/// The share of values that a build would take for identifiers of the kind, in percent, rounded down.
fn taken(meaning: Meaning, values: &[&str]) -> Option<u8> {
    let Identifier(kind) = meaning else {
        return None;
    };
    let is_taken = |value: &&&str| identifiers::is_taken(kind, value);
    let taken = values.iter().filter(is_taken).count();
    (!values.is_empty()).then(|| (taken * 100 / values.len()) as u8)
}
