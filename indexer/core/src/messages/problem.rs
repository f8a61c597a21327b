use serde::{Deserialize, Serialize};

/// A problem document, RFC 9457: what the server answers instead of what was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Which problem it is, for programs.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// The same in words, always the same ones for a type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What to do about this very case; never a value of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// With `work-required`: the challenge to solve, an object of the ALTCHA protocol, version 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub challenge: Option<serde_json::Value>,
}

macro_rules! problem_kinds {
    ($($(#[$doc:meta])* $name:ident, $code:tt, $status:literal, $title:literal;)*) => {
        /// The types of problems, their HTTP status and their title.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[non_exhaustive]
        pub enum ProblemKind {
            $($(#[$doc])* #[serde(rename = $code)] $name,)*
        }

        impl ProblemKind {
            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            /// What it says in words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

problem_kinds! {
    /// The request cannot be understood.
    Malformed, "tag:tekser.kz,2026:malformed", 400, "The request cannot be understood";
    /// Nothing was found at this address.
    NotFound, "tag:tekser.kz,2026:not-found", 404, "There is nothing here";
    /// The thing is there, but not for this method.
    Method, "tag:tekser.kz,2026:method", 405, "This method is not allowed here";
    /// The request body or a header did not come in time.
    Slow, "tag:tekser.kz,2026:slow", 408, "The request did not come in time";
    /// The generation is no longer served.
    Retired, "tag:tekser.kz,2026:retired", 410, "This generation is no longer served; begin with /v1/index";
    /// The body is too long.
    TooLarge, "tag:tekser.kz,2026:too-large", 413, "The request is too large";
    /// The body is not JSON.
    MediaType, "tag:tekser.kz,2026:media-type", 415, "The request must be application/json";
    /// Work must be done first, or what was done does not count.
    WorkRequired, "tag:tekser.kz,2026:work-required", 428, "Solve the challenge and ask again";
    /// Too many requests, from this client or in all.
    TooMany, "tag:tekser.kz,2026:too-many", 429, "Too many requests; wait and ask again";
    /// A fault of the server's own.
    Internal, "tag:tekser.kz,2026:internal", 500, "The server failed; ask again later";
    /// No index is open yet.
    Unavailable, "tag:tekser.kz,2026:unavailable", 503, "Not ready; ask again later";
}

impl From<ProblemKind> for Problem {
    fn from(kind: ProblemKind) -> Self {
        Self {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: None,
            challenge: None,
        }
    }
}
