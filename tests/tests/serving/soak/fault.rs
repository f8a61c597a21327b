//! Which faults does a long run meet, and how do they end?

use std::fmt;
use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;
use rustix::process::Signal;
use sha2::{Digest, Sha256};
use tekser_tests::{Redis, Server};

use super::town::{DISK_KIB, Town, certify};
use crate::stored::PREFIX;

/// A fault that begins and ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fault {
    StoreGone,
    StoreSilent,
    StoreDamaged,
    RedisGone,
    RedisSilent,
    DiskFull,
    CertificateExpired,
    GenerationDamaged,
    ClockAhead,
}

impl Fault {
    pub(super) const ALL: [Self; 9] = [
        Self::StoreGone,
        Self::StoreSilent,
        Self::StoreDamaged,
        Self::RedisGone,
        Self::RedisSilent,
        Self::DiskFull,
        Self::CertificateExpired,
        Self::GenerationDamaged,
        Self::ClockAhead,
    ];

    /// Whether this machine can produce the fault.
    pub(super) fn is_possible(self, town: &Town) -> bool {
        match self {
            Self::RedisGone | Self::RedisSilent => town.redis.is_some(),
            Self::DiskFull => town.disk.is_some(),
            Self::ClockAhead => town.clock.is_some(),
            _ => true,
        }
    }

    /// The server that shows it, and the condition.
    fn seen_at(self, town: &Town) -> (&Server, &'static str) {
        match self {
            Self::StoreGone | Self::StoreSilent | Self::StoreDamaged | Self::DiskFull => {
                (&town.fetching, "store")
            }
            Self::RedisGone | Self::RedisSilent => (&town.fetching, "limits"),
            Self::CertificateExpired | Self::ClockAhead => (&town.encrypted, "certificate"),
            Self::GenerationDamaged => (&town.reading, "generation"),
        }
    }

    /// Whether no sign of it is seen.
    pub(super) fn is_over(self, town: &Town) -> bool {
        let (server, condition) = self.seen_at(town);
        server.is_met(condition)
    }

    /// Prepares it, while all is well.
    pub(super) fn prepare(self, town: &mut Town) {
        if matches!(
            self,
            Self::StoreDamaged | Self::DiskFull | Self::GenerationDamaged
        ) {
            town.scene.build("");
        }
    }

    pub(super) fn begin(self, town: &mut Town) {
        match self {
            Self::StoreGone => town.scene.store.go_away(),
            Self::StoreSilent => town.scene.store.fall_silent(),
            Self::StoreDamaged => offer_damaged(town),
            Self::RedisGone => town.redis.iter_mut().for_each(Redis::kill),
            Self::RedisSilent => town
                .redis
                .iter()
                .for_each(|redis| redis.signal(Signal::STOP)),
            Self::DiskFull => {
                town.disk
                    .iter()
                    .for_each(|disk| disk.resize(disk.taken_kib() + 1024));
                let _ = town.scene.push(&[]);
            }
            Self::CertificateExpired => certify(town.scene.workspace.path(), 2001),
            Self::GenerationDamaged => damage(town),
            Self::ClockAhead => set_clock(town, "+36500d"),
        }
    }

    pub(super) fn end(self, town: &mut Town) {
        match self {
            Self::StoreGone => town.scene.store.come_back(),
            Self::StoreSilent => {
                town.scene.store.go_away();
                town.scene.store.come_back();
            }
            Self::StoreDamaged => {
                let _ = town.scene.push(&["--resend"]);
            }
            Self::RedisGone => town.redis.iter_mut().for_each(Redis::restart),
            Self::RedisSilent => town
                .redis
                .iter()
                .for_each(|redis| redis.signal(Signal::CONT)),
            Self::DiskFull => town.disk.iter().for_each(|disk| disk.resize(DISK_KIB)),
            Self::CertificateExpired => certify(town.scene.workspace.path(), 2090),
            Self::GenerationDamaged => repair(town),
            Self::ClockAhead => set_clock(town, "+0"),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::StoreGone => "the store is gone",
            Self::StoreSilent => "the store is silent",
            Self::StoreDamaged => "a generation is damaged in the store",
            Self::RedisGone => "Redis is gone and loses everything",
            Self::RedisSilent => "Redis is silent",
            Self::DiskFull => "the disk of the cache is full",
            Self::CertificateExpired => "the certificate has expired",
            Self::GenerationDamaged => "a generation is damaged on the disk",
            Self::ClockAhead => "the clock is a hundred years ahead",
        })
    }
}

/// Publishes the index directory's current generation in the store, with a byte changed.
fn offer_damaged(town: &Town) {
    let whole = fs::read(town.public_file()).expect("an index");
    let digest = HEXLOWER.encode(&Sha256::digest(&whole));
    let mut state = town.scene.store.state();
    let _ = state.put(&town.scene.key("public.idx"), flipped(whole));
    let sums = format!("{digest}  public.idx\n");
    let _ = state.put(&town.scene.key("SHA256SUMS"), sums.into());
    let current = format!("{}\n", town.scene.workspace.current());
    let _ = state.put(&format!("{PREFIX}/CURRENT"), current.into());
}

fn flipped(mut bytes: Vec<u8>) -> Vec<u8> {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    bytes
}

/// Replaces the served file by a damaged one, as a bad copy does.
fn damage(town: &mut Town) {
    let path = town.public_file();
    let whole = fs::read(&path).expect("an index");
    replace(&path, flipped(whole.clone()));
    town.whole = Some((path, whole));
}

fn repair(town: &mut Town) {
    if let Some((path, whole)) = town.whole.take() {
        replace(&path, whole);
    }
}

fn replace(path: &Path, bytes: Vec<u8>) {
    let aside = path.with_extension("aside");
    fs::write(&aside, bytes).expect("a file");
    fs::rename(aside, path).expect("a file");
}

fn set_clock(town: &Town, offset: &str) {
    town.clock
        .iter()
        .for_each(|file| fs::write(file, offset).expect("a file"));
}
