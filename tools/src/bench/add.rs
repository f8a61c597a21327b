use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use exposure_index::breach::{ClassSet, DataClass, Localised, Metadata, Status};
use exposure_index::generation::{Draft, FileKind, IndexDirectory};
use exposure_index::identifier::Kind;
use exposure_index::index::{
    BreachOrdinal, BreachStatistics, Catalogue, CatalogueEntry, Description, Exposure, IndexWriter,
    Statistics,
};
use exposure_index::oprf::{KeyFile, KeyId, SecretKey, Tag, load_key, split};
use serde_json::Value;

const RANGE_ROWS: u32 = 4096;
const BREACHES: u16 = 4;
/// Of each breach, so that rows differ as those of dumps with columns that are empty here and there.
const CLASSES: u64 = 3;

/// What it took to go on from a large index.
#[derive(Clone, Copy, Debug)]
pub struct AddFigures {
    /// Rows of the large index.
    pub rows: u64,
    /// Bytes of its file.
    pub index_bytes: u64,
    /// Records of the dump that was added.
    pub records: u64,
    /// Different identifiers in it.
    pub identifiers: u64,
    /// Evaluations that adding it took.
    pub evaluated: u64,
    /// Seconds that adding it took, evaluations included.
    pub add_seconds: f64,
    /// Seconds that making the index anew took with nothing to read or evaluate but its own rows.
    pub rewrite_seconds: f64,
}

/// Makes an index of `rows` rows with random tags in `folder`, which is emptied before and removed after; lets the program
/// `indexer` change what is told of a breach in it, for which all rows are read and written, and add a dump of `records`
/// records to it.
///
/// # Errors
/// If something cannot be written, or the program fails.
pub fn measure_add(
    indexer: &Path,
    folder: &Path,
    rows: u64,
    records: u64,
) -> anyhow::Result<AddFigures> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let index_bytes = write_index(folder, rows)?;
    let told = folder.join("breach-0");
    write_breach(&told, "breach-0", 0)?;
    let rewritten = run(indexer, folder, &["update", "--metadata"], &told)?;
    let added = folder.join("breach-9");
    write_breach(&added, "breach-9", records)?;
    let built = run(indexer, folder, &["add"], &added)?;
    let figures = AddFigures {
        rows,
        index_bytes,
        records,
        // Each record has a phone number and an e-mail address of its own.
        identifiers: 2 * records,
        evaluated: built["evaluated"].as_u64().context("no evaluations")?,
        add_seconds: built["seconds"].as_f64().context("no seconds")?,
        rewrite_seconds: rewritten["seconds"].as_f64().context("no seconds")?,
    };
    fs::remove_dir_all(folder)?;
    Ok(figures)
}

/// Runs a command on a folder of a breach and gives the JSON that it ends with.
fn run(indexer: &Path, folder: &Path, command: &[&str], breach: &Path) -> anyhow::Result<Value> {
    let output = Command::new(indexer)
        .args(command)
        .args(["--json", "--index"])
        .arg(folder.join("index"))
        .arg("--key")
        .arg(folder.join("key"))
        .arg(breach)
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot run {}", indexer.display()))?;
    ensure!(output.status.success(), "{} failed", command[0]);
    serde_json::from_slice(&output.stdout).context("its JSON")
}

/// Writes a breach of so many records, none of which has anything of another.
fn write_breach(folder: &Path, id: &str, records: u64) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    let mut dump = BufWriter::new(File::create_new(folder.join("dump.csv"))?);
    writeln!(dump, "phone;email")?;
    for record in 0..records {
        writeln!(dump, "+7709{record:07};person{record}@example.kz")?;
    }
    dump.into_inner()?;
    let localised = "kk = \"k\"\nru = \"r\"\nen = \"e\"";
    let description = format!(
        "id = \"{id}\"\ndate = \"2025\"\nadded = \"2026\"\nstatus = \"reported\"\nrecords = 1\n\
         source = \"https://example.kz\"\n[title]\n{localised}\n[summary]\n{localised}\n\
         [[file]]\npath = \"dump.csv\"\ndelimiter = \";\"\n[file.columns]\n\
         phone = {{ identifier = \"phone\" }}\nemail = {{ identifier = \"email\" }}\n"
    );
    Ok(fs::write(folder.join("breach.toml"), description)?)
}

/// An index whose tags are random, so that nothing has to be evaluated to make it, and the bytes of its file.
fn write_index(folder: &Path, rows: u64) -> anyhow::Result<u64> {
    let key_id = make_key(folder)?;
    let directory = IndexDirectory::at(folder.join("index"));
    let lock = directory.lock()?;
    let draft = directory.draft(&lock)?;
    let bytes = write_file(&draft, key_id, rows)?;
    draft.publish()?;
    Ok(bytes)
}

fn make_key(folder: &Path) -> anyhow::Result<KeyId> {
    let path = folder.join("key");
    let share = split(&SecretKey::generate()?, 1)?;
    KeyFile::at(&path).create(share.first().context("a share")?)?;
    Ok(load_key(&[path])?.public_key().id())
}

fn write_file(draft: &Draft<'_>, key_id: KeyId, rows: u64) -> anyhow::Result<u64> {
    let breaches = (0..BREACHES)
        .map(breach)
        .collect::<anyhow::Result<Vec<_>>>()?;
    let ids = breaches.iter().map(|entry| entry.metadata.id.clone());
    let statistics = Statistics {
        breaches: ids.map(|id| (id, BreachStatistics::default())).collect(),
        ..Statistics::default()
    };
    let description = Description {
        sealed: false,
        beside_sealed: false,
        key_id,
        generation: draft.id(),
        built_at: draft.time().as_second(),
        rows,
        range_rows: RANGE_ROWS,
        catalogue: Catalogue { breaches },
    };
    let file = File::create_new(draft.file(FileKind::Public))?;
    let mut writer = IndexWriter::new(BufWriter::with_capacity(1 << 20, file), description)?;
    // Gaps between tags are even up to twice the mean, less a thousandth, so that the last tag is below the highest.
    let largest_gap = u64::MAX / rows / 1000 * 1998;
    let (mut random, mut tag) = (1_u64, 0);
    let mut exposures = Vec::new();
    for _ in 0..rows {
        random = xorshift(random);
        tag += 1 + random % largest_gap;
        random = xorshift(random);
        put_exposures(random, &mut exposures);
        let kind = Kind::ALL[(random >> 40) as usize % 3];
        writer.push(Tag(tag), kind, &exposures)?;
    }
    let (file, _) = writer.finish(&statistics)?;
    Ok(file.into_inner()?.metadata()?.len())
}

const fn xorshift(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ (state << 17)
}

/// One breach for five rows of eight, two or three for the others.
fn put_exposures(random: u64, exposures: &mut Vec<Exposure>) {
    let count = [1, 1, 1, 1, 1, 2, 2, 3][(random >> 8) as usize % 8];
    let first = (random >> 16) % 2;
    exposures.clear();
    exposures.extend((first..first + count).map(|breach| Exposure {
        breach: BreachOrdinal(breach as u16),
        classes: ClassSet(1 + (random >> (24 + 2 * breach)) % CLASSES),
    }));
}

fn breach(number: u16) -> anyhow::Result<CatalogueEntry> {
    let text = || format!("Breach {number}");
    let localised = Localised {
        kk: text(),
        ru: text(),
        en: text(),
    };
    let classes = ["email-addresses", "phone-numbers"];
    let class = |name: &str| DataClass::try_from(name.to_owned());
    Ok(CatalogueEntry {
        metadata: Metadata {
            id: format!("breach-{number}").try_into()?,
            date: "2025".parse()?,
            added: "2026".parse()?,
            status: Status::Reported,
            sensitive: false,
            records: 1,
            source: "https://example.kz".to_owned(),
            title: localised.clone(),
            summary: localised,
        },
        classes: classes.map(class).into_iter().collect::<Result<_, _>>()?,
    })
}
