use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
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
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("permissions");
    let tls = ["--tls-cert", &certificate, "--tls-key", &key];
    let server = Server::start(&workspace, &[&tls, arguments].concat());
    let mut trusted = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(&certificate).expect("a certificate");
    trusted.add(certificate).expect("a certificate");
    (workspace, server, trusted)
}

/// A connection whose client offers these protocols.
fn handshake(server: &Server, trusted: &RootCertStore, protocols: &[&str]) -> Stream {
    let mut config = ClientConfig::builder()
        .with_root_certificates(trusted.clone())
        .with_no_client_auth();
    config.alpn_protocols = protocols
        .iter()
        .map(|protocol| protocol.as_bytes().to_vec())
        .collect();
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
    stream
}

#[test]
fn https_is_served_and_asked_to_stay() {
    let (_workspace, server, trusted) = encrypted(&[]);
    assert!(server.base().starts_with("https://"));
    let mut stream = handshake(&server, &trusted, &["http/1.1"]);
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
fn who_offers_http_2_is_served_http_1_1() {
    let (_workspace, server, trusted) = encrypted(&[]);
    let stream = handshake(&server, &trusted, &["h2", "http/1.1"]);
    assert_eq!(stream.conn.alpn_protocol(), Some(&b"http/1.1"[..]));
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
    let (_workspace, server, trusted) = encrypted(&short);
    let most = Duration::from_secs(8);
    let mut silent = connect(server.base());
    let mut half = connect(server.base());
    half.write_all(&[0x16, 3, 1, 2, 0, 1]).expect("sent");
    let silent_within = handshake(&server, &trusted, &["http/1.1"]);
    let mut without_head = handshake(&server, &trusted, &["http/1.1"]);
    without_head.write_all(b"GET / HT").expect("sent");
    assert!(
        time_to_close(&mut silent, most).is_some(),
        "a handshake may last for ever"
    );
    assert!(
        time_to_close(&mut half, most).is_some(),
        "half a handshake may last for ever"
    );
    for (what, mut stream) in [("no head", silent_within), ("half a head", without_head)] {
        assert!(
            time_to_close(&mut stream.sock, most).is_some(),
            "{what} may last for ever"
        );
    }
}

#[test]
fn slow_handshakes_do_not_keep_others_from_theirs() {
    const SLOW: usize = 700;
    let (_workspace, server, trusted) = encrypted(&["--workers", "1", "--header-timeout", "20s"]);
    let crowd: Vec<TcpStream> = (0..SLOW).map(|_| connect(server.base())).collect();
    let begun = std::time::Instant::now();
    let mut stream = handshake(&server, &trusted, &["http/1.1"]);
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
    let mut stream = handshake(&server, &trusted, &["http/1.1"]);
    stream
        .write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .expect("sent");
    let answer = read_to_end(&mut stream).expect("an answer");
    assert!(answer.starts_with(b"HTTP/1.1 200 "));
}
