//! An index that is replaced while it is asked is asked anew.

use std::cell::Cell;

use exposure_index::client::{ClientError, Request};
use exposure_index::messages::ProblemKind;

use super::look_up;
use super::site::{About, Liar, Site, about, exposures, input, json, problem};

/// A look-up during which the first `times` ranges are gone, and how often it began.
fn retired(times: usize) -> (Result<usize, ClientError>, usize) {
    let site = Site::new(2);
    let left = Cell::new(times);
    let liar = Liar(|request: &Request<'_>| {
        if about(request) == About::Range && left.get() > 0 {
            left.set(left.get() - 1);
            return problem(ProblemKind::Retired);
        }
        site.answer(request)
    });
    let found = look_up(liar, &input(6)).map(|answer| answer.exposures.len());
    let asked = site.asked.borrow();
    (
        found,
        asked.iter().filter(|(path, _)| path == "/v1/index").count(),
    )
}

#[test]
fn a_retired_generation_is_left_for_the_next_three_times_at_most() {
    for times in 0..3 {
        assert_eq!(retired(times), (Ok(exposures(6).len()), times + 1));
    }
    assert_eq!(retired(3), (Err(ClientError::Replaced), 3));
}

/// A look-up during which the first `times` catalogues are of another generation.
fn stale(times: usize) -> Result<usize, ClientError> {
    let site = Site::new(1);
    let left = Cell::new(times);
    let liar = Liar(|request: &Request<'_>| {
        let mut document = site.catalogue();
        if about(request) != About::Catalogue || left.get() == 0 {
            return site.answer(request);
        }
        left.set(left.get() - 1);
        "20260102-030405-ffffffff".clone_into(&mut document.generation);
        json(&document)
    });
    look_up(liar, &input(6)).map(|answer| answer.exposures.len())
}

#[test]
fn a_catalogue_of_another_generation_names_nothing() {
    assert_eq!(stale(2), Ok(exposures(6).len()));
    assert_eq!(stale(3), Err(ClientError::Replaced));
}
