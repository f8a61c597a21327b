//! What is sent instead of an answer? A problem document, and perhaps headers.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use exposure_index::messages::{Problem, ProblemKind};

use crate::content::CachePolicy;

/// An answer to a request that is not granted: a problem document and perhaps headers.
#[derive(Debug)]
pub(crate) struct Refusal {
    problem: Problem,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refusal {
    /// Adds what to do about this case. It must not repeat anything of the request.
    #[must_use]
    pub(crate) fn with_detail(mut self, detail: impl fmt::Display) -> Self {
        self.problem.detail = Some(detail.to_string());
        self
    }

    /// Adds a challenge to solve.
    #[must_use]
    pub(crate) fn with_challenge(mut self, challenge: serde_json::Value) -> Self {
        self.problem.challenge = Some(challenge);
        self
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<ProblemKind> for Refusal {
    fn from(kind: ProblemKind) -> Self {
        Self {
            problem: kind.into(),
            headers: Vec::new(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problem.title)
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status_code());
        for (name, value) in &self.headers {
            answer.insert_header((name.clone(), value.clone()));
        }
        // What is retired or forbidden today may exist tomorrow, so nobody may cache its absence.
        answer.insert_header(CachePolicy::Never.header());
        match serde_json::to_vec(&self.problem) {
            Ok(body) => answer.content_type("application/problem+json").body(body),
            Err(_) => answer.finish(),
        }
    }
}
