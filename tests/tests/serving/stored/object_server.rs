//! Which object store do tests push to? One that listens on this machine.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{SocketAddr, TcpListener};
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle};
use std::time::SystemTime;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3ServiceBuilder, SharedS3Service};
use tokio::sync::oneshot::{self, Sender};

use super::objects::Protocol;

/// The bucket that is there.
pub(crate) const BUCKET: &str = "tekser-public";
const KEY_ID: &str = "AKIATEKSERTESTS";
const SECRET: &str = "a-secret-that-must-not-be-printed";

/// An object.
#[derive(Clone, Debug)]
pub(crate) struct StoredObject {
    pub(crate) bytes: Vec<u8>,
    pub(crate) e_tag: String,
    pub(crate) modified: SystemTime,
    /// Length that the store claims, if it lies.
    pub(crate) announced: Option<u64>,
}

/// Content of the store.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) objects: BTreeMap<String, StoredObject>,
    pub(crate) uploads: BTreeMap<String, BTreeMap<i32, Vec<u8>>>,
    /// Keys that were written, in order.
    pub(crate) written: Vec<String>,
    /// Written by another process just before the next write of this key.
    pub(crate) overtaking: Option<(String, Vec<u8>)>,
    /// Key of which a byte is wrong the next time that all of it is read.
    pub(crate) flipping: Option<String>,
    /// Requested bytes of keys, in order.
    pub(crate) asked: Vec<(String, Range<u64>)>,
    /// The key and the byte from which on requests are not answered.
    pub(crate) withheld: Option<(String, u64)>,
    pub(crate) count: u64,
}

impl State {
    pub(crate) fn put(&mut self, key: &str, bytes: Vec<u8>) -> String {
        self.count += 1;
        let e_tag = format!("\"{}\"", self.count);
        let stored = StoredObject {
            bytes,
            e_tag: e_tag.clone(),
            modified: SystemTime::now(),
            announced: None,
        };
        self.objects.insert(key.to_owned(), stored);
        e_tag
    }

    /// Records a request; returns whether it is withheld.
    pub(crate) fn ask(&mut self, key: &str, part: &Range<u64>) -> bool {
        self.asked.push((key.to_owned(), part.clone()));
        let withheld = self.withheld.as_ref();
        withheld.is_some_and(|(withheld, from)| withheld == key && *from <= part.start)
    }
}

/// An object store in memory that speaks Amazon's protocol and checks its signatures, as the crate `s3s` does both.
pub(crate) struct ObjectServer {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    running: Option<(Sender<()>, JoinHandle<()>)>,
}

impl ObjectServer {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let mut server = Self {
            address: listener.local_addr().expect("an address"),
            state: Arc::default(),
            running: None,
        };
        server.run(listener);
        server
    }

    /// The variables of the environment by which it is found, with `secret` as its secret.
    pub(crate) fn environment_with<'a>(&self, secret: &'a str) -> Vec<(&'static str, String)>
    where
        Self: 'a,
    {
        [
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
            ("AWS_ALLOW_HTTP", "true".to_owned()),
            ("AWS_REGION", "kz-test-1".to_owned()),
            ("AWS_ACCESS_KEY_ID", KEY_ID.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
        ]
        .into()
    }

    pub(crate) fn environment(&self) -> Vec<(&'static str, String)> {
        self.environment_with(SECRET)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("a state")
    }

    /// The keys of all objects.
    pub(crate) fn keys(&self) -> BTreeSet<String> {
        self.state().objects.keys().cloned().collect()
    }

    pub(crate) fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        self.state()
            .objects
            .get(key)
            .map(|stored| stored.bytes.clone())
    }

    /// Ends it; what it has stays for [`come_back`](Self::come_back).
    pub(crate) fn go_away(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            thread.join().expect("it ends");
        }
    }

    /// Ends it; from then on connections to it are accepted and nothing is answered.
    pub(crate) fn fall_silent(&mut self) {
        self.go_away();
        let listener = TcpListener::bind(self.address).expect("its port");
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let _silent = listener;
            let _ = stopped.blocking_recv();
        });
        self.running = Some((stop, thread));
    }

    pub(crate) fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).expect("its port");
        self.run(listener);
    }

    fn run(&mut self, listener: TcpListener) {
        let mut builder = S3ServiceBuilder::new(Protocol(Arc::clone(&self.state)));
        builder.set_auth(SimpleAuth::from_single(KEY_ID, SECRET));
        let service = builder.build().into_shared();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            // Connections end with the runtime.
            runtime.block_on(async {
                tokio::select! {
                    () = accept(listener, service) => (),
                    _ = stopped => (),
                }
            });
        });
        self.running = Some((stop, thread));
    }
}

impl Drop for ObjectServer {
    fn drop(&mut self) {
        self.go_away();
    }
}

async fn accept(listener: TcpListener, service: SharedS3Service) {
    listener.set_nonblocking(true).expect("not blocking");
    let listener = tokio::net::TcpListener::from_std(listener).expect("a listener");
    while let Ok((socket, _)) = listener.accept().await {
        let service = service.clone();
        tokio::spawn(async move {
            let builder = Builder::new(TokioExecutor::new());
            // A client may break off.
            let _ = builder
                .serve_connection(TokioIo::new(socket), service)
                .await;
        });
    }
}
