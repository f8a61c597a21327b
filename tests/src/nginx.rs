use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::free_port;
use crate::listening::start_listening;
use crate::skip;

/// Path of the program in Debian's package.
const NGINX: &str = "/usr/sbin/nginx";

/// A running nginx on a port of its own; killed when dropped.
pub struct Nginx {
    child: Child,
    base: String,
}

impl Nginx {
    /// Starts one with these locations, its files and logs in `folder`; prints and returns `None` if it is not
    /// installed.
    ///
    /// # Panics
    /// Panics if it is installed and does not start.
    #[must_use]
    pub fn start(folder: &Path, locations: &str) -> Option<Self> {
        if !Path::new(NGINX).exists() {
            skip("nginx is not installed");
            return None;
        }
        fs::create_dir_all(folder).expect("a folder");
        let port = free_port();
        let address = format!("127.0.0.1:{port}");
        let configuration = folder.join("nginx.conf");
        fs::write(
            &configuration,
            configuration_of(folder, &address, locations),
        )
        .expect("written");
        let mut command = Command::new(NGINX);
        command
            .arg("-p")
            .arg(folder)
            .arg("-c")
            .arg(&configuration)
            .arg("-e")
            .arg(folder.join("error.log"))
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Some(Self {
            child: start_listening(&mut command, port),
            base: format!("http://{address}"),
        })
    }

    /// Returns its URL, without a trailing slash.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One process, so that it can be killed with the process that started it.
fn configuration_of(folder: &Path, address: &str, locations: &str) -> String {
    let folder = folder.display();
    let temporary: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .map(|kind| format!("{kind}_temp_path {folder}/{kind};\n"))
        .concat();
    format!(
        "daemon off;\nmaster_process off;\nuser root;\npid {folder}/nginx.pid;\nevents {{ }}\n\
         http {{\naccess_log {folder}/access.log;\n{temporary}server {{\nlisten {address};\n{locations}\n}}\n}}\n"
    )
}
