//! The whole service, with an identity provider on this machine.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use actix_web::body::{BoxBody, to_bytes};
use actix_web::dev::{Service, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, Error};
use exposure_index::audit::{AuditLine, Requester, each_line};
use exposure_index::breach::ClassSet;
use exposure_index::generation::{FileKind, IndexDirectory};
use exposure_index::identifier::{Identifier, Kind, normalise};
use exposure_index::index::{BreachOrdinal, Description, Exposure, IndexWriter, Statistics};
use exposure_index::oprf::{KeyFile, OfflineKey, SecretKey, create_offline_key, evaluate, split};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

use super::oidc::mock::{MockProvider, Signing};
use super::visits::VisitId;
use super::{Owners, Subject, configure};
use crate::config::{OwnersConfig, OwnersSettings};
use crate::content::LANGUAGES;
use crate::http::BodyTimeout;
use crate::limits::Proxies;
use crate::site::{Site, SiteFacts};

const ADDRESS: &str = "https://owners.example";
/// Nobody's IINs; each person is in one leak of their own and in one that all are in.
const IINS: [&str; 3] = ["470316119230", "700813276624", "360112150006"];

/// A folder with keys, an index with a sealed file, and a website.
struct Fixture {
    folder: TempDir,
    /// How many people are in its leaks.
    people: usize,
}

/// The IIN of nobody; after the first few, of people who would have been born in 1836.
fn iin(place: usize) -> Identifier {
    let valid = |text: &str| normalise(Kind::Iin, text).ok();
    // Eleven digits in a dozen have no check digit.
    let checked = |serial| (0..10).find_map(|check| valid(&format!("3601121{serial}{check}")));
    let made = || (5001..6000).filter_map(checked).nth(place);
    let known = IINS.get(place).and_then(|text| valid(text));
    known.or_else(made).expect("an IIN")
}

impl Fixture {
    fn new() -> Self {
        Self::of(IINS.len())
    }

    fn of(people: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fixture = Self { folder, people };
        let key = SecretKey::generate().expect("a key");
        let offline = OfflineKey::generate().expect("a key");
        let share = split(&key, 1).expect("shares").remove(0);
        KeyFile::at(fixture.path("key"))
            .create(&share)
            .expect("written");
        create_offline_key(&fixture.path("offline.key"), &offline, None).expect("written");
        fixture.write("secret", "a secret: 100 %\n");
        fs::create_dir(fixture.path("audit")).expect("a folder");
        fixture.publish(&key, &offline);
        fixture.build_site();
        fixture
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("a folder");
        fs::write(&path, text).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("a mode");
    }

    fn publish(&self, key: &SecretKey, offline: &OfflineKey) {
        let directory = IndexDirectory::at(self.path("index"));
        let lock = directory.lock().expect("a lock");
        let draft = directory.draft(&lock).expect("a draft");
        let leak = |id: &str, sensitive: bool| {
            let text = json!({"kk": id, "ru": id, "en": id});
            json!({"id": id, "date": "2026-01", "added": "2026-02-01", "status": "reported", "records": 1, "sensitive": sensitive,
                   "source": "https://example.org", "title": text, "summary": text, "classes": ["health-data", "names"]})
        };
        let tag = |place| {
            evaluate(key, &iin(place).oprf_input())
                .expect("a tag")
                .tag()
        };
        let clinics = (0..self.people).map(|place| format!("clinic-{place}"));
        let mut sorted: Vec<String> = clinics.chain(["everybody-2026".to_owned()]).collect();
        sorted.sort();
        let breach_of = |id: &str| sorted.iter().position(|other| other == id).expect("a leak");
        for sealed in [false, true] {
            let leaks: Vec<Value> = match sealed {
                false => vec![leak("public-2026", false)],
                true => sorted.iter().map(|id| leak(id, true)).collect(),
            };
            let rows_expected = self.people as u64;
            let mut rows: Vec<_> = (0..self.people)
                .map(|place| {
                    if sealed {
                        (offline.sealed_tag(tag(place)), place)
                    } else {
                        (tag(place), 0)
                    }
                })
                .collect();
            rows.sort_by_key(|(tag, _)| tag.0);
            let description = Description {
                sealed,
                beside_sealed: !sealed,
                key_id: if sealed {
                    offline.id()
                } else {
                    key.public_key().id()
                },
                generation: draft.id(),
                built_at: draft.time().as_second(),
                rows: rows_expected..=rows_expected,
                range_rows: 4096,
                catalogue: serde_json::from_value(json!({"breaches": leaks})).expect("a catalogue"),
            };
            let kind = if sealed {
                FileKind::Sealed
            } else {
                FileKind::Public
            };
            let file = BufWriter::new(File::create_new(draft.file(kind)).expect("a file"));
            let mut writer = IndexWriter::new(file, description).expect("a writer");
            for (tag, place) in rows {
                let exposure = |breach: usize, classes| Exposure {
                    breach: BreachOrdinal(breach.try_into().expect("few")),
                    classes,
                };
                let own = exposure(
                    breach_of(&format!("clinic-{place}")),
                    ClassSet::default().with(0).with(1),
                );
                let all = exposure(self.people, ClassSet::default().with(0));
                let exposures = if sealed { vec![own, all] } else { vec![own] };
                writer.push(tag, Kind::Iin, &exposures).expect("a row");
            }
            let (file, _) = writer.finish(&Statistics::default()).expect("an index");
            file.into_inner().expect("written");
        }
        draft.publish().expect("published");
    }

    /// Pages with what matters of each.
    fn build_site(&self) {
        for language in LANGUAGES {
            self.write(&format!("site/{language}/index.html"), "public page");
            for (page, text) in [
                ("start", "start of {{provider}}"),
                ("onward", "{{onward}}"),
                ("alone", "alone {{csrf}}"),
                (
                    "answer",
                    "answer{{#ward}} ward {{ward}}{{/}}: {{#leaks}}{{leak.id}} {{/}}{{^found}}none{{/}}|{{csrf}}",
                ),
                ("out", "out"),
                (
                    "failed",
                    "{{#failure.expired}}expired{{/}}{{#failure.refused}}refused{{/}}{{#failure.provider}}provider{{/}}{{#failure.nothing}}nothing{{/}}{{#failure.busy}}busy{{/}}{{#failure.unavailable}}unavailable{{/}}",
                ),
            ] {
                self.write(&format!("site/{language}/owners-{page}.html"), text);
            }
        }
        self.write("site/assets/main.css", "css");
    }

    fn settings(&self, issuer: &str) -> OwnersSettings {
        let file = |name: &str| self.path(name).to_string_lossy().into_owned();
        let table = toml::toml! {
            address = "https://owners.example"
            client-id = "tekser"
            wards = "children"
            [claims]
            iin = "iin"
        };
        let mut table = table;
        for (name, text) in [
            ("issuer", issuer.to_owned()),
            ("audit", file("audit/audit.log")),
        ] {
            table.insert(name.to_owned(), toml::Value::String(text));
        }
        OwnersSettings::read(toml::Value::Table(table)).expect("settings")
    }

    fn config(&self, issuer: &str) -> OwnersConfig {
        OwnersConfig {
            settings: self.settings(issuer),
            index: self.path("index"),
            key: self.path("key"),
            offline_key: self.path("offline.key"),
            client_secret: self.path("secret"),
            trust: Vec::new(),
            proxies: Proxies::default(),
        }
    }

    fn open(&self, issuer: &str) -> anyhow::Result<Owners> {
        let site = Site::open(&self.path("site"), &[], SiteFacts::default())?;
        Owners::open(&self.config(issuer), Arc::new(site))
    }

    fn audited(&self) -> Vec<AuditLine> {
        let mut lines = Vec::new();
        each_line(&self.path("audit/audit.log"), |line| lines.push(line)).expect("a valid audit");
        lines
    }
}

/// An answer, read.
struct Read {
    status: StatusCode,
    location: String,
    cookie: Option<String>,
    headers: actix_web::http::header::HeaderMap,
    text: String,
}

/// A browser: its cookie, and where it stands.
struct Browser<'a, S, R> {
    service: &'a S,
    cookie: Option<String>,
    address: [u8; 4],
    /// What the service takes, which has no name outside actix.
    made: fn(TestRequest) -> R,
}

impl<'a, S, R> Browser<'a, S, R> {
    fn new(service: &'a S, made: fn(TestRequest) -> R) -> Self {
        Self {
            service,
            cookie: None,
            address: [127, 0, 0, 1],
            made,
        }
    }

    /// From an address of its own.
    fn at(self, place: usize) -> Self {
        let place = u8::try_from(place).expect("few");
        let address = [127, 0, 1, place];
        Self { address, ..self }
    }

    fn with(self, cookie: Option<String>) -> Self {
        Self { cookie, ..self }
    }
}

impl<S, R> Browser<'_, S, R>
where
    S: Service<R, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    async fn send(&mut self, request: TestRequest) -> Read {
        let mut request = request.peer_addr((self.address, 9).into());
        if let Some(cookie) = &self.cookie {
            request = request.insert_header(("cookie", format!("other=1; __Host-tekser={cookie}")));
        }
        let answer = self
            .service
            .call((self.made)(request))
            .await
            .expect("an answer");
        let header = |name: &str| {
            let value = answer.headers().get(name);
            value.map(|value| value.to_str().expect("text").to_owned())
        };
        let cookie = header("set-cookie");
        if let Some(set) = &cookie {
            assert!(
                set.ends_with("; Path=/; Secure; HttpOnly; SameSite=Strict"),
                "{set}"
            );
            let (_, value) = set.split_once('=').expect("a cookie");
            let value = value.split(';').next().unwrap_or_default();
            self.cookie = Some(value.to_owned()).filter(|value| !value.is_empty());
        }
        Read {
            status: answer.status(),
            location: header("location").unwrap_or_default(),
            cookie,
            headers: answer.headers().clone(),
            text: String::from_utf8(
                to_bytes(answer.into_body())
                    .await
                    .unwrap_or_default()
                    .to_vec(),
            )
            .expect("text"),
        }
    }

    async fn get(&mut self, path: &str) -> Read {
        self.send(TestRequest::get().uri(path)).await
    }

    async fn post(&mut self, path: &str, form: &str) -> Read {
        let request = TestRequest::post()
            .uri(path)
            .insert_header(("origin", ADDRESS));
        self.send(request.set_payload(form.to_owned())).await
    }

    /// Goes to the provider, and comes back with its answer: the path that the browser then takes by itself.
    async fn go_to_provider(&mut self, mock: &MockProvider, person: &Value) -> String {
        let onward = self.post("/en/login", "").await;
        assert_eq!(onward.status, 200, "{}", onward.text);
        let url = Url::parse(&onward.text.replace("&#38;", "&")).expect("a URL");
        let answer = mock.sign_in(&url, person);
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("code", answer.code),
            ("state", answer.state),
            ("iss", answer.iss),
        ] {
            query.extend_pairs(value.map(|value| (name, value)));
        }
        let back = self.get(&format!("/callback?{}", query.finish())).await;
        back.text.replace("&#38;", "&")
    }

    async fn csrf(&mut self) -> String {
        let page = self.get("/en/alone").await;
        page.text
            .strip_prefix("alone ")
            .expect("the page before the answer")
            .to_owned()
    }
}

macro_rules! service {
    ($owners:expr) => {{
        let owners = Arc::new($owners);
        init_service(
            App::new()
                .app_data(BodyTimeout(Duration::from_secs(1)))
                .configure(move |service| configure(&owners, service)),
        )
        .await
    }};
}

fn person(place: usize) -> Value {
    json!({"sub": format!("person-{place}"), "iin": iin(place).value()})
}

#[actix_web::test]
async fn a_person_sees_the_sealed_leaks_of_their_own_identifiers_and_of_their_wards_alone() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    assert!(
        browser
            .get("/en")
            .await
            .text
            .starts_with("start of 127.0.0.1")
    );
    let mut claims = person(0);
    claims["children"] = json!([IINS[1]]);
    let entering = browser.go_to_provider(&mock, &claims).await;
    let before = browser.cookie.clone();
    let entered = browser.get(&entering).await;
    assert_eq!(
        (entered.status.as_u16(), &*entered.location),
        (303, "/en/alone")
    );
    assert_ne!(browser.cookie, before, "fixation");
    let early = browser.get("/en/answer").await;
    assert_eq!(
        early.location, "/en/alone",
        "nothing is shown before it is asked for"
    );
    assert!(fixture.audited().is_empty());
    let csrf = browser.csrf().await;
    let shown = browser.post("/en/answer", &format!("csrf={csrf}")).await;
    assert_eq!(shown.location, "/en/answer");
    let answer = browser.get("/en/answer").await;
    assert!(
        answer.text.starts_with("answer: clinic-0 everybody-2026 |"),
        "{}",
        answer.text
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "same-origin"),
    ] {
        assert_eq!(
            answer
                .headers
                .get(name)
                .and_then(|value| value.to_str().ok()),
            Some(value)
        );
    }
    let policy = answer
        .headers
        .get("content-security-policy")
        .and_then(|value| value.to_str().ok());
    assert!(policy.is_some_and(
        |policy| policy.starts_with("default-src 'none'") && !policy.contains("script")
    ));
    let ward = browser.get("/en/answer/1").await;
    assert!(
        ward.text
            .starts_with("answer ward 1: clinic-1 everybody-2026 |"),
        "{}",
        ward.text
    );
    for path in [
        "/en/answer/0",
        "/en/answer/2",
        "/en/answer/470316119230",
        "/de/answer",
    ] {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    let audited = fixture.audited();
    assert_eq!(audited.len(), 2);
    assert_eq!(audited[0].by, audited[1].by, "one person");
    assert!(matches!(&audited[0].by, Requester::Owner { pseudonym } if pseudonym.len() == 32));
    let text = fs::read_to_string(fixture.path("audit/audit.log")).expect("text");
    assert!(
        !text.contains(IINS[0]) && !text.contains("person-0"),
        "{text}"
    );
    let out = browser.post("/en/logout", &format!("csrf={csrf}")).await;
    assert_eq!(out.location, "/en/out");
    assert_eq!(browser.get("/en/out").await.text, "out");
    browser.cookie = entered
        .cookie
        .and_then(|set| Some(set.split_once('=')?.1.split(';').next()?.to_owned()));
    assert_eq!(
        browser.get("/en/answer").await.text,
        "expired",
        "a thief of the cookie comes too late"
    );
}

#[actix_web::test]
async fn a_planted_replayed_or_forged_sign_in_leads_nowhere() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let browser =
        |cookie: Option<String>| Browser::new(&service, TestRequest::to_request).with(cookie);
    let mut thief = browser(None);
    // Login CSRF: the thief's answer in the victim's browser, which began nothing or something else.
    let stolen = thief.go_to_provider(&mock, &person(1)).await;
    let mut victim = browser(None);
    assert_eq!(victim.get(&stolen).await.text, "expired");
    let own = victim.go_to_provider(&mock, &person(0)).await;
    assert_eq!(victim.get(&stolen).await.text, "refused");
    assert_eq!(
        victim.get(&own).await.text,
        "expired",
        "the sign-in was used up"
    );
    // Fixation: a number that the thief planted is not the one that the victim has afterwards.
    let mut victim = browser(None);
    let own = victim.go_to_provider(&mock, &person(0)).await;
    let planted = victim.cookie.clone();
    assert_eq!(victim.get(&own).await.status, 303);
    let mut thief = browser(planted);
    assert_eq!(thief.get("/en/alone").await.text, "expired");
    assert_eq!(thief.get(&own).await.text, "expired", "replay");
    // A number of the thief's choice opens nothing.
    let mut thief = browser(Some("A".repeat(43)));
    assert_eq!(thief.get("/en/alone").await.text, "expired");
    mock.behave(|behaviour| behaviour.signing = Signing::None);
    let mut victim = browser(None);
    let own = victim.go_to_provider(&mock, &person(0)).await;
    let refused = victim.get(&own).await;
    assert_eq!((refused.status.as_u16(), &*refused.text), (403, "refused"));
    assert_eq!(victim.cookie, None);
}

#[actix_web::test]
async fn forms_of_other_sites_and_of_other_sessions_do_nothing() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut other = Browser::new(&service, TestRequest::to_request);
    let entering = other.go_to_provider(&mock, &person(1)).await;
    other.get(&entering).await;
    let others = other.csrf().await;
    let mut browser = Browser::new(&service, TestRequest::to_request);
    let entering = browser.go_to_provider(&mock, &person(0)).await;
    browser.get(&entering).await;
    let csrf = browser.csrf().await;
    for form in [
        "",
        "csrf=",
        &format!("csrf={others}"),
        &format!("token={csrf}"),
    ] {
        assert_eq!(
            browser.post("/en/answer", form).await.text,
            "expired",
            "{form}"
        );
        assert_eq!(
            browser.post("/en/logout", form).await.text,
            "expired",
            "{form}"
        );
    }
    let form = format!("csrf={csrf}");
    for origin in [Some("https://evil.example"), Some("null"), None] {
        for path in ["/en/answer", "/en/logout", "/en/login"] {
            let mut request = TestRequest::post().uri(path).set_payload(form.clone());
            if let Some(origin) = origin {
                request = request.insert_header(("origin", origin));
            }
            assert_eq!(
                browser.send(request).await.text,
                "expired",
                "{origin:?} {path}"
            );
        }
    }
    assert_eq!(browser.get("/en/answer").await.location, "/en/alone");
    assert_eq!(
        browser.post("/en/answer", &"x".repeat(300)).await.status,
        413
    );
    assert_eq!(
        browser.post("/en/answer", &form).await.location,
        "/en/answer"
    );
}

#[actix_web::test]
async fn nothing_that_a_request_says_decides_where_a_browser_goes() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    for path in [
        "/callback?code=a&state=b&iss=https://evil.example&next=https://evil.example",
        "/callback?code=https://evil.example&redirect_uri=https://evil.example",
        "/callback?error=https://evil.example",
    ] {
        let onward = browser.get(path).await;
        assert!(onward.text.starts_with("/enter?"), "{}", onward.text);
        assert!(!onward.text.contains("next=") && !onward.text.contains("redirect"));
    }
    assert_eq!(browser.get("/callback?code=a&code=b").await.text, "refused");
    assert_eq!(
        browser
            .get(&format!("/callback?code={}", "a".repeat(9000)))
            .await
            .text,
        "refused"
    );
    for path in [
        "//evil.example",
        "/en//evil.example",
        "/https://evil.example",
        "/kk/index.html",
        "/en/login",
    ] {
        let answer = browser.get(path).await;
        assert!(
            answer.location.is_empty() && answer.status.is_client_error(),
            "{path}: {}",
            answer.status
        );
    }
    assert_eq!(browser.get("/?next=//evil.example").await.location, "/kk");
    assert_eq!(browser.get("/assets/main.css").await.text, "css");
}

#[actix_web::test]
async fn a_provider_that_vouches_for_no_identifier_or_is_gone_shows_nothing() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    for claims in [
        json!({"sub": "1"}),
        json!({"sub": "1", "iin": "470316119231"}),
        json!({"sub": "1", "name": IINS[0]}),
    ] {
        let entering = browser.go_to_provider(&mock, &claims).await;
        assert_eq!(browser.get(&entering).await.text, "nothing");
    }
    let nowhere = Fixture::new();
    let service = service!(nowhere.open("http://127.0.0.1:1").expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    let gone = browser.post("/en/login", "").await;
    assert_eq!((gone.status.as_u16(), &*gone.text), (502, "provider"));
}

#[actix_web::test]
async fn a_session_has_so_many_answers_that_it_cannot_fill_the_audit() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    let entering = browser.go_to_provider(&mock, &person(0)).await;
    browser.get(&entering).await;
    let form = format!("csrf={}", browser.csrf().await);
    browser.post("/en/answer", &form).await;
    for _ in 0..super::MOST_ANSWERS {
        assert!(browser.get("/en/answer").await.text.starts_with("answer"));
    }
    assert_eq!(browser.get("/en/answer").await.text, "expired");
    assert_eq!(fixture.audited().len(), super::MOST_ANSWERS as usize);
}

#[actix_web::test]
async fn no_more_sign_ins_are_begun_than_one_client_may() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let mut browser = Browser::new(&service, TestRequest::to_request);
    for _ in 0..super::LOGINS_A_MINUTE {
        assert_eq!(browser.post("/en/login", "").await.status, 200);
    }
    let refused = browser.post("/en/login", "").await;
    assert_eq!((refused.status.as_u16(), &*refused.text), (429, "busy"));
}

#[test]
fn a_wrong_key_or_an_audit_that_cannot_be_written_keeps_the_service_from_starting() {
    let fixture = Fixture::new();
    assert!(fixture.open("https://provider.example").is_ok());
    let refusal = |fixture: &Fixture| {
        format!(
            "{:#}",
            fixture
                .open("https://provider.example")
                .err()
                .expect("a refusal")
        )
    };
    fs::write(fixture.path("audit/audit.log"), "{}\n").expect("written");
    assert!(
        refusal(&fixture).contains("line 1"),
        "{}",
        refusal(&fixture)
    );
    let (fixture, other) = (Fixture::new(), Fixture::new());
    fs::copy(other.path("offline.key"), fixture.path("offline.key")).expect("copied");
    assert!(
        refusal(&fixture).contains("is not the key"),
        "{}",
        refusal(&fixture)
    );
    let fixture = Fixture::new();
    fs::copy(other.path("key"), fixture.path("key")).expect("copied");
    assert!(
        refusal(&fixture).contains("is not the key"),
        "{}",
        refusal(&fixture)
    );
    let fixture = Fixture::new();
    let current = fs::read_to_string(fixture.path("index/CURRENT")).expect("a generation");
    fs::remove_file(
        fixture
            .path("index")
            .join(current.trim())
            .join("sealed.idx"),
    )
    .expect("removed");
    assert!(
        refusal(&fixture).contains("sealed"),
        "{}",
        refusal(&fixture)
    );
}

#[actix_web::test]
async fn settings_are_checked_while_a_service_runs_and_no_second_one_starts() {
    let (fixture, mock) = (Fixture::new(), MockProvider::start());
    let check = async || {
        let site = Site::open(&fixture.path("site"), &[], SiteFacts::default())?;
        Owners::check(&fixture.config(mock.issuer()), &site).await
    };
    check().await.expect("a service could start");
    let audit = fixture.path("audit/audit.log");
    assert!(!audit.exists(), "a check makes no file, of the wrong user");
    let owners = fixture.open(mock.issuer()).expect("a service");
    assert!(owners.look_up("person", &[iin(0)]).is_some());
    check().await.expect("it is running");
    let second = fixture.open(mock.issuer()).err().expect("a refusal");
    assert!(
        format!("{second:#}").contains("another process"),
        "{second:#}"
    );
    assert!(owners.look_up("person", &[iin(0)]).is_some());
    let lines = fs::read_to_string(&audit).expect("two lines");
    let forged = lines.replacen("\"asked\":1", "\"asked\":2", 1);
    fs::write(&audit, forged).expect("written");
    let refusal = check().await.expect_err("a refusal");
    assert!(format!("{refusal:#}").contains("line 2"), "{refusal:#}");
    fs::remove_dir_all(fixture.path("audit")).expect("removed");
    let refusal = check().await.expect_err("a refusal");
    assert!(format!("{refusal:#}").contains("recorded"), "{refusal:#}");
    let nowhere = fixture.config("http://127.0.0.1:1");
    fs::create_dir(fixture.path("audit")).expect("a folder");
    let site = Site::open(&fixture.path("site"), &[], SiteFacts::default()).expect("a site");
    let refusal = Owners::check(&nowhere, &site).await.expect_err("a refusal");
    assert!(format!("{refusal:#}").contains("sign in"), "{refusal:#}");
}

#[test]
fn an_answer_that_cannot_be_recorded_is_not_given() {
    let fixture = Fixture::new();
    let owners = fixture.open("https://provider.example").expect("a service");
    let shown = |owners: &Owners| owners.look_up("person", &[iin(0)]).map(|leaks| leaks.len());
    assert_eq!(shown(&owners), Some(2));
    // What is written to a file in no folder cannot be flushed with its name.
    fs::remove_dir_all(fixture.path("audit")).expect("removed");
    assert_eq!(shown(&owners), None);
}

/// The way of one person through the service, among many: their own leaks are all that they are ever shown.
async fn visit<S, R>(mut browser: Browser<'_, S, R>, mock: &MockProvider, place: usize)
where
    S: Service<R, Response = ServiceResponse<BoxBody>, Error = Error>,
{
    // Fewer at a time than may begin in a second; the last come while the first leave.
    actix_web::rt::time::sleep(Duration::from_millis(place as u64 * 25)).await;
    let entering = browser.go_to_provider(mock, &person(place)).await;
    assert_eq!(browser.get(&entering).await.location, "/en/alone");
    let csrf = browser.csrf().await;
    let form = format!("csrf={csrf}");
    assert_eq!(
        browser.post("/ru/answer", &form).await.location,
        "/ru/answer"
    );
    let own = format!("answer: clinic-{place} everybody-2026 |{csrf}");
    for language in LANGUAGES.into_iter().cycle().take(6) {
        let answer = browser.get(&format!("/{language}/answer")).await;
        assert_eq!(answer.text, own, "{place}");
        actix_web::rt::time::sleep(Duration::from_millis(100)).await;
    }
    if place.is_multiple_of(2) {
        assert_eq!(browser.post("/kk/logout", &form).await.location, "/kk/out");
        assert_eq!(browser.get("/kk/answer").await.text, "expired");
    }
}

#[actix_web::test]
async fn of_many_people_at_once_each_sees_their_own_leaks_and_each_answer_is_recorded() {
    const PEOPLE: usize = 64;
    let (fixture, mock) = (Fixture::of(PEOPLE), MockProvider::start());
    let service = service!(fixture.open(mock.issuer()).expect("a service"));
    let visits = (0..PEOPLE).map(|place| {
        let browser = Browser::new(&service, TestRequest::to_request).at(place);
        visit(browser, &mock, place)
    });
    futures_util::future::join_all(visits).await;
    assert_eq!(mock.asked("keys"), 1);
    let mut answers = BTreeMap::<String, usize>::new();
    for line in fixture.audited() {
        let Requester::Owner { pseudonym } = line.by else {
            panic!("only owners ask here")
        };
        *answers.entry(pseudonym).or_default() += 1;
    }
    // At the turn of a month everybody may have two.
    assert!(answers.len() >= PEOPLE, "{}", answers.len());
    assert_eq!(answers.values().sum::<usize>(), 6 * PEOPLE);
}

/// What a browser does in the property below.
#[derive(Clone, Debug)]
enum Step {
    SignIn { browser: usize, person: usize },
    Confirm { browser: usize },
    Look { browser: usize },
    Leave { browser: usize },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    let browser = 0..4_usize;
    prop_oneof![
        3 => (browser.clone(), 0..3_usize).prop_map(|(browser, person)| Step::SignIn { browser, person }),
        3 => browser.clone().prop_map(|browser| Step::Confirm { browser }),
        5 => browser.clone().prop_map(|browser| Step::Look { browser }),
        1 => browser.prop_map(|browser| Step::Leave { browser }),
        1 => Just(Step::Restart),
    ]
}

/// What is known of a browser: whose session it has, and whether that was confirmed.
#[derive(Clone, Default)]
struct Model {
    cookie: Option<String>,
    session: Option<(usize, bool)>,
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// However sessions interleave, and whenever the service is killed and started again: a browser is shown the leaks of
    /// the person who signed in with it, or none.
    #[test]
    fn no_session_shows_another_persons_answer(steps in prop::collection::vec(step(), 1..40)) {
        actix_web::rt::System::new().block_on(async {
            let fixture = Fixture::new();
            let open = || Arc::new(fixture.open("https://provider.example").expect("a service"));
            let mut owners = open();
            let mut models = vec![Model::default(); 4];
            for step in steps {
                let app = { let owners = Arc::clone(&owners); move |service: &mut _| configure(&owners, service) };
                let body = BodyTimeout(Duration::from_secs(1));
                let service = init_service(App::new().app_data(body).configure(app)).await;
                let at = |models: &[Model], browser: usize| Browser::new(&service, TestRequest::to_request).with(models[browser].cookie.clone());
                match step {
                    Step::SignIn { browser, person } => {
                        let subject = Subject { name: format!("p{person}"), own: vec![iin(person)], wards: Vec::new() };
                        let id: VisitId = owners.begin_session(subject, std::time::Instant::now()).expect("a session");
                        models[browser] = Model { cookie: Some(id.to_text()), session: Some((person, false)) };
                    }
                    Step::Confirm { browser } => {
                        let mut visitor = at(&models, browser);
                        let page = visitor.get("/en/alone").await;
                        let is_in = models[browser].session.is_some();
                        assert_eq!(page.text.starts_with("alone "), is_in);
                        if let (Some(csrf), Some((person, _))) = (page.text.strip_prefix("alone "), models[browser].session) {
                            visitor.post("/en/answer", &format!("csrf={csrf}")).await;
                            models[browser].session = Some((person, true));
                        }
                    }
                    Step::Look { browser } => {
                        let page = at(&models, browser).get("/en/answer").await;
                        match models[browser].session {
                            Some((person, true)) => assert!(page.text.starts_with(&format!("answer: clinic-{person} everybody-2026 |"))),
                            Some((_, false)) => assert_eq!(page.location, "/en/alone"),
                            None => assert_eq!(page.text, "expired"),
                        }
                    }
                    Step::Leave { browser } => {
                        let mut visitor = at(&models, browser);
                        if let Some(csrf) = visitor.get("/en/alone").await.text.strip_prefix("alone ") {
                            visitor.post("/en/logout", &format!("csrf={csrf}")).await;
                        }
                        models[browser].session = None;
                    }
                    Step::Restart => {
                        drop(service);
                        drop(owners);
                        owners = open();
                        models.iter_mut().for_each(|model| model.session = None);
                    }
                }
            }
        });
    }
}
