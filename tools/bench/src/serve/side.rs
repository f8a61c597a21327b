//! Which servers are compared? Ours, nginx and bare actix.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::{Pid, Signal, kill_process};

use super::index::BenchIndex;
use super::{Bench, scratch};
use crate::machine::cores;
use crate::proc;

const PATIENCE: Duration = Duration::from_secs(30);
/// Time between two checks whether a server answers; the precision of a measured start.
const LOOK: Duration = Duration::from_micros(200);

pub(super) const NGINX: &str = "nginx, one file";
pub(super) const BARE_RANDOM: &str = "bare actix handler, random bytes of the index's file";

/// Whether nginx opens a file again for each request, as it does by default.
#[derive(Clone, Copy)]
pub(super) enum Files {
    OpenedEachTime,
    KeptOpen,
}

/// A server that is being compared; stopped when dropped.
pub(super) struct Side {
    /// Name in the tables.
    pub(super) name: &'static str,
    child: Child,
    address: SocketAddr,
    /// Time from its spawning to its first answer.
    pub(super) started_in: Duration,
}

impl Side {
    /// The look-up server over `index`, with neither quotas nor proof of work, which would refuse this load.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub(super) fn tekser(
        name: &'static str,
        bench: &Bench,
        index: &BenchIndex,
        log: &str,
    ) -> anyhow::Result<Self> {
        let mut command = without_quotas(bench, index, log);
        command.arg("--key").arg(&index.key);
        command.args(["--rate-per-client", "off", "--rate-total", "off"]);
        let address = free_address()?;
        command.args(["--listen", &address.to_string()]);
        Self::start(name, command, address)
    }

    /// A server of private retrieval over `index`, with neither quotas nor proof of work.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub(super) fn retrieving(bench: &Bench, index: &BenchIndex) -> anyhow::Result<Self> {
        let mut command = without_quotas(bench, index, "warn");
        let evaluator = format!("https://evaluator.example.kz={}", index.public_key()?);
        command.args(["--role", "ranges", "--retrieve", "--evaluator", &evaluator]);
        command.args(["--retrieve-per-client", "off", "--retrieve-total", "off"]);
        let address = free_address()?;
        command.args(["--listen", &address.to_string()]);
        Self::start("tekser-server --retrieve", command, address)
    }

    /// Starts a handler of the same framework that only answers with `bytes` bytes: always the same ones, or random
    /// ones of `file`.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub(super) fn bare_actix(
        bench: &Bench,
        bytes: u32,
        file: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let mut command = Command::new(&bench.bare);
        let address = free_address()?;
        command.args([address.to_string(), bytes.to_string(), cores().to_string()]);
        command.args(file);
        let name = match file {
            None => "bare actix handler, always the same bytes",
            Some(_) => BARE_RANDOM,
        };
        Self::start(name, command, address)
    }

    /// nginx that answers every path with one file of `bytes` bytes; `None` if there is no nginx.
    ///
    /// # Errors
    /// Fails if it does not start.
    pub(super) fn nginx(bench: &Bench, bytes: u32, files: Files) -> anyhow::Result<Option<Self>> {
        let (name, directive) = match files {
            Files::OpenedEachTime => (NGINX, ""),
            Files::KeptOpen => ("nginx, one file kept open", "open_file_cache max=16;"),
        };
        let folder = scratch(&bench.folder, &name.replace([' ', ','], "-"))?;
        let address = free_address()?;
        fs::write(folder.join("range"), vec![0x5a; bytes as usize])?;
        let conf = nginx_conf(&folder, address, directive);
        fs::write(folder.join("nginx.conf"), conf)?;
        let mut command = Command::new("nginx");
        command
            .arg("-p")
            .arg(&folder)
            .args(["-e", "stderr", "-c", "nginx.conf"]);
        if Command::new("nginx").arg("-v").output().is_err() {
            return Ok(None);
        }
        Self::start(name, command, address).map(Some)
    }

    fn start(
        name: &'static str,
        mut command: Command,
        address: SocketAddr,
    ) -> anyhow::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        let begun = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("cannot run {}", command.get_program().display()))?;
        let mut side = Self {
            name,
            child,
            address,
            started_in: Duration::ZERO,
        };
        while side.get("/readyz").is_none_or(|(status, _)| status != 200) {
            let is_alive = side.child.try_wait()?.is_none();
            ensure!(
                is_alive && begun.elapsed() < PATIENCE,
                "{name} does not start"
            );
            thread::sleep(LOOK);
        }
        side.started_in = begun.elapsed();
        Ok(side)
    }

    /// Status and length of the body of an answer, on a connection of its own.
    pub(super) fn get(&self, path: &str) -> Option<(u16, usize)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let end_of_head = answer.windows(4).position(|four| four == b"\r\n\r\n")?;
        let status = str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        Some((status, answer.len() - end_of_head - 4))
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// CPU seconds that it has used so far.
    ///
    /// # Errors
    /// Fails if it has ended.
    pub(super) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        proc::cpu_seconds(self.pid())
    }
}

impl Drop for Side {
    fn drop(&mut self) {
        // nginx's master must be asked to stop; killed, it would leave its workers behind.
        let pid = i32::try_from(self.pid()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.child.wait();
    }
}

/// An address on the loopback that was free just now.
fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()
}

/// The server over `index`, as far as both roles have the same options.
fn without_quotas(bench: &Bench, index: &BenchIndex, log: &str) -> Command {
    let mut command = Command::new(&bench.server);
    command.arg("--index").arg(&index.directory);
    command.args(["--pow", "off", "--log", log]);
    command.args(["--workers", &cores().to_string()]);
    command
}

/// As Debian sets nginx up (`sendfile`, `tcp_nopush`), but without a log, and never closing a connection.
fn nginx_conf(folder: &Path, address: SocketAddr, directive: &str) -> String {
    let folder = folder.display();
    format!(
        "daemon off;
user {user};
worker_processes {workers};
pid {folder}/pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    {directive}
    default_type application/octet-stream;
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen {address} reuseport;
        root {folder};
        location / {{ rewrite ^ /range break; }}
    }}
}}
",
        user = std::env::var("USER").unwrap_or_else(|_| "root".to_owned()),
        workers = cores(),
    )
}
