use actix_web::http::header::{ACCEPT_LANGUAGE, LOCATION};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::readable;
use crate::content::CachePolicy;
use crate::content::LANGUAGES;
use crate::serving::Generations;
use crate::site::Site;

/// Mounts the website; after everything else, since it takes every path that is left.
pub(crate) fn configure(service: &mut ServiceConfig) {
    service
        .service(readable("/", front))
        .service(readable("/.well-known/security.txt", security_txt))
        .service(readable("/{page:.*}", page));
}

/// Sends a visitor to the language that the browser prefers.
async fn front(request: HttpRequest) -> HttpResponse {
    HttpResponse::Found()
        .insert_header((LOCATION, format!("/{}", preferred_language(&request))))
        .insert_header(CachePolicy::Revalidate.header())
        .insert_header(("vary", "accept-language"))
        .finish()
}

/// Answers with the contact for vulnerabilities.
async fn security_txt(site: Data<Site>) -> HttpResponse {
    site.security_txt()
}

/// Answers with a page or file; which leaks have a page is known only where the index is served too.
async fn page(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let served = request
        .app_data::<Data<Generations>>()
        .map(|generations| generations.current());
    site.respond(&request, served.as_deref())
}

/// Returns the site's language that a browser prefers; the first if it names none of them.
pub(crate) fn preferred_language(request: &HttpRequest) -> &'static str {
    let header = request.headers().get(ACCEPT_LANGUAGE);
    let header = header.and_then(|value| value.to_str().ok());
    best_of(header.unwrap_or_default())
}

/// Returns the best of a list of languages with weights (RFC 9110, section 12.5.4), read leniently: also `ru_RU` and
/// `.9`.
fn best_of(header: &str) -> &'static str {
    let mut best: Option<(f32, &'static str)> = None;
    for (tag, weight) in header.split(',').map(weighted) {
        let primary = tag.split(['-', '_']).next().unwrap_or_default();
        let named = LANGUAGES
            .into_iter()
            .find(|language| language.eq_ignore_ascii_case(primary));
        if let Some(language) = named
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, language));
        }
    }
    best.map_or(LANGUAGES[0], |(_, language)| language)
}

/// Reads a language and its weight, 0 for a refused one. A weight that is not a number counts as 0.
fn weighted(item: &str) -> (&str, f32) {
    let (tag, parameters) = item.split_once(';').unwrap_or((item, ""));
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_weight = name.trim().eq_ignore_ascii_case("q");
        is_weight.then(|| value.trim().parse().unwrap_or(0.0))
    });
    (tag.trim(), weight.unwrap_or(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_is_wanted_most_and_not_refused() {
        for (header, expected) in [
            ("", "kk"),
            ("ru", "ru"),
            ("ru-RU,ru;q=0.9", "ru"),
            ("ru_RU", "ru"),
            ("RU", "ru"),
            ("de,en;q=.5,ru;q=.9", "ru"),
            ("en;q=0.3333,ru;q=0.3334", "ru"),
            ("en, ru", "en"),
            ("ru;q=0,en;q=0.1", "en"),
            ("ru;q=0", "kk"),
            ("ru; Q=0.1 , en ;q=0.2", "en"),
            ("de,*;q=0.1", "kk"),
            ("ru;q=nonsense,en;q=0.1", "en"),
            ("ru;q=-1,en;q=NaN", "kk"),
            (",;,=;q", "kk"),
        ] {
            assert_eq!(best_of(header), expected, "{header}");
        }
    }
}
