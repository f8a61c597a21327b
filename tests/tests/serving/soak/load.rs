use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use exposure_index::client::{Client, HttpTransport, Patience};
use serde_json::Value;
use tekser_tests::{public_exposures, queries};

use super::outcome::Answers;
use super::town::Town;
use crate::truth::{input, shown};

/// The number of concurrent clients.
pub(super) const THREADS: usize = 4;

/// Clients that look up identifiers with known answers, at every server in turn.
pub(super) struct Load {
    bases: Vec<String>,
    questions: Vec<(Vec<u8>, Value)>,
    /// Look-ups per second of all clients together; without a limit, as many as are answered.
    rate: Option<f64>,
    pub(super) stop: AtomicBool,
}

/// Ends the load when it is dropped, as when a test fails.
pub(super) struct StopOnDrop<'a>(&'a AtomicBool);

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Load {
    pub(super) fn of(town: &Town) -> Self {
        let question = |query: Value| Some((input(&query)?, public_exposures(&query)));
        Self {
            bases: town.bases(),
            questions: queries().into_iter().filter_map(question).collect(),
            rate: None,
            stop: AtomicBool::new(false),
        }
    }

    pub(super) fn limit(&mut self, rate: f64) {
        self.rate = Some(rate);
    }

    pub(super) fn stopping(&self) -> StopOnDrop<'_> {
        StopOnDrop(&self.stop)
    }

    /// Returns the number of look-ups per second that are answered without other load.
    pub(super) fn measure(&mut self, time: Duration) -> f64 {
        let begun = Instant::now();
        let answers = thread::scope(|scope| {
            let load = &*self;
            let askers: Vec<_> = (0..THREADS)
                .map(|place| scope.spawn(move || load.ask(place)))
                .collect();
            thread::sleep(time);
            load.stop.store(true, Ordering::Relaxed);
            let mut answers = Answers::default();
            for asker in askers {
                answers.add(asker.join().expect("an asker"));
            }
            answers
        });
        *self.stop.get_mut() = false;
        answers.right as f64 / begun.elapsed().as_secs_f64()
    }

    /// Asks until the load is stopped. Each request is sent once: one that is not answered is a failure.
    pub(super) fn ask(&self, place: usize) -> Answers {
        let patience = Patience {
            attempts: 1,
            ..Patience::default()
        };
        let client = |base: &String| {
            let client = Client::over_http(base).expect("a URL").without_trust();
            client.with_patience(patience)
        };
        let clients: Vec<Client<HttpTransport>> = self.bases.iter().map(client).collect();
        let turns = self
            .questions
            .iter()
            .cycle()
            .skip(place * self.questions.len() / THREADS);
        let (begun, mut answers) = (Instant::now(), Answers::default());
        for ((question, client), number) in turns.zip(clients.iter().cycle()).zip(0_u32..) {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let (input, expected) = question;
            match client.look_up(input) {
                Ok(answer) if shown(&answer) == *expected => answers.right += 1,
                Ok(_) => answers.wrong += 1,
                Err(error) => answers.fail(&error),
            }
            if let Some(rate) = self.rate {
                let due = Duration::from_secs_f64(f64::from(number) * THREADS as f64 / rate);
                thread::sleep(due.saturating_sub(begun.elapsed()));
            }
        }
        answers
    }
}
