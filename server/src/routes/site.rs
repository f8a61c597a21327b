use actix_web::http::header::{AcceptLanguage, Header, LOCATION};
use actix_web::web::{Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

use super::readable;
use crate::content::Caching;
use crate::serving::Shelf;
use crate::site::{LANGUAGES, Site};

/// Mounts the website; behind everything else, since it takes every path that is left.
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
        .insert_header(Caching::Revalidate.header())
        .insert_header(("vary", "accept-language"))
        .finish()
}

/// Whom to write to about a vulnerability.
async fn security_txt(site: Data<Site>) -> HttpResponse {
    site.security_txt()
}

/// A page or file; which leaks have a page is known where the index is served too.
async fn page(request: HttpRequest, site: Data<Site>) -> HttpResponse {
    let served = request
        .app_data::<Data<Shelf>>()
        .map(|shelf| shelf.current());
    site.respond(&request, served.as_deref())
}

/// The site's first language if the browser names none of them.
fn preferred_language(request: &HttpRequest) -> &'static str {
    let accepted = AcceptLanguage::parse(request).map(|accepted| accepted.ranked());
    accepted
        .unwrap_or_default()
        .iter()
        .filter_map(|language| language.item())
        .find_map(|tag| {
            let primary = tag.as_str().split('-').next().unwrap_or_default();
            LANGUAGES
                .into_iter()
                .find(|language| language.eq_ignore_ascii_case(primary))
        })
        .unwrap_or(LANGUAGES[0])
}
