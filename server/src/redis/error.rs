use exposure_index::secret::SecretFileError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why limits cannot be shared. No message repeats what Redis wrote, which can be anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RedisClientError {
    /// The file of the password cannot be read.
    #[error("the password of Redis cannot be read")]
    Password(#[from] SecretFileError),
    /// The file of the password is empty.
    #[error("the first line of the file of --limits-password is empty: write the password there")]
    NoPassword,
    /// Redis cannot be reached, or its certificate is not trusted.
    #[error("Redis cannot be reached: {reason}")]
    Unreachable {
        /// Error of the OS or of TLS.
        reason: String,
    },
    /// Redis takes too long.
    #[error("Redis does not answer in time")]
    Silent,
    /// Redis rejects the user or the password.
    #[error(
        "Redis refuses the user or the password: name the user in the URL of --limits and the file of the password with --limits-password"
    )]
    Unwelcome,
    /// The user lacks rights.
    #[error(
        "the user of Redis lacks rights: it needs ~tekser:* +select +evalsha +script|load +get +set +time"
    )]
    Rights,
    /// The Redis is a read-only copy.
    #[error("this Redis is a read-only copy: name the primary one")]
    ReadOnly,
    /// The Redis is full.
    #[error(
        "Redis is full: give it more maxmemory, or the maxmemory-policy volatile-ttl, which drops what expires soonest"
    )]
    Full,
    /// The Redis is starting.
    #[error("Redis is still loading its data")]
    Loading,
    /// The Redis is a node of a cluster, and another node has the keys.
    #[error(
        "this Redis is a node of a cluster that redirects to another, which redirects again or nowhere: name the node that redis-cli --cluster check shows for the slot of the key {{tekser}}"
    )]
    Elsewhere {
        /// Host and port of the node that has them, if known.
        node: Option<(String, u16)>,
    },
    /// The Redis is a node of a cluster that is not whole.
    #[error("the cluster of this Redis is down; redis-cli --cluster check shows why")]
    ClusterDown,
    /// Redis refuses for another reason.
    #[error("Redis refuses the request; its own log says why")]
    Refused,
    /// The server does not answer as Redis does.
    #[error("the server there is not a Redis of version 6.2 or newer")]
    Strange,
}

impl From<RedisError> for RedisClientError {
    fn from(error: RedisError) -> Self {
        if error.is_timeout() {
            return Self::Silent;
        }
        if let Some((node, _)) = error.redirect_node() {
            return Self::Elsewhere { node: parsed(node) };
        }
        match error.kind() {
            // An error of the OS or of TLS, not of Redis.
            ErrorKind::Io => Self::Unreachable {
                reason: error.to_string(),
            },
            ErrorKind::AuthenticationFailed => Self::Unwelcome,
            ErrorKind::Server(kind) => Self::of_server(kind),
            ErrorKind::Extension => match error.code() {
                Some("NOAUTH" | "WRONGPASS") => Self::Unwelcome,
                Some("OOM") => Self::Full,
                _ => Self::Refused,
            },
            _ => Self::Strange,
        }
    }
}

impl RedisClientError {
    const fn of_server(kind: ServerErrorKind) -> Self {
        match kind {
            ServerErrorKind::NoPerm => Self::Rights,
            ServerErrorKind::ReadOnly => Self::ReadOnly,
            ServerErrorKind::BusyLoading => Self::Loading,
            ServerErrorKind::ClusterDown | ServerErrorKind::MasterDown => Self::ClusterDown,
            _ => Self::Refused,
        }
    }
}

/// Parses `HOST:PORT` as nodes of a cluster write it, an IPv6 address without brackets.
fn parsed(node: &str) -> Option<(String, u16)> {
    let (host, port) = node.rsplit_once(':')?;
    Some((host.to_owned(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_node_sends_us_is_read_and_not_repeated() {
        for (text, expected) in [
            ("10.0.0.7:6379", Some(("10.0.0.7".to_owned(), 6379))),
            ("2001:db8::7:6379", Some(("2001:db8::7".to_owned(), 6379))),
            (":6379", Some((String::new(), 6379))),
            ("10.0.0.7", None),
            ("10.0.0.7:99999", None),
        ] {
            assert_eq!(parsed(text), expected, "{text}");
            let node = parsed(text);
            let message = RedisClientError::Elsewhere { node }.to_string();
            assert!(message.contains("{tekser}") && !message.contains("10.0.0.7"));
        }
    }
}
