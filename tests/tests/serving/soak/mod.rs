//! What do people notice of store, Redis, disk, certificate, generation and clock failing in turn? Nothing; the
//! operator sees each within ten seconds, and its end as well.
//!
//! ```sh
//! TEKSER_SOAK_MINUTES=30 cargo test --workspace --test serving -- --ignored --nocapture soak
//! ```

mod fault;
mod load;
mod outcome;
mod town;

use std::env;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

use fault::Fault;
use load::Load;
use outcome::Outcomes;
use town::Town;

/// The time in which a fault, and its end, must be seen.
const BOUND: Duration = Duration::from_secs(10);
/// How long the test waits for either, so that the table shows how late it was.
const PATIENCE: Duration = Duration::from_secs(120);
/// The duration in minutes by default.
const MINUTES: f64 = 2.0;

/// The duration of the test, and how long a fault lasts after it is seen: longer in a longer test, so that pauses grow.
fn lasting() -> (Duration, Duration) {
    let text = env::var("TEKSER_SOAK_MINUTES");
    let minutes = text.map_or(MINUTES, |text| text.parse().expect("minutes"));
    (
        Duration::from_secs_f64(60.0 * minutes),
        Duration::from_secs_f64(minutes.clamp(MINUTES, 20.0)),
    )
}

#[test]
#[ignore = "takes as many minutes as TEKSER_SOAK_MINUTES says, at least one round of all faults"]
fn answers_stay_right_whatever_fails_and_each_fault_is_seen_and_forgotten_in_time() {
    let mut town = Town::new();
    let faults: Vec<Fault> = Fault::ALL
        .into_iter()
        .filter(|one| one.is_possible(&town))
        .collect();
    let mut load = Load::of(&town);
    let capacity = load.measure(Duration::from_secs(5));
    load.limit(capacity / 2.0);
    println!("capacity {capacity:.0} look-ups per second, asked for half of it");
    let mut outcomes = Outcomes::default();
    let (begun, (lasting, fault_lasting)) = (Instant::now(), lasting());
    thread::scope(|scope| {
        let load = &load;
        let _stopping = load.stopping();
        let askers: Vec<_> = (0..load::THREADS)
            .map(|place| scope.spawn(move || load.ask(place)))
            .collect();
        while begun.elapsed() < lasting {
            faults
                .iter()
                .for_each(|fault| try_out(*fault, fault_lasting, &mut town, &mut outcomes));
        }
        load.stop.store(true, Ordering::Relaxed);
        for asker in askers {
            outcomes.answers.add(asker.join().expect("an asker"));
        }
    });
    println!("{outcomes}");
    outcomes.check(BOUND);
}

/// Begins and ends a fault, and records how long it took until each was seen.
fn try_out(fault: Fault, lasting: Duration, town: &mut Town, outcomes: &mut Outcomes) {
    fault.prepare(town);
    wait(town, |town| fault.is_over(town));
    fault.begin(town);
    let seen = wait(town, |town| !fault.is_over(town));
    thread::sleep(lasting);
    fault.end(town);
    let gone = wait(town, |town| fault.is_over(town));
    println!("{fault}: seen after {seen:.1?}, gone after {gone:.1?}");
    outcomes.note(fault, seen, gone);
}

/// The time until a condition held; [`PATIENCE`] if it never did.
fn wait(town: &Town, is_so: impl Fn(&Town) -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so(town) && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(50));
    }
    begun.elapsed()
}
