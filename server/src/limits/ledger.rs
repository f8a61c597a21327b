use std::num::NonZeroU32;
use std::sync::Arc;

use super::in_redis::CommonQuotas;
use super::{ClientKey, QuotaRefusal, Quotas, Rate};
use crate::redis::RedisClient;

/// The quotas: shared with the other evaluators as long as Redis answers, else this server's own.
///
/// Its own quotas are whole when Redis fails. While Redis is gone, clients get at most what they had from the shared
/// quota, and then the rates once from each evaluator. A request that waited for Redis without an answer may count in
/// both.
pub(crate) struct Ledger {
    own: Quotas,
    common: Option<CommonQuotas>,
}

impl Ledger {
    /// Makes full quotas of this server alone, or those shared by all with the same Redis, key, rates and purpose.
    #[must_use]
    pub(crate) fn new(
        per_client: Rate,
        total: Rate,
        purpose: &'static str,
        shared: Option<&Arc<RedisClient>>,
    ) -> Self {
        let common = |shared| CommonQuotas::new(per_client, total, purpose, shared);
        Self {
            own: Quotas::new(per_client, total),
            common: shared.cloned().map(common),
        }
    }

    /// Takes `elements` from the quotas of the client, of its networks and of all, or from none. Waits only if
    /// the quotas are shared.
    ///
    /// # Errors
    /// [`QuotaRefusal`] if one of them has too little left. More elements than the whole quota are always refused.
    pub(crate) async fn take(
        &self,
        client: &ClientKey,
        elements: NonZeroU32,
    ) -> Result<(), QuotaRefusal> {
        if let Some(common) = &self.common
            && let Some(decision) = common.take(client, elements).await
        {
            return decision;
        }
        self.own.take(client, elements)
    }

    /// Forgets the clients whose quota is whole again. Call it regularly.
    pub(crate) fn sweep(&self) {
        self.own.sweep();
    }

    /// Returns the number of quotas of clients and networks in memory, for a metric.
    #[must_use]
    pub(crate) fn clients(&self) -> usize {
        self.own.clients()
    }
}
