//! The stores, each as its own documentation advises for data that are written once, in order, and then only read.

mod array;
mod fst;
mod hash;
mod hibp;
mod lmdb;
mod redb;
mod sqlite;
mod tekser;

pub(super) use self::array::SortedArray;
pub(super) use self::fst::Fst;
pub(super) use self::hash::Hash;
pub(super) use self::hibp::Hibp;
pub(super) use self::lmdb::Lmdb;
pub(super) use self::redb::Redb;
pub(super) use self::sqlite::Sqlite;
pub(super) use self::tekser::Tekser;
