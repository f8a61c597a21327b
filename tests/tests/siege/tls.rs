use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tekser_tests::{Server, Workspace};

use crate::small_index;
use crate::wire::{address, connect, read_to_end, time_to_close};

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A server with a certificate for `localhost`, and what its clients must trust.
fn encrypted(arguments: &[&str]) -> (Workspace, Server, RootCertStore) {
    let workspace = small_index();
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let path = |name: &str| workspace.path().join(name).display().to_string();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    fs::write(&certificate, cert.pem()).expect("a file");
    fs::write(&key, signing_key.serialize_pem()).expect("a file");
    let tls = ["--tls-cert", &certificate, "--tls-key", &key];
    let server = Server::start(&workspace, &[&tls, arguments].concat());
    let mut trusted = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(&certificate).expect("a certificate");
    trusted.add(certificate).expect("a certificate");
    (workspace, server, trusted)
}

fn handshake(server: &Server, trusted: &RootCertStore, protocol: &str) -> Stream {
    let mut config = ClientConfig::builder()
        .with_root_certificates(trusted.clone())
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = "localhost".try_into().expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = StreamOwned::new(connection, connect(server.base()));
    stream.flush().expect("a handshake");
    while stream.conn.is_handshaking() {
        stream
            .conn
            .complete_io(&mut stream.sock)
            .expect("a handshake");
    }
    assert_eq!(stream.conn.alpn_protocol(), Some(protocol.as_bytes()));
    stream
}

/// A frame of HTTP/2 (RFC 9113 §4.1).
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .expect("a short frame")
        .to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

const HEADERS: u8 = 1;
const SETTINGS: u8 = 4;

/// The preface of a client (§3.4) that opens this window for each answer.
fn preface(window: u32) -> Vec<u8> {
    let initial_window_size = [&[0, 4], &window.to_be_bytes()[..]].concat();
    [
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        &frame(SETTINGS, 0, 0, &initial_window_size)[..],
    ]
    .concat()
}

/// A GET (RFC 7541: indexed `:method`, `:scheme`; literal `:path`, `:authority`), ended or not.
fn get(stream: u32, path: &str, is_ended: bool) -> Vec<u8> {
    let literal = |index: u8, text: &str| {
        let length = u8::try_from(text.len()).expect("a short text");
        [&[index, length], text.as_bytes()].concat()
    };
    let head = [vec![0x82, 0x87], literal(4, path), literal(1, "localhost")].concat();
    frame(HEADERS, if is_ended { 5 } else { 4 }, stream, &head)
}

/// The frames until `count` answers have begun: the first byte of each one's head, and its stream.
fn answers(stream: &mut Stream, count: usize) -> Vec<(u32, u8)> {
    let mut heads = Vec::new();
    while heads.len() < count {
        let mut head = [0; 9];
        stream.read_exact(&mut head).expect("a frame");
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; length as usize];
        stream.read_exact(&mut payload).expect("a frame");
        if head[3] == HEADERS {
            heads.push((
                u32::from_be_bytes([head[5], head[6], head[7], head[8]]),
                payload[0],
            ));
        }
    }
    heads
}

/// `:status: 200` in HPACK's static table.
const OK: u8 = 0x88;

#[test]
fn https_is_served_and_asked_to_stay() {
    let (_workspace, server, trusted) = encrypted(&[]);
    assert!(server.base().starts_with("https://"));
    let mut stream = handshake(&server, &trusted, "http/1.1");
    stream
        .write_all(b"GET /v1/index HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let answer = read_to_end(&mut stream).expect("an answer");
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert!(
        answer.contains("strict-transport-security: max-age=31536000\r\n"),
        "{answer}"
    );
}

#[test]
fn http_2_is_served() {
    let (_workspace, server, trusted) = encrypted(&[]);
    let mut stream = handshake(&server, &trusted, "h2");
    let requests = [
        preface(1 << 16),
        get(1, "/v1/index", true),
        get(3, "/healthz", true),
    ]
    .concat();
    stream.write_all(&requests).expect("sent");
    let mut answered = answers(&mut stream, 2);
    answered.sort_unstable();
    assert_eq!(answered, [(1, OK), (3, OK)]);
}

#[test]
fn who_stalls_within_tls_is_dropped() {
    let short = [
        "--header-timeout",
        "1s",
        "--body-timeout",
        "1s",
        "--write-timeout",
        "1s",
        "--keep-alive",
        "1s",
    ];
    let (workspace, server, trusted) = encrypted(&short);
    let most = Duration::from_secs(8);
    let mut silent = connect(server.base());
    let mut half = connect(server.base());
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).expect("sent");
    let without_preface = handshake(&server, &trusted, "h2");
    let mut without_window = handshake(&server, &trusted, "h2");
    let range = format!("/v1/ranges/{}/0", workspace.current());
    without_window
        .write_all(&[preface(0), get(1, &range, true)].concat())
        .expect("sent");
    let mut without_head = handshake(&server, &trusted, "http/1.1");
    without_head.write_all(b"GET / HT").expect("sent");
    assert!(
        time_to_close(&mut silent, most).is_some(),
        "a handshake may last for ever"
    );
    assert!(
        time_to_close(&mut half, most).is_some(),
        "half a handshake may last for ever"
    );
    for (what, mut stream) in [
        ("no preface", without_preface),
        ("no window", without_window),
        ("half a head", without_head),
    ] {
        assert!(
            time_to_close(&mut stream.sock, most).is_some(),
            "{what} may last for ever"
        );
    }
}

#[test]
fn answers_that_nobody_takes_are_kept_for_a_hundred_requests_of_a_connection() {
    let (workspace, server, trusted) = encrypted(&[]);
    let mut stream = handshake(&server, &trusted, "h2");
    let range = format!("/v1/ranges/{}/0", workspace.current());
    let requests: Vec<u8> = (0..300)
        .flat_map(|number| get(2 * number + 1, &range, true))
        .collect();
    stream
        .write_all(&[preface(0), requests].concat())
        .expect("sent");
    let answered = answers(&mut stream, 300);
    assert_eq!(
        answered.iter().filter(|(_, status)| *status == OK).count(),
        100
    );
}

#[test]
fn slow_handshakes_do_not_keep_others_from_theirs() {
    const SLOW: usize = 700;
    let (_workspace, server, trusted) = encrypted(&["--workers", "1", "--header-timeout", "20s"]);
    let crowd: Vec<TcpStream> = (0..SLOW).map(|_| connect(server.base())).collect();
    let begun = std::time::Instant::now();
    let mut stream = handshake(&server, &trusted, "http/1.1");
    stream
        .write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let answer = read_to_end(&mut stream).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "{:?}",
        begun.elapsed()
    );
    drop(crowd);
}

#[test]
fn a_plain_request_to_https_breaks_nothing() {
    let (_workspace, server, trusted) = encrypted(&[]);
    let mut plain = TcpStream::connect(address(server.base())).expect("a connection");
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
    let _ = read_to_end(&mut plain);
    let mut stream = handshake(&server, &trusted, "h2");
    stream
        .write_all(&[preface(1 << 16), get(1, "/readyz", true)].concat())
        .expect("sent");
    assert_eq!(answers(&mut stream, 1), [(1, OK)]);
}
