use redis::aio::ConnectionLike;
use redis::{RedisResult, ScriptInvocation};

use super::names::Names;
use super::scripts::{SPEND, TAKE};

/// Microseconds until an element of the probed quotas is given back, and their size, which is always enough.
const QUOTA: [u32; 2] = [1000, 1_000_000];
/// Milliseconds for which a used solution is remembered.
const KEPT: u32 = 60_000;
const USES: u32 = u32::MAX;

/// Tests whether Redis would answer requests, with the same scripts and as many keys, for quotas and a
/// solution of nobody.
pub(super) struct Probe {
    take: ScriptInvocation<'static>,
    spend: ScriptInvocation<'static>,
}

impl Probe {
    pub(super) fn new(names: &Names) -> Self {
        let name = |part: &[u8]| names.of("probe", &[part]);
        let mut take = TAKE.arg(1);
        for quota in [&b"total"[..], b"/48", b"/56", b"client"] {
            take.key(name(quota)).arg(QUOTA[0]).arg(QUOTA[1]);
        }
        let mut spend = SPEND.key(name(b"challenge"));
        spend.arg("body").arg(USES).arg(KEPT);
        Self { take, spend }
    }

    /// Asks, and returns whether the answer is that of a Redis.
    pub(super) async fn ask(&self, connection: &mut impl ConnectionLike) -> RedisResult<bool> {
        // The shorter one first: to more than ten words, Redis answers only that they are too many, not that it expects
        // a password.
        let used = self.spend.invoke_async::<i64>(connection).await?;
        let [place, _] = self.take.invoke_async::<[i64; 2]>(connection).await?;
        Ok((place, used) == (0, 1))
    }
}
