//! Who vouches for whom? The table `[owners]` of the file of settings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use exposure_index::identifier::Kind;
use exposure_index::messages::is_private;
use serde::Deserialize;
use toml::Value;
use url::Url;

use crate::limits::Proxies;

/// The default scope that is requested from the provider.
const SCOPE: &str = "openid phone email";

/// Why the table `[owners]` is invalid.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum OwnersSettingsError {
    /// A setting is missing, unknown or of the wrong type.
    #[error("[owners]: {0}")]
    Form(#[from] toml::de::Error),
    /// Browsers cannot be sent to the address.
    #[error("[owners] {setting} must be https{what}; http is for this machine only")]
    Address {
        /// The setting.
        setting: &'static str,
        /// What else is expected of it.
        what: &'static str,
    },
    /// No claim is said to hold an identifier.
    #[error(
        "[owners.claims] must say which claim holds which identifier, such as iin = \"iin\"; the kinds are those of tekser-indexer lookup"
    )]
    Claims,
    /// The scope lacks `openid`, without which there is no ID token.
    #[error("[owners] scope must contain openid")]
    Scope,
}

/// Settings of sign-in for owners of sealed leaks, and of the audit.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(feature = "owners"),
    expect(
        dead_code,
        reason = "a server without `owners` only refuses the settings"
    )
)]
pub(crate) struct OwnersSettings {
    /// The public address of this service: scheme and host, without a slash at the end.
    pub(crate) address: String,
    /// The provider, exactly as its tokens name it.
    pub(crate) issuer: String,
    /// The provider's name for this service.
    pub(crate) client_id: String,
    /// The file of the audit.
    pub(crate) audit: PathBuf,
    /// The scope that is requested from the provider.
    pub(crate) scope: String,
    /// Which claims hold which identifiers.
    pub(crate) claims: ClaimMap,
}

/// Which claims hold which identifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClaimMap {
    /// The kind of the identifier in each claim about the person.
    pub(crate) own: BTreeMap<String, Kind>,
    /// The claim that lists the IINs of the person's wards.
    pub(crate) wards: Option<String>,
}

/// Configuration of the service for owners.
#[cfg_attr(
    not(feature = "owners"),
    expect(
        dead_code,
        reason = "a server without `owners` only refuses the settings"
    )
)]
pub(crate) struct OwnersConfig {
    /// The table `[owners]`.
    pub(crate) settings: OwnersSettings,
    /// The index directory, with sealed files.
    pub(crate) index: PathBuf,
    /// The file of the key of the tags.
    pub(crate) key: PathBuf,
    /// The file of the offline key.
    pub(crate) offline_key: PathBuf,
    /// The file whose first line is the secret by which the provider knows this service.
    pub(crate) client_secret: PathBuf,
    /// Public keys, or their files, one of which must have signed a generation; empty if it need not be signed.
    pub(crate) trust: Vec<String>,
    /// Proxies that are trusted to name the client.
    pub(crate) proxies: Proxies,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    address: String,
    issuer: String,
    client_id: String,
    audit: PathBuf,
    scope: Option<String>,
    claims: BTreeMap<String, String>,
    wards: Option<String>,
}

impl OwnersSettings {
    /// Reads the value of `owners` in the settings file.
    ///
    /// # Errors
    /// [`OwnersSettingsError`] if a setting is missing or makes no sense.
    pub(crate) fn read(value: Value) -> Result<Self, OwnersSettingsError> {
        let table: Table = value.try_into()?;
        let is_origin =
            |url: &Url| is_private(url) && table.address == url.origin().ascii_serialization();
        if !Url::parse(&table.address).is_ok_and(|url| is_origin(&url)) {
            return Err(OwnersSettingsError::Address {
                setting: "address",
                what: " and a host, with nothing after it",
            });
        }
        let has_no_query = |url: &Url| url.query().is_none() && url.fragment().is_none();
        if !Url::parse(&table.issuer).is_ok_and(|url| is_private(&url) && has_no_query(&url)) {
            return Err(OwnersSettingsError::Address {
                setting: "issuer",
                what: ", without a query",
            });
        }
        let scope = table.scope.unwrap_or_else(|| SCOPE.to_owned());
        if !scope.split(' ').any(|word| word == "openid") {
            return Err(OwnersSettingsError::Scope);
        }
        Ok(Self {
            address: table.address,
            issuer: table.issuer,
            client_id: table.client_id,
            audit: table.audit,
            scope,
            claims: ClaimMap {
                own: kinds(&table.claims)?,
                wards: table.wards,
            },
        })
    }
}

fn kinds(claims: &BTreeMap<String, String>) -> Result<BTreeMap<String, Kind>, OwnersSettingsError> {
    let kind = |(claim, kind): (&String, &String)| Some((claim.clone(), kind.parse().ok()?));
    let kinds: Option<BTreeMap<String, Kind>> = claims.iter().map(kind).collect();
    kinds
        .filter(|kinds| !kinds.is_empty())
        .ok_or(OwnersSettingsError::Claims)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        address = "https://owners.example"
        issuer = "https://provider.example/realm"
        client-id = "tekser"
        audit = "audit.log"
        [claims]
        iin = "iin"
        phone_number = "phone"
    "#;

    fn read(text: &str) -> Result<OwnersSettings, String> {
        let table = text.parse().expect("TOML");
        OwnersSettings::read(Value::Table(table)).map_err(|error| error.to_string())
    }

    #[test]
    fn claims_are_mapped_to_kinds_and_nothing_else_is_asked_for_than_is_needed() {
        let settings = read(GOOD).expect("settings");
        assert_eq!(settings.scope, "openid phone email");
        assert_eq!(settings.claims.own["phone_number"], Kind::Phone);
        assert_eq!(settings.claims.wards, None);
    }

    #[test]
    fn what_is_missing_or_makes_no_sense_is_named() {
        for (good, wrong, named) in [
            ("address = \"https://owners.example\"", "", "address"),
            (
                "https://owners.example",
                "https://owners.example/",
                "address",
            ),
            ("https://owners.example", "http://owners.example", "address"),
            (
                "https://provider.example/realm",
                "http://provider.example",
                "issuer",
            ),
            (
                "https://provider.example/realm",
                "https://provider.example?a",
                "issuer",
            ),
            ("audit = \"audit.log\"", "", "audit"),
            ("[claims]", "secret = \"s\"\n[claims]", "secret"),
            ("[claims]", "scope = \"phone\"\n[claims]", "openid"),
            ("\"phone\"", "\"telephone\"", "[owners.claims]"),
        ] {
            let error = read(&GOOD.replacen(good, wrong, 1)).expect_err("a refusal");
            assert!(error.contains(named), "{wrong}: {error}");
        }
        let without = GOOD.split("iin = ").next().expect("a part");
        assert!(
            read(without)
                .expect_err("a refusal")
                .contains("[owners.claims]")
        );
    }
}
