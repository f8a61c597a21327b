//! The exposure index for its servers and clients: its files, its protocol, and who answers for it.
//!
//! # From a key to a look-up
//!
//! ```
//! use std::io::Cursor;
//!
//! use exposure_index::breach::ClassSet;
//! use exposure_index::identifier::{Kind, normalise};
//! use exposure_index::index::{
//!     BreachOrdinal, Catalogue, Description, Exposure, GenerationId, Index, IndexWriter, Statistics,
//! };
//! use exposure_index::oprf::{SecretKey, evaluate};
//!
//! // A key, and the tag of an identifier under it.
//! let key = SecretKey::generate()?;
//! let leaked = normalise(Kind::Phone, "8 (709) 123-45-67")?;
//! let tag = evaluate(&key, &leaked.oprf_input())?.tag();
//!
//! // An index of one breach with one row.
//! let catalogue: Catalogue = serde_json::from_str(
//!     r#"{ "breaches": [{
//!         "id": "shop-2026", "date": "2026-01", "added": "2026-02-01", "status": "reported", "records": 1,
//!         "source": "https://example.org",
//!         "title": { "kk": "Дүкен", "ru": "Магазин", "en": "Shop" },
//!         "summary": { "kk": "Тапсырыстар.", "ru": "Заказы.", "en": "Orders." },
//!         "classes": ["names", "phone-numbers"]
//!     }] }"#,
//! )?;
//! let description = Description {
//!     sealed: false,
//!     beside_sealed: false,
//!     key_id: key.public_key().id(),
//!     generation: GenerationId::parse("20260201-120000-3f9a1c2b").ok_or("not a generation")?,
//!     built_at: 1_769_947_200,
//!     rows: 1..=1,
//!     range_rows: 4096,
//!     catalogue,
//! };
//! let mut writer = IndexWriter::new(Cursor::new(Vec::new()), description)?;
//! let classes = ClassSet::default().with(0).with(1);
//! let exposure = Exposure { breach: BreachOrdinal(0), classes };
//! writer.push(tag, Kind::Phone, &[exposure])?;
//! let (file, _header) = writer.finish(&Statistics::default())?;
//!
//! // The same number, typed in another way, is found; another one is not.
//! let index = Index::open(file.into_inner())?;
//! let find = |typed: &str| -> Result<usize, Box<dyn std::error::Error>> {
//!     let identifier = normalise(Kind::Phone, typed)?;
//!     let tag = evaluate(&key, &identifier.oprf_input())?.tag();
//!     let row = index.find(tag)?;
//!     Ok(row.map(|row| row.exposures()).transpose()?.map_or(0, |exposures| exposures.len()))
//! };
//! assert_eq!(find("+7 709 123 45 67")?, 1);
//! assert_eq!(find("+7 709 765 43 21")?, 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A client does the same without the key: see [`oprf`] for the protocol and `client` for a look-up over HTTP. The
//! package has a client in thirty lines, `examples/ask_a_server.rs`; `tekser-indexer` has `examples/build_and_find.rs`.
//!
//! # Rooms
//!
//! | room | question |
//! |---|---|
//! | [`identifier`] | what is this value, written one way? |
//! | [`breach`] | what is known about this leak? |
//! | [`oprf`] | what is its tag? |
//! | [`index`] | what is in the file, and where? |
//! | [`retrieval`] | how is a range fetched without naming it? |
//! | [`pairs`] | which identifiers were in one record? |
//! | [`passwords`] | how often did this password leak? |
//! | [`generation`] | which index is current, and how does a new one take its place? |
//! | [`messages`] | what goes over the wire? |
//! | [`statement`] | who answers for this generation? |
//! | [`public_log`] | which generations have there been? |
//! | [`hash_chain`] | was a line changed since? |
//! | [`audit`] | who asked for sealed rows, when and why? |
//! | [`announcement`] | what does a server say about the index that it serves? |
//! | [`hibp`] | what is this in the terms of Have I Been Pwned? |
//! | [`durable`] | what is on the disk, whatever happens to the machine? |
//! | [`secret`] | who else can read this? |
//! | [`process`] | what may leave this process? |
//! | [`progress`] | how far is this, and who wants it to stop? |
//! | `manual` | what does the manual say? |
//! | `client` | what does the server say about this identifier, and can it be believed? |
//! | `store` | where do servers get a generation from? |
//!
//! The last three need the features of their names, because of their dependencies. So do three parts of other
//! rooms: normalisation of identifiers with `normalise`; keys that are encrypted with a passphrase with `age`; tags on
//! every thread and signing with `write`. Everything else is always available.
//!
//! The package `tekser-indexer` turns dumps into an index; `tekser-server` answers look-ups.
//!
#![doc = include_str!("../GLOSSARY.md")]
// Bytes from disk and network are read here: a truncated number would be a different number.
#![cfg_attr(
    not(test),
    warn(
        clippy::cast_lossless,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss
    )
)]

pub mod announcement;
pub mod audit;
pub mod breach;
#[cfg(feature = "client")]
pub mod client;
pub mod durable;
pub mod generation;
pub mod hash_chain;
pub mod hibp;
pub mod identifier;
pub mod index;
#[cfg(feature = "manual")]
pub mod manual;
pub mod messages;
pub mod oprf;
pub mod pairs;
pub mod passwords;
pub mod process;
pub mod progress;
pub mod public_log;
pub mod retrieval;
pub mod secret;
pub mod statement;
#[cfg(feature = "store")]
pub mod store;
