//! Has the client paid with work?
//!
//! The work is ALTCHA's protocol, version 2, by the crate `altcha`: find a counter whose PBKDF2-HMAC-SHA-256 begins
//! with zeros, as many as the challenge says. Issuing a challenge takes one HMAC; a solution is verified by one
//! derivation, which takes at most half a millisecond of a core (`puzzle.rs`). `PROTOCOL.md` says what a client does.
//!
//! # What it is worth
//!
//! At the [base effort](Effort::BASE) an element costs 10⁶ iterations on average, 0.12 s of a core that makes 2000 in
//! 0.24 ms. All 7·10⁸ plausible IINs cost 7·10¹⁴ iterations, which is 2.7 years of one such core; under full load 21
//! years. That is the figure for processors. One of the best graphics cards of 2022 makes about 9·10⁹ iterations per
//! second (hashcat's benchmark of mode 10900) and needs 22 hours for the same, a week under full load. So the work
//! makes a sweep visible and expensive for attackers with browsers or botnets; what bounds a sweep with graphics cards
//! are the quotas of [`limits`](crate::limits). PBKDF2 was chosen because every browser has it; a memory-hard function,
//! which would help, is not.
//!
//! A client that sends a wrong solution costs the server a derivation, and loses the challenge. So no more derivations
//! are made than challenges are issued, and the caller that issues them bounds their number: see
//! [`challenges_a_second`].
//!
//! # What was reviewed in `altcha` 1.1.0
//!
//! - Signatures are HMAC-SHA-256 by RustCrypto.
//! - The signed text is the JSON of the *parsed* parameters with sorted keys, so white space, order and unknown members
//!   of the received JSON have no influence, and every parameter that is acted upon is signed. Algorithm and cost are
//!   used only after the signature was checked.
//! - Expiry is checked before the signature, so a forged challenge may be called expired. Both are refused.
//! - The key is derived again from `counter`, and compared with `derivedKey` in constant time. `time` is not checked.
//! - Nonce and salt are 16 bytes each of `rand`'s thread generator, seeded by the operating system.
//! - Input is not bounded; we bound the header to 4 KiB before it is decoded. Malformed hexadecimal is a wrong
//!   solution, not a panic.
//! - Its errors quote parameters; they are not shown to clients.
//! - Replay is left to the caller: `spent.rs`.
//!
//! A challenge is bound to no client and no request until its solution is used: solutions can be prepared for the five
//! minutes that they are valid, at the effort of the moment they were issued.

mod challenger;
mod effort;
mod fault;
mod header;
#[cfg_attr(not(feature = "redis"), path = "no_redis.rs")]
mod in_redis;
mod load;
mod puzzle;
mod spent;

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use jiff::Timestamp;
use serde_json::Value;

use challenger::Challenger;
pub(crate) use effort::{Effort, Mode};
pub(crate) use fault::{ChallengeError, WorkFault};
use in_redis::SharedSolutions;
use load::Load;
use spent::{Past, SpentSolutions};

use crate::redis::RedisClient;

/// Settings of the work that is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    /// Effort for one element without load.
    pub(crate) base: Effort,
    /// Seconds from issuing a challenge to its expiry.
    pub(crate) lifetime_seconds: u32,
    /// Evaluations per second that this server can do; in [`Mode::Auto`] the effort is full when it does as many.
    pub(crate) capacity: f64,
    /// Maximum number of used solutions that are remembered. More than `capacity` times the lifetime are never needed.
    pub(crate) spent_kept: usize,
}

/// Challenges per second and core. Checking the solution of each, right or wrong, takes two thirds of the core at most.
const CHALLENGES_A_CORE: f64 = 1000.0;

/// Returns the challenges per second that this machine can issue, check the solutions of, and remember until they
/// expire.
#[must_use]
pub(crate) fn challenges_a_second() -> u32 {
    // Cannot overflow: a cast from f64 saturates.
    let checked = (cores() * CHALLENGES_A_CORE) as u32;
    checked.min((SPENT_KEPT / 2) as u32 / LIFETIME_SECONDS)
}

/// Lifetime of a challenge, in seconds.
const LIFETIME_SECONDS: u32 = 300;

/// Maximum number of used solutions that are remembered.
const SPENT_KEPT: usize = 1 << 20;

/// Assumed evaluations per second of one core: a request of one element is an evaluation and a proof, about four
/// scalar multiplications.
const EVALUATIONS_A_CORE: f64 = 4000.0;

impl Settings {
    /// Returns the default for calls of which one core answers this many per second.
    #[must_use]
    pub(crate) fn of_calls(a_core: f64) -> Self {
        Self {
            capacity: cores() * a_core,
            ..Self::default()
        }
    }
}

impl Default for Settings {
    /// Returns the base effort, five minutes, and the capacity of this machine's cores.
    fn default() -> Self {
        Self {
            base: Effort::BASE,
            lifetime_seconds: LIFETIME_SECONDS,
            capacity: cores() * EVALUATIONS_A_CORE,
            spent_kept: SPENT_KEPT,
        }
    }
}

/// Asks for work, and checks that it was done.
///
/// Alone, it has a random secret that lives as long as the process: after a restart clients are asked again. Where it
/// shares, the secret follows from the evaluator's key, so that any of the evaluators
/// accepts what another asked for, and a solution that was used at one of them is used for all.
pub(crate) struct Work {
    mode: Mode,
    base: Effort,
    challenger: Challenger,
    load: Load,
    spent: SpentSolutions,
    common: Option<SharedSolutions>,
}

impl Work {
    /// Starts without load and with nothing spent. Alone, it has a fresh secret; where it shares, challenges and used
    /// solutions are shared with the other evaluators. The settings are the default.
    ///
    /// # Errors
    /// Fails if the operating system's random number generator failed.
    pub(crate) fn new(
        mode: Mode,
        shared: Option<&Arc<RedisClient>>,
    ) -> Result<Self, getrandom::Error> {
        Self::with_settings(mode, &Settings::default(), shared)
    }

    /// Does the same with other settings.
    ///
    /// # Errors
    /// Fails if the operating system's random number generator failed.
    pub(crate) fn with_settings(
        mode: Mode,
        settings: &Settings,
        shared: Option<&Arc<RedisClient>>,
    ) -> Result<Self, getrandom::Error> {
        let lifetime = u64::from(settings.lifetime_seconds);
        let common = |shared| SharedSolutions::new(shared, lifetime);
        Ok(Self {
            mode,
            base: settings.base,
            challenger: challenger(lifetime, shared)?,
            load: Load::new(settings.capacity, Instant::now()),
            spent: SpentSolutions::new(lifetime, settings.spent_kept),
            common: shared.cloned().map(common),
        })
    }

    /// Returns whether work is asked for even without load.
    #[must_use]
    pub(crate) fn is_always(&self) -> bool {
        self.mode == Mode::On
    }

    /// Returns the effort asked for now; `None` if no work is wanted.
    #[must_use]
    pub(crate) fn demand(&self) -> Option<Effort> {
        self.demand_at(Instant::now())
    }

    fn demand_at(&self, now: Instant) -> Option<Effort> {
        match self.mode {
            Mode::Off => None,
            Mode::On => Some(self.base.full()),
            Mode::Auto => Some(self.base.at_load(self.load.at(now))),
        }
    }

    /// Records evaluated elements.
    pub(crate) fn record(&self, elements: usize) {
        self.load.record(elements, Instant::now());
    }

    /// Issues a challenge for a request of `elements`, at the effort asked for now (the base effort if no work is
    /// wanted). It costs an HMAC; checking its solution will cost more, so it should be counted in the quotas.
    ///
    /// # Errors
    /// [`ChallengeError`] if the library fails, which it does not.
    pub(crate) fn challenge(&self, elements: usize) -> Result<Value, ChallengeError> {
        let effort = self.demand().unwrap_or(self.base);
        let challenge = self.challenger.issue(effort, elements, unix_seconds())?;
        Ok(serde_json::to_value(challenge)?)
    }

    /// Checks that a request of `elements` with this body may be answered, given its `Altcha` header. The same body
    /// may come again with the same solution until the challenge expires. A wrong solution uses its challenge up.
    ///
    /// # Errors
    /// [`WorkFault`] if work is wanted and the header does not show it.
    pub(crate) async fn check(
        &self,
        header: Option<&[u8]>,
        elements: usize,
        body: &[u8],
    ) -> Result<(), WorkFault> {
        if self.mode == Mode::Off {
            return Ok(());
        }
        let payload = header::payload(header.ok_or(WorkFault::Missing)?)?;
        let now = unix_seconds();
        let signature = self.challenger.check(&payload.challenge, elements, now)?;
        let short = spent::shortened(&signature);
        match self.spent.past(&short, body) {
            Some(Past::Used) => return Err(WorkFault::Spent),
            Some(Past::Good) => {}
            None if self.challenger.is_solved(&payload) => {}
            None => {
                self.spent.burn(&short, now);
                return Err(WorkFault::Wrong);
            }
        }
        let unspent = self.claim(&signature, body).await;
        unspent.then_some(()).ok_or(WorkFault::Spent)
    }

    /// Returns whether the solution may be used for this body. What Redis allows is remembered here too, so that it is
    /// known if Redis goes or forgets; what it refuses is not, or the refused body would be taken for the first one.
    async fn claim(&self, signature: &[u8; 32], body: &[u8]) -> bool {
        if let Some(common) = &self.common
            && common.claim(signature, body).await == Some(false)
        {
            return false;
        }
        let short = spent::shortened(signature);
        self.spent.claim(&short, body, unix_seconds())
    }

    /// Frees the memory of solutions that have expired; call it about every minute.
    pub(crate) fn sweep(&self) {
        self.spent.sweep(unix_seconds());
    }

    /// Returns the number of used solutions in memory, for a metric.
    #[must_use]
    pub(crate) fn spent(&self) -> usize {
        self.spent.len()
    }
}

fn challenger(
    lifetime: u64,
    shared: Option<&Arc<RedisClient>>,
) -> Result<Challenger, getrandom::Error> {
    let Some(shared) = shared else {
        return Challenger::new(lifetime);
    };
    Ok(Challenger::with_secret(
        shared.secret("challenges"),
        lifetime,
    ))
}

fn cores() -> f64 {
    thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

fn unix_seconds() -> u64 {
    Timestamp::now().as_second().try_into().unwrap_or(0)
}

#[cfg(test)]
mod tests;
