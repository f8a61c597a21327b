//! The exposure index, as those who serve it and those who ask it need it: its files, its protocol, who answers for it.
//!
//! | room | question |
//! |---|---|
//! | [`identifier`] | what is this value, written one way? |
//! | [`breach`] | what is known about this leak? |
//! | [`oprf`] | what is its tag? |
//! | [`index`] | what is in the file, and where? |
//! | [`retrieval`] | how is a range fetched without naming it? |
//! | [`pairs`] | which identifiers stood together? |
//! | [`passwords`] | how often did this password leak? |
//! | [`generation`] | which index is in force, and how does a new one take its place? |
//! | [`messages`] | what goes over the wire? |
//! | [`statement`] | who answers for this generation? |
//! | [`public_log`] | which generations have there been? |
//! | [`hibp`] | how does Have I Been Pwned say this? |
//! | [`durable`] | what is on the disk, whatever happens to the machine? |
//! | [`secret`] | who else can read this? |
//! | [`process`] | what may leave this process? |
//! | [`interrupt`] | who wishes this to stop? |
//! | `manual` | what does the manual say? |
//! | `client` | what does the server say of this identifier, and can it be believed? |
//! | `store` | where do those who serve a generation get it from? |
//!
//! The last three come with the features of their names, for the dependencies that they bring. So do three parts of other
//! rooms: normalisation of identifiers with `normalise`; keys that are encrypted with a passphrase with `age`; tags on
//! every thread and signing with `write`. Everything else is always there.
//!
//! How dumps become an index is the package `tekser-indexer`'s, how look-ups are answered `tekser-server`'s.

pub mod breach;
#[cfg(feature = "client")]
pub mod client;
pub mod durable;
pub mod generation;
pub mod hibp;
pub mod identifier;
pub mod index;
pub mod interrupt;
#[cfg(feature = "manual")]
pub mod manual;
pub mod messages;
pub mod oprf;
pub mod pairs;
pub mod passwords;
pub mod process;
pub mod public_log;
pub mod retrieval;
pub mod secret;
pub mod statement;
#[cfg(feature = "store")]
pub mod store;
