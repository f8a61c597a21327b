//! How is an object store asked? Requests, repeated within bounds.

use std::sync::Arc;
use std::time::Duration;

use futures_util::TryStreamExt;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, RetryConfig};

use super::{Address, PublicFile, StoreError};
use crate::index::GenerationId;

/// How often a request is sent again, and for how long: a user waits for the answer, or asks again soon.
const RETRIES: usize = 3;
const PATIENCE: Duration = Duration::from_secs(20);

/// An open store. It gets no request before something is pushed or fetched.
///
/// Its functions must run in a tokio runtime, which may have a single thread; they block it while they write to disk.
pub struct Store {
    pub(super) objects: Arc<dyn ObjectStore>,
    address: Address,
    pub(super) prefix: Path,
}

/// An object as it was read.
pub(super) struct Object {
    pub(super) meta: ObjectMeta,
    pub(super) body: Vec<u8>,
}

impl Store {
    /// The store at an address, with the credentials from the environment.
    ///
    /// # Errors
    /// [`StoreError`] if the address or the environment's variables are invalid.
    pub fn open(address: &Address) -> Result<Self, StoreError> {
        let settings = || StoreError::Settings {
            address: address.to_string(),
        };
        let (objects, prefix): (Arc<dyn ObjectStore>, Path) = match address {
            Address::S3 { bucket, prefix } => {
                // For `object_store`'s client, which has none of its own. An earlier choice of the process stays in
                // force.
                let _ = rustls::crypto::ring::default_provider().install_default();
                let retry = RetryConfig {
                    max_retries: RETRIES,
                    retry_timeout: PATIENCE,
                    ..RetryConfig::default()
                };
                let builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
                let client = builder.with_retry(retry).build().map_err(|_| settings())?;
                let prefix = Path::parse(prefix).map_err(|_| StoreError::Address)?;
                (Arc::new(client), prefix)
            }
            Address::Folder(folder) => {
                let folder = std::path::absolute(folder).map_err(|_| StoreError::Address)?;
                let prefix = Path::from_absolute_path(folder).map_err(|_| StoreError::Address)?;
                (Arc::new(LocalFileSystem::new().with_fsync(true)), prefix)
            }
        };
        Ok(Self {
            objects,
            address: address.clone(),
            prefix,
        })
    }

    /// Returns the address of the store.
    #[must_use]
    pub const fn address(&self) -> &Address {
        &self.address
    }

    /// Returns the place of an object, for messages.
    pub(super) fn place(&self, object: &Path) -> String {
        let within = object.prefix_match(&self.prefix);
        within
            .into_iter()
            .flatten()
            .fold(self.address.to_string(), |place, part| {
                format!("{place}/{}", part.as_ref())
            })
    }

    pub(super) fn object(&self, name: &'static str) -> Path {
        self.prefix.clone().join(name)
    }

    pub(super) fn folder(&self, generation: GenerationId) -> Path {
        self.prefix.clone().join(generation.as_str())
    }

    pub(super) fn file(&self, generation: GenerationId, file: PublicFile) -> Path {
        self.folder(generation).join(file.name())
    }

    pub(super) fn failed(&self, object: &Path) -> impl Fn(object_store::Error) -> StoreError {
        let place = self.place(object);
        move |error| StoreError::of(place.clone(), &error)
    }

    /// What is known about an object; `None` if it does not exist.
    pub(super) async fn head(&self, object: &Path) -> Result<Option<ObjectMeta>, StoreError> {
        match self.objects.head(object).await {
            Ok(meta) => Ok(Some(meta)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed(object)(error)),
        }
    }

    /// Reads an object of `limit` bytes at most; `None` if it does not exist.
    pub(super) async fn read(
        &self,
        object: &Path,
        limit: u64,
        expected: &'static str,
    ) -> Result<Option<Object>, StoreError> {
        let answer = match self.objects.get_opts(object, GetOptions::default()).await {
            Ok(answer) => answer,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.failed(object)(error)),
        };
        let meta = answer.meta.clone();
        let body = match meta.size <= limit {
            true => body(answer, limit).await.map_err(self.failed(object))?,
            false => None,
        };
        let body = body.ok_or_else(|| self.nonsense(object, expected))?;
        Ok(Some(Object { meta, body }))
    }

    /// Reads an object of `limit` bytes at most that is a text, and what the text means; `None` if it does not exist.
    pub(super) async fn read_as<T>(
        &self,
        object: &Path,
        limit: u64,
        expected: &'static str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<(T, ObjectMeta)>, StoreError> {
        let Some(Object { meta, body }) = self.read(object, limit, expected).await? else {
            return Ok(None);
        };
        match str::from_utf8(&body).ok().and_then(parse) {
            Some(meaning) => Ok(Some((meaning, meta))),
            None => Err(self.nonsense(object, expected)),
        }
    }

    pub(super) fn nonsense(&self, object: &Path, expected: &'static str) -> StoreError {
        StoreError::Nonsense {
            place: self.place(object),
            expected,
        }
    }
}

/// The body of an answer, `limit` bytes at most; `None` if there are more: a store may send another length than it
/// announces.
pub(super) async fn body(
    answer: GetResult,
    limit: u64,
) -> Result<Option<Vec<u8>>, object_store::Error> {
    let mut body = Vec::new();
    let mut stream = answer.into_stream();
    while let Some(bytes) = stream.try_next().await? {
        if (body.len() + bytes.len()) as u64 > limit {
            return Ok(None);
        }
        body.extend_from_slice(&bytes);
    }
    Ok(Some(body))
}
