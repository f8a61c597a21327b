use std::fs;

use jiff::Timestamp;
use rustix::process::getuid;
use serde::{Deserialize, Serialize};

use crate::hash_chain::ChainedLine;

/// A line of an audit. It says nothing about the identifiers that were asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuditLine {
    /// The line's number, from 1.
    pub number: u64,
    /// SHA-256 of the line before with its line end, hexadecimal; 64 zeros in the first.
    pub previous: String,
    /// Time of the request, UTC, to the second (RFC 3339).
    pub at: String,
    /// Generation that was asked.
    pub generation: String,
    /// Number of identifiers that were asked for.
    pub asked: u64,
    /// The requester.
    pub by: Requester,
}

/// A requester of sealed rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Requester {
    /// A user of the machine that builds.
    Staff {
        /// User ID of the operating system.
        user: u32,
        /// User ID of the login session, if the system keeps it: it outlasts `sudo`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        login: Option<u32>,
        /// Reason, in the user's words.
        reason: String,
    },
    /// A person whom an identity provider vouched for, asking about themselves.
    Owner {
        /// A keyed pseudonym, the same for one person within a month.
        pseudonym: String,
    },
}

impl Requester {
    /// Returns the user who runs this process, with a reason.
    #[must_use]
    pub fn this_user(reason: String) -> Self {
        Self::Staff {
            user: getuid().as_raw(),
            login: login(),
            reason,
        }
    }
}

/// The user who logged in, which Linux keeps across `su` and `sudo`.
fn login() -> Option<u32> {
    /// The kernel's value where nobody logged in.
    const NOBODY: u32 = u32::MAX;
    let text = fs::read_to_string("/proc/self/loginuid").ok()?;
    text.trim().parse().ok().filter(|login| *login != NOBODY)
}

impl ChainedLine for AuditLine {
    fn number(&self) -> u64 {
        self.number
    }

    fn previous(&self) -> &str {
        &self.previous
    }

    fn is_valid(&self) -> bool {
        self.at.parse::<Timestamp>().is_ok()
    }
}
