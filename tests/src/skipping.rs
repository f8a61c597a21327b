use crate::is_root;

/// Set by `cargo check-all`, which installs what tests need if it is run by root.
const EVERY_TEST: &str = "TEKSER_EVERY_TEST";

/// Prints that a test is skipped because something is missing.
///
/// # Panics
/// Panics if every test must be run, and we are root, who can have everything that they need.
pub fn skip(missing: &str) {
    let must_run = is_root() && std::env::var_os(EVERY_TEST).is_some();
    assert!(!must_run, "{missing}, and no test may be skipped");
    eprintln!("SKIPPED: {missing}");
}
