//! Evaluators that share a Redis count together, and each alone if Redis fails.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{IpAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use data_encoding::HEXLOWER;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustix::process::Signal;
use sha1::Sha1;
use sha2::{Digest, Sha256};
use tekser_tests::{Redis, Server, Workspace, free_port, server, wait_until};

use crate::work::{ask, challenge, refused, solved};
use crate::{evaluation, post};

/// Twice the 100 ms that a request waits for Redis, plus what a busy machine may take.
const BOUND: Duration = Duration::from_millis(1000);

/// An evaluator without an index, which counts at this URL.
fn evaluator(workspace: &Workspace, url: &str, arguments: &[&str]) -> Server {
    let key = workspace.argument("key");
    let own = ["--role", "evaluator", "--key", &key, "--limits", url];
    let admin = ["--admin", "127.0.0.1:0"];
    Server::start_bare(&[&own[..], &admin, arguments].concat())
}

/// Two evaluators with one key, side by side.
fn pair(redis: &Redis, workspace: &Workspace, arguments: &[&str]) -> [Server; 2] {
    [(); 2].map(|()| evaluator(workspace, &redis.url(), arguments))
}

/// Returns the value of a metric.
fn metric(server: &Server, name: &str) -> u64 {
    let text = server.metrics();
    let series = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix([' ', '{']));
    let value = series.unwrap_or_else(|| panic!("{name} in none of:\n{text}"));
    let number = value.trim_start_matches("} ");
    number.parse().expect("a number")
}

fn missed(server: &Server) -> u64 {
    metric(server, "tekser_shared_limits_missed_total")
}

fn is_up(server: &Server) -> bool {
    server.is_met("limits")
}

fn status(server: &Server, elements: usize, headers: &[(&str, &str)]) -> u16 {
    post(server, &evaluation(elements), headers)
        .status()
        .as_u16()
}

/// Counts how many of many requests at once, spread over both, are answered with each status.
fn many_at_once(servers: &[Server; 2]) -> BTreeMap<u16, usize> {
    let counts = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for place in 0..6 {
            let (server, counts) = (&servers[place % 2], &counts);
            scope.spawn(move || {
                for _ in 0..25 {
                    let status = status(server, 1, &[]);
                    *counts.lock().expect("counts").entry(status).or_default() += 1;
                }
            });
        }
    });
    counts.into_inner().expect("counts")
}

#[test]
fn two_evaluators_with_one_redis_hold_one_limit() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen"]);
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    for limit in ["--rate-per-client", "--rate-total"] {
        let servers = pair(&redis, &workspace, &[limit, "50/h"]);
        let exact = BTreeMap::from([(200, 50), (429, 100)]);
        let mut tries = 0..5;
        loop {
            let _ = redis.ask(&["FLUSHALL"]);
            let before = servers.each_ref().map(missed);
            let counts = many_at_once(&servers);
            // On a machine too busy to answer within the deadline an evaluator may decide alone.
            let all_shared = before == servers.each_ref().map(missed);
            if all_shared || tries.next().is_none() {
                assert_eq!(counts, exact, "{limit}");
                break;
            }
        }
    }
}

#[test]
fn evaluators_with_other_keys_do_not_meet_in_one_redis() {
    let workspaces = [(); 2].map(|()| Workspace::new());
    let Some(redis) = Redis::start(&workspaces[0].path().join("redis"), &[]) else {
        return;
    };
    for workspace in &workspaces {
        let server = evaluator(workspace, &redis.url(), &["--rate-total", "16/h"]);
        assert_eq!(status(&server, 16, &[]), 200);
        assert_eq!(status(&server, 1, &[]), 429);
    }
}

#[test]
fn a_challenge_of_one_evaluator_is_accepted_by_the_other_and_spent_for_both() {
    let workspace = Workspace::new();
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    let [one, other] = &pair(&redis, &workspace, &["--pow", "auto"]);
    let body = evaluation(1);
    let work = solved(challenge(one));
    assert_eq!(ask(other, &body, &work).0, 200);
    refused(one, &evaluation(1), &work, "another request body");
    for server in [one, other, one] {
        assert_eq!(ask(server, &body, &work).0, 200);
    }
    refused(other, &body, &work, "another request body");
    assert_eq!([one, other].map(missed), [0, 0]);
    drop(redis);
    let work = solved(challenge(one));
    assert_eq!(ask(other, &body, &work).0, 200, "without Redis as well");
}

#[test]
fn redis_killed_and_started_again_under_load_loses_no_request() {
    let workspace = Workspace::new();
    let Some(mut redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    let arguments = ["--rate-per-client", "1000/s", "--pow", "off"];
    let mut server = evaluator(&workspace, &redis.url(), &arguments);
    server.wait_for("limits are shared through Redis");
    let done = AtomicBool::new(false);
    let load = || {
        let mut answers = Vec::new();
        while !done.load(Ordering::Relaxed) {
            let begun = Instant::now();
            answers.push((status(&server, 1, &[]), begun.elapsed()));
        }
        answers
    };
    let answers: Vec<(u16, Duration)> = thread::scope(|scope| {
        let loads = [(); 4].map(|()| scope.spawn(load));
        thread::sleep(Duration::from_millis(300));
        assert!(is_up(&server));
        redis.kill();
        wait_until("Redis is still up", || !is_up(&server));
        thread::sleep(Duration::from_millis(300));
        redis.restart();
        wait_until("Redis is still down", || is_up(&server));
        thread::sleep(Duration::from_millis(300));
        done.store(true, Ordering::Relaxed);
        loads.map(|load| load.join().expect("answers")).concat()
    });
    assert!(answers.len() > 100, "{} answers", answers.len());
    for (status, time) in answers {
        assert!(matches!(status, 200 | 429), "{status}");
        assert!(time < BOUND, "{time:?}");
    }
    assert!(missed(&server) > 0);
    let log = server.log();
    for printed in [
        "until Redis answers, limits are this server's alone",
        "Redis answers, limits are shared again",
    ] {
        assert_eq!(log.matches(printed).count(), 1, "{printed}: {log}");
    }
}

#[test]
fn while_redis_hangs_nobody_waits_for_it_but_the_first() {
    let workspace = Workspace::new();
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    let server = evaluator(&workspace, &redis.url(), &["--rate-total", "48/h"]);
    assert_eq!(status(&server, 16, &[]), 200);
    redis.signal(Signal::STOP);
    let begun = Instant::now();
    for _ in 0..3 {
        assert_eq!(status(&server, 16, &[]), 200, "its own quota is whole");
    }
    for _ in 0..50 {
        assert_eq!(status(&server, 16, &[]), 429, "its own limit holds");
    }
    // Each waiting for the deadline, these would take five seconds.
    assert!(begun.elapsed() < 2 * BOUND, "{:?}", begun.elapsed());
    wait_until("Redis is still up", || !is_up(&server));
    redis.signal(Signal::CONT);
    wait_until("Redis is still down", || is_up(&server));
    // The first request counts there too, as soon as Redis reads what it was asked.
    assert_eq!(status(&server, 16, &[]), 200, "what was left there is left");
    let rest = [(); 2].map(|()| status(&server, 16, &[]));
    assert_eq!(rest[1], 429, "{rest:?}");
}

/// A server that accepts connections and answers each with these bytes, or with nothing at all.
fn impostor(says: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        let mut held = Vec::new();
        for mut stream in listener.incoming().map_while(Result::ok) {
            let _ = stream.write_all(says);
            held.push(stream);
        }
    });
    format!("redis://{address}")
}

#[test]
fn whatever_answers_in_the_place_of_redis_the_server_starts_and_answers() {
    let workspace = Workspace::new();
    let answers: [&[u8]; 10] = [
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b":1\r\n:1\r\n:1\r\n",
        b"+OK\r\n+OK\r\n*2\r\n:0\r\n:-5\r\n*2\r\n:9\r\n:9\r\n",
        b"$9223372036854775807\r\n",
        b"*9223372036854775807\r\n*9223372036854775807\r\n",
        b"|9223372036854775807\r\n",
        b"%-1\r\n>0\r\n>1\r\n:1\r\n",
        b"-OOM a secret of Redis\r\n-NOAUTH a secret of Redis\r\n",
        &[b'*'; 4096],
    ];
    for says in answers {
        let mut server = evaluator(&workspace, &impostor(says), &["--rate-total", "16/h"]);
        let begun = Instant::now();
        assert_eq!(status(&server, 16, &[]), 200);
        assert_eq!(status(&server, 16, &[]), 429, "its own limit holds");
        assert!(begun.elapsed() < BOUND, "{:?}", begun.elapsed());
        server.wait_for("until Redis answers, limits are this server's alone");
        assert!(!server.log().contains("a secret of Redis"));
    }
}

/// How one might look for an address in Redis: as text, as bytes, and as hashes of either.
fn traces_of(address: &str) -> Vec<String> {
    let parsed: IpAddr = address.parse().expect("an address");
    let bytes = match parsed {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    };
    let hashes = [address.as_bytes(), &bytes].map(|text| {
        [
            HEXLOWER.encode(&Sha256::digest(text))[..16].to_owned(),
            HEXLOWER.encode(&Sha1::digest(text))[..16].to_owned(),
        ]
    });
    let mut traces = hashes.concat();
    traces.extend([address.to_owned(), HEXLOWER.encode(&bytes)]);
    traces
}

#[test]
fn nothing_in_redis_is_an_address_or_a_plain_hash_of_one() {
    let workspace = Workspace::new();
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    let arguments = ["--rate-per-client", "100/h", "--pow", "auto"];
    let proxied = [&arguments[..], &["--trusted-proxy", "127.0.0.1"]].concat();
    let server = evaluator(&workspace, &redis.url(), &proxied);
    let clients = ["203.0.113.77", "198.51.100.205", "2001:db8:7:7::1"];
    for client in clients {
        assert_eq!(status(&server, 1, &[("x-forwarded-for", client)]), 428);
    }
    let body = evaluation(1);
    assert_eq!(ask(&server, &body, &solved(challenge(&server))).0, 200);
    assert_eq!(missed(&server), 0);
    let keys = redis.ask(&["KEYS", "*"]);
    assert!(keys.len() > clients.len() + 2, "{keys:?}");
    let values = keys.iter().flat_map(|key| redis.ask(&["GET", key]));
    let all: Vec<String> = values.chain(keys.clone()).collect();
    for client in clients.into_iter().chain(["127.0.0.1"]) {
        for trace in traces_of(client) {
            let found = all.iter().find(|text| text.contains(&trace));
            assert_eq!(found, None, "{client}");
        }
    }
    for key in keys {
        let digits = key.strip_prefix("tekser:{tekser}:").expect("the prefix");
        assert!(digits.len() == 32 && HEXLOWER.decode(digits.as_bytes()).is_ok());
        let left: i64 = redis.ask(&["PTTL", &key])[0].parse().expect("a number");
        // -1 is "for ever"; -2 is "gone since KEYS", as the total of a thousand a second soon is.
        assert_ne!(left, -1, "{key} stays for ever");
    }
}

/// Two nodes of a cluster, of which the first has the lower half of the slots, or all of them.
fn cluster(workspace: &Workspace, is_split: bool) -> Option<[Redis; 2]> {
    let node = |name: &str| {
        let bus = free_port().to_string();
        let settings = ["--cluster-enabled", "yes", "--cluster-port", &bus];
        let timeout = ["--cluster-node-timeout", "1000"];
        let redis = Redis::start(
            &workspace.path().join(name),
            &[&settings[..], &timeout].concat(),
        )?;
        Some((redis, bus))
    };
    let ((first, _), (second, bus)) = (node("first")?, node("second")?);
    let halves = if is_split {
        [("0", "8191"), ("8192", "16383")]
    } else {
        [("0", "16382"), ("16383", "16383")]
    };
    for (node, (from, to)) in [&first, &second].into_iter().zip(halves) {
        let _ = node.ask(&["CLUSTER", "ADDSLOTSRANGE", from, to]);
    }
    let port = second.port().to_string();
    let _ = first.ask(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
    for node in [&first, &second] {
        wait_until("the nodes do not make a cluster", || {
            let printed = node.ask(&["CLUSTER", "INFO"]);
            printed.iter().any(|line| line.trim() == "cluster_state:ok")
        });
    }
    Some([first, second])
}

#[test]
fn evaluators_hold_one_limit_in_a_cluster_whichever_node_they_name() {
    let workspace = Workspace::without_key();
    let _ = workspace.run_ok(&["keygen"]);
    for is_split in [true, false] {
        let Some(nodes) = cluster(&workspace, is_split) else {
            return;
        };
        let servers = nodes.each_ref().map(|node| {
            let limits = ["--rate-per-client", "48/h", "--rate-total", "48/h"];
            let printed = check(&workspace, &["--limits", &node.url()]);
            assert_eq!(printed, (Some(0), String::new()));
            evaluator(&workspace, &node.url(), &limits)
        });
        for server in &servers {
            wait_until("limits are not shared", || is_up(server));
        }
        let statuses = [0, 1, 0, 1].map(|place: usize| status(&servers[place], 16, &[]));
        assert_eq!(servers.each_ref().map(missed), [0, 0]);
        assert_eq!(statuses, [200, 200, 200, 429]);
    }
}

#[test]
fn what_a_probe_would_not_notice_is_noticed_by_the_first_question_and_reported() {
    let workspace = Workspace::new();
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &[]) else {
        return;
    };
    let mut server = evaluator(&workspace, &redis.url(), &["--rate-total", "48/h"]);
    wait_until("limits are not shared", || is_up(&server));
    assert_eq!(status(&server, 16, &[]), 200);
    // Every quota is now what no quota is; what is probed stays as it is.
    for key in redis.ask(&["KEYS", "*"]) {
        if redis.ask(&["TTL", &key])[0]
            .parse()
            .is_ok_and(|seconds: i64| seconds > 100)
        {
            let _ = redis.ask(&["DEL", &key]);
            let _ = redis.ask(&["LPUSH", &key, "nonsense"]);
        }
    }
    assert_eq!(status(&server, 16, &[]), 200, "its own quota is whole");
    wait_until("nobody notices", || !is_up(&server));
    server.wait_for("until Redis answers, limits are this server's alone");
    assert!(missed(&server) > 0);
}

/// Runs `check-config` for an evaluator, which trusts the workspace's certificate and no other.
fn check(workspace: &Workspace, flags: &[&str]) -> (Option<i32>, String) {
    let Output { status, stderr, .. } = Command::new(server())
        .env("SSL_CERT_FILE", workspace.argument("certificate"))
        .args(["check-config", "--role", "evaluator"])
        .args(["--key", &workspace.argument("key")])
        .args(flags)
        .output()
        .expect("it runs");
    (status.code(), String::from_utf8(stderr).expect("text"))
}

/// A file that is its owner's alone.
fn secret_file(workspace: &Workspace, name: &str, text: &str) -> String {
    let path = workspace.argument(name);
    fs::write(&path, text).expect("a file");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("its mode");
    path
}

#[test]
fn a_wrong_password_is_reported_without_it() {
    let workspace = Workspace::new();
    let settings = ["--requirepass", "the-right-one"];
    let Some(redis) = Redis::start(&workspace.path().join("redis"), &settings) else {
        return;
    };
    let right = secret_file(&workspace, "right", "the-right-one\n");
    let wrong = secret_file(&workspace, "wrong", "the-wrong-one\n");
    for url in [redis.url(), redis.socket()] {
        let printed = check(&workspace, &["--limits", &url, "--limits-password", &right]);
        assert_eq!(printed, (Some(0), String::new()));
        for file in [&["--limits-password", &wrong][..], &[]] {
            let flags = [&["--limits", &url][..], file].concat();
            let (code, printed) = check(&workspace, &flags);
            assert_eq!(code, Some(1), "{printed}");
            assert!(
                printed.contains("refuses the user or the password"),
                "{printed}"
            );
            assert!(!printed.contains("-one"), "{printed}");
        }
    }
    let in_url = redis.url().replace("//", "//:the-right-one@");
    let (code, printed) = check(&workspace, &["--limits", &in_url]);
    assert_eq!(code, Some(2), "{printed}");
    assert!(
        printed.contains("--limits must not hold a password"),
        "{printed}"
    );
    assert!(!printed.contains("-one"), "{printed}");
}

#[test]
fn check_config_says_whether_redis_does() {
    let workspace = Workspace::new();
    let (code, printed) = check(&workspace, &["--limits", "redis://127.0.0.1:1"]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("Redis cannot be reached"), "{printed}");
    let (code, printed) = check(&workspace, &["--limits", "http://127.0.0.1:1"]);
    assert_eq!(code, Some(2), "{printed}");
    let folder = workspace.path().join("redis");
    let settings = ["--maxmemory", "1", "--maxmemory-policy", "noeviction"];
    let Some(full) = Redis::start(&folder, &settings) else {
        return;
    };
    let (code, printed) = check(&workspace, &["--limits", &full.url()]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("Redis is full"), "{printed}");
    drop(full);
    let settings = ["--user", "narrow", "on", ">narrow", "~*", "+select"];
    let password = secret_file(&workspace, "password", "narrow\n");
    if let Some(narrow) = Redis::start(&folder, &settings) {
        let url = narrow.url().replace("//", "//narrow@");
        assert_eq!(check(&workspace, &["--limits", &url]).0, Some(2));
        let flags = ["--limits", &url, "--limits-password", &password];
        let (code, printed) = check(&workspace, &flags);
        assert_eq!(code, Some(1), "{printed}");
        let (_, rights) = printed.split_once("it needs ").expect("rights");
        let rule = format!("ACL SETUSER narrow resetkeys {rights}");
        let _ = narrow.ask(&rule.split_whitespace().collect::<Vec<_>>());
        assert_eq!(check(&workspace, &flags).0, Some(0), "{rule}");
    }
}

#[test]
fn over_tls_only_a_certificate_that_the_system_trusts_will_do() {
    let workspace = Workspace::new();
    let port = free_port().to_string();
    let certified = || generate_simple_self_signed(["localhost".to_owned()]).expect("one");
    let CertifiedKey { cert, signing_key } = certified();
    let certificate = secret_file(&workspace, "certificate", &cert.pem());
    let key = secret_file(&workspace, "certificate.key", &signing_key.serialize_pem());
    let files = ["--tls-cert-file", &certificate, "--tls-key-file", &key];
    let rest = ["--tls-port", &port, "--tls-auth-clients", "no"];
    let settings = [&files[..], &rest, &["--tls-ca-cert-file", &certificate]].concat();
    let Some(_redis) = Redis::start(&workspace.path().join("redis"), &settings) else {
        return;
    };
    let url = format!("rediss://localhost:{port}");
    let printed = check(&workspace, &["--limits", &url]);
    assert_eq!(printed, (Some(0), String::new()));
    let _ = secret_file(&workspace, "certificate", &certified().cert.pem());
    let (code, printed) = check(&workspace, &["--limits", &url]);
    assert_eq!(code, Some(1), "{printed}");
    assert!(printed.contains("certificate"), "{printed}");
}
