//! What surrounds the server matches it: proxies, images, units, manifests.

use serde_json::Value;
use tekser_tests::server;

use super::{output, packaged};

/// Seconds of a time such as `60s`, `2m` or, as in nginx and TOML, in quotation marks or with a semicolon after it.
fn seconds(text: &str) -> u64 {
    let text = text.trim_matches(['"', ';', ' ']);
    let (number, unit) = text.split_at(text.len() - 1);
    let number: u64 = number.parse().expect("a number");
    match unit {
        "s" => number,
        "m" => 60 * number,
        other => panic!("{other}"),
    }
}

/// Returns what follows a word, on each line that begins with it.
fn values<'a>(text: &'a str, word: &str) -> Vec<&'a str> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix(word)?.strip_prefix([' ', '=']))
        .map(str::trim)
        .collect()
}

/// Returns the default of a setting.
fn default_of(setting: &str) -> u64 {
    let help = output(server(), &["--help"]);
    let (_, rest) = help
        .split_once(&format!("--{setting} <"))
        .expect("a setting");
    let (_, rest) = rest.split_once("[default: ").expect("a default");
    let (default, _) = rest.split_once(']').expect("a default");
    seconds(default)
}

#[test]
fn the_server_keeps_idle_connections_longer_than_any_proxy_in_front_of_it() {
    let keep_alive = default_of("keep-alive");
    // Of nginx, ingress-nginx and Caddy, by default.
    for default in [60, 120] {
        assert!(keep_alive > default, "{keep_alive}");
    }
    for (file, word, count) in [
        ("proxy/nginx.conf", "keepalive_timeout", 2),
        ("proxy/Caddyfile", "keepalive", 2),
    ] {
        let text = packaged(file);
        let times = values(&text, word);
        assert_eq!(times.len(), count, "{file}");
        for time in times {
            assert!(seconds(time) < keep_alive, "{file}: {time}");
        }
    }
}

#[test]
fn nginx_asks_another_server_for_an_asset_that_one_of_another_version_lacks() {
    let text = packaged("proxy/nginx.conf");
    let (_, assets) = text.split_once("location /assets/ {").expect("a location");
    let (assets, _) = assets.split_once('}').expect("its end");
    assert_eq!(
        values(assets, "proxy_next_upstream"),
        ["error timeout http_404;"]
    );
}

#[test]
fn no_variable_of_the_image_is_stronger_than_a_file_of_settings_that_is_mounted() {
    let recipe = packaged("Dockerfile");
    let variables = values(&recipe, "ENV");
    assert_eq!(variables, ["TEKSER_CONFIG=/etc/tekser/server.toml"]);
    let settings = packaged("image/server.toml");
    assert_eq!(values(&settings, "listen"), ["= [\"0.0.0.0:8080\"]"]);
}

#[test]
fn a_pod_is_drained_before_it_is_killed() {
    for role in ["evaluator", "ranges"] {
        let text = packaged(&format!("kubernetes/{role}.yaml"));
        let manifests: Vec<Value> = serde_saphyr::from_multiple(&text).expect("YAML");
        let maker = manifests.iter().find(|one| one["kind"] == "Deployment");
        let pod = &maker.expect("a deployment")["spec"]["template"]["spec"];
        let sleeps = &pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"];
        assert_eq!(sleeps[0], "sleep", "{role}");
        let before: u64 = sleeps[1]
            .as_str()
            .and_then(|text| text.parse().ok())
            .expect("seconds");
        let drain = values(&text, "drain");
        let drain = seconds(drain[0].trim_start_matches('=').trim());
        let all = before + drain + default_of("shutdown-timeout");
        let grace = pod["terminationGracePeriodSeconds"]
            .as_u64()
            .expect("seconds");
        assert!(
            before > 0 && drain > 0 && all < grace,
            "{role}: {all} of {grace}"
        );
    }
}

#[test]
fn the_unit_is_started_again_however_often_it_fails_and_stopped_in_time() {
    let unit = packaged("systemd/tekser-server@.service");
    assert_eq!(values(&unit, "StartLimitIntervalSec"), ["0"]);
    let stop = seconds(values(&unit, "TimeoutStopSec")[0]);
    assert!(stop > default_of("shutdown-timeout") + default_of("drain"));
}

#[test]
fn what_a_client_says_of_its_own_address_ends_at_the_proxy() {
    let nginx = packaged("proxy/nginx.conf");
    let evaluators = nginx.matches("proxy_set_header Forwarded \"\";").count();
    let addresses = nginx.matches("proxy_set_header X-Forwarded-For $remote_addr;");
    assert_eq!((evaluators, addresses.count()), (2, 2));
    let caddy = packaged("proxy/Caddyfile");
    assert_eq!(caddy.matches("header_up -Forwarded").count(), 2);
    for role in ["all", "evaluator", "ranges"] {
        let settings = packaged(&format!("settings/{role}.toml"));
        let trusted = values(&settings, "trusted-proxy");
        assert_eq!(trusted, ["= [\"127.0.0.1\", \"::1\"]"], "{role}");
    }
}
