use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;

use super::{ClientKey, Rate, Refusal};
use crate::shared::Shared;

/// Quotas that evaluators have in common: none, in a server that was built without the feature `redis`.
pub(super) struct CommonQuotas(Infallible);

impl CommonQuotas {
    #[expect(clippy::needless_pass_by_value, reason = "with the feature it is kept")]
    pub(super) fn new(_: Rate, _: Rate, _: &'static str, shared: Arc<Shared>) -> Self {
        shared.never()
    }

    pub(super) async fn take(&self, _: &ClientKey, _: NonZeroU32) -> Option<Result<(), Refusal>> {
        match self.0 {}
    }
}
