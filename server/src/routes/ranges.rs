use std::convert::Infallible;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::Method;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderValue};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use bytes::Bytes;
use exposure_index::index::{FormatError, GenerationId, Prefix};
#[cfg(feature = "openapi")]
use exposure_index::messages::Problem;
use exposure_index::messages::ProblemKind;

use super::{READ, check_spelling, wrong_method};
use crate::content::{CachePolicy, is_unchanged};
use crate::http::Template;
use crate::problem::Refusal;
use crate::serving::{Generations, ServedGeneration};

const TEMPLATE: Template = Template("/v1/ranges/{generation}/{prefix}");

/// Mounts `/v1/ranges`. Paths below it are split here: the framework would use a regular expression, which
/// takes longer than finding the range.
pub(crate) fn configure(service: &mut ServiceConfig) {
    let ranges = web::scope("/ranges").app_data(TEMPLATE);
    service.service(ranges.default_service(web::to(range)));
}

/// A range, padding and its Merkle path: as many bytes for every prefix, never compressed, the same for ever.
#[cfg_attr(feature = "openapi", utoipa::path(get, path = "/v1/ranges/{generation}/{prefix}", tag = "look-up",
    params(
        ("generation" = String, Path, description = "As `/v1/index` names it", example = "20261122-201530-3f9a1c2b"),
        ("prefix" = String, Path, description = "The tag's first bits, lower-case hexadecimal, as many digits as the longest needs", example = "0a3f"),
    ),
    responses(
        (status = 200, description = "The range, `range_bytes` long", content_type = "application/octet-stream"),
        (status = 304, description = "The client's copy is current"),
        (status = 400, description = "There is a query, which no range has", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No generation or prefix is spelt like that", body = Problem, content_type = "application/problem+json"),
        (status = 410, description = "The generation is no longer served", body = Problem, content_type = "application/problem+json"),
        (status = 500, description = "The server failed", body = Problem, content_type = "application/problem+json"),
    )))]
pub(super) async fn range(
    request: HttpRequest,
    generations: Data<Generations>,
) -> Result<HttpResponse, Refusal> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(wrong_method(READ));
    }
    check_spelling(&request)?;
    let (generation, prefix) = place(request.match_info().unprocessed())?;
    let served = generations.get(&generation).ok_or(ProblemKind::Retired)?;
    let number = served.prefix(prefix).ok_or(ProblemKind::NotFound)?;
    let tag = [generation.as_str(), "-", prefix].concat();
    if is_unchanged(&request, &tag) {
        return Ok(head(HttpResponse::NotModified(), &tag).finish());
    }
    let body = RangeBody::new(served, number).map_err(|error| {
        // Offset and figures of the fault would say which range was asked for; `tekser-indexer verify` shows them.
        tracing::error!(%generation, section = %error.section, "a range is broken; run tekser-indexer verify");
        ProblemKind::Internal
    })?;
    Ok(head(HttpResponse::Ok(), &tag).body(body))
}

/// Returns the generation and the prefix that `/GENERATION/PREFIX` names.
fn place(path: &str) -> Result<(GenerationId, &str), ProblemKind> {
    let (generation, prefix) = path
        .strip_prefix('/')
        .and_then(|path| path.split_once('/'))
        .ok_or(ProblemKind::NotFound)?;
    let generation = GenerationId::parse(generation).ok_or(ProblemKind::NotFound)?;
    Ok((generation, prefix))
}

fn head(mut answer: HttpResponseBuilder, tag: &str) -> HttpResponseBuilder {
    answer
        .insert_header(CachePolicy::Immutable.header())
        .insert_header((ETAG, ["\"", tag, "\""].concat()))
        .insert_header((
            CONTENT_TYPE,
            HeaderValue::from_static("application/octet-stream"),
        ));
    answer
}

/// A range as it is sent: a slice of the map, then padding and path.
struct RangeBody {
    pieces: [Option<Bytes>; 2],
    length: u64,
}

impl RangeBody {
    fn new(served: Arc<ServedGeneration>, prefix: Prefix) -> Result<Self, FormatError> {
        let place = served.place_of_range(prefix)?;
        let tail = served.after_range(prefix, place.len())?;
        let length = (place.len() + tail.len()) as u64;
        Ok(Self {
            pieces: [
                Some(Bytes::from_owner(Slice { served, place })),
                Some(tail.into()),
            ],
            length,
        })
    }
}

impl MessageBody for RangeBody {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.length)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        let piece = self.pieces.iter_mut().find_map(Option::take);
        Poll::Ready(piece.map(Ok))
    }
}

/// A part of a generation's file, which stays mapped as long as the slice lives.
struct Slice {
    served: Arc<ServedGeneration>,
    place: Range<usize>,
}

impl AsRef<[u8]> for Slice {
    fn as_ref(&self) -> &[u8] {
        &self.served.as_bytes()[self.place.clone()]
    }
}
