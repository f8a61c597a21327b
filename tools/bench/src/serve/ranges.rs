use std::fmt;

use anyhow::ensure;
use serde::Serialize;

use super::index::BenchIndex;
use super::load::{CONNECTIONS, Load, Turn};
use super::side::{BARE_RANDOM, Files, NGINX, Side};
use super::{Bench, scratch};
use crate::comparison::Comparison;
use crate::machine::cores;
use crate::median;
use crate::quiet::Quiet;

/// Share of another side's rate that ours should reach.
const REACHES: [(&str, f64); 2] = [(NGINX, 1.0), (BARE_RANDOM, 0.9)];

/// `GET` range at random prefixes, against other servers that send the same number of bytes.
#[derive(Serialize)]
pub(super) struct RangeFigures {
    records: u64,
    pub(super) range_bytes: u32,
    /// The first is ours.
    sides: Vec<RangeSide>,
}

#[derive(Serialize)]
struct RangeSide {
    name: &'static str,
    /// Each with the CPU seconds that the server used.
    turns: Vec<(Turn, f64)>,
}

pub(super) fn measure(
    bench: &Bench,
    index: &BenchIndex,
    quiet: &mut Quiet,
) -> anyhow::Result<RangeFigures> {
    let load = Load::new(&scratch(&bench.folder, "load")?, index)?;
    let sides = sides(bench, index)?;
    for side in &sides {
        let answer = side.get(&index.example());
        let expected = Some((200, index.range_bytes as usize));
        ensure!(answer == expected, "{} answers {answer:?}", side.name);
    }
    let mut measured: Vec<RangeSide> = sides.iter().map(RangeSide::new).collect();
    for _ in 0..bench.rounds {
        for (side, measured) in sides.iter().zip(&mut measured) {
            quiet.wait();
            let before = side.cpu_seconds()?;
            let turn = load.run(side, 0, bench.turn)?;
            measured.turns.push((turn, side.cpu_seconds()? - before));
        }
    }
    Ok(RangeFigures {
        records: bench.records,
        range_bytes: index.range_bytes,
        sides: measured,
    })
}

fn sides(bench: &Bench, index: &BenchIndex) -> anyhow::Result<Vec<Side>> {
    let ours = Side::tekser("tekser-server, `--log warn`", bench, index, "warn")?;
    let logging = Side::tekser(
        "tekser-server, a log line for each request",
        bench,
        index,
        "debug",
    )?;
    let bare = Side::bare_actix(bench, index.range_bytes, None)?;
    let bare_random = Side::bare_actix(bench, index.range_bytes, Some(&index.file))?;
    let mut sides = vec![ours, logging, bare, bare_random];
    for files in [Files::OpenedEachTime, Files::KeptOpen] {
        match Side::nginx(bench, index.range_bytes, files)? {
            Some(nginx) => sides.push(nginx),
            None => eprintln!("nginx is not installed (Debian: apt install nginx-light): left out"),
        }
    }
    Ok(sides)
}

impl RangeSide {
    fn new(side: &Side) -> Self {
        Self {
            name: side.name,
            turns: Vec::new(),
        }
    }

    fn median(&self, figure: impl Fn(&(Turn, f64)) -> f64) -> f64 {
        median(self.turns.iter().map(figure))
    }

    fn rate(&self) -> f64 {
        self.median(|(turn, _)| turn.requests as f64 / turn.seconds)
    }
}

impl RangeFigures {
    /// Returns the ranges per second of our server.
    pub(super) fn rate(&self) -> f64 {
        self.sides.first().map_or(f64::NAN, RangeSide::rate)
    }

    pub(super) fn comparisons(&self) -> Vec<Comparison> {
        let Some((ours, others)) = self.sides.split_first() else {
            return Vec::new();
        };
        let beside = |other: &RangeSide| {
            let reach = REACHES.iter().find(|(name, _)| *name == other.name);
            let rate = Comparison::more("`GET` of a range", "a second", ours.rate());
            rate.beside(other.name, other.rate(), reach.map(|(_, reach)| *reach))
        };
        others.iter().map(beside).collect()
    }
}

impl fmt::Display for RangeFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| `GET` range at random, {} bytes, index of {} records | a second | MB/s | median, ms | CPU of the server, µs a request | ours (`--log warn`) ÷ it |\n|---|--:|--:|--:|--:|--:|",
            self.range_bytes, self.records
        )?;
        let ours = self.rate();
        for side in &self.sides {
            writeln!(
                f,
                "| {} | {:.0} | {:.0} | {:.1} | {:.1} | {:.2} |",
                side.name,
                side.rate(),
                side.median(|(turn, _)| turn.bytes as f64 / turn.seconds / 1e6),
                side.median(|(turn, _)| turn.median * 1e3),
                side.median(|(turn, cpu)| cpu / turn.requests as f64 * 1e6),
                ours / side.rate()
            )?;
        }
        let turns = self.sides.first().map_or(0, |side| side.turns.len());
        writeln!(
            f,
            "\nMedians of {turns} turns, the sides in alternation; {} threads each, {CONNECTIONS} connections.",
            cores()
        )
    }
}
