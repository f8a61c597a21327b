//! The manifests for Kubernetes: what pods may do, which settings they have, whom they trust.

use serde_json::Value;
use tekser_tests::server;

use super::{output, packaged};

const FILES: [&str; 5] = [
    "evaluator.yaml",
    "notices.yaml",
    "ranges.yaml",
    "retrieval.yaml",
    "build.yaml",
];

fn manifests(file: &str) -> Vec<Value> {
    let text = packaged(&format!("kubernetes/{file}"));
    serde_saphyr::from_multiple(&text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn of_kind<'a>(manifests: &'a [Value], kind: &str) -> Vec<&'a Value> {
    manifests
        .iter()
        .filter(|manifest| manifest["kind"] == kind)
        .collect()
}

/// The pods that Deployments and Jobs make.
fn pods(manifests: &[Value]) -> Vec<&Value> {
    let makers = ["Deployment", "Job"]
        .map(|kind| of_kind(manifests, kind))
        .concat();
    makers
        .iter()
        .map(|maker| &maker["spec"]["template"]["spec"])
        .collect()
}

#[test]
fn no_pod_of_the_manifests_has_rights_that_it_does_not_need() {
    for file in FILES {
        let manifests = manifests(file);
        let pods = pods(&manifests);
        assert!(!pods.is_empty(), "{file}");
        for pod in pods {
            assert_eq!(pod["automountServiceAccountToken"], false, "{file}");
            assert_eq!(pod["securityContext"]["runAsNonRoot"], true, "{file}");
            assert_eq!(
                pod["securityContext"]["seccompProfile"]["type"],
                "RuntimeDefault"
            );
            for container in pod["containers"].as_array().expect("containers") {
                let rights = &container["securityContext"];
                assert_eq!(rights["readOnlyRootFilesystem"], true, "{file}");
                assert_eq!(rights["allowPrivilegeEscalation"], false, "{file}");
                assert_eq!(rights["capabilities"]["drop"][0], "ALL", "{file}");
                assert!(container["env"].is_null(), "{file}: secrets are files");
            }
        }
        for policy in of_kind(&manifests, "NetworkPolicy") {
            let egress = policy["spec"]["egress"].as_array().expect("a list");
            let is_store = |rule: &Value| {
                let to = &rule["to"][0];
                to["ipBlock"]["cidr"] == "STORE_NETWORK" || rule["ports"][0]["port"] == 53
            };
            let may_ask_store = file == "retrieval.yaml" && egress.iter().all(is_store);
            let is_outside = |rule: &Value| rule["ports"][0]["port"] == 53 || is_public_https(rule);
            let may_send = file == "notices.yaml" && egress.iter().all(is_outside);
            assert!(
                egress.is_empty() || may_ask_store || may_send,
                "{file}: nothing speaks to anybody first but to a store and to push services"
            );
        }
    }
}

/// Allows port 443 anywhere except in private networks.
fn is_public_https(rule: &Value) -> bool {
    let block = &rule["to"][0]["ipBlock"];
    let private = [
        "10.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
    ];
    let left_out = block["except"].as_array().expect("networks");
    rule["ports"][0]["port"] == 443
        && private
            .iter()
            .all(|network| left_out.iter().any(|one| one == network))
}

#[test]
fn the_evaluator_is_given_no_index_and_the_server_of_ranges_no_secret() {
    let volumes = |file: &str| {
        let manifests = manifests(file);
        let pods = pods(&manifests);
        pods[0]["volumes"].as_array().expect("volumes").clone()
    };
    let has = |volumes: &[Value], what: &str| volumes.iter().any(|volume| !volume[what].is_null());
    let evaluator = volumes("evaluator.yaml");
    assert!(has(&evaluator, "secret") && !has(&evaluator, "persistentVolumeClaim"));
    let ranges = volumes("ranges.yaml");
    assert!(!has(&ranges, "secret") && has(&ranges, "persistentVolumeClaim"));
    assert!(!has(&volumes("retrieval.yaml"), "secret"));
}

#[test]
fn the_settings_in_the_manifests_and_in_etc_are_settings_of_the_server() {
    let known = output(server(), &["--help"]);
    let of_manifests = ["evaluator", "notices", "ranges", "retrieval"].map(|role| {
        let map = of_kind(&manifests(&format!("{role}.yaml")), "ConfigMap")[0].clone();
        map["data"][format!("{role}.toml")]
            .as_str()
            .expect("settings")
            .to_owned()
    });
    let of_etc =
        ["all", "evaluator", "ranges"].map(|role| packaged(&format!("settings/{role}.toml")));
    for text in of_manifests.iter().chain(&of_etc) {
        let names = |text: &str| -> Vec<String> {
            text.lines()
                .filter(|line| !line.is_empty())
                .filter_map(|line| line.trim_start_matches("# ").split_once(" = "))
                .map(|(name, _)| name.to_owned())
                .collect()
        };
        // The table at the end is in the file alone; the help lists what it has.
        let (flags, operator) = text.split_once("[operator]").unwrap_or((text.as_str(), ""));
        let settings = names(flags);
        assert!(settings.len() > 2, "{text}");
        for setting in settings {
            let forms = [format!("--{setting} <"), format!("--{setting}\n")];
            assert!(forms.iter().any(|form| known.contains(form)), "{setting}");
        }
        for setting in names(operator) {
            assert!(known.contains(&setting), "{setting}");
        }
    }
}

/// A trusted network with both the ingress and a node with clients in it would let a client name any address.
#[test]
fn the_manifests_trust_the_ingress_alone_and_say_how_clients_addresses_get_there() {
    for role in ["evaluator", "notices", "ranges", "retrieval"] {
        let text = packaged(&format!("kubernetes/{role}.yaml"));
        let trusted: Vec<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("trusted-proxy = "))
            .collect();
        assert_eq!(trusted, ["[\"INGRESS_PODS\"]"], "{role}");
        assert!(text.contains("externalTrafficPolicy: Local"), "{role}");
        assert!(text.contains("use-forwarded-headers"), "{role}");
    }
}

#[test]
fn a_pod_has_memory_for_all_the_connections_that_it_takes() {
    for role in ["evaluator", "ranges", "retrieval"] {
        let text = packaged(&format!("kubernetes/{role}.yaml"));
        let connections = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("max-connections = "));
        let connections: u64 = connections.and_then(|n| n.parse().ok()).expect("a number");
        let manifests = manifests(&format!("{role}.yaml"));
        let container = &pods(&manifests)[0]["containers"][0];
        let limit = container["resources"]["limits"]["memory"].as_str();
        let limit = limit.expect("a limit").replace("Gi", " 1024");
        let mebibytes: u64 = limit
            .trim_end_matches("Mi")
            .split(' ')
            .map(|factor| factor.parse::<u64>().expect("a number"))
            .product();
        assert!(30 + connections / 4 <= mebibytes, "{role}: {mebibytes} MiB");
    }
}
