use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use url::Url;

use super::StoreError;

/// The address of a store: `s3://bucket/prefix` or `file:///folder`.
///
/// Endpoint, region and credentials are not part of it: they come from the variables `AWS_…` of the environment, where
/// no command line, log or error message shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// An object store that speaks the protocol of Amazon S3.
    S3 {
        /// The bucket.
        bucket: String,
        /// Prefix of the names of all objects, without slashes at its ends; may be empty.
        prefix: String,
    },
    /// A folder, such as one on a file system that several machines mount.
    Folder(PathBuf),
}

impl Address {
    /// Whether a text means a store and not an index directory.
    #[must_use]
    pub fn is_meant_by(text: &str) -> bool {
        text.contains("://")
    }
}

impl FromStr for Address {
    type Err = StoreError;

    /// A refused address is not repeated: people have put passwords into addresses.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        let url = Url::parse(text).map_err(|_| StoreError::Address)?;
        let is_bare = url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        match url.scheme() {
            _ if !is_bare => Err(StoreError::Address),
            "s3" => of_bucket(&url),
            "file" => url
                .to_file_path()
                .map(Self::Folder)
                .map_err(|()| StoreError::Address),
            _ => Err(StoreError::Address),
        }
    }
}

fn of_bucket(url: &Url) -> Result<Address, StoreError> {
    let bucket = url.host_str().filter(|bucket| is_bucket(bucket));
    let prefix = url.path().trim_matches('/');
    if !prefix.bytes().all(is_plain) || prefix.split('/').any(is_step) {
        return Err(StoreError::Address);
    }
    Ok(Address::S3 {
        bucket: bucket.ok_or(StoreError::Address)?.to_owned(),
        prefix: prefix.to_owned(),
    })
}

/// The rules of Amazon S3 for buckets, as far as they keep an address from meaning something else.
fn is_bucket(name: &str) -> bool {
    let is_letter = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
    (3..=63).contains(&name.len()) && name.bytes().all(is_letter)
}

/// Returns whether a byte has only one spelling, in URLs, logs and signatures.
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')
}

/// Returns whether a segment is not a name: a step to elsewhere, or nothing between two slashes.
fn is_step(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::S3 { bucket, prefix } if prefix.is_empty() => write!(f, "s3://{bucket}"),
            Self::S3 { bucket, prefix } => write!(f, "s3://{bucket}/{prefix}"),
            Self::Folder(folder) => write!(f, "file://{}", folder.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_it_was_written() {
        for text in [
            "s3://tekser",
            "s3://tekser-kz/public/1.0",
            "file:///srv/tekser",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
        let slashed: Address = "s3://tekser/public/".parse().unwrap();
        assert_eq!(slashed.to_string(), "s3://tekser/public");
    }

    #[test]
    fn an_invalid_address_is_refused_without_being_repeated() {
        for text in [
            "s3://",
            "s3:///prefix",
            "s3://ab/prefix",
            "s3://Secret:Secret@tekser/prefix",
            "s3://tekser:9000/prefix",
            "s3://tekser/prefix?X-Amz-Signature=Secret",
            "s3://tekser/a%2fb",
            "s3://tekser/prefix#Secret",
            "file://elsewhere/folder",
            "https://tekser.example.org/Secret",
            "index",
        ] {
            let message = text.parse::<Address>().unwrap_err().to_string();
            assert!(!message.contains("Secret"), "{message}");
        }
    }
}
