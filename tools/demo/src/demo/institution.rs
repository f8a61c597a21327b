use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};

use super::site::show;
use super::{Demo, DemoError};

/// An institution of the demo that answers private retrievals: a server of its own, without a key.
#[derive(Clone, Copy)]
pub struct Institution {
    name: [&'static str; 3],
    port: u16,
}

impl Institution {
    /// Returns the two institutions of the demo, each on a free port.
    ///
    /// # Errors
    /// [`DemoError::Server`] if there is no free port.
    pub(super) fn both() -> Result<[Self; 2], DemoError> {
        let names = [
            ["Министрлік", "Министерство", "Ministry"],
            ["Университет", "Университет", "University"],
        ];
        // Both are held until both are known, or they could be one.
        let held = names.map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)));
        let port =
            |held: &Result<TcpListener, _>| Some(held.as_ref().ok()?.local_addr().ok()?.port());
        let [Some(one), Some(other)] = [port(&held[0]), port(&held[1])] else {
            return Err(DemoError::Server);
        };
        let institution = |name, port| Self { name, port };
        Ok([institution(names[0], one), institution(names[1], other)])
    }

    /// Returns its English name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name[2]
    }

    /// Returns the URL of its queries.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/v1/retrieve", self.port)
    }

    /// Returns its entry in the statement.
    pub(super) fn signed(&self) -> String {
        let [kk, ru, en] = self.name;
        format!(
            "[[retrieval.servers]]\ninstitution = {{ kk = \"{kk}\", ru = \"{ru}\", en = \"{en}\" }}\nurl = \"{}\"\n",
            self.url()
        )
    }

    /// Starts its server over the demo's index, for pages of `origins`; ended when dropped.
    ///
    /// # Errors
    /// [`DemoError`] if it does not listen.
    pub(super) fn open(&self, demo: &Demo, origins: &str) -> Result<OpenInstitution, DemoError> {
        let server = demo.programs.join("tekser-server");
        let mut command = Command::new(&server);
        command
            .args(["--role", "ranges", "--retrieve", "--retrieve-threads", "1"])
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .args(["--allow-origin", origins])
            .stdin(Stdio::null())
            .stderr(Stdio::piped());
        let command_line = demo.with_index(&mut command);
        command_line.arg("--trust").arg(demo.release_key());
        let child = command.spawn().map_err(|source| DemoError::Program {
            program: server,
            source,
        })?;
        OpenInstitution(child).once_it_listens(self.name())
    }
}

/// A running server of an institution.
pub(super) struct OpenInstitution(Child);

impl OpenInstitution {
    fn once_it_listens(mut self, name: &'static str) -> Result<Self, DemoError> {
        let stderr = self.0.stderr.take().ok_or(DemoError::Server)?;
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let say = move |line: &str| show(&format!("{name}: {line}"));
        let is_listening = lines
            .by_ref()
            .inspect(|line| say(line))
            .any(|line| line.contains("listening on "));
        if !is_listening {
            return Err(DemoError::Server);
        }
        std::thread::spawn(move || lines.for_each(|line| say(&line)));
        Ok(self)
    }
}

impl Drop for OpenInstitution {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
