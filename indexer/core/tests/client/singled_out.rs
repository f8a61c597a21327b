//! What can an operator with the key, the dumps and a log of look-ups find out? A town in which 1,000 people look up
//! their IIN and their phone number, in the proportions of 16 million people and 8,192 ranges.

use std::collections::HashMap;

use exposure_index::index::{Prefix, Shape};
use exposure_index::oprf::{SecretKey, evaluate};
use exposure_index::retrieval::{Query, combine, split, vector_bytes};

/// As many residents for each pair of prefixes as 16 million for 2^26: a quarter.
const RESIDENTS: usize = 1 << 14;
const PREFIX_BITS: u8 = 8;
const ASKING: usize = 1_000;

/// What the operator knows about everyone: key and dumps give the prefixes of each resident's IIN and phone number.
struct Town {
    prefixes: Vec<[Prefix; 2]>,
    residents: HashMap<(u32, u32), Vec<usize>>,
}

impl Town {
    fn new() -> Self {
        let key = SecretKey::derive(&[5; 32], b"town").expect("a key");
        let shape = Shape::checked(PREFIX_BITS, 0).expect("a shape");
        let prefix = |input: String| {
            let output = evaluate(&key, input.as_bytes()).expect("an output");
            shape.prefix(output.tag())
        };
        let prefixes: Vec<_> = (0..RESIDENTS)
            .map(|resident| {
                let iin = prefix(format!("tekser:1:iin:{resident:012}"));
                [iin, prefix(format!("tekser:1:phone:+7709{resident:07}"))]
            })
            .collect();
        let mut residents = HashMap::<_, Vec<_>>::new();
        for (resident, [iin, phone]) in prefixes.iter().enumerate() {
            residents
                .entry((iin.0, phone.0))
                .or_default()
                .push(resident);
        }
        Self {
            prefixes,
            residents,
        }
    }

    /// The resident that two prefixes leave, if they leave one alone.
    fn single_out(&self, iin: Prefix, phone: Prefix) -> Option<usize> {
        match self.residents.get(&(iin.0, phone.0))?[..] {
            [resident] => Some(resident),
            _ => None,
        }
    }

    /// The number of residents who asked and whom a reader of two logged prefixes of each finds.
    fn found(&self, read: impl Fn(usize) -> Option<[Prefix; 2]>) -> usize {
        let is_found = |resident: &usize| {
            read(*resident).and_then(|[iin, phone]| self.single_out(iin, phone)) == Some(*resident)
        };
        (0..ASKING).filter(is_found).count()
    }
}

/// The prefix that a vector names, if it names one: the only one whose bit is set.
fn named(vector: &[u8]) -> Option<Prefix> {
    let is_set = |bit: &u32| vector[*bit as usize / 8] >> (bit % 8) & 1 == 1;
    let mut set = (0..8 * vector.len() as u32).filter(is_set);
    let only = set.next()?;
    set.next().is_none().then_some(Prefix(only))
}

/// The two prefixes of a look-up of two identifiers, read from what one or more servers logged of it.
fn read(logged: &[&Query]) -> Option<[Prefix; 2]> {
    let sum = combine(logged)?;
    let (iin, phone) = sum.split_at(vector_bytes(PREFIX_BITS));
    Some([named(iin)?, named(phone)?])
}

#[test]
fn two_prefixes_single_a_person_out_and_the_log_of_one_retrieval_server_nobody() {
    let town = Town::new();
    let before = town.found(|resident| Some(town.prefixes[resident]));
    let logs: Vec<Vec<Query>> = (0..ASKING)
        .map(|resident| split(&town.prefixes[resident], PREFIX_BITS, 2).expect("vectors"))
        .collect();
    let [one, other] = [0, 1].map(|server| town.found(|resident| read(&[&logs[resident][server]])));
    let joined = town.found(|resident| {
        let logged: Vec<&Query> = logs[resident].iter().collect();
        read(&logged)
    });
    println!(
        "of {ASKING} people who look two identifiers up: {before} singled out by the log of prefixes, {one} and {other} by the \
         log of one retrieval server, {joined} by both logs joined"
    );
    // THREATS.md has the figure.
    assert_eq!(before, 782);
    assert_eq!((one, other), (0, 0));
    assert_eq!(joined, before);
}

/// The bit of the prefix is set at exactly one of two servers. Taking a set bit for a hint is no better than guessing.
#[test]
fn a_set_bit_is_not_a_hint() {
    let town = Town::new();
    let mut hits = 0_u32;
    for resident in 0..ASKING {
        let queries = split(&town.prefixes[resident], PREFIX_BITS, 2).expect("vectors");
        let [iin, phone] = town.prefixes[resident];
        let vectors = queries[0].chunks(vector_bytes(PREFIX_BITS));
        let is_set = |(vector, prefix): (&[u8], Prefix)| {
            vector[prefix.0 as usize / 8] >> (prefix.0 % 8) & 1 == 1
        };
        hits += u32::from(vectors.zip([iin, phone]).all(is_set));
    }
    // A quarter of all, as of everyone else: 1,000 ± 5 standard deviations of 13.7.
    assert!((181..=319).contains(&hits), "{hits}");
}
