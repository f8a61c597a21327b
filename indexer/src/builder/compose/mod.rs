//! What does the new generation hold? Rows of dumps and of older files, merged and filtered on their way into its files.

pub(crate) mod base;
pub(crate) mod breach_list;
pub(crate) mod counted;
pub(crate) mod row_merger;
pub(crate) mod sealed;
pub(crate) mod sets;
pub(crate) mod source;
pub(crate) mod writer;
