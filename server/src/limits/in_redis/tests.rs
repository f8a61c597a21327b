//! Do evaluators that share a Redis hold one limit?

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
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
use crate::redis::{Address, RedisConfig};
use redis::Script;

/// Path of the server in Debian's package.
const REDIS: &str = "/usr/bin/redis-server";

/// A Redis that only this process reaches; killed when dropped.
struct Redis {
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts it; prints and returns `None` if it is not installed.
    fn start() -> Option<Self> {
        if !Path::new(REDIS).exists() {
            let must_run = std::env::var_os("TEKSER_EVERY_TEST").is_some();
            assert!(!must_run, "redis-server is not installed");
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

/// The script with the test's clock in place of Redis' own, and keys that outlive it.
fn timed() -> Script {
    let text = include_str!("../../redis/take.lua");
    let by_argument = text
        .replace("redis.call('TIME')", "{0, ARGV[#ARGV]}")
        .replace("'PX', rest", "'PX', 3600000");
    assert!(!by_argument.contains("TIME'") && !by_argument.contains("rest)"));
    Script::new(&by_argument)
}

fn common_quotas(per_client: &str, total: &str) -> CommonQuotas {
    let config = RedisConfig {
        address: Address::parse("redis://127.0.0.1:1").unwrap(),
        password: None,
    };
    let secret = Zeroizing::new([7; 32]);
    let shared = RedisClient::open(&config, secret, &Arc::new(Metrics::new())).unwrap();
    let [per_client, total] = [per_client, total].map(|rate| rate.parse().unwrap());
    CommonQuotas::new(per_client, total, "evaluations", Arc::new(shared))
}

/// Clients 0 to 2 are of IPv4; of the others 3 and 4 are in one /56, 3 to 5 in one /48.
fn client(number: u32) -> ClientKey {
    let network: u32 = match number {
        0..3 => return ClientKey::of(IpAddr::V4(Ipv4Addr::from_bits(number))),
        3 => 0,
        4 => 1,
        5 => 0x100,
        _ => 0x1_0000,
    };
    let bits = 0x2001_0db8_0000_0000 | u128::from(network);
    ClientKey::of(IpAddr::V6(Ipv6Addr::from_bits(bits << 64)))
}

/// Both rules together, by one clock.
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
            // As large as the time of Redis' clock.
            micros: 1_795_000_000_000_000,
        }
    }

    fn wait(&mut self, time: Duration) {
        self.clock.advance(time);
        self.micros += time.as_micros() as u64;
    }

    /// Returns governor's decision, and the script's.
    fn take(
        &self,
        number: u32,
        elements: u32,
        redis: &mut Connection,
    ) -> [Result<(), QuotaRefusal>; 2] {
        let (client, elements) = (client(number), NonZeroU32::new(elements).unwrap());
        let quotas = self.common.quotas(&client);
        let mut question = self.common.question(&self.script, &quotas, elements);
        let verdict = question.arg(self.micros).invoke(redis).unwrap();
        [
            self.own.take(&client, elements),
            decision(&quotas, verdict).unwrap(),
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
fn an_answer_that_no_quota_gives_is_not_believed() {
    let five = Duration::from_micros(5);
    assert_eq!(answer(0, 0).unwrap(), Verdict::Taken);
    assert_eq!(answer(2, 0).unwrap(), Verdict::Short(1, Duration::ZERO));
    for (place, micros) in [(-1, 0), (0, -1), (0, 5), (0, i64::MAX), (1, 3_600_000_001)] {
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
    let quotas = one.quotas(&client(1));
    assert_eq!(decision(&quotas, second), None, "there is none");
}

#[test]
fn quotas_of_another_purpose_rate_client_or_day_have_other_names() {
    let quotas = common_quotas("20/min", "100/min");
    let own = quotas.networks[NETWORKS - 1].as_ref().unwrap();
    let name = |quota: &Common, number, day| quotas.name(quota, Some(&client(number)), day);
    assert_eq!(name(own, 1, 1), name(own, 1, 1));
    let total = quotas.total.as_ref().unwrap();
    for other in [
        name(own, 2, 1),
        name(own, 1, 2),
        quotas.name(total, None, 1),
        name(&common("21/min"), 1, 1),
    ] {
        assert_ne!(name(own, 1, 1), other);
    }
}

#[test]
fn a_client_of_ipv6_counts_in_three_networks_which_have_three_names() {
    let quotas = common_quotas("20/min", "off");
    let names = |number| -> BTreeSet<String> {
        let asked = quotas.quotas(&client(number));
        let named = asked.iter();
        named
            .map(|(quota, network)| quotas.name(quota, network.as_ref(), 1))
            .collect()
    };
    assert_eq!([1, 3].map(|number| names(number).len()), [1, 3]);
    let shared = |number| names(3).intersection(&names(number)).count();
    assert_eq!([4, 5, 6].map(shared), [2, 1, 0]);
}

#[test]
fn a_quota_whose_interval_is_not_a_whole_number_holds_what_it_should() {
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
    let asked = quotas.question(&TAKE, &quotas.quotas(&client(3)), one);
    let verdict: Verdict = asked.invoke(&mut redis).unwrap();
    assert_eq!(verdict, Verdict::Taken);
    thread::sleep(Duration::from_millis(50));
    let kept: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut redis).unwrap();
    assert_eq!(kept.len(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn redis_decides_as_governor_does(
        rates in prop::sample::select(vec![("20/min", "30/min"), ("60/min", "off"), ("off", "16/h"), ("5000/h", "20/s"), ("16/s", "20/min")]),
        requests in proptest::collection::vec((1..7_u32, 1..=16_u32, 0..9_u64), 1..120),
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
