//! If an index is replaced during a look-up, the client asks again.

use std::cell::Cell;

use exposure_index::client::{ClientError, Doubt, Request};
use exposure_index::messages::ProblemKind;

use super::look_up;
use super::site::{About, Liar, Site, about, exposures, input, json, problem};

/// A look-up during which the first `times` ranges, or catalogues, are gone, and how often it began.
fn begun(retired: About, times: usize) -> (Result<usize, ClientError>, usize) {
    let site = Site::new(2);
    let left = Cell::new(times);
    let liar = Liar(|request: &Request<'_>| {
        if about(request) == retired && left.get() > 0 {
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
    for retired in [About::Range, About::Catalogue] {
        for times in 0..3 {
            let answered = (Ok(exposures(6).len()), times + 1);
            assert_eq!(begun(retired, times), answered);
        }
        assert_eq!(begun(retired, 3), (Err(ClientError::Replaced), 3));
    }
}

#[test]
fn a_catalogue_of_another_generation_names_nothing() {
    let site = Site::new(1);
    let liar = Liar(|request: &Request<'_>| {
        let mut document = site.catalogue();
        "20260102-030405-ffffffff".clone_into(&mut document.generation);
        match about(request) {
            About::Catalogue => json(&document),
            _ => site.answer(request),
        }
    });
    let refused = look_up(liar, &input(6)).err();
    assert_eq!(refused, Some(ClientError::Doubted(Doubt::Catalogue)));
}
