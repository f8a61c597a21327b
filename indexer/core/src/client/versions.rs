//! Which version of the index does this client speak, and where is it?

use url::Url;

use super::Doubt;
use super::view::{check_versions, field, signed};
use crate::identifier::NORMALISATION_VERSION;
use crate::index::FORMAT_VERSION;
use crate::messages::{IndexDocument, OtherVersion};
use crate::statement::{MAX_VERSIONS, Service, ServiceVersion, Trust};

/// Returns where the index of this client's version is, if the document of `url` is of another. For a client that
/// trusts a key, only the signed list counts.
///
/// The other version must be on the same origin: a server that the address does not name learns nothing of a look-up.
pub(super) fn elsewhere(
    document: &IndexDocument,
    url: &Url,
    trust: &Trust,
) -> Result<Option<Url>, Doubt> {
    let Err(unknown) = check_versions(document) else {
        return Ok(None);
    };
    let listed = match signed(document, trust)? {
        Some(statement) => listed(statement.service),
        None => document.also.clone().unwrap_or_default(),
    };
    if listed.len() > MAX_VERSIONS {
        return Err(field("also"));
    }
    let spoken = listed
        .iter()
        .find(|other| is_spoken(other))
        .ok_or(unknown)?;
    let resolved = url.join(&spoken.url).ok();
    let beside = resolved.filter(|other| other.origin() == url.origin());
    beside.map(Some).ok_or_else(|| field("also"))
}

fn listed(service: Option<Service>) -> Vec<OtherVersion> {
    let also = service.and_then(|service| service.also);
    also.iter().flatten().map(ServiceVersion::listed).collect()
}

const fn is_spoken(other: &OtherVersion) -> bool {
    other.normalisation == NORMALISATION_VERSION && other.format == FORMAT_VERSION
}
