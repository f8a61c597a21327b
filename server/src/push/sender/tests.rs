//! Does everybody get one message, whatever push services answer and however often the sender dies?

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use actix_web::rt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::{self, MakeWriter};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::registry;

use super::super::key::PushKey;
use super::super::mock::{MockService, Responder, services, subscription};
use super::super::store::{Bounds, PushStore};
use super::*;

/// A folder with a key and a store, and a mock that takes what is sent.
struct Scene {
    folder: tempfile::TempDir,
    key: Arc<PushKey>,
    mock: MockService,
    metrics: Arc<Metrics>,
}

const CONNECTIONS: usize = 16;
const HOURS: Duration = Duration::from_secs(4 * 3600);

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).expect("a time")
}

fn generation(day: u32) -> GenerationId {
    GenerationId::parse(&format!("202611{day:02}-201530-3f9a1c2b")).expect("a name")
}

impl Scene {
    fn new(answering: Responder) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let key = PushKey::create(&folder.path().join("push.key")).expect("a key");
        Self {
            folder,
            key: Arc::new(key),
            mock: MockService::start(answering),
            metrics: Arc::new(Metrics::new()),
        }
    }

    /// Makes a sender, as after a start of the server.
    fn sender(&self, spread: Duration) -> Sender {
        let bounds = Bounds {
            most: 1_000_000,
            kept_days: 60,
        };
        let path = self.folder.path().join("push.db");
        let store = PushStore::open(&path, self.key.public_key(), bounds).expect("a store");
        let client = PushClient::new(
            Arc::clone(&self.key),
            "mailto:push@example.kz".to_owned(),
            services(),
            self.mock.resolver(),
            vec![self.mock.certificate.clone()],
        );
        let client = client.expect("a client");
        let (store, metrics) = (Arc::new(store), Arc::clone(&self.metrics));
        Sender::new(
            store,
            client,
            Pace { spread },
            CONNECTIONS,
            &services(),
            metrics,
        )
    }

    /// Makes a sender that knows the first generation, and endpoints that subscribed since.
    async fn subscribed(&self, spread: Duration, endpoints: u32) -> Sender {
        let sender = self.sender(spread);
        sender.step(&generation(1), at(0)).await.expect("a step");
        for number in 0..endpoints {
            sender
                .store
                .keep(&subscription(number), at(0))
                .expect("kept");
        }
        sender
    }

    fn counted(&self, name: &str) -> u64 {
        let text = self.metrics.text().expect("text");
        let value = text
            .lines()
            .find_map(|line| line.strip_prefix(&format!("tekser_{name} ")));
        value.and_then(|value| value.parse().ok()).expect(name)
    }
}

fn once(numbers: std::ops::Range<u32>) -> BTreeMap<u32, u32> {
    numbers.map(|number| (number, 1)).collect()
}

const TAKES_ALL: Responder = |_, _| (201, None);

#[actix_web::test]
async fn everybody_gets_the_same_message_of_a_new_list_once() {
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(Duration::ZERO, 300).await;
    sender.step(&generation(1), at(1)).await.expect("a step");
    assert!(scene.mock.messages().is_empty(), "the list is the same");
    sender.step(&generation(2), at(2)).await.expect("a step");
    assert_eq!(scene.mock.messages(), once(0..300));
    assert_eq!(scene.mock.faults(), [].into());
    assert!(scene.mock.seen.most_under_way.load(Ordering::SeqCst) <= CONNECTIONS);
    for _ in 0..3 {
        sender.step(&generation(2), at(3)).await.expect("a step");
        sender
            .step(&generation(1), at(3))
            .await
            .expect("a roll-back");
    }
    assert_eq!(scene.mock.messages(), once(0..300));
    assert_eq!(scene.counted("push_sent_total"), 300);
    assert_eq!(scene.counted("push_pending"), 0);
}

#[actix_web::test]
async fn messages_are_spread_over_the_hours() {
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(HOURS, 200).await;
    let mut sent = Vec::new();
    for second in (0..=14_400).step_by(10) {
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
        sent.push(scene.mock.messages().len());
    }
    let quarters: Vec<usize> = [360, 720, 1080].map(|step| sent[step]).into();
    for (quarter, sent) in quarters.iter().enumerate() {
        let expected = 50 * (quarter + 1);
        assert!(sent.abs_diff(expected) < 30, "{quarters:?}");
    }
    assert_eq!(sent.last(), Some(&200));
}

#[actix_web::test]
async fn a_server_that_was_stopped_for_hours_does_not_send_all_at_once() {
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(HOURS, 400).await;
    sender.step(&generation(2), at(0)).await.expect("a step");
    sender
        .step(&generation(2), at(14_400))
        .await
        .expect("a step");
    assert!(
        scene.mock.messages().len() <= 2,
        "twice the average of a second, rounded up"
    );
}

#[actix_web::test]
async fn a_killed_sender_resumes_and_nobody_gets_none_or_three() {
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(Duration::ZERO, 600).await;
    *scene.mock.seen.pause.lock().expect("no panic") = Duration::from_millis(2);
    drop(sender);
    const KILLS: usize = 3;
    for kill in 1..=KILLS {
        let sender = scene.sender(Duration::ZERO);
        let sent = rt::spawn(async move { sender.step(&generation(2), at(1)).await });
        while scene.mock.messages().len() < 100 * kill {
            rt::time::sleep(Duration::from_millis(1)).await;
        }
        sent.abort();
        drop(sent.await);
    }
    let sender = scene.sender(Duration::ZERO);
    sender.step(&generation(2), at(2)).await.expect("a step");
    let messages = scene.mock.messages();
    assert_eq!(messages.len(), 600, "everybody got one");
    assert!(
        messages.values().all(|count| (1..=2).contains(count)),
        "{messages:?}"
    );
    let twice = messages.values().filter(|count| **count == 2).count();
    assert!(twice <= KILLS * CONNECTIONS, "{twice}");
    assert!(sender.store.round().expect("a state").is_none());
}

#[actix_web::test]
async fn an_endpoint_that_is_gone_is_deleted_and_others_that_fail_are_not() {
    let answering: Responder = |number, _| match number % 4 {
        0 => (410, None),
        1 => (404, None),
        2 => (403, None),
        _ => (201, None),
    };
    let scene = Scene::new(answering);
    let sender = scene.subscribed(Duration::ZERO, 40).await;
    sender.step(&generation(2), at(1)).await.expect("a step");
    assert_eq!(sender.store.len().expect("a count"), 20);
    let counted =
        ["deleted", "failed", "sent"].map(|name| scene.counted(&format!("push_{name}_total")));
    assert_eq!(counted, [20, 10, 10]);
    assert_eq!(scene.counted("push_endpoints"), 20);
    sender.step(&generation(3), at(2)).await.expect("a step");
    let messages = scene.mock.messages();
    assert!(
        messages
            .iter()
            .all(|(number, count)| *count == if number % 4 < 2 { 1 } else { 2 })
    );
}

#[actix_web::test]
async fn a_push_service_that_asks_for_a_pause_has_it() {
    let answering: Responder = |number, nth| match (number % 2, nth) {
        (0, 1) => (429, Some("600")),
        _ => (201, None),
    };
    let scene = Scene::new(answering);
    let sender = scene.subscribed(Duration::ZERO, 200).await;
    let sent = |scene: &Scene| scene.mock.messages().values().sum::<u32>();
    for second in [1, 2, 300, 600] {
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
        assert_eq!(sent(&scene), CONNECTIONS as u32, "after {second} seconds");
    }
    let mut second = 1;
    while sender.store.round().expect("a state").is_some() {
        second += 600;
        assert!(second < 80_000);
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
    }
    let messages = scene.mock.messages();
    assert_eq!(messages.len(), 200);
    assert!(
        messages
            .iter()
            .all(|(number, count)| *count == 2 - number % 2)
    );
    assert_eq!(scene.counted("push_sent_total"), 200);
}

#[actix_web::test]
async fn a_redirection_is_not_followed() {
    let scene = Scene::new(|_, _| (307, None));
    let sender = scene.subscribed(Duration::ZERO, 3).await;
    sender.step(&generation(2), at(1)).await.expect("a step");
    assert_eq!(scene.mock.messages(), once(0..3));
    assert_eq!(scene.counted("push_failed_total"), 3);
}

#[actix_web::test]
async fn who_cannot_be_reached_is_given_up_for_this_list_and_kept_for_the_next() {
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(Duration::ZERO, 20).await;
    scene.mock.stop().await;
    for second in 1..4000 {
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
    }
    assert_eq!(sender.store.pending().expect("a count"), 0);
    assert_eq!(
        sender.store.len().expect("a count"),
        20,
        "they are kept for the next list"
    );
}

#[actix_web::test]
async fn one_process_sends() {
    let scene = Scene::new(TAKES_ALL);
    let (one, other) = (scene.sender(HOURS), scene.sender(HOURS));
    let lock = one.lock().expect("the lock");
    assert!(matches!(other.lock(), Err(TryLockError::WouldBlock)));
    drop(lock);
    assert!(other.lock().is_ok());
}

/// Collects what is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        locked(&self.0).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[actix_web::test]
async fn no_endpoint_is_in_any_log_line_or_metric() {
    let log = Log::default();
    // For all threads, and so for other tests too: none of their lines may have an endpoint either.
    let own = Targets::new().with_target("tekser_server", tracing::Level::TRACE);
    let lines = fmt::layer().with_writer(log.clone());
    let subscriber = registry().with(own).with(lines);
    tracing::subscriber::set_global_default(subscriber).expect("the only log of these tests");
    let answering: Responder = |number, nth| match (number % 5, nth) {
        (0, _) => (410, None),
        (1, _) => (400, None),
        (2, 1) => (500, None),
        _ => (201, None),
    };
    let scene = Scene::new(answering);
    let sender = scene.subscribed(Duration::ZERO, 50).await;
    for second in 1..1000 {
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
    }
    let text = String::from_utf8_lossy(&locked(&log.0)).into_owned();
    assert!(
        text.contains("push messages of a new list are being sent"),
        "{text}"
    );
    for text in [text, scene.metrics.text().expect("text")] {
        assert!(
            !text.contains("/push/") && !text.contains("push.example.org"),
            "{text}"
        );
    }
}

/// `cargo test -p tekser-server --lib a_hundred_thousand -- --ignored --nocapture` shows time and memory.
#[actix_web::test]
#[ignore = "a measurement"]
async fn a_hundred_thousand_endpoints_take_bounded_memory_and_connections() {
    const ENDPOINTS: u32 = 100_000;
    let scene = Scene::new(TAKES_ALL);
    let sender = scene.subscribed(Duration::ZERO, ENDPOINTS).await;
    let before = resident();
    let begun = std::time::Instant::now();
    // Killed on the way.
    let sent = rt::spawn(async move { sender.step(&generation(2), at(1)).await });
    while scene.mock.messages().len() < ENDPOINTS as usize / 3 {
        rt::time::sleep(Duration::from_millis(100)).await;
    }
    sent.abort();
    drop(sent.await);
    println!("killed after {} messages", scene.mock.messages().len());
    let sender = scene.sender(Duration::ZERO);
    // On a busy machine a whole batch may time out, and then the service has a pause.
    let mut second = 2;
    while sender.store.round().expect("a state").is_some() {
        sender
            .step(&generation(2), at(second))
            .await
            .expect("a step");
        second += 60;
    }
    let messages = scene.mock.messages();
    let grown = resident().saturating_sub(before);
    println!(
        "{} messages in {:.0?}, {grown} KiB more",
        messages.values().sum::<u32>(),
        begun.elapsed()
    );
    assert_eq!(messages.len(), ENDPOINTS as usize);
    assert!(messages.values().all(|count| (1..=2).contains(count)));
    assert_eq!(scene.mock.faults(), [].into());
    assert!(scene.mock.seen.most_under_way.load(Ordering::SeqCst) <= CONNECTIONS);
    assert!(grown < 64 * 1024, "{grown} KiB");
}

/// Returns the memory of this process, in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("proc(5)");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok())
        .expect("a figure")
}
