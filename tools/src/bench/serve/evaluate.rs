use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use exposure_index::oprf::{Element, OprfError, Proof, SecretKey, blind, blind_evaluate, load_key};

use super::index::BenchIndex;
use super::load::Load;
use super::quiet::Quiet;
use super::side::Side;
use super::{Bench, cores, median, proc, scratch};

/// `POST` evaluate with one element, against the cryptography alone.
pub(super) struct EvaluateFigures {
    bare: Vec<Rate>,
    served: Vec<Rate>,
}

#[derive(Clone, Copy)]
struct Rate {
    /// Evaluations a second.
    a_second: f64,
    /// CPU seconds of the process for each.
    cpu: f64,
}

type Encoded = [u8; Element::LENGTH];

pub(super) fn measure(
    bench: &Bench,
    index: &BenchIndex,
    quiet: &mut Quiet,
) -> anyhow::Result<EvaluateFigures> {
    let load = Load::new(&scratch(&bench.folder, "load")?, index)?;
    let key = load_key(&[&index.key])?;
    let elements: Vec<Encoded> = (0..512_u32)
        .map(|number| Ok(blind(&number.to_be_bytes())?.1.to_bytes()))
        .collect::<anyhow::Result<_>>()?;
    let side = Side::tekser("tekser-server", bench, index, "warn")?;
    let mut figures = EvaluateFigures {
        bare: Vec::new(),
        served: Vec::new(),
    };
    for _ in 0..bench.rounds {
        quiet.wait();
        figures.bare.push(bare(&key, &elements, bench.turn)?);
        quiet.wait();
        figures.served.push(served(&load, &side, bench.turn)?);
    }
    Ok(figures)
}

fn served(load: &Load, side: &Side, time: Duration) -> anyhow::Result<Rate> {
    let before = side.cpu_seconds()?;
    let turn = load.run(side, 100, time)?;
    Ok(Rate {
        a_second: turn.requests as f64 / turn.seconds,
        cpu: (side.cpu_seconds()? - before) / turn.requests as f64,
    })
}

/// Blind evaluation with its proof, from bytes to bytes, in a loop on all cores.
fn bare(key: &SecretKey, elements: &[Encoded], time: Duration) -> anyhow::Result<Rate> {
    let own = std::process::id();
    let (begun, before) = (Instant::now(), proc::cpu_seconds(own)?);
    let evaluations = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| evaluations.fetch_add(loop_for(key, elements, time), Ordering::Relaxed));
        }
    });
    let evaluations = evaluations.into_inner() as f64;
    Ok(Rate {
        a_second: evaluations / begun.elapsed().as_secs_f64(),
        cpu: (proc::cpu_seconds(own)? - before) / evaluations,
    })
}

fn loop_for(key: &SecretKey, elements: &[Encoded], time: Duration) -> u64 {
    let begun = Instant::now();
    let evaluations = elements.iter().cycle().map(|element| {
        let _ = black_box(answer(key, element));
    });
    evaluations.take_while(|()| begun.elapsed() < time).count() as u64
}

/// What the cryptography takes and gives of an answer's bytes.
fn answer(key: &SecretKey, element: &Encoded) -> Result<(Encoded, [u8; Proof::LENGTH]), OprfError> {
    let element = Element::from_bytes(element)?;
    let (evaluated, proof) = blind_evaluate(key, &[element])?;
    Ok((evaluated[0].to_bytes(), proof.to_bytes()))
}

impl fmt::Display for EvaluateFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let a_second = |rates: &[Rate]| median(rates.iter().map(|rate| rate.a_second));
        let cpu = |rates: &[Rate]| median(rates.iter().map(|rate| rate.cpu));
        writeln!(
            f,
            "| `POST` evaluate, one element | a second | CPU, µs each |\n|---|--:|--:|"
        )?;
        for (name, rates) in [
            (
                "bare cryptography, from bytes to bytes, on all cores",
                &self.bare,
            ),
            ("tekser-server", &self.served),
        ] {
            writeln!(
                f,
                "| {name} | {:.0} | {:.1} |",
                a_second(rates),
                1e6 * cpu(rates)
            )?;
        }
        writeln!(
            f,
            "| server ÷ bare: a second, `wrk` on the same cores; by CPU of the server alone | {:.3} | {:.3} |",
            a_second(&self.served) / a_second(&self.bare),
            cpu(&self.bare) / cpu(&self.served)
        )
    }
}
