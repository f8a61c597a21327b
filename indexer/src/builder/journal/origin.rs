//! May this build be resumed? What its result depends on must not have changed.

use std::time::{SystemTime, UNIX_EPOCH};

use exposure_index::breach::BreachId;
use exposure_index::identifier::NORMALISATION_VERSION;
use exposure_index::index::GenerationId;
use exposure_index::oprf::KeyId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::builder::history::Operation;
use crate::ingest::{Breach, Fingerprint, InputFile, ReadOptions, today};

/// Inputs and settings of a build that its result depends on.
///
/// `--memory`, `--threads` and `--max-rejects` are not among them: a resumed build may have others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BuildInputs {
    program: String,
    operation: Operation,
    /// The generation that it is based on.
    base: Option<String>,
    normalisation: u32,
    key_id: String,
    range_rows: u32,
    recover: bool,
    allow_truncated: bool,
    pairs: bool,
    /// Day on which entries of warning lists hold; `None` without such lists.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) as_of: Option<Date>,
    /// The allow lists.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    allow: Vec<Fingerprint>,
    breaches: Vec<BreachOrigin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BreachOrigin {
    id: BreachId,
    description: Fingerprint,
    files: Vec<FileOrigin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOrigin {
    name: String,
    size: u64,
    /// Nanoseconds since 1970, as text, since they do not fit what JSON calls a number.
    modified: Option<String>,
}

/// What has changed since the build to resume began.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Change {
    /// The version of the program, which might read or sort differently.
    #[error("the program was version {was} and is {now}")]
    Program {
        /// Version when it began.
        was: String,
        /// Version of this program.
        now: String,
    },
    /// The command.
    #[error("it was started by tekser-indexer {was}, not by {now}")]
    Operation {
        /// Command that began it.
        was: Operation,
        /// Present command.
        now: Operation,
    },
    /// The current generation, on which the build is based.
    #[error("the current generation has changed since it began")]
    Base,
    /// The rules of normalisation.
    #[error("the rules of normalisation were version {was} and are {now}")]
    Normalisation {
        /// Version when it began.
        was: u32,
        /// Version of this program.
        now: u32,
    },
    /// The key.
    #[error("the key has changed: its id was {was} and is now {now}")]
    Key {
        /// Id of the key when it began.
        was: String,
        /// Id of the present key.
        now: String,
    },
    /// A setting that the result depends on.
    #[error("{setting} was {was} and is {now}")]
    Setting {
        /// The flag that sets it.
        setting: &'static str,
        /// Value when it began.
        was: String,
        /// Present value.
        now: String,
    },
    /// The allow lists.
    #[error("the lists of --allow have changed since it began")]
    AllowLists,
    /// A breach was added.
    #[error("the breach {breach} is new")]
    BreachAdded {
        /// Id of the breach.
        breach: BreachId,
    },
    /// A breach was removed.
    #[error("the breach {breach} is gone")]
    BreachGone {
        /// Id of the breach.
        breach: BreachId,
    },
    /// A `breach.toml`.
    #[error("the breach.toml of {breach} has changed")]
    Description {
        /// Id of the breach.
        breach: BreachId,
    },
    /// The list of a breach's files.
    #[error("{breach}: the list of its files has changed: check {file}")]
    Files {
        /// Id of the breach.
        breach: BreachId,
        /// The first file that differs.
        file: String,
    },
    /// A file's size.
    #[error("{breach}: the length of {file} has changed")]
    File {
        /// Id of the breach.
        breach: BreachId,
        /// Path of the file, relative to the breach's folder.
        file: String,
    },
    /// A file's bytes, but not its size.
    #[error("{breach}: the content of {file} has changed")]
    Contents {
        /// Id of the breach.
        breach: BreachId,
        /// Path of the file, relative to the breach's folder.
        file: String,
    },
    /// The journal is whole, but has content that this program does not know.
    #[error("its journal was written by another version of the program")]
    Journal,
    /// The content of the dumps, although none of the above shows it.
    #[error("the dumps have changed before the point that the build had reached")]
    Records,
}

/// The part of the inputs that decides the result of dumps.
pub(crate) struct BuildSettings<'a> {
    pub(crate) operation: Operation,
    /// The base generation, if there is one.
    pub(crate) base: Option<GenerationId>,
    pub(crate) key_id: KeyId,
    pub(crate) range_rows: u32,
    pub(crate) reading: &'a ReadOptions,
    pub(crate) keeps_pairs: bool,
    pub(crate) breaches: &'a [Breach],
}

impl BuildInputs {
    pub(crate) fn new(settings: &BuildSettings<'_>) -> Self {
        Self {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            operation: settings.operation,
            base: settings.base.map(|base| base.to_string()),
            normalisation: NORMALISATION_VERSION,
            key_id: settings.key_id.to_string(),
            range_rows: settings.range_rows,
            recover: settings.reading.recover,
            allow_truncated: settings.reading.allow_truncated,
            pairs: settings.keeps_pairs,
            as_of: settings
                .breaches
                .iter()
                .any(|breach| !breach.metadata.is_leak())
                .then(|| settings.reading.as_of.unwrap_or_else(today)),
            allow: settings.reading.allow.fingerprints(),
            breaches: settings.breaches.iter().map(BreachOrigin::new).collect(),
        }
    }

    /// Checks that a build that began with this may be resumed with `now`. Returns the files of which only the time has
    /// changed, as when a dump is restored from a copy: their bytes are compared when they are read again.
    pub(super) fn check(&self, now: &Self) -> Result<Vec<ChangedTime>, Change> {
        self.check_program(now)?;
        check_setting("--range-rows", &self.range_rows, &now.range_rows)?;
        check_setting("recovery of rejected rows", &self.recover, &now.recover)?;
        check_setting(
            "--allow-truncated",
            &self.allow_truncated,
            &now.allow_truncated,
        )?;
        check_setting("--pairs", &self.pairs, &now.pairs)?;
        if self.allow != now.allow {
            return Err(Change::AllowLists);
        }
        self.check_breaches(now)
    }

    fn check_program(&self, now: &Self) -> Result<(), Change> {
        if self.program != now.program {
            return Err(Change::Program {
                was: self.program.clone(),
                now: now.program.clone(),
            });
        }
        if self.operation != now.operation {
            return Err(Change::Operation {
                was: self.operation,
                now: now.operation,
            });
        }
        if self.base != now.base {
            return Err(Change::Base);
        }
        if self.normalisation != now.normalisation {
            return Err(Change::Normalisation {
                was: self.normalisation,
                now: now.normalisation,
            });
        }
        if self.key_id != now.key_id {
            return Err(Change::Key {
                was: self.key_id.clone(),
                now: now.key_id.clone(),
            });
        }
        Ok(())
    }

    fn check_breaches(&self, now: &Self) -> Result<Vec<ChangedTime>, Change> {
        let ids = |origin: &Self| {
            origin
                .breaches
                .iter()
                .map(|breach| breach.id.clone())
                .collect()
        };
        let (were, are): (Vec<BreachId>, Vec<BreachId>) = (ids(self), ids(now));
        if let Some(gone) = were.iter().find(|id| !are.contains(id)) {
            let breach = gone.clone();
            return Err(Change::BreachGone { breach });
        }
        if let Some(added) = are.iter().find(|id| !were.contains(id)) {
            let breach = added.clone();
            return Err(Change::BreachAdded { breach });
        }
        let pairs = || self.breaches.iter().zip(&now.breaches);
        pairs().try_for_each(|(was, is)| was.check(is))?;
        Ok(pairs().flat_map(|(was, is)| was.retimed(is)).collect())
    }

    #[cfg(test)]
    pub(super) fn for_tests(range_rows: u32) -> Self {
        Self::new(&BuildSettings {
            operation: Operation::Build,
            base: None,
            key_id: KeyId([7; KeyId::LENGTH]),
            range_rows,
            reading: &ReadOptions::default(),
            keeps_pairs: false,
            breaches: &[],
        })
    }
}

fn check_setting<T: PartialEq + ToString>(
    setting: &'static str,
    was: &T,
    now: &T,
) -> Result<(), Change> {
    if was == now {
        return Ok(());
    }
    Err(Change::Setting {
        setting,
        was: was.to_string(),
        now: now.to_string(),
    })
}

impl BreachOrigin {
    fn new(breach: &Breach) -> Self {
        Self {
            id: breach.metadata.id.clone(),
            description: breach.description.xxh3_128,
            files: breach.inputs().map(FileOrigin::new).collect(),
        }
    }

    fn check(&self, now: &Self) -> Result<(), Change> {
        let breach = self.id.clone();
        if self.description != now.description {
            return Err(Change::Description { breach });
        }
        let differing =
            |(was, is): &(&FileOrigin, &FileOrigin)| (&was.name, was.size) != (&is.name, is.size);
        let differs = self.files.iter().zip(&now.files).find(differing);
        let longer = match self.files.len() > now.files.len() {
            true => self.files.get(now.files.len()),
            false => now.files.get(self.files.len()),
        };
        match (differs, longer) {
            (Some((was, is)), _) if was.name == is.name => {
                let file = was.name.clone();
                Err(Change::File { breach, file })
            }
            (Some((_, file)), _) | (None, Some(file)) => {
                let file = file.name.clone();
                Err(Change::Files { breach, file })
            }
            (None, None) => Ok(()),
        }
    }

    /// Returns the files whose time has changed.
    fn retimed(&self, now: &Self) -> impl Iterator<Item = ChangedTime> {
        let pairs = self.files.iter().zip(&now.files);
        let retimed = pairs.filter(|(was, is)| was.modified != is.modified);
        retimed.map(|(was, _)| ChangedTime {
            breach: self.id.clone(),
            file: was.name.clone(),
        })
    }
}

/// A file whose time has changed, but nothing else that shows without reading it.
pub(super) struct ChangedTime {
    pub(super) breach: BreachId,
    pub(super) file: String,
}

impl FileOrigin {
    fn new(file: InputFile<'_>) -> Self {
        Self {
            name: file.name.to_owned(),
            size: file.size,
            modified: file.modified.map(nanoseconds),
        }
    }
}

fn nanoseconds(time: SystemTime) -> String {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos().to_string(),
        Err(before) => format!("-{}", before.duration().as_nanos()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breach(id: &str, description: &[u8], files: &[(&str, u64, i64)]) -> BreachOrigin {
        BreachOrigin {
            id: BreachId::try_from(id.to_owned()).expect("an id"),
            description: Fingerprint::of(description),
            files: files
                .iter()
                .map(|(name, size, modified)| FileOrigin {
                    name: (*name).to_owned(),
                    size: *size,
                    modified: Some(modified.to_string()),
                })
                .collect(),
        }
    }

    fn origin(breaches: Vec<BreachOrigin>) -> BuildInputs {
        BuildInputs {
            breaches,
            ..BuildInputs::for_tests(4096)
        }
    }

    #[test]
    fn whatever_changed_is_named() {
        let was = origin(vec![
            breach("a-2020", b"x", &[("1.csv", 5, 9), ("2.csv", 6, 9)]),
            breach("b-2020", b"x", &[]),
        ]);
        let files = [("1.csv", 5, 9), ("2.csv", 6, 9)];
        let with = |a: BreachOrigin| origin(vec![a, breach("b-2020", b"x", &[])]);
        for (now, expected) in [
            (
                origin(vec![breach("a-2020", b"x", &files)]),
                "the breach b-2020 is gone",
            ),
            (
                origin(vec![
                    breach("a-2020", b"x", &files),
                    breach("a-2021", b"x", &[]),
                    breach("b-2020", b"x", &[]),
                ]),
                "the breach a-2021 is new",
            ),
            (
                with(breach("a-2020", b"y", &files)),
                "breach.toml of a-2020",
            ),
            (with(breach("a-2020", b"x", &files[..1])), "check 2.csv"),
            (
                with(breach(
                    "a-2020",
                    b"x",
                    &[files[0], files[1], ("3.csv", 1, 1)],
                )),
                "check 3.csv",
            ),
            (
                with(breach("a-2020", b"x", &[files[0], ("2.csv", 7, 9)])),
                "the length of 2.csv has changed",
            ),
        ] {
            let Err(change) = was.check(&now) else {
                panic!("resumed although: {expected}");
            };
            assert!(change.to_string().contains(expected), "{change}");
        }
        assert!(was.check(&was).is_ok_and(|retimed| retimed.is_empty()));
    }

    #[test]
    fn a_file_whose_time_alone_changed_is_named_and_not_refused() {
        let was = origin(vec![breach(
            "a-2020",
            b"x",
            &[("1.csv", 5, 9), ("2.csv", 6, 9)],
        )]);
        let now = origin(vec![breach(
            "a-2020",
            b"x",
            &[("1.csv", 5, 9), ("2.csv", 6, 10)],
        )]);
        let Ok(retimed) = was.check(&now) else {
            panic!("refused");
        };
        let names: Vec<&str> = retimed.iter().map(|one| &*one.file).collect();
        assert_eq!(names, ["2.csv"]);
    }
}
