use actix_web::http::header::{HeaderName, HeaderValue, HttpDate, LINK};
use exposure_index::statement::Service;
use jiff::Timestamp;

/// The end of a version of the index, and its successor: for clients in the index document, for everybody else in
/// headers.
#[derive(Default)]
pub(super) struct VersionEnd {
    sunset: Option<Timestamp>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl VersionEnd {
    /// Reads the end from a signed statement, if it states one.
    pub(super) fn of(service: &Service) -> Self {
        let sunset = service.sunset.as_deref();
        let sunset: Option<Timestamp> = sunset.and_then(|text| text.parse().ok());
        let link = service.successor().map(|successor| link(&successor.url));
        let headers = [sunset.map(date), link.flatten()];
        Self {
            sunset,
            headers: headers.into_iter().flatten().collect(),
        }
    }

    /// Returns `Sunset` (RFC 8594) and a `Link` to the successor (RFC 5829), if they are known.
    pub(super) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        &self.headers
    }

    /// Returns the sunset, if it has come.
    pub(super) fn past(&self) -> Option<Timestamp> {
        self.sunset.filter(|sunset| *sunset <= Timestamp::now())
    }
}

fn date(sunset: Timestamp) -> (HeaderName, HeaderValue) {
    let date = HttpDate::from(std::time::SystemTime::from(sunset)).to_string();
    let value = HeaderValue::from_str(&date);
    // Cannot fail: a date is visible ASCII.
    let value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
    (HeaderName::from_static("sunset"), value)
}

fn link(url: &str) -> Option<(HeaderName, HeaderValue)> {
    let value = format!("<{url}>; rel=\"successor-version\"");
    Some((LINK, HeaderValue::from_str(&value).ok()?))
}
