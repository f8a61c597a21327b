//! Which connections are closed? Those idle for too long, and the longest idle ones of a client that has too many.

use std::any::Any;
use std::collections::HashMap;
use std::net::{IpAddr, Shutdown};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

#[cfg(feature = "tls")]
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::{net::TcpStream, time::interval};
use socket2::{SockRef, Socket};

use crate::limits::{ClientKey, Proxies, SHARES};

/// The open connections. Closes those that stay open without a request, and those of a client that has too many,
/// the longest idle first.
///
/// actix times the first head on a connection and the pauses between requests, and `read_body` the bodies that a
/// handler reads. Nothing times the head of a further request, or chunks that no handler reads; a client could
/// keep the maximum number of connections in that state for ever.
pub(super) struct Connections {
    /// The connections of each client, and of the networks that it is in.
    open: Mutex<HashMap<ClientKey, Vec<Weak<Connection>>>>,
    bounds: ConnectionBounds,
    begun: Instant,
}

/// The bounds on connections, in time and number.
pub(super) struct ConnectionBounds {
    /// Time that a connection may stay idle.
    pub(super) patience: Duration,
    /// Maximum number for one client; a network of clients has more, as with evaluations.
    pub(super) of_client: usize,
    /// Maximum number for any network, however wide.
    pub(super) of_network: usize,
    /// Peers without a limit, because they connect for many clients.
    pub(super) proxies: Proxies,
}

/// A connection, which each request marks as used. The socket is a second descriptor of the connection, since
/// actix closes its own whenever it is done.
pub(crate) struct Connection {
    socket: Socket,
    /// Milliseconds from the start of the server to the last request.
    asked: AtomicU64,
    is_cut: AtomicBool,
    begun: Instant,
}

impl Connections {
    /// Starts without connections.
    pub(super) fn new(bounds: ConnectionBounds) -> Self {
        Self {
            open: Mutex::default(),
            bounds,
            begun: Instant::now(),
        }
    }

    /// Watches a new connection for as long as its extensions live.
    pub(super) fn watch(&self, stream: &dyn Any, extensions: &mut Extensions) {
        let plain = stream.downcast_ref::<TcpStream>();
        #[cfg(feature = "tls")]
        let encrypted = || Some(stream.downcast_ref::<TlsStream<TcpStream>>()?.get_ref().0);
        #[cfg(not(feature = "tls"))]
        let encrypted = || None;
        let Some(stream) = plain.or_else(encrypted) else {
            return;
        };
        let (Ok(socket), Ok(peer)) = (SockRef::from(stream).try_clone(), stream.peer_addr()) else {
            return;
        };
        let connection = Arc::new(Connection {
            socket,
            asked: AtomicU64::default(),
            is_cut: AtomicBool::default(),
            begun: self.begun,
        });
        connection.asks(Instant::now());
        self.admit(peer.ip(), &connection);
        extensions.insert(connection);
    }

    /// Counts a connection, and closes the longest idle one of the same client or network if there are too many. Time
    /// is linear in the client's connections.
    fn admit(&self, peer: IpAddr, connection: &Arc<Connection>) {
        let client = ClientKey::of(peer);
        let is_proxy = self.bounds.proxies.trusts(peer);
        let mut open = self.open();
        for (network, share) in client.networks().into_iter().zip(SHARES) {
            let Some(network) = network else { continue };
            let of_network = open.entry(network).or_default();
            let most = self.bounds.of_client.saturating_mul(share as usize);
            if !is_proxy && of_network.len() >= most.min(self.bounds.of_network) {
                make_room(of_network, most.min(self.bounds.of_network));
            }
            of_network.push(Arc::downgrade(connection));
        }
    }

    /// Closes, for as long as the server runs, connections that are idle for too long.
    pub(super) async fn sweep(self: Arc<Self>) {
        let mut ticks = interval((self.bounds.patience / 4).min(Duration::from_secs(1)));
        loop {
            ticks.tick().await;
            self.cut(Instant::now());
        }
    }

    /// Closes the connections that are idle for too long. O(connections).
    fn cut(&self, now: Instant) {
        let mut open = self.open();
        open.retain(|_, of_network| {
            of_network.retain(|connection| {
                let connection = connection.upgrade().filter(|one| one.is_open());
                let Some(connection) = connection else {
                    return false;
                };
                let is_stuck = connection.idle(now) > self.bounds.patience;
                if is_stuck {
                    connection.cut();
                }
                !is_stuck
            });
            !of_network.is_empty()
        });
    }

    fn open(&self) -> MutexGuard<'_, HashMap<ClientKey, Vec<Weak<Connection>>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets closed connections, and closes the longest idle ones until there is room for one more within `most`.
fn make_room(connections: &mut Vec<Weak<Connection>>, most: usize) {
    let is_open = |one: &Weak<Connection>| one.upgrade().is_some_and(|one| one.is_open());
    connections.retain(is_open);
    while connections.len() >= most.max(1) {
        let asked = |one: &Weak<Connection>| one.upgrade().map(|one| one.last_asked());
        let oldest = (0..connections.len()).min_by_key(|&place| asked(&connections[place]));
        // Cannot fail: there is at least one.
        let Some(oldest) = oldest else { return };
        if let Some(oldest) = connections.swap_remove(oldest).upgrade() {
            oldest.cut();
        }
    }
}

impl Connection {
    /// Records that a request has come.
    pub(crate) fn asks(&self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.begun).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        self.asked.store(elapsed, Ordering::Relaxed);
    }

    fn idle(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.begun)
            .saturating_sub(Duration::from_millis(self.last_asked()))
    }

    /// Returns the time of the last request, in milliseconds from the start of the server.
    fn last_asked(&self) -> u64 {
        self.asked.load(Ordering::Relaxed)
    }

    fn is_open(&self) -> bool {
        !self.is_cut.load(Ordering::Relaxed)
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::Relaxed);
        // It may have been closed at this moment.
        let _ = self.socket.shutdown(Shutdown::Both);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::TcpStream as Client;

    use actix_web::rt::net::TcpListener;

    use super::*;

    /// Two connections for a client, three for a network.
    fn connections(proxies: &str) -> Connections {
        Connections::new(ConnectionBounds {
            patience: Duration::from_secs(100),
            of_client: 2,
            of_network: 3,
            proxies: proxies.parse().expect("networks"),
        })
    }

    /// Connections of one client, open as long as this value lives.
    struct Peers {
        listener: TcpListener,
        clients: Vec<Client>,
        watched: Vec<Extensions>,
    }

    impl Peers {
        async fn new() -> Self {
            let listener = TcpListener::bind("127.0.0.1:0").await;
            Self {
                listener: listener.expect("a port"),
                clients: Vec::new(),
                watched: Vec::new(),
            }
        }

        /// Opens a connection, which stays open as long as it is watched.
        async fn connect(&mut self, connections: &Connections) {
            let address = self.listener.local_addr().expect("an address");
            let client = Client::connect(address).expect("a connection");
            let (stream, _) = self.listener.accept().await.expect("a connection");
            let mut extensions = Extensions::new();
            connections.watch(&stream, &mut extensions);
            self.clients.push(client);
            self.watched.push(extensions);
        }

        fn connection(&self, place: usize) -> &Arc<Connection> {
            self.watched[place].get().expect("a connection")
        }

        fn cut(&self) -> Vec<usize> {
            let places = 0..self.watched.len();
            places
                .filter(|&place| !self.connection(place).is_open())
                .collect()
        }
    }

    #[actix_web::test]
    async fn a_client_with_too_many_connections_loses_the_longest_idle_one() {
        let (connections, mut peers) = (connections(""), Peers::new().await);
        peers.connect(&connections).await;
        peers.connect(&connections).await;
        let later = Instant::now() + Duration::from_secs(5);
        peers.connection(0).asks(later);
        assert!(peers.cut().is_empty());
        peers.connect(&connections).await;
        assert_eq!(peers.cut(), [1]);
        peers.connection(2).asks(later + Duration::from_secs(1));
        peers.connect(&connections).await;
        assert_eq!(peers.cut(), [0, 1]);
        for client in &mut peers.clients[..2] {
            let patience = Some(Duration::from_secs(30));
            client.set_read_timeout(patience).expect("a socket");
            assert_eq!(client.read(&mut [0]).ok(), Some(0), "it is not closed");
        }
    }

    #[actix_web::test]
    async fn a_closed_connection_no_longer_counts() {
        let (connections, mut peers) = (connections(""), Peers::new().await);
        peers.connect(&connections).await;
        peers.connect(&connections).await;
        drop(peers.watched.pop());
        peers.connect(&connections).await;
        assert!(peers.cut().is_empty());
    }

    #[actix_web::test]
    async fn a_trusted_proxy_may_have_as_many_connections_as_there_are() {
        let (connections, mut peers) = (connections("127.0.0.1"), Peers::new().await);
        for _ in 0..10 {
            peers.connect(&connections).await;
        }
        assert!(peers.cut().is_empty());
    }

    /// A test machine has too few addresses: the connections are admitted as if they came from elsewhere.
    #[actix_web::test]
    async fn the_clients_of_one_network_of_ipv6_have_more_connections_but_not_as_many_as_they_like()
    {
        let (unbounded, mut peers) = (connections("127.0.0.1"), Peers::new().await);
        let connections = connections("");
        for place in 0..4 {
            peers.connect(&unbounded).await;
            let connection = peers.connection(place);
            connection.asks(Instant::now() + Duration::from_secs(place as u64));
            let client = format!("2001:db8:0:{place}::1");
            connections.admit(client.parse().expect("an address"), connection);
        }
        assert_eq!(peers.cut(), [0]);
    }
}
