//! How does a generation get from a store into a cache, whole and checked, even if a fetch is interrupted?

use std::fs::File;
use std::io::Write;
use std::ops::Range;

use futures_util::{StreamExt, TryStreamExt, stream};
use memmap2::Mmap;
use object_store::path::Path;
use object_store::{GetOptions, GetRange};
use sha2::{Digest as _, Sha256};

use super::digest::{digest_of, hash};
use super::object::body;
use super::partial::{self, Partial};
use super::{Offer, PublicFile, Store, StoreError};
use crate::durable;
use crate::generation::{
    Attestation, Draft, FileKind, GenerationError, IndexDirectory, Lock, StatementTexts,
};
use crate::index::{FormatError, GenerationId, HEAD_LENGTH, Index, check_head};
use crate::statement::{self, CheckedStatement, Statement, StatementError, Trust};

/// Bytes requested at a time: few enough to arrive in time over a slow line.
const PIECE: u64 = 8 << 20;
/// Number of pieces in flight at a time. Four pieces are in memory then.
const AT_ONCE: usize = 4;
/// Bytes left free on the disk of the cache.
const RESERVE: u64 = 64 << 20;
/// Longest statement or signature; both have less than two thousand bytes.
const MAX_ATTESTATION: u64 = 64 << 10;

impl Store {
    /// Fetches the generation that a store offers into `cache`, an index directory of its own, and publishes it there;
    /// returns whether it was not published yet. An existing whole file is not fetched again; a damaged one is. An
    /// interrupted fetch is resumed if the store still offers the same object.
    ///
    /// Whatever happens, the cache holds its old content or all of the new generation, whose length fits
    /// its header and the disk, whose digests and checksums hold, whose statement is about it, and which a key in
    /// `trust` signed, if any key is trusted. All of that is checked before any file of the cache is replaced.
    ///
    /// # Errors
    /// [`StoreError`] says what is wrong with the store, the generation or the cache.
    pub async fn fetch(
        &self,
        offer: &Offer,
        cache: &IndexDirectory,
        trust: &Trust,
    ) -> Result<bool, StoreError> {
        let generation = offer.generation();
        let attested = self.attested(offer).await?;
        // Before hundreds of megabytes are fetched needlessly.
        check_texts(attested.as_ref(), generation, trust)
            .map_err(|source| StoreError::Statement { generation, source })?;
        let lock = cache.lock()?;
        cache.tidy(&lock)?;
        if is_whole(cache, offer, attested.as_ref())? {
            partial::sweep(cache.path(), None)?;
            return enter(cache, &lock, generation, attested, trust);
        }
        let fetched = self.fetch_index(offer, cache).await?;
        let draft = cache.receive(&lock, generation)?;
        fetched.rename(&draft.file(FileKind::Public))?;
        complete(draft, cache, attested, trust)?;
        cache.publish_public(&lock, generation)?;
        Ok(true)
    }

    /// Returns statement and signature of the offered generation, if the store has them.
    async fn attested(&self, offer: &Offer) -> Result<Option<StatementTexts>, StoreError> {
        let files = [Attestation::Statement, Attestation::Signature].map(PublicFile::Attestation);
        if files.iter().any(|file| offer.digests.of(*file).is_none()) {
            return Ok(None);
        }
        let [statement, signature] = files;
        Ok(Some(StatementTexts {
            statement: self.text(offer, statement).await?,
            signature: self.text(offer, signature).await?,
        }))
    }

    async fn text(&self, offer: &Offer, file: PublicFile) -> Result<String, StoreError> {
        let object = self.file(offer.generation(), file);
        let place = || self.place(&object);
        let expected = "a short text";
        let read = self.read(&object, MAX_ATTESTATION, expected).await?;
        let body = read
            .ok_or_else(|| StoreError::Missing { place: place() })?
            .body;
        if offer.digests.of(file) != Some(super::digest::digest(&body)) {
            return Err(StoreError::Digest { place: place() });
        }
        String::from_utf8(body).map_err(|_| self.nonsense(&object, expected))
    }

    /// Fetches the missing rest of the public file, piece by piece, until the cache has all of it with the right
    /// digest. Bytes of an earlier fetch are not trusted: if the digest is wrong with them, they are fetched again.
    async fn fetch_index(
        &self,
        offer: &Offer,
        cache: &IndexDirectory,
    ) -> Result<Partial, StoreError> {
        let object = self.file(offer.generation(), PublicFile::Index);
        let mut partial = Partial::of(cache.path(), offer)?;
        self.check_length(offer, cache, &partial, &object).await?;
        loop {
            let is_resumed = partial.length() > 0;
            let digest = self.fetch_rest(offer, &object, &partial).await?;
            if offer.digests.of(PublicFile::Index) == Some(digest) {
                return Ok(partial);
            }
            partial.remove()?;
            if !is_resumed {
                let place = self.place(&object);
                return Err(StoreError::Digest { place });
            }
        }
    }

    /// Before anything is written: the length stated by the store must be that of the file's own head, and fit on the
    /// disk.
    async fn check_length(
        &self,
        offer: &Offer,
        cache: &IndexDirectory,
        partial: &Partial,
        object: &Path,
    ) -> Result<(), StoreError> {
        let length = offer.length();
        let head = 0..length.min(HEAD_LENGTH as u64);
        let beginning = match head.is_empty() {
            true => Vec::new(),
            false => self.piece(offer, object, head).await?,
        };
        let broken = |source: FormatError| StoreError::Format {
            place: self.place(object),
            source,
        };
        check_head(&beginning, length).map_err(broken)?;
        let free = durable::free_bytes(cache.path())?.saturating_sub(RESERVE);
        if length - partial.length() <= free {
            return Ok(());
        }
        Err(StoreError::NoRoom {
            place: self.place(object),
            length,
            free,
        })
    }

    /// Appends the rest of the object to the bytes present and returns the SHA-256 of the whole.
    async fn fetch_rest(
        &self,
        offer: &Offer,
        object: &Path,
        partial: &Partial,
    ) -> Result<super::Digest, StoreError> {
        let (mut file, mut hasher) = (partial.open()?, Sha256::new());
        hash(&mut file, &mut hasher)?;
        let mut pieces = stream::iter(pieces(partial.length()..offer.length()))
            .map(|range| self.piece(offer, object, range))
            .buffered(AT_ONCE);
        while let Some(bytes) = pieces.try_next().await? {
            hasher.update(&bytes);
            file.write_all(&bytes)?;
        }
        Ok(hasher.finalize().into())
    }

    /// Returns a piece of the object as it was when it was offered, with exactly the requested length.
    async fn piece(
        &self,
        offer: &Offer,
        object: &Path,
        range: Range<u64>,
    ) -> Result<Vec<u8>, StoreError> {
        let length = range.end - range.start;
        let options = GetOptions {
            if_match: offer.strong_tag().map(ToOwned::to_owned),
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let answer = self.objects.get_opts(object, options).await;
        let answer = answer.map_err(self.failed(object))?;
        let bytes = body(answer, length).await.map_err(self.failed(object))?;
        let whole = bytes.filter(|bytes| bytes.len() as u64 == length);
        whole.ok_or_else(|| self.nonsense(object, "as long as the store says"))
    }
}

fn pieces(whole: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let count = (whole.end - whole.start).div_ceil(PIECE);
    let begins = (0..count).map(move |piece| whole.start + piece * PIECE);
    begins.map(move |begin| begin..whole.end.min(begin + PIECE))
}

/// Checks that the statement is about this generation, and signed by a trusted key, if any is named.
/// The files are checked against it when they have been fetched.
fn check_texts(
    attested: Option<&StatementTexts>,
    generation: GenerationId,
    trust: &Trust,
) -> Result<(), StatementError> {
    let Some(attested) = attested else {
        return match trust.is_empty() {
            true => Ok(()),
            false => Err(StatementError::Unsigned { generation }),
        };
    };
    if !trust.is_empty() {
        trust.verify(&attested.statement, &attested.signature)?;
    }
    Statement::parse(&attested.statement)?.check_name(generation)
}

/// Returns whether the cache has the offered file, byte for byte; and, if no statement is offered for it, has none
/// either. O(file): reading the whole file avoids trusting a disk.
fn is_whole(
    cache: &IndexDirectory,
    offer: &Offer,
    attested: Option<&StatementTexts>,
) -> Result<bool, StoreError> {
    let generation = offer.generation();
    let folder = cache.path().join(generation.as_str());
    let Ok(file) = File::open(folder.join(FileKind::Public.file_name())) else {
        return Ok(false);
    };
    let is_same =
        digest_of(file).is_ok_and(|digest| Some(digest) == offer.digests.of(PublicFile::Index));
    if !is_same || attested.is_some() {
        return Ok(is_same);
    }
    let public = cache.open_public(generation)?;
    Ok(statement::check(cache, &public, &Trust::default()).is_ok())
}

/// Checks the fetched file, and only then moves it to its place in the cache, or that of a damaged file there.
fn complete(
    draft: Draft<'_>,
    cache: &IndexDirectory,
    attested: Option<StatementTexts>,
    trust: &Trust,
) -> Result<(), StoreError> {
    let generation = draft.id();
    let public = draft.open_public()?;
    public.check_sums().map_err(|source| {
        let path = draft.file(FileKind::Public);
        GenerationError::Format { path, source }
    })?;
    let checked = check(attested, &public, trust)?;
    if let Some(checked) = checked {
        draft.attest(&checked.attested)?;
    }
    match cache.generations()?.contains(&generation) {
        true => draft.repair()?,
        false => draft.set_aside()?,
    };
    Ok(())
}

/// Publishes a generation whose file is in the cache, with the offered statement; returns whether anything
/// changed.
fn enter(
    cache: &IndexDirectory,
    lock: &Lock,
    generation: GenerationId,
    attested: Option<StatementTexts>,
    trust: &Trust,
) -> Result<bool, StoreError> {
    let checked = check(attested, &cache.open_public(generation)?, trust)?;
    let attested = checked.map(|checked| checked.attested);
    // An unreadable statement is replaced like a different one.
    let cached = cache.attested(generation).ok().flatten();
    let new = attested.filter(|attested| cached.as_ref() != Some(attested));
    let is_current = cache.current().is_ok_and(|current| current == generation);
    if is_current && new.is_none() {
        return Ok(false);
    }
    if let Some(attested) = new {
        cache.attest(generation, &attested, lock)?;
    }
    if !is_current {
        cache.publish_public(lock, generation)?;
    }
    Ok(true)
}

fn check(
    attested: Option<StatementTexts>,
    public: &Index<Mmap>,
    trust: &Trust,
) -> Result<Option<CheckedStatement>, StoreError> {
    let generation = public.header().generation;
    statement::check_attested(attested, public, trust)
        .map_err(|source| StoreError::Statement { generation, source })
}
