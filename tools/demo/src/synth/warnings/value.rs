//! Which values are on warning lists, and how are they written?

use super::super::dice::Dice;
use super::super::kind::{Identifier, Kind};
use super::super::spaces::{Spaces, with_check_digit, written};
use super::super::spelling;

/// The characters of bech32, by their numbers.
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";
/// Years that no organisation was registered in by a number: `50` to `79`.
const YEARS: u64 = 30;

/// Kinds of identifiers that warning lists have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum WarnedKind {
    /// Mobile number.
    Phone,
    /// Website.
    Site,
    /// Company, by its BIN.
    Company,
    /// Wallet of Bitcoin or Ethereum.
    Wallet,
    /// Account of a messenger.
    Handle,
    /// E-mail address.
    Email,
    /// Bank account.
    Iban,
    /// Payment card.
    Card,
}

impl WarnedKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Phone,
        Self::Site,
        Self::Company,
        Self::Wallet,
        Self::Handle,
        Self::Email,
        Self::Iban,
        Self::Card,
    ];

    /// The kind's name in `breach.toml` and in truth.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Phone => "phone",
            Self::Site => "site",
            Self::Company => "company",
            Self::Wallet => "wallet",
            Self::Handle => "handle",
            Self::Email => "email",
            Self::Iban => "iban",
            Self::Card => "card",
        }
    }
}

/// A value before it is written out: the `ordinal`-th of its kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ListedValue {
    pub(super) kind: WarnedKind,
    pub(super) ordinal: u64,
}

/// What the values of a seed are. Phone numbers, bank accounts and cards are those that the first people of the leaks
/// have.
pub(super) struct Values {
    seed: u64,
    spaces: Spaces,
}

impl Values {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            spaces: Spaces::new(seed),
        }
    }

    /// The value in its one way of being written.
    pub(super) fn value(&self, ListedValue { kind, ordinal }: ListedValue) -> String {
        let leaked = |kind| self.spaces.value(Identifier { kind, ordinal });
        match kind {
            WarnedKind::Phone => leaked(Kind::Phone),
            WarnedKind::Iban => leaked(Kind::Iban),
            WarnedKind::Card => leaked(Kind::Card),
            WarnedKind::Site => site(ordinal),
            WarnedKind::Company => company(ordinal),
            WarnedKind::Wallet => self.wallet(ordinal),
            WarnedKind::Handle if ordinal.is_multiple_of(2) => {
                format!("telegram/example_{ordinal}")
            }
            WarnedKind::Handle => format!("instagram/example.{ordinal}"),
            WarnedKind::Email => format!("winner{ordinal}@example.kz"),
        }
    }

    /// Returns the value as written in a list.
    pub(super) fn printed(&self, listed: ListedValue) -> String {
        let value = self.value(listed);
        let mut dice = self.dice(*b"printed.", listed);
        match listed.kind {
            WarnedKind::Phone => spelling::in_dump(Kind::Phone, &value, &mut dice),
            WarnedKind::Handle => link(&value),
            WarnedKind::Site if dice.chance(300) => format!("http://www.{value}/"),
            WarnedKind::Wallet if dice.chance(300) => value.to_uppercase().replace("0X", "0x"),
            _ => value,
        }
    }

    /// The value as the asking person types it.
    pub(super) fn typed(&self, listed: ListedValue) -> String {
        let value = self.value(listed);
        let mut dice = self.dice(*b"typed...", listed);
        match listed.kind {
            WarnedKind::Phone => spelling::in_query(Kind::Phone, &value, &mut dice),
            WarnedKind::Iban => spelling::in_query(Kind::Iban, &value, &mut dice),
            WarnedKind::Card => spelling::in_query(Kind::Card, &value, &mut dice),
            WarnedKind::Email => spelling::in_query(Kind::Email, &value, &mut dice),
            WarnedKind::Company => format!("{} {}", &value[..6], &value[6..]),
            WarnedKind::Handle => link(&value).replace("https://", ""),
            // A list that names a domain means its hosts.
            WarnedKind::Site if is_domain(&value) => format!("https://login.{value}/in?id=1"),
            WarnedKind::Site => format!("https://{value}/pay"),
            WarnedKind::Wallet => value,
        }
    }

    fn wallet(&self, ordinal: u64) -> String {
        let kind = WarnedKind::Wallet;
        let mut dice = self.dice(*b"wallet..", ListedValue { kind, ordinal });
        let hash: [u8; 20] = std::array::from_fn(|_| dice.below(256) as u8);
        if ordinal.is_multiple_of(2) {
            let digits = hash.iter().map(|byte| format!("{byte:02x}"));
            return format!("0x{}", digits.collect::<String>());
        }
        segregated_witness(&hash)
    }

    fn dice(&self, purpose: [u8; 8], listed: ListedValue) -> Dice {
        Dice::new(self.seed, purpose, listed.ordinal * 16 + listed.kind as u64)
    }
}

/// Hosts, one of them international, and a domain of which every host is meant.
fn site(ordinal: u64) -> String {
    match ordinal % 3 {
        0 => format!("pay{ordinal}.example.kz"),
        1 => format!("shop{ordinal}.example"),
        _ => format!("төлем{ordinal}.example.org"),
    }
}

fn is_domain(site: &str) -> bool {
    site.ends_with(".example")
}

/// `telegram/name` as a link.
fn link(value: &str) -> String {
    let value = value.replace("telegram/", "t.me/");
    format!("https://{}", value.replace("instagram/", "instagram.com/"))
}

/// `YYMM`, a type of 4 to 6, a sort of 0 to 3, a serial number, the check digit.
fn company(ordinal: u64) -> String {
    let year = 50 + ordinal % YEARS;
    let month = 1 + ordinal % 12;
    let (form, sort) = (4 + ordinal % 3, ordinal % 4);
    let begun = ((year * 100 + month) * 10 + form) * 10 + sort;
    with_check_digit(|odd| written::<11>(begun * 100_000 + 2 * (ordinal % 50_000) + odd, 10))
}

/// An address of version 0 by BIP-173: the characters of 5 bits each, and a checksum of six.
fn segregated_witness(hash: &[u8; 20]) -> String {
    let mut values = vec![0];
    let bits = |at: usize| hash[at / 8] >> (7 - at % 8) & 1;
    values.extend((0..32).map(|at| (0..5).fold(0, |value, bit| value << 1 | bits(5 * at + bit))));
    // "bc": its high bits, a zero, its low bits.
    let mut checked = vec![3, 3, 0, 2, 3];
    checked.extend(&values);
    checked.extend([0; 6]);
    let sum = polynomial(&checked) ^ 1;
    values.extend((0..6).map(|at| (sum >> (5 * (5 - at)) & 31) as u8));
    let characters = values
        .iter()
        .map(|value| char::from(BECH32[usize::from(*value)]));
    "bc1".chars().chain(characters).collect()
}

fn polynomial(values: &[u8]) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    values.iter().fold(1, |sum, value| {
        let top = sum >> 25;
        let sum = (sum & 0x01ff_ffff) << 5 ^ u32::from(*value);
        let taken = (0..5).filter(|bit| top >> bit & 1 == 1);
        taken.fold(sum, |sum, bit| sum ^ GENERATOR[bit])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first address of BIP-173's examples.
    #[test]
    fn an_address_of_bitcoin_is_that_of_the_standard() {
        let hash = [
            0x75, 0x1e, 0x76, 0xe8, 0x19, 0x91, 0x96, 0xd4, 0x54, 0x94, 0x1c, 0x45, 0xd1, 0xb3,
            0xa3, 0x23, 0xf1, 0x43, 0x3b, 0xd6,
        ];
        assert_eq!(
            segregated_witness(&hash),
            "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"
        );
    }

    #[test]
    fn values_of_a_kind_differ() {
        let values = Values::new(1);
        for kind in WarnedKind::ALL {
            let mut all: Vec<String> = (0..2_000)
                .map(|ordinal| values.value(ListedValue { kind, ordinal }))
                .collect();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 2_000, "{kind:?}");
        }
    }
}
