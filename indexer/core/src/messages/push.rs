use serde::{Deserialize, Serialize};

/// Longest endpoint that a server keeps, in bytes of its URL as the URL standard writes it.
pub const MAX_ENDPOINT: usize = 1024;

/// `GET /v1/push`: whether a server sends notices of new lists, and under which key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushDocument {
    /// Whether subscriptions are accepted. Without it the other members are absent.
    pub offered: bool,
    /// The key that a browser wants as `applicationServerKey`: an uncompressed point of P-256, 65 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{87}$"))]
    pub public_key: Option<String>,
    /// Days after which a subscription that nobody renewed is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kept_days: Option<u16>,
}

impl PushDocument {
    /// That of a server that sends no notices.
    #[must_use]
    pub const fn not_offered() -> Self {
        Self {
            offered: false,
            public_key: None,
            kept_days: None,
        }
    }
}

/// `POST /v1/push`: a browser's subscription, as `PushSubscription.toJSON()` writes it. Other members are ignored.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushSubscription {
    /// Where the browser's push service takes messages for it.
    #[cfg_attr(
        feature = "openapi",
        schema(
            format = "uri",
            max_length = 1024,
            example = "https://updates.push.services.mozilla.com/wpush/v2/gAAAA"
        )
    )]
    pub endpoint: String,
    /// When the push service drops it, in milliseconds of Unix time, if it says so.
    #[serde(default, rename = "expirationTime")]
    pub expiration_time: Option<f64>,
    /// To whom messages are encrypted.
    pub keys: PushKeys,
}

/// The keys of a subscription, RFC 8291.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushKeys {
    /// The browser's public key: an uncompressed point of P-256, 65 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{87}$"))]
    pub p256dh: String,
    /// The authentication secret, 16 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{22}$"))]
    pub auth: String,
}

/// `DELETE /v1/push`: which subscription is to be deleted, and the proof that it is the sender's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PushRemoval {
    /// The endpoint.
    #[cfg_attr(feature = "openapi", schema(format = "uri", max_length = 1024))]
    pub endpoint: String,
    /// The authentication secret of its subscription, 16 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{22}$"))]
    pub auth: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_writes_is_read_with_members_of_later_browsers() {
        let text = r#"{"endpoint":"https://push.example/a","expirationTime":null,"more":1,
            "keys":{"p256dh":"BA","auth":"AA","more":2}}"#;
        let subscription: PushSubscription = serde_json::from_str(text).unwrap();
        assert_eq!(subscription.endpoint, "https://push.example/a");
        assert_eq!(subscription.expiration_time, None);
    }

    #[test]
    fn a_server_without_notices_says_only_that() {
        let text = serde_json::to_string(&PushDocument::not_offered()).unwrap();
        assert_eq!(text, r#"{"offered":false}"#);
    }
}
