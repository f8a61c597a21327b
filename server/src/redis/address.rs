use std::path::Path;

use exposure_index::secret::Passphrase;
use redis::{Client, ConnectionAddr, ConnectionInfo, IntoConnectionInfo};
use url::Url;

use super::RedisClientError;

/// Address of a Redis: `redis://host:6379/0`, `rediss://…` over TLS, or `unix:/run/redis/redis.sock`.
///
/// Holds no password, so that it may be on a command line.
#[derive(Clone)]
pub(crate) struct Address(ConnectionInfo);

/// Why a URL cannot be used. Nothing of it is repeated: it may hold a password anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AddressError {
    /// The URL is not the address of a Redis.
    #[error(
        "--limits expects redis://HOST:PORT/DATABASE, rediss://HOST:PORT/DATABASE (with TLS) or unix:PATH"
    )]
    Malformed,
    /// The URL contains a password.
    #[error(
        "--limits must not hold a password, which other users of the machine could read: write it into a file of mode 0600 and name that with --limits-password"
    )]
    Password,
}

impl Address {
    /// Reads a URL. A user may be in it: `redis://evaluator@host`, `unix:PATH?user=evaluator`.
    ///
    /// # Errors
    /// [`AddressError`] if it is not the URL of a Redis, or has a password.
    pub(crate) fn parse(text: &str) -> Result<Self, AddressError> {
        let url = Url::parse(text).map_err(|_| AddressError::Malformed)?;
        let has_fragment = url.fragment().is_some();
        let client_info = url
            .into_connection_info()
            .map_err(|_| AddressError::Malformed)?;
        if client_info.redis_settings().password().is_some() {
            return Err(AddressError::Password);
        }
        // A fragment asks the library not to check certificates.
        let is_served = !has_fragment && client_info.addr().is_supported();
        is_served
            .then_some(Self(client_info))
            .ok_or(AddressError::Malformed)
    }

    /// Returns whether it names a user, who must have a password: without one, Redis never gets the name.
    #[must_use]
    pub(crate) fn names_user(&self) -> bool {
        self.0.redis_settings().username().is_some()
    }

    /// Returns the client that connects there. Redis does not get the client's name and version: that needs a right of
    /// its own.
    pub(super) fn client(&self, password: Option<&Passphrase>) -> Result<Client, RedisClientError> {
        let mut settings = self.0.redis_settings().clone().set_skip_set_lib_name();
        if let Some(password) = password {
            settings = settings.set_password(password.expose());
        }
        let address = self.0.clone().set_redis_settings(settings);
        Client::open(address).map_err(|_| RedisClientError::Strange)
    }
}

/// Returns the client that connects to another node of the same cluster, with the same settings. Over TLS, the node
/// must have a certificate of its name, like the first one.
pub(super) fn client_at(
    client: &Client,
    (host, port): &(String, u16),
) -> Result<Client, RedisClientError> {
    let info = client.get_connection_info().clone();
    let mut address = info.addr().clone();
    match &mut address {
        ConnectionAddr::Tcp(old_host, old_port)
        | ConnectionAddr::TcpTls {
            host: old_host,
            port: old_port,
            ..
        } => {
            // Without a name, it is the same machine.
            if !host.is_empty() {
                old_host.clone_from(host);
            }
            *old_port = *port;
        }
        _ => return Err(RedisClientError::Elsewhere { node: None }),
    }
    Client::open(info.set_addr(address)).map_err(|_| RedisClientError::Strange)
}

/// Reads the first line of a file that only its owner can read.
pub(super) fn password(file: &Path) -> Result<Passphrase, RedisClientError> {
    Passphrase::from_file(file)?.ok_or(RedisClientError::NoPassword)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(), AddressError> {
        Address::parse(text).map(|_| ())
    }

    #[test]
    fn the_addresses_of_the_manual_are_read() {
        for text in [
            "redis://127.0.0.1:6379/0",
            "redis://redis.example.org",
            "redis://evaluator@redis.example.org:6379/2",
            "rediss://redis.example.org:6380/0",
            "redis://[2001:db8::1]:6379",
            "unix:/run/redis/redis.sock",
            "unix:///run/redis/redis.sock?db=1&user=evaluator",
        ] {
            assert_eq!(parsed(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_address_of_a_redis_is_refused() {
        for text in [
            "",
            "redis",
            "127.0.0.1:6379",
            "http://127.0.0.1:6379",
            "redis://",
            "redis://host/zero",
            "redis://host:port",
            "rediss://host/0#insecure",
        ] {
            assert_eq!(parsed(text), Err(AddressError::Malformed), "{text}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        for text in [
            "redis://:secret@host",
            "rediss://user:secret@host/0",
            "unix:/run/redis.sock?pass=secret",
        ] {
            assert_eq!(parsed(text), Err(AddressError::Password), "{text}");
            assert!(!AddressError::Password.to_string().contains("secret"));
        }
    }
}
