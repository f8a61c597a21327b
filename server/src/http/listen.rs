//! Where does the server listen, and with how many connections?

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::ServiceConfig;
use actix_web::{App as Application, HttpServer, rt};
use socket2::{Domain, Protocol, Socket, Type};

use super::connections::{ConnectionBounds, Connections};
use super::descriptors::room_for;
use super::security::secure_headers;
use super::stopping::StopSignals;
use super::tls::ServerConfig;
use super::watch_requests;
use crate::config::HttpConfig;
use crate::observe::{Metrics, supervise};

const BACKLOG: i32 = 4096;
/// Room for a range and its head in one write.
const WRITE_BUFFER: usize = 1 << 17;

/// Why the server does not listen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ListenError {
    /// An address is not available.
    #[error("cannot listen on {address}: stop the program that uses it, or choose another address")]
    Address {
        /// The address.
        address: SocketAddr,
        /// The OS error.
        source: io::Error,
    },
    /// Another system call failed.
    #[error("the server cannot start")]
    Start(#[from] io::Error),
}

/// Starts to serve what `configure` mounts over HTTP/1.1, with TLS if there is a certificate.
///
/// HTTP/2 is for the proxy in front: actix bounds neither its heads (16 MiB each) nor how long an answer waits for a
/// client that opens no window. The server runs until a signal stops it, and then lets requests under way end.
///
/// # Errors
/// [`ListenError`] if an address is taken.
pub(crate) fn serve(
    config: &HttpConfig,
    tls: Option<&ServerConfig>,
    metrics: &Arc<Metrics>,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
    stop: StopSignals,
) -> Result<Server, ListenError> {
    let connections = Arc::new(Connections::new(bounds(config)));
    let (swept, counts) = (Arc::clone(&connections), Arc::clone(metrics));
    rt::spawn(async move {
        let sweep = || Arc::clone(&swept).sweep();
        supervise("connections", counts, sweep).await;
    });
    let stopped = stop.wait(config.drain, Arc::clone(metrics));
    let each = room_for(config.max_connections).div_ceil(config.workers);
    let mut server = HttpServer::new(move || {
        Application::new()
            .configure(configure.clone())
            .wrap(from_fn(secure_headers))
            .wrap(from_fn(watch_requests))
    })
    .workers(config.workers)
    .on_connect(move |stream, extensions| connections.watch(stream, extensions))
    .max_connections(each)
    // Otherwise 256 slow handshakes would be all that a worker takes.
    .max_connection_rate(each)
    .client_request_timeout(config.header_timeout)
    .client_disconnect_timeout(config.header_timeout)
    .keep_alive(config.keep_alive)
    .h1_write_buffer_size(WRITE_BUFFER)
    .shutdown_signal(stopped)
    .shutdown_timeout(seconds_rounded_up(config.shutdown_timeout));
    #[cfg(feature = "tls")]
    {
        server = server.tls_handshake_timeout(config.header_timeout);
    }
    for &address in &config.listen {
        let socket = listener(address, &config.listen, config.write_timeout)?;
        let bound = socket.local_addr()?;
        server = match tls {
            #[cfg(not(feature = "tls"))]
            Some(tls) => tls.never(),
            #[cfg(feature = "tls")]
            Some(tls) => {
                tracing::info!("listening on https://{bound}");
                server.listen_rustls_0_23(socket, tls.clone())?
            }
            None => {
                tracing::info!("listening on http://{bound}");
                server.listen(socket)?
            }
        };
    }
    Ok(server.run())
}

/// Starts to serve the operator what `configure` mounts, on an address of its own.
///
/// # Errors
/// [`ListenError`] if the address is taken.
pub(crate) fn serve_admin(
    address: SocketAddr,
    config: &HttpConfig,
    configure: impl Fn(&mut ServiceConfig) + Clone + Send + 'static,
) -> Result<Server, ListenError> {
    let socket = listener(address, &[address], config.write_timeout)?;
    tracing::info!("metrics on http://{}/metrics", socket.local_addr()?);
    let server = HttpServer::new(move || Application::new().configure(configure.clone()));
    let server = server.workers(1).keep_alive(config.keep_alive);
    Ok(server.disable_signals().listen(socket)?.run())
}

/// Returns the bounds. Whatever the settings say, a client has at most a quarter of all connections, so that others get
/// some.
fn bounds(config: &HttpConfig) -> ConnectionBounds {
    ConnectionBounds {
        patience: patience(config),
        of_client: config.max_connections_per_client,
        of_network: (config.max_connections / 4).max(1),
        proxies: config.proxies.clone(),
    }
}

/// Returns the time that a connection may be idle: for a body and its answer, a pause and the next head, at their
/// slowest.
fn patience(config: &HttpConfig) -> Duration {
    config.body_timeout + config.write_timeout + config.keep_alive + config.header_timeout
}

/// Rounds up, since actix counts whole seconds and zero would end requests under way.
fn seconds_rounded_up(time: Duration) -> u64 {
    time.as_secs() + u64::from(time.subsec_nanos() > 0)
}

fn listener(
    address: SocketAddr,
    all: &[SocketAddr],
    write_timeout: Duration,
) -> Result<TcpListener, ListenError> {
    let only_v6 = leaves_ipv4_to_another(address, all);
    open(address, only_v6, write_timeout).map_err(|source| ListenError::Address { address, source })
}

/// Returns whether `[::]` must leave IPv4 connections to another address with the same port.
fn leaves_ipv4_to_another(address: SocketAddr, all: &[SocketAddr]) -> bool {
    let shares_port = |other: &SocketAddr| other.is_ipv4() && other.port() == address.port();
    address.is_ipv6() && all.iter().any(shares_port)
}

/// Opens a listening socket whose connections end if a client takes no byte of an answer for `write_timeout`.
fn open(address: SocketAddr, only_v6: bool, write_timeout: Duration) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM,
        Some(Protocol::TCP),
    )?;
    if only_v6 {
        socket.set_only_v6(true)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_tcp_nodelay(true)?;
    // Connections inherit it. Without it, a client that stops opening its window holds its answer for ever.
    #[cfg(target_os = "linux")]
    socket.set_tcp_user_timeout(Some(write_timeout))?;
    #[cfg(not(target_os = "linux"))]
    let _ = write_timeout;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_families_can_listen_on_one_port() {
        let any_port = SocketAddr::from(([0, 0, 0, 0], 0));
        let first = listener(any_port, &[any_port], Duration::from_secs(1)).expect("a port");
        let port = first.local_addr().expect("an address").port();
        let v6 = SocketAddr::from(([0_u16; 8], port));
        let both = [SocketAddr::from(([0, 0, 0, 0], port)), v6];
        assert!(listener(v6, &both, Duration::from_secs(1)).is_ok());
        assert!(!leaves_ipv4_to_another(v6, &[v6]));
    }
}
