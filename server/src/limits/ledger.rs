use std::num::NonZeroU32;
use std::sync::Arc;

use super::in_redis::CommonQuotas;
use super::{ClientKey, QuotaRefusal, Quotas, Rate};
use crate::redis::RedisClient;

/// Where quotas are kept: in common with the evaluators beside this one as long as Redis answers, else here.
///
/// Its own quotas are whole when Redis goes. So while it is gone, clients get at most what they had from the common
/// quota and then the rates once from each evaluator. A request that waited for Redis in vain may count in both.
pub(crate) struct Ledger {
    own: Quotas,
    common: Option<CommonQuotas>,
}

impl Ledger {
    /// Full quotas of this server alone, or quotas that all have who share the same Redis, key, rates and purpose.
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

    /// Takes `elements` from the quotas of the client, of its networks and of all, or from none. It waits only if
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

    /// Forgets the clients whose quota is whole again. To be called regularly.
    pub(crate) fn sweep(&self) {
        self.own.sweep();
    }

    /// The number of quotas of clients and networks in memory, for a metric.
    #[must_use]
    pub(crate) fn clients(&self) -> usize {
        self.own.clients()
    }
}
