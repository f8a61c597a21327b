use super::classes::{self, CLASSES, EMPLOYERS, PASSWORDS};
use super::evidence::{PRIOR, probabilities};
use super::meaning::Meaning::{self, Class, Identifier};
use super::{identifiers, mask, name};
use crate::identifier::Kind;

/// The least probability, in percent, with which a guess is proposed rather than left for a person to decide.
const PROPOSED: u8 = 50;

/// What is told of a column.
pub struct Column {
    /// As `breach.toml` names it: by name, dotted path or number from 0. What may be data is not told.
    pub name: String,
    /// Whether [`name`](Column::name) can be shown and written; if not, it holds only the name's form.
    pub nameable: bool,
    /// The likeliest meaning, if any is likely at all.
    pub guess: Option<Guess>,
    /// How many of the rows that were looked at have a value there.
    pub filled: usize,
    /// The form of its values, see [`mask`].
    pub preview: String,
}

/// What a column may hold, and why it is thought so.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// What it may hold.
    pub meaning: Meaning,
    /// How probable that is, in percent; never 100.
    pub percent: u8,
    /// The column's name speaks for it.
    pub by_name: bool,
    /// The values speak for it.
    pub by_values: bool,
    /// Of identifiers, the share of values that a build would take, in percent.
    pub taken: Option<u8>,
}

impl Column {
    /// The guess, if it is likelier than not.
    #[must_use]
    pub fn proposed(&self) -> Option<&Guess> {
        self.guess
            .as_ref()
            .filter(|guess| self.nameable && guess.percent >= PROPOSED)
    }
}

impl Guess {
    /// What the guess rests on, in a word or three.
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

/// What a column may hold, by weights of evidence.
struct Weighed {
    meaning: Meaning,
    name: f64,
    values: f64,
}

impl Weighed {
    fn total(&self) -> f64 {
        PRIOR + self.name + self.values
    }
}

/// The likeliest meaning of a column by its name and values.
pub(super) fn guess(cells: &Cells<'_>) -> Option<Guess> {
    let weighed = weigh(cells);
    let totals: Vec<f64> = weighed.iter().map(Weighed::total).collect();
    let probabilities = probabilities(&totals);
    let (best, probability) = weighed
        .iter()
        .zip(probabilities)
        .max_by(|(_, one), (_, other)| one.total_cmp(other))?;
    let percent = (probability * 100.0).round().clamp(0.0, 99.0) as u8;
    (best.name > 0.0 || best.values > 0.0).then(|| Guess {
        meaning: best.meaning,
        percent,
        by_name: best.name > 0.0,
        by_values: best.values > 0.0,
        taken: taken(best.meaning, &cells.values),
    })
}

fn weigh(cells: &Cells<'_>) -> Vec<Weighed> {
    let names = cells.name.map(name::weights).unwrap_or_default();
    let by_name = |meaning: Meaning| names.get(&meaning).copied().unwrap_or(0.0);
    let identifiers = Kind::ALL.into_iter().map(|kind| {
        let name = by_name(Identifier(kind));
        Weighed {
            meaning: Identifier(kind),
            name,
            values: identifier_weight(kind, name > 0.0, &cells.values),
        }
    });
    let classes = CLASSES.iter().map(|test| {
        let name = by_name(Class(test.class));
        let passed = cells
            .values
            .iter()
            .filter(|value| (test.passes)(value))
            .count();
        let weight = test.test.weight(passed, cells.values.len());
        Weighed {
            meaning: Class(test.class),
            name,
            values: class_weight(test.class, name > 0.0, weight),
        }
    });
    let mut weighed: Vec<Weighed> = identifiers.chain(classes).collect();
    weighed.push(birth_dates(by_name(Class("dates-of-birth")), cells));
    let others = names.iter().filter(|(meaning, _)| {
        let known = |weighed: &Weighed| weighed.meaning == **meaning;
        !weighed.iter().any(known)
    });
    let others: Vec<Weighed> = others
        .map(|(&meaning, &name)| Weighed {
            meaning,
            name,
            values: 0.0,
        })
        .collect();
    weighed.extend(others);
    weighed
}

fn identifier_weight(kind: Kind, named: bool, values: &[&str]) -> f64 {
    let weight = |test: super::evidence::Test, passes: fn(Kind, &str) -> bool| {
        let passed = values.iter().filter(|value| passes(kind, value)).count();
        test.weight(passed, values.len())
    };
    let unnamed =
        identifiers::unnamed_test(kind).map_or(-1.0, |test| weight(test, identifiers::stands_out));
    if named {
        unnamed.max(weight(
            identifiers::named_test(kind),
            identifiers::normalises,
        ))
    } else {
        unnamed
    }
}

/// Where a name says what values hold, values of another form only speak against it where they would have to have it.
fn class_weight(class: &str, named: bool, weight: f64) -> f64 {
    if !named {
        return weight;
    }
    match class {
        EMPLOYERS | PASSWORDS | "names" | "physical-addresses" => weight.max(0.0),
        _ => weight.max(-2.0),
    }
}

fn birth_dates(name: f64, cells: &Cells<'_>) -> Weighed {
    let values = classes::birth_dates(cells.values.iter().copied());
    Weighed {
        meaning: Class("dates-of-birth"),
        name,
        values: if name > 0.0 { values.max(-1.0) } else { values },
    }
}

/// The share of values that a build would take for identifiers of the kind, in percent.
fn taken(meaning: Meaning, values: &[&str]) -> Option<u8> {
    let Identifier(kind) = meaning else {
        return None;
    };
    let taken = values
        .iter()
        .filter(|value| identifiers::is_taken(kind, value))
        .count();
    (!values.is_empty()).then(|| (taken * 100 / values.len()) as u8)
}

/// In a list of two or three columns without names, what stands beside a login is taken for its password, as in the
/// lists that are tried out against other services.
pub(super) fn find_passwords(columns: &mut [Column], cells: &[Cells<'_>]) {
    let is_login = |column: &Column| {
        let is_login = |guess: &Guess| {
            matches!(
                guess.meaning,
                Identifier(Kind::Email | Kind::Login | Kind::Phone)
            )
        };
        column.proposed().is_some_and(is_login)
    };
    if !(2..=3).contains(&columns.len()) || !columns.iter().any(is_login) {
        return;
    }
    for (column, cells) in columns.iter_mut().zip(cells) {
        let like = cells
            .values
            .iter()
            .filter(|value| classes::is_password_like(value))
            .count();
        let open = cells.name.is_none() && column.proposed().is_none();
        if open && !cells.values.is_empty() && like * 10 >= cells.values.len() * 9 {
            column.guess = Some(Guess {
                meaning: Class(PASSWORDS),
                percent: 80,
                by_name: false,
                by_values: true,
                taken: None,
            });
            column.preview = mask::HIDDEN.to_owned();
            return;
        }
    }
}

/// What is told of a column that `breach.toml` would call `name`.
pub(super) fn column(name: &str, cells: &Cells<'_>) -> Column {
    let guess = guess(cells);
    let secret = guess
        .as_ref()
        .is_some_and(|guess| guess.meaning == Class(PASSWORDS));
    let nameable = !name::may_be_data(name);
    Column {
        name: if nameable {
            name.to_owned()
        } else {
            mask::form(name)
        },
        nameable,
        filled: cells.values.len(),
        preview: if secret {
            mask::HIDDEN.to_owned()
        } else {
            mask::preview(cells.values.iter().copied())
        },
        guess,
    }
}
