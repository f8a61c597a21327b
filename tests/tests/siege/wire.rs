use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// Where a server listens, without the scheme.
pub(crate) fn address(base: &str) -> &str {
    base.split_once("://").expect("a URL").1
}

pub(crate) fn connect(base: &str) -> TcpStream {
    let stream = TcpStream::connect(address(base)).expect("a connection");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
    stream
        .set_write_timeout(Some(PATIENCE))
        .expect("a time-out");
    stream
}

/// Sends bytes, says that no more will come, and gives all that is answered until the server closes.
///
/// # Panics
/// Panics if it does not close.
pub(crate) fn exchange(base: &str, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(base);
    // A server that has seen enough may close before everything is sent.
    let _ = stream.write_all(bytes);
    let _ = stream.shutdown(Shutdown::Write);
    read_to_end(&mut stream).expect("the server leaves a connection open that nothing will come on")
}

/// All that comes until the other side closes or resets; `None` if it does neither in ten seconds.
pub(crate) fn read_to_end(stream: &mut impl Read) -> Option<Vec<u8>> {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => None,
        _ => Some(answer),
    }
}

/// How long the other side takes to close; `None` if it does not within `most`.
pub(crate) fn time_to_close(stream: &mut TcpStream, most: Duration) -> Option<Duration> {
    let begun = Instant::now();
    stream.set_read_timeout(Some(most)).expect("a time-out");
    let mut buffer = [0; 4096];
    while begun.elapsed() < most {
        match stream.read(&mut buffer) {
            Ok(0) => return Some(begun.elapsed()),
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => return None,
            Err(_) => return Some(begun.elapsed()),
        }
    }
    None
}

/// The status of every answer in what came over one connection.
pub(crate) fn statuses(answers: &[u8]) -> Vec<u16> {
    const BEGINNING: &[u8] = b"HTTP/1.1 ";
    answers
        .windows(BEGINNING.len() + 3)
        .filter(|window| window.starts_with(BEGINNING))
        .filter_map(|window| {
            str::from_utf8(&window[BEGINNING.len()..])
                .ok()?
                .parse()
                .ok()
        })
        .collect()
}
