//! What was asked? The pages of the service, and the way over the identity provider.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use actix_web::http::header::{COOKIE, HeaderValue, LOCATION, ORIGIN, SET_COOKIE};
use actix_web::http::{StatusCode, header};
use actix_web::web::{self, Data, Path, Payload, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use exposure_index::identifier::Identifier;
use exposure_index::messages::{BreachDocument, ProblemKind, encode};
use sha2::{Digest, Sha256};
use url::form_urlencoded;

use super::oidc::{self, SignInFault};
use super::pages::{Failure, Page, Shown, fail, one, show, wards};
use super::visits::VisitId;
use super::{BegunLogin, MOST_ANSWERS, Owners, Session, Subject};
use crate::content::{CachePolicy, LANGUAGES};
use crate::http::{BodyTimeout, read_body};
use crate::problem::Refusal;
use crate::routes::{readable, resource, site::preferred_language};
use crate::site::{PageContent, YES};

/// Where the provider sends browsers back to.
pub(super) const CALLBACK: &str = "/callback";
/// The cookie: of this host alone, over HTTPS, for no program and no other site, until the browser closes.
const COOKIE_NAME: &str = "__Host-tekser";
const COOKIE_RULES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";
/// Bytes of the longest form.
const LONGEST_FORM: usize = 256;
/// Bytes of the longest query that a provider sends along.
const LONGEST_QUERY: usize = 8 << 10;

/// Mounts the service. No other route is mounted beside it.
pub(crate) fn configure(owners: &Arc<Owners>, service: &mut ServiceConfig) {
    service
        .app_data(Data::from(Arc::clone(owners)))
        .service(readable("/", front))
        .service(readable(CALLBACK, callback))
        .service(resource("/enter", "GET").route(web::get().to(enter)))
        .service(readable("/assets/{file:.*}", asset))
        .service(readable("/{language}", start))
        .service(resource("/{language}/login", "POST").route(web::post().to(login)))
        .service(readable("/{language}/alone", alone))
        .service(
            resource("/{language}/answer", "GET, POST")
                .route(web::get().to(own_answer))
                .route(web::post().to(confirm)),
        )
        .service(resource("/{language}/answer/{ward}", "GET").route(web::get().to(wards_answer)))
        .service(resource("/{language}/logout", "POST").route(web::post().to(logout)))
        .service(readable("/{language}/out", out))
        .default_service(web::to(crate::routes::not_found));
}

/// A language of the site in a path; nothing else is a page.
fn language(text: &str) -> Result<&'static str, Refusal> {
    let known = LANGUAGES.into_iter().find(|one| *one == text);
    known.ok_or_else(|| ProblemKind::NotFound.into())
}

async fn front(request: HttpRequest) -> HttpResponse {
    see_other(&format!("/{}", preferred_language(&request)))
}

/// Style sheets and pictures of the website; none of its pages.
async fn asset(request: HttpRequest, owners: Data<Owners>) -> HttpResponse {
    owners.site.respond(&request, None)
}

async fn start(path: Path<String>, owners: Data<Owners>) -> Result<HttpResponse, Refusal> {
    let mut filling = one("provider", &owners.issuer_host);
    filling.put(wards(owners.claims.wards.is_some()), YES);
    Ok(show(&owners.site, language(&path)?, Page::Start, filling))
}

/// Sends the browser to the provider. What was remembered of it before is forgotten.
async fn login(
    request: HttpRequest,
    path: Path<String>,
    owners: Data<Owners>,
) -> Result<HttpResponse, Refusal> {
    let language = language(&path)?;
    let fail = |failure| fail(&owners.site, language, failure);
    if !is_own(&request, &owners.address) {
        return Ok(fail(Failure::Expired));
    }
    if !owners.may_begin(&request) {
        return Ok(fail(Failure::Busy));
    }
    let now = Instant::now();
    if let Some(id) = visit(&request) {
        owners.sessions.end(&id, now);
        owners.logins.end(&id, now);
    }
    let (url, login) = match owners.provider.begin().await {
        Ok(begun) => begun,
        Err(fault) => return Ok(fail(reported(fault))),
    };
    let Ok(id) = owners.logins.begin(BegunLogin { login, language }, now) else {
        return Ok(fail(Failure::Unavailable));
    };
    let mut answer = onward(&owners, language, url.as_str());
    set_cookie(&mut answer, Some(&id));
    Ok(answer)
}

/// Where the provider sends the browser back to. A strict cookie does not come along from elsewhere, so that the
/// browser takes one more step, from here. Nothing but the form of what it brings is looked at.
async fn callback(request: HttpRequest, owners: Data<Owners>) -> HttpResponse {
    let language = preferred_language(&request);
    let query = request.query_string();
    let Some(answer) = answer_of(query) else {
        return fail(&owners.site, language, Failure::Refused);
    };
    let mut form = form_urlencoded::Serializer::new("/enter?".to_owned());
    let named = [
        ("code", answer.code),
        ("state", answer.state),
        ("iss", answer.iss),
        // Its words are the provider's, or anybody's.
        ("error", answer.error.map(|_| "refused".to_owned())),
    ];
    for (name, value) in named {
        form.extend_pairs(value.map(|value| (name, value)));
    }
    onward(&owners, language, &form.finish())
}

/// Ends a sign-in. The browser's number becomes another, so that one which another person planted is worth nothing.
async fn enter(request: HttpRequest, owners: Data<Owners>) -> HttpResponse {
    let now = Instant::now();
    let begun = visit(&request).and_then(|id| owners.logins.end(&id, now));
    let Some(BegunLogin { login, language }) = begun else {
        let language = preferred_language(&request);
        return fail(&owners.site, language, Failure::Expired);
    };
    let entered = match answer_of(request.query_string()) {
        Some(answer) => owners.provider.end(login, &answer).await,
        None => Err(SignInFault::Answer("it is too long")),
    };
    let failed = |failure| {
        let mut answer = fail(&owners.site, language, failure);
        set_cookie(&mut answer, None);
        answer
    };
    let subject = match entered {
        Ok(claims) => Subject::of(&claims, &owners.claims),
        Err(fault) => return failed(reported(fault)),
    };
    if subject.own.is_empty() && subject.wards.is_empty() {
        return failed(Failure::Nothing);
    }
    match owners.begin_session(subject, Instant::now()) {
        Ok(id) => {
            let mut answer = see_other(&format!("/{language}/alone"));
            set_cookie(&mut answer, Some(&id));
            answer
        }
        Err(_) => failed(Failure::Unavailable),
    }
}

async fn alone(
    request: HttpRequest,
    path: Path<String>,
    owners: Data<Owners>,
) -> Result<HttpResponse, Refusal> {
    let language = language(&path)?;
    let csrf = owners.with_session(&request, |session| session.csrf.clone());
    Ok(match csrf {
        Some(csrf) => show(&owners.site, language, Page::Alone, one("csrf", &csrf)),
        None => fail(&owners.site, language, Failure::Expired),
    })
}

/// The person says that nobody is looking.
async fn confirm(
    request: HttpRequest,
    path: Path<String>,
    owners: Data<Owners>,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let language = language(&path)?;
    let confirmed = owners
        .with_own_form(&request, body, |session| session.is_alone = true)
        .await?;
    Ok(match confirmed {
        Some(()) => see_other(&format!("/{language}/answer")),
        None => fail(&owners.site, language, Failure::Expired),
    })
}

async fn own_answer(
    request: HttpRequest,
    path: Path<String>,
    owners: Data<Owners>,
) -> Result<HttpResponse, Refusal> {
    answer(&request, language(&path)?, &owners, None).await
}

async fn wards_answer(
    request: HttpRequest,
    path: Path<(String, usize)>,
    owners: Data<Owners>,
) -> Result<HttpResponse, Refusal> {
    let (path, ward) = path.into_inner();
    answer(&request, language(&path)?, &owners, Some(ward)).await
}

/// The sealed leaks of a person, or of one of their wards, from 1. What is looked up comes from the session alone.
async fn answer(
    request: &HttpRequest,
    language: &'static str,
    owners: &Data<Owners>,
    ward: Option<usize>,
) -> Result<HttpResponse, Refusal> {
    let seen = owners.with_session(request, |session| {
        let subject = Arc::clone(&session.subject);
        (session.is_alone, session.csrf.clone(), subject)
    });
    let Some((is_alone, csrf, subject)) = seen else {
        return Ok(fail(&owners.site, language, Failure::Expired));
    };
    if !is_alone {
        return Ok(see_other(&format!("/{language}/alone")));
    }
    let asked = subject.of_whom(ward).ok_or(ProblemKind::NotFound)?.to_vec();
    if owners.with_session(request, Session::take_answer) != Some(true) {
        return Ok(fail(&owners.site, language, Failure::Expired));
    }
    let kinds = asked.iter().map(|one| one.kind().name()).collect();
    let found = {
        let owners = owners.clone();
        let name = subject.name.clone();
        web::block(move || owners.look_up(&name, &asked)).await
    };
    let Ok(Some(leaks)) = found else {
        return Ok(fail(&owners.site, language, Failure::Unavailable));
    };
    let shown = Shown {
        leaks: &leaks,
        kinds,
        ward,
        wards: owners.claims.wards.is_some().then_some(subject.wards.len()),
        csrf: &csrf,
    };
    let filling = shown.filling(&owners.site, language);
    Ok(show(&owners.site, language, Page::Answer, filling))
}

async fn logout(
    request: HttpRequest,
    path: Path<String>,
    owners: Data<Owners>,
    body: Payload,
) -> Result<HttpResponse, Refusal> {
    let language = language(&path)?;
    let asked = owners.with_own_form(&request, body, |_| ()).await?;
    if let (Some(()), Some(id)) = (asked, visit(&request)) {
        owners.sessions.end(&id, Instant::now());
        let mut answer = see_other(&format!("/{language}/out"));
        set_cookie(&mut answer, None);
        return Ok(answer);
    }
    Ok(fail(&owners.site, language, Failure::Expired))
}

async fn out(path: Path<String>, owners: Data<Owners>) -> Result<HttpResponse, Refusal> {
    let language = language(&path)?;
    Ok(show(
        &owners.site,
        language,
        Page::Out,
        PageContent::default(),
    ))
}

impl Owners {
    /// Whether this client may begin another sign-in.
    fn may_begin(&self, request: &HttpRequest) -> bool {
        let peer = request.peer_addr().map(|peer| peer.ip());
        let client = peer.map(|peer| self.proxies.client(peer, request.headers()));
        client.is_some_and(|client| self.quotas.take(&client, NonZeroU32::MIN).is_ok())
    }

    /// Remembers a person under a number that never was.
    pub(super) fn begin_session(
        &self,
        subject: Subject,
        now: Instant,
    ) -> Result<VisitId, getrandom::Error> {
        let mut csrf = [0; 32];
        getrandom::fill(&mut csrf)?;
        let session = Session {
            subject: Arc::new(subject),
            csrf: encode(&csrf),
            is_alone: false,
            answers_left: MOST_ANSWERS,
        };
        self.sessions.begin(session, now)
    }

    fn with_session<R>(
        &self,
        request: &HttpRequest,
        act: impl FnOnce(&mut Session) -> R,
    ) -> Option<R> {
        self.sessions.with(&visit(request)?, Instant::now(), act)
    }

    /// What `act` makes of a session, if a form with its token was sent from a page of this service.
    async fn with_own_form<R>(
        &self,
        request: &HttpRequest,
        body: Payload,
        act: impl FnOnce(&mut Session) -> R,
    ) -> Result<Option<R>, Refusal> {
        let token = token(request, body).await?;
        if !is_own(request, &self.address) {
            return Ok(None);
        }
        let done = self.with_session(request, |session| {
            session.is_own_form(&token).then(|| act(session))
        });
        Ok(done.flatten())
    }

    /// The sealed leaks of these identifiers, once it is recorded that this person is about to see them.
    pub(super) fn look_up(&self, name: &str, asked: &[Identifier]) -> Option<Vec<BreachDocument>> {
        let generation = self.sealed.generation();
        let found = || -> anyhow::Result<Vec<BreachDocument>> {
            self.audit.note(generation, asked.len() as u64, name)?;
            self.sealed.of_all(asked).map_err(Into::into)
        };
        match found() {
            Ok(leaks) => Some(leaks),
            Err(error) => {
                tracing::error!(
                    "an answer was not given: {}",
                    crate::observe::causes(error.as_ref())
                );
                None
            }
        }
    }
}

impl Session {
    /// Counts an answer that is about to be given; false if there have been as many as one session may have.
    fn take_answer(&mut self) -> bool {
        let left = self.answers_left.checked_sub(1);
        self.answers_left = left.unwrap_or_default();
        left.is_some()
    }

    /// Whether a form with this token was made for this session. The digests are compared, so that the time says
    /// nothing.
    fn is_own_form(&self, token: &str) -> bool {
        Sha256::digest(token) == Sha256::digest(&self.csrf)
    }
}

/// The way to another page, which the browser takes by itself, or the person by a link.
fn onward(owners: &Owners, language: &str, to: &str) -> HttpResponse {
    show(&owners.site, language, Page::Onward, one("onward", to))
}

fn see_other(to: &str) -> HttpResponse {
    HttpResponse::build(StatusCode::SEE_OTHER)
        .insert_header((LOCATION, to))
        .insert_header(CachePolicy::Never.header())
        .finish()
}

/// The failure that a page shows; the log says which rule was broken.
fn reported(fault: SignInFault) -> Failure {
    tracing::warn!("a sign-in came to nothing: {fault}");
    match fault {
        SignInFault::Unreached(_) | SignInFault::Document(_) => Failure::Provider,
        _ => Failure::Refused,
    }
}

/// Whether a form was sent from a page of this service: browsers say so, and no page can make them lie.
fn is_own(request: &HttpRequest, address: &str) -> bool {
    let header = |name: header::HeaderName| request.headers().get(name).map(HeaderValue::as_bytes);
    match header(ORIGIN) {
        Some(origin) => origin == address.as_bytes(),
        None => header(header::HeaderName::from_static("sec-fetch-site")) == Some(b"same-origin"),
    }
}

/// The number in the one cookie of this service; none if there are several.
fn visit(request: &HttpRequest) -> Option<VisitId> {
    let cookies = request.headers().get_all(COOKIE);
    let cookies = cookies.filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|text| text.split(';'));
    let named = pairs.filter_map(|pair| pair.trim().split_once('='));
    let mut own = named.filter(|(name, _)| *name == COOKIE_NAME);
    let (_, value) = own.next()?;
    own.next()
        .is_none()
        .then(|| VisitId::parse(value))
        .flatten()
}

fn set_cookie(answer: &mut HttpResponse, id: Option<&VisitId>) {
    let cookie = match id {
        Some(id) => format!("{COOKIE_NAME}={}; {COOKIE_RULES}", id.to_text()),
        None => format!("{COOKIE_NAME}=; Max-Age=0; {COOKIE_RULES}"),
    };
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
}

/// What a provider's answer says; none if it is too long, or says something twice.
fn answer_of(query: &str) -> Option<oidc::Answer> {
    let is_short = query.len() <= LONGEST_QUERY;
    let answer = is_short.then(|| Query::<oidc::Answer>::from_query(query).ok())?;
    answer.map(Query::into_inner)
}

/// The token of a form.
async fn token(request: &HttpRequest, body: Payload) -> Result<String, Refusal> {
    let body = read_body(body, LONGEST_FORM, BodyTimeout::of(request)).await?;
    let mut fields = form_urlencoded::parse(&body);
    let token = fields.find(|(name, _)| name == "csrf");
    Ok(token
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default())
}
