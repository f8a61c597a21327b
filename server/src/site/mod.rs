//! Which file of the website is this? Its pages are read once at the start and filled in with what only a server knows.

mod leaks;
mod media_type;
mod open;
mod operator;
mod places;
mod security_txt;
mod template;

use std::collections::HashMap;

use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use exposure_index::messages::ProblemKind;

use crate::content::{Asset, CachePolicy};
use crate::problem::Refusal;
use crate::serving::ServedGeneration;

use leaks::LeakPages;
use template::Template;

pub(crate) use operator::{Operator, OperatorError};
pub(crate) use places::SiteFacts;
#[cfg(feature = "owners")]
pub(crate) use places::{YES, add_leak};
#[cfg(feature = "owners")]
pub(crate) use template::{PageContent, Values};

/// Files under this have their content's hash in their name.
const HASHED: &str = "assets/";
/// Prefix of the names of pages for owners of sealed leaks.
const OWNERS: &str = "owners-";
const HTML: &str = "text/html; charset=utf-8";
/// The service worker, which looks up what is watched, as pages do. A browser asks for it whenever it is used, and
/// drops it if it is gone (`web/src/site/worker`).
const WORKER: &str = "worker.js";

/// The website's files by their paths, without a leading slash: a page's path is without `index.html` or `.html`.
pub(crate) struct Site {
    files: HashMap<String, Asset>,
    leaks: LeakPages,
    /// Pages for owners of sealed leaks, by their paths: `ru/owners-start`.
    #[cfg_attr(
        not(feature = "owners"),
        expect(dead_code, reason = "only the service for owners needs it")
    )]
    owners: HashMap<String, Template>,
    not_found: Option<Asset>,
    operator: Option<Operator>,
    policies: Policies,
}

/// Policies of what may be loaded and asked.
struct Policies {
    /// For pages and the service worker, which may also ask the evaluators and retrieval servers elsewhere.
    pages: HeaderValue,
    /// For every other file, which asks nobody. It is sent with each of them, so it is short.
    files: HeaderValue,
}

impl Policies {
    fn of(&self, path: &str, media_type: &str) -> &HeaderValue {
        match (path, media_type) {
            (WORKER, _) | (_, HTML) => &self.pages,
            _ => &self.files,
        }
    }
}

impl Site {
    /// Answers with the page or file at `path`, as in the request, or with the page that says there is none. A
    /// page has one spelling: known others are redirected to it, and those that only decode to it are not found.
    #[must_use]
    pub(crate) fn respond(
        &self,
        request: &HttpRequest,
        served: Option<&ServedGeneration>,
    ) -> HttpResponse {
        let path = path_of(request);
        if let Some(file) = self.files.get(path) {
            // With a query, it is one of unlimited copies of the same file, which no cache should keep for a year.
            let is_its_url = request.uri().query().is_none();
            let caching = match path.starts_with(HASHED) && is_its_url {
                true => CachePolicy::Immutable,
                false => CachePolicy::Revalidate,
            };
            return self.page(request, file, caching);
        }
        if let Some(leak) = served.and_then(|served| self.leaks.page(path, served)) {
            return self.page(request, &leak, CachePolicy::Revalidate);
        }
        let meant = spelling(path);
        let is_there = |meant: &str| {
            self.files.contains_key(meant)
                || served.is_some_and(|served| self.leaks.page(meant, served).is_some())
        };
        if meant != path && is_there(meant) {
            return moved(meant);
        }
        self.missing()
    }

    /// Answers with `security.txt` (RFC 9116), if there is a contact.
    #[must_use]
    pub(crate) fn security_txt(&self) -> HttpResponse {
        match &self.operator {
            Some(operator) => HttpResponse::Ok()
                .insert_header(CachePolicy::Day.header())
                .content_type("text/plain; charset=utf-8")
                .body(security_txt::of(operator, jiff::Timestamp::now())),
            None => self.missing(),
        }
    }

    /// Returns a page for owners of sealed leaks, to be filled in for one of them.
    #[cfg(feature = "owners")]
    pub(crate) fn owners_page(&self, language: &str, page: &str) -> Option<&Template> {
        self.owners.get(&format!("{language}/{OWNERS}{page}"))
    }

    /// Returns the values that every page in a language is filled with.
    #[cfg(feature = "owners")]
    pub(crate) fn values(&self, language: &str) -> Values {
        self.leaks.values(language)
    }

    fn page(&self, request: &HttpRequest, page: &Asset, caching: CachePolicy) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        let policy = self.policies.of(path_of(request), page.media_type());
        answer.insert_header(("content-security-policy", policy.clone()));
        page.respond_with(answer, request, caching)
    }

    /// Answers that there is no page. It may exist tomorrow, so nobody may cache its absence.
    fn missing(&self) -> HttpResponse {
        let Some(page) = &self.not_found else {
            return Refusal::from(ProblemKind::NotFound).error_response();
        };
        HttpResponse::NotFound()
            .insert_header(("content-security-policy", self.policies.pages.clone()))
            .insert_header(CachePolicy::Never.header())
            .content_type(HTML)
            .body(page.body().clone())
    }
}

/// Returns the requested path, without the leading slash.
fn path_of(request: &HttpRequest) -> &str {
    let path = request.uri().path();
    path.strip_prefix('/').unwrap_or(path)
}

/// Returns the path of a page that is also called `ru/`, `ru/index.html` or `ru/leaks.html`.
fn spelling(path: &str) -> &str {
    let path = path.strip_suffix('/').unwrap_or(path);
    let path = path.strip_suffix("/index.html").unwrap_or(path);
    path.strip_suffix(".html").unwrap_or(path)
}

fn moved(to: &str) -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((LOCATION, format!("/{to}")))
        .insert_header(CachePolicy::Revalidate.header())
        .finish()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use actix_web::test::TestRequest;

    use super::open::SiteError;
    use super::*;
    use crate::content::LANGUAGES;

    const OPERATOR: &str = "name = { kk = 'А', ru = 'Б & <В>', en = 'C' }\naddress = 'https://tekser.example'\ncontact = 'mailto:a@example.kz'\nlog-retention = '7'\nlegal-basis = '94-V'";

    fn facts() -> SiteFacts {
        let table = toml::Value::Table(OPERATOR.parse().expect("TOML"));
        SiteFacts {
            operator: Some(Operator::read(&table).expect("an operator")),
            ..SiteFacts::default()
        }
    }

    /// Opens a website of these files and a front page in each language.
    fn opened(files: &[(&str, &str)], facts: SiteFacts) -> Result<Site, SiteError> {
        let folder = tempfile::tempdir().expect("a folder");
        let fronts = ["kk/index.html", "ru/index.html", "en/index.html"];
        let fronts = fronts.map(|name| (name, "by {{operator.name}}"));
        for (name, text) in fronts.iter().chain(files) {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
            fs::write(path, text).expect("written");
        }
        Site::open(folder.path(), &[], facts)
    }

    fn get(site: &Site, path: &str) -> HttpResponse {
        let request = TestRequest::get().uri(path).to_http_request();
        site.respond(&request, None)
    }

    fn header<'a>(answer: &'a HttpResponse, name: &str) -> &'a str {
        let value = answer.headers().get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }

    #[test]
    fn each_page_has_one_spelling_and_what_is_meant_leads_to_it() {
        let files = [
            ("ru/leaks/index.html", "leaks"),
            ("404.html", "none"),
            ("ru/leak.html", ""),
        ];
        let site = opened(&files, facts()).expect("a site");
        for path in ["/ru", "/ru/leaks", "/ru?a=b"] {
            assert_eq!(get(&site, path).status(), 200, "{path}");
        }
        for (path, to) in [
            ("/ru/", "/ru"),
            ("/ru/index.html", "/ru"),
            ("/ru/leaks/", "/ru/leaks"),
            ("/ru/leaks.html", "/ru/leaks"),
        ] {
            let answer = get(&site, path);
            assert_eq!(
                (answer.status().as_u16(), header(&answer, "location")),
                (308, to),
                "{path}"
            );
        }
        for path in [
            "/ru%2Fleaks",
            "/%72u",
            "/ru//",
            "//ru",
            "//example.org/",
            "/404",
            "/404.html",
            "/ru/leak",
            "/ru/leak.html",
            "/RU",
            "/ru/leaks/../leaks",
        ] {
            let answer = get(&site, path);
            assert_eq!(answer.status(), 404, "{path}");
            assert_eq!(header(&answer, "cache-control"), "no-store", "{path}");
            assert!(header(&answer, "content-security-policy").contains("default-src 'self'"));
        }
    }

    #[test]
    fn pages_say_who_runs_the_site_in_their_language_and_as_text() {
        let text = |site: &Site, path: &str| {
            let file = site.files.get(path).expect("a file");
            String::from_utf8(file.body().to_vec()).expect("text")
        };
        let files = [
            ("robots.txt", "{{operator.name}}"),
            ("sitemap.xml", "{{#operator}}x{{/}}"),
            ("notes.txt", "{{operator.name}}"),
        ];
        let site = opened(&files, facts()).expect("a site");
        assert_eq!(text(&site, "kk"), "by А");
        assert_eq!(text(&site, "ru"), "by Б &#38; &#60;В&#62;");
        assert_eq!(text(&site, "robots.txt"), "А");
        assert_eq!(text(&site, "notes.txt"), "{{operator.name}}");
        assert_eq!(text(&site, "sitemap.xml"), "x");
        let nobodys = opened(&files, SiteFacts::default()).expect("a site");
        assert_eq!(text(&nobodys, "kk"), "by ");
        assert!(!nobodys.files.contains_key("sitemap.xml"));
    }

    #[test]
    fn pages_may_ask_the_servers_elsewhere_and_other_files_nobody() {
        let folder = tempfile::tempdir().expect("a folder");
        for language in LANGUAGES {
            let page = "{{#retrieval}}together{{/}}{{^retrieval}}alone{{/}}";
            put(&folder.path().join(language).join("index.html"), page);
        }
        put(&folder.path().join("assets/main.js"), "");
        put(&folder.path().join("worker.js"), "");
        for (elsewhere, has_retrieval, connect, says) in [
            (vec![], false, "; connect-src 'self'; ", "alone"),
            (
                vec![
                    "https://a.example".to_owned(),
                    "https://b.example".to_owned(),
                ],
                true,
                "; connect-src 'self' https://a.example https://b.example; ",
                "together",
            ),
        ] {
            let facts = SiteFacts {
                has_retrieval,
                ..SiteFacts::default()
            };
            let site = Site::open(folder.path(), &elsewhere, facts).expect("a site");
            let policy = |path| header(&get(&site, path), "content-security-policy").to_owned();
            for path in ["/ru", "/worker.js"] {
                assert!(policy(path).contains(connect), "{}", policy(path));
            }
            let worker = get(&site, "/worker.js");
            assert_eq!(header(&worker, "cache-control"), "no-cache");
            assert!(policy("/assets/main.js").starts_with("default-src 'self'; base-uri 'none'"));
            assert!(!policy("/assets/main.js").contains("example"));
            assert_eq!(text(&site, "ru").as_deref(), Some(says));
        }
    }

    #[test]
    fn whom_to_write_to_is_there_only_if_it_is_known() {
        let site = opened(&[], facts()).expect("a site");
        assert_eq!(site.security_txt().status(), 200);
        let nobodys = opened(&[], SiteFacts::default()).expect("a site");
        assert_eq!(nobodys.security_txt().status(), 404);
    }

    /// A file with a text, and the folders above it.
    fn put(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("written");
    }

    fn text(site: &Site, path: &str) -> Option<String> {
        let file = site.files.get(path)?;
        Some(String::from_utf8_lossy(file.body()).into_owned())
    }

    #[test]
    fn assets_of_the_previous_version_are_served_with_those_of_this_one_and_nothing_else_of_it() {
        let before = tempfile::tempdir().expect("a folder");
        let old = |name: &str, text: &str| put(&before.path().join(name), text);
        old("assets/main-old.js", "old");
        old("assets/same.js", "another");
        old("ru/index.html", "old page");
        old("ru/gone/index.html", "old page");
        let files = [("assets/main-new.js", "new"), ("assets/same.js", "this")];
        let mut site = opened(&files, facts()).expect("a site");
        site.add_assets(before.path());
        site.add_assets(Path::new("/nowhere"));
        for (path, expected) in [
            ("assets/main-new.js", Some("new")),
            ("assets/main-old.js", Some("old")),
            ("assets/same.js", Some("this")),
            ("ru/gone", None),
        ] {
            assert_eq!(text(&site, path).as_deref(), expected, "{path}");
        }
        assert_ne!(text(&site, "ru").as_deref(), Some("old page"));
        let answer = get(&site, "/assets/main-old.js");
        assert!(header(&answer, "cache-control").contains("immutable"));
        for query in ["?", "?x=1"] {
            let answer = get(&site, &format!("/assets/main-old.js{query}"));
            assert_eq!(header(&answer, "cache-control"), "no-cache", "{query}");
        }
    }

    #[test]
    fn a_site_of_links_as_kubernetes_makes_them_is_read_and_nothing_outside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let outside = tempfile::tempdir().expect("a folder");
        put(&outside.path().join("secret.txt"), "secret");
        let (top, data) = (folder.path(), folder.path().join("..2026_11_29"));
        for language in LANGUAGES {
            put(&data.join(language).join("index.html"), language);
        }
        put(&data.join("robots.txt"), "all");
        let link = |to: &str, name: &str| symlink(to, top.join(name)).expect("a link");
        link("..2026_11_29", "..data");
        for name in LANGUAGES.iter().chain(&["robots.txt"]) {
            link(&format!("..data/{name}"), name);
        }
        link("nowhere", "broken.txt");
        link(".", "circle");
        link(
            &outside.path().join("secret.txt").to_string_lossy(),
            "secret.txt",
        );
        link(&outside.path().to_string_lossy(), "secrets");
        let site = Site::open(top, &[], SiteFacts::default()).expect("a site");
        assert_eq!(text(&site, "ru").as_deref(), Some("ru"));
        assert_eq!(text(&site, "robots.txt").as_deref(), Some("all"));
        assert_eq!(site.files.len(), LANGUAGES.len() + 1);
    }

    #[test]
    fn of_what_is_hidden_the_well_known_folder_is_served() {
        let files = [
            (".well-known/change-password", "here"),
            (".git/config", "hidden"),
            (".hidden", "hidden"),
        ];
        let site = opened(&files, facts()).expect("a site");
        let answer = get(&site, "/.well-known/change-password");
        assert_eq!(answer.status(), 200);
        for path in ["/.git/config", "/.hidden"] {
            assert_eq!(get(&site, path).status(), 404, "{path}");
        }
    }

    #[test]
    fn a_site_of_another_version_is_refused_with_the_page_and_the_place() {
        let place = opened(&[("ru/x/index.html", "{{weather}}")], facts());
        assert!(matches!(place.err(), Some(SiteError::Place { name, .. }) if name == "weather"));
        let open = opened(&[("ru/x/index.html", "{{#log}}")], facts());
        assert!(matches!(open.err(), Some(SiteError::Template { .. })));
    }
}
