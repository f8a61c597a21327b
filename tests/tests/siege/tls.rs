//! Is HTTPS served, and is a renewed certificate noticed?

use std::fs;
use std::io::Write;
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tekser_tests::{Server, Workspace, server_over, wait_until};

use crate::small_index;
use crate::wire::{address, connect, read_to_end, time_to_close};

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// Writes a new certificate for `localhost`, valid until the end of a year, and its key.
fn certify(workspace: &Workspace, year: i32) {
    let mut parameters = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    parameters.not_before = date_time_ymd(1990, 1, 1);
    parameters.not_after = date_time_ymd(year, 12, 31);
    let pair = KeyPair::generate().expect("a key");
    let certificate = parameters.self_signed(&pair).expect("a certificate");
    // Each in one step, the certificate last, as programs that renew them do.
    let put = |name: &str, text: String| {
        let next = workspace.path().join("next.pem");
        fs::write(&next, text).expect("a file");
        fs::set_permissions(&next, fs::Permissions::from_mode(0o600)).expect("permissions");
        fs::rename(&next, workspace.path().join(name)).expect("a file");
    };
    put("key.pem", pair.serialize_pem());
    put("cert.pem", certificate.pem());
}

/// The settings that name them.
fn certified(workspace: &Workspace) -> [String; 4] {
    let path = |name: &str| workspace.path().join(name).display().to_string();
    let (certificate, key) = (path("cert.pem"), path("key.pem"));
    [
        "--tls-cert".to_owned(),
        certificate,
        "--tls-key".to_owned(),
        key,
    ]
}

/// What clients must trust at the moment.
fn trusted(workspace: &Workspace) -> RootCertStore {
    let mut trusted = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(workspace.path().join("cert.pem"));
    trusted
        .add(certificate.expect("a certificate"))
        .expect("a certificate");
    trusted
}

/// A server with a certificate for `localhost`, and what its clients must trust.
fn encrypted(arguments: &[&str]) -> (Workspace, Server, RootCertStore) {
    let workspace = small_index();
    certify(&workspace, 2090);
    let tls = certified(&workspace);
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    let server = Server::start(&workspace, &[&tls, arguments].concat());
    let trusted = trusted(&workspace);
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
fn a_byte_order_mark_before_certificate_or_key_is_not_part_of_it() {
    let workspace = small_index();
    certify(&workspace, 2090);
    let trusted = trusted(&workspace);
    for name in ["cert.pem", "key.pem"] {
        let path = workspace.path().join(name);
        let text = fs::read(&path).expect("a file");
        fs::write(&path, [&b"\xef\xbb\xbf"[..], &text].concat()).expect("a file");
    }
    let tls = certified(&workspace);
    let tls = tls.each_ref().map(String::as_str);
    let server = Server::start(&workspace, &tls);
    let stream = handshake(&server, &trusted, &["http/1.1"]);
    assert!(!stream.conn.is_handshaking());
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

/// Whether a client that trusts this certificate alone is let in.
fn is_let_in(server: &Server, trusted: &RootCertStore) -> bool {
    let config = ClientConfig::builder()
        .with_root_certificates(trusted.clone())
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let mut client = ClientConnection::new(Arc::new(config), name).expect("a client");
    let mut stream = connect(server.base());
    while client.is_handshaking() {
        if client.complete_io(&mut stream).is_err() {
            return false;
        }
    }
    true
}

/// Unix time of the last day of a year at noon or so, in seconds.
fn expires(year: i64) -> String {
    let days = (year - 1970) * 365 + (year - 1969) / 4 + 364;
    format!("tekser_certificate_expires_seconds{{}} {}\n", days * 86_400)
}

#[test]
fn a_renewed_certificate_is_taken_up_without_a_restart_or_a_signal() {
    let (workspace, server, before) = encrypted(&["--admin", "127.0.0.1:0"]);
    assert!(is_let_in(&server, &before) && server.is_met("certificate"));
    assert!(
        server.metrics().contains(&expires(2090)),
        "{}",
        server.metrics()
    );
    certify(&workspace, 2091);
    let after = trusted(&workspace);
    wait_until("the new one is not in use", || is_let_in(&server, &after));
    assert!(!is_let_in(&server, &before));
    wait_until("it is not shown", || {
        server.metrics().contains(&expires(2091))
    });
    fs::write(workspace.path().join("cert.pem"), "nonsense").expect("a file");
    wait_until("nobody says so", || !server.is_met("certificate"));
    assert!(server.readiness().contains("certificate chain in PEM"));
    assert!(is_let_in(&server, &after), "the one before stays");
    certify(&workspace, 2092);
    wait_until("it is still called wrong", || server.is_met("certificate"));
}

#[test]
fn an_expired_certificate_is_refused_by_a_check_and_reported_by_the_server() {
    let workspace = small_index();
    certify(&workspace, 2001);
    let tls = certified(&workspace);
    let checked = server_over(&workspace)
        .arg("check-config")
        .args(&tls)
        .output()
        .expect("it runs");
    let printed = String::from_utf8_lossy(&checked.stderr);
    assert_eq!(checked.status.code(), Some(1), "{printed}");
    assert!(printed.contains("expired at 2001-12-31"), "{printed}");
    let tls: Vec<&str> = tls.iter().map(String::as_str).collect();
    let server = Server::start(
        &workspace,
        &[&tls[..], &["--admin", "127.0.0.1:0"]].concat(),
    );
    assert!(!server.is_met("certificate"));
    assert!(
        server.metrics().contains(&expires(2001)),
        "{}",
        server.metrics()
    );
    certify(&workspace, 2090);
    wait_until("it is not renewed", || server.is_met("certificate"));
}
