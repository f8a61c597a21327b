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
        ("proxy/nginx-owners.conf", "keepalive_timeout", 1),
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

/// What systemd reads about a role: the unit and its drop-in.
fn unit_of(role: &str, drop_in: &str) -> String {
    let folder = format!("systemd/tekser-server@{role}.service.d/{drop_in}.conf");
    packaged("systemd/tekser-server@.service") + &packaged(&folder)
}

#[test]
fn a_role_that_holds_keys_is_not_started_without_them_and_gets_them_from_systemd() {
    let files = [
        ("key", "/etc/tekser/tekser.key", "TEKSER_KEY"),
        (
            "offline-key",
            "/etc/tekser/offline.key",
            "TEKSER_OFFLINE_KEY",
        ),
        (
            "client-secret",
            "/etc/tekser/client-secret",
            "TEKSER_CLIENT_SECRET",
        ),
    ];
    for (role, drop_in, files) in [
        ("all", "key", &files[..1]),
        ("evaluator", "key", &files[..1]),
        ("owners", "owners", &files[..]),
    ] {
        let unit = unit_of(role, drop_in);
        let help = output(server(), &["--help"]);
        for (name, path, variable) in files {
            assert!(
                values(&unit, "ConditionPathExists").contains(path),
                "{role}: {path}"
            );
            let credential = format!("{name}:{path}");
            assert!(values(&unit, "LoadCredential").contains(&credential.as_str()));
            let set = format!("{variable}=%d/{name}");
            assert!(values(&unit, "Environment").contains(&set.as_str()));
            assert!(help.contains(&format!("[env: {variable}=]")), "{variable}");
        }
    }
}

#[test]
fn the_service_for_owners_has_a_user_and_a_place_for_its_audit_and_nothing_of_a_public_server() {
    let unit = unit_of("owners", "owners");
    assert_eq!(values(&unit, "DynamicUser").last(), Some(&"no"));
    let user = values(&unit, "User");
    let made = packaged("sysusers/tekser-server.conf");
    assert!(made.contains(&format!("\nu {} ", user[0])), "{made}");
    let [state] = values(&unit, "StateDirectory")[..] else {
        panic!("one place to write to")
    };
    let settings = packaged("settings/owners.toml");
    let audit = format!("= \"/var/lib/{state}/audit.log\"");
    assert_eq!(values(&settings, "audit"), [audit]);
    let index = values(&settings, "index")[0];
    let public = values(&packaged("settings/ranges.toml"), "index").join("");
    assert_ne!(index, public);
    assert_eq!(values(&unit, "InaccessiblePaths"), ["-/var/lib/tekser"]);
    assert!(public.starts_with("= \"/var/lib/tekser/"), "{public}");
    let conditions = values(&unit, "ConditionPathExists");
    assert!(conditions.contains(&"!/var/lib/tekser/index/CURRENT"));
    // The package makes what is named, before the first start and check.
    let install = packaged("debian/postinst");
    for made in [
        "systemd-sysusers tekser-server.conf",
        "/var/lib/tekser-owners/index",
        &format!("/var/lib/{state}\n"),
    ] {
        assert!(install.contains(made), "{made}");
    }
}

#[test]
fn the_log_of_the_proxy_of_owners_has_no_address_and_no_query() {
    let proxy = packaged("proxy/nginx-owners.conf");
    let formats = values(&proxy, "log_format");
    assert_eq!(formats.len(), 1);
    for variable in [
        "$remote",
        "$request ",
        "$request_uri",
        "$args",
        "$http_",
        "$uri",
    ] {
        assert!(!formats[0].contains(variable), "{variable}");
    }
    for log in values(&proxy, "access_log") {
        assert!(log == "off;" || log.ends_with(" tekser_owners;"), "{log}");
    }
    for log in values(&proxy, "error_log") {
        assert!(log.ends_with(" emerg;"), "{log}");
    }
    let listen = values(&packaged("settings/owners.toml"), "listen").join("");
    assert!(listen.contains("127.0.0.1:8083"), "{listen}");
    assert!(proxy.contains("server 127.0.0.1:8083;"));
}

#[test]
fn what_a_client_says_of_its_own_address_ends_at_the_proxy() {
    let nginx = packaged("proxy/nginx.conf");
    let evaluators = nginx.matches("proxy_set_header Forwarded \"\";").count();
    let addresses = nginx.matches("proxy_set_header X-Forwarded-For $remote_addr;");
    assert_eq!((evaluators, addresses.count()), (2, 2));
    let caddy = packaged("proxy/Caddyfile");
    assert_eq!(caddy.matches("header_up -Forwarded").count(), 2);
    let owners = packaged("proxy/nginx-owners.conf");
    for header in ["X-Forwarded-For $remote_addr;", "Forwarded \"\";"] {
        assert_eq!(
            values(&owners, "proxy_set_header")
                .iter()
                .filter(|set| **set == header)
                .count(),
            1
        );
    }
    for role in ["all", "evaluator", "ranges", "owners"] {
        let settings = packaged(&format!("settings/{role}.toml"));
        let trusted = values(&settings, "trusted-proxy");
        assert_eq!(trusted, ["= [\"127.0.0.1\", \"::1\"]"], "{role}");
    }
}
