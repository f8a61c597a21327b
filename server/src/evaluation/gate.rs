use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use exposure_index::messages::ProblemKind;

use crate::config::EvaluatorConfig;
use crate::http::Refusal;
use crate::limits::{self, ClientKey, Ledger, Policy, Proxies, Pseudonyms, Standing};
use crate::observe::{Metrics, Outcome};
use crate::shared::Shared;
use crate::work::{Work, WorkFault};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const WORK: HeaderName = HeaderName::from_static("altcha");

/// Challenges that are issued for each evaluation that the quotas allow.
const CHALLENGES: u32 = 10;

/// A header of an answer.
type Line = (HeaderName, HeaderValue);

/// May this client have so many elements evaluated, now?
///
/// Work is asked for before quotas are taken, so that somebody who does none cannot use up what the neighbours behind
/// one address have. Challenges have quotas of their own, ten times as large: making one costs a few
/// evaluations, so there must be a bound, but who does no work shall not easily keep neighbours from getting theirs.
pub struct Gate {
    proxies: Proxies,
    quotas: Ledger,
    challenges: Ledger,
    work: Work,
    pseudonyms: Pseudonyms,
}

impl Gate {
    /// A gate with full quotas of its own, or one that counts with all others that have the same in common.
    ///
    /// # Errors
    /// If the system gives no randomness for the secrets that sign challenges.
    pub fn new(
        config: &EvaluatorConfig,
        shared: Option<&Arc<Shared>>,
    ) -> Result<Self, getrandom::Error> {
        let ledger = |purpose, factor| {
            let rates = [config.rate_per_client, config.rate_total];
            let [per_client, total] = rates.map(|rate| rate.times(factor));
            Ledger::new(per_client, total, purpose, shared)
        };
        Ok(Self {
            proxies: config.proxies.clone(),
            quotas: ledger("evaluations", 1),
            challenges: ledger("challenges", CHALLENGES),
            work: Work::new(config.work, shared)?,
            pseudonyms: Pseudonyms::default(),
        })
    }

    /// Lets a request for `elements` evaluations pass; what it gives are headers for the answer.
    ///
    /// # Errors
    /// The refusal to answer with: a challenge, or when to ask again.
    pub async fn pass(
        &self,
        request: &HttpRequest,
        elements: usize,
        body: &[u8],
        metrics: &Metrics,
    ) -> Result<Vec<Line>, Refusal> {
        let client = self.client(request)?;
        let header = request.headers().get(WORK).map(HeaderValue::as_bytes);
        if let Err(fault) = self.work.check(header, elements, body).await {
            metrics.gate(Outcome::WorkRequired);
            return Err(self.demand_work(&client, elements, fault, metrics).await);
        }
        let allowance = self
            .quotas
            .take(&client, count(elements))
            .await
            .map_err(|refusal| self.refuse(&client, refusal, metrics))?;
        self.work.record(elements);
        Ok(allowance.standing.map(lines).unwrap_or_default())
    }

    /// A challenge for `elements` evaluations, unless no work is wanted.
    ///
    /// # Errors
    /// The refusal to answer with if the client has asked for too many.
    pub async fn challenge(
        &self,
        request: &HttpRequest,
        elements: usize,
        metrics: &Metrics,
    ) -> Result<Option<serde_json::Value>, Refusal> {
        let client = self.client(request)?;
        self.new_challenge(&client, elements, metrics).await
    }

    /// Forgets what is no longer needed, and counts what is left. To be called every minute or so.
    pub fn sweep(&self, metrics: &Metrics) {
        self.quotas.sweep();
        self.challenges.sweep();
        self.pseudonyms.sweep();
        self.work.sweep();
        let clients = self.quotas.clients() + self.challenges.clients();
        metrics.kept(clients, self.work.spent());
    }

    async fn demand_work(
        &self,
        client: &ClientKey,
        elements: usize,
        fault: WorkFault,
        metrics: &Metrics,
    ) -> Refusal {
        match self.new_challenge(client, elements, metrics).await {
            Ok(challenge) => Refusal::from(ProblemKind::WorkRequired)
                .with_detail(fault)
                .with_challenge(challenge.unwrap_or_default()),
            Err(refusal) => refusal,
        }
    }

    async fn new_challenge(
        &self,
        client: &ClientKey,
        elements: usize,
        metrics: &Metrics,
    ) -> Result<Option<serde_json::Value>, Refusal> {
        if self.work.demand().is_none() {
            return Ok(None);
        }
        self.challenges
            .take(client, count(1))
            .await
            .map_err(|refusal| self.refuse(client, refusal, metrics))?;
        self.work.challenge(elements).map(Some).map_err(|error| {
            tracing::error!("a challenge could not be made: {error}");
            ProblemKind::Internal.into()
        })
    }

    fn refuse(&self, client: &ClientKey, refusal: limits::Refusal, metrics: &Metrics) -> Refusal {
        let policy = refusal.standing.policy;
        metrics.gate(match policy {
            Policy::Client => Outcome::ClientLimit,
            Policy::Total => Outcome::TotalLimit,
        });
        if policy == Policy::Client {
            tracing::warn!(
                client = self.pseudonyms.name(client),
                "a client is over its limit"
            );
        }
        let told = Refusal::from(ProblemKind::TooMany)
            .with_header(RETRY_AFTER, refusal.retry_after_seconds.into());
        lines(refusal.standing)
            .into_iter()
            .fold(told, |told, (name, value)| told.with_header(name, value))
    }

    fn client(&self, request: &HttpRequest) -> Result<ClientKey, Refusal> {
        // Without a peer the connection is gone already.
        let peer = request.peer_addr().ok_or(ProblemKind::Malformed)?;
        Ok(self.proxies.client(peer.ip(), request.headers()))
    }
}

/// A request has at least one element; none would cost nothing and is refused before.
fn count(elements: usize) -> NonZeroU32 {
    u32::try_from(elements)
        .ok()
        .and_then(NonZeroU32::new)
        .unwrap_or(NonZeroU32::MIN)
}

fn lines(standing: Standing) -> Vec<Line> {
    let texts = [
        (RATE_LIMIT, standing.rate_limit()),
        (RATE_LIMIT_POLICY, standing.rate_limit_policy()),
    ];
    texts
        .into_iter()
        .filter_map(|(name, text)| Some((name, HeaderValue::try_from(text).ok()?)))
        .collect()
}
