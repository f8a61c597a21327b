//! Which leaks exist, how often is a person in them, and how is each written?

mod clinic;
mod combo;
mod marketplace;
mod microloans;
mod residents;
mod school;
mod subscribers;
mod voters;

use std::fs;
use std::path::{Path, PathBuf};

use super::SynthError;
use super::dice::Dice;
use super::persons::Person;
use super::row::{Record, Row};
use super::spaces::Spaces;

/// Persons of 1000 in a breach that have a second row there.
const REPEATED: u32 = 30;

/// A leak, before any of it is written.
struct Leak {
    id: &'static str,
    file: &'static str,
    /// Its `breach.toml`: the head is that of a known leak, or has `{records}` for the number of records.
    description: &'static str,
    /// Persons of 1000 that are in it.
    per_mille: u32,
    /// Rows that its file can hold.
    capacity: u64,
    create: fn(&Path) -> Result<Box<dyn Dump>, SynthError>,
}

/// The shares are such that 16 million rows hold about 48 million different identifiers.
const LEAKS: [Leak; 8] = [
    Leak {
        id: "residents-2025",
        file: "residents.csv",
        description: concat!(
            include_str!("../../../../../indexer/catalogue/residents-2025.toml"),
            include_str!("residents.toml"),
        ),
        per_mille: 440,
        capacity: u64::MAX,
        create: residents::create,
    },
    Leak {
        id: "microloans-2024",
        file: "loans.txt.gz",
        description: concat!(
            include_str!("../../../../../indexer/catalogue/microloans-2024.toml"),
            include_str!("microloans.toml"),
        ),
        per_mille: 330,
        capacity: u64::MAX,
        create: microloans::create,
    },
    Leak {
        id: "marketplace-2023",
        file: "users.sql.gz",
        description: include_str!("marketplace.toml"),
        per_mille: 275,
        capacity: u64::MAX,
        create: marketplace::create,
    },
    Leak {
        id: "clinic-2023",
        file: "visits.jsonl.zst",
        description: include_str!("clinic.toml"),
        per_mille: 90,
        capacity: u64::MAX,
        create: clinic::create,
    },
    Leak {
        id: "voters-2019",
        file: "voters.sql.zst",
        description: concat!(
            include_str!("../../../../../indexer/catalogue/voters-2019.toml"),
            include_str!("voters.toml"),
        ),
        per_mille: 60,
        capacity: u64::MAX,
        create: voters::create,
    },
    Leak {
        id: "subscribers-2022",
        file: "abonents.tsv",
        description: include_str!("subscribers.toml"),
        per_mille: 60,
        capacity: u64::MAX,
        create: subscribers::create,
    },
    Leak {
        id: "combo-2021",
        file: "combo.txt",
        description: include_str!("combo.toml"),
        per_mille: 25,
        capacity: u64::MAX,
        create: combo::create,
    },
    Leak {
        id: "school-2025",
        file: "school.xlsx",
        description: include_str!("school.toml"),
        per_mille: 15,
        capacity: school::CAPACITY,
        create: school::create,
    },
];

/// The file of a breach while it is written.
trait Dump {
    /// Writes a row; what it contains is noted in `row`.
    fn write(&mut self, row: &mut Row<'_>) -> Result<(), SynthError>;

    /// Writes what follows the last row and closes the file.
    fn finish(self: Box<Self>) -> Result<(), SynthError>;
}

/// A breach being written.
pub(super) struct Breach {
    leak: &'static Leak,
    folder: PathBuf,
    written: u64,
    dump: Box<dyn Dump>,
}

/// Creates the folder and file of every breach.
pub(super) fn open(parent: &Path) -> Result<Vec<Breach>, SynthError> {
    LEAKS
        .iter()
        .map(|leak| Breach::create(leak, parent))
        .collect()
}

impl Breach {
    fn create(leak: &'static Leak, parent: &Path) -> Result<Self, SynthError> {
        let folder = super::create_folder(parent, leak.id)?;
        let dump = (leak.create)(&folder.join(leak.file))?;
        Ok(Self {
            leak,
            folder,
            written: 0,
            dump,
        })
    }

    pub(super) fn id(&self) -> &'static str {
        self.leak.id
    }

    /// Writes the rows about the person, none for most, and at most `wanted`.
    pub(super) fn tell_of(
        &mut self,
        person: &Person,
        seed: u64,
        spaces: &Spaces,
        wanted: u64,
    ) -> Result<Vec<Record>, SynthError> {
        let mut dice = Dice::new(seed, self.purpose(), person.number);
        if !dice.chance(self.share(person)) {
            return Ok(Vec::new());
        }
        let rows = 1 + u64::from(dice.chance(REPEATED));
        let rows = rows.min(wanted).min(self.leak.capacity - self.written);
        (0..rows)
            .map(|_| {
                self.write_row(Row::new(
                    spaces,
                    person,
                    Dice::new(dice.next(), *b"onerow..", 0),
                ))
            })
            .collect()
    }

    /// Writes `breach.toml` and closes the dump.
    pub(super) fn finish(self) -> Result<(), SynthError> {
        self.dump.finish()?;
        let description = self
            .leak
            .description
            .replace("{records}", &self.written.to_string());
        let path = self.folder.join("breach.toml");
        fs::write(&path, description).map_err(|source| SynthError::Create { path, source })
    }

    fn write_row(&mut self, mut row: Row<'_>) -> Result<Record, SynthError> {
        self.dump.write(&mut row)?;
        self.written += 1;
        Ok(row.into_record())
    }

    /// Three in ten people are in nearly twice as many breaches as the others.
    fn share(&self, person: &Person) -> u32 {
        self.leak.per_mille * if person.exposed { 150 } else { 79 } / 100
    }

    /// Keeps the decisions about a person in this breach apart from those in others.
    fn purpose(&self) -> [u8; 8] {
        let mut purpose = [b' '; 8];
        for (letter, of_id) in purpose.iter_mut().zip(self.leak.id.bytes()) {
            *letter = of_id;
        }
        purpose
    }
}
