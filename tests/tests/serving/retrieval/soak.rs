//! What do people notice of publications every few seconds at both institutions, and of one that is killed and started
//! again? No wrong answer, and never a range asked for by its name; the memory stays as it is.
//!
//! ```sh
//! TEKSER_SOAK_MINUTES=30 cargo test --workspace --test serving -- --ignored --nocapture retrieval::soak
//! ```

use std::env;
use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use exposure_index::client::{Client, ClientError, HttpTransport};
use serde_json::Value;
use tekser_tests::{Server, public_exposures, queries};

use super::Town;
use crate::truth::{input, shown};

const THREADS: usize = 4;
const BETWEEN_PUBLICATIONS: Duration = Duration::from_secs(20);
/// Publications between two ends of the second institution.
const BETWEEN_ENDS: u32 = 3;
/// How long it is away.
const AWAY: Duration = Duration::from_secs(5);
/// No server keeps many generations, so that other growth is visible.
const GRACE: [&str; 2] = ["--grace", "10s"];

/// Outcome of look-ups.
#[derive(Default)]
struct Counts {
    right: AtomicU64,
    wrong: AtomicU64,
    /// Refused because a server was away or the index was replaced; asked again by a person.
    failed: AtomicU64,
    /// Failed while nothing was away.
    inexplicable: AtomicU64,
}

impl Counts {
    fn add(&self, count: impl Fn(&Self) -> &AtomicU64) {
        count(self).fetch_add(1, Ordering::Relaxed);
    }
}

/// Resident memory of a server, in KiB.
fn resident(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("a process");
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .expect("a line");
    line.trim()
        .trim_end_matches(" kB")
        .parse()
        .expect("a number")
}

fn ask(
    client: &Client<HttpTransport>,
    questions: &[(Vec<u8>, Value)],
    away: &AtomicBool,
    stop: &AtomicBool,
    counts: &Counts,
    pause: Duration,
) {
    for (input, expected) in questions.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let was_away = away.load(Ordering::Relaxed);
        match client.look_up(input) {
            Ok(answer) if shown(&answer) == *expected => counts.add(|it| &it.right),
            Ok(_) => counts.add(|it| &it.wrong),
            Err(ClientError::Transport(_)) if was_away || away.load(Ordering::Relaxed) => {
                counts.add(|it| &it.failed);
            }
            Err(error) => {
                println!("failed although nobody was away: {error}");
                counts.add(|it| &it.inexplicable);
            }
        }
        thread::sleep(pause);
    }
}

/// Returns the time of a look-up without other load than that of all askers.
fn usual(town: &Town, questions: &[(Vec<u8>, Value)]) -> Duration {
    let begun = Instant::now();
    let all = 40;
    thread::scope(|scope| {
        for place in 0..THREADS {
            scope.spawn(move || {
                let client = town.client();
                for (input, _) in questions.iter().cycle().skip(place).take(all / THREADS) {
                    assert!(client.look_up(input).is_ok());
                }
            });
        }
    });
    begun.elapsed() * THREADS as u32 / all as u32
}

#[test]
#[ignore = "takes as many minutes as TEKSER_SOAK_MINUTES says"]
fn publications_and_the_end_of_an_institution_give_no_wrong_answer_and_name_no_range() {
    let minutes =
        env::var("TEKSER_SOAK_MINUTES").map_or(2.0, |text| text.parse().expect("minutes"));
    let lasting = Duration::from_secs_f64(60.0 * minutes);
    let mut town = Town::with_front(true, &GRACE, &GRACE);
    let question = |query: Value| Some((input(&query)?, public_exposures(&query)));
    let questions: Vec<(Vec<u8>, Value)> = queries().into_iter().filter_map(question).collect();
    let pause = usual(&town, &questions);
    println!("a look-up takes {pause:.1?} under full load; asked at half of it");
    let (stop, away, counts) = (
        AtomicBool::new(false),
        AtomicBool::new(false),
        Counts::default(),
    );
    let mut memory = Vec::new();
    let begun = Instant::now();
    thread::scope(|scope| {
        for place in 0..THREADS {
            let (client, questions) = (
                town.client(),
                &questions[place * questions.len() / THREADS..],
            );
            let (stop, away, counts) = (&stop, &away, &counts);
            scope.spawn(move || ask(&client, questions, away, stop, counts, pause));
        }
        let mut publications = 0;
        while begun.elapsed() < lasting {
            let next = Instant::now() + BETWEEN_PUBLICATIONS;
            town.publish();
            publications += 1;
            if publications % BETWEEN_ENDS == 1 {
                away.store(true, Ordering::Relaxed);
                town.university.signal(rustix::process::Signal::KILL);
                let _ = town.university.wait();
                thread::sleep(AWAY);
                town.restart_university(&GRACE);
                away.store(false, Ordering::Relaxed);
            }
            thread::sleep(
                next.saturating_duration_since(Instant::now())
                    .min(lasting.saturating_sub(begun.elapsed())),
            );
            memory.push([&town.front, &town.ministry].map(resident));
        }
        stop.store(true, Ordering::Relaxed);
        println!("{publications} publications");
    });
    let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let (right, wrong) = (count(&counts.right), count(&counts.wrong));
    let (failed, inexplicable) = (count(&counts.failed), count(&counts.inexplicable));
    println!(
        "{right} right, {wrong} wrong, {failed} failed while an institution was away, {inexplicable} otherwise"
    );
    println!("resident memory in KiB, front and ministry: {memory:?}");
    assert!(right > 0 && wrong == 0 && inexplicable == 0);
    assert_eq!(town.named(), 0, "a range was named");
    assert_flat(&memory);
}

/// The memory of the second half is not above that of the first by more than a tenth and 16 MiB.
fn assert_flat(memory: &[[u64; 2]]) {
    let (first, second) = memory.split_at(memory.len() / 2);
    for place in 0..2 {
        let most = |part: &[[u64; 2]]| part.iter().map(|one| one[place]).max().unwrap_or(0);
        let (before, after) = (most(first), most(second));
        assert!(
            first.is_empty() || after <= before + before / 10 + 16 * 1024,
            "from {before} to {after} KiB"
        );
    }
}
