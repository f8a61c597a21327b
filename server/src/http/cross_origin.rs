//! Which pages of other origins may call the server? CORS (the Fetch standard, section 3.3), so that no cache keeps a
//! copy for each origin that a client makes up.

use std::rc::Rc;

use actix_web::Error;
use actix_web::HttpResponse;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CACHE_CONTROL, HeaderMap, HeaderValue, ORIGIN, VARY,
};
use actix_web::middleware::Next;
use exposure_index::messages::ProblemKind;

use crate::content::CachePolicy;
use crate::problem::Refusal;

const METHODS: [&str; 4] = ["DELETE", "GET", "HEAD", "POST"];
const HEADERS: [&str; 4] = ["add-padding", "altcha", "content-type", "if-none-match"];
const EXPOSED: HeaderValue =
    HeaderValue::from_static("etag, ratelimit, ratelimit-policy, retry-after");
const ANY: HeaderValue = HeaderValue::from_static("*");
/// Browsers keep the answer to a preflight request for two hours at most.
const A_DAY: HeaderValue = HeaderValue::from_static("86400");

/// The origins that may call, as browsers send them, or `*`. Requests of the same origin and of other programs pass
/// anyway.
#[derive(Clone)]
pub(crate) struct Origins(Rc<[HeaderValue]>);

impl Origins {
    /// Allows these origins. A text that cannot be in a header matches no origin.
    pub(crate) fn new(origins: &[String]) -> Self {
        let values = origins.iter().map(|origin| origin.parse());
        Self(values.filter_map(Result::ok).collect())
    }

    /// Answers a preflight request, and adds to any other answer which origins may read it.
    ///
    /// # Errors
    /// None of its own.
    pub(crate) async fn share(
        self,
        request: ServiceRequest,
        next: Next<BoxBody>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let asking = request.headers().get(ORIGIN).cloned();
        if is_preflight(&request) {
            let answer = self.preflight(request.headers());
            return Ok(request.into_response(answer));
        }
        let mut answer = next.call(request).await?;
        let headers = answer.headers_mut();
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        let is_kept = headers
            .get(CACHE_CONTROL)
            .is_none_or(|value| *value != CachePolicy::Never.header().1);
        match &*self.0 {
            [only] => headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, only.clone()),
            // Whatever may be cached is public and the same for everybody.
            several if is_kept || several.contains(&ANY) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, ANY)
            }
            several => {
                let allowed = asking.filter(|asking| several.contains(asking));
                headers.append(VARY, ORIGIN.into());
                match allowed {
                    Some(origin) => headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin),
                    None => headers.remove(ACCESS_CONTROL_ALLOW_ORIGIN),
                }
            }
        };
        Ok(answer)
    }

    /// Answers a preflight request, with the origin if it is allowed.
    fn preflight(&self, asked: &HeaderMap) -> HttpResponse {
        let origin = asked.get(ORIGIN).filter(|origin| self.allows(origin));
        let refuse = |detail| Refusal::from(ProblemKind::Malformed).with_detail(detail);
        let refusal = match origin {
            None => Some(refuse("pages of this origin are not allowed to ask")),
            Some(_) if !allows_method(asked) || !allows_headers(asked) => {
                Some(refuse("this method or one of these headers is not allowed"))
            }
            Some(_) => None,
        };
        let mut answer = match refusal {
            Some(refusal) => actix_web::ResponseError::error_response(&refusal),
            None => HttpResponse::NoContent()
                .insert_header(CachePolicy::Never.header())
                .insert_header((ACCESS_CONTROL_ALLOW_METHODS, METHODS.join(", ")))
                .insert_header((ACCESS_CONTROL_ALLOW_HEADERS, HEADERS.join(", ")))
                .insert_header((ACCESS_CONTROL_MAX_AGE, A_DAY))
                .finish(),
        };
        if let Some(origin) = origin {
            let headers = answer.headers_mut();
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
        answer
    }

    fn allows(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|one| one == origin || one == ANY)
    }
}

fn is_preflight(request: &ServiceRequest) -> bool {
    let headers = request.headers();
    *request.method() == Method::OPTIONS
        && headers.contains_key(ORIGIN)
        && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}

fn allows_method(asked: &HeaderMap) -> bool {
    let method = asked.get(ACCESS_CONTROL_REQUEST_METHOD);
    method.is_some_and(|method| METHODS.iter().any(|one| method == one))
}

fn allows_headers(asked: &HeaderMap) -> bool {
    asked.get_all(ACCESS_CONTROL_REQUEST_HEADERS).all(|line| {
        let names = line.to_str().ok().map(|line| line.split(','));
        names.is_some_and(|mut names| names.all(is_allowed))
    })
}

fn is_allowed(header: &str) -> bool {
    let header = header.trim();
    header.is_empty() || HEADERS.iter().any(|one| header.eq_ignore_ascii_case(one))
}
