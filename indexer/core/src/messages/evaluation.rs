use serde::{Deserialize, Serialize};

/// Most elements that one request may bring.
pub const MAX_ELEMENTS: usize = 16;

/// `POST /v1/evaluate`: what an evaluator is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvaluateRequest {
    /// 1 to 16 blinded elements, 32 bytes each.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Vec<ElementText>, min_items = 1, max_items = 16, example = json!(["4vKuCgr_uKxT4nEexYLD2XrtF2LvoADi-s8L2C7KuVE"]))
    )]
    pub blinded: Vec<String>,
}

/// A group element: 32 bytes, base64url without padding.
#[cfg(feature = "openapi")]
#[derive(utoipa::ToSchema)]
#[schema(pattern = "^[A-Za-z0-9_-]{43}$")]
#[expect(dead_code, reason = "only its description is used")]
struct ElementText(String);

/// What it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluateResponse {
    /// The evaluated elements, in the order asked.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<ElementText>, min_items = 1, max_items = 16))]
    pub evaluated: Vec<String>,
    /// One proof for all of them: `c` and `s` of RFC 9497 §2.2, 64 bytes.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Za-z0-9_-]{86}$"))]
    pub proof: String,
}
