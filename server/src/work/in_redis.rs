use std::sync::Arc;

use redis::{FromRedisValue, ParsingError, Value};

use super::spent::USES;
use crate::redis::RedisClient;
use crate::redis::scripts::SPEND;

/// Solutions that have been used at any of the evaluators, kept in Redis.
///
/// The rule is that of [`SpentSolutions`](super::spent::SpentSolutions). An entry is kept for twice the lifetime of a
/// challenge, so that it outlives the challenge although the clocks of the evaluators differ.
pub(super) struct SharedSolutions {
    shared: Arc<RedisClient>,
    kept_millis: u64,
}

/// Whether a solution may be used.
struct Claim(bool);

impl SharedSolutions {
    /// Remembers solutions of challenges that are valid for `lifetime` seconds.
    pub(super) const fn new(shared: Arc<RedisClient>, lifetime: u64) -> Self {
        Self {
            shared,
            kept_millis: 2 * 1000 * lifetime,
        }
    }

    /// Uses the solution of the challenge with this signature for a body; `None` if Redis does not answer.
    pub(super) async fn claim(&self, signature: &[u8; 32], body: &[u8]) -> Option<bool> {
        let mut question = SPEND.key(self.shared.name("challenge", &[signature]));
        question
            .arg(self.shared.name("body", &[body]))
            .arg(USES)
            .arg(self.kept_millis);
        let Claim(may) = self.shared.ask(&question).await?;
        Some(may)
    }
}

impl FromRedisValue for Claim {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        match value {
            Value::Int(1) => Ok(Self(true)),
            Value::Int(0) => Ok(Self(false)),
            _ => Err("neither 0 nor 1".into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_neither_yes_nor_no_is_not_believed() {
        assert!(Claim::from_redis_value(Value::Int(1)).unwrap().0);
        assert!(!Claim::from_redis_value(Value::Int(0)).unwrap().0);
        for value in [Value::Int(2), Value::Int(-1), Value::Nil, Value::Okay] {
            assert!(Claim::from_redis_value(value).is_err());
        }
    }
}
