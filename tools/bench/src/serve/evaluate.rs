//! How fast is an evaluation served, compared with the cryptography alone?

use std::fmt;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{anyhow, ensure};
use exposure_index::oprf::{Element, OprfError, Proof, SecretKey, blind, blind_evaluate, load_key};
use rand_core::OsRng;
use serde::Serialize;
use voprf::{BlindedElement, Ristretto255, VoprfServer};

use super::index::BenchIndex;
use super::load::Load;
use super::side::Side;
use super::{Bench, scratch};
use crate::comparison::Comparison;
use crate::machine::cores;
use crate::median;
use crate::proc;
use crate::quiet::Quiet;

/// `POST` evaluate with one element, against the cryptography alone: that of `voprf`, and our own.
#[derive(Serialize)]
pub(super) struct EvaluateFigures {
    voprf: Vec<Rate>,
    bare: Vec<Rate>,
    served: Vec<Rate>,
}

#[derive(Clone, Copy, Serialize)]
struct Rate {
    /// Evaluations per second.
    a_second: f64,
    /// CPU seconds of the process per evaluation.
    cpu: f64,
}

type EncodedElement = [u8; Element::LENGTH];

pub(super) fn measure(
    bench: &Bench,
    index: &BenchIndex,
    quiet: &mut Quiet,
) -> anyhow::Result<EvaluateFigures> {
    let load = Load::new(&scratch(&bench.folder, "load")?, index)?;
    let key = load_key(&[&index.key])?;
    let elements: Vec<EncodedElement> = (0..512_u32)
        .map(|number| Ok(blind(&number.to_be_bytes())?.1.to_bytes()))
        .collect::<anyhow::Result<_>>()?;
    let theirs = VoprfServer::<Ristretto255>::new_with_key(&*key.to_bytes())
        .map_err(|error| anyhow!("voprf refuses the key: {error:?}"))?;
    let side = Side::tekser("tekser-server", bench, index, "warn")?;
    let mut figures = EvaluateFigures {
        voprf: Vec::new(),
        bare: Vec::new(),
        served: Vec::new(),
    };
    for _ in 0..bench.rounds {
        quiet.wait();
        let voprf = bare(&elements, bench.turn, |element| {
            black_box(answer_of_voprf(&theirs, element)).is_ok()
        });
        figures.voprf.push(voprf?);
        quiet.wait();
        let own = bare(&elements, bench.turn, |element| {
            black_box(answer(&key, element)).is_ok()
        });
        figures.bare.push(own?);
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
fn bare(
    elements: &[EncodedElement],
    time: Duration,
    answer: impl Fn(&EncodedElement) -> bool + Sync,
) -> anyhow::Result<Rate> {
    let own = std::process::id();
    let (begun, before) = (Instant::now(), proc::cpu_seconds(own)?);
    let evaluations = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..cores() {
            scope.spawn(|| {
                let answered = elements.iter().cycle().map(&answer);
                let answered = answered.take_while(|right| *right && begun.elapsed() < time);
                evaluations.fetch_add(answered.count() as u64, Ordering::Relaxed)
            });
        }
    });
    ensure!(begun.elapsed() >= time, "an element was not evaluated");
    let evaluations = evaluations.into_inner() as f64;
    Ok(Rate {
        a_second: evaluations / begun.elapsed().as_secs_f64(),
        cpu: (proc::cpu_seconds(own)? - before) / evaluations,
    })
}

/// What the cryptography takes and gives of an answer's bytes.
fn answer(
    key: &SecretKey,
    element: &EncodedElement,
) -> Result<(EncodedElement, [u8; Proof::LENGTH]), OprfError> {
    let element = Element::from_bytes(element)?;
    let (evaluated, proof) = blind_evaluate(key, &[element])?;
    Ok((evaluated[0].to_bytes(), proof.to_bytes()))
}

/// Does the same with `voprf`.
fn answer_of_voprf(
    key: &VoprfServer<Ristretto255>,
    element: &EncodedElement,
) -> Result<(impl Sized, impl Sized), voprf::Error> {
    let element = BlindedElement::<Ristretto255>::deserialize(element)?;
    let evaluated = key.blind_evaluate(&mut OsRng, &element);
    Ok((evaluated.message.serialize(), evaluated.proof.serialize()))
}

impl EvaluateFigures {
    /// Returns the evaluations per second of the server.
    pub(super) fn rate(&self) -> f64 {
        a_second(&self.served)
    }

    pub(super) fn comparisons(&self) -> Vec<Comparison> {
        let served = || Comparison::more("`POST` evaluate", "a second", self.rate());
        vec![
            served().beside("bare cryptography of `voprf`", a_second(&self.voprf), 0.85),
            served().beside("our own bare cryptography", a_second(&self.bare), None),
        ]
    }
}

impl fmt::Display for EvaluateFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cpu = |rates: &[Rate]| median(rates.iter().map(|rate| rate.cpu));
        writeln!(
            f,
            "| `POST` evaluate, one element | a second | CPU, µs each |\n|---|--:|--:|"
        )?;
        for (name, rates) in [
            (
                "bare cryptography of `voprf`, from bytes to bytes, on all cores",
                &self.voprf,
            ),
            ("our own bare cryptography, the same", &self.bare),
            ("tekser-server", &self.served),
        ] {
            writeln!(
                f,
                "| {name} | {:.0} | {:.1} |",
                a_second(rates),
                1e6 * cpu(rates)
            )?;
        }
        for (name, bare) in [("`voprf`", &self.voprf), ("our own", &self.bare)] {
            writeln!(
                f,
                "| server ÷ {name}: a second, `wrk` on the same cores; by CPU of the server alone | {:.3} | {:.3} |",
                a_second(&self.served) / a_second(bare),
                cpu(bare) / cpu(&self.served)
            )?;
        }
        Ok(())
    }
}

/// Returns the median.
fn a_second(rates: &[Rate]) -> f64 {
    median(rates.iter().map(|rate| rate.a_second))
}
