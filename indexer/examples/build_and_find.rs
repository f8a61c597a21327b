//! Builds an index from a folder of breaches, and finds an identifier in it.
//!
//! ```sh
//! echo 'client7@example.kz' | cargo run -p tekser-indexer --example build_and_find -- tests/leaks/breaches
//! ```
//!
//! The key exists only while the program runs; `tekser-indexer keygen` makes one that is kept.

use std::env;
use std::error::Error;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use exposure_index::generation::IndexDirectory;
use exposure_index::identifier::recognise;
use exposure_index::oprf::{OfflineKey, SecretKey, evaluate};
use exposure_index::progress::Cancel;
use tekser_indexer::builder::{Activation, BuildProgress, Keys, Memory, Options, Start, build};
use tekser_indexer::ingest::{Breach, ReadOptions};

fn main() -> Result<(), Box<dyn Error>> {
    let breaches = env::args_os().nth(1).map(PathBuf::from);
    let breaches = breaches.ok_or("usage: build_and_find BREACHES_DIR < IDENTIFIER")?;
    let breaches = Breach::discover(&breaches)?;
    let (key, offline_key) = (SecretKey::generate()?, OfflineKey::generate()?);
    let keys = Keys {
        tags: &key,
        offline: Some(&offline_key),
    };
    let folder = env::temp_dir().join(format!("build-and-find-{}", std::process::id()));
    let directory = IndexDirectory::at(&folder);
    let summary = build(
        &directory,
        keys,
        &breaches,
        &options()?,
        &BuildProgress::default(),
    )?;
    println!("{} identifiers", summary.identifiers.values().sum::<u64>());

    let mut typed = String::new();
    io::stdin().read_line(&mut typed)?;
    let index = directory.open_public(directory.current()?)?;
    let catalogue = index.catalogue()?;
    for reading in recognise(&typed).candidates {
        let tag = evaluate(&key, &reading.identifier.oprf_input())?.tag();
        let row = index.find(tag)?;
        let exposures = row
            .map(|row| row.exposures())
            .transpose()?
            .unwrap_or_default();
        println!(
            "{}: in {} leaks",
            reading.identifier.kind(),
            exposures.len()
        );
        for exposure in exposures {
            let entry = catalogue
                .get(exposure.breach)
                .ok_or("a breach without an entry")?;
            println!("  {}", entry.metadata.id);
        }
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}

fn options() -> Result<Options, Box<dyn Error>> {
    Ok(Options {
        reading: ReadOptions::default(),
        memory: Memory::new(256 << 20).ok_or("too little memory")?,
        threads: None,
        range_rows: None,
        max_rejects: "5%".parse()?,
        start: Start::default(),
        checkpoint: Duration::from_secs(60),
        cancel: Cancel::default(),
        activation: Activation::AtOnce,
        pairs: false,
    })
}
