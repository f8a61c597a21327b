use std::any::Any;
use std::net::Shutdown;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::{net::TcpStream, time::interval};
use socket2::{SockRef, Socket};

/// The open connections, of which those are cut that ask nothing any more and do not go.
///
/// actix times the first head on a connection and the pauses between requests, and `read_body` the bodies that somebody
/// reads. Nothing times the head of a further request, or chunks that no handler reads; of each, a client could have as many
/// as there may be connections, for ever.
pub(super) struct Connections {
    open: Mutex<Vec<Weak<Connection>>>,
    patience: Duration,
    begun: Instant,
}

/// One of them, for requests to tell that they have come. The socket is a second descriptor of the connection's, since
/// actix closes its own whenever it is done.
pub struct Connection {
    socket: Socket,
    /// Milliseconds from the start of the server to the last request.
    asked: AtomicU64,
    begun: Instant,
}

impl Connections {
    /// None yet. Those that come may ask nothing for as long as `patience`.
    pub(super) fn new(patience: Duration) -> Self {
        Self {
            open: Mutex::default(),
            patience,
            begun: Instant::now(),
        }
    }

    /// Keeps an eye on a new connection for as long as its extensions live.
    pub(super) fn watch(&self, stream: &dyn Any, extensions: &mut Extensions) {
        let plain = stream.downcast_ref::<TcpStream>();
        let encrypted = || Some(stream.downcast_ref::<TlsStream<TcpStream>>()?.get_ref().0);
        let Some(socket) = plain
            .or_else(encrypted)
            .and_then(|stream| SockRef::from(stream).try_clone().ok())
        else {
            return;
        };
        let connection = Arc::new(Connection {
            socket,
            asked: AtomicU64::default(),
            begun: self.begun,
        });
        connection.asks(Instant::now());
        self.open().push(Arc::downgrade(&connection));
        extensions.insert(connection);
    }

    /// Cuts, for as long as the server runs, what has asked nothing for too long.
    pub(super) async fn sweep(self: Arc<Self>) {
        let mut ticks = interval((self.patience / 4).min(Duration::from_secs(1)));
        loop {
            ticks.tick().await;
            self.cut(Instant::now());
        }
    }

    /// O(connections).
    fn cut(&self, now: Instant) {
        self.open().retain(|connection| {
            let Some(connection) = connection.upgrade() else {
                return false;
            };
            let is_stuck = connection.idle(now) > self.patience;
            if is_stuck {
                // It may have been closed at this moment.
                let _ = connection.socket.shutdown(Shutdown::Both);
            }
            !is_stuck
        });
    }

    fn open(&self) -> MutexGuard<'_, Vec<Weak<Connection>>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    /// A request has come.
    pub fn asks(&self, now: Instant) {
        let elapsed = now.saturating_duration_since(self.begun).as_millis();
        let elapsed = u64::try_from(elapsed).unwrap_or(u64::MAX);
        self.asked.store(elapsed, Ordering::Relaxed);
    }

    fn idle(&self, now: Instant) -> Duration {
        let asked = Duration::from_millis(self.asked.load(Ordering::Relaxed));
        now.saturating_duration_since(self.begun)
            .saturating_sub(asked)
    }
}
