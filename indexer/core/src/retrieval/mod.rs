//! How is a range fetched without naming it? Private information retrieval between institutions that do not collude
//! (B. Chor, O. Goldreich, E. Kushilevitz, M. Sudan, *Private Information Retrieval*, FOCS 1995).
//!
//! Two or more servers hold the same [`Records`]. A client [splits](split) the prefix that it wants into one bit vector for
//! each server: all but the last are random, and the XOR of all of them has one bit, that of the prefix. Every server
//! answers with the XOR of the records that its vector selects, and the XOR of all answers is the record of the prefix. A
//! server sees random bits, whatever the prefix is; so do all servers but one together.
//!
//! ```
//! use exposure_index::index::Prefix;
//! use exposure_index::retrieval::{combine, split};
//!
//! let records: [u8; 8] = *b"rangeset";
//! let select = |vector: &[u8]| {
//!     let selected = (0..8).filter(|place| vector[0] >> place & 1 == 1);
//!     vec![selected.fold(0, |sum, place| sum ^ records[place])]
//! };
//! let queries = split(&[Prefix(4)], 3, 2)?;
//! let answers = [select(&queries[0]), select(&queries[1])];
//! assert_eq!(combine(&answers).as_deref(), Some(&b"e"[..]));
//! # Ok::<(), exposure_index::retrieval::ShareError>(())
//! ```
//!
//! `server/PROTOCOL.md` is the norm of the calls, `server/THREATS.md` says what the servers learn.

mod kernel;
mod records;
mod share;
mod vectors;

pub use records::{PassError, Records, RecordsError};
pub use share::{
    MAX_SERVERS, MIN_SERVERS, Query, ShareError, combine, split, split_by, vector_bytes,
};
pub use vectors::Vectors;
