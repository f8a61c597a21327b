//! What does a long run consist of? Servers, a store, Redis and clients.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use tekser_tests::{Redis, Server, SmallDisk, wait_until};

use crate::stored::Scene;

/// Room for the cache, and more than a server leaves free on a disk.
pub(super) const DISK_KIB: u64 = 512 << 10;
/// Path in Debian's package of the library that gives a process another clock.
const CLOCKS: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1",
    "/usr/lib/faketime/libfaketimeMT.so.1",
];
/// The variable that names another path of the library.
const CLOCK_VARIABLE: &str = "TEKSER_SOAK_FAKETIME";

/// The default time between two checks of files; other servers of the tests check more often.
const INTERVAL: [&str; 2] = ["--reload-interval", "1s"];

/// Servers with everything that can fail. Fields that the others use are dropped last.
pub(super) struct Town {
    /// Fetches its index from a store to a small disk, and shares its limits.
    pub(super) fetching: Server,
    /// Serves its index from a directory.
    pub(super) reading: Server,
    /// The same, with a certificate.
    pub(super) encrypted: Server,
    pub(super) redis: Option<Redis>,
    pub(super) disk: Option<SmallDisk>,
    pub(super) scene: Scene,
    /// The file with the time by which the clock is ahead.
    pub(super) clock: Option<PathBuf>,
    /// The intact bytes of the public file that is currently damaged.
    pub(super) whole: Option<(PathBuf, Vec<u8>)>,
}

impl Town {
    pub(super) fn new() -> Self {
        let scene = Scene::new();
        scene.build("");
        let _ = scene.push(&[]);
        let folder = scene.workspace.path().to_owned();
        let redis = Redis::start(&folder.join("redis"), &[]);
        let disk = SmallDisk::over(&folder.join("cache"));
        match &disk {
            Some(disk) => disk.resize(DISK_KIB),
            None => eprintln!("SKIPPED: no disk is filled, since mounting is not allowed"),
        }
        let variables = clock(&folder);
        if variables.is_empty() {
            eprintln!(
                "SKIPPED: no clock is wrong, since libfaketime is not installed (package faketime, or {CLOCK_VARIABLE})"
            );
        }
        certify(&folder, 2090);
        let town = Self {
            fetching: fetching(&scene, redis.as_ref(), &variables),
            reading: serve(&scene, &variables, &[]),
            encrypted: serve(
                &scene,
                &variables,
                &["--tls-cert", "cert.pem", "--tls-key", "key.pem"],
            ),
            clock: (!variables.is_empty()).then(|| folder.join("clock")),
            redis,
            disk,
            whole: None,
            scene,
        };
        wait_until(&town.fetching.readiness(), || town.fetching.is_met("store"));
        town
    }

    /// The servers that clients ask.
    pub(super) fn bases(&self) -> Vec<String> {
        [&self.fetching, &self.reading]
            .map(|server| server.base().to_owned())
            .into()
    }

    /// The public file of the index directory's current generation.
    pub(super) fn public_file(&self) -> PathBuf {
        let folder = self
            .scene
            .workspace
            .index()
            .join(self.scene.workspace.current());
        folder.join("public.idx")
    }
}

/// A server over the store.
fn fetching(scene: &Scene, redis: Option<&Redis>, variables: &[(&'static str, String)]) -> Server {
    let url = redis.map(Redis::url);
    let rate = [
        "--rate-per-client",
        "1000000/s",
        "--rate-total",
        "1000000/s",
    ];
    let limits = url
        .as_ref()
        .map(|url| [&rate[..], &["--limits", url]].concat());
    let own = ["--grace", "10s", "--admin", "127.0.0.1:0"];
    let arguments = scene.serving_arguments(&[&own[..], &limits.unwrap_or_default()].concat());
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let environment = [scene.store.environment(), variables.to_vec()].concat();
    start(scene, &environment, &arguments)
}

/// A server over the index directory.
fn serve(scene: &Scene, variables: &[(&'static str, String)], more: &[&str]) -> Server {
    start(
        scene,
        variables,
        &[&["--admin", "127.0.0.1:0"], more].concat(),
    )
}

fn start(scene: &Scene, environment: &[(&'static str, String)], arguments: &[&str]) -> Server {
    let environment: Vec<(&str, &str)> = environment
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let arguments = [&INTERVAL[..], arguments].concat();
    Server::start_in(
        &scene.workspace,
        scene.workspace.path(),
        &environment,
        &arguments,
    )
}

/// The variables that let a file in a folder set the clock; none where that is not possible.
fn clock(folder: &Path) -> Vec<(&'static str, String)> {
    let named = std::env::var(CLOCK_VARIABLE).ok();
    let mut places = named.iter().map(String::as_str).chain(CLOCKS);
    let Some(library) = places.find(|place| Path::new(place).exists()) else {
        return Vec::new();
    };
    let file = folder.join("clock");
    fs::write(&file, "+0").expect("a file");
    [
        ("LD_PRELOAD", library.to_owned()),
        ("FAKETIME_TIMESTAMP_FILE", file.display().to_string()),
        ("FAKETIME_NO_CACHE", "1".to_owned()),
        ("DONT_FAKE_MONOTONIC", "1".to_owned()),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ]
    .into()
}

/// Writes a new certificate for `localhost`, valid until the end of a year, and its key.
pub(super) fn certify(folder: &Path, year: i32) {
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    parameters.not_before = date_time_ymd(1990, 1, 1);
    parameters.not_after = date_time_ymd(year, 12, 31);
    let pair = KeyPair::generate().expect("a key");
    let certificate = parameters.self_signed(&pair).expect("a certificate");
    for (name, text) in [
        ("key.pem", pair.serialize_pem()),
        ("cert.pem", certificate.pem()),
    ] {
        let next = folder.join("next.pem");
        fs::write(&next, text).expect("a file");
        fs::set_permissions(&next, fs::Permissions::from_mode(0o600)).expect("permissions");
        fs::rename(&next, folder.join(name)).expect("a file");
    }
}
