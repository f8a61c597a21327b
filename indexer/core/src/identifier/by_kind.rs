use std::ops::AddAssign;

use serde::{Serialize, Serializer};

use super::Kind;

/// How many identifiers there are of each kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByKind([u64; Kind::ALL.len()]);

impl ByKind {
    /// Returns the number of this kind.
    #[must_use]
    pub const fn get(&self, kind: Kind) -> u64 {
        self.0[kind.code() as usize]
    }

    /// Returns the number of all kinds.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// Returns the kinds with at least one identifier.
    pub fn present(&self) -> impl Iterator<Item = (Kind, u64)> {
        let counts = Kind::ALL.into_iter().zip(self.0);
        counts.filter(|(_, count)| *count > 0)
    }

    /// Adds a number to a kind.
    pub const fn add(&mut self, kind: Kind, count: u64) {
        self.0[kind.code() as usize] += count;
    }
}

impl AddAssign for ByKind {
    fn add_assign(&mut self, other: Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }
}

impl Serialize for ByKind {
    /// As in `stats --json`: kinds without any are left out.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.present())
    }
}
