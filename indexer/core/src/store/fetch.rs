use std::fs::{File, OpenOptions};
use std::io::Write;
use std::ops::Range;
use std::os::unix::fs::OpenOptionsExt;

use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{GetOptions, GetRange};
use sha2::{Digest as _, Sha256};

use super::object::body;
use super::{Offer, PublicFile, Store, StoreError};
use crate::durable;
use crate::generation::{Attestation, Attested, Draft, FileKind, IndexDirectory, Lock};
use crate::index::{FormatError, HEAD_LENGTH, check_head};
use crate::statement::{self, StatementError, Trust};

/// What is asked for at a time: short enough to be there in time over a slow line.
const PIECE: u64 = 8 << 20;
/// How many pieces are on their way at a time. With it, four pieces are in memory.
const AT_ONCE: usize = 4;
/// What is left free on the disk of the cache.
const RESERVE: u64 = 64 << 20;
/// Longest statement or signature; both have less than two thousand bytes.
const MAX_ATTESTATION: u64 = 64 << 10;

impl Store {
    /// Fetches what a store offers into `cache`, an index directory of its own, and puts it in force there; tells whether it
    /// was not yet. A file that is there already is not fetched again.
    ///
    /// Whatever happens on the way, the cache has what it had in force or all of the new generation: whose length fits
    /// its header and the disk, whose digests and checksums hold, and which somebody in `trust` signed, if anybody is.
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
        let refused = |source| StoreError::Statement { generation, source };
        let attested = self.attested(offer).await?;
        // Before hundreds of megabytes are fetched for nothing.
        check_signature(attested.as_ref(), offer, trust).map_err(refused)?;
        let lock = cache.lock()?;
        cache.tidy(&lock)?;
        let is_in_force = cache.current().is_ok_and(|current| current == generation);
        if is_in_force && cache.attested(generation)? == attested {
            return Ok(false);
        }
        let enter = || enter(offer, cache, &lock, attested.as_ref(), trust);
        if cache.generations()?.contains(&generation) {
            match enter() {
                Err(_) if !is_in_force => cache.remove(&lock, generation)?,
                entered => return entered.map(|()| true),
            }
        }
        let draft = cache.receive(&lock, generation)?;
        self.fetch_index(offer, &draft).await?;
        draft.set_aside()?;
        let entered = enter();
        if entered.is_err() {
            // The error tells why it is of no use; what cannot be removed is swept later.
            let _ = cache.remove(&lock, generation);
        }
        entered.map(|()| true)
    }

    /// Who answers for what is offered, as far as the store tells.
    async fn attested(&self, offer: &Offer) -> Result<Option<Attested>, StoreError> {
        let files = [Attestation::Statement, Attestation::Signature].map(PublicFile::Attestation);
        if files.iter().any(|file| offer.digests.of(*file).is_none()) {
            return Ok(None);
        }
        let [statement, signature] = files;
        Ok(Some(Attested {
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

    /// Writes the public file into a draft, piece by piece.
    async fn fetch_index(&self, offer: &Offer, draft: &Draft<'_>) -> Result<(), StoreError> {
        let object = self.file(offer.generation(), PublicFile::Index);
        self.check_length(offer, draft, &object).await?;
        let path = draft.file(FileKind::Public);
        let mut options = OpenOptions::new();
        let mut file = options
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&path)?;
        let digest = self.copy(offer, &object, &mut file).await?;
        match offer.digests.of(PublicFile::Index) == Some(digest) {
            true => Ok(()),
            false => Err(StoreError::Digest {
                place: self.place(&object),
            }),
        }
    }

    /// Before anything is written: what the store says of the length must be what the file's own head says, and fit on the
    /// disk.
    async fn check_length(
        &self,
        offer: &Offer,
        draft: &Draft<'_>,
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
        let folder = draft.file(FileKind::Public).with_file_name("");
        let free = durable::free_bytes(&folder)?.saturating_sub(RESERVE);
        if length <= free {
            return Ok(());
        }
        Err(StoreError::NoRoom {
            place: self.place(object),
            length,
            free,
        })
    }

    /// Copies the object into a file and tells the SHA-256 of what was written.
    async fn copy(
        &self,
        offer: &Offer,
        object: &Path,
        file: &mut File,
    ) -> Result<super::Digest, StoreError> {
        let mut hasher = Sha256::new();
        let mut pieces = stream::iter(pieces(offer.length()))
            .map(|range| self.piece(offer, object, range))
            .buffered(AT_ONCE);
        while let Some(bytes) = pieces.try_next().await? {
            hasher.update(&bytes);
            file.write_all(&bytes)?;
        }
        Ok(hasher.finalize().into())
    }

    /// A piece of the object as it was when it was offered, exactly so long.
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

fn pieces(length: u64) -> impl Iterator<Item = Range<u64>> {
    let begins = (0..length.div_ceil(PIECE)).map(|piece| piece * PIECE);
    begins.map(move |begin| begin..length.min(begin + PIECE))
}

/// Whether somebody who is trusted signed, if anybody in particular is. What they signed is looked at later.
fn check_signature(
    attested: Option<&Attested>,
    offer: &Offer,
    trust: &Trust,
) -> Result<(), StatementError> {
    if trust.is_empty() {
        return Ok(());
    }
    let generation = offer.generation();
    let attested = attested.ok_or(StatementError::Unsigned { generation })?;
    trust.verify(&attested.statement, &attested.signature)?;
    Ok(())
}

/// Puts a generation in force that is in the cache, once all of it was checked.
fn enter(
    offer: &Offer,
    cache: &IndexDirectory,
    lock: &Lock,
    attested: Option<&Attested>,
    trust: &Trust,
) -> Result<(), StoreError> {
    let generation = offer.generation();
    if let Some(attested) = attested {
        cache.attest(generation, attested, lock)?;
    }
    let public = cache.open_public(generation)?;
    statement::check(cache, &public, trust)
        .map_err(|source| StoreError::Statement { generation, source })?;
    Ok(cache.put_public_in_force(lock, generation)?)
}
