use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use url::Host;

/// A host of a push service, or `*.host` for all hosts below one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PushService(Arc<str>);

/// A text is not the name of a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected the name of a host such as push.example.org, or *.push.example.org for all below it"
)]
pub(crate) struct PushServiceError;

impl FromStr for PushService {
    type Err = PushServiceError;

    /// Reads a name of at least two labels, so that no entry opens a whole top-level domain.
    fn from_str(text: &str) -> Result<Self, PushServiceError> {
        let name = text.strip_prefix("*.").unwrap_or(text);
        match Host::parse(name) {
            Ok(Host::Domain(domain)) if domain == name && is_dotted(name) => Ok(Self(text.into())),
            _ => Err(PushServiceError),
        }
    }
}

fn is_dotted(name: &str) -> bool {
    let is_label = |label: &str| {
        let mut bytes = label.bytes();
        !label.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    name.contains('.') && name.split('.').all(is_label)
}

impl fmt::Display for PushService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(feature = "push")]
impl PushService {
    pub(super) fn has(&self, host: &str) -> bool {
        match self.0.strip_prefix('*') {
            Some(suffix) => host.len() > suffix.len() && host.ends_with(suffix),
            None => host == &*self.0,
        }
    }

    /// Returns the name in settings and in the store.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_is_a_host_or_all_hosts_below_one_and_nothing_wider() {
        for text in ["push.example.org", "*.push.example.org"] {
            assert!(text.parse::<PushService>().is_ok(), "{text}");
        }
        for text in [
            "",
            "*",
            "*.",
            "*.org",
            "org",
            "*.*.org",
            "a*.example.org",
            "10.0.0.1",
            "[::1]",
            "push.example.org/a",
            "push.example.org:444",
            "https://push.example.org",
            "PUSH.example.org",
        ] {
            assert!(text.parse::<PushService>().is_err(), "{text}");
        }
    }
}
