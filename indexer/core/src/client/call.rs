//! How is one call made? With work and patience, as the server asks for them.

use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;
use url::Url;

use super::{
    ClientError, Doubt, Method, Patience, Request, Response, Transport, TransportError, work,
};
use crate::messages::{Problem, ProblemKind};

const JSON: &str = "application/json";
const OK: u16 = 200;
const SLOW: u16 = ProblemKind::Slow.status();
const RETIRED: u16 = ProblemKind::Retired.status();
const WORK_REQUIRED: u16 = ProblemKind::WorkRequired.status();
const TOO_MANY: u16 = ProblemKind::TooMany.status();
const UNAVAILABLE: u16 = ProblemKind::Unavailable.status();

/// Longest document except the catalogue. Every answer may be this long, since it may be a problem document.
pub(super) const MAX_DOCUMENT: u64 = 64 << 10;
/// Wait if the server names none.
const USUAL_WAIT: Duration = Duration::from_secs(1);
/// Longest detail of a problem that is passed on, in characters.
const MAX_DETAIL: usize = 200;

/// A request that is repeated until it is answered.
pub(super) struct Call<'a> {
    method: Method,
    url: &'a Url,
    body: &'a [u8],
    content: &'static str,
    most: u64,
}

impl<'a> Call<'a> {
    /// Gets at most `most` bytes from `url`.
    pub(super) const fn get(url: &'a Url, most: u64) -> Self {
        Self {
            method: Method::Get,
            url,
            body: &[],
            content: JSON,
            most: if most > MAX_DOCUMENT {
                most
            } else {
                MAX_DOCUMENT
            },
        }
    }

    /// Sends a JSON document.
    pub(super) const fn post(url: &'a Url, body: &'a [u8]) -> Self {
        Self {
            method: Method::Post,
            url,
            body,
            content: JSON,
            most: MAX_DOCUMENT,
        }
    }

    /// Sends the vectors of a query, for an answer of at most `most` bytes.
    pub(super) const fn retrieve(url: &'a Url, query: &'a [u8], most: u64) -> Self {
        Self {
            method: Method::Post,
            body: query,
            content: "application/octet-stream",
            ..Self::get(url, most)
        }
    }
}

/// Asks, does the work that is asked for, waits, and asks again.
pub(super) struct Caller<T> {
    pub(super) transport: T,
    pub(super) patience: Patience,
}

impl<T: Transport> Caller<T> {
    /// The body of the answer, if it is 200; [`ClientError::Replaced`], if it is 410.
    pub(super) fn call(&self, call: &Call<'_>) -> Result<Vec<u8>, ClientError> {
        let mut done = None;
        for _ in 1..self.patience.attempts {
            let response = self.send(call, done.as_deref())?;
            match response.status {
                WORK_REQUIRED => done = Some(self.work(&response)?),
                SLOW => {}
                TOO_MANY | UNAVAILABLE => self.wait(&response)?,
                _ => return settled(response),
            }
        }
        settled(self.send(call, done.as_deref())?)
    }

    fn send(&self, call: &Call<'_>, work: Option<&str>) -> Result<Response, ClientError> {
        let content = (call.method == Method::Post).then_some(("Content-Type", call.content));
        let work = work.map(|work| ("Altcha", work));
        let headers: Vec<_> = content.into_iter().chain(work).collect();
        let response = self.transport.send(&Request {
            method: call.method,
            url: call.url,
            headers: &headers,
            body: call.body,
            most: call.most,
        })?;
        if response.body.len() as u64 > call.most {
            return Err(TransportError::TooLong { most: call.most }.into());
        }
        Ok(response)
    }

    fn work(&self, response: &Response) -> Result<String, ClientError> {
        let problem: Problem = document(&response.body, "problem")?;
        let challenge = problem.challenge.ok_or(Doubt::Challenge)?;
        work::solve(&challenge, self.patience.work)
    }

    /// Waits as long as the server asks for. It is not asked before: it would only say the same again.
    fn wait(&self, response: &Response) -> Result<(), ClientError> {
        let seconds = response.retry_after.as_deref();
        let retry_after = seconds
            .and_then(|seconds| seconds.trim().parse().ok())
            .map_or(USUAL_WAIT, Duration::from_secs);
        if retry_after > self.patience.wait {
            return Err(ClientError::Busy { retry_after });
        }
        thread::sleep(retry_after);
        Ok(())
    }
}

fn settled(response: Response) -> Result<Vec<u8>, ClientError> {
    match response.status {
        OK => Ok(response.body),
        RETIRED => Err(ClientError::Replaced),
        status => Err(refusal(status, &response.body)),
    }
}

fn refusal(status: u16, body: &[u8]) -> ClientError {
    match serde_json::from_slice::<Problem>(body) {
        Ok(problem) if problem.kind.status() == status => ClientError::Problem {
            kind: problem.kind,
            detail: problem.detail.as_deref().map(printable),
        },
        _ => ClientError::Status { status },
    }
}

/// What a stranger says, fit for a terminal.
fn printable(detail: &str) -> String {
    let kept = detail.chars().filter(|letter| !letter.is_control());
    kept.take(MAX_DETAIL).collect()
}

/// The JSON document that an answer is.
pub(super) fn document<D: DeserializeOwned>(
    body: &[u8],
    document: &'static str,
) -> Result<D, Doubt> {
    serde_json::from_slice(body).map_err(|_| Doubt::Document { document })
}
