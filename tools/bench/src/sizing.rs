use std::fmt;

use super::build::BuildFigures;
use super::machine::cores;
use super::serve::ServeFigures;

/// Numbers of identifiers that an index may have to hold.
const IDENTIFIERS: [f64; 3] = [16e6, 200e6, 10e9];
/// Numbers of look-ups per second.
const LOOKUPS: [f64; 3] = [10.0, 1_000.0, 20_000.0];
/// Cores of the machine that builds.
const BUILDERS: f64 = 16.0;
/// Maximum load of servers, so that answers do not wait.
const BUSY: f64 = 0.5;

/// Typical cloud prices of 2026, in dollars; yours differ.
const CORE_HOUR: f64 = 0.04;
const GIGABYTE_SENT: f64 = 0.01;
const HOURS_A_MONTH: f64 = 730.0;

/// Needs of a service of a size, computed from what was measured in this run.
pub struct Sizing {
    /// Identifiers that a core builds per second.
    built: f64,
    /// Bytes of an index per identifier.
    bytes: f64,
    /// Evaluations that a core answers per second.
    evaluated: f64,
    /// Ranges that a core answers per second.
    ranges: f64,
    /// Bytes of a range.
    range_bytes: f64,
}

impl Sizing {
    /// Computes them from a measured build and server.
    #[must_use]
    pub fn of(build: &BuildFigures, serve: &ServeFigures) -> Self {
        let each = |rate: f64| rate / cores() as f64;
        Self {
            built: each(build.rate()),
            bytes: build.bytes_each(),
            evaluated: each(serve.evaluations_a_second()),
            ranges: each(serve.ranges_a_second()),
            range_bytes: f64::from(serve.range_bytes()),
        }
    }

    fn build_hours(&self, identifiers: f64) -> f64 {
        identifiers / (self.built * BUILDERS) / 3600.0
    }

    /// Cores of evaluators and of range servers.
    fn cores(&self, lookups: f64) -> [f64; 2] {
        [self.evaluated, self.ranges].map(|rate| (lookups / (rate * BUSY)).ceil())
    }

    fn bytes_a_second(&self, lookups: f64) -> f64 {
        lookups * self.range_bytes
    }
}

impl fmt::Display for Sizing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| million identifiers | hours to build on {BUILDERS} cores | dollars for that | index, GB |\n|--:|--:|--:|--:|"
        )?;
        for identifiers in IDENTIFIERS {
            let hours = self.build_hours(identifiers);
            writeln!(
                f,
                "| {} | {hours:.2} | {:.2} | {:.2} |",
                identifiers / 1e6,
                hours * BUILDERS * CORE_HOUR,
                identifiers * self.bytes / 1e9
            )?;
        }
        writeln!(
            f,
            "\n| look-ups per second | cores of evaluators | cores of ranges | Mbit/s of ranges | dollars a month for cores | if all month, dollars for bytes |\n|--:|--:|--:|--:|--:|--:|"
        )?;
        for lookups in LOOKUPS {
            let [evaluators, ranges] = self.cores(lookups);
            let sent = self.bytes_a_second(lookups);
            writeln!(
                f,
                "| {lookups} | {evaluators} | {ranges} | {:.0} | {:.0} | {:.0} |",
                8.0 * sent / 1e6,
                (evaluators + ranges) * CORE_HOUR * HOURS_A_MONTH,
                sent * 3600.0 * HOURS_A_MONTH / 1e9 * GIGABYTE_SENT
            )?;
        }
        Ok(())
    }
}
