//! How many identifiers are in exactly which breaches?

use std::cmp::Reverse;
use std::collections::HashMap;

use exposure_index::generation::FileKind;
use exposure_index::identifier::Kind;
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};
use roaring::RoaringBitmap;
use rustc_hash::FxBuildHasher;

use super::{AnalysisError, BreachPlace, ByKind, Corpus};

/// Rows that are counted at a time. Their states, 256 KiB, stay in the processor's cache.
const BLOCK: u32 = 1 << 16;

/// Numbers of identifiers that are in exactly the same breaches. Sizes, overlaps and numbers of leaks all follow from
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Combinations {
    /// The combinations, those with the most identifiers first.
    found: Vec<Combination>,
    /// Number of breaches of the corpus.
    breaches: usize,
}

/// Some breaches, and the identifiers that are in all of them and in no other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Combination {
    /// The breaches, ascending; at least one.
    pub breaches: Vec<BreachPlace>,
    /// Numbers of identifiers in exactly these.
    pub identifiers: ByKind,
}

impl Combinations {
    /// Counts every row of a corpus once. Breaches that are not among `places`, which ascend, count as if they did not
    /// exist.
    ///
    /// Time: O(exposures); memory for the postings of these breaches and of the kinds, decoded, and for the different
    /// combinations.
    ///
    /// # Errors
    /// [`AnalysisError`] if a posting is damaged, or rows are in none.
    pub(crate) fn count<D: AsRef<[u8]> + Sync>(
        corpus: &Corpus<'_, D>,
        places: &[BreachPlace],
    ) -> Result<Self, AnalysisError> {
        let postings = Postings::read(corpus, places)?;
        let blocks = corpus.rows().div_ceil(BLOCK);
        let counted =
            (0..blocks)
                .into_par_iter()
                .fold(ThreadCounter::default, |mut counting, block| {
                    counting.count(&postings, block * BLOCK);
                    counting
                });
        let tree = counted
            .map(|counting| counting.tree)
            .reduce(Tree::default, |tree, other| tree.merged(&other));
        let is_whole =
            tree.counts[ROOT as usize].total() == 0 || places.len() < corpus.breaches().len();
        if tree.total() != u64::from(corpus.rows()) || !is_whole {
            return Err(AnalysisError::Inconsistent {
                file: FileKind::Public,
                what: "there are rows of no kind, of several, or of no breach",
            });
        }
        Ok(Self {
            found: tree.into_combinations(),
            breaches: corpus.breaches().len(),
        })
    }

    /// Returns the combinations, those with the most identifiers first.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Combination> {
        self.found.iter()
    }

    /// Returns the number of identifiers in each breach, by its place in the corpus; zero for one that was not counted.
    #[must_use]
    pub(crate) fn sizes(&self) -> Vec<ByKind> {
        let mut sizes = vec![ByKind::default(); self.breaches];
        for combination in self.iter() {
            for breach in &combination.breaches {
                sizes[breach.index()] += combination.identifiers;
            }
        }
        sizes
    }

    /// Returns the numbers of identifiers in 1, 2, 3… breaches.
    #[must_use]
    pub(crate) fn by_number_of_breaches(&self) -> Vec<ByKind> {
        let most = self.iter().map(|one| one.breaches.len()).max().unwrap_or(0);
        let mut numbers = vec![ByKind::default(); most];
        for combination in self.iter() {
            numbers[combination.breaches.len() - 1] += combination.identifiers;
        }
        numbers
    }
}

/// The rows of each breach and each kind.
struct Postings {
    breaches: Vec<(BreachPlace, RoaringBitmap)>,
    kinds: Vec<(Kind, RoaringBitmap)>,
}

impl Postings {
    fn read<D: AsRef<[u8]> + Sync>(
        corpus: &Corpus<'_, D>,
        places: &[BreachPlace],
    ) -> Result<Self, AnalysisError> {
        let breach = |place: &BreachPlace| Ok((*place, corpus.rows_of_breach(*place)?));
        let kind = |kind: &Kind| Ok((*kind, corpus.rows_of_kind(*kind)?));
        Ok(Self {
            breaches: places
                .par_iter()
                .map(breach)
                .collect::<Result<_, AnalysisError>>()?,
            kinds: Kind::ALL
                .par_iter()
                .map(kind)
                .collect::<Result<_, AnalysisError>>()?,
        })
    }
}

/// Counts of one thread.
struct ThreadCounter {
    tree: Tree,
    /// For each row of the block, the node of the breaches that it was found in so far.
    states: Vec<u32>,
    /// Rows decoded from a posting.
    rows: Vec<u32>,
}

impl Default for ThreadCounter {
    fn default() -> Self {
        Self {
            tree: Tree::default(),
            states: vec![ROOT; BLOCK as usize],
            rows: vec![0; 1024],
        }
    }
}

impl ThreadCounter {
    /// Moves the rows of each breach one node down, and counts the nodes that the rows of each kind have reached.
    fn count(&mut self, postings: &Postings, first: u32) {
        self.states.fill(ROOT);
        for (breach, rows) in &postings.breaches {
            each_of_block(rows, first, &mut self.rows, |place| {
                let state = &mut self.states[place];
                *state = self.tree.child(*state, *breach);
            });
        }
        for (kind, rows) in &postings.kinds {
            each_of_block(rows, first, &mut self.rows, |place| {
                self.tree.counts[self.states[place] as usize].add(*kind, 1);
            });
        }
    }
}

/// Visits the places in a block of the rows of a posting.
fn each_of_block(
    posting: &RoaringBitmap,
    first: u32,
    rows: &mut [u32],
    mut each: impl FnMut(usize),
) {
    let mut remaining = posting.range(first..=first + (BLOCK - 1));
    loop {
        let some = remaining.next_many(rows);
        if some.is_empty() {
            return;
        }
        for row in some {
            each((*row - first) as usize);
        }
    }
}

/// The node of no breach.
const ROOT: u32 = 0;

/// Combinations as a tree: a node stands for the breaches on the way to it.
struct Tree {
    /// For each node except the root, its parent and the breach that it adds.
    steps: Vec<(u32, BreachPlace)>,
    counts: Vec<ByKind>,
    children: HashMap<(u32, BreachPlace), u32, FxBuildHasher>,
}

impl Default for Tree {
    fn default() -> Self {
        Self {
            steps: vec![(ROOT, BreachPlace(0))],
            counts: vec![ByKind::default()],
            children: HashMap::default(),
        }
    }
}

impl Tree {
    /// Returns the child of a node that adds a breach.
    fn child(&mut self, node: u32, breach: BreachPlace) -> u32 {
        *self.children.entry((node, breach)).or_insert_with(|| {
            self.steps.push((node, breach));
            self.counts.push(ByKind::default());
            // Fewer nodes than rows times breaches of a row, which would not fit into memory first.
            (self.steps.len() - 1) as u32
        })
    }

    fn total(&self) -> u64 {
        self.counts.iter().map(ByKind::total).sum()
    }

    /// Adds the counts of another tree. A node comes after its parent.
    fn merged(mut self, other: &Self) -> Self {
        let mut here = vec![ROOT; other.steps.len()];
        for (node, (above, breach)) in other.steps.iter().enumerate() {
            if node > 0 {
                here[node] = self.child(here[*above as usize], *breach);
            }
            self.counts[here[node] as usize] += other.counts[node];
        }
        self
    }

    fn into_combinations(self) -> Vec<Combination> {
        let nodes = 1..self.steps.len();
        let found = nodes.filter(|node| self.counts[*node].total() > 0);
        let combination = |node: usize| Combination {
            breaches: self.breaches(node),
            identifiers: self.counts[node],
        };
        let mut combinations: Vec<Combination> = found.map(combination).collect();
        combinations.sort_by(|one, other| {
            let key = |of: &Combination| Reverse(of.identifiers.total());
            key(one)
                .cmp(&key(other))
                .then_with(|| one.breaches.cmp(&other.breaches))
        });
        combinations
    }

    fn breaches(&self, mut node: usize) -> Vec<BreachPlace> {
        let mut breaches = Vec::new();
        while node > 0 {
            let (above, breach) = self.steps[node];
            breaches.push(breach);
            node = above as usize;
        }
        breaches.reverse();
        breaches
    }
}
