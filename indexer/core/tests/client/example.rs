//! The example of PROTOCOL.md has real bytes: they are made here, and the page is compared with them.

use std::collections::BTreeMap;
use std::fmt::Write;

use data_encoding::HEXLOWER;
use exposure_index::identifier::Kind;
use exposure_index::index::{Exposure, Index, Prefix, verify_path};
use exposure_index::oprf::{SecretKey, evaluate};

use super::sample::{Sample, exposure};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../server/PROTOCOL.md");
const BEGIN: &str = "<!-- made by indexer/core/tests/client/example.rs -->\n```text\n";
const END: &str = "```\n";
const ROWS: u64 = 32;

fn input(number: u64) -> String {
    format!("tekser:1:phone:+7709{number:07}")
}

/// Every third is in both breaches, every other one in one of them.
fn exposures(number: u64) -> Vec<Exposure> {
    match number % 3 {
        0 => vec![exposure(0, 0b11), exposure(1, 0b101)],
        1 => vec![exposure(0, 0b10)],
        _ => vec![exposure(1, 0b101)],
    }
}

/// The key of RFC 9497's vectors, appendix A.1.
fn key() -> SecretKey {
    SecretKey::derive(&[0xa3; 32], b"test key").expect("a key")
}

fn index() -> Index<Vec<u8>> {
    let key = key();
    let rows: BTreeMap<_, _> = (0..ROWS)
        .map(|number| {
            let output = evaluate(&key, input(number).as_bytes()).expect("an output");
            (output.tag().0, (Kind::Phone, exposures(number)))
        })
        .collect();
    Index::open(Sample::of(vec![2, 3], rows, 16).bytes()).expect("a good file")
}

fn hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// A line: its name, bytes and meaning.
fn line(text: &mut String, what: &str, value: impl AsRef<str>, meaning: &str) {
    let row = format!("{what:<18} {:<34} {meaning}", value.as_ref());
    writeln!(text, "{}", row.trim_end()).expect("a string");
}

/// Long bytes, 32 per line.
fn lines(text: &mut String, what: &str, bytes: &[u8]) {
    for (place, part) in bytes.chunks(32).enumerate() {
        line(text, if place == 0 { what } else { "" }, hex(part), "");
    }
}

fn number(bytes: &[u8]) -> usize {
    bytes
        .iter()
        .rev()
        .fold(0, |value, &byte| value << 8 | usize::from(byte))
}

fn example() -> String {
    let index = index();
    let header = index.header();
    let output = evaluate(&key(), input(0).as_bytes()).expect("an output");
    let (tag, shape) = (output.tag(), header.shape);
    let prefix = shape.prefix(tag);
    let mut text = String::new();
    line(
        &mut text,
        "key",
        "",
        "DeriveKeyPair of 32 bytes a3 and the info `test key`, as in RFC 9497, A.1",
    );
    lines(&mut text, "public key", &key().public_key().to_bytes());
    line(&mut text, "key id", hex(&key().public_key().id().0), "");
    line(&mut text, "input", input(0), "");
    lines(&mut text, "output", output.as_bytes());
    line(
        &mut text,
        "tag",
        format!("{:016x}", tag.0),
        "the first 8 bytes",
    );
    line(
        &mut text,
        "prefix bits",
        shape.prefix_bits().to_string(),
        "",
    );
    line(
        &mut text,
        "bucket bits",
        shape.bucket_bits().to_string(),
        "",
    );
    line(&mut text, "range bytes", header.range_bytes.to_string(), "");
    lines(&mut text, "root", &header.root);
    line(
        &mut text,
        "prefix",
        format!("{:x}", prefix.0),
        "so the range is asked for with /v1/ranges/GENERATION/PREFIX of this",
    );
    writeln!(text).expect("a string");
    annotate_range(&mut text, &index, prefix);
    let row = index.find(tag).expect("a good range").expect("a row");
    writeln!(text).expect("a string");
    for exposure in row.exposures().expect("a good row") {
        line(
            &mut text,
            "exposure",
            format!("breach {}", exposure.breach.0),
            &format!(
                "classes {:?}",
                exposure.classes.places().collect::<Vec<_>>()
            ),
        );
    }
    text
}

/// The response for a prefix, field by field.
fn annotate_range(text: &mut String, index: &Index<Vec<u8>>, prefix: Prefix) {
    let range = index.range(prefix).expect("a range").as_bytes();
    let buckets = 1 << index.header().shape.bucket_bits();
    let ends = 16 + 2 * buckets;
    let (rows, sets) = (number(&range[4..6]), number(&range[6..8]));
    let width =
        usize::from(index.header().shape.rest_bits()) + sets.next_power_of_two().ilog2() as usize;
    let packed = ends + (rows * width).div_ceil(8);
    let start = number(&range[12..16]);
    let fields = [
        (0..4, "length"),
        (4..6, "rows"),
        (6..8, "sets"),
        (8..10, "exposures"),
        (10..11, "prefix bits"),
        (11..12, "bucket bits"),
        (12..16, "start of the sets"),
    ];
    for (place, what) in fields {
        let value = number(&range[place.clone()]).to_string();
        line(text, what, hex(&range[place]), &value);
    }
    for (bucket, end) in range[16..ends].chunks(2).enumerate() {
        line(
            text,
            "bucket end",
            hex(end),
            &format!("{} rows up to bucket {bucket}", number(end)),
        );
    }
    line(text, "rows", "", &format!("{width} bits each"));
    lines(text, "", &range[ends..packed]);
    line(
        text,
        "exposures",
        hex(&range[packed..start]),
        "pairs of breach and classes",
    );
    line(
        text,
        "sets",
        hex(&range[start..]),
        "size, then places in the list of exposures",
    );
    let path = index.path(prefix).expect("a path");
    let padding = index.header().range_bytes as usize - range.len() - 32 * path.len();
    line(text, "padding", "", &format!("{padding} zeros"));
    lines(text, "path", &path.concat());
    assert!(verify_path(range, prefix.0, &path, &index.header().root));
}

#[test]
fn the_page_shows_real_bytes() {
    let page = std::fs::read_to_string(PAGE).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("the example's beginning");
    let (shown, after) = rest.split_once(END).expect("the example's end");
    let made = example();
    if std::env::var_os("OVERWRITE").is_some() {
        std::fs::write(PAGE, format!("{before}{BEGIN}{made}{END}{after}")).expect("a file");
        return;
    }
    assert_eq!(
        shown, made,
        "make it again: OVERWRITE=1 cargo test -p exposure_index --test client example"
    );
}
