use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::free_port;
use crate::listening::start_listening;
use crate::skip;

/// Paths of the programs in Debian's package.
const SERVER: &str = "/usr/bin/redis-server";
const CLIENT: &str = "/usr/bin/redis-cli";

/// A running Redis that keeps nothing on the disk, on a port and a socket of its own; killed when dropped.
pub struct Redis {
    child: Child,
    folder: PathBuf,
    port: u16,
    settings: Vec<String>,
}

impl Redis {
    /// Starts one with these additional settings, its socket in `folder`; prints and returns `None` if it is not
    /// installed.
    ///
    /// # Panics
    /// Panics if it is installed and does not start.
    #[must_use]
    pub fn start(folder: &Path, settings: &[&str]) -> Option<Self> {
        if !Path::new(SERVER).exists() {
            skip("redis-server is not installed");
            return None;
        }
        fs::create_dir_all(folder).expect("a folder");
        let port = free_port();
        let settings: Vec<String> = settings.iter().map(|&text| text.to_owned()).collect();
        let child = started(folder, port, &settings);
        Some(Self {
            child,
            folder: folder.to_owned(),
            port,
            settings,
        })
    }

    /// Returns its URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/0", self.port)
    }

    /// Returns its port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the URL of its socket.
    #[must_use]
    pub fn socket(&self) -> String {
        format!("unix:{}", self.folder.join("socket").display())
    }

    /// Returns what its own client is answered, one line per element.
    ///
    /// # Panics
    /// Panics if it cannot be asked.
    #[must_use]
    pub fn ask(&self, words: &[&str]) -> Vec<String> {
        let asked = Command::new(CLIENT)
            .args(["--raw", "-p", &self.port.to_string()])
            .args(words)
            .output()
            .expect("redis-cli");
        assert!(asked.status.success(), "redis-cli");
        let text = String::from_utf8(asked.stdout).expect("text");
        text.lines().map(ToOwned::to_owned).collect()
    }

    /// Sends it a signal.
    ///
    /// # Panics
    /// Panics if it has ended.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).expect("a small number");
        kill_process(Pid::from_raw(pid).expect("a process"), signal).expect("a living Redis");
    }

    /// Kills it, with everything that it knows.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Starts it again in the same place.
    pub fn restart(&mut self) {
        self.kill();
        self.child = started(&self.folder, self.port, &self.settings);
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

fn started(folder: &Path, port: u16, settings: &[String]) -> Child {
    let mut command = Command::new(SERVER);
    command
        .args(["--bind", "127.0.0.1", "--port", &port.to_string()])
        .args(["--save", "", "--unixsocket", "socket"])
        .args(settings)
        .current_dir(folder)
        .stdout(Stdio::null());
    start_listening(&mut command, port)
}
