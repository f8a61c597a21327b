use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::{Child, Command};

use crate::wait_until;

/// A port of this machine that nobody listens on at the moment.
///
/// # Panics
/// If there is none.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    listener.local_addr().expect("an address").port()
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
