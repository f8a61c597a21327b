use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use governor::clock::FakeRelativeClock;
use proptest::prelude::*;
use redis::{Client, Connection};
use tempfile::TempDir;
use zeroize::Zeroizing;

use super::*;
use crate::limits::Quotas;
use crate::observe::Metrics;
use crate::shared::{Address, SharedConfig};

/// Where Debian puts it.
const REDIS: &str = "/usr/bin/redis-server";

/// A Redis that only this process reaches; killed when dropped.
struct Redis {
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// `None`, which is told, where it is not installed.
    fn start() -> Option<Self> {
        if !Path::new(REDIS).exists() {
            eprintln!("SKIPPED: redis-server is not installed");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let child = Command::new(REDIS)
            .args(["--port", "0", "--save", "", "--unixsocket", "socket"])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, folder })
    }

    fn connect(&self) -> Connection {
        let socket = self.folder.path().join("socket");
        for _ in 0..500 {
            let url = format!("unix:{}", socket.display());
            if let Ok(connection) = Client::open(url).unwrap().get_connection() {
                return connection;
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("Redis does not listen");
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The script by a clock of the test's, with keys that outlive it: theirs runs by Redis' own.
fn timed() -> Script {
    let text = include_str!("take.lua");
    let by_argument = text
        .replace("redis.call('TIME')", "{0, ARGV[#ARGV]}")
        .replace("'PX', rest", "'PX', 3600000");
    assert!(!by_argument.contains("TIME'") && !by_argument.contains("rest)"));
    Script::new(&by_argument)
}

fn common_quotas(per_client: &str, total: &str) -> CommonQuotas {
    let config = SharedConfig {
        address: Address::parse("redis://127.0.0.1:1").unwrap(),
        password: None,
    };
    let secret = Zeroizing::new([7; 32]);
    let shared = Shared::open(&config, secret, &Arc::new(Metrics::new())).unwrap();
    let [per_client, total] = [per_client, total].map(|rate| rate.parse().unwrap());
    CommonQuotas::new(per_client, total, "evaluations", Arc::new(shared))
}

fn client(number: u32) -> ClientKey {
    ClientKey::of(IpAddr::V4(Ipv4Addr::from_bits(number)))
}

/// Both rules side by side, by one clock.
struct Pair {
    own: Quotas<FakeRelativeClock>,
    clock: FakeRelativeClock,
    common: CommonQuotas,
    script: Script,
    micros: u64,
}

impl Pair {
    fn new(per_client: &str, total: &str, redis: &mut Connection) -> Self {
        redis::cmd("FLUSHALL").exec(redis).unwrap();
        let clock = FakeRelativeClock::default();
        let rates = [per_client, total].map(|rate| rate.parse().unwrap());
        Self {
            own: Quotas::with_clock(rates[0], rates[1], 1000, clock.clone()),
            clock,
            common: common_quotas(per_client, total),
            script: timed(),
            // Of the size that Redis' clock has.
            micros: 1_795_000_000_000_000,
        }
    }

    fn wait(&mut self, time: Duration) {
        self.clock.advance(time);
        self.micros += time.as_micros() as u64;
    }

    /// What governor decides, and what the script does.
    fn take(
        &self,
        number: u32,
        elements: u32,
        redis: &mut Connection,
    ) -> [Result<Allowance, Refusal>; 2] {
        let (client, elements) = (client(number), NonZeroU32::new(elements).unwrap());
        let quotas = self.common.quotas();
        let mut question = self
            .common
            .question(&self.script, &quotas, &client, elements);
        let verdict = question.arg(self.micros).invoke(redis).unwrap();
        [
            self.own.take(&client, elements),
            self.common.decision(&quotas, verdict).unwrap(),
        ]
    }
}

fn common(rate: &str) -> Common {
    Common::new(Policy::Client, rate.parse().unwrap()).unwrap()
}

fn answer(place: i64, micros: i64) -> Result<Verdict, ParsingError> {
    let value = Value::Array(vec![Value::Int(place), Value::Int(micros)]);
    Verdict::from_redis_value(value)
}

#[test]
fn what_is_left_is_told_as_governor_tells_it() {
    for (rate, back_micros, remaining) in [
        ("20/min", 48_000_000, 4),
        ("20/min", 48_000_002, 4),
        ("20/min", 47_500_000, 4),
        ("20/min", 45_000_000, 5),
        ("7/s", 428_572, 4),
        ("7/s", 1_000_000, 0),
        ("1000000/s", 0, 1_000_000),
    ] {
        let back = Duration::from_micros(back_micros);
        assert_eq!(common(rate).remaining(back), remaining, "{rate} {back:?}");
    }
}

#[test]
fn an_answer_that_no_quota_gives_is_not_believed() {
    let five = Duration::from_micros(5);
    assert_eq!(answer(0, 5).unwrap(), Verdict::Taken(five));
    assert_eq!(answer(2, 0).unwrap(), Verdict::Short(1, Duration::ZERO));
    for (place, micros) in [(-1, 0), (0, -1), (0, i64::MAX), (1, 3_600_000_001)] {
        assert!(answer(place, micros).is_err(), "{place} {micros}");
    }
    for value in [
        Value::Nil,
        Value::Okay,
        Value::Int(0),
        Value::Array(vec![]),
        Value::Array(vec![Value::Int(0)]),
        Value::Array(vec![Value::Int(0); 3]),
    ] {
        assert!(Verdict::from_redis_value(value).is_err());
    }
    let one = common_quotas("20/min", "off");
    let second = Verdict::Short(1, five);
    assert_eq!(one.decision(&one.quotas(), second), None, "there is none");
}

#[test]
fn quotas_of_another_purpose_rate_client_or_day_have_other_names() {
    let quotas = common_quotas("20/min", "100/min");
    let per_client = quotas.client.as_ref().unwrap();
    let name = quotas.name(per_client, &client(1), 1);
    assert_eq!(name, quotas.name(per_client, &client(1), 1));
    let total = quotas.total.as_ref().unwrap();
    assert_eq!(
        quotas.name(total, &client(1), 1),
        quotas.name(total, &client(2), 1)
    );
    for other in [
        quotas.name(per_client, &client(2), 1),
        quotas.name(per_client, &client(1), 2),
        quotas.name(total, &client(1), 1),
        quotas.name(&common("21/min"), &client(1), 1),
    ] {
        assert_ne!(name, other);
    }
}

#[test]
fn a_quota_whose_interval_is_no_whole_number_holds_what_it_should() {
    let Some(redis) = Redis::start() else { return };
    let mut redis = redis.connect();
    let mut pair = Pair::new("7/s", "off", &mut redis);
    for second in 0..50 {
        for place in 0..7 {
            let [own, common] = pair.take(1, 1, &mut redis);
            assert_eq!(own, common, "{place} of second {second}");
            assert!(common.is_ok());
        }
        assert!(pair.take(1, 1, &mut redis).iter().all(Result::is_err));
        pair.wait(Duration::from_secs(1));
    }
}

#[test]
fn a_clock_put_back_shuts_nobody_out_for_longer_than_the_whole_quota() {
    let Some(redis) = Redis::start() else { return };
    let mut redis = redis.connect();
    let mut pair = Pair::new("20/min", "off", &mut redis);
    let [_, taken] = pair.take(1, 20, &mut redis);
    assert!(taken.is_ok());
    pair.micros -= 86_400_000_000;
    let [_, refused] = pair.take(1, 1, &mut redis);
    assert_eq!(refused.unwrap_err().retry_after_seconds, 3);
}

#[test]
fn a_quota_that_is_whole_again_is_not_kept() {
    let Some(redis) = Redis::start() else { return };
    let mut redis = redis.connect();
    let quotas = common_quotas("100/s", "1000/s");
    let one = NonZeroU32::MIN;
    let asked = quotas.question(&TAKE, &quotas.quotas(), &client(1), one);
    let verdict: Verdict = asked.invoke(&mut redis).unwrap();
    assert!(matches!(verdict, Verdict::Taken(_)));
    thread::sleep(Duration::from_millis(50));
    let kept: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut redis).unwrap();
    assert_eq!(kept.len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn redis_decides_as_governor_does(
        rates in prop::sample::select(vec![("20/min", "30/min"), ("60/min", "off"), ("off", "16/h"), ("5000/h", "20/s"), ("16/s", "20/min")]),
        requests in proptest::collection::vec((0..3_u32, 1..=16_u32, 0..9_u64), 1..80),
    ) {
        let Some(redis) = Redis::start() else { return Ok(()) };
        let mut redis = redis.connect();
        let mut pair = Pair::new(rates.0, rates.1, &mut redis);
        for (number, elements, pause) in requests {
            // From nothing to a minute and a half, in steps of different sizes.
            pair.wait(Duration::from_millis(pause.pow(3) * 180));
            let [own, common] = pair.take(number, elements, &mut redis);
            prop_assert_eq!(own, common);
        }
    }
}
