use std::fmt;
use std::hint::black_box;
use std::time::{Duration, Instant};

use curve25519_dalek::{RistrettoPoint, Scalar};
use exposure_index::oprf::{BulkEvaluator, Inputs, SecretKey};
use rayon::ThreadPool;
use serde::Serialize;
use voprf::{Ristretto255, VoprfServer};

use super::comparison::{Comparison, Figures};

const SEED: [u8; 32] = [7; 32];
const INFO: &[u8] = b"tekser benchmark";
/// Evaluations per call; at 50 µs each, about a fifth of a second.
const INPUTS: usize = 4096;

/// Evaluations per second.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct OprfFigures {
    /// Cores of the pool.
    pub cores: usize,
    /// `voprf`'s `evaluate` in a loop, one core.
    pub voprf: f64,
    /// Bare multiplications of a point by a scalar in `curve25519-dalek`, one core: no evaluation can be faster.
    pub multiplication: f64,
    /// Our bulk evaluation, one core.
    pub bulk: f64,
    /// Our bulk evaluation on all cores.
    pub bulk_all_cores: f64,
}

/// Measures all of it in turns, `rounds` times, and takes each one's best.
///
/// # Errors
/// Fails if a library refuses the key.
pub fn measure_oprf(rounds: u32, pool: &ThreadPool) -> anyhow::Result<OprfFigures> {
    let key = SecretKey::derive(&SEED, INFO)?;
    let bulk = BulkEvaluator::new(&key);
    let theirs = VoprfServer::<Ristretto255>::new_from_seed(&SEED, INFO)
        .map_err(|error| anyhow::anyhow!("voprf refuses the key: {error:?}"))?;
    let texts: Vec<String> = (0..INPUTS)
        .map(|number| format!("tekser:1:phone:+7709{number:07}"))
        .collect();
    let mut inputs = Inputs::default();
    texts.iter().for_each(|text| inputs.push(text.as_bytes()));
    let points: Vec<RistrettoPoint> = (0..INPUTS as u64)
        .map(|number| RistrettoPoint::mul_base(&Scalar::from(number + 1)))
        .collect();
    let scalar = Scalar::from_bytes_mod_order([0x5a; 32]);

    let mut figures = OprfFigures {
        cores: pool.current_num_threads(),
        voprf: 0.0,
        multiplication: 0.0,
        bulk: 0.0,
        bulk_all_cores: 0.0,
    };
    for _ in 0..rounds {
        let voprf = rate(|| {
            for text in &texts {
                let _ = black_box(theirs.evaluate(text.as_bytes()));
            }
        });
        let multiplication = rate(|| {
            for point in &points {
                let _ = black_box(point * scalar);
            }
        });
        let one_core = rate(|| drop(black_box(bulk.tags(&inputs))));
        let all_cores = rate(|| drop(black_box(pool.install(|| bulk.par_tags(&inputs)))));
        figures.voprf = figures.voprf.max(voprf);
        figures.multiplication = figures.multiplication.max(multiplication);
        figures.bulk = figures.bulk.max(one_core);
        figures.bulk_all_cores = figures.bulk_all_cores.max(all_cores);
    }
    Ok(figures)
}

impl Figures for OprfFigures {
    fn comparisons(&self) -> Vec<Comparison> {
        let bulk = |rate| Comparison::more("bulk OPRF", "a second", rate);
        let one_core = |other| format!("{other}, one core each");
        vec![
            bulk(self.bulk).beside(one_core("`evaluate` of `voprf` in a loop"), self.voprf, 1.1),
            bulk(self.bulk).beside(
                one_core("bare multiplication in `curve25519-dalek`"),
                self.multiplication,
                None,
            ),
            bulk(self.bulk_all_cores).beside(
                format!(
                    "`voprf` on {} cores, if it had as many times its rate",
                    self.cores
                ),
                self.voprf * self.cores as f64,
                None,
            ),
        ]
    }
}

impl fmt::Display for OprfFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| OPRF | a second | × voprf | × bare multiplication |\n|---|--:|--:|--:|"
        )?;
        let all_cores = format!("bulk, {} cores", self.cores);
        for (what, rate) in [
            ("`voprf` `evaluate` in a loop, one core", self.voprf),
            ("bulk, one core", self.bulk),
            (&all_cores, self.bulk_all_cores),
            ("bare scalar multiplication, one core", self.multiplication),
        ] {
            writeln!(
                f,
                "| {what} | {rate:.0} | {:.2} | {:.2} |",
                rate / self.voprf,
                rate / self.multiplication
            )?;
        }
        Ok(())
    }
}

/// Returns the inputs per second that `work` processes, [`INPUTS`] per call, over at least half a second.
fn rate(mut work: impl FnMut()) -> f64 {
    let begun = Instant::now();
    let mut calls = 0_u32;
    while begun.elapsed() < Duration::from_millis(500) {
        work();
        calls += 1;
    }
    f64::from(calls) * INPUTS as f64 / begun.elapsed().as_secs_f64()
}
