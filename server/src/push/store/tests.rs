//! Are endpoints kept, renewed, queued and deleted as they should be, and nowhere else?

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use exposure_index::index::GenerationId;

use super::super::mock::{browser, services, subscription};
use super::*;

const KEY: [u8; POINT] = [4; POINT];
const OWNER_ONLY: u32 = 0o600;
const HOST: &str = super::super::mock::HOST;

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time")
}

fn days(days: i64) -> Timestamp {
    Timestamp::from_second(now().as_second() + days * DAY).expect("a time")
}

fn bounds(most: u32) -> Bounds {
    let kept_days = 60;
    Bounds { most, kept_days }
}

fn opened(path: &Path) -> PushStore {
    PushStore::open(path, &KEY, bounds(1_000_000)).expect("a store")
}

fn store() -> (tempfile::TempDir, PathBuf, PushStore) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("push.db");
    let store = opened(&path);
    (folder, path, store)
}

fn keep(store: &PushStore, numbers: std::ops::Range<u32>) {
    for number in numbers {
        assert_eq!(
            store.keep(&subscription(number), now()).expect("kept"),
            Kept::Yes
        );
    }
}

fn removal(number: u32) -> Removal {
    let Subscription { endpoint, keys, .. } = subscription(number);
    let auth = keys.auth;
    Removal { endpoint, auth }
}

fn generation(day: u32) -> GenerationId {
    GenerationId::parse(&format!("202611{day:02}-201530-3f9a1c2b")).expect("a name")
}

fn begin(store: &PushStore) {
    store
        .begin(&generation(22), now(), &services(), |id| id as u32)
        .expect("begun");
}

fn taken(store: &PushStore, most: usize) -> Vec<i64> {
    let (recipients, _) = store.take(HOST, u32::MAX, most).expect("recipients");
    recipients.iter().map(|recipient| recipient.id).collect()
}

fn settle(store: &PushStore, ids: &[i64], delivery: Delivery) {
    let settled: Vec<_> = ids.iter().map(|id| (*id, delivery)).collect();
    store.settle(&settled).expect("settled");
}

/// Counts how often the bytes are in the file and its journals.
fn found(path: &Path, bytes: &[u8]) -> usize {
    let files = ["", "-wal", "-shm"].map(|ending| format!("{}{ending}", path.display()));
    let read = files.iter().filter_map(|file| fs::read(file).ok());
    read.map(|text| {
        text.windows(bytes.len())
            .filter(|window| *window == bytes)
            .count()
    })
    .sum()
}

fn url(number: u32) -> String {
    format!("https://{HOST}/push/{number}")
}

#[test]
fn a_subscription_is_kept_once_and_renewed_when_it_comes_again() {
    let (_folder, path, store) = store();
    keep(&store, 0..3);
    keep(&store, 0..1);
    assert_eq!(store.len().expect("a count"), 3);
    store.keep(&subscription(1), days(30)).expect("renewed");
    assert_eq!(store.expire(days(60)).expect("expired"), 2);
    drop(store);
    assert_eq!(
        opened(&path).len().expect("a count"),
        1,
        "it outlives a restart"
    );
}

#[test]
fn a_subscription_ends_when_its_push_service_says_so_and_after_sixty_days_at_most() {
    let (_folder, _, store) = store();
    for (number, expires) in [(0, Some(days(10))), (1, Some(days(1000))), (2, None)] {
        let subscription = Subscription {
            expires,
            ..subscription(number)
        };
        store.keep(&subscription, now()).expect("kept");
    }
    let expired = [9, 10, 59, 60].map(|day| store.expire(days(day)).expect("expired"));
    assert_eq!(expired, [0, 1, 0, 2]);
}

#[test]
fn no_more_endpoints_are_kept_than_may_be_and_known_ones_are_still_renewed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("push.db");
    let store = PushStore::open(&path, &KEY, bounds(2)).expect("a store");
    keep(&store, 0..2);
    assert_eq!(
        store.keep(&subscription(2), now()).expect("an answer"),
        Kept::Full
    );
    keep(&store, 1..2);
    store.remove(&removal(0)).expect("removed");
    keep(&store, 2..3);
}

#[test]
fn nobody_deletes_or_changes_an_endpoint_without_its_secret() {
    let (_folder, _, store) = store();
    keep(&store, 0..1);
    let wrong = Removal {
        auth: browser(1).keys().auth,
        ..removal(0)
    };
    assert_eq!(store.remove(&wrong).expect("an answer"), 0);
    let other = Subscription {
        keys: browser(1).keys(),
        ..subscription(0)
    };
    assert_eq!(store.keep(&other, now()).expect("an answer"), Kept::Yes);
    begin(&store);
    let (recipients, _) = store.take(HOST, u32::MAX, 1).expect("a recipient");
    assert!(recipients[0].keys == browser(0).keys());
    assert_eq!(store.remove(&removal(0)).expect("an answer"), 1);
    assert_eq!(store.len().expect("a count"), 0);
}

/// Returns the numbers of the endpoints whose bytes are in the file or its journals.
fn numbers_in(path: &Path) -> BTreeSet<u32> {
    let files = ["", "-wal", "-shm"].map(|ending| fs::read(format!("{}{ending}", path.display())));
    let bytes: Vec<u8> = files.into_iter().flatten().flatten().collect();
    let prefix = url(0).trim_end_matches('0').to_owned();
    let digits = |at: usize| {
        bytes
            .get(at..at + 4)
            .and_then(|digits| str::from_utf8(digits).ok())
    };
    let places = bytes.windows(prefix.len()).enumerate();
    let places = places.filter(|(_, window)| *window == prefix.as_bytes());
    let numbers = places.map(|(at, _)| digits(at + prefix.len()).map(str::parse));
    numbers
        .map(|number| number.expect("digits").expect("a number"))
        .collect()
}

#[test]
fn bytes_of_a_deleted_endpoint_are_in_no_file() {
    let (_folder, path, store) = store();
    keep(&store, 1000..1600);
    assert_eq!(numbers_in(&path), (1000..1600).collect());
    for number in (1000..1600).filter(|number| number % 3 != 0) {
        store.remove(&removal(number)).expect("removed");
    }
    begin(&store);
    let (gone, _) = store.take(HOST, u32::MAX, 100).expect("recipients");
    let ids: Vec<i64> = gone.iter().map(|recipient| recipient.id).collect();
    settle(&store, &ids, Delivery::Gone);
    let gone: Vec<String> = gone.into_iter().map(|recipient| recipient.url).collect();
    let left = (1000..1600).filter(|number| number % 3 == 0 && !gone.contains(&url(*number)));
    let left: BTreeSet<u32> = left.collect();
    assert_eq!(store.len().expect("a count"), left.len() as u64);
    assert_eq!(numbers_in(&path), left);
}

#[test]
fn expired_endpoints_and_those_of_another_key_are_in_no_file() {
    let (_folder, path, store) = store();
    keep(&store, 1000..1010);
    store.keep(&subscription(2000), days(30)).expect("kept");
    assert_eq!(store.expire(days(60)).expect("expired"), 10);
    assert_eq!(found(&path, url(1005).as_bytes()), 0);
    drop(store);
    let other = PushStore::open(&path, &[5; POINT], bounds(10)).expect("a store");
    assert_eq!(other.len().expect("a count"), 0);
    assert_eq!(found(&path, url(2000).as_bytes()), 0);
}

#[test]
fn everybody_is_taken_once_in_the_order_of_turns() {
    let (_folder, _, store) = store();
    keep(&store, 0..100);
    store
        .begin(&generation(22), now(), &services(), |id| (id as u32) % 1000)
        .expect("begun");
    let turns = |id: &i64| (*id as u32) % 1000;
    assert!(
        store.take(HOST, 0, 100).expect("recipients").0.len() < 3,
        "their turn has not come"
    );
    let mut all = Vec::new();
    loop {
        let next = taken(&store, 7);
        if next.is_empty() {
            break;
        }
        settle(&store, &next, Delivery::Taken);
        all.extend(next);
    }
    assert_eq!(all.len(), 100);
    assert!(all.is_sorted_by_key(turns));
    assert_eq!(store.pending().expect("a count"), 0);
    assert_eq!(store.end().expect("left"), 0);
    assert!(store.round().expect("a state").is_none());
    assert_eq!(store.notified().expect("a state"), Some(generation(22)));
}

#[test]
fn after_kills_nobody_is_sent_more_than_two_messages_and_nobody_none() {
    let (_folder, path, store) = store();
    keep(&store, 0..4);
    begin(&store);
    let first = taken(&store, 2);
    drop(store);
    let store = opened(&path);
    assert_eq!(taken(&store, 2), first, "they may have got nothing");
    drop(store);
    let store = opened(&path);
    let (recipients, given_up) = store.take(HOST, u32::MAX, 4).expect("recipients");
    assert_eq!((recipients.len(), given_up), (2, 2));
    assert!(
        recipients
            .iter()
            .all(|recipient| !first.contains(&recipient.id))
    );
}

#[test]
fn who_was_not_reached_is_tried_again_after_the_others_and_not_for_ever() {
    let (_folder, _, store) = store();
    keep(&store, 0..2);
    store
        .begin(&generation(22), now(), &services(), |_| 5)
        .expect("begun");
    let lost = taken(&store, 1);
    settle(&store, &lost, Delivery::Unreached);
    let other = taken(&store, 1);
    assert_ne!(lost, other);
    settle(&store, &other, Delivery::Taken);
    for _ in 1..5 {
        assert_eq!(taken(&store, 2), lost);
        settle(&store, &lost, Delivery::Unreached);
    }
    assert_eq!(store.pending().expect("a count"), 0);
}

#[test]
fn a_refusal_for_now_counts_as_no_message() {
    let (_folder, _, store) = store();
    keep(&store, 0..1);
    begin(&store);
    for _ in 0..10 {
        let again = taken(&store, 1);
        assert_eq!(again.len(), 1);
        settle(&store, &again, Delivery::Later);
    }
}

#[test]
fn a_damaged_file_is_set_apart_and_a_new_one_begun() {
    let (_folder, path, store) = store();
    keep(&store, 0..500);
    drop(store);
    let mut bytes = fs::read(&path).expect("a file");
    let half = bytes.len() / 2;
    bytes[half..].fill(0xa5);
    fs::write(&path, &bytes).expect("damaged");
    let store = opened(&path);
    assert_eq!(store.len().expect("a count"), 0);
    let aside = path.with_extension("db.damaged");
    assert_eq!(fs::read(aside).expect("the damaged file"), bytes);
    keep(&store, 0..1);
    drop(store);
    let longer_than_a_head = b"no database".repeat(20);
    fs::write(&path, longer_than_a_head).expect("written");
    assert_eq!(opened(&path).len().expect("a count"), 0);
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other.db");
    fs::write(&path, "").expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(OWNER_ONLY)).expect("a mode");
    let other = Connection::open(&path).expect("a database");
    other
        .execute_batch("CREATE TABLE other (x)")
        .expect("a table");
    drop(other);
    let before = fs::read(&path).expect("a file");
    let refused = PushStore::open(&path, &KEY, bounds(1))
        .err()
        .expect("a refusal");
    assert!(
        matches!(refused, PushStoreError::Foreign { .. }),
        "{refused}"
    );
    let tables = |bytes: &[u8]| {
        bytes
            .windows(18)
            .any(|window| window == b"CREATE TABLE other")
    };
    assert!(tables(&before) && tables(&fs::read(&path).expect("a file")));
}

#[test]
fn only_its_owner_can_read_the_file_and_its_journals() {
    let (_folder, path, store) = store();
    keep(&store, 0..10);
    for ending in ["", "-wal", "-shm"] {
        let file = format!("{}{ending}", path.display());
        let mode = fs::metadata(&file).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, OWNER_ONLY, "{file}");
    }
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("a mode");
    let refused = PushStore::open(&path, &KEY, bounds(1))
        .err()
        .expect("a refusal");
    assert!(
        refused
            .to_string()
            .ends_with(&format!("Run: chmod 600 {}", path.display()))
    );
    assert!(check_mode(&path).is_err());
    let nothing = path.with_extension("none");
    assert!(check_mode(&nothing).is_ok() && !nothing.exists());
    let dangling = path.with_extension("link");
    symlink(path.join("no-folder"), &dangling).expect("a link");
    let refused = PushStore::open(&dangling, &KEY, bounds(1))
        .err()
        .expect("a refusal");
    assert!(matches!(refused, PushStoreError::Io { .. }), "{refused}");
}

#[test]
fn two_servers_can_share_the_file() {
    let (_folder, path, one) = store();
    let other = opened(&path);
    keep(&one, 0..10);
    keep(&other, 10..20);
    assert_eq!(one.len().expect("a count"), 20);
    one.remove(&removal(15)).expect("removed");
    assert_eq!(other.len().expect("a count"), 19);
}
