//! Which look-ups test an index? A sample of identifiers with their exposures.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::classes::Classes;
use super::dice::Dice;
use super::kind::{Identifier, Kind};
use super::persons;
use super::spaces::Spaces;
use super::spelling;

/// Of 1000 queries, how many are for each kind; of each kind, one in ten is for a person who is in no breach.
const SHARES: [(Kind, u64); 9] = [
    (Kind::Iin, 240),
    (Kind::Phone, 220),
    (Kind::Email, 180),
    (Kind::IdCard, 90),
    (Kind::Card, 90),
    (Kind::Iban, 60),
    (Kind::Plate, 50),
    (Kind::Passport, 30),
    (Kind::Login, 40),
];

/// An identifier and the breaches, by number, that it is in.
struct Known {
    identifier: Identifier,
    exposures: Vec<(usize, Classes)>,
}

/// A uniform sample of one kind's identifiers, each offered once (Vitter's algorithm R).
struct Reservoir {
    wanted: usize,
    offered: u64,
    kept: Vec<Known>,
}

impl Reservoir {
    /// The place at which the next identifier is to be kept, if it is.
    fn place(&mut self, dice: &mut Dice) -> Option<usize> {
        self.offered += 1;
        if self.kept.len() < self.wanted {
            return Some(self.kept.len());
        }
        let place = usize::try_from(dice.next() % self.offered).ok()?;
        (place < self.wanted).then_some(place)
    }
}

/// The identifiers to be asked for, drawn while the rows are written.
pub(super) struct Sample {
    reservoirs: [Reservoir; 9],
    dice: Dice,
}

impl Sample {
    /// Room for what `queries` queries need.
    pub(super) fn new(seed: u64, queries: u64) -> Self {
        let room = |kind| {
            usize::try_from(wanted(kind, queries) - wanted_absent(kind, queries)).unwrap_or(0)
        };
        Self {
            reservoirs: Kind::ALL.map(|kind| Reservoir {
                wanted: room(kind),
                offered: 0,
                kept: Vec::new(),
            }),
            dice: Dice::new(seed, *b"sampling", 0),
        }
    }

    /// Offers an identifier that was not offered before.
    pub(super) fn offer(
        &mut self,
        identifier: Identifier,
        exposures: impl Iterator<Item = (usize, Classes)>,
    ) {
        let reservoir = &mut self.reservoirs[identifier.kind as usize];
        let Some(place) = reservoir.place(&mut self.dice) else {
            return;
        };
        let known = Known {
            identifier,
            exposures: exposures.collect(),
        };
        if place < reservoir.kept.len() {
            reservoir.kept[place] = known;
        } else {
            reservoir.kept.push(known);
        }
    }
}

/// What [`write`] asks for and in which words.
pub(super) struct Questions<'a> {
    pub(super) seed: u64,
    pub(super) queries: u64,
    /// Households written; what would belong to the last households of the value space is in no breach.
    pub(super) households: u64,
    pub(super) spaces: &'a Spaces,
    pub(super) breaches: &'a [&'static str],
}

/// Writes the queries, one JSON object per line, in an order that reveals nothing.
pub(super) fn write(
    mut sample: Sample,
    questions: &Questions<'_>,
    out: &mut impl Write,
) -> io::Result<()> {
    let mut asked: Vec<Known> = sample
        .reservoirs
        .iter_mut()
        .flat_map(|of| of.kept.drain(..))
        .collect();
    asked.extend(
        Kind::ALL
            .into_iter()
            .flat_map(|kind| absent(kind, questions)),
    );
    let mut dice = Dice::new(questions.seed, *b"question", 0);
    asked.sort_by_cached_key(|_| dice.next());
    for known in &asked {
        serde_json::to_writer(&mut *out, &query(known, questions, &mut dice))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn wanted(kind: Kind, queries: u64) -> u64 {
    let share = SHARES
        .iter()
        .find(|(of, _)| *of == kind)
        .map_or(0, |(_, share)| *share);
    queries * share / 1000
}

fn wanted_absent(kind: Kind, queries: u64) -> u64 {
    wanted(kind, queries).div_ceil(10)
}

/// Identifiers that nobody written has; none if the whole value space was given away.
fn absent(kind: Kind, questions: &Questions<'_>) -> Vec<Known> {
    let size = questions.spaces.size(kind);
    let free = size.saturating_sub(persons::ordinals(kind, questions.households));
    let count = wanted_absent(kind, questions.queries).min(free);
    (size - count..size)
        .map(|ordinal| Known {
            identifier: Identifier { kind, ordinal },
            exposures: Vec::new(),
        })
        .collect()
}

fn query(known: &Known, questions: &Questions<'_>, dice: &mut Dice) -> Value {
    let kind = known.identifier.kind;
    let value = questions.spaces.value(known.identifier);
    let mut exposures: Vec<_> = known
        .exposures
        .iter()
        .map(|(breach, classes)| (questions.breaches[*breach], classes.names()))
        .collect();
    exposures.sort_unstable();
    let exposures: Vec<Value> = exposures
        .into_iter()
        .map(|(breach, classes)| json!({ "breach": breach, "classes": classes }))
        .collect();
    let spelt = spelling::in_query(kind, &value, dice);
    json!({ "kind": kind.name(), "value": spelt, "exposures": exposures })
}
