//! How do people write this value? In one of the ways that people and programs do.

use super::dice::Dice;
use super::kind::Kind;

/// A value as a dump holds it.
pub(super) fn in_dump(kind: Kind, value: &str, dice: &mut Dice) -> String {
    match kind {
        Kind::Iin => iin_in_dump(value, dice),
        Kind::Phone => phone(value, dice),
        Kind::Email => email(value, dice),
        Kind::IdCard if dice.chance(100) => format!("№ {value}"),
        Kind::Iban if dice.chance(100) => grouped(&value.to_lowercase()),
        Kind::Card if dice.chance(400) => grouped(value),
        Kind::Plate if dice.chance(500) => cyrillic(value),
        _ => value.to_owned(),
    }
}

/// A value as the asking person types it.
pub(super) fn in_query(kind: Kind, value: &str, dice: &mut Dice) -> String {
    match (kind, dice.below(4)) {
        (Kind::Phone, _) => phone(value, dice),
        (Kind::Iin, 0) => format!("{} {}", &value[..6], &value[6..]),
        (Kind::Iin, 1) => format!(" {}-{}", &value[..6], &value[6..]),
        (Kind::Email | Kind::Login, 0) => value.to_uppercase(),
        (Kind::Email, 1) => format!("<{value}>"),
        (Kind::IdCard, 0) => format!("N{value}"),
        (Kind::Passport, 0) => value.to_lowercase().replace('n', "n "),
        (Kind::Iban, 0 | 1) => grouped(&value.to_lowercase()),
        (Kind::Card, 0 | 1) => grouped(value),
        (Kind::Plate, 0) => cyrillic(value).to_lowercase(),
        (Kind::Plate, 1) => format!("{} {} {}", &value[..3], &value[3..6], &value[6..]),
        _ => value.to_owned(),
    }
}

/// A value that no rule of normalisation lets through: a slip of the pen, a cell shortened by a spreadsheet.
pub(super) fn spoilt(kind: Kind, value: &str) -> String {
    match kind {
        Kind::Iin | Kind::Card => with_wrong_check_digit(value),
        Kind::Phone => format!("{}.{}E+10", &value[1..2], &value[2..7]),
        Kind::Email => value.replace('@', "@@"),
        Kind::Iban => value[..value.len() - 1].to_owned(),
        _ => value[..5].to_owned(),
    }
}

/// The same phone number in a spreadsheet's scientific notation, all eleven digits kept.
pub(super) fn scientific(value: &str, dice: &mut Dice) -> String {
    let point = dice.pick(&[".", ","]);
    format!("{}{point}{}E+10", &value[1..2], &value[2..])
}

/// An IIN taken for a number: its leading zeros are lost. One that would be too short to be known again is kept.
pub(super) fn without_zeros(value: &str) -> &str {
    let short = value.trim_start_matches('0');
    if short.len() < 10 { value } else { short }
}

fn iin_in_dump(value: &str, dice: &mut Dice) -> String {
    match dice.below(100) {
        0..2 => format!("{} {}", &value[..6], &value[6..]),
        2..42 => without_zeros(value).to_owned(),
        _ => value.to_owned(),
    }
}

fn phone(value: &str, dice: &mut Dice) -> String {
    let (block, rest) = (&value[2..5], &value[5..]);
    let (a, b, c) = (&rest[..3], &rest[3..5], &rest[5..]);
    match dice.below(11) {
        0 => format!("+7{block}{rest}"),
        1 => format!("8{block}{rest}"),
        2 => format!("7{block}{rest}"),
        3 => format!("{block}{rest}"),
        4 => format!("+7 {block} {a} {b} {c}"),
        5 => format!("8 ({block}) {a}-{b}-{c}"),
        6 => format!("(8{block}){rest}"),
        7 => format!("8-{block}-{a}-{b}{c}"),
        8 => format!("7 {block} {rest}"),
        9 => format!("007{block}{rest}"),
        _ => format!("+8{block}{rest}"),
    }
}

fn email(value: &str, dice: &mut Dice) -> String {
    match dice.below(20) {
        0 => value.to_uppercase(),
        1 => format!(" {}{} ", value[..1].to_uppercase(), &value[1..]),
        _ => value.to_owned(),
    }
}

fn with_wrong_check_digit(value: &str) -> String {
    let (begun, last) = value.split_at(value.len() - 1);
    let wrong = if last == "9" { "0" } else { "9" };
    format!("{begun}{wrong}")
}

/// In groups of four, as on the plastic.
fn grouped(value: &str) -> String {
    let mut groups = String::with_capacity(value.len() + value.len() / 4);
    for (place, letter) in value.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            groups.push(' ');
        }
        groups.push(letter);
    }
    groups
}

/// With the Cyrillic letters that look like the Latin ones.
fn cyrillic(value: &str) -> String {
    const TWINS: [(char, char); 12] = [
        ('A', 'А'),
        ('B', 'В'),
        ('C', 'С'),
        ('E', 'Е'),
        ('H', 'Н'),
        ('K', 'К'),
        ('M', 'М'),
        ('O', 'О'),
        ('P', 'Р'),
        ('T', 'Т'),
        ('X', 'Х'),
        ('Y', 'У'),
    ];
    let twin = |letter| {
        TWINS
            .iter()
            .find(|(latin, _)| *latin == letter)
            .map_or(letter, |(_, twin)| *twin)
    };
    value.chars().map(twin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_zeros_can_be_put_back() {
        assert_eq!(without_zeros("001231112345"), "1231112345");
        assert_eq!(without_zeros("000131112345"), "000131112345");
        assert_eq!(without_zeros("991231112345"), "991231112345");
    }

    #[test]
    fn a_wrong_check_digit_is_another_digit() {
        assert_eq!(
            with_wrong_check_digit("4000000000000009"),
            "4000000000000000"
        );
        assert_eq!(
            with_wrong_check_digit("4000000000000002"),
            "4000000000000009"
        );
    }

    #[test]
    fn scientific_notation_keeps_every_digit() {
        let spelt = scientific("+77090287955", &mut Dice::new(1, *b"testing.", 0));
        assert!(["7.7090287955E+10", "7,7090287955E+10"].contains(&spelt.as_str()));
        assert_eq!(spoilt(Kind::Phone, "+77090287955"), "7.70902E+10");
    }
}
