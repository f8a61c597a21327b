//! Which settings does each role need, and which must it not have?

use super::ConfigError;
use super::settings::{Role, Settings};

impl Role {
    /// The role as the setting names it.
    const fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Evaluator => "evaluator",
            Self::Ranges => "ranges",
            Self::Owners => "owners",
        }
    }
}

impl Settings {
    /// Checks that the role has what it needs and nothing that belongs to another.
    pub(super) fn check_role(&self) -> Result<(), ConfigError> {
        let (wants_index, wants_key) = match self.role {
            Role::All | Role::Owners => (true, true),
            Role::Evaluator => (false, true),
            Role::Ranges => (true, false),
        };
        match (&self.index, &self.key) {
            (None, _) if wants_index => self.lacking("--index DIR"),
            (_, None) if wants_key => self.lacking("--key FILE"),
            (Some(_), _) if !wants_index => self.forbidden("an index", "TEKSER_INDEX"),
            (_, Some(_)) if !wants_key => self.forbidden("a key", "TEKSER_KEY"),
            _ if self.role == Role::Owners => self.check_owners(),
            _ if self.owners.is_some() => Err(ConfigError::OwnersWithoutRole),
            _ if self.offline_key.is_some() => {
                self.forbidden("the offline key", "TEKSER_OFFLINE_KEY")
            }
            _ if self.client_secret.is_some() => {
                self.forbidden("the secret of an identity provider", "TEKSER_CLIENT_SECRET")
            }
            _ => match self.role {
                Role::Evaluator => self.check_evaluator(),
                Role::Ranges => self.check_ranges(),
                Role::All | Role::Owners => self.check_no_retrieval(),
            },
        }
    }

    /// Checks that a server with a key and no index has nothing that belongs to an index.
    fn check_evaluator(&self) -> Result<(), ConfigError> {
        if self.passwords.is_some() {
            return self.forbidden("a password list", "TEKSER_PASSWORDS");
        }
        if self.push_key.is_some() {
            return self.forbidden("a key of notices", "TEKSER_PUSH_KEY");
        }
        self.check_no_retrieval()?;
        match (self.evaluator.is_empty(), self.trust.is_empty()) {
            (false, _) => self.forbidden("other evaluators", "TEKSER_EVALUATOR"),
            (true, false) => Err(ConfigError::TrustWithoutIndex),
            (true, true) => Ok(()),
        }
    }

    /// Checks that a server with an index and no key names the evaluators, and does not limit evaluations.
    fn check_ranges(&self) -> Result<(), ConfigError> {
        if self.is_retrieval_only() && self.trust.is_empty() {
            return self.lacking(
                "--trust PUBLIC_KEY or --evaluator URL=PUBLIC_KEY, so that it knows whose index it is",
            );
        }
        if self.evaluator.is_empty() && !self.retrieve {
            return self.lacking("--evaluator URL=PUBLIC_KEY, so that clients know whom to ask");
        }
        match self.limits.is_some() {
            true => self.forbidden("limits of evaluations", "TEKSER_LIMITS"),
            false => Ok(()),
        }
    }

    fn check_no_retrieval(&self) -> Result<(), ConfigError> {
        match self.retrieve {
            true => self.forbidden("--retrieve", "TEKSER_RETRIEVE"),
            false => Ok(()),
        }
    }

    const fn forbidden(
        &self,
        what: &'static str,
        variable: &'static str,
    ) -> Result<(), ConfigError> {
        Err(ConfigError::Forbidden {
            role: self.role.name(),
            what,
            variable,
        })
    }

    const fn lacking(&self, what: &'static str) -> Result<(), ConfigError> {
        Err(ConfigError::Lacking {
            role: self.role.name(),
            what,
        })
    }

    /// Checks that the service for owners has all that it needs and nothing that is public.
    fn check_owners(&self) -> Result<(), ConfigError> {
        let public = [
            (
                !self.evaluator.is_empty(),
                "--evaluator",
                "TEKSER_EVALUATOR",
            ),
            (
                self.index_cache.is_some(),
                "an index in a store",
                "TEKSER_INDEX_CACHE",
            ),
            (
                self.passwords.is_some(),
                "a password list",
                "TEKSER_PASSWORDS",
            ),
            (
                self.public_log.is_some(),
                "a public log",
                "TEKSER_PUBLIC_LOG",
            ),
            (
                self.push_key.is_some(),
                "a key of notices",
                "TEKSER_PUSH_KEY",
            ),
            (
                self.limits.is_some(),
                "limits of evaluations",
                "TEKSER_LIMITS",
            ),
            (self.retrieve, "--retrieve", "TEKSER_RETRIEVE"),
            (
                !self.retrieval_server.is_empty(),
                "--retrieval-server",
                "TEKSER_RETRIEVAL_SERVER",
            ),
            (
                !self.allow_origin.is_empty(),
                "--allow-origin",
                "TEKSER_ALLOW_ORIGIN",
            ),
            (
                self.owners_address.is_some(),
                "--owners-address",
                "TEKSER_OWNERS_ADDRESS",
            ),
        ];
        if let Some((_, what, variable)) = public.into_iter().find(|(is_there, ..)| *is_there) {
            return Err(ConfigError::PublicOwners { what, variable });
        }
        match &self.owners {
            None => self.lacking("the table [owners] in the file that --config names"),
            Some(_) if self.site.is_empty() => self.lacking("--site DIR, the folder of its pages"),
            Some(_) if self.offline_key.is_none() => self.lacking("--offline-key FILE"),
            Some(_) if self.client_secret.is_none() => self.lacking("--client-secret FILE"),
            Some(_) => Ok(()),
        }
    }
}
