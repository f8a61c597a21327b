use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::time::Duration;

use exposure_index::process::causes;

use super::fault::Fault;

/// The outcome of look-ups.
#[derive(Default)]
pub(super) struct Answers {
    pub(super) right: u64,
    pub(super) wrong: u64,
    failed: u64,
    first_failure: Option<String>,
}

impl Answers {
    pub(super) fn fail(&mut self, error: &dyn Error) {
        self.failed += 1;
        self.first_failure.get_or_insert_with(|| causes(error));
    }

    pub(super) fn add(&mut self, other: Self) {
        self.right += other.right;
        self.wrong += other.wrong;
        self.failed += other.failed;
        self.first_failure = self.first_failure.take().or(other.first_failure);
    }
}

/// The outcome of the whole test.
#[derive(Default)]
pub(super) struct Outcomes {
    pub(super) answers: Answers,
    /// For each fault, the times until it was seen and until its end was seen.
    faults: BTreeMap<Fault, Vec<[Duration; 2]>>,
}

impl Outcomes {
    pub(super) fn note(&mut self, fault: Fault, seen: Duration, gone: Duration) {
        self.faults.entry(fault).or_default().push([seen, gone]);
    }

    /// # Panics
    /// Panics if an answer was wrong or missing, or anything was not seen within `bound`.
    pub(super) fn check(&self, bound: Duration) {
        let Answers {
            right,
            wrong,
            failed,
            first_failure,
        } = &self.answers;
        assert!(
            *right > 0 && *wrong == 0,
            "{wrong} answers of {right} are wrong"
        );
        assert_eq!(*failed, 0, "not answered: {first_failure:?}");
        let late = self
            .faults
            .iter()
            .filter(|(_, times)| longest(times).iter().any(|time| *time > bound));
        let late: Vec<String> = late.map(|(fault, _)| fault.to_string()).collect();
        assert!(late.is_empty(), "not seen within {bound:?}: {late:?}");
    }
}

fn longest(times: &[[Duration; 2]]) -> [Duration; 2] {
    [0, 1].map(|place| times.iter().map(|one| one[place]).max().unwrap_or_default())
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "\n| fault | times | seen after at most, s | gone after at most, s |"
        )?;
        writeln!(f, "|---|--:|--:|--:|")?;
        for (fault, times) in &self.faults {
            let [seen, gone] = longest(times).map(|time| time.as_secs_f64());
            writeln!(f, "| {fault} | {} | {seen:.1} | {gone:.1} |", times.len())?;
        }
        let Answers {
            right,
            wrong,
            failed,
            ..
        } = &self.answers;
        writeln!(
            f,
            "\nlook-ups: {right} right, {wrong} wrong, {failed} not answered"
        )
    }
}
