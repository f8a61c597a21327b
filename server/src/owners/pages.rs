//! What does a page say? Pages of the website's build, filled in for one person.

use std::collections::BTreeSet;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use exposure_index::breach::{DataClass, Status};
use exposure_index::messages::BreachDocument;

use crate::content::{CachePolicy, LANGUAGES};
use crate::site::{PageContent, Site, YES, add_leak};

/// No program, nothing of anybody else's, and no form but this service's own.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";
/// Forms must say where they come from; nobody else is sent anything.
const REFERRER: &str = "same-origin";

/// The pages of the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// What this is, and the way in.
    Start,
    /// The way to another page, which a browser takes by itself.
    Onward,
    /// Is anybody looking?
    Alone,
    /// The leaks.
    Answer,
    /// Signed out.
    Out,
    /// It came to nothing.
    Failed,
}

impl Page {
    pub(super) const ALL: [Self; 6] = [
        Self::Start,
        Self::Onward,
        Self::Alone,
        Self::Answer,
        Self::Out,
        Self::Failed,
    ];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Onward => "onward",
            Self::Alone => "alone",
            Self::Answer => "answer",
            Self::Out => "out",
            Self::Failed => "failed",
        }
    }
}

/// Why a page cannot be shown, as the page that says so names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// The visit has ended, or never began.
    Expired,
    /// The provider or the person refused, or what came back is not believed.
    Refused,
    /// The provider does not answer.
    Provider,
    /// The provider vouches for none of the person's identifiers.
    Nothing,
    /// Too many sign-ins.
    Busy,
    /// The service failed.
    Unavailable,
}

impl Failure {
    const fn name(self) -> &'static str {
        match self {
            Self::Expired => "failure.expired",
            Self::Refused => "failure.refused",
            Self::Provider => "failure.provider",
            Self::Nothing => "failure.nothing",
            Self::Busy => "failure.busy",
            Self::Unavailable => "failure.unavailable",
        }
    }

    const fn status(self) -> StatusCode {
        match self {
            Self::Expired | Self::Refused | Self::Nothing => StatusCode::FORBIDDEN,
            Self::Provider => StatusCode::BAD_GATEWAY,
            Self::Busy => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// Checks that a website has all pages of this service.
pub(super) fn check(site: &Site) -> anyhow::Result<()> {
    for language in LANGUAGES {
        for page in Page::ALL {
            anyhow::ensure!(
                site.owners_page(language, page.name()).is_some(),
                "the website has no page {language}/owners-{}.html: use website and server of the same version",
                page.name()
            );
        }
    }
    Ok(())
}

/// A page, filled in with what is known of the site and with this.
pub(super) fn show(
    site: &Site,
    language: &str,
    page: Page,
    mut filling: PageContent,
) -> HttpResponse {
    let Some(template) = site.owners_page(language, page.name()) else {
        return HttpResponse::InternalServerError().finish();
    };
    filling.texts.extend(site.values(language));
    HttpResponse::Ok()
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((REFERRER_POLICY, REFERRER))
        .insert_header(CachePolicy::Never.header())
        .content_type("text/html; charset=utf-8")
        .body(template.fill_with(&filling))
}

/// The page that says why it came to nothing.
pub(super) fn fail(site: &Site, language: &str, failure: Failure) -> HttpResponse {
    let mut answer = show(site, language, Page::Failed, one(failure.name(), YES));
    *answer.status_mut() = failure.status();
    answer
}

/// A single text.
pub(super) fn one(name: &str, text: &str) -> PageContent {
    let mut filling = PageContent::default();
    filling.put(name, text);
    filling
}

/// The name that says whether the provider knows guardians.
pub(super) const fn wards(is_known: bool) -> &'static str {
    match is_known {
        true => "wards-known",
        false => "wards-unknown",
    }
}

/// What is shown of an answer.
pub(super) struct Shown<'a> {
    pub(super) leaks: &'a [BreachDocument],
    /// The kinds of identifiers that were looked up.
    pub(super) kinds: Vec<&'static str>,
    /// The number of the ward whom it is about, from 1.
    pub(super) ward: Option<usize>,
    /// How many wards there are; none if the provider does not say.
    pub(super) wards: Option<usize>,
    pub(super) csrf: &'a str,
}

impl Shown<'_> {
    /// What the page of the answer is filled with.
    pub(super) fn filling(&self, site: &Site, language: &str) -> PageContent {
        let mut filling = one("csrf", self.csrf);
        for kind in &self.kinds {
            filling.put(&format!("kind.{kind}"), YES);
        }
        if !self.leaks.is_empty() {
            filling.put("found", YES);
        }
        filling.put(wards(self.wards.is_some()), YES);
        if let Some(ward) = self.ward {
            filling.put("ward", &ward.to_string());
        }
        let numbers =
            (1..=self.wards.unwrap_or_default()).map(|ward| one("number", &ward.to_string()));
        filling.lists.insert("wards", numbers.collect());
        for class in self.classes_that_call_for_steps() {
            filling.put("steps", YES);
            filling.put(&format!("class.{class}"), YES);
        }
        let Some(template) = site.owners_page(language, Page::Answer.name()) else {
            return filling;
        };
        let leak = |leak| {
            let mut item = PageContent::default();
            add_leak(&mut item.texts, template, leak, language);
            item
        };
        filling
            .lists
            .insert("leaks", self.leaks.iter().map(leak).collect());
        filling
    }

    /// A leak that is known to be invented calls for no step.
    fn classes_that_call_for_steps(&self) -> BTreeSet<&str> {
        let real = self.leaks.iter();
        let real = real.filter(|leak| leak.metadata.status != Status::Fabricated);
        let classes = real.flat_map(|leak| &leak.classes);
        classes.map(DataClass::as_str).collect()
    }
}
