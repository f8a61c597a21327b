use exposure_index::secret::SecretFileError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Why limits cannot be shared. No message repeats what Redis wrote, which can be anything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum RedisClientError {
    /// The file of the password cannot be read.
    #[error("the password of Redis cannot be read")]
    Password(#[from] SecretFileError),
    /// It is empty.
    #[error("the first line of the file of --limits-password is empty: write the password there")]
    NoPassword,
    /// The system does not get there, or the server there is not trusted.
    #[error("Redis cannot be reached: {reason}")]
    Unreachable {
        /// As the system or TLS says.
        reason: String,
    },
    /// It takes too long.
    #[error("Redis does not answer in time")]
    Silent,
    /// It does not let us in.
    #[error(
        "Redis refuses the user or the password: name the user in the URL of --limits and the file of the password with --limits-password"
    )]
    Unwelcome,
    /// The user lacks a right.
    #[error(
        "the user of Redis lacks rights: it needs ~tekser:* +select +evalsha +script|load +get +set +time"
    )]
    Rights,
    /// It is a copy that cannot be written to.
    #[error("this Redis is a read-only copy: name the primary one")]
    ReadOnly,
    /// It has no room.
    #[error(
        "Redis is full: give it more maxmemory, or the maxmemory-policy volatile-ttl, which drops what expires soonest"
    )]
    Full,
    /// It is starting.
    #[error("Redis is still loading its data")]
    Loading,
    /// It is a node of a cluster, and another one has the keys.
    #[error(
        "this Redis is a node of a cluster that redirects to another, which redirects again or nowhere: name the node that redis-cli --cluster check shows for the slot of the key {{tekser}}"
    )]
    Elsewhere {
        /// Host and port of the one that has them, if it is known.
        node: Option<(String, u16)>,
    },
    /// It is a node of a cluster that is not whole.
    #[error("the cluster of this Redis is down; redis-cli --cluster check shows why")]
    ClusterDown,
    /// It has another reason.
    #[error("Redis refuses the request; its own log says why")]
    Refused,
    /// It does not speak as a Redis does.
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
            // Of the system or of TLS, not of Redis.
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

/// `HOST:PORT`, as nodes of a cluster write it, an IPv6 address without brackets.
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
