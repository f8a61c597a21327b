use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::{ClientKey, QuotaRefusal, Rate};
use crate::redis::RedisClient;

/// Quotas that several evaluators share, which a server built without the feature `redis` never has.
pub(super) struct CommonQuotas(Infallible);

impl CommonQuotas {
    #[expect(clippy::needless_pass_by_value, reason = "with the feature it is kept")]
    pub(super) fn new(_: Rate, _: Rate, _: &'static str, shared: Arc<RedisClient>) -> Self {
        shared.never()
    }

    pub(super) async fn take(
        &self,
        _: &ClientKey,
        _: NonZeroU32,
    ) -> Option<Result<(), QuotaRefusal>> {
        match self.0 {}
    }
}
