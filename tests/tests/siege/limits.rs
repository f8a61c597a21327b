use tekser_tests::Server;

use tekser_tests::header;

use crate::{evaluation, post, serve};

fn status(server: &Server, forwarded: &[(&str, &str)]) -> u16 {
    post(server, &evaluation(16), forwarded).status().as_u16()
}

#[test]
fn a_client_over_its_limit_is_reported_when_to_ask_again() {
    let (_workspace, server) = serve(&["--rate-per-client", "20/min"]);
    let within = post(&server, &evaluation(16), &[]);
    assert_eq!(within.status().as_u16(), 200);
    for hint in ["ratelimit", "ratelimit-policy"] {
        let what = "the neighbours behind one address see nothing of each other";
        assert_eq!(header(&within, hint), "", "{what}");
    }
    let over = post(&server, &evaluation(16), &[]);
    assert_eq!(over.status().as_u16(), 429);
    let seconds: u64 = header(&over, "retry-after").parse().expect("seconds");
    assert!((30..=36).contains(&seconds), "{seconds}");
    assert_eq!(header(&over, "ratelimit-policy"), "\"client\";q=20;w=60");
    assert!(header(&over, "ratelimit").starts_with("\"client\";r=0;t="));
    assert_eq!(post(&server, &evaluation(1), &[]).status().as_u16(), 200);
}

#[test]
fn all_together_have_a_limit_too() {
    let (_workspace, server) = serve(&["--rate-total", "16/min"]);
    assert_eq!(status(&server, &[]), 200);
    let over = post(&server, &evaluation(1), &[]);
    assert_eq!(over.status().as_u16(), 429);
    assert_eq!(header(&over, "ratelimit-policy"), "\"total\";q=16;w=60");
    assert!(!server.log().contains("over its limit"), "nobody is over");
}

#[test]
fn one_client_over_its_limit_does_not_stop_the_others() {
    let (_workspace, server) =
        serve(&["--rate-per-client", "16/h", "--trusted-proxy", "127.0.0.1"]);
    let from = |address| status(&server, &[("x-forwarded-for", address)]);
    assert_eq!(from("192.0.2.1"), 200);
    for _ in 0..20 {
        assert_eq!(from("192.0.2.1"), 429);
    }
    assert_eq!(from("192.0.2.2"), 200);
    assert_eq!(
        from("9.9.9.9, 192.0.2.2"),
        429,
        "the left end is the client's own word"
    );
    assert_eq!(
        status(
            &server,
            &[
                ("x-forwarded-for", "192.0.2.2"),
                ("forwarded", "for=192.0.2.3")
            ]
        ),
        429,
        "the header that the proxy does not write is the client's own word"
    );
}

#[test]
fn a_proxy_that_writes_forwarded_is_believed_in_that_alone_where_the_settings_say_so() {
    let (_workspace, server) = serve(&[
        "--rate-per-client",
        "16/h",
        "--trusted-proxy",
        "127.0.0.1",
        "--proxy-header",
        "forwarded",
    ]);
    let from = |lines: &[(&str, &str)]| status(&server, lines);
    assert_eq!(from(&[("forwarded", "for=192.0.2.3;proto=https")]), 200);
    assert_eq!(from(&[("forwarded", "for=\"192.0.2.3:4711\"")]), 429);
    let both = [
        ("forwarded", "for=192.0.2.3"),
        ("x-forwarded-for", "192.0.2.4"),
    ];
    assert_eq!(from(&both), 429);
}

#[test]
fn a_network_of_ipv6_is_one_client() {
    let (_workspace, server) = serve(&[
        "--rate-per-client",
        "16/h",
        "--trusted-proxy",
        "127.0.0.0/8",
    ]);
    let from = |address| status(&server, &[("x-forwarded-for", address)]);
    assert_eq!(from("2001:db8:0:1::1"), 200);
    assert_eq!(from("2001:db8:0:1:ffff::2"), 429);
    assert_eq!(from("2001:db8:0:2::1"), 200);
}

#[test]
fn the_networks_of_one_48_have_sixteen_quotas_and_not_one_each() {
    let (_workspace, server) = serve(&[
        "--rate-per-client",
        "16/h",
        "--trusted-proxy",
        "127.0.0.0/8",
    ]);
    let from = |network: u16| {
        let address = format!("2001:db8:1:{:x}::1", network << 8);
        status(&server, &[("x-forwarded-for", &address)])
    };
    let answered = (0..50).filter(|network| from(*network) == 200).count();
    assert_eq!(answered, 16);
}

#[test]
fn a_stranger_is_not_believed_about_its_address() {
    let (_workspace, server) =
        serve(&["--rate-per-client", "16/h", "--trusted-proxy", "10.0.0.0/8"]);
    assert_eq!(status(&server, &[("x-forwarded-for", "192.0.2.1")]), 200);
    for claimed in ["192.0.2.2", "10.0.0.1", "127.0.0.2"] {
        assert_eq!(status(&server, &[("x-forwarded-for", claimed)]), 429);
        assert_eq!(
            status(&server, &[("forwarded", &format!("for={claimed}"))]),
            429
        );
    }
}

#[test]
fn challenges_have_limits_too() {
    let (_workspace, server) = serve(&["--pow", "on", "--rate-per-client", "16/h"]);
    let url = format!("{}/v1/challenge", server.base());
    let ask = || tekser_tests::agent().get(&url).call().expect("an answer");
    for _ in 0..160 {
        assert_eq!(ask().status().as_u16(), 200);
    }
    assert_eq!(ask().status().as_u16(), 429);
    let demanded = post(&server, &evaluation(1), &[]);
    assert_eq!(demanded.status().as_u16(), 429);
    assert_ne!(header(&demanded, "retry-after"), "");
}
