//! Which file of the website is this? Its pages, read once at the start.

mod media_type;
mod open;

use std::collections::HashMap;

use actix_web::http::header::HeaderValue;
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use exposure_index::messages::ProblemKind;

use crate::content::{Asset, Caching};
use crate::http::Refusal;

pub use open::SiteError;

/// The site's languages; the first is for browsers that want none of them.
pub const LANGUAGES: [&str; 3] = ["kk", "ru", "en"];

/// Files under this have their content's hash in their name.
const HASHED: &str = "assets/";
const NOT_FOUND: &str = "404.html";

/// The website's files by their path, without a slash in front.
pub struct Site {
    files: HashMap<String, Asset>,
    policy: HeaderValue,
}

impl Site {
    /// Answers with the page or file at `path`, or with the page that says there is none.
    #[must_use]
    pub fn respond(&self, request: &HttpRequest, path: &str) -> HttpResponse {
        let found = self.file(path);
        let (mut answer, file, caching) = match found {
            Some(file) if path.starts_with(HASHED) => {
                (HttpResponse::Ok(), file, Caching::Immutable)
            }
            Some(file) => (HttpResponse::Ok(), file, Caching::Revalidate),
            None => match self.files.get(NOT_FOUND) {
                Some(file) => (HttpResponse::NotFound(), file, Caching::Revalidate),
                None => return Refusal::from(ProblemKind::NotFound).error_response(),
            },
        };
        answer.insert_header(("content-security-policy", self.policy.clone()));
        if found.is_none() {
            // A page that is missing has no copy that could be right.
            return answer
                .content_type("text/html; charset=utf-8")
                .body(file.body().clone());
        }
        file.respond_with(answer, request, caching)
    }

    /// `ru`, `ru/` and `ru/index.html` are the same page, `ru/leaks` is `ru/leaks/index.html` or `ru/leaks.html`.
    fn file(&self, path: &str) -> Option<&Asset> {
        let path = path.strip_suffix('/').unwrap_or(path);
        self.files
            .get(path)
            .or_else(|| self.files.get(&format!("{path}/index.html")))
            .or_else(|| self.files.get(&format!("{path}.html")))
    }
}
