//! Which answers have the same bytes for everybody, and in which encodings?

use std::io::{self, Write};
use std::sync::OnceLock;

use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, ContentEncoding, ETag, Encoding, EntityTag, Header, HeaderName,
    HeaderValue,
};
use actix_web::{HttpRequest, HttpResponse};
use bytes::Bytes;
use xxhash_rust::xxh3::xxh3_128;

use super::is_unchanged;

/// Time for which a client may keep an answer without asking again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CachePolicy {
    /// The client may keep it, but checks each time whether it is still valid.
    Revalidate,
    /// The client, and caches on the way, may keep it for a day.
    Day,
    /// The client may keep it for ever: its name changes with its content.
    Immutable,
    /// Nobody may keep it: it is for this client and this moment.
    Never,
}

impl CachePolicy {
    /// Returns the header that says so.
    #[must_use]
    pub(crate) const fn header(self) -> (HeaderName, HeaderValue) {
        let value = match self {
            Self::Revalidate => "no-cache",
            Self::Day => "public, max-age=86400",
            Self::Immutable => "public, max-age=31536000, immutable",
            Self::Never => "no-store",
        };
        (CACHE_CONTROL, HeaderValue::from_static(value))
    }
}

/// Bytes of one media type, in every encoding that clients accept; each is made when it is first asked for.
pub(crate) struct Asset {
    media_type: &'static str,
    body: Bytes,
    name: String,
    encoded: [OnceLock<Option<Bytes>>; CODINGS.len()],
}

/// The encodings on offer, the best first.
const CODINGS: &[ContentEncoding] = &[
    ContentEncoding::Zstd,
    #[cfg(feature = "brotli")]
    ContentEncoding::Brotli,
    ContentEncoding::Gzip,
];

impl Asset {
    /// Makes an asset of this content.
    #[must_use]
    pub(crate) fn new(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        let body = body.into();
        Self {
            media_type,
            name: format!("{:032x}", xxh3_128(&body)),
            body,
            encoded: [const { OnceLock::new() }; CODINGS.len()],
        }
    }

    /// Makes an asset of a JSON document.
    ///
    /// # Errors
    /// Those of [`serde_json::to_vec`].
    pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::new("application/json", serde_json::to_vec(value)?))
    }

    /// Returns its media type.
    #[must_use]
    pub(crate) const fn media_type(&self) -> &'static str {
        self.media_type
    }

    /// Returns the content, not encoded.
    #[must_use]
    pub(crate) const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Makes all encodings, so that no request has to wait for it.
    pub(crate) fn prepare(&self) {
        (0..CODINGS.len()).for_each(|place| drop(self.encoded(place)));
    }

    /// Answers with the content in an encoding that the client accepts, or says that the client's copy is valid.
    #[must_use]
    pub(crate) fn respond(&self, request: &HttpRequest, caching: CachePolicy) -> HttpResponse {
        self.respond_with(HttpResponse::Ok(), request, caching)
    }

    /// Answers as [`respond`](Asset::respond) does, with another status or more headers.
    #[must_use]
    pub(crate) fn respond_with(
        &self,
        mut answer: actix_web::HttpResponseBuilder,
        request: &HttpRequest,
        caching: CachePolicy,
    ) -> HttpResponse {
        let (coding, body) = self.negotiate(request);
        let tag = self.tag(coding);
        let is_unchanged = is_unchanged(request, &tag);
        answer
            .insert_header(caching.header())
            .insert_header(ETag(EntityTag::new_strong(tag)))
            .insert_header(("vary", "accept-encoding"));
        if is_unchanged {
            return answer
                .status(actix_web::http::StatusCode::NOT_MODIFIED)
                .finish();
        }
        if let Some(coding) = coding {
            answer.insert_header(coding);
        }
        answer.content_type(self.media_type).body(body)
    }

    /// Returns the strong tag of an encoding; each is a representation of its own (RFC 9110 §8.8.3.3).
    fn tag(&self, coding: Option<ContentEncoding>) -> String {
        let coding = coding.map_or("identity", |coding| coding.as_str());
        format!("{}-{coding}", self.name)
    }

    fn negotiate(&self, request: &HttpRequest) -> (Option<ContentEncoding>, Bytes) {
        let accepted = AcceptEncoding::parse(request).ok();
        let offered = CODINGS
            .iter()
            .copied()
            .map(Encoding::Known)
            .chain([Encoding::identity()]);
        let offered: Vec<Encoding> = offered.collect();
        let has_header = request.headers().contains_key("accept-encoding");
        let chosen = accepted
            .filter(|_| has_header)
            .and_then(|accepted| accepted.negotiate(offered.iter()));
        let place = CODINGS
            .iter()
            .position(|&coding| chosen == Some(Encoding::Known(coding)));
        match place.and_then(|place| Some((CODINGS[place], self.encoded(place)?))) {
            Some((coding, body)) => (Some(coding), body),
            None => (None, self.body.clone()),
        }
    }

    /// Returns the content in an encoding; `None` if it does not get shorter.
    fn encoded(&self, place: usize) -> Option<Bytes> {
        self.encoded[place]
            .get_or_init(|| {
                let encoded = compress(CODINGS[place], &self.body).ok()?;
                (encoded.len() < self.body.len()).then(|| encoded.into())
            })
            .clone()
    }
}

fn compress(coding: ContentEncoding, body: &[u8]) -> io::Result<Vec<u8>> {
    match coding {
        ContentEncoding::Zstd => zstd::encode_all(body, 19),
        #[cfg(feature = "brotli")]
        ContentEncoding::Brotli => {
            let mut writer = brotli::CompressorWriter::new(Vec::new(), 1 << 16, 10, 22);
            writer.write_all(body)?;
            Ok(writer.into_inner())
        }
        ContentEncoding::Gzip => {
            let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            writer.write_all(body)?;
            writer.finish()
        }
        _ => Err(io::ErrorKind::Unsupported.into()),
    }
}
