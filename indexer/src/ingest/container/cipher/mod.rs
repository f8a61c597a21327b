//! What does a password decrypt? The ciphers of ZIP archives, 7z archives and workbooks, as streams.

pub(super) mod aes_block;
pub(super) mod cbc;
pub(super) mod zip_aes;
pub(super) mod zip_traditional;
