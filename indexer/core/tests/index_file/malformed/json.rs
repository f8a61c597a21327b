//! Catalogue and statistics.

use serde_json::{Value, json};

use super::{good, refused};
use crate::sample::Sample;
use crate::stranger::{CATALOGUE, File, STATISTICS};

fn with_json(section: usize, change: impl FnOnce(&mut Value)) -> String {
    let mut file = File::read(&good());
    let mut json = file.json(section);
    change(&mut json);
    file.set_json(section, json.to_string().as_bytes());
    refused(&file.write())
}

#[test]
fn the_catalogue_is_sorted_and_of_this_file() {
    let with = |change: fn(&mut Value)| with_json(CATALOGUE, change);
    assert_eq!(with(|_| ()), "not refused");
    assert_eq!(
        with(|json| json["breaches"][0]["id"] = json!("breach-001")),
        "catalogue 0 Order"
    );
    assert_eq!(
        with(|json| json["breaches"][0]["id"] = json!("breach-009")),
        "catalogue 0 Order"
    );
    assert_eq!(
        with(|json| json["breaches"][1]["sensitive"] = json!(true)),
        "catalogue 0 Encoding"
    );
    let classes = json!(["class-001", "class-000", "class-002", "class-003"]);
    assert_eq!(
        with_json(CATALOGUE, |json| json["breaches"][1]["classes"] = classes),
        "catalogue 0 Order"
    );
    let many: Vec<String> = (0..65).map(|place| format!("class-{place:03}")).collect();
    assert_eq!(
        with_json(CATALOGUE, |json| json["breaches"][2]["classes"] =
            json!(many)),
        "catalogue 0 TooLarge"
    );
    for (field, value) in [
        ("id", json!("../breach")),
        ("date", json!("yesterday")),
        ("status", json!("sold")),
        ("records", json!(-1)),
        ("title", json!("no languages")),
        ("classes", json!(["Names"])),
    ] {
        let refusal = with_json(CATALOGUE, |json| json["breaches"][0][field] = value);
        assert_eq!(refusal, "catalogue 0 Encoding", "{field}");
    }
}

#[test]
fn the_catalogue_has_the_breaches_of_the_rows() {
    let fewer = with_json(CATALOGUE, |json| {
        _ = json["breaches"].as_array_mut().expect("a list").pop();
    });
    assert_eq!(fewer, "postings 272 Order");
    let fewer_classes = with_json(CATALOGUE, |json| {
        json["breaches"][2]["classes"]
            .as_array_mut()
            .expect("a list")
            .pop();
    });
    assert!(
        fewer_classes.starts_with("ranges ") && fewer_classes.ends_with(" Encoding"),
        "{fewer_classes}"
    );
}

#[test]
fn the_statistics_follow_from_the_rows() {
    let with = |change: fn(&mut Value)| with_json(STATISTICS, change);
    assert_eq!(with(|_| ()), "not refused");
    let changes: [fn(&mut Value); 7] = [
        |json| json["identifiers"]["iin"] = json!(80),
        |json| {
            _ = json["identifiers"]
                .as_object_mut()
                .expect("counts")
                .remove("phone");
        },
        |json| json["breaches"]["breach-000"]["identifiers"]["email"] = json!(70),
        |json| {
            _ = json["breaches"]
                .as_object_mut()
                .expect("breaches")
                .remove("breach-001");
        },
        |json| json["breaches"]["breach-003"] = json["breaches"]["breach-002"].clone(),
        |json| json["both_files"] = json["identifiers"].clone(),
        |json| json["identifiers"]["shoe_size"] = json!(1),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        assert_eq!(with(change), "statistics 0 Encoding", "change {number}");
    }
}

#[test]
fn a_sealed_file_has_the_identifiers_of_both() {
    let sealed = Sample {
        sealed: true,
        ..Sample::fixed(80)
    };
    let mut file = File::read(&sealed.bytes());
    assert_eq!(refused(&file.write()), "not refused");
    let mut json = file.json(STATISTICS);
    json.as_object_mut()
        .expect("statistics")
        .remove("both_files");
    file.set_json(STATISTICS, json.to_string().as_bytes());
    assert_eq!(refused(&file.write()), "statistics 0 Encoding");
}

#[test]
fn a_section_of_json_is_one_zstd_frame() {
    for (section, name) in [(CATALOGUE, "catalogue"), (STATISTICS, "statistics")] {
        let good = File::read(&good());
        let mut file = good.clone();
        let length = file.sections[section].len();
        for broken in [
            Vec::new(),
            b"garbage".to_vec(),
            good.sections[section][..length - 1].to_vec(),
        ] {
            file.sections[section] = broken;
            assert_eq!(refused(&file.write()), format!("{name} 0 Encoding"));
        }
        for json in [&b""[..], b"null", b"{}}", b"{\"breaches\": [] \xff}"] {
            file.set_json(section, json);
            assert_eq!(refused(&file.write()), format!("{name} 0 Encoding"));
        }
        let second_frame = zstd::encode_all(&b" "[..], 1).expect("memory");
        file.sections[section] = [&good.sections[section][..], &second_frame].concat();
        assert_eq!(refused(&file.write()), format!("{name} {length} NotZero"));
    }
}

#[test]
fn json_that_swells_beyond_64_mib_is_refused() {
    let spaces = std::io::Read::take(std::io::repeat(b' '), (64 << 20) + 1);
    let bomb = zstd::encode_all(spaces, 1).expect("memory");
    assert!(bomb.len() < 16 << 10, "{} bytes", bomb.len());
    let mut file = File::read(&good());
    file.sections[STATISTICS] = bomb;
    assert_eq!(refused(&file.write()), "statistics 0 TooLarge");
}

#[test]
fn a_frame_that_asks_for_a_larger_window_is_refused() {
    // The window descriptor of RFC 8878 §3.1.1.1.2: 16 and 17 times 8 stand for 2^26 and 2^27 bytes.
    for (window, expected) in [(0x80, "not refused"), (0x88, "catalogue 0 Encoding")] {
        let mut file = File::read(&good());
        let json = file.json(CATALOGUE).to_string();
        file.sections[CATALOGUE] = raw_frame(window, json.as_bytes());
        assert_eq!(refused(&file.write()), expected);
    }
}

/// A zstd frame of one block that is not compressed: RFC 8878 §3.1.1, magic, frame header, block header, block.
fn raw_frame(window: u8, content: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, window];
    let last_raw_block = (content.len() << 3) | 1;
    frame.extend(&last_raw_block.to_le_bytes()[..3]);
    frame.extend(content);
    frame
}
