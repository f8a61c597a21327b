//! What does the server answer from, and which routes are mounted for it?

use std::sync::Arc;
use std::time::Duration;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Condition, Next, from_fn};
use actix_web::web::{self, ServiceConfig};

use crate::evaluation::Evaluator;
use crate::gate::Gate;
use crate::http::{BodyTimeout, Origins};
use crate::observe::Metrics;
use crate::owners::{self, Owners};
use crate::push::Notices;
use crate::retrieval::Retrieval;
use crate::routes;
use crate::serving::{Generations, ServedLog, ServedPasswords};
use crate::site::Site;

/// Data that a server answers from; its role decides which parts are present.
#[derive(Clone)]
pub(crate) struct App {
    /// Generations of the index.
    pub(crate) generations: Option<Arc<Generations>>,
    /// The public log of generations.
    pub(crate) log: Option<Arc<ServedLog>>,
    /// The passwords.
    pub(crate) passwords: Option<Arc<ServedPasswords>>,
    /// The key, and the gate before its use.
    pub(crate) evaluation: Option<(Arc<Evaluator>, Arc<Gate>)>,
    /// The records for private retrieval, and the gate before them.
    pub(crate) retrieval: Option<(Arc<Retrieval>, Arc<Gate>)>,
    /// The endpoints of browsers, and the gate before subscriptions.
    pub(crate) notices: Option<(Arc<Notices>, Arc<Gate>)>,
    /// The sealed leaks, and who may see which; such a server has nothing else except the website's styles.
    pub(crate) owners: Option<Arc<Owners>>,
    /// The website.
    pub(crate) site: Option<Arc<Site>>,
    /// The counts.
    pub(crate) metrics: Arc<Metrics>,
    /// Origins whose pages may call the server from a browser.
    pub(crate) origins: Vec<String>,
    /// Time that the body of a request may take.
    pub(crate) body_timeout: Duration,
}

/// Mounts the routes for what `app` has.
pub(crate) fn configure(app: &App, service: &mut ServiceConfig) {
    service
        .app_data(web::Data::from(Arc::clone(&app.metrics)))
        .app_data(BodyTimeout(app.body_timeout));
    service.configure(routes::health::configure);
    if let Some(owners) = &app.owners {
        return owners::configure(owners, service);
    }
    routes::hibp::configure_refusals(service, app.generations.is_some());
    let origins = Origins::new(&app.origins);
    let cross_origin = || {
        let origins = origins.clone();
        let share = move |request: ServiceRequest, next: Next<BoxBody>| {
            origins.clone().share(request, next)
        };
        Condition::new(!app.origins.is_empty(), from_fn(share))
    };
    if let Some(generations) = &app.generations {
        let hibp = web::scope(routes::hibp::SCOPE)
            .app_data(web::Data::from(Arc::clone(generations)))
            .configure(routes::hibp::configure);
        service
            .service(hibp.wrap(cross_origin()))
            .app_data(web::Data::from(Arc::clone(generations)))
            .configure(routes::feed::configure);
    }
    if let Some(passwords) = &app.passwords {
        let ranges = web::scope(routes::passwords::SCOPE)
            .app_data(web::Data::from(Arc::clone(passwords)))
            .configure(routes::passwords::configure);
        service.service(ranges.wrap(cross_origin()));
    }
    let api = web::scope(routes::API)
        .configure(routes::openapi::configure)
        .configure(|api| configure_protocol(app, api))
        .default_service(web::to(routes::not_found));
    service.service(api.wrap(cross_origin()));
    if let Some(site) = &app.site {
        service.app_data(web::Data::from(Arc::clone(site)));
        routes::site::configure(service);
    }
    service.default_service(web::to(routes::not_found));
}

/// Mounts the calls of the protocol that `app` answers.
fn configure_protocol(app: &App, api: &mut ServiceConfig) {
    if let Some(generations) = app.generations.clone() {
        api.app_data(web::Data::from(generations));
        routes::index::configure(api);
        routes::ranges::configure(api);
        routes::breaches::configure(api);
        routes::push::configure(api, app.notices.clone());
    }
    if let Some(log) = app.log.clone() {
        api.app_data(web::Data::from(log));
        routes::log::configure(api);
    }
    if let Some((evaluator, gate)) = app.evaluation.clone() {
        api.app_data(web::Data::from(evaluator))
            .app_data(web::Data::from(gate));
        routes::evaluate::configure(api);
    }
    if let Some((retrieval, gate)) = app.retrieval.clone() {
        api.app_data(web::Data::from(retrieval))
            .app_data(web::Data::from(gate));
        routes::retrieve::configure(api);
    }
}

/// Mounts the operator's routes: metrics and health.
pub(crate) fn configure_for_operator(metrics: &Arc<Metrics>, service: &mut ServiceConfig) {
    service
        .app_data(web::Data::from(Arc::clone(metrics)))
        .configure(routes::metrics::configure)
        .configure(routes::health::configure_for_operator)
        .default_service(web::to(routes::not_found));
}
