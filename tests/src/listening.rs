use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::ops::Range;
use std::process::{self, Child, Command};
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::wait_until;

/// Ports that Linux gives to no connection by itself, so that a restarted server finds its own port free.
const PORTS: Range<u16> = 16_384..32_768;

/// Returns a free port of this machine that no other test of this program got.
///
/// # Panics
/// Panics if there is none.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let is_free = |port: &u16| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    // Test programs that run side by side start at different ports.
    let first = process::id() as usize * 97;
    PORTS
        .map(|_| first + NEXT.fetch_add(1, Ordering::Relaxed))
        .map(|place| PORTS.start + (place % PORTS.len()) as u16)
        .find(is_free)
        .expect("a port")
}

/// Starts a program that listens on a port, and waits until it does.
pub(crate) fn start_listening(command: &mut Command, port: u16) -> Child {
    let program = command.get_program().display().to_string();
    let child = command
        .spawn()
        .unwrap_or_else(|error| panic!("{program} does not start: {error}"));
    wait_until(&format!("{program} does not listen"), || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    });
    child
}
