//! How does a generation get into an object store?

use bytes::Bytes;
use memmap2::Mmap;
use object_store::path::Path;
use object_store::{
    ObjectStoreExt, PutMode, PutOptions, PutPayload, UpdateVersion, WriteMultipart,
};

use super::current::{CURRENT, Current};
use super::digest::{SHA256SUMS, digest};
use super::{Digests, PublicFile, Store, StoreError};
use crate::durable;
use crate::generation::StatementTexts;
use crate::index::{GenerationId, Index};
use crate::progress::{Cancel, Progress};

/// Bytes sent at a time. A store takes 10,000 parts for one object, which is 80 GB.
const PART: usize = 8 << 20;
/// Number of parts in flight at a time.
const AT_ONCE: usize = 4;

/// A generation to be pushed to a store.
pub struct Push<'a> {
    /// Its public file.
    pub public: &'a Index<Mmap>,
    /// Statement and signature, if it was signed.
    pub attested: Option<&'a StatementTexts>,
    /// Whether it may replace a newer one.
    pub allow_older: bool,
    /// Whether files are sent that exist already.
    pub resend: bool,
}

/// The summary of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PushSummary {
    /// Bytes of files that were sent.
    pub sent: u64,
    /// Whether it was completely in the store and current already.
    pub already: bool,
}

impl Push<'_> {
    /// Sends the missing files, and names the generation in `CURRENT` last of all: concurrent readers see the old
    /// generation or the whole new one. A push that was killed is simply repeated.
    ///
    /// Progress is in bytes, as they are handed over. O(file).
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer generation is current there; [`StoreError`] if the file is damaged, the store
    /// refuses something, or another process pushed at the same time.
    pub async fn to(
        &self,
        store: &Store,
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<PushSummary, StoreError> {
        progress.begin(self.bytes());
        let generation = self.public.header().generation;
        self.public
            .check_sums()
            .map_err(|source| StoreError::Format {
                place: PublicFile::Index.name().to_owned(),
                source,
            })?;
        let before = store.current().await?;
        self.check_newer(store, before.as_ref())?;
        let there = match self.resend {
            true => None,
            false => store.digests(generation).await?,
        };
        let (mut sent, mut digests) = (0, Digests::default());
        for (file, bytes) in self.files() {
            let digest = digest(bytes);
            digests.add(file, digest);
            let object = store.file(generation, file);
            let is_listed = there.as_ref().and_then(|there| there.of(file)) == Some(digest);
            if is_listed && store.has(&object, bytes.len()).await? {
                progress.advance(bytes.len() as u64);
                continue;
            }
            store.send(&object, bytes, cancel, progress).await?;
            sent += bytes.len() as u64;
        }
        if sent > 0 || there.as_ref() != Some(&digests) {
            let sums = store.folder(generation).join(SHA256SUMS);
            store
                .put(&sums, digests.to_text(), PutMode::Overwrite)
                .await?;
        }
        let is_current = before
            .as_ref()
            .is_some_and(|(there, _)| *there == generation);
        if !is_current {
            store.make_current(generation, before).await?;
        }
        Ok(PushSummary {
            sent,
            already: is_current && sent == 0,
        })
    }

    /// Returns the size of all its files, in bytes.
    fn bytes(&self) -> u64 {
        let files = self.files().into_iter();
        files.map(|(_, bytes)| bytes.len() as u64).sum()
    }

    /// The public file, statement and signature: nothing else of a generation may leave.
    fn files(&self) -> Vec<(PublicFile, &[u8])> {
        let text = |file| match (file, self.attested) {
            (PublicFile::Index, _) => Some(self.public.as_bytes()),
            (PublicFile::Attestation(attestation), Some(attested)) => {
                Some(attested.text(attestation).as_bytes())
            }
            (PublicFile::Attestation(_), None) => None,
        };
        let files = PublicFile::ALL.into_iter();
        files.filter_map(|file| Some((file, text(file)?))).collect()
    }

    fn check_newer(&self, store: &Store, before: Option<&Current>) -> Result<(), StoreError> {
        let generation = self.public.header().generation;
        match before {
            Some((there, _)) if *there > generation && !self.allow_older => {
                Err(StoreError::Newer {
                    address: store.address().to_string(),
                    there: *there,
                    generation,
                })
            }
            _ => Ok(()),
        }
    }
}

impl Store {
    /// Returns whether an object of this length exists.
    async fn has(&self, object: &Path, length: usize) -> Result<bool, StoreError> {
        let meta = self.head(object).await?;
        Ok(meta.is_some_and(|meta| meta.size == length as u64))
    }

    /// Writes an object, whole or not at all.
    async fn send(
        &self,
        object: &Path,
        bytes: &[u8],
        cancel: &Cancel,
        progress: &Progress,
    ) -> Result<(), StoreError> {
        let failed = self.unwritten(object);
        if bytes.len() <= PART {
            let put = self.put(object, bytes.to_vec(), PutMode::Overwrite).await;
            progress.advance(bytes.len() as u64);
            return put;
        }
        let upload = durable::request(self.objects.put_multipart(object));
        let mut upload = WriteMultipart::new_with_chunk_size(upload.await.map_err(&failed)?, PART);
        for part in bytes.chunks(PART) {
            let room = durable::request(upload.wait_for_capacity(AT_ONCE)).await;
            let go_on = cancel.check().map_err(StoreError::Cancelled);
            if let Err(error) = room.map_err(&failed).and(go_on) {
                // Otherwise the store's own rule for unfinished uploads removes it.
                let _ = upload.abort().await;
                return Err(error);
            }
            upload.write(part);
            progress.advance(part.len() as u64);
        }
        durable::request(upload.finish()).await.map_err(&failed)?;
        Ok(())
    }

    /// Translates a failure to write.
    fn unwritten(&self, object: &Path) -> impl Fn(object_store::Error) -> StoreError {
        let (failed, address) = (self.failed(object), self.address().to_string());
        move |error| match failed(error) {
            StoreError::Missing { .. } => StoreError::NoBucket {
                address: address.clone(),
            },
            error => error,
        }
    }

    async fn put(
        &self,
        object: &Path,
        bytes: impl Into<Bytes>,
        mode: PutMode,
    ) -> Result<(), StoreError> {
        let put = self.put_if(object, bytes, mode).await;
        put.map_err(self.unwritten(object))
    }

    /// Writes an object under a condition, and returns the store's own error.
    async fn put_if(
        &self,
        object: &Path,
        bytes: impl Into<Bytes>,
        mode: PutMode,
    ) -> Result<(), object_store::Error> {
        let payload = PutPayload::from_bytes(bytes.into());
        let put = self
            .objects
            .put_opts(object, payload, PutOptions::from(mode));
        durable::request(put).await.map(drop)
    }

    /// Names a generation in `CURRENT`, unless another process did since it was read. Stores without such a
    /// condition are checked once more.
    async fn make_current(
        &self,
        generation: GenerationId,
        before: Option<Current>,
    ) -> Result<(), StoreError> {
        let (object, line) = (self.object(CURRENT), format!("{generation}\n"));
        let version = before.map(|(_, version)| version);
        let mode = version.clone().map_or(PutMode::Create, PutMode::Update);
        match self.put_if(&object, line.clone(), mode).await {
            Err(object_store::Error::NotImplemented { .. }) => {
                self.check_unchanged(&object, version).await?;
                self.put(&object, line, PutMode::Overwrite).await
            }
            put => put.map_err(self.unwritten(&object)),
        }
    }

    async fn check_unchanged(
        &self,
        object: &Path,
        version: Option<UpdateVersion>,
    ) -> Result<(), StoreError> {
        let now = self.current().await?.map(|(_, version)| version);
        match now == version {
            true => Ok(()),
            false => Err(StoreError::Changed {
                place: self.place(object),
            }),
        }
    }
}
