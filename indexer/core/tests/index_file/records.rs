//! The records that are fetched privately are what a plain `GET` answers, and nothing else is ever copied.

use exposure_index::index::{Index, Prefix};
use exposure_index::retrieval::{
    MAX_SERVERS, MIN_SERVERS, PassError, Records, RecordsError, Vectors, combine, split,
    vector_bytes,
};

use super::sample::Sample;

/// Rows that make 2^`prefix_bits` ranges.
fn index(prefix_bits: u8) -> Index<Vec<u8>> {
    let index = Index::open(Sample::fixed(20 << prefix_bits).bytes()).expect("a good file");
    assert_eq!(index.header().shape.prefix_bits(), prefix_bits);
    index
}

/// What `GET /v1/ranges/{generation}/{prefix}` answers.
fn got(index: &Index<Vec<u8>>, prefix: Prefix) -> Vec<u8> {
    let mut bytes = index.range(prefix).expect("a range").as_bytes().to_vec();
    bytes.extend(index.after_range(prefix, bytes.len()).expect("a path"));
    bytes
}

#[test]
fn the_answers_of_all_servers_together_are_what_get_answers_for_every_prefix() {
    for prefix_bits in [0, 1, 2, 3, 5, 6, 7] {
        let index = index(prefix_bits);
        let records = Records::copy(&index).expect("a copy");
        let prefixes: Vec<Prefix> = (0..1 << prefix_bits).map(Prefix).collect();
        for servers in MIN_SERVERS..=MAX_SERVERS {
            // All prefixes and the first one once more: two elements may share a prefix.
            let asked = [&prefixes[..], &prefixes[..1]].concat();
            let queries = split(&asked, prefix_bits, servers).expect("vectors");
            let answer = |query: &[u8]| {
                let vectors = Vectors::read(prefix_bits, &[query]).expect("whole vectors");
                records
                    .answer(&vectors, servers)
                    .expect("an answer")
                    .concat()
            };
            let answers: Vec<_> = queries.iter().map(|query| answer(query)).collect();
            let fetched = combine(&answers).expect("equally long");
            for (record, prefix) in fetched.chunks(records.range_bytes()).zip(&asked) {
                assert_eq!(record, got(&index, *prefix));
                assert_eq!(records.record(*prefix).as_deref(), Some(record));
            }
            assert_eq!(fetched.len(), asked.len() * records.range_bytes());
        }
    }
}

#[test]
fn a_query_has_the_same_answer_whatever_shares_its_pass_and_on_any_number_of_threads() {
    let index = index(7);
    let records = Records::copy(&index).expect("a copy");
    let bodies: Vec<Vec<u8>> = (0..9_u8)
        .map(|body| {
            let bytes = 0..vector_bytes(7) * usize::from(body % 3 + 1);
            bytes
                .map(|place| body.wrapping_mul(91) ^ (place as u8).wrapping_mul(57))
                .collect()
        })
        .collect();
    let alone = bodies.iter().map(|body| {
        let vectors = Vectors::read(7, &[body]).expect("whole vectors");
        records.answer(&vectors, 1).expect("an answer").concat()
    });
    let alone: Vec<Vec<u8>> = alone.collect();
    let together = Vectors::read(7, &bodies).expect("whole vectors");
    for threads in [0, 1, 2, 3, 64] {
        assert_eq!(records.answer(&together, threads).expect("answers"), alone);
    }
}

#[test]
fn vectors_over_another_number_of_records_are_refused() {
    let records = Records::copy(&index(3)).expect("a copy");
    let vectors = Vectors::read(6, &[vec![0; 8]]).expect("a whole vector");
    assert!(matches!(records.answer(&vectors, 1), Err(PassError::Form)));
}

#[test]
fn ranges_that_the_root_does_not_stand_for_are_not_copied() {
    let good = Sample::fixed(160).bytes();
    let index = Index::open(&good[..]).expect("a good file");
    let place = index.place_of_range(Prefix(2)).expect("a range");
    let mut broken = good.clone();
    broken[place.end - 1] ^= 1;
    let index = Index::open(broken).expect("opening reads no range");
    assert!(matches!(
        Records::copy(&index),
        Err(RecordsError::Root | RecordsError::Format(_))
    ));
}

#[test]
fn a_damaged_path_in_the_file_is_of_no_consequence() {
    let good = Sample::fixed(160).bytes();
    let index = Index::open(&good[..]).expect("a good file");
    let root = index.header().root;
    let path = index.path(Prefix(2)).expect("a path");
    // A node that only paths need: the sibling of a leaf.
    let place = good
        .windows(32)
        .position(|bytes| bytes == path[0])
        .expect("the node");
    let mut broken = good.clone();
    broken[place] ^= 1;
    let broken = Index::open(broken).expect("opening reads no node");
    let records = Records::copy(&broken).expect("a copy");
    assert_eq!(records.root(), &root);
    let index = Index::open(good).expect("a good file");
    assert_eq!(records.record(Prefix(2)), Some(got(&index, Prefix(2))));
    assert_eq!(records.record(Prefix(8)), None);
}
