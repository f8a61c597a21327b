use super::paths::Path;

/// The role of a value by the paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// The value is a record, or an array of records.
    Record,
    /// The value is read by another `[[file]]`.
    Elsewhere,
    /// The value contains the target of a path; the rest of it may be read by another `[[file]]`.
    OnTheWay {
        is_elsewhere: bool,
    },
    Outside,
}

/// The arrays and objects around the current place, and how far each path has been followed there.
pub(super) struct Levels<'p> {
    /// The path to the records, and those to what other `[[file]]` of the same file read.
    paths: Vec<&'p Path>,
    around: Vec<Level>,
    /// Steps of each path that lead to the value of the last key.
    keyed: Option<Vec<Option<usize>>>,
    /// The last key that has been followed.
    key: String,
}

/// An array or object around the current place.
struct Level {
    bracket: u8,
    /// Steps of each path that lead here, if any.
    followed: Vec<Option<usize>>,
}

impl<'p> Levels<'p> {
    pub(super) const fn new(paths: Vec<&'p Path>) -> Self {
        Self {
            paths,
            around: Vec::new(),
            keyed: None,
            key: String::new(),
        }
    }

    pub(super) const fn depth(&self) -> usize {
        self.around.len()
    }

    /// The last key that has been followed.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Returns whether documents contain records rather than being records.
    pub(super) fn has_records_within(&self) -> bool {
        self.paths.first().is_some_and(|path| path.len() > 0)
    }

    /// Forgets the surroundings of the current place.
    pub(super) fn clear(&mut self) {
        self.around.clear();
        self.keyed = None;
    }

    /// Notes that the value of the last key has been passed.
    pub(super) fn end_value(&mut self) {
        self.keyed = None;
    }

    pub(super) fn open(&mut self, bracket: u8) {
        let followed = self.followed();
        self.keyed = None;
        self.around.push(Level { bracket, followed });
    }

    /// Whether the bracket closes what was opened last.
    pub(super) fn close(&mut self, bracket: u8) -> bool {
        self.keyed = None;
        match self.around.pop().map(|level| level.bracket) {
            Some(b'[') => bracket == b']',
            Some(_) => bracket == b'}',
            None => false,
        }
    }

    /// Whether what comes next is a key.
    pub(super) fn is_before_key(&self) -> bool {
        let is_object = |level: &Level| level.bracket == b'{';
        self.keyed.is_none() && self.around.last().is_some_and(is_object)
    }

    /// Follows the paths to the value of a key in the innermost object; false if none leads there.
    pub(super) fn follow(&mut self, key: String) -> bool {
        let followed = self.around.last().map_or(&[][..], |level| &level.followed);
        let after = |(path, followed): (&&Path, &Option<usize>)| match *followed {
            // Another `[[file]]` reads its values with all their contents.
            Some(followed) if followed == path.len() => Some(followed),
            followed => path.after(followed?, &key),
        };
        let followed: Vec<Option<usize>> = self.paths.iter().zip(followed).map(after).collect();
        let leads_on = followed.iter().any(Option::is_some);
        if leads_on {
            self.keyed = Some(followed);
            self.key = key;
        }
        leads_on
    }

    /// Returns the steps of each path that lead to the value that begins here.
    fn followed(&self) -> Vec<Option<usize>> {
        match (&self.keyed, self.around.last()) {
            (Some(followed), _) => followed.clone(),
            (None, Some(level)) => level.followed.clone(),
            (None, None) => vec![Some(0); self.paths.len()],
        }
    }

    /// Returns the role of the value that begins here.
    pub(super) fn aim(&self) -> Aim {
        let followed = self.followed();
        let ends = |(path, followed): (&&Path, &Option<usize>)| *followed == Some(path.len());
        let mut paths = self.paths.iter().zip(&followed).map(ends);
        let is_record = paths.next() == Some(true);
        let is_elsewhere = paths.any(|ends| ends);
        let leads_on = matches!(followed.first(), Some(Some(_)));
        match () {
            () if is_record => Aim::Record,
            () if leads_on => Aim::OnTheWay { is_elsewhere },
            () if is_elsewhere => Aim::Elsewhere,
            () if followed.iter().any(Option::is_some) => Aim::OnTheWay { is_elsewhere },
            () => Aim::Outside,
        }
    }
}
