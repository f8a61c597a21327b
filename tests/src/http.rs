use ureq::http::Response;
use ureq::{Agent, Body};

/// A client that says what the server answers as it is: no error for a status, no redirect followed.
#[must_use]
pub fn agent() -> Agent {
    let config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0);
    config.build().into()
}

/// Returns a header's text; empty if there is none.
///
/// # Panics
/// Panics if it is not text.
#[must_use]
pub fn header<'a>(answer: &'a Response<Body>, name: &str) -> &'a str {
    let value = answer.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

/// Returns the body of a good request for the evaluation of these logins.
///
/// # Panics
/// Panics if the operating system's random number generator failed.
#[must_use]
pub fn evaluation_of(logins: impl IntoIterator<Item = String>) -> String {
    let blinded: Vec<String> = logins
        .into_iter()
        .map(|login| {
            let input = format!("tekser:1:login:{login}");
            let (_, element) = exposure_index::oprf::blind(input.as_bytes()).expect("an element");
            exposure_index::messages::encode(&element.to_bytes())
        })
        .collect();
    serde_json::json!({ "blinded": blinded }).to_string()
}
