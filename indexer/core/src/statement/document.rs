//! What does a statement say about a generation?

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::canonical::{canonical, catalogue_digest};
use super::{Service, StatementError};
use crate::identifier::NORMALISATION_VERSION;
use crate::index::{
    Catalogue, CatalogueEntry, FORMAT_VERSION, GenerationId, Hash, Header, Identifiers, Index,
};
use crate::messages::{BreachDocument, CatalogueDocument, IndexDocument, encode};
use crate::oprf::{KeyId, SUITE};

/// Version of the statement: which members it has.
const VERSION: u32 = 1;

/// What a generation holds, in figures that anyone may know: of the sealed file only its root.
///
/// It is written in one way only, so two people who state the same sign the same bytes. FORMAT.md is the norm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Version of the statement.
    pub statement: u32,
    /// Name of the generation.
    pub generation: String,
    /// When it was built, RFC 3339, UTC.
    pub built_at: String,
    /// Time of expiry, RFC 3339, UTC. A signed statement has it, and the service, too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// Version of the file's format.
    pub format: u32,
    /// Version of the rules by which identifiers are written one way.
    pub normalisation: u32,
    /// RFC 9497's name of the suite.
    pub suite: String,
    /// The key that the tags were made with, hexadecimal.
    pub key_id: String,
    /// Leading bits of a tag that name its range.
    pub prefix_bits: u8,
    /// Bits after them that name its bucket.
    pub bucket_bits: u8,
    /// Length of every range response, in bytes.
    pub range_bytes: u32,
    /// How many rows the public file has.
    pub rows: u64,
    /// Identifiers of each kind in the public file, without those recovered from rejected rows.
    pub identifiers: Identifiers,
    /// Root of the Merkle tree over the ranges of the public file, hexadecimal.
    pub root: String,
    /// SHA-256 of the public file's catalogue as canonical JSON, hexadecimal.
    pub catalogue: String,
    /// Root of the sealed file, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sealed_root: Option<String>,
    /// Who evaluates, and who serves the rest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<Service>,
}

/// A member's name, and whether the statement agrees with what it is compared with.
type Agreement = (&'static str, bool);

impl Statement {
    /// Returns the statement about a generation's public file and the root of its sealed one. O(catalogue).
    ///
    /// # Errors
    /// [`StatementError::Index`] if catalogue or statistics cannot be read.
    pub fn of<D: AsRef<[u8]>>(
        public: &Index<D>,
        sealed_root: Option<Hash>,
    ) -> Result<Self, StatementError> {
        let header = public.header();
        Ok(Self {
            statement: VERSION,
            generation: header.generation.to_string(),
            built_at: time(header),
            expires: None,
            format: FORMAT_VERSION,
            normalisation: NORMALISATION_VERSION,
            suite: SUITE.to_owned(),
            key_id: HEXLOWER.encode(&header.key_id.0),
            prefix_bits: header.shape.prefix_bits(),
            bucket_bits: header.shape.bucket_bits(),
            range_bytes: header.range_bytes,
            rows: header.rows,
            identifiers: public.statistics()?.identifiers,
            root: HEXLOWER.encode(&header.root),
            catalogue: HEXLOWER.encode(&catalogue_digest(&public.catalogue()?)?),
            sealed_root: sealed_root.map(|root| HEXLOWER.encode(&root)),
            service: None,
        })
    }

    /// Returns whether both say the same about the generation, whatever they say about the service and their expiry:
    /// these can be renewed.
    #[must_use]
    pub(crate) fn is_same_generation(&self, other: &Self) -> bool {
        let renewed = Self {
            expires: other.expires.clone(),
            service: other.service.clone(),
            ..self.clone()
        };
        renewed == *other
    }

    /// Returns when it expires; `None` if it does not say so.
    #[must_use]
    pub fn expiry(&self) -> Option<Timestamp> {
        self.expires.as_deref()?.parse().ok()
    }

    /// Checks that it has not expired at this time.
    ///
    /// # Errors
    /// [`StatementError::Expired`], also if it names no time of expiry.
    pub fn check_fresh(&self, now: Timestamp) -> Result<(), StatementError> {
        match self.expiry() {
            Some(expiry) if now < expiry => Ok(()),
            _ => Err(StatementError::Expired),
        }
    }

    /// The key that the tags were made with; `None` if it is not written as it should be.
    #[must_use]
    pub fn key(&self) -> Option<KeyId> {
        let bytes = HEXLOWER.decode(self.key_id.as_bytes()).ok()?;
        bytes.try_into().ok().map(KeyId)
    }

    /// The statement as it is signed.
    ///
    /// # Errors
    /// [`StatementError::Document`], which does not happen to one made by [`of`](Statement::of).
    pub fn to_text(&self) -> Result<String, StatementError> {
        Ok(canonical(self)?)
    }

    /// Parses a statement.
    ///
    /// # Errors
    /// [`StatementError::Syntax`] if it is of another version, or not written as
    /// [`to_text`](Statement::to_text) writes it.
    pub fn parse(text: &str) -> Result<Self, StatementError> {
        let statement: Self = serde_json::from_str(text).map_err(|_| StatementError::Syntax)?;
        if statement.statement != VERSION || statement.to_text()? != text {
            return Err(StatementError::Syntax);
        }
        Ok(statement)
    }

    /// Checks that it is about a generation of this name, before its files are available.
    ///
    /// # Errors
    /// [`StatementError::Mismatch`] if it is about another.
    pub fn check_name(&self, generation: GenerationId) -> Result<(), StatementError> {
        agree(&[("generation", self.generation == generation.as_str())])
    }

    /// Checks that it is about a generation with this public file. That a sealed root is the sealed file's is for
    /// [`check_sealed`](Statement::check_sealed).
    ///
    /// # Errors
    /// [`StatementError::Mismatch`] with the first member that differs.
    pub(crate) fn check_public<D: AsRef<[u8]>>(
        &self,
        public: &Index<D>,
    ) -> Result<(), StatementError> {
        let found = Self::of(public, None)?;
        agree(&[
            ("generation", self.generation == found.generation),
            ("built_at", self.built_at == found.built_at),
            ("format", self.format == found.format),
            ("normalisation", self.normalisation == found.normalisation),
            ("suite", self.suite == found.suite),
            ("key_id", self.key_id == found.key_id),
            ("prefix_bits", self.prefix_bits == found.prefix_bits),
            ("bucket_bits", self.bucket_bits == found.bucket_bits),
            ("range_bytes", self.range_bytes == found.range_bytes),
            ("rows", self.rows == found.rows),
            ("identifiers", self.identifiers == found.identifiers),
            ("root", self.root == found.root),
            ("catalogue", self.catalogue == found.catalogue),
            self.agrees_on_sealed(public.header().beside_sealed),
        ])
    }

    /// Checks that it is about a generation with this sealed file.
    ///
    /// # Errors
    /// [`StatementError::Mismatch`] if the roots differ.
    pub fn check_sealed(&self, sealed: &Header) -> Result<(), StatementError> {
        let root = HEXLOWER.encode(&sealed.root);
        agree(&[("sealed_root", self.sealed_root == Some(root))])
    }

    /// Checks that it is about the index that a server describes in this document.
    ///
    /// # Errors
    /// [`StatementError::Mismatch`] with the first member that differs.
    pub fn check_index(&self, document: &IndexDocument) -> Result<(), StatementError> {
        agree(&[
            ("generation", self.generation == document.generation),
            ("built_at", self.built_at == document.built_at),
            ("format", self.format == document.format),
            (
                "normalisation",
                self.normalisation == document.normalisation,
            ),
            ("suite", self.suite == document.suite),
            ("key_id", is_same(&self.key_id, &document.key_id)),
            ("prefix_bits", self.prefix_bits == document.prefix_bits),
            ("bucket_bits", self.bucket_bits == document.bucket_bits),
            ("range_bytes", self.range_bytes == document.range_bytes),
            ("rows", self.rows == document.rows),
            ("root", is_same(&self.root, &document.root)),
            self.agrees_on_sealed(document.sealed),
        ])
    }

    /// Checks that it is about an index with this catalogue.
    ///
    /// # Errors
    /// [`StatementError::Mismatch`] with the first member that differs.
    pub fn check_catalogue(&self, document: &CatalogueDocument) -> Result<(), StatementError> {
        let breaches = document.breaches.iter().map(entry).collect();
        let digest = catalogue_digest(&Catalogue { breaches })?;
        agree(&[
            ("generation", self.generation == document.generation),
            ("identifiers", self.identifiers == document.identifiers),
            ("catalogue", self.catalogue == HEXLOWER.encode(&digest)),
        ])
    }

    fn agrees_on_sealed(&self, beside_sealed: bool) -> Agreement {
        ("sealed_root", self.sealed_root.is_some() == beside_sealed)
    }
}

fn agree(members: &[Agreement]) -> Result<(), StatementError> {
    match members.iter().find(|(_, agrees)| !agrees) {
        Some((member, _)) => Err(StatementError::Mismatch { member }),
        None => Ok(()),
    }
}

/// Returns whether hexadecimal digits and base64url encode the same bytes.
fn is_same(hex: &str, base64url: &str) -> bool {
    let bytes = HEXLOWER.decode(hex.as_bytes());
    bytes.is_ok_and(|bytes| encode(&bytes) == base64url)
}

fn entry(breach: &BreachDocument) -> CatalogueEntry {
    CatalogueEntry {
        metadata: breach.metadata.clone(),
        classes: breach.classes.clone(),
    }
}

fn time(header: &Header) -> String {
    let time = Timestamp::from_second(header.built_at).unwrap_or_default();
    time.to_string()
}
