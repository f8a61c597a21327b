//! May this client be answered now, or must it work or wait first? For calls that cost the server something:
//! evaluations, queries of private retrieval and subscriptions to notices, all called elements here.

use std::num::NonZeroU32;
use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use exposure_index::messages::ProblemKind;

use crate::limits::{self, ClientKey, Ledger, Policy, Proxies, Pseudonyms, Quotas, Rate};
use crate::observe::{GatedCalls, Metrics, Outcome};
use crate::problem::Refusal;
use crate::redis::RedisClient;
use crate::work::{Mode, Settings, Work, WorkFault, challenges_a_second};

const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const WORK: HeaderName = HeaderName::from_static("altcha");

/// Challenges that are issued per evaluation that the quotas allow.
const CHALLENGES: u32 = 10;

/// Clients that together may take all the challenges of this machine. The largest network that a subscriber of IPv6
/// gets counts as sixteen, so that four of them do.
const CLIENTS_FOR_ALL: u32 = 64;

/// Limits on one kind of calls.
#[derive(Clone)]
pub(crate) struct GateRules {
    /// The calls.
    pub(crate) calls: GatedCalls,
    /// Elements for one client.
    pub(crate) rate_per_client: Rate,
    /// Elements for all.
    pub(crate) rate_total: Rate,
    /// Whether clients must work.
    pub(crate) work: Mode,
    /// Proxies that are trusted to name the client.
    pub(crate) proxies: Proxies,
}

/// Assumed queries per second that one core answers when they come together: 2.5 ms each over 352 MB.
const RETRIEVALS_A_CORE: f64 = 400.0;

/// Assumed subscriptions per second of one core: each checks a point of a curve and writes a row.
const SUBSCRIPTIONS_A_CORE: f64 = 500.0;

/// Decides whether a client may have a number of elements answered now.
///
/// Work is asked for before quotas are taken, so that a client that does no work cannot use up the quota of its
/// neighbours behind one address. Challenges have quotas of their own, ten times as large: a client that does no work
/// should not easily keep neighbours from getting theirs. Each may cost a derivation when its solution comes, so there
/// are never more of them than this machine can derive, regardless of the quotas.
pub(crate) struct Gate {
    calls: GatedCalls,
    proxies: Proxies,
    quotas: Ledger,
    challenges: Ledger,
    /// Challenges of this machine, for all clients.
    capacity: Quotas,
    work: Work,
    pseudonyms: Pseudonyms,
}

impl Gate {
    /// Makes a gate with full quotas of its own, or one that counts together with all evaluators that share `redis`.
    ///
    /// # Errors
    /// Fails if the operating system's random number generator failed for the secrets that sign challenges.
    pub(crate) fn new(
        rules: &GateRules,
        shared: Option<&Arc<RedisClient>>,
    ) -> Result<Self, getrandom::Error> {
        let capacity = challenges_a_second();
        // Per minute, since many come at once from behind one address.
        let of_client = Rate::per_minute(capacity.saturating_mul(60) / CLIENTS_FOR_ALL);
        let capacity = Quotas::new(of_client, Rate::per_second(capacity));
        Self::with_capacity(rules, shared, capacity)
    }

    fn with_capacity(
        rules: &GateRules,
        shared: Option<&Arc<RedisClient>>,
        capacity: Quotas,
    ) -> Result<Self, getrandom::Error> {
        let ledger = |purpose, factor| {
            let rates = [rules.rate_per_client, rules.rate_total];
            let [per_client, total] = rates.map(|rate| rate.times(factor));
            Ledger::new(per_client, total, purpose, shared)
        };
        Ok(Self {
            calls: rules.calls,
            proxies: rules.proxies.clone(),
            quotas: ledger("evaluations", 1),
            challenges: ledger("challenges", CHALLENGES),
            capacity,
            work: work(rules, shared)?,
            pseudonyms: Pseudonyms::default(),
        })
    }

    /// Returns the calls that it guards.
    #[must_use]
    pub(crate) const fn calls(&self) -> GatedCalls {
        self.calls
    }

    /// Lets a request of `elements` pass. Without `wants_work`, no work is asked for, unless it always is.
    ///
    /// # Errors
    /// The refusal to answer with: a challenge, or the time to wait.
    pub(crate) async fn pass(
        &self,
        request: &HttpRequest,
        elements: usize,
        body: &[u8],
        wants_work: bool,
        metrics: &Metrics,
    ) -> Result<(), Refusal> {
        let client = self.client(request)?;
        let header = request.headers().get(WORK).map(HeaderValue::as_bytes);
        if (wants_work || self.work.is_always())
            && let Err(fault) = self.work.check(header, elements, body).await
        {
            metrics.gate(self.calls, Outcome::WorkRequired);
            return Err(self.demand_work(&client, elements, fault, metrics).await);
        }
        self.quotas
            .take(&client, count(elements))
            .await
            .map_err(|refusal| self.refuse(&client, &refusal, metrics))?;
        self.work.record(elements);
        Ok(())
    }

    /// Issues a challenge for `elements` evaluations, unless no work is wanted.
    ///
    /// # Errors
    /// The refusal to answer with if the client has asked for too many.
    pub(crate) async fn challenge(
        &self,
        request: &HttpRequest,
        elements: usize,
        metrics: &Metrics,
    ) -> Result<Option<serde_json::Value>, Refusal> {
        let client = self.client(request)?;
        self.new_challenge(&client, elements, metrics).await
    }

    /// Forgets what is no longer needed, and counts the quotas and used challenges that are left. Call it about every
    /// minute.
    pub(crate) fn sweep(&self) -> (usize, usize) {
        self.quotas.sweep();
        self.challenges.sweep();
        self.capacity.sweep();
        self.pseudonyms.sweep();
        self.work.sweep();
        let clients = self.quotas.clients() + self.challenges.clients() + self.capacity.clients();
        (clients, self.work.spent())
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
            .and_then(|()| self.capacity.take(client, count(1)))
            .map_err(|refusal| self.refuse(client, &refusal, metrics))?;
        self.work.challenge(elements).map(Some).map_err(|error| {
            tracing::error!("a challenge could not be made: {error}");
            ProblemKind::Internal.into()
        })
    }

    fn refuse(
        &self,
        client: &ClientKey,
        refusal: &limits::QuotaRefusal,
        metrics: &Metrics,
    ) -> Refusal {
        let outcome = match refusal.policy {
            Policy::Client | Policy::Network => Outcome::ClientLimit,
            Policy::Total => Outcome::TotalLimit,
        };
        metrics.gate(self.calls, outcome);
        if refusal.policy != Policy::Total {
            tracing::warn!(
                client = self.pseudonyms.name(client),
                "a client is over its limit"
            );
        }
        let answer = Refusal::from(ProblemKind::TooMany)
            .with_header(RETRY_AFTER, refusal.retry_after_seconds.into());
        let lines = [
            (RATE_LIMIT, refusal.rate_limit()),
            (RATE_LIMIT_POLICY, refusal.rate_limit_policy()),
        ];
        lines.into_iter().fold(answer, |answer, (name, text)| {
            match HeaderValue::try_from(text) {
                Ok(value) => answer.with_header(name, value),
                Err(_) => answer,
            }
        })
    }

    fn client(&self, request: &HttpRequest) -> Result<ClientKey, Refusal> {
        // Without a peer, the connection is gone already.
        let peer = request.peer_addr().ok_or(ProblemKind::Malformed)?;
        Ok(self.proxies.client(peer.ip(), request.headers()))
    }
}

fn work(rules: &GateRules, shared: Option<&Arc<RedisClient>>) -> Result<Work, getrandom::Error> {
    let of_calls = |a_core| {
        let settings = Settings::of_calls(a_core);
        Work::with_settings(rules.work, &settings, shared)
    };
    match rules.calls {
        GatedCalls::Evaluations => Work::new(rules.work, shared),
        GatedCalls::Retrievals => of_calls(RETRIEVALS_A_CORE),
        GatedCalls::Subscriptions => of_calls(SUBSCRIPTIONS_A_CORE),
    }
}

/// Counts at least one element; an empty request is refused earlier.
fn count(elements: usize) -> NonZeroU32 {
    u32::try_from(elements)
        .ok()
        .and_then(NonZeroU32::new)
        .unwrap_or(NonZeroU32::MIN)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn rules() -> GateRules {
        GateRules {
            calls: GatedCalls::Evaluations,
            rate_per_client: Rate::OFF,
            rate_total: Rate::OFF,
            work: Mode::Auto,
            proxies: Proxies::default(),
        }
    }

    fn gate(capacity: &str) -> Gate {
        let capacity = Quotas::new(Rate::OFF, capacity.parse().expect("a rate"));
        Gate::with_capacity(&rules(), None, capacity).expect("randomness")
    }

    #[actix_web::test]
    async fn without_any_quota_no_more_challenges_are_issued_than_the_machine_can_check() {
        let (gate, metrics) = (gate("3/h"), Metrics::new());
        let request = request("192.0.2.1:1");
        for _ in 0..3 {
            let challenge = gate.challenge(&request, 1, &metrics).await;
            assert!(challenge.expect("a challenge").is_some());
        }
        assert!(gate.challenge(&request, 1, &metrics).await.is_err());
        let evaluated = gate.pass(&request, 1, b"body", true, &metrics).await;
        let refusal = evaluated.expect_err("work is wanted, and no challenge left");
        assert_eq!(refusal.to_string(), ProblemKind::TooMany.title());
    }

    fn request(peer: &str) -> HttpRequest {
        let peer = peer.parse().expect("an address");
        TestRequest::get().peer_addr(peer).to_http_request()
    }

    #[actix_web::test]
    async fn the_shares_of_challenges_that_clients_have_taken_are_counted() {
        let capacity = Quotas::new(Rate::per_minute(1), Rate::OFF);
        let gate = Gate::with_capacity(&rules(), None, capacity).expect("randomness");
        let metrics = Metrics::new();
        let challenge = gate.challenge(&request("192.0.2.1:1"), 1, &metrics).await;
        assert!(challenge.is_ok());
        assert_eq!(gate.sweep(), (1, 0));
    }

    #[actix_web::test]
    async fn one_client_leaves_challenges_to_others() {
        let capacity = Quotas::new(Rate::per_second(1), Rate::per_second(64));
        let gate = Gate::with_capacity(&rules(), None, capacity).expect("randomness");
        let metrics = Metrics::new();
        let greedy = request("192.0.2.1:1");
        let mut granted = 0;
        while gate.challenge(&greedy, 1, &metrics).await.is_ok() {
            granted += 1;
            assert!(granted < 64, "one client takes all");
        }
        let other = gate.challenge(&request("192.0.2.2:1"), 1, &metrics).await;
        assert!(other.expect("a challenge").is_some());
    }
}
