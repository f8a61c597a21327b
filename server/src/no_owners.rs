//! Shows nobody sealed leaks, in a server that was built without the feature `owners`.

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::web::ServiceConfig;

use crate::config::OwnersConfig;
use crate::site::Site;

const ABSENT: &str = "this tekser-server was built without the feature `owners`, by which it shows people sensitive \
                      leaks of their own; install the package, or build it with --features full";

/// The service for owners, which never exists.
pub(crate) struct Owners(Infallible);

impl Owners {
    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub(crate) fn open(_: &OwnersConfig, _: Arc<Site>) -> anyhow::Result<Self> {
        anyhow::bail!(ABSENT)
    }

    /// Refuses.
    ///
    /// # Errors
    /// Always.
    pub(crate) async fn check(_: &OwnersConfig, _: &Site) -> anyhow::Result<()> {
        anyhow::bail!(ABSENT)
    }

    /// Cannot be called.
    pub(crate) fn sweep(&self) {
        match self.0 {}
    }
}

pub(crate) fn configure(owners: &Arc<Owners>, _: &mut ServiceConfig) {
    match owners.0 {}
}
